package path

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mcpgen/mcpgen/examples/bench/tools"
)

// A Call is one request, of 2026-07-28 unless it is one in a session.
type Call struct {
	Name         string
	Method, Tool string
	Body         string
	Want         string // a part of the answer
	Events       int    // notifications before it

	Session bool // a request of 2025-11-25
}

// ID is the id of every request, and its progress token.
const ID = "1234567890"

const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1.0.0"},` +
	`"io.modelcontextprotocol/clientCapabilities":{}`

// The calls that all servers know.
var (
	Add    = tool("add", "add", `{"a":1234,"b":5678}`, `"sum":6912`)
	Search = tool("search", "search", searchArguments(), `"next_page":8`)
	Echo   = tool("echo_large", "echo_large", echoArguments(), fmt.Sprintf(`"count":%d`, items))
	Stream = stream(100)
	List   = Call{Name: "list", Method: "tools/list", Want: `"tool_0099"`,
		Body: `{"jsonrpc":"2.0","id":` + ID + `,"method":"tools/list","params":{` + meta + `}}}`}
)

// Open begins a session of 2025-11-25.
var Open = Call{Name: "initialize", Method: "initialize", Want: `"protocolVersion":"2025-11-25"`, Session: true,
	Body: `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1.0.0"}}}`}

// opened says that the client has seen that.
var opened = Call{Name: "initialized", Method: "notifications/initialized", Session: true,
	Body: `{"jsonrpc":"2.0","method":"notifications/initialized"}`}

// Calls are all of the stateless ones.
func Calls() []*Call { return []*Call{&Add, &Search, &Echo, &List, &Stream} }

// InSession is the same call in a session of 2025-11-25.
func (c *Call) InSession() *Call {
	s := *c
	s.Session = true
	s.Body = strings.NewReplacer(`,`+meta+`}`, "", `{`+meta+`}`, "{", `,`+meta[len(`"_meta":{`):], "").Replace(c.Body)
	return &s
}

// Find finds a call by its name, as one in a session if that is wanted.
func Find(name string, session bool) (*Call, error) {
	for _, c := range Calls() {
		switch {
		case c.Name != name:
		case session:
			return c.InSession(), nil
		default:
			return c, nil
		}
	}
	return nil, fmt.Errorf("there is no call %q", name)
}

func tool(name, tool, arguments, want string) Call {
	return Call{Name: name, Method: "tools/call", Tool: tool, Want: want,
		Body: `{"jsonrpc":"2.0","id":` + ID + `,"method":"tools/call","params":{"name":"` + tool + `","arguments":` + arguments + `,` + meta + `}}}`}
}

// stream has so many notifications on the way.
func stream(steps int) Call {
	c := tool("stream", "stream", fmt.Sprintf(`{"steps":%d}`, steps), fmt.Sprintf(`"done":%d`, steps))
	c.Body = strings.Replace(c.Body, `"_meta":{`, `"_meta":{"progressToken":`+ID+`,`, 1)
	c.Events = steps
	return c
}

// searchArguments uses all arguments.
func searchArguments() string {
	var q tools.Query
	q.Query, q.Language, q.Region, q.Category, q.Sort, q.Order = "typed servers", "de", "GB", "software", "relevance", "desc"
	q.Page, q.PageSize, q.MinScore, q.IncludeArchived, q.Tags = 7, 20, 0.25, true, []string{"go", "protocol", "code", "speed"}
	q.Filter.Author, q.Filter.CreatedAfter, q.Filter.CreatedBefore = "A. N. Author", "2024-01-31", "2026-07-28"
	q.Filter.PriceMin, q.Filter.PriceMax, q.Filter.Status = 10.5, 99.5, []string{"published", "archived"}
	return mustJSON(q)
}

// items make 64 KiB.
const items = 480

func echoArguments() string {
	list := make([]tools.Item, items)
	for i := range list {
		list[i] = tools.Item{ID: i, Name: fmt.Sprintf("item-%06d", i), Value: float64(i) + 0.25, Active: i%2 == 0,
			Tags: []string{"alpha", "beta"}, Note: "a note of about thirty characters"}
	}
	return mustJSON(map[string]any{"items": list})
}

// mustJSON writes what can be written.
func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
