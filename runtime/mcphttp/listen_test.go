package mcphttp_test

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

// A counter counts what its connections write.
type counter struct {
	net.Listener
	writes atomic.Int32
}

func (c *counter) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &countedConn{conn, c}, nil
}

type countedConn struct {
	net.Conn
	c *counter
}

func (c *countedConn) Write(b []byte) (int, error) {
	c.c.writes.Add(1)
	return c.Conn.Write(b)
}

// TestListenInOneWrite tells in how many writes an answer leaves.
func TestListenInOneWrite(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		listen  func(net.Listener) net.Listener
		answer  int
		written int32
	}{
		{"short", mcphttp.Listen, 1 << 10, 1},
		{"long", mcphttp.Listen, 6 << 10, 1},
		{"long, as net/http writes it", func(l net.Listener) net.Listener { return l }, 6 << 10, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, &mcphttp.Options{Stateless: true})
			srv := httptest.NewUnstartedServer(w.e)
			l := &counter{Listener: srv.Listener}
			srv.Listener = tt.listen(l)
			srv.Config.ConnContext = mcphttp.ConnContext
			srv.Start()
			defer srv.Close()
			text := strings.Repeat("x", tt.answer)
			for range 3 { // the connection is used again
				before := l.writes.Load()
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL, strings.NewReader(
					`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"`+text+`"}}}`))
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("Accept", "application/json, text/event-stream")
				req.Header.Set("Mcp-Protocol-Version", mcp.Revision20250618)
				res, err := srv.Client().Do(req)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(res.Body)
				_ = res.Body.Close()
				if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), text) {
					t.Fatal(res.Status, err, string(body))
				}
				if n := l.writes.Load() - before; n != tt.written {
					t.Errorf("%d writes, want %d", n, tt.written)
				}
			}
		})
	}
}

func ExampleListen() {
	s := mcp.NewServer(mcp.Info{Name: "example", Version: "1.0.0"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	e := mcphttp.New(s, &mcphttp.Options{Stateless: true})
	defer e.Close()

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	srv := http.Server{Handler: e, ConnContext: mcphttp.ConnContext}
	go srv.Serve(mcphttp.Listen(l))
	defer srv.Close()

	req, err := http.NewRequest(http.MethodPost, "http://"+l.Addr().String(), strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"ping"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	fmt.Println(res.Status, string(body), err)
	// Output: 200 OK {"jsonrpc":"2.0","id":1,"result":{}} <nil>
}
