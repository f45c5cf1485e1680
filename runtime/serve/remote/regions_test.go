package remote_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
	"github.com/mcpgen/mcpgen/runtime/serve/remote"
)

// TestCacheMetrics counts what the cache does.
func TestCacheMetrics(t *testing.T) {
	t.Parallel()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil)
	s.RegisterResource(mcp.ResourceDef{URI: "docs://a", Name: "a", Call: func(_ context.Context, c *mcp.Call) error {
		c.Text("a")
		return nil
	}})
	c := serve.Config{AllowRemote: true, RateLimit: "off", GetResources: serve.Callers, Caching: edge.Config{Enabled: true}}
	remote.With(&remote.Config{Public: true})(&c)
	h, closing, err := serve.Handler(t.Context(), s, c)
	if err != nil {
		t.Fatal(err)
	}
	defer closing()
	get := func(path string) string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		return w.Body.String()
	}
	for range 5 {
		if text := get("/mcp/resources?uri=docs://a"); !strings.Contains(text, `"text":"a"`) {
			t.Fatal(text)
		}
	}
	text := get("/metrics")
	for _, line := range []string{`mcp_cache_results_total{result="hit"} 4`, `mcp_cache_results_total{result="miss"} 1`, `mcp_cache_results_total{result="shared"} 0`, `mcp_cache_results_total{result="evicted"} 0`, "mcp_cache_bytes 3"} {
		if !strings.Contains(text, "\n"+line) {
			t.Errorf("no line %s in\n%s", line, text)
		}
	}
}

// TestRegions opens the stores of regions, and names the one whose URL is none. One
// that does not answer keeps nobody from being served.
func TestRegions(t *testing.T) {
	t.Parallel()
	for url, fine := range map[string]bool{"redis://127.0.0.1:1": true, "": true, "http://127.0.0.1:1": false, "redis://user:secret@127.0.0.1/x": false} {
		regions := []edge.Region{{Name: "us-east-1"}, {Name: "eu-west-1", URL: url}}
		c := serve.Config{AllowRemote: true, Caching: edge.Config{Enabled: true, Regions: regions}}
		remote.With(nil)(&c)
		_, closing, err := serve.Handler(t.Context(), mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil), c)
		closing()
		var bad *serve.ConfigError
		switch {
		case fine && err != nil:
			t.Errorf("%q: %v", url, err)
		case !fine && (!errors.As(err, &bad) || !strings.Contains(bad.Field, "MCP_CACHE_REGIONS") || !strings.Contains(err.Error(), "region eu-west-1: want redis://") || strings.Contains(err.Error(), "secret")):
			t.Errorf("%q: %v", url, err)
		}
		if regions[1].Store != nil {
			t.Error("the regions of the program were changed")
		}
	}
}
