package analyzer_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/txtar"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/gen/analyzer"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// TestAnalyzers runs the pass that each case names over the module of the case.
// Files below before/ are there when code is generated; the others are there when
// the pass runs. Files ending in .golden are what applying all fixes gives.
func TestAnalyzers(t *testing.T) {
	t.Parallel()
	for _, c := range golden.Cases(t, "testdata") {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			dir := newModule(t, "example.com/m")
			for _, prefix := range []string{"", "before/"} {
				for _, f := range c.Files {
					if name, ok := strings.CutPrefix(f.Name, prefix); ok {
						put(t, filepath.Join(dir, name), f.Data)
					}
				}
				if err := os.RemoveAll(filepath.Join(dir, "before")); err != nil {
					t.Fatal(err)
				}
			}
			if c.Setting("generate") != "no" {
				generate(t, dir)
			}
			for _, f := range c.Files {
				if !strings.HasPrefix(f.Name, "before/") {
					put(t, filepath.Join(dir, f.Name), f.Data)
				}
			}
			for _, a := range analyzer.Analyzers() {
				if a.Name == c.Setting("pass") {
					q := &quiet{t: t}
					run := analysistest.Run
					if slices.ContainsFunc(c.Files, func(f txtar.File) bool { return strings.HasSuffix(f.Name, ".golden") }) {
						run = analysistest.RunWithSuggestedFixes
					}
					run(q, dir, a, "./...")
					if got := strings.Join(q.generated, "\n"); !strings.HasSuffix(got, c.Setting("generated")) || (got == "") != (c.Setting("generated") == "") {
						t.Errorf("in generated code: %s", got)
					}
					return
				}
			}
			t.Errorf("there is no pass %q", c.Setting("pass"))
		})
	}
}

// A quiet test does not ask what facts there are, and keeps what is found in
// generated code, where nobody can write what is wanted. What comes of facts is
// tested.
type quiet struct {
	t         *testing.T
	generated []string
}

// Errorf implements analysistest.Testing.
func (q *quiet) Errorf(format string, args ...any) {
	q.t.Helper()
	if len(args) == 3 && args[1] == "fact" {
		return
	}
	message := fmt.Sprintf(format, args...)
	if _, found, ok := strings.Cut(message, "unexpected diagnostic: "); ok && strings.Contains(message, "/mcp_gen.go:") {
		q.generated = append(q.generated, found)
		return
	}
	q.t.Error(message)
}

func generate(t *testing.T, dir string) {
	t.Helper()
	result, err := gen.Generate(t.Context(), gen.Config{Dir: dir, Patterns: []string{"./..."}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range result.Diagnostics {
		t.Error(d)
	}
	if _, err := gen.Commit(result); err != nil {
		t.Fatal(err)
	}
}

// newModule makes a module in a new directory that uses the one under test.
func newModule(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	const module = "github.com/mcpgen/mcpgen"
	_, rest, _ := strings.Cut(string(mod), "\n")
	put(t, filepath.Join(dir, "go.mod"), []byte("module "+name+"\n"+rest+"\nrequire "+module+" v0.0.0\n\nreplace "+module+" => "+root+"\n"))
	put(t, filepath.Join(dir, "go.sum"), sum)
	return dir
}

func put(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
