package guard_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// TestStreams bounds the streams that one caller has open.
func TestStreams(t *testing.T) {
	t.Parallel()
	g := newGuard(t, guard.Config{Auth: []guard.Authenticator{newKeys(t)}, MaxStreams: 2})
	open, release := make(chan struct{}, 10), make(chan struct{})
	h := g.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" { // as the WebSocket transport does
			if _, err := g.Hold(r); err != nil {
				w.WriteHeader(http.StatusTooManyRequests)
			}
			return
		}
		if r.Method == http.MethodGet {
			open <- struct{}{}
			<-release
		}
	}), guard.Open{})
	alice, bob := http.Header{"Authorization": {"ApiKey " + aliceKey}}, http.Header{"Authorization": {"ApiKey " + bobKey}}
	var all sync.WaitGroup
	for _, path := range []string{"/mcp", "/mcp/events"} {
		all.Go(func() {
			if w := do(h, "GET", path, alice); w.Code != 200 {
				t.Errorf("%s: %d", path, w.Code)
			}
		})
		<-open
	}
	upgrade := http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Authorization": alice["Authorization"]}
	for i, tt := range []struct {
		method, path string
		header       http.Header
		want         int
	}{
		{"GET", "/mcp", alice, 429}, {"GET", "/mcp/events", alice, 429}, {"GET", "/mcp", upgrade, 429},
		{"POST", "/mcp", alice, 200},
	} {
		w := do(h, tt.method, tt.path, tt.header)
		if w.Code != tt.want || tt.want == 429 && tt.header.Get("Upgrade") == "" && (w.Header().Get("Retry-After") != "1" || !strings.Contains(message(t, w), "too many streams")) {
			t.Errorf("request %d: %d %s", i, w.Code, w.Body)
		}
	}
	all.Go(func() {
		if w := do(h, "GET", "/mcp", bob); w.Code != 200 { // has a count of his own
			t.Errorf("%d", w.Code)
		}
	})
	<-open
	close(release)
	all.Wait()
	if w := do(h, "GET", "/mcp", alice); w.Code != 200 {
		t.Errorf("afterwards: %d", w.Code)
	}
}

// TestListens bounds the subscriptions of one caller.
func TestListens(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(behind(t, guard.Config{MaxStreams: 1}, tool("x", nothing)))
	defer srv.Close()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	listen := func(ctx context.Context) *http.Response {
		body := `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL+"/mcp", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range map[string]string{"Content-Type": "application/json", "Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"} {
			r.Header.Set(k, v)
		}
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		return res
	}
	ctx, cancel := context.WithCancel(t.Context())
	if first := listen(ctx); first.StatusCode != 200 {
		t.Fatal(first.Status)
	}
	second := listen(t.Context())
	body, err := io.ReadAll(second.Body)
	if err != nil || second.StatusCode != 429 || !strings.Contains(string(body), "too many streams") || second.Header.Get("Retry-After") != "1" {
		t.Errorf("%s %v %s", second.Status, second.Header, body)
	}
	cancel()
	for status := 0; status != 200; { // the server may not have noticed
		ctx, cancel := context.WithCancel(t.Context())
		status = listen(ctx).StatusCode
		cancel()
	}
}

// until is an authenticator whose credentials expire.
type until struct {
	guard.Authenticator

	at time.Time
}

func (u until) Authenticate(r *http.Request) (*guard.Identity, error) {
	id, err := u.Authenticator.Authenticate(r)
	if id != nil {
		id.Expires = u.at
	}
	return id, err
}

// TestExpires tells transports until when a connection may stay.
func TestExpires(t *testing.T) {
	t.Parallel()
	at := time.Now().Add(time.Hour)
	g := newGuard(t, guard.Config{MaxBodyMemory: 100, Auth: []guard.Authenticator{until{guard.AuthFunc(func(context.Context, *http.Request) (mcp.Principal, error) {
		return mcp.Principal{Subject: "a"}, nil
	}), at}}})
	var got time.Time
	h := g.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = g.Expires(r.Context()) }), guard.Open{})
	if w := do(h, "POST", "/mcp", http.Header{"Authorization": {"Bearer x"}}); w.Code != 200 || !got.Equal(at) {
		t.Errorf("%d, %v", w.Code, got)
	}
	if at := g.Expires(t.Context()); !at.IsZero() {
		t.Error(at)
	}
	for i, want := range []bool{true, false} {
		if got := g.TakeMemory(60); got != want {
			t.Errorf("%d: %v", i, got)
		}
	}
	g.ReleaseMemory(60)
	if !g.TakeMemory(100) {
		t.Error("it was not released")
	}
}
