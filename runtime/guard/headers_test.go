package guard_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
)

// TestHeadersOnTheWire compares the headers of answers on connections that add the
// fixed ones by themselves with those on other connections.
func TestHeadersOnTheWire(t *testing.T) {
	t.Parallel()
	g := newGuard(t, guard.Config{Origins: []string{"https://app.example.com"}, TrustedProxies: []string{"127.0.0.1"}})
	h := g.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/mcp":
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, "{}")
		case "/stream":
			w.Header().Set("Content-Type", "text/event-stream")
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, ":\n\n")
		case "/page":
			w.Header().Set("Content-Security-Policy", "default-src 'self'")
			w.Header().Add("Vary", "Accept")
			_, _ = io.WriteString(w, "<html>")
		case "/frame":
			w.Header().Set("X-Frame-Options", "SAMEORIGIN")
			w.WriteHeader(http.StatusTeapot)
		}
	}), guard.Open{Probes: map[string]http.Handler{"/health": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })}})
	plain := httptest.NewServer(h)
	defer plain.Close()
	adds := httptest.NewUnstartedServer(h)
	adds.Listener = httpx.Listen(adds.Listener)
	adds.Config.ConnContext = httpx.WithConn
	adds.Start()
	defer adds.Close()
	ask := func(url string, header http.Header) (int, http.Header) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = header.Clone()
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(err)
		}
		res.Header.Del("Date")
		return res.StatusCode, res.Header
	}
	for _, path := range []string{"/mcp", "/stream", "/page", "/frame", "/nothing", "/health"} {
		for name, header := range map[string]http.Header{
			"plain": {}, "CORS": {"Origin": {"https://app.example.com"}}, "refused": {"Origin": {"https://evil.example.com"}}, "https": {"X-Forwarded-Proto": {"https"}},
		} {
			status, want := ask(plain.URL+path, header)
			for range 2 { // what was said for one answer is forgotten for the next
				if got, headers := ask(adds.URL+path, header); got != status || !reflect.DeepEqual(headers, want) {
					t.Errorf("%s, %s: %d %v, want %d %v", path, name, got, headers, status, want)
				}
			}
			if want.Get("X-Content-Type-Options") != "nosniff" || want.Get("Vary") == "" {
				t.Errorf("%s, %s: %v", path, name, want)
			}
		}
	}
}
