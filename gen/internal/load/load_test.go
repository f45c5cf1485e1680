package load_test

import (
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// TestLoad runs the cases of testdata. Settings: patterns, tags, dir and env,
// each separated by spaces. The section want lists the diagnostics and, for each
// package, its exported functions.
func TestLoad(t *testing.T) {
	t.Parallel()
	for _, c := range golden.Cases(t, "testdata") {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			dir := tempDir(t)
			c.WriteFiles(t, dir, "want")
			prog, diags := load.Load(t.Context(), load.Config{
				Dir:      filepath.Join(dir, c.Setting("dir")),
				Patterns: strings.Fields(c.Setting("patterns")),
				Tags:     strings.Fields(c.Setting("tags")),
				Env:      environ(strings.Fields(c.Setting("env"))...),
			})
			diags.Relative(dir)
			var b strings.Builder
			for _, d := range diags {
				fmt.Fprintln(&b, strings.ReplaceAll(d.String(), dir, "DIR"))
			}
			if prog != nil {
				describe(&b, prog)
			}
			c.Expect(t, "want", b.String())
		})
	}
}

// environ is the environment of a test: nothing of the developer's own settings
// may decide the result.
func environ(extra ...string) []string {
	return append(os.Environ(), append([]string{"GOFLAGS=", "GOWORK=", "GO111MODULE=", "GOTOOLCHAIN=local", "GOPROXY=off"}, extra...)...)
}

// tempDir gives a directory by the name that the go command uses for it.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func describe(b *strings.Builder, prog *load.Program) {
	for _, p := range prog.Packages {
		fmt.Fprintf(b, "package %s: %s, annotated %v\n", p.Path, p.Name, p.Annotated)
		if p.Types == nil {
			continue
		}
		for _, name := range p.Types.Scope().Names() {
			if obj, ok := p.Types.Scope().Lookup(name).(*types.Func); ok && obj.Exported() {
				fmt.Fprintf(b, "\t%s\n", types.ObjectString(obj, types.RelativeTo(p.Types)))
			}
		}
	}
}
