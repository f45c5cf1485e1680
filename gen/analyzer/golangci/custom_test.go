//go:build plugin

package golangci_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

const linter = "github.com/golangci/golangci-lint/v2"

// TestCustom builds golangci-lint with the plugin, by "golangci-lint custom", and
// runs it over a module that has a mistake in a directive, an argument that a
// tool would refuse, and generated code that is stale.
func TestCustom(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	b := &sandbox{t: t, root: root, dir: t.TempDir()}
	custom := b.build()

	b.unpack("testdata/sample.txtar")
	b.output(b.dir, "go", "run", "github.com/mcpgen/mcpgen/cmd/mcpgen", "./weather")
	if got := b.run(custom, "run", "./..."); !strings.Contains(got, "main.go:5:48: mcparguments: MCP1201: days: 99 is more than the maximum 14 (mcpgen)") {
		t.Errorf("no argument is refused:\n%s", got)
	}
	b.run(custom, "run", "--fix", "./...")
	if got := b.read("main.go"); !strings.Contains(got, `Forecast("Oslo", 14)`) {
		t.Errorf("the fix was not applied:\n%s", got)
	}
	b.replace("weather/weather.go", "maximum=14", "maximum=10")
	if got := b.run(custom, "run", "./..."); !strings.Contains(got, "mcpstale: MCP") {
		t.Errorf("stale code is not reported:\n%s", got)
	}
	b.replace("weather/weather.go", "readonly", "readnly")
	if got := b.run(custom, "run", "./..."); !strings.Contains(got, "MCP0102: mcp:tool has no argument readnly: did you mean readonly?") {
		t.Errorf("the directive is not checked:\n%s", got)
	}
}

// A sandbox is a folder with a module in it.
type sandbox struct {
	t         *testing.T
	root, dir string
	env       []string
}

// build makes the linter with the plugin. What "custom" clones is the module that
// is pinned in internal/tools, as the module proxy has it.
func (b *sandbox) build() string {
	b.t.Helper()
	pinned := "-modfile=" + filepath.Join(b.root, "internal/tools/go.mod")
	var module struct{ Dir, Version string }
	list := b.output(b.root, "go", "list", pinned, "-m", "-json", linter)
	if err := json.Unmarshal([]byte(list), &module); err != nil {
		b.t.Fatal(err)
	}
	plain := filepath.Join(b.dir, "golangci-lint")
	b.output(b.root, "go", "build", pinned, "-o", plain, linter+"/cmd/golangci-lint")

	repo := filepath.Join(b.dir, "golangci-lint.git")
	if err := os.CopyFS(repo, os.DirFS(module.Dir)); err != nil {
		b.t.Fatal(err)
	}
	for _, args := range [][]string{
		{"init", "-q", "."},
		{"add", "-A", "-f", "."},
		{"-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "test"},
		{"tag", module.Version},
	} {
		b.output(repo, "git", args...)
	}
	b.env = []string{
		"GIT_CONFIG_COUNT=1",
		"GIT_CONFIG_KEY_0=url.file://" + repo + ".insteadOf",
		"GIT_CONFIG_VALUE_0=https://github.com/golangci/golangci-lint.git",
	}
	work := filepath.Join(b.dir, "custom")
	b.write("custom/.custom-gcl.yml", "version: "+module.Version+`
plugins:
  - module: github.com/mcpgen/mcpgen
    import: github.com/mcpgen/mcpgen/gen/analyzer/golangci
    path: `+b.root+"\n")
	b.output(work, plain, "custom")
	b.env = []string{"GOLANGCI_LINT_CACHE=" + filepath.Join(b.dir, "cache")}
	return filepath.Join(work, "custom-gcl")
}

// unpack writes the files of the module, with a go.mod that leads here.
func (b *sandbox) unpack(name string) {
	b.t.Helper()
	archive, err := txtar.ParseFile(name)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, f := range archive.Files {
		b.write(f.Name, string(f.Data))
	}
	mod, err := os.ReadFile(filepath.Join(b.root, "go.mod"))
	if err != nil {
		b.t.Fatal(err)
	}
	_, requirements, _ := strings.Cut(string(mod), "\n")
	b.write("go.mod", "module example.com/sample\n"+requirements+
		"\nrequire github.com/mcpgen/mcpgen v0.0.0\n\nreplace github.com/mcpgen/mcpgen => "+b.root+"\n")
	sum, err := os.ReadFile(filepath.Join(b.root, "go.sum"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.write("go.sum", string(sum))
}

func (b *sandbox) write(name, content string) {
	b.t.Helper()
	name = filepath.Join(b.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b *sandbox) read(name string) string {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, filepath.FromSlash(name)))
	if err != nil {
		b.t.Fatal(err)
	}
	return string(data)
}

func (b *sandbox) replace(name, from, to string) {
	b.t.Helper()
	b.write(name, strings.Replace(b.read(name), from, to, 1))
}

// run runs a command in the module and gives what it prints. The linter fails
// when it finds something.
func (b *sandbox) run(name string, args ...string) string {
	b.t.Helper()
	out, _ := b.command(b.t.Context(), b.dir, name, args...).CombinedOutput()
	return string(out)
}

// output runs a command that has to succeed and gives its standard output.
func (b *sandbox) output(dir, name string, args ...string) string {
	b.t.Helper()
	cmd := b.command(b.t.Context(), dir, name, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		b.t.Fatalf("%s: %v\n%s", cmd, err, stderr.String())
	}
	return string(out)
}

func (b *sandbox) command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), b.env...)
	return cmd
}
