package mcphttp_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/internal/sse"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// A world is a server with tools that a test can steer, on a real listener.
type world struct {
	t      *testing.T
	s      *mcp.Server
	e      *mcphttp.Endpoint
	srv    *httptest.Server
	client *http.Client
	url    string

	held    chan string   // each call of hold sends the text it was given
	release chan struct{} // and returns when this is closed
	ended   chan error    // or cancelled: the cause

	mu   *sync.Mutex
	step func(done int) // called before each report of steps; may be nil
}

func newWorld(t *testing.T, o *mcphttp.Options) *world {
	t.Helper()
	return newInstance(t, o, nil)
}

// newInstance is newWorld with the secrets that the instances of one server share.
func newInstance(t *testing.T, o *mcphttp.Options, keys [][]byte) *world {
	t.Helper()
	w := &world{t: t, mu: new(sync.Mutex), held: make(chan string, 100), release: make(chan struct{}), ended: make(chan error, 100)}
	w.s = mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler), StateKeys: keys})
	w.registerTools()
	w.e = mcphttp.New(w.s, o)
	h := http.Handler(w.e)
	if strings.HasPrefix(t.Name(), "TestDetached/") {
		h = mcphttp.Detach(h)
	}
	w.srv = httptest.NewServer(h)
	w.url = w.srv.URL
	w.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
	t.Cleanup(func() {
		w.client.CloseIdleConnections()
		if err := w.e.Close(); err != nil {
			t.Error(err)
		}
		w.srv.Close()
	})
	return w
}

func (w *world) registerTools() {
	w.s.Register(mcp.ToolDef{Name: "echo", Call: func(_ context.Context, c *mcp.Call) error {
		text, _ := argument(c)
		c.Text(text)
		return c.Check()
	}})
	w.s.Register(mcp.ToolDef{Name: "big", Call: func(_ context.Context, c *mcp.Call) error {
		_, n := argument(c)
		c.Text(strings.Repeat("x", n))
		return c.Check()
	}})
	w.s.Register(mcp.ToolDef{Name: "hold", Call: func(ctx context.Context, c *mcp.Call) error {
		text, _ := argument(c)
		if err := c.Check(); err != nil {
			return err
		}
		w.held <- text
		select {
		case <-w.release:
			c.Text("released")
			return nil
		case <-ctx.Done():
			w.ended <- context.Cause(ctx)
			return ctx.Err()
		}
	}})
	w.s.Register(mcp.ToolDef{Name: "steps", Call: func(_ context.Context, c *mcp.Call) error {
		text, n := argument(c)
		if err := c.Check(); err != nil {
			return err
		}
		for i := range n {
			w.mu.Lock()
			step := w.step
			w.mu.Unlock()
			if step != nil {
				step(i)
			}
			c.Progress().Report(float64(i+1), float64(n), text)
		}
		c.Text("done " + text)
		return nil
	}})
	w.s.Register(mcp.ToolDef{Name: "flood", Call: func(ctx context.Context, c *mcp.Call) error {
		message := strings.Repeat("x", 64<<10)
		for i := 0; ctx.Err() == nil; i++ {
			c.Progress().Report(float64(i), 0, message)
		}
		w.ended <- context.Cause(ctx)
		return ctx.Err()
	}})
	w.s.Register(mcp.ToolDef{
		Name:        "region",
		InputSchema: `{"type":"object","properties":{"text":{"type":"string","x-mcp-header":"Region"},"n":{"type":"integer","x-mcp-header":"N"}}}`,
		Call: func(_ context.Context, c *mcp.Call) error {
			text, n := argument(c)
			c.Text(fmt.Sprintf("%s %d", text, n))
			return c.Check()
		},
	})
	w.s.Register(mcp.ToolDef{Name: "roots", Call: func(ctx context.Context, c *mcp.Call) error {
		roots, err := mcp.Roots(ctx)
		if err != nil {
			return err
		}
		c.Text(roots[0].URI)
		return nil
	}})
	w.s.Register(mcp.ToolDef{Name: "client", Call: func(_ context.Context, c *mcp.Call) error {
		c.Text(c.Request().Client().Name + " " + c.Request().Revision())
		return nil
	}})
	w.s.Register(mcp.ToolDef{Name: "reconnect", Call: func(ctx context.Context, c *mcp.Call) error {
		if err := mcp.CloseStream(ctx); err != nil {
			c.Text(err.Error())
			return nil
		}
		<-w.release
		c.Text("came back")
		return nil
	}})
	w.s.Register(mcp.ToolDef{Name: "boom", Call: func(context.Context, *mcp.Call) error { panic("boom") }})
}

