package mcp

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// recorder is a Stream that keeps copies of what was sent.
type recorder struct {
	mu      sync.Mutex
	sent    []string
	answer  string
	answers int
	code    int
	late    int // messages sent after the answer
}

func (r *recorder) Send(_ context.Context, msg []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.answers > 0 {
		r.late++
	}
	r.sent = append(r.sent, string(msg))
	return nil
}

func (r *recorder) Respond(_ context.Context, msg []byte, code int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer, r.code = string(msg), code
	r.answers++
	return nil
}

// drop is a Stream that keeps nothing.
type drop struct{}

func (drop) Send(context.Context, []byte) error         { return nil }
func (drop) Respond(context.Context, []byte, int) error { return nil }

// send hands one message to a connection and gives what came back.
func send(ctx context.Context, c *Conn, msg string) *recorder {
	r := new(recorder)
	m := Parse([]byte(msg))
	c.Handle(ctx, m, r)
	m.Release()
	return r
}

// begin hands one message to a connection in a goroutine of its own. The
// function it gives waits for the end of it.
func begin(ctx context.Context, c *Conn, msg string) (wait func() *recorder) {
	done := make(chan *recorder, 1)
	go func() { done <- send(ctx, c, msg) }()
	return func() *recorder { return <-done }
}

const stateless = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`

// modern is a request of the stateless era. params are members, "" for none.
func modern(id, method, params string) string {
	if params != "" {
		params += ","
	}
	return `{"jsonrpc":"2.0","id":` + id + `,"method":"` + method + `","params":{` + params + stateless + `}}`
}

// legacy is a request of a session.
func legacy(id, method, params string) string {
	return `{"jsonrpc":"2.0","id":` + id + `,"method":"` + method + `","params":{` + params + `}}`
}

// calling makes the parameters of a call.
func calling(tool string) string { return `"name":"` + tool + `","arguments":{}` }

// quiet is a logger that logs nothing.
var quiet = slog.New(slog.DiscardHandler)

// server makes a server with one tool for each function.
func server(t *testing.T, o *Options, tools map[string]func(context.Context, *Call) error) *Server {
	t.Helper()
	var opts Options
	if o != nil {
		opts = *o
	}
	if opts.Logger == nil {
		opts.Logger = quiet
	}
	s := NewServer(Info{Name: "test", Version: "1"}, &opts)
	for name, f := range tools {
		s.Register(ToolDef{Name: name, Call: f})
	}
	return s
}

// connect opens a connection as stdio would, closed with the test.
func connect(t *testing.T, s *Server) *Conn {
	t.Helper()
	c := s.NewConn(ConnOptions{Transport: "stdio", CancelByMessage: true})
	t.Cleanup(c.Close)
	return c
}

// session opens a connection and a session on it.
func session(t *testing.T, s *Server, rev string) *Conn {
	t.Helper()
	c := connect(t, s)
	r := send(t.Context(), c, legacy("0", "initialize", `"protocolVersion":"`+rev+`","capabilities":{},"clientInfo":{"name":"c","version":"1"}`))
	if !strings.Contains(r.answer, rev) {
		t.Fatalf("initialize: %s", r.answer)
	}
	return c
}

// contains fails the test unless all parts are in s.
func contains(t *testing.T, s string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(s, part) {
			t.Errorf("%q is not in %s", part, s)
		}
	}
}
