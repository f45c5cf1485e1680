package serve

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// ask calls a handler that no server listens for.
func ask(t *testing.T, h http.Handler, method, target, body string, header ...string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	r.RemoteAddr = "192.0.2.7" // a platform may leave out the port
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	res := w.Result()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

const initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`

// TestStateless serves both eras request by request and refuses what would stay.
// Nothing goes on after an answer: the bubble of the test would not end otherwise.
func TestStateless(t *testing.T) {
	t.Parallel()
	keys := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(keys, []byte("ci:0123456789abcdef"), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		h, _, err := Handler(context.Background(), newServer(), Config{
			Stateless: true, APIKeysFile: keys, Store: store.NewMemory(), StateKeys: [][]byte{[]byte(strings.Repeat("k", 32))}, AuditLog: filepath.Join(filepath.Dir(keys), "audit"),
			Caching: edge.Config{Enabled: true, Regions: []edge.Region{{Name: "eu-west-1", Store: store.NewMemory()}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		const key, jsonType = "ApiKey 0123456789abcdef", "application/json"
		modern := []string{"Content-Type", jsonType, "Authorization", key, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "hello"}
		legacy := []string{"Content-Type", jsonType, "Authorization", key, "MCP-Protocol-Version", "2025-11-25"}
		listen := `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},` + meta + `}}`
		for _, tt := range []struct {
			name, method, path, body string
			header                   []string
			status                   int
			want                     string
		}{
			{"a call", "POST", "/mcp", call(1, "hello"), modern, 200, `"text":"hello"`},
			{"without credentials", "POST", "/mcp", call(1, "hello"), modern[:2], 401, "Authentication required"},
			{"initialize", "POST", "/mcp", initialize, legacy[:4], 200, `"protocolVersion":"2025-11-25"`},
			{"a legacy call", "POST", "/mcp", `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"hello"}}`, legacy, 200, `"text":"hello"`},
			{"with a session of the platform", "POST", "/mcp", `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"hello"}}`, append(legacy, "Mcp-Session-Id", "platform-7"), 200, `"text":"hello"`},
			{"a stream of a session", "GET", "/mcp", "", append(legacy, "Mcp-Session-Id", "x", "Accept", "text/event-stream"), 405, "keeps no sessions and no streams"},
			{"the end of a session", "DELETE", "/mcp", "", append(legacy, "Mcp-Session-Id", "x"), 405, "keeps no sessions and no streams"},
			{"SSE", "GET", "/mcp/events", "", legacy, 501, "keeps no sessions and no streams"},
			{"SSE, without credentials", "GET", "/mcp/events", "", nil, 401, "Authentication required"},
			{"a message of SSE", "POST", "/mcp/messages?session=x", initialize, legacy, 501, "POST every message to /mcp"},
			{"WebSocket", "GET", "/mcp", "", append(legacy, "Connection", "Upgrade", "Upgrade", "websocket"), 501, "keeps no sessions and no streams"},
			{"a subscription", "POST", "/mcp", listen, []string{"Content-Type", jsonType, "Authorization", key, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "subscriptions/listen"}, 404, "keeps nothing open"},
			{"health", "GET", "/health", "", nil, 200, "healthy"},
			{"readiness", "GET", "/ready", "", nil, 200, "ready"},
		} {
			res, text := ask(t, h, tt.method, tt.path, tt.body, tt.header...)
			if res.StatusCode != tt.status || !strings.Contains(text, tt.want) || res.Header.Get("Mcp-Session-Id") != "" {
				t.Errorf("%s: %s %v %s", tt.name, res.Status, res.Header, text)
			}
		}
	})
}

// TestStatelessTransports refuses what needs connections.
func TestStatelessTransports(t *testing.T) {
	t.Parallel()
	for _, transports := range [][]string{{"websocket"}, {"http", "sse"}} {
		_, closing, err := Handler(t.Context(), newServer(), Config{Stateless: true, AllowRemote: true, Transports: transports})
		closing()
		var bad *ConfigError
		if !errors.As(err, &bad) || bad.Field != field("stateless") {
			t.Errorf("%v: %v", transports, err)
		}
	}
}

// bearer takes tokens.
type bearer struct{}

func (bearer) Scheme() string { return "Bearer" }

func (bearer) Authenticate(*http.Request) (*guard.Identity, error) { return nil, guard.ErrNext }

// TestHandlerRefused: a server that somebody else listens for is one that other
// machines reach.
func TestHandlerRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		c     Config
		field string
	}{
		"nobody is asked":       {Config{}, "allow-remote"},
		"tokens without a URL":  {Config{Guard: guard.Config{Auth: []guard.Authenticator{bearer{}}}}, "resource-url"},
		"an address without":    {Config{HTTP: "127.0.0.1:0"}, "allow-remote"},
		"a store out of reach":  {Config{AllowRemote: true, Caching: edge.Config{Enabled: true, Regions: []edge.Region{{Name: "eu-west-1", URL: "redis://h"}}}}, "cache-regions"},
		"a region out of place": {Config{AllowRemote: true, Caching: edge.Config{Enabled: true, Region: "eu-west-1"}}, "region"},
	} {
		_, closing, err := Handler(t.Context(), newServer(), tt.c)
		closing()
		var bad *ConfigError
		if !errors.As(err, &bad) || bad.Field != field(tt.field) {
			t.Errorf("%s: %v, want an error of %s", name, err, field(tt.field))
		}
	}
}

// TestServe runs a server whose handler is called by something else.
func TestServe(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, want := range map[string]error{"it ends": nil, "it is told to": context.Canceled, "it breaks": broken} {
		s := newServer()
		ctx, cancel := context.WithCancel(t.Context())
		err := Run(ctx, s, Config{AllowRemote: true, Stateless: true, Serve: func(ctx context.Context, h http.Handler) error {
			if _, text := ask(t, h, http.MethodGet, "/ready", ""); !strings.Contains(text, "ready") {
				t.Error(text)
			}
			cancel()
			<-ctx.Done()
			return want
		}}, Stdio{Err: io.Discard})
		if errors.Is(want, context.Canceled) {
			want = nil
		}
		if !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
		h, closing, err := Handler(t.Context(), s, Config{AllowRemote: true})
		if err != nil {
			t.Fatal(err)
		}
		const jsonType = "application/json"
		if _, text := ask(t, h, http.MethodPost, "/mcp", call(1, "hello"), "Content-Type", jsonType, "MCP-Protocol-Version", mcp.Revision20260728, "Mcp-Method", "tools/call", "Mcp-Name", "hello"); !strings.Contains(text, "shutting down") {
			t.Errorf("%s: calls are still served: %s", name, text)
		}
		closing()
	}
}

// TestPlatforms listens where a platform expects it.
func TestPlatforms(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		env  map[string]string
		args string
		want string // "": an error
	}{
		{"Cloud Run", map[string]string{"K_SERVICE": "s", "PORT": "9000"}, "", "0.0.0.0:9000"},
		{"Cloud Run, with our image", map[string]string{"K_SERVICE": "s", "PORT": "9000", "MCP_HTTP_ADDR": "0.0.0.0:8080"}, "", "0.0.0.0:9000"},
		{"Cloud Run, with a flag", map[string]string{"K_SERVICE": "s", "PORT": "9000"}, "-http 127.0.0.1:1", "127.0.0.1:1"},
		{"Azure Functions", map[string]string{"FUNCTIONS_CUSTOMHANDLER_PORT": "7071"}, "", "127.0.0.1:7071"},
		{"a port of something else", map[string]string{"PORT": "9000", "MCP_HTTP_ADDR": ":1"}, "", ":1"},
		{"no port", map[string]string{"K_SERVICE": "s", "PORT": "http"}, "", ""},
	} {
		c, err := configure(strings.Fields(tt.args), func(k string) string { return tt.env[k] }, io.Discard, nil)
		if c.HTTP != tt.want && tt.want != "" || (err != nil) != (tt.want == "") {
			t.Errorf("%s: %s, %v; want %q", tt.name, c.HTTP, err, tt.want)
		}
	}
}

// TestFirstAnswer: what a platform that starts a program for a request waits for.
func TestFirstAnswer(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	h, closing, err := Handler(t.Context(), newServer(), Config{Stateless: true, AllowRemote: true})
	if err != nil {
		t.Fatal(err)
	}
	defer closing()
	_, text := ask(t, h, http.MethodPost, "/mcp", initialize, "Content-Type", "application/json")
	t.Logf("the first answer took %v", time.Since(begin))
	if !strings.Contains(text, "protocolVersion") {
		t.Error(text)
	}
}
