package weather

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

func TestCalls(t *testing.T) {
	s := mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, nil)
	Register(s)
	RegisterIssues(s, &Issues{items: []Item{{"a"}}})
	c := mcptest.Connect(t, s)
	c.Initialize("2025-11-25")
	for i, call := range []struct{ tool, args, want string }{
		{"ping", `{}`, `"content":[]`},
		{"ping", `{"x":1}`, `/x: expected no property of this name`},
		{"check", `{"fail":false}`, `"content":[]`},
		{"check", `{"fail":true}`, `"text":"not found"`},
		{"say", `{"w":"hi"}`, `"text":"hi"`},
		{"ask", `{"w":"hi"}`, `"text":"hi?"`},
		{"join", `{"words":["a","b"]}`, `"text":"a b"`},
		{"join", `{}`, `"text":""`},
		{"count", `{}`, `"structuredContent":{"a":1}`},
		{"maybe", `{"there":true}`, `"structuredContent":{"result":1}`},
		{"maybe", `{"there":false}`, `"structuredContent":{"result":null}`},
		{"find", `{"there":true}`, `"structuredContent":{"name":"x"}`},
		{"find", `{"there":false}`, `internal error`},
		{"draw", `{}`, `"mimeType":"image/png"`},
		{"blocks", `{}`, `{"type":"text","text":"b"}`},
		{"plain", `{}`, `"text":"{\"name\":\"plain\"}"`},
		{"matrix", `{}`, `"structuredContent":{"result":[[1,2],[]]}`},
		{"search", `{"query":"a"}`, `"structuredContent":{"result":[{"name":"a"}]}`},
		{"search", `{"query":"b"}`, `"text":"not found"`},
		{"len", `{}`, `"structuredContent":{"result":1}`},
	} {
		c.Send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,"arguments":%s}}`, i+10, call.tool, call.args))
		if got := c.Receive(); !strings.Contains(got, call.want) {
			t.Errorf("%s %s: got %s, want %s", call.tool, call.args, got, call.want)
		}
	}
}
