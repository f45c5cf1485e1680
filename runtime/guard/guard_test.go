package guard_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

const (
	aliceKey = "alice-0123456789abcdef"
	bobKey   = "bob-0123456789abcdef"
)

// newServer has a tool that needs a scope and a header that repeats an argument.
func newServer() *mcp.Server {
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{
		Name: "hello", Scopes: []string{"greet:all"},
		InputSchema: `{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}`,
		Call:        func(_ context.Context, c *mcp.Call) error { c.Text("hello"); return nil },
	})
	return s
}

func newKeys(t *testing.T) *guard.Keys {
	t.Helper()
	keys, err := guard.ParseKeys("alice:" + aliceKey + ";scopes=greet:all,bob:" + bobKey)
	if err != nil {
		t.Fatal(err)
	}
	return guard.NewKeys(keys...)
}

func newGuard(t *testing.T, c guard.Config) *guard.Guard {
	t.Helper()
	g, err := guard.New(newServer(), c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// seen answers with what got through.
func seen(g *guard.Guard) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := "nobody"
		if p := g.Principal(r); p != nil {
			who = p.Issuer + " " + p.Subject
		}
		for name, values := range r.Header {
			if strings.Contains(strings.Join(values, " "), "0123456789abcdef") {
				who += " leaks " + name
			}
		}
		_, _ = io.WriteString(w, who)
	})
}

