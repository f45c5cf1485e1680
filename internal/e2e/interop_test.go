//go:build e2e

package e2e

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestConformanceSDK1 drives everything that the conformance server offers with
// the TypeScript SDK 1.x over the four transports. Each transport has a server
// of its own: the script counts calls and changes.
func TestConformanceSDK1(t *testing.T) {
	for name, address := range map[string]func(url string) string{
		"http": func(url string) string { return url },
		"sse":  func(url string) string { return url + "/events" },
		"ws":   func(url string) string { return "ws" + strings.TrimPrefix(url, "http") },
	} {
		t.Run(name, func(t *testing.T) {
			script(t, "conformance1.mjs", name, address(conformanceServer(t)))
		})
	}
	t.Run("stdio", func(t *testing.T) {
		script(t, "conformance1.mjs", "stdio", conformanceProgram(t))
	})
}

// TestConformanceSDK2 does so with the client 2.x in both eras.
func TestConformanceSDK2(t *testing.T) {
	for _, era := range []string{"2026-07-28", "auto", "legacy"} {
		t.Run("http/"+era, func(t *testing.T) {
			script(t, "conformance2.mjs", "http", conformanceServer(t), era)
		})
		t.Run("stdio/"+era, func(t *testing.T) {
			script(t, "conformance2.mjs", "stdio", era, conformanceProgram(t))
		})
	}
}

// TestInspectorOffers reads resources and prompts with the Inspector's command
// line, which TestInspector calls tools with.
func TestInspectorOffers(t *testing.T) {
	url := conformanceServer(t)
	inspector := filepath.Join("node_modules", "@modelcontextprotocol", "inspector", "clients", "launcher", "build", "index.js")
	for name, target := range map[string][]string{
		"http":   {"--server-url", url, "--transport", "http"},
		"modern": {"--server-url", url, "--transport", "http", "--protocol-era", "modern"},
		"sse":    {"--server-url", url + "/events", "--transport", "sse"},
		"stdio":  {conformanceProgram(t)},
	} {
		t.Run(name, func(t *testing.T) {
			for _, tt := range []struct {
				want string
				args []string
			}{
				{`"test://static-binary"`, []string{"resources/list"}},
				{`"test://template/{id}/data"`, []string{"resources/templates/list"}},
				{"This is the content of the static text resource.", []string{"resources/read", "--uri", "test://static-text"}},
				{`"test_prompt_with_arguments"`, []string{"prompts/list"}},
				{"Prompt with arguments: arg1='a', arg2='b'", []string{"prompts/get", "--prompt-name", "test_prompt_with_arguments", "--prompt-args", "arg1=a", "arg2=b"}},
			} {
				args := append([]string{inspector, "--cli"}, target...)
				out := output(t, ".", node, append(append(args, "--method"), tt.args...)...)
				if !strings.Contains(out, tt.want) {
					t.Errorf("%s printed\n%s", strings.Join(tt.args, " "), out)
				}
			}
		})
	}
}

// conformanceProgram gives the path of the conformance server.
func conformanceProgram(t *testing.T) string {
	t.Helper()
	if err := buildConformance(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(bin, "conformance")
}
