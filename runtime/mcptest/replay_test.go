package mcptest

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// A script is a peer that gives what it was told to, whatever is sent.
type script struct {
	sent    []string
	replies []Received
}

func (s *script) Send(_ context.Context, msg []byte) error {
	s.sent = append(s.sent, string(msg))
	return nil
}

func (s *script) Receive(context.Context) (Received, error) {
	if len(s.replies) == 0 {
		return Received{}, io.EOF
	}
	r := s.replies[0]
	s.replies = s.replies[1:]
	return r, nil
}

func (s *script) Close() error { return nil }

// play runs the only scene of a transcript in the stateless era.
func play(t *testing.T, text string, http bool, replies ...Received) (*script, error) {
	t.Helper()
	scenes, err := parseTranscript([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s := &script{replies: replies}
	r := &run{peer: s, revision: scenes[0].revisions[0], bare: scenes[0].bare, http: http, vars: vars{}, tokens: map[string]string{}}
	if err := r.scene(scenes[0]); err != nil {
		return s, err
	}
	return s, drain(s)
}

func received(msgs ...string) (rs []Received) {
	for _, m := range msgs {
		rs = append(rs, Received{Message: []byte(m), Status: 200})
	}
	return rs
}

func TestRun(t *testing.T) {
	t.Parallel()
	const two = `-- 2026-07-28 --
> {"id":1,"method":"a","params":{"_meta":{"progressToken":"p"}}}
> {"id":2,"method":"b"}
< {"method":"notifications/progress","params":{"progressToken":"p"}}
< {"id":1,"result":{}}
< {"id":2,"result":{}}
`
	progress := `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p"}}`
	one, other := `{"jsonrpc":"2.0","id":1,"result":{}}`, `{"jsonrpc":"2.0","id":2,"result":{}}`
	tests := []struct {
		name    string
		text    string
		http    bool
		replies []Received
		err     string // part of the error; "": passes
	}{
		{"in order", two, false, received(progress, one, other), ""},
		{"one exchange overtakes the other", two, false, received(other, progress, one), ""},
		{"progress behind the answer", two, false, received(one, progress, other), `4: message has no "method"`},
		{"an answer is missing", two, false, received(progress, one), "6: want"},
		{"an answer too much", two, false, received(progress, one, other, one), "received what nobody wanted"},
		{"another id", two, false, received(`{"jsonrpc":"2.0","id":"1","result":{}}`), `4: received {"jsonrpc":"2.0","id":"1"`},
		{"another result", two, false, received(`{"jsonrpc":"2.0","id":2,"result":1}`), "6: result is 1, want {}"},
		{"no JSON", two, false, received(`{"id":1`), "4: received no JSON"},
		{"no JSON-RPC", two, false, received(`{"id":1,"result":{}}`), `"jsonrpc" is not "2.0"`},
		{"status", "-- 2026-07-28 --\n<404 {\"id\":1}", true, received(`{"jsonrpc":"2.0","id":1}`), "HTTP status 200, want 404"},
		{"status elsewhere", "-- 2026-07-28 --\n<404 {\"id\":1}", false, received(`{"jsonrpc":"2.0","id":1}`), ""},
		{"status of the era", "-- 2026-07-28 --\n<200/404 {\"id\":1}", true, received(`{"jsonrpc":"2.0","id":1}`), ""},
		{"accepted", "-- 2026-07-28 --\n<202\n", true, []Received{{Status: 202}}, ""},
		{"not accepted", "-- 2026-07-28 --\n<202\n", true, []Received{{Status: 400}}, "status 400"},
		{"accepted by the way", "-- 2026-07-28 --\n< {\"id\":1}", true, append([]Received{{Status: 202}}, received(`{"jsonrpc":"2.0","id":1}`)...), ""},
		{"no messages elsewhere", "-- 2026-07-28 --\n<202\n", false, nil, ""},
		{"batch", "-- 2026-07-28 --\n< [{\"id\":1},{\"id\":2}]", false, received(`[{"jsonrpc":"2.0","id":1},{"jsonrpc":"2.0","id":2}]`), ""},
		{"unknown variable", "-- 2026-07-28 --\n> {\"id\":$x}", false, nil, "2: $x has no value yet"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := play(t, tt.text, tt.http, tt.replies...)
			switch {
			case tt.err == "" && err != nil:
				t.Errorf("failed: %v", err)
			case tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
				t.Errorf("error = %v, want it to say %q", err, tt.err)
			}
		})
	}
}

// TestEnvelope checks what is added to messages.
func TestEnvelope(t *testing.T) {
	t.Parallel()
	meta := `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}`
	tests := []struct{ head, msg, want string }{
		{"2026-07-28", `{"id":1,"method":"m"}`, `{"jsonrpc":"2.0","id":1,"method":"m","params":{` + meta + `}}}`},
		{"2026-07-28", `{"id":1,"method":"m","params":{"a":1}}`, `{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":1,` + meta + `}}}`},
		{"2026-07-28", `{"id":1,"method":"m","params":{"_meta":{"x":1},"a":1}}`, `{"jsonrpc":"2.0","id":1,"method":"m","params":{` + meta + `,"x":1},"a":1}}`},
		{
			"2026-07-28", `{"id":1,"method":"m","params":{"_meta":{"io.modelcontextprotocol/clientCapabilities":{"roots":{}}}}}`,
			`{"jsonrpc":"2.0","id":1,"method":"m","params":{` + strings.TrimSuffix(meta, "{}") + `{"roots":{}}}}}`,
		},
		{"2026-07-28", `{"method":"n"}`, `{"jsonrpc":"2.0","method":"n"}`},
		{"2026-07-28", `{"id":1,"result":{}}`, `{"jsonrpc":"2.0","id":1,"result":{}}`},
		{"2026-07-28 bare", `{"id":1,"method":"m"}`, `{"id":1,"method":"m"}`},
		{"2024-11-05 bare", `[1]`, `[1]`},
	}
	for _, tt := range tests {
		s, err := play(t, "-- "+tt.head+" --\n> "+tt.msg, false)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(s.sent, []string{tt.want}) {
			t.Errorf("%s in %s was sent as\n%s, want\n%s", tt.msg, tt.head, s.sent, tt.want)
		}
	}
}

// TestHandshake checks what goes before a scene of the stateful era.
func TestHandshake(t *testing.T) {
	t.Parallel()
	text := "-- 2025-03-26 --\n> {\"id\":1,\"method\":\"m\"}"
	s, err := play(t, text, false, received(`{"jsonrpc":"2.0","id":"initialize","result":{"protocolVersion":"2025-03-26"}}`)...)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.sent) != 3 || !strings.Contains(s.sent[0], `"protocolVersion":"2025-03-26"`) || !strings.Contains(s.sent[1], "notifications/initialized") || s.sent[2] != `{"jsonrpc":"2.0","id":1,"method":"m"}` {
		t.Errorf("sent %q", s.sent)
	}
	if _, err := play(t, text, false, received(`{"jsonrpc":"2.0","id":"initialize","result":{"protocolVersion":"2025-11-25"}}`)...); err == nil {
		t.Error("another revision was taken")
	}
}