// argument reads {"text": string, "n": integer}.
func argument(c *mcp.Call) (text string, n int) {
	d := c.Arguments()
	if !d.OpenObject("") {
		return "", 0
	}
	for d.NextMember() {
		switch string(d.Key()) {
		case "text":
			if s, ok := d.String("text"); ok {
				text = string(s)
			}
		case "n":
			if i, ok := d.Int("n", 64); ok {
				n = int(i)
			}
		default:
			d.Skip()
		}
	}
	return text, n
}

// A reply is a whole response.
type reply struct {
	status int
	header http.Header
	body   string
}

// do sends a request and reads the response to its end.
func (w *world) do(method, body string, header ...string) reply {
	w.t.Helper()
	resp := w.open(w.t.Context(), method, body, header...)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Errorf("read the response: %v", err)
	}
	return reply{resp.StatusCode, resp.Header, string(b)}
}

// open sends a request. header has names and values in turn; an empty value
// removes the default.
func (w *world) open(ctx context.Context, method, body string, header ...string) *http.Response {
	w.t.Helper()
	resp, err := w.client.Do(w.request(ctx, method, body, header...))
	if err != nil {
		w.t.Fatalf("%s: %v", method, err)
	}
	return resp
}

func (w *world) request(ctx context.Context, method, body string, header ...string) *http.Request {
	w.t.Helper()
	var src io.Reader
	if method == http.MethodPost {
		src = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, w.url, src)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json, text/event-stream")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i+1] == "" {
			r.Header.Del(header[i])
			continue
		}
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	return r
}

const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}%s}`

// modernCall is the body and headers of a call of 2026-07-28. extra are further
// members of _meta, with a comma before them.
func modernCall(id int, tool, arguments, extra string) (body string, header []string) {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,"arguments":%s,`+meta+`}}`, id, tool, arguments, extra),
		[]string{"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", tool}
}

// legacyCall is the body of a call before 2026-07-28. extra are members of _meta.
func legacyCall(id int, tool, arguments, extra string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,"arguments":%s,"_meta":{%s}}}`, id, tool, arguments, extra)
}

const initBody = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":%q,"capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`

// begin opens a session and gives the headers of its requests.
func (w *world) begin(revision string) []string {
	w.t.Helper()
	r := w.do(http.MethodPost, fmt.Sprintf(initBody, revision))
	id := r.header.Get("Mcp-Session-Id")
	if r.status != http.StatusOK || id == "" {
		w.t.Fatalf("initialize: %d %s", r.status, r.body)
	}
	h := []string{"Mcp-Session-Id", id, "MCP-Protocol-Version", revision}
	if r := w.do(http.MethodPost, `{"jsonrpc":"2.0","method":"notifications/initialized"}`, h...); r.status != http.StatusAccepted || r.body != "" {
		w.t.Fatalf("initialized: %d %q", r.status, r.body)
	}
	return h
}

// An answer is a JSON-RPC response or notification, as far as tests look at it.
type answer struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  string          `json:"method"`
	Params  struct {
		Progress float64 `json:"progress"`
		Message  string  `json:"message"`
	} `json:"params"`
	Result *struct {
		Content []struct {
			Text string `json:"text"`
		} `json:"content"`
		IsError bool `json:"isError"`
	} `json:"result"`
	Error *struct {
		Code    int             `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	} `json:"error"`
}

func parse(t *testing.T, body string) answer {
	t.Helper()
	var a answer
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		t.Fatalf("%q is no JSON: %v", body, err)
	}
	return a
}

func (a answer) text() string {
	if a.Result == nil || len(a.Result.Content) == 0 {
		return ""
	}
	return a.Result.Content[0].Text
}

func (a answer) code() int {
	if a.Error == nil {
		return 0
	}
	return a.Error.Code
}

// events reads the events of a stream that is being received.
type events struct {
	t    *testing.T
	resp *http.Response
	r    *sse.Reader
}

func readEvents(t *testing.T, resp *http.Response) *events {
	t.Helper()
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		b, _ := io.ReadAll(resp.Body)
		t.Fatalf("no event stream: %d %v %s", resp.StatusCode, resp.Header, b)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return &events{t, resp, sse.NewReader(bufio.NewReader(resp.Body), 8<<20)}
}

// next gives the next event with data.
func (e *events) next() (sse.Event, answer) {
	e.t.Helper()
	ev, err := e.r.Next()
	if err != nil {
		e.t.Fatalf("read an event: %v", err)
	}
	ev.Data = slices.Clone(ev.Data)
	if len(ev.Data) == 0 {
		return ev, answer{}
	}
	return ev, parse(e.t, string(ev.Data))
}

// end checks that the stream is over.
func (e *events) end() {
	e.t.Helper()
	for {
		ev, err := e.r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			e.t.Fatalf("the stream ends with %v", err)
		}
		if len(ev.Data) > 0 {
			e.t.Fatalf("unexpected event %s", ev.Data)
		}
	}
}
