package mcpsse_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
	"github.com/mcpgen/mcpgen/runtime/mcpsse"
)

// TestBroadcast tells two clients of a change again and again, one of which does
// not read: it loses its stream, and the other hears of every change.
func TestBroadcast(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcpsse.Options{WriteTimeout: 200 * time.Millisecond})
	good := w.begin("2025-06-18")
	c, err := net.Dial("tcp", w.srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "GET /mcp/events HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := sse.NewReader(resp.Body, 1000).Next()
	if err != nil {
		t.Fatal(err)
	}
	stalled := &stream{w: w, address: string(e.Data)}
	stalled.post(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`)
	stalled.post(call(1, "flood", `"progressToken":1`))
	for waiting := true; waiting; {
		w.s.ToolsChanged()
		if m := good.next(); !strings.HasSuffix(m.Method, "tools/list_changed") {
			t.Fatalf("received %s", m.raw)
		}
		select {
		case <-w.ended:
			waiting = false
		default:
		}
	}
}
