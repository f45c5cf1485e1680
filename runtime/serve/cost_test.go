//go:build !race

// The race detector makes sync.Pool forget at random.

package serve

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// A sink is a ResponseWriter that costs nothing.
type sink struct {
	header http.Header
	status int
	n      int
}

func (s *sink) Header() http.Header              { return s.header }
func (s *sink) WriteHeader(status int)           { s.status = status }
func (s *sink) SetReadDeadline(time.Time) error  { return nil }
func (s *sink) SetWriteDeadline(time.Time) error { return nil }
func (s *sink) Write(b []byte) (int, error)      { s.n += len(b); return len(b), nil }

// TestAllocations bounds what a call costs beyond net/http, with the guard, the
// limits and the routes of a server.
func TestAllocations(t *testing.T) { //nolint:paralleltest // it counts
	s := mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{Name: "echo", Call: func(_ context.Context, c *mcp.Call) error {
		c.Text("hi")
		return nil
	}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, _, unshare, err := assemble(s, &Config{}, l)
	if err != nil {
		t.Fatal(err)
	}
	defer unshare()
	defer a.http.Close()
	one, other := net.Pipe()
	defer other.Close()
	conn := &httpx.Conn{Conn: one}
	defer conn.Close()

	const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{},"_meta":{` +
		`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`
	body := strings.NewReader(text)
	ctx := context.WithValue(httpx.WithConn(t.Context(), conn), http.LocalAddrContextKey, l.Addr())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+l.Addr().String()+"/mcp", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.RemoteAddr, r.ContentLength, r.Body = "127.0.0.1:1", int64(len(text)), io.NopCloser(body)
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
		"Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "echo",
	} {
		r.Header.Set(name, value)
	}
	w := &sink{header: http.Header{}}
	call := func() {
		body.Reset(text)
		clear(w.header)
		w.status, w.n = 0, 0
		a.handler.ServeHTTP(w, r)
	}
	call()
	if w.status != 0 || w.n == 0 || w.header.Get("X-Frame-Options") != "" {
		t.Fatalf("status %d, %d bytes, %v", w.status, w.n, w.header)
	}
	const most = 4 // the call's context, the guard's, a request with it, and a response
	if n := testing.AllocsPerRun(200, call); n > most {
		t.Errorf("%.1f allocations, want %d at most", n, most)
	}
}