// do sends a request through a guard, from an address of its own.
func do(h http.Handler, method, path string, header http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://mcp.example.com"+path, nil)
	r.RemoteAddr = "203.0.113.9:4711"
	maps.Copy(r.Header, header)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// message is the text of a JSON-RPC error.
func message(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var m struct {
		Version string `json:"jsonrpc"`
		Error   struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil || m.Version != "2.0" {
		t.Errorf("no JSON-RPC error: %s", w.Body)
	}
	return m.Error.Message
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	g := newGuard(t, guard.Config{Auth: []guard.Authenticator{newKeys(t)}, Resource: "https://mcp.example.com/mcp"})
	h := g.Handler(seen(g), guard.Open{})
	auth := func(values ...string) http.Header { return http.Header{"Authorization": values} }
	tests := []struct {
		name   string
		header http.Header
		want   string // the text of the refusal; "": gets through as alice
	}{
		{"good", auth("ApiKey " + aliceKey), ""},
		{"none", nil, "Authentication required"},
		{"empty", auth(""), "Unsupported authentication method"},
		{"scheme alone", auth("ApiKey"), "Invalid API key"},
		{"scheme and a space", auth("ApiKey "), "Invalid API key"},
		{"wrong key", auth("ApiKey nonsense-0123456789abcdef"), "Invalid API key"},
		{"beginning of the key", auth("ApiKey " + aliceKey[:len(aliceKey)-1]), "Invalid API key"},
		{"more than the key", auth("ApiKey " + aliceKey + "0"), "Invalid API key"},
		{"key of another case", auth("ApiKey " + strings.ToUpper(aliceKey)), "Invalid API key"},
		{"scheme of another case", auth("apikey " + aliceKey), "Unsupported authentication method"},
		{"two spaces", auth("ApiKey  " + aliceKey), "Invalid API key"},
		{"a tab", auth("ApiKey\t" + aliceKey), "Unsupported authentication method"},
		{"space after", auth("ApiKey " + aliceKey + " "), "Invalid API key"},
		{"two headers", auth("ApiKey "+aliceKey, "ApiKey "+aliceKey), "Unsupported authentication method"},
		{"two keys", auth("ApiKey " + aliceKey + ", ApiKey " + aliceKey), "Invalid API key"},
		{"a megabyte", auth("ApiKey " + strings.Repeat("x", 1<<20)), "Unsupported authentication method"},
		{"NUL", auth("ApiKey " + aliceKey + "\x00"), "Invalid API key"},
		{"bearer", auth("Bearer " + aliceKey), "Unsupported authentication method"},
		{"basic", auth("Basic YWxpY2U6"), "Unsupported authentication method"},
		{"cookie", http.Header{"Cookie": {"apikey=" + aliceKey}}, "Authentication required"},
		{"own header", http.Header{"X-Api-Key": {aliceKey}}, "Authentication required"},
		{"for a proxy", http.Header{"Proxy-Authorization": {"ApiKey " + aliceKey}}, "Authentication required"},
		{"digest", auth("ApiKey sha256-" + strings.Repeat("0", 64)), "Invalid API key"},
	}
	for _, tt := range tests {
		for _, method := range []string{"POST", "GET", "DELETE"} {
			w := do(h, method, "/mcp", tt.header)
			if tt.want == "" {
				if w.Code != 200 || w.Body.String() != "apikey alice" {
					t.Errorf("%s, %s: %d %s", tt.name, method, w.Code, w.Body)
				}
				continue
			}
			if got := message(t, w); w.Code != 401 || got != tt.want {
				t.Errorf("%s, %s: %d %q, want 401 %q", tt.name, method, w.Code, got, tt.want)
			}
			if c := w.Header()["Www-Authenticate"]; len(c) != 1 || c[0] != `ApiKey realm="mcp"` {
				t.Errorf("%s: challenges %q", tt.name, c)
			}
		}
	}
	w := do(h, "POST", "/mcp?key="+aliceKey+"&access_token="+aliceKey, nil)
	if w.Code != 401 {
		t.Errorf("in the query: %d", w.Code)
	}
}

// TestPaths has every way to write the path of an endpoint refused.
func TestPaths(t *testing.T) {
	t.Parallel()
	g := newGuard(t, guard.Config{Auth: []guard.Authenticator{newKeys(t)}})
	open := func(text string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
	}
	var public http.ServeMux
	public.Handle("/public", open("public"))
	h := g.Handler(seen(g), guard.Open{Probes: map[string]http.Handler{"/health": open("fine")}, Public: &public})
	for _, path := range []string{
		"/mcp", "//mcp", "/mcp/", "/%6dcp", "/mcp;x", "/mcp/events", "/mcp/messages", "/health/../mcp", "/public/../mcp", "/public/x", "/./public",
		"/health/", "//health", "/", "/metrics", "/HEALTH", "/health%00", "/public//",
	} {
		if w := do(h, "GET", path, nil); w.Code != 401 {
			t.Errorf("%s: %d %s, want 401", path, w.Code, w.Body)
		}
	}
	for path, want := range map[string]string{"/health": "fine", "/public": "public", "/public?x=/mcp": "public"} {
		if w := do(h, "GET", path, nil); w.Code != 200 || w.Body.String() != want {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	for _, name := range []string{"X-Http-Method-Override", "X-Original-Url", "X-Rewrite-Url", "X-Forwarded-Host", "X-Forwarded-For"} {
		if w := do(h, "GET", "/mcp", http.Header{name: {"/health"}}); w.Code != 401 {
			t.Errorf("%s: %d, want 401", name, w.Code)
		}
	}
}

// TestAuthFunc has a program's own handler go wrong in every way.
func TestAuthFunc(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		f    guard.AuthFunc
		code int
		text string
	}{
		{"good", func(context.Context, *http.Request) (mcp.Principal, error) { return mcp.Principal{Subject: "x"}, nil }, 200, ""},
		{"error", func(context.Context, *http.Request) (mcp.Principal, error) {
			return mcp.Principal{}, errors.New("secret reason")
		}, 401, "Authentication failed"},
		{"own text", func(context.Context, *http.Request) (mcp.Principal, error) {
			return mcp.Principal{}, &guard.AuthError{Text: "Invalid token", Err: errors.New("secret reason")}
		}, 401, "Invalid token"},
		{"forbidden", func(context.Context, *http.Request) (mcp.Principal, error) {
			return mcp.Principal{}, &guard.AuthError{Status: 403, Text: "Not here", Scopes: []string{"admin"}}
		}, 403, "Not here"},
		{"unavailable", func(context.Context, *http.Request) (mcp.Principal, error) {
			return mcp.Principal{}, guard.Unavailable(errors.New("secret reason"))
		}, 503, "Authentication is not available at the moment"},
		{"panic", func(context.Context, *http.Request) (mcp.Principal, error) { panic("secret reason") }, 500, "Authentication failed"},
		{"nobody", func(context.Context, *http.Request) (mcp.Principal, error) { return mcp.Principal{}, nil }, 500, "Authentication failed"},
		{"not its kind", func(context.Context, *http.Request) (mcp.Principal, error) { return mcp.Principal{}, guard.ErrNext }, 401, "Authentication required"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, guard.Config{Auth: []guard.Authenticator{tt.f}})
			w := do(g.Handler(seen(g), guard.Open{}), "POST", "/mcp", nil)
			if w.Code != tt.code || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%d %s, want %d", w.Code, w.Body, tt.code)
			}
			if tt.text != "" && message(t, w) != tt.text {
				t.Errorf("said %s, want %q", w.Body, tt.text)
			}
			if c := w.Header().Get("WWW-Authenticate"); tt.code == 403 && !strings.Contains(c, `error="insufficient_scope", scope="admin"`) {
				t.Errorf("challenge %q", c)
			}
			if retry := w.Header().Get("Retry-After"); (tt.code == 503) != (retry != "") {
				t.Errorf("Retry-After %q", retry)
			}
		})
	}
}

