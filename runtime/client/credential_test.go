package client_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/mcpsse"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// TestCredential sends a new one with every request of each transport.
func TestCredential(t *testing.T) {
	t.Parallel()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{Name: "hello", Call: func(_ context.Context, c *mcp.Call) error { c.Text("hello"); return nil }})
	mux := http.NewServeMux()
	mux.Handle("/mcp", mcphttp.Handler(s, nil))
	mux.Handle("/ws", mcpws.Handler(s, nil))
	mux.Handle("/events/", mcpsse.New(s, nil))
	for name, path := range map[string]string{"http": "/mcp", "ws": "/ws", "sse+http": "/events/"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var seen []string
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				seen = append(seen, r.Header.Get("Authorization"))
				mu.Unlock()
				mux.ServeHTTP(w, r)
			}))
			t.Cleanup(srv.Close)
			n := 0
			c, err := client.Dial(t.Context(), name+strings.TrimPrefix(srv.URL, "http")+path, &client.Options{
				Header: http.Header{"Authorization": {"Bearer old"}},
				Credential: func(context.Context) (string, error) {
					mu.Lock()
					defer mu.Unlock()
					n++
					return fmt.Sprint("Bearer ", n), nil
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if _, err := c.CallTool(t.Context(), "hello", nil); err != nil {
					t.Fatal(err)
				}
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if name == "ws" && len(seen) != 1 || name != "ws" && len(seen) < 3 {
				t.Errorf("%d requests", len(seen))
			}
			got := map[string]bool{}
			for _, value := range seen {
				if got[value] || value == "Bearer old" || value == "" {
					t.Errorf("credentials %q", seen)
				}
				got[value] = true
			}
		})
	}
}

// TestCredentialRefused asks nobody for a credential that would be read on the way,
// and tells why there is none.
func TestCredentialRefused(t *testing.T) {
	t.Parallel()
	asked := false
	o := &client.Options{Credential: func(context.Context) (string, error) {
		asked = true
		return "", errors.New("the vault is closed")
	}}
	for _, url := range []string{"http://mcp.example.com/mcp", "ws://mcp.example.com/mcp", "sse+http://mcp.example.com/mcp/events", "http://192.0.2.1/mcp"} {
		if _, err := client.Dial(t.Context(), url, o); err == nil || !strings.Contains(err.Error(), "without TLS") {
			t.Errorf("%s: %v", url, err)
		}
	}
	if asked {
		t.Error("the credential was asked for")
	}
	plain := *o
	plain.PlainHTTP = true
	for url, o := range map[string]*client.Options{"http://127.0.0.1:1/mcp": o, "ws://localhost:1/mcp": o, "sse+http://[::1]:1/mcp": o, "http://mcp.example.com/mcp": &plain} {
		if _, err := client.Dial(t.Context(), url, o); err == nil || !strings.Contains(err.Error(), "the vault is closed") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
