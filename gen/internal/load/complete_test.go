package load_test

import (
	"go/types"
	"os"
	"path/filepath"
	"testing"

	"github.com/mcpgen/mcpgen/gen/internal/load"
)

// TestComplete asks for the constants of a package that is imported by a
// dependency only.
func TestComplete(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	for name, src := range map[string]string{
		"go.mod": "module example.com/m\n\ngo 1.26\n",
		"c/c.go": "package c\n\ntype State string\n\nconst Open State = \"open\"\n",
		"b/b.go": "package b\n\nimport \"example.com/m/c\"\n\ntype Issue struct{ State c.State }\n",
		"a/a.go": "package a\n\nimport \"example.com/m/b\"\n\nfunc Find() (i b.Issue) { return }\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	prog, diags := load.Load(t.Context(), load.Config{Dir: dir, Patterns: []string{"./a"}, Env: environ()})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	find := prog.Packages[0].Types.Scope().Lookup("Find").(*types.Func)
	issue := find.Signature().Results().At(0).Type().Underlying().(*types.Struct)
	part := issue.Field(0).Type().(*types.Named).Obj().Pkg()
	if part.Complete() {
		t.Fatal("the package is complete already; the test shows nothing")
	}
	whole, err := prog.Complete(part)
	if err != nil {
		t.Fatal(err)
	}
	if whole.Scope().Lookup("Open") == nil {
		t.Errorf("constants are missing: %v", whole.Scope().Names())
	}
	if again, err := prog.Complete(part); again != whole || err != nil {
		t.Errorf("loaded twice: %v", err)
	}
	if same, err := prog.Complete(whole); same != whole || err != nil {
		t.Errorf("a complete package is not itself: %v", err)
	}
}