// TestAuthFuncTimeout has one that never ends.
func TestAuthFuncTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := guard.AuthFunc(func(ctx context.Context, _ *http.Request) (mcp.Principal, error) {
			<-ctx.Done()
			return mcp.Principal{Subject: "late"}, nil
		})
		g := newGuard(t, guard.Config{Auth: []guard.Authenticator{f}})
		w := do(g.Handler(seen(g), guard.Open{}), "POST", "/mcp", nil)
		if w.Code != 503 {
			t.Errorf("%d, want 503", w.Code)
		}
		synctest.Wait()
	})
}

// TestChain asks one authenticator after the other.
func TestChain(t *testing.T) {
	t.Parallel()
	bearer := guard.AuthFunc(func(_ context.Context, r *http.Request) (mcp.Principal, error) {
		c := guard.CredentialOf(r)
		switch {
		case c.Scheme != "Bearer":
			return mcp.Principal{}, guard.ErrNext
		case c.Value != "good-0123456789abcdef":
			return mcp.Principal{}, guard.InvalidToken(nil)
		}
		return mcp.Principal{Subject: "token"}, nil
	})
	g := newGuard(t, guard.Config{Auth: []guard.Authenticator{bearer, newKeys(t)}, Resource: "https://mcp.example.com/mcp"})
	h := g.Handler(seen(g), guard.Open{})
	for value, want := range map[string]string{
		"Bearer good-0123456789abcdef": " token", "ApiKey " + bobKey: "apikey bob",
		"Bearer bad": "Invalid token", "ApiKey bad": "Invalid API key", "Digest x": "Unsupported authentication method",
	} {
		w := do(h, "GET", "/mcp", http.Header{"Authorization": {value}})
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %s, want %s", value, w.Body, want)
		}
		if w.Code != 200 && len(w.Header()["Www-Authenticate"]) != 2 {
			t.Errorf("%s: challenges %q", value, w.Header()["Www-Authenticate"])
		}
	}
	w := do(h, "GET", "/mcp", http.Header{"Authorization": {"Bearer bad"}})
	want := `Bearer error="invalid_token", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="greet:all"`
	if got := w.Header()["Www-Authenticate"][0]; got != want {
		t.Errorf("challenge\n%s\nwant\n%s", got, want)
	}
}

