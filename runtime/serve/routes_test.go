package serve

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestRoutesAreThoseOfAMux compares the shorter way to the endpoint with that of a
// ServeMux, which knows about hosts and methods.
func TestRoutesAreThoseOfAMux(t *testing.T) {
	t.Parallel()
	says := func(text string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, text+" "+r.Pattern) })
	}
	for name, patterns := range map[string][]string{
		"the endpoint alone": {"/mcp"}, "no endpoint": {"/other"}, "others": {"/mcp", "GET /mcp/events", "/", "/{x}/y"},
		"a method": {"/mcp", "POST /mcp"}, "a host": {"/mcp", "example.com/"}, "blanks": {"/mcp", "GET  /mcp"},
	} {
		var r routes
		var mux http.ServeMux
		for _, p := range patterns {
			r.handle(p, says(p))
			mux.Handle(p, says(p))
		}
		if r.err != nil {
			t.Fatalf("%s: %v", name, r.err)
		}
		for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS"} {
			for _, url := range []string{"http://localhost/mcp", "http://example.com/mcp", "http://localhost/mcp/", "http://localhost//mcp", "http://localhost/mcp/events", "http://localhost/mcp?x=1"} {
				got, want := httptest.NewRecorder(), httptest.NewRecorder()
				r.ServeHTTP(got, httptest.NewRequest(method, url, nil))
				mux.ServeHTTP(want, httptest.NewRequest(method, url, nil))
				if got.Code != want.Code || got.Body.String() != want.Body.String() {
					t.Errorf("%s: %s %s gives %d %q, want %d %q", name, method, url, got.Code, got.Body, want.Code, want.Body)
				}
			}
		}
	}
}
