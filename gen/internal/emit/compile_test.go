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
	put(t, filepath.Join(dir, "go.sum"), get(t, filepath.Join(root, "go.sum")))
	put(t, filepath.Join(dir, "go.mod"), []byte("module example.com\n\ngo 1.26.0\n\n"+
		"require (\n\t"+module+" v0.0.0\n\tgithub.com/santhosh-tekuri/jsonschema/v5 v5.3.1\n)\n\nreplace "+module+" => "+root+"\n"))
	helpers := get(t, "testdata/src/helpers_test.go")
	difference := get(t, "testdata/src/difference_test.go")
	for name, p := range cases() {
		src := filepath.Join("testdata", "src", name)
		files, err := os.ReadDir(src)
		if os.IsNotExist(err) {
			continue
		}
		for _, f := range files {
			put(t, filepath.Join(dir, name, f.Name()), get(t, filepath.Join(src, f.Name())))
		}
		text, err := File(p, schemasOf(t, p), nil)
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, name, "mcp_gen.go"), text)
		put(t, filepath.Join(dir, name, "helpers_test.go"), helpers)
		put(t, filepath.Join(dir, name, "difference_test.go"), difference)
	}
	goCommand(t, dir, "vet", "./...")
	goCommand(t, dir, "test", "./...")
}

func get(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
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