// TestSubprotocol takes a token where browsers can put one.
func TestSubprotocol(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		protos []string
		want   string // scheme and value
	}{
		{[]string{"mcp, mcp.bearer.Z29vZA"}, "Bearer good"},
		{[]string{"mcp", "mcp.bearer.Z29vZA"}, "Bearer good"},
		{[]string{"mcp"}, " "},
		{[]string{"mcp.bearer."}, "Bearer  error"},
		{[]string{"mcp.bearer.Z29vZA=="}, "Bearer  error"},
		{[]string{"mcp.bearer.Z29vZA, mcp.bearer.Z29vZA"}, "  error"},
	} {
		r := httptest.NewRequest("GET", "/mcp", nil)
		r.Header["Upgrade"] = []string{"websocket"}
		r.Header["Sec-Websocket-Protocol"] = tt.protos
		c := guard.CredentialOf(r)
		got := c.Scheme + " " + c.Value
		if c.Err != nil {
			got = c.Scheme + "  error"
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.protos, got, tt.want)
		}
		delete(r.Header, "Upgrade")
		if c := guard.CredentialOf(r); c.Scheme != "" {
			t.Errorf("%q: taken without an upgrade", tt.protos)
		}
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	anybody := guard.AuthFunc(func(context.Context, *http.Request) (mcp.Principal, error) { return mcp.Principal{Subject: "x"}, nil })
	g := newGuard(t, guard.Config{Auth: []guard.Authenticator{anybody}, Resource: "https://mcp.example.com/v1/mcp", AuthorizationServers: []string{"https://id.example.com"}})
	paths, h := g.Metadata()
	if strings.Join(paths, " ") != "/.well-known/oauth-protected-resource /.well-known/oauth-protected-resource/v1/mcp" {
		t.Errorf("paths %q", paths)
	}
	r := httptest.NewRequest("GET", paths[1], nil)
	r.Header.Set("X-Forwarded-Host", "evil.example.com")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	want := `{"resource":"https://mcp.example.com/v1/mcp","authorization_servers":["https://id.example.com"],"scopes_supported":["greet:all"],"bearer_methods_supported":["header"],"resource_name":"test"}`
	if strings.TrimSpace(w.Body.String()) != want {
		t.Errorf("%s\nwant\n%s", w.Body, want)
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", paths[0], nil))
	if w.Code != 405 {
		t.Errorf("POST: %d", w.Code)
	}
	keysOnly := newGuard(t, guard.Config{Auth: []guard.Authenticator{newKeys(t)}, Resource: "https://mcp.example.com/mcp"})
	if paths, _ := keysOnly.Metadata(); paths != nil {
		t.Errorf("metadata without bearer tokens: %q", paths)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for field, c := range map[string]guard.Config{
		"Hosts":          {Hosts: []string{"https://x"}},
		"Origins":        {Origins: []string{"*"}},
		"TrustedProxies": {TrustedProxies: []string{"proxy"}},
		"Resource":       {Resource: "mcp.example.com"},
		"IPv6Prefix":     {IPv6Prefix: 129},
	} {
		_, err := guard.New(newServer(), c)
		var bad *guard.FieldError
		if !errors.As(err, &bad) || bad.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := guard.New(newServer(), guard.Config{Origins: []string{"*"}, NoCredentials: true}); err != nil {
		t.Errorf("every origin without credentials: %v", err)
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	const app = "https://app.example.com"
	g := newGuard(t, guard.Config{Hosts: []string{"mcp.example.com"}, Origins: []string{app}, Auth: []guard.Authenticator{newKeys(t)}, PerAddress: &store.Limit{N: 4, Window: time.Hour}})
	h := g.Handler(seen(g), guard.Open{})
	w := do(h, "OPTIONS", "/mcp", http.Header{"Origin": {app}, "Access-Control-Request-Method": {"POST"}})
	head := w.Header()
	if w.Code != 204 || head.Get("Access-Control-Allow-Origin") != app || head.Get("Access-Control-Allow-Credentials") != "true" ||
		!strings.Contains(head.Get("Access-Control-Allow-Headers"), "Authorization") || !strings.HasSuffix(head.Get("Access-Control-Allow-Headers"), "Mcp-Param-Region") {
		t.Errorf("preflight: %d %v", w.Code, head)
	}
	for i, want := range []int{401, 401, 401, 401, 429} {
		w := do(h, "POST", "/mcp", http.Header{"Origin": {app}})
		head := w.Header()
		if w.Code != want || head.Get("Access-Control-Allow-Origin") != app || !strings.Contains(head.Get("Access-Control-Expose-Headers"), "WWW-Authenticate") ||
			head.Get("Vary") != "Origin" || head.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
			t.Errorf("answer %d: %d %v", i, w.Code, head)
		}
	}
	for name, origins := range map[string][]string{
		"null": {"null"}, "two": {app, app}, "suffix": {app + ".evil"}, "upper case": {"https://APP.example.com"}, "port": {app + ":444"}, "scheme": {"http://app.example.com"},
	} {
		for _, method := range []string{"POST", "OPTIONS"} {
			w := do(h, method, "/mcp", http.Header{"Origin": origins, "Access-Control-Request-Method": {"POST"}})
			if w.Code != 403 || w.Header().Get("Access-Control-Allow-Origin") != "" || w.Header().Get("Vary") != "Origin" {
				t.Errorf("%s, %s: %d %v", name, method, w.Code, w.Header())
			}
		}
	}
	if w := do(h, "POST", "/mcp", nil); w.Header().Get("Access-Control-Allow-Origin") != "" || w.Header().Get("Vary") != "Origin" {
		t.Errorf("without an origin: %v", w.Header())
	}
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	g := newGuard(t, guard.Config{TrustedProxies: []string{"203.0.113.0/24"}})
	h := g.Handler(seen(g), guard.Open{})
	w := do(h, "GET", "/mcp", nil)
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Origin-Agent-Cluster": "?1",
		"X-Frame-Options": "DENY", "Strict-Transport-Security": "", "Server": "", "X-Powered-By": "",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := do(h, "GET", "/mcp", http.Header{"X-Forwarded-Proto": {"https"}}).Header().Get("Strict-Transport-Security"); got == "" {
		t.Error("no Strict-Transport-Security behind a proxy that encrypts")
	}
}

// brokenWriter is a client that has left.
type brokenWriter struct{ *httptest.ResponseRecorder }

func (brokenWriter) FlushError() error { return io.ErrClosedPipe }

// TestFlush tells a stream that its client has left, and keeps the headers of
// documents off it.
func TestFlush(t *testing.T) {
	t.Parallel()
	g := newGuard(t, guard.Config{})
	var got error
	h := g.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		got = http.NewResponseController(w).Flush()
	}), guard.Open{})
	w := brokenWriter{httptest.NewRecorder()}
	h.ServeHTTP(w, httptest.NewRequest("GET", "http://mcp.example.com/mcp", nil))
	if !errors.Is(got, io.ErrClosedPipe) {
		t.Errorf("Flush gave %v", got)
	}
	if w.Header().Get("X-Content-Type-Options") == "" || w.Header().Get("X-Frame-Options") != "" {
		t.Errorf("headers of a stream: %v", w.Header())
	}
}
