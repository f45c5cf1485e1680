package serve

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

// TestMaxStreams bounds what one caller has open over all transports together.
func TestMaxStreams(t *testing.T) {
	t.Parallel()
	base, stop, ended := run(t, newServer(), Config{Guard: guard.Config{MaxStreams: 3}})
	websocket := func() (mcptest.Peer, error) {
		return mcptest.WebSocket(t.Context(), "ws"+strings.TrimPrefix(base, "http")+"/mcp", nil)
	}
	events := func() (int, context.CancelFunc) {
		ctx, cancel := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/mcp/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		return res.StatusCode, cancel
	}
	var open []mcptest.Peer
	for range 2 {
		p, err := websocket()
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, p)
	}
	status, cancel := events()
	if status != http.StatusOK {
		t.Fatal(status)
	}
	if _, err := websocket(); err == nil {
		t.Error("a fourth connection was let in")
	}
	if status, _ := events(); status != http.StatusTooManyRequests {
		t.Errorf("a fourth stream: %d", status)
	}
	if _, body := postKeyed(t, base, "k", meta); !strings.Contains(body, "unknown tool") { // calls go on
		t.Error(body)
	}
	cancel()
	_ = open[0].Close()
	for status := 0; status != http.StatusOK; { // the server may not have noticed
		status, cancel = events()
		cancel()
	}
	_ = open[1].Close()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestStopStreams stops a server with idle streams. Each gets its end in full, and
// only then Run returns.
func TestStopStreams(t *testing.T) {
	t.Parallel()
	tool, _, _ := hold()
	base, stop, ended := run(t, newServer(tool), Config{})
	open := func(method, path, body string, header http.Header) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = header
		req.Header.Set("Accept", "application/json, text/event-stream")
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s %s: %d", method, path, res.StatusCode)
		}
		return res
	}
	typed := http.Header{"Content-Type": {"application/json"}}
	begun := open("POST", "/mcp", `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`, typed)
	streams := map[string]*http.Response{
		"retry: ":         open("GET", "/mcp", "", http.Header{"Mcp-Session-Id": begun.Header["Mcp-Session-Id"]}),
		"event: endpoint": open("GET", "/mcp/events", "", http.Header{}),
		`"id":1,"result":{`: open("POST", "/mcp", `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},`+meta+`}}`,
			http.Header{"Content-Type": {"application/json"}, "Mcp-Protocol-Version": {"2026-07-28"}, "Mcp-Method": {"subscriptions/listen"}}),
	}
	stop()
	for want, res := range streams {
		if !res.Close {
			t.Errorf("%q: the response does not say that its connection ends", want)
		}
		if body, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(body), want) {
			t.Errorf("want %q: %q, %v", want, body, err)
		}
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
