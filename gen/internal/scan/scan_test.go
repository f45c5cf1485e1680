package scan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/gen/internal/scan"
	"github.com/mcpgen/mcpgen/internal/diag"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// module is the go.mod of a case that brings none. The runtime is a stand-in:
// scan knows its types by their names.
const module = "module example.com/m\n\ngo 1.26\n\nrequire github.com/mcpgen/mcpgen v0.0.0\n\nreplace github.com/mcpgen/mcpgen => %s\n"

// TestModel compares the model of annotated packages. Settings: patterns, tags
// and full, which is "true" for the full profile.
func TestModel(t *testing.T) {
	t.Parallel()
	for _, c := range golden.Cases(t, "testdata/ok") {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			pkgs, diags, dir := scanCase(t, c)
			if len(diags) > 0 {
				t.Fatalf("unexpected diagnostics:\n%s", text(diags, dir))
			}
			var b strings.Builder
			for _, p := range pkgs {
				b.WriteString(describe(p))
			}
			c.Expect(t, "want", b.String())
		})
	}
}

// TestDiagnostics compares what is reported. A case with the setting broken need
// not compile.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	for _, c := range golden.Cases(t, "testdata/err") {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			_, diags, dir := scanCase(t, c)
			if len(diags) == 0 {
				t.Fatal("nothing is reported")
			}
			for _, d := range diags {
				if d.Pos.Line == 0 || d.Fix == "" {
					t.Errorf("%s has no place or no fix", d)
				}
			}
			c.Expect(t, "want", text(diags, dir))
		})
	}
}

// TestEveryCodeHasACase looks for each code of this stage in the cases.
func TestEveryCodeHasACase(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, c := range golden.Cases(t, "testdata/err") {
		want, _ := c.Section("want")
		all.WriteString(want)
	}
	for _, area := range []string{"02", "03", "04", "06", "07", "08"} {
		for n := 1; n < 100; n++ {
			code := fmt.Sprintf("MCP%s%02d", area, n)
			if _, known := diag.Explain(diag.Code(code)); known && !strings.Contains(all.String(), code) {
				t.Errorf("%s has no case", code)
			}
		}
	}
}

// scanCase loads and scans the files of a case.
func scanCase(t *testing.T, c *golden.Case) ([]*model.Package, diag.List, string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c.WriteFiles(t, dir, "want")
	if _, ok := c.Section("go.mod"); !ok {
		runtime, err := filepath.Abs("testdata/runtime")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "go.mod"), fmt.Appendf(nil, module, runtime), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	prog, diags := load.Load(t.Context(), load.Config{
		Dir:      dir,
		Patterns: strings.Fields(c.Setting("patterns")),
		Tags:     strings.Fields(c.Setting("tags")),
		Env:      append(os.Environ(), "GOFLAGS="+c.Setting("goflags"), "GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local"),
	})
	if len(diags) > 0 && c.Setting("broken") != "true" {
		t.Fatalf("the case does not compile:\n%s", text(diags, dir))
	}
	pkgs, diags := scan.Scan(prog, scan.Options{Full: c.Setting("full") == "true", RequireDocs: c.Setting("docs") == "true"})
	return pkgs, diags, dir
}

func text(diags diag.List, dir string) string {
	diags.Relative(dir)
	var b strings.Builder
	for _, d := range diags {
		fmt.Fprintln(&b, strings.ReplaceAll(d.String(), dir+string(filepath.Separator), ""))
	}
	return b.String()
}
