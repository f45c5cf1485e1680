package analyzer_test

import (
	"path"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/mcpgen/mcpgen/gen/analyzer"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// TestNothingToSay: for packages whose code was just generated, every pass agrees
// with the generator, whatever the annotations are. The passes see the generated
// code, the bodies and the tests, which the generator does not.
func TestNothingToSay(t *testing.T) {
	t.Parallel()
	dir := newModule(t, "example.com/ok")
	for _, c := range golden.Cases(t, "../testdata/ok") {
		if c.Setting("profile") != "" {
			continue
		}
		for _, f := range c.Files {
			if base := path.Base(f.Name); strings.HasSuffix(base, ".go") && base != "mcp_gen.go" && base != "run.go" {
				put(t, filepath.Join(dir, c.Name, f.Name), f.Data)
			}
		}
	}
	generate(t, dir)
	found, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: dir, Tests: true, Context: t.Context()}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	graph, err := checker.Analyze(analyzer.Analyzers(), found, &checker.Options{SanityCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	passes := 0
	for act := range graph.All() {
		if !act.IsRoot {
			continue
		}
		if act.Err != nil {
			t.Errorf("%s: %v", act, act.Err)
		}
		passes++
		for _, d := range act.Diagnostics {
			t.Errorf("%s: %s: %s", act, act.Package.Fset.Position(d.Pos), d.Message)
		}
	}
	if passes < 300 {
		t.Errorf("%d passes ran only", passes)
	}
}
