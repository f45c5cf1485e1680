package serve

import (
	"context"
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