// TestConnect is how a test of a server looks.
func TestConnect(t *testing.T) {
	t.Parallel()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil)
	s.Register(mcp.ToolDef{Name: "hello", Call: func(_ context.Context, c *mcp.Call) error {
		c.Progress().Report(1, 1, "")
		c.Text("Hello, world!")
		return nil
	}})
	c := Connect(t, s)
	c.Initialize("2025-06-18")
	c.Send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"hello","_meta":{"progressToken":"p"}}}`)
	c.Expect(`{"method":"notifications/progress","params":{"progressToken":"p","progress":1,…}}`)
	c.Expect(`{"id":1,"result":{"content":[{"type":"text","text":"Hello, …!"}]}}`)
	c.Send(`{"jsonrpc":"2.0","id":2,"method":"ping"}`)
	if got := c.Receive(); got != `{"jsonrpc":"2.0","id":2,"result":{}}` {
		t.Errorf("received %s", got)
	}
}

// A failing is a test that is expected to fail, and says how.
type failing struct {
	testing.TB

	said string
}

func (f *failing) Helper()        {}
func (f *failing) Cleanup(func()) {}

func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// TestClientFails has tests that must fail.
func TestClientFails(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		want string
		test func(c *Client)
	}{
		{"another message", "id is 2, want 1", func(c *Client) { c.Expect(`{"id":1,…}`) }},
		{"pattern", "pattern: ", func(c *Client) { c.Expect(`{"id":`) }},
		{"end", "receive: EOF", func(c *Client) {
			c.Receive()
			c.Receive()
		}},
		{"revision", "initialize with 2025-06-18: received", func(c *Client) { c.Initialize("2025-06-18") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := &failing{TB: t}
			done := make(chan struct{})
			go func() {
				defer close(done)
				tt.test(NewClient(f, &script{replies: received(`{"jsonrpc":"2.0","id":2,"result":{}}`)}))
			}()
			<-done
			if !strings.Contains(f.said, tt.want) {
				t.Errorf("failed with %q, want %q", f.said, tt.want)
			}
		})
	}
}
