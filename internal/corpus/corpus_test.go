package corpus

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/internal/difftest/page"
)

var update = flag.Bool("update", false, "rewrite testdata/refused.txt and the counts in docs/validation.md")

var packages = []string{"githubtools", "k8stools", "slacktools", "sqstools"}

// modules are where their structs come from.
var modules = map[string]string{
	"githubtools": "google/go-github", "k8stools": "k8s.io/api", "slacktools": "slack-go/slack", "sqstools": "aws-sdk-go-v2/service/sqs",
}

// TestCounts counts the structs.
func TestCounts(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("| module | structs | taken | refused |\n|---|--:|--:|--:|\n")
	var taken, refused int
	for _, p := range packages {
		n, no := len(tools(t, p)), len(tools(t, "refused/"+p))
		fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", modules[p], n+no, n, no)
		taken, refused = taken+n, refused+no
	}
	fmt.Fprintf(&b, "| **all** | %d | %d | %d |\n", taken+refused, taken, refused)
	page.Expect(t, "validation.md", "clients", b.String(), *update)
}

// tools lists the functions of a package. Each has the name of its struct.
func tools(t *testing.T, pkg string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(pkg, "tools.go"), nil, 0)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			names = append(names, f.Name.Name)
		}
	}
	return names
}

// TestAccepted generates the code of the packages without writing it among them,
// and runs a test of each struct beside it.
func TestAccepted(t *testing.T) {
	t.Parallel()
	result, err := gen.Generate(t.Context(), gen.Config{Patterns: patterns("./")})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range result.Diagnostics {
		t.Error(d)
	}
	if t.Failed() {
		t.FailNow()
	}
	dir, overlay := t.TempDir(), struct{ Replace map[string]string }{map[string]string{}}
	add := func(name string, content []byte) {
		file := filepath.Join(dir, fmt.Sprintf("%d.go", len(overlay.Replace)))
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		overlay.Replace[name] = file
	}
	for _, f := range result.Files {
		if filepath.Ext(f.Path) == ".go" {
			add(f.Path, f.Content)
		}
	}
	for _, p := range packages {
		path, err := filepath.Abs(filepath.Join(p, "roundtrip_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		add(path, roundTrips(t, p))
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"test", "-overlay", name}, patterns("./")...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%d structs", result.Tools)
}

// patterns names the packages below a directory.
func patterns(dir string) []string {
	var out []string
	for _, p := range packages {
		out = append(out, dir+p)
	}
	return out
}

// roundTrips is the test of a package.
func roundTrips(t *testing.T, pkg string) []byte {
	t.Helper()
	var calls strings.Builder
	for _, name := range tools(t, pkg) {
		schema := strings.ToLower(name[:1]) + name[1:] + "InputSchema"
		fmt.Fprintf(&calls, "\troundtrip.Run(t, %q, %s, decode%s, encode%s)\n", name, schema, name, name)
	}
	return fmt.Appendf(nil, "package %s\n\nimport (\n\t\"testing\"\n\n\t\"github.com/mcpgen/mcpgen/internal/corpus/roundtrip\"\n)\n\nfunc TestRoundTrips(t *testing.T) {\n%s}\n",
		pkg, calls.String())
}

// TestRefused compares what is refused, and why, with what is recorded.
func TestRefused(t *testing.T) {
	t.Parallel()
	var lines []string
	result, err := gen.Generate(t.Context(), gen.Config{Patterns: []string{"./refused/..."}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range result.Diagnostics {
		lines = append(lines, fmt.Sprintf("%s: %s", d.Code, d.What))
	}
	slices.Sort(lines)
	got := strings.Join(slices.Compact(lines), "\n") + "\n"
	if *update {
		if err := os.WriteFile("testdata/refused.txt", []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile("testdata/refused.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("run go test -update and review the difference\n--- want\n%s--- got\n%s", want, got)
	}
}
