//go:build e2e

package e2e

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestSDK1 drives the quickstart with the TypeScript SDK 1.x over the four
// transports.
func TestSDK1(t *testing.T) {
	base := server(t, "quickstart")
	ws := "ws" + strings.TrimPrefix(base, "http")
	for _, c := range [][]string{
		{"http", base + "/mcp"},
		{"sse", base + "/mcp/events"},
		{"ws", ws + "/mcp"},
		{"stdio", filepath.Join(bin, "quickstart")},
	} {
		t.Run(c[0], func(t *testing.T) {
			script(t, "sdk1.mjs", c...)
		})
	}
}

// TestSDK2 drives the quickstart with the client 2.x in both eras.
func TestSDK2(t *testing.T) {
	base := server(t, "quickstart")
	for _, era := range []string{"2026-07-28", "auto", "legacy"} {
		t.Run("http/"+era, func(t *testing.T) {
			script(t, "sdk2.mjs", "http", base+"/mcp", era)
		})
		t.Run("stdio/"+era, func(t *testing.T) {
			script(t, "sdk2.mjs", "stdio", era, filepath.Join(bin, "quickstart"))
		})
	}
}

// TestInspector calls tools with the Inspector's command line.
func TestInspector(t *testing.T) {
	base := server(t, "quickstart")
	inspector := filepath.Join("node_modules", "@modelcontextprotocol", "inspector", "clients", "launcher", "build", "index.js")
	targets := map[string][]string{
		"http":   {"--server-url", base + "/mcp", "--transport", "http"},
		"modern": {"--server-url", base + "/mcp", "--transport", "http", "--protocol-era", "modern"},
		"sse":    {"--server-url", base + "/mcp/events", "--transport", "sse"},
		"stdio":  {filepath.Join(bin, "quickstart")},
	}
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			list := output(t, ".", node, append([]string{inspector, "--cli"}, append(target, "--method", "tools/list", "--strict")...)...)
			if !strings.Contains(list, `"countdown"`) {
				t.Errorf("tools/list printed\n%s", list)
			}
			call := output(t, ".", node, append([]string{inspector, "--cli"}, append(target, "--method", "tools/call", "--tool-name", "greet", "--tool-arg", "name=Ada")...)...)
			if !strings.Contains(call, "Hello, Ada!") {
				t.Errorf("tools/call printed\n%s", call)
			}
		})
	}
}

// script runs one of clients/ with the pinned node; it must end with its ok line.
func script(t *testing.T, name string, args ...string) {
	t.Helper()
	out := output(t, ".", node, append([]string{filepath.Join("clients", name)}, args...)...)
	if !strings.Contains(out, "ok ") {
		t.Errorf("%s did not report success:\n%s", name, out)
	}
}
