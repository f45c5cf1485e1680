//go:build !race

// The race detector takes memory of its own.

package runtime_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/mcpsse"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

const (
	modernHeaders = "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMcp-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n"
	modernListen  = `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`
	initialize    = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}`
)

// An idler is a client that opens something and then says nothing.
type idler struct {
	t    *testing.T
	addr string
	net.Conn
	*bufio.Reader
}

func dialIdle(t *testing.T, addr string) *idler {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return &idler{t, addr, conn, bufio.NewReaderSize(conn, 16)}
}

// send sends a request and gives the response, of which the body has not been
// read.
func (c *idler) send(request, headers, body string) *http.Response {
	c.t.Helper()
	if body != "" {
		headers += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	if _, err := fmt.Fprintf(c.Conn, "%s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s", request, c.addr, headers, body); err != nil {
		c.t.Fatal(err)
	}
	res, err := http.ReadResponse(c.Reader, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		c.t.Fatal(res.Status)
	}
	return res
}

// begin begins a session.
func (c *idler) begin() (id string) {
	c.t.Helper()
	res := c.send("POST /mcp", "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n", initialize)
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		c.t.Fatal(err)
	}
	return res.Header.Get("Mcp-Session-Id")
}

// TestIdle bounds the memory that what does nothing holds, heap and stacks, and
// its goroutines. The client's end is counted too, with about half a kilobyte. The
// runtime may have goroutines of streams begin with 4 KiB of stack: what net/http holds
// is 28 or 30 KiB by that.
func TestIdle(t *testing.T) { //nolint:paralleltest // it counts
	const most = 1 << 10
	standing := func(c *idler) {
		c.send("GET /mcp", "Accept: text/event-stream\r\nMcp-Session-Id: "+c.begin()+"\r\n", "")
	}
	events := func(c *idler) { c.send("GET /sse", "Accept: text/event-stream\r\n", "") }
	listen := func(c *idler) { c.send("POST /mcp", modernHeaders, modernListen) }
	tests := []struct {
		name       string
		open       func(c *idler)
		bytes      int
		goroutines int  // 0: one connection does for all
		detached   bool // from net/http
	}{
		{"session", func(c *idler) { c.begin() }, most, 0, false}, // about 500
		{"websocket", func(c *idler) {
			c.send("GET /ws", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", "")
		}, 9 * most, 1, false},
		{"event stream of a session", standing, 18 * most, 2, true},
		{"HTTP+SSE", events, 18 * most, 2, true},
		{"listen", listen, 25 * most, 2, true},
		{"event stream of a session, as net/http has it", standing, 30 * most, 2, false},
		{"HTTP+SSE, as net/http has it", events, 30 * most, 2, false},
		{"listen, as net/http has it", listen, 30 * most, 2, false},
	}
	for _, tt := range tests { //nolint:paralleltest // as above
		t.Run(tt.name, func(t *testing.T) {
			s := fixture.New(nil)
			mux := http.NewServeMux()
			plain, events, ws := mcphttp.New(s, nil), mcpsse.New(s, nil), mcpws.New(s, nil)
			mux.Handle("/mcp", plain)
			mux.Handle("/sse", events)
			mux.Handle("/ws", ws)
			h := http.Handler(mux)
			if tt.detached {
				h = mcphttp.Detach(h)
			}
			srv := httptest.NewServer(h)
			t.Cleanup(func() {
				_ = plain.Close()
				_ = events.Close()
				_ = ws.Shutdown(context.Background())
				srv.Close()
			})
			n := 300
			if tt.goroutines == 0 { // so small that what pools hold would be noticed
				n = 3000
			}
			conns := make([]*idler, 0, n)
			t.Cleanup(func() {
				for _, c := range conns {
					_ = c.Close()
				}
			})
			once := func() {
				if tt.goroutines > 0 || len(conns) == 0 {
					conns = append(conns, dialIdle(t, strings.TrimPrefix(srv.URL, "http://")))
				}
				tt.open(conns[len(conns)-1])
			}
			for range 20 { // what the first ones bring about for all
				once()
			}
			heap, goroutines := inUse()
			for range n {
				once()
			}
			after, running := inUse()
			each, grown := (after-heap)/n, running-goroutines
			t.Logf("%d bytes, %.2f goroutines each", each, float64(grown)/float64(n))
			if each > tt.bytes || grown > tt.goroutines*n+30 {
				t.Errorf("%d bytes and %.2f goroutines each, want at most %d and %d", each, float64(grown)/float64(n), tt.bytes, tt.goroutines)
			}
		})
	}
}

// inUse is how many bytes of heap and stacks are in use, and how many goroutines.
func inUse() (bytes, goroutines int) {
	runtime.GC()
	runtime.GC() // stacks are made smaller by the first, and what pools held is gone after the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse), runtime.NumGoroutine()
}
