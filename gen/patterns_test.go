package gen_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// TestPatternsDoNotMatter: a package becomes the same whichever others are
// generated with it, so that "go generate" in one folder and mcpgen ./... agree.
func TestPatternsDoNotMatter(t *testing.T) {
	t.Parallel()
	dir := newModule(t, "example.com/ok")
	var cases []*golden.Case
	for _, c := range golden.Cases(t, "testdata/ok") {
		if len(patternsOf([]*golden.Case{c})) > 1 && c.Setting("profile") == "" && mainPackage(c) == "" {
			writeCase(t, c, filepath.Join(dir, c.Name))
			cases = append(cases, c)
		}
	}
	together := generate(t, dir, cases)
	checked := 0
	for _, pattern := range patternsOf(cases) {
		alone, err := gen.Generate(t.Context(), gen.Config{Dir: dir, Patterns: []string{pattern}})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range alone.Diagnostics {
			t.Errorf("%s alone: %s", pattern, d)
		}
		for _, f := range alone.Files {
			name, err := filepath.Rel(dir, f.Path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(f.Content, together[filepath.ToSlash(name)]) {
				t.Errorf("%s is another file when it is made alone", name)
			}
			checked++
		}
	}
	if !slices.ContainsFunc(cases, func(c *golden.Case) bool { return c.Name == "other_package_docs" }) || checked < 10 {
		t.Errorf("%d cases, %d files only", len(cases), checked)
	}
}
