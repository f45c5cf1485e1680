package serve

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

// TestTransports serves what is named and refuses the rest.
func TestTransports(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]struct {
		start          string
		ws, sse        bool
		post, get, sub int // statuses of POST /mcp, without headers, GET /mcp and GET /mcp/events; 0: a stream
	}{
		"http":           {start: "/mcp (http); ", post: 400, get: 405, sub: 404},
		"websocket":      {start: "/mcp (websocket); ", ws: true, post: 426, get: 426, sub: 404},
		"sse":            {start: "/mcp/events (sse); ", sse: true, post: 404, get: 404},
		"sse, http":      {start: "/mcp (http) and /mcp/events (sse); ", sse: true, post: 400, get: 405},
		"http,websocket": {start: "/mcp (http, websocket); ", ws: true, post: 400, get: 405, sub: 404},
	} {
		t.Run(names, func(t *testing.T) {
			t.Parallel()
			c, err := configure([]string{"-http", "127.0.0.1:0", "-transports", names}, func(string) string { return "" }, io.Discard, nil)
			if err != nil {
				t.Fatal(err)
			}
			r, w := io.Pipe()
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				defer w.Close()
				ended <- Run(ctx, newServer(), c, Stdio{Err: w})
			}()
			lines := bufio.NewScanner(r)
			lines.Scan()
			_, rest, ok := strings.Cut(lines.Text(), "http://")
			addr, _, _ := strings.Cut(rest, "/")
			if !ok || !strings.HasPrefix(rest[len(addr):], want.start) {
				t.Fatalf("start line %q, want %q", lines.Text(), want.start)
			}
			base := "http://" + addr
			ws, err := mcptest.WebSocket(t.Context(), "ws://"+addr+"/mcp", nil)
			if (err == nil) != want.ws {
				t.Errorf("WebSocket: %v", err)
			}
			if err == nil {
				_ = ws.Close()
			}
			stream, err := mcptest.SSE(t.Context(), base+"/mcp/events")
			if (err == nil) != want.sse {
				t.Errorf("SSE: %v", err)
			}
			if err == nil {
				_ = stream.Close()
			}
			res, err := http.Post(base+"/mcp", "application/json", strings.NewReader(call(1, "hello")))
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != want.post {
				t.Errorf("POST: %s, want %d", res.Status, want.post)
			}
			for path, status := range map[string]int{"/mcp": want.get, "/mcp/events": want.sub} {
				if status == 0 {
					continue
				}
				if got, body := get(t, base+path, nil); got != status {
					t.Errorf("GET %s: %d %s, want %d", path, got, body, status)
				}
			}
			http.DefaultClient.CloseIdleConnections()
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
	_, err := configure([]string{"-transports", "http,ws"}, func(string) string { return "" }, io.Discard, nil)
	if err == nil || err.Error() != `-transports (MCP_TRANSPORTS): "ws" is no transport: want some of http, websocket, sse` {
		t.Errorf("ws: %v", err)
	}
}

// TestMessagesBehindPrefix: a stream that was opened through a gateway tells its
// client the path that the gateway has for messages.
func TestMessagesBehindPrefix(t *testing.T) {
	t.Parallel()
	for resource, want := range map[string]string{
		"": "", "https://a.example/mcp": "", "https://a.example": "", "https://a.example/api": "", "https://a.example/shop/mcp": "/shop/mcp/messages", "https://a.example/a%20b/mcp/": "/a%20b/mcp/messages",
	} {
		c := Config{Guard: guard.Config{Resource: resource}}
		if got := c.messages(); got != want {
			t.Errorf("%s: %q, want %q", resource, got, want)
		}
	}
}
