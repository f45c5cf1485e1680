package scaffold_test

import (
	"os"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/internal/scaffold"
)

// TestGuide: the table of docs/remote.md says what init does.
func TestGuide(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/remote.md")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{"http": "HTTP", "websocket": "WebSocket", "sse": "HTTP+SSE"}
	for _, u := range scaffold.UseCases() {
		row := "\n| " + u.For + " | " + names[u.Transports[0]] + " | " + u.Reason + " | `" + u.Name + "` |\n"
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/remote.md has no row %s", row)
		}
	}
}

func TestProject(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		o                               scaffold.Options
		name, module, version, endpoint string
	}{
		{scaffold.Options{Dir: "/x/My Server!"}, "my-server", "example.com/my-server", "", ""},
		{scaffold.Options{Dir: "/"}, "server", "example.com/server", "", ""},
		{scaffold.Options{Dir: "/x", Version: "v1.2.3", Module: "github.com/a/b"}, "x", "github.com/a/b", "v1.2.3", ""},
		{scaffold.Options{Dir: "/x", Version: "(devel)"}, "x", "example.com/x", "", ""},
		{scaffold.Options{Dir: "/x", Version: "v0.0.0-2026+dirty"}, "x", "example.com/x", "", ""},
		{scaffold.Options{Dir: "/x", Version: "v1.2.3", Replace: "/y"}, "x", "example.com/x", "", ""},
		{scaffold.Options{Dir: "/x", UseCase: "dashboard"}, "x", "example.com/x", "", "sse+http /mcp/events"},
		{scaffold.Options{Dir: "/x", UseCase: "high-frequency"}, "x", "example.com/x", "", "ws /mcp"},
		{scaffold.Options{Dir: "/x", UseCase: "mobile"}, "x", "example.com/x", "", "http /mcp"},
	} {
		p, err := scaffold.Project(tt.o)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(p.Scheme + " " + p.Path); p.Name != tt.name || p.Module != tt.module || p.Version != tt.version || got != tt.endpoint {
			t.Errorf("%+v: %+v", tt.o, p)
		}
	}
	for want, o := range map[string]scaffold.Options{
		"did you mean dashboard?":      {Dir: "/x", UseCase: "dashbord"},
		"want one of web-api,":         {Dir: "/x", UseCase: "?"},
		"want a path such as":          {Dir: "/x", Module: "/a"},
		`-module "a//b": want a path`:  {Dir: "/x", Module: "a//b"},
		`-module "../b": want a path`:  {Dir: "/x", Module: "../b"},
		"-module \"a\\nb\": want a pa": {Dir: "/x", Module: "a\nb"},
	} {
		if _, err := scaffold.Project(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
}
