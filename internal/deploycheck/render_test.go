package deploycheck

import (
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/templates"
)

// files are those of a deployment of three instances.
func files(t *testing.T) map[string]string {
	t.Helper()
	all, err := templates.Deploy(templates.Deployment{
		App: "shop", Main: "./cmd/shop", Instances: []string{"server-1", "server-2", "server-3"}, Safe: []string{"look", "get.price"}, Headers: []string{"Mcp-Param-Region"}, Go: "1.26", Lambda: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range all {
		out[f.Name] = string(f.Content)
	}
	return out
}

// documents are those of a YAML file.
func documents(text string) []string { return strings.Split(text, "\n---\n") }
