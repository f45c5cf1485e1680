package emit

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompiled builds and vets what the cases emit together with the Go source
// they stand for, and runs the tests beside it.
func TestCompiled(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "go.sum"), sums)
	put(t, filepath.Join(dir, "go.mod"), []byte("module example.com\n\ngo 1.26.0\n\n"+
		"require "+module+" v0.0.0\n\nreplace "+module+" => "+root+"\n"))
	helpers, err := os.ReadFile("testdata/src/helpers_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range cases() {
		src := filepath.Join("testdata", "src", name)
		files, err := os.ReadDir(src)
		if os.IsNotExist(err) {
			continue
		}
		for _, f := range files {
			text, err := os.ReadFile(filepath.Join(src, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(dir, name, f.Name()), text)
		}
		text, err := File(p, schemasOf(p))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, name, "mcp_gen.go"), text)
		put(t, filepath.Join(dir, name, "helpers_test.go"), helpers)
	}
	goCommand(t, dir, "vet", "./...")
	goCommand(t, dir, "test", "./...")
}

func put(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func goCommand(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
