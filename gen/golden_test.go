package gen_test

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// Sections of a case that are not input.
const (
	outputFile  = "mcp_gen.go"
	lockFile    = "mcp.lock.json"
	wantOutput  = "want.out"
	diagnostics = "diagnostics"
	stale       = "stale/" + outputFile // written as the old output
)

// TestOK generates the code of every case in testdata/ok, compares it, compiles
// all of it at once, and runs the cases with a file run.go, or run/run.go: its
// function Main prints what the section want.out holds. Each case is one package, or several,
// of one module.
func TestOK(t *testing.T) {
	t.Parallel()
	cases := golden.Cases(t, "testdata/ok")
	dir := newModule(t, "example.com/ok")
	for _, c := range cases {
		writeCase(t, c, filepath.Join(dir, c.Name))
	}
	writeFile(t, filepath.Join(dir, "internal/calls/calls.go"), readFile(t, "testdata/calls.go.txt"))

	first := generate(t, dir, cases)
	backwards := slices.Clone(cases)
	slices.Reverse(backwards)
	reversed := generate(t, dir, backwards)
	formatSources(t, dir)
	formatted := generate(t, dir, cases)

	for name, content := range first {
		writeFile(t, filepath.Join(dir, name), content)
	}
	// One command runs all cases: linking is what takes long.
	writeFile(t, filepath.Join(dir, "internal/run/main.go"), runner(cases))
	command := filepath.Join(t.TempDir(), "run")
	built := goCommand(t, dir, "build", "./...") && goCommand(t, dir, "build", "-o", command, "./internal/run")
	goCommand(t, dir, "vet", "./...")

	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			for _, name := range outputsOf(c, first) {
				section := strings.TrimPrefix(name, c.Name+"/")
				c.Expect(t, section, string(first[name]))
				same(t, section+" with packages in reversed order", first[name], reversed[name])
				same(t, section+" of formatted source", first[name], formatted[name])
				if path.Ext(name) == ".go" {
					clean(t, section, first[name])
				}
			}
			if runs(c) && built {
				c.Expect(t, wantOutput, runCase(t, command, c.Name))
			}
		})
	}
}

// outputsOf lists the generated files of a case and those that it wants but did
// not get.
func outputsOf(c *golden.Case, files map[string][]byte) []string {
	names := map[string]bool{}
	for name := range files {
		// A contract says nothing that the code does not; few cases show one.
		if strings.HasPrefix(name, c.Name+"/") && path.Base(name) != lockFile {
			names[name] = true
		}
	}
	for _, f := range c.Files {
		if base := path.Base(f.Name); base == outputFile && f.Name != stale || base == lockFile {
			names[path.Join(c.Name, f.Name)] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// same compares two outputs of one input.
func same(t *testing.T, what string, want, got []byte) {
	t.Helper()
	if !bytes.Equal(want, got) {
		t.Errorf("%s differs\n--- want\n%s--- got\n%s", what, want, got)
	}
}

// clean checks that gofmt has nothing to change.
func clean(t *testing.T, what string, src []byte) {
	t.Helper()
	formatted, err := format.Source(src)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	same(t, what+" after gofmt", src, formatted)
}

// runs tells that a case is run.
func runs(c *golden.Case) bool { return mainPackage(c) != "" }

// mainPackage is the folder of the package with the function Main: the case
// itself or, since clients import what they call, one below it.
func mainPackage(c *golden.Case) string {
	for _, dir := range []string{"", "/run"} {
		if _, ok := c.Section(strings.TrimPrefix(dir+"/run.go", "/")); ok {
			return c.Name + dir
		}
	}
	return ""
}

// runner is the source of a command that runs the case it is given.
func runner(cases []*golden.Case) []byte {
	var imports, entries strings.Builder
	for _, c := range cases {
		if runs(c) {
			fmt.Fprintf(&imports, "\t%s \"example.com/ok/%s\"\n", c.Name, mainPackage(c))
			fmt.Fprintf(&entries, "\t%q: %[1]s.Main,\n", c.Name)
		}
	}
	return fmt.Appendf(nil, "package main\n\nimport (\n\t\"os\"\n\n%s)\n\nvar cases = map[string]func(){\n%s}\n\nfunc main() { cases[os.Args[1]]() }\n", imports.String(), entries.String())
}

// runCase runs a case and gives what it printed.
func runCase(t *testing.T, command, name string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), command, name)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("%v\n%s", err, stderr.Bytes())
	}
	return string(out)
}

// generate runs the generator, once for each profile that the cases ask for, and
// gives the files by their names relative to the directory. It fails the test
// when there are diagnostics.
func generate(t *testing.T, dir string, cases []*golden.Case) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, profile := range []string{"", "full"} {
		members := slices.DeleteFunc(slices.Clone(cases), func(c *golden.Case) bool { return c.Setting("profile") != profile })
		if len(members) == 0 {
			continue
		}
		result, err := gen.Generate(t.Context(), gen.Config{Dir: dir, Patterns: patternsOf(members), Profile: gen.Profile(profile)})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range result.Diagnostics {
			t.Error(d)
		}
		for _, f := range result.Files {
			name, err := filepath.Rel(dir, f.Path)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.ToSlash(name)] = f.Content
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	return files
}

// patternsOf names every package of the cases one by one, in the order of cases.
func patternsOf(cases []*golden.Case) []string {
	var patterns []string
	for _, c := range cases {
		for _, f := range c.Files {
			if strings.HasSuffix(f.Name, ".go") && (path.Base(f.Name) != outputFile || foreign(f.Data)) {
				patterns = append(patterns, "./"+path.Join(c.Name, path.Dir(f.Name)))
			}
		}
	}
	return slices.Compact(patterns)
}

// newModule makes a module in a new directory that uses the one under test.
func newModule(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	mod := string(readFile(t, filepath.Join(root, "go.mod")))
	_, rest, _ := strings.Cut(mod, "\n")
	const module = "github.com/mcpgen/mcpgen"
	mod = "module " + name + "\n" + rest + "\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + root + "\n"
	writeFile(t, filepath.Join(dir, "go.mod"), []byte(mod))
	writeFile(t, filepath.Join(dir, "go.sum"), readFile(t, filepath.Join(root, "go.sum")))
	return dir
}

// writeCase writes the input of a case, without its marks.
func writeCase(t *testing.T, c *golden.Case, dir string) {
	t.Helper()
	for _, f := range c.Files {
		name := f.Name
		switch {
		case name == stale:
			name = outputFile
		case path.Base(name) == outputFile && !foreign(f.Data), path.Base(name) == lockFile, name == wantOutput, name == diagnostics:
			continue
		}
		writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), unmark(f.Data))
	}
}

// foreign tells a file that a person wrote from wanted output.
func foreign(src []byte) bool { return !bytes.Contains(src, []byte("DO NOT EDIT.")) }

// formatSources formats all Go files below a directory, which moves directives
// to the end of their comments.
func formatSources(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".go" || filepath.Base(name) == outputFile {
			return err
		}
		formatted, err := format.Source(readFile(t, name))
		if err != nil {
			return err
		}
		return os.WriteFile(name, formatted, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// goCommand runs the go command and reports what it complains about.
func goCommand(t *testing.T, dir string, args ...string) bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("go %s: %v\n%s", args[0], err, out)
	}
	return err == nil
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func writeFile(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
