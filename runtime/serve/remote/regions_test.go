package remote_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
	"github.com/mcpgen/mcpgen/runtime/serve/remote"
)

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
