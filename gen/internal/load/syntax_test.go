package load_test

import (
	"go/ast"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// TestFileOf finds the comments of types that came from export data.
func TestFileOf(t *testing.T) {
	t.Parallel()
	c := golden.Cases(t, "testdata/foreign")[0]
	for _, flags := range []string{"", "-trimpath"} {
		t.Run("flags "+flags, func(t *testing.T) {
			t.Parallel()
			dir := tempDir(t)
			c.WriteFiles(t, dir)
			prog, diags := load.Load(t.Context(), load.Config{Dir: dir, Env: environ("GOFLAGS=" + flags)})
			if len(diags) > 0 {
				t.Fatal(diags)
			}
			scope := prog.Packages[0].Types.Scope()
			for name, want := range map[string]string{
				"Local":    "Local is of another package of the module.",
				"Vendored": "Vendored is of a dependency.",
				"Standard": "URL", // of the standard library
			} {
				named := types.Unalias(scope.Lookup(name).Type()).(*types.Named)
				if got := docOf(t, prog, named.Obj()); !strings.Contains(got, want) {
					t.Errorf("%s has the comment %q, want %q", name, got, want)
				}
			}
		})
	}
}

// docOf finds the comment of a type by the line of its object.
func docOf(t *testing.T, prog *load.Program, obj types.Object) string {
	t.Helper()
	file, err := prog.FileOf(obj)
	if err != nil {
		t.Fatal(err)
	}
	again, err := prog.FileOf(obj)
	if err != nil || again != file {
		t.Errorf("the file of %s was parsed twice: %v", obj.Name(), err)
	}
	line := prog.Fset.Position(obj.Pos()).Line
	for _, decl := range file.Decls {
		gd, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range gd.Specs {
			if ts, ok := spec.(*ast.TypeSpec); ok && prog.Fset.Position(ts.Name.Pos()).Line == line {
				return gd.Doc.Text()
			}
		}
	}
	return ""
}

// TestFileOfFails gives errors, not panics, for what has no source.
func TestFileOfFails(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	golden.Cases(t, "testdata/foreign")[0].WriteFiles(t, dir)
	prog, _ := load.Load(t.Context(), load.Config{Dir: dir, Env: environ()})
	if _, err := prog.FileOf(types.Universe.Lookup("error")); err == nil {
		t.Error("the universe has no file")
	}
	local := prog.Packages[0].Types.Scope().Lookup("Local").Type()
	obj := types.Unalias(local).(*types.Named).Obj()
	if err := os.RemoveAll(filepath.Join(dir, "local")); err != nil {
		t.Fatal(err)
	}
	if _, err := prog.FileOf(obj); err == nil {
		t.Error("the file is gone")
	}
}
