package gen

import (
	"errors"
	"go/scanner"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/gen/internal/load"
)

const (
	ours    = load.Header + "\n\npackage p\n"
	changed = ours + "\nvar X int\n"
)

// put writes a file that is an hour old.
func put(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o640); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(name, old, old); err != nil {
		t.Fatal(err)
	}
}

func actions(changes []Change) string {
	var words []string
	for _, c := range changes {
		words = append(words, string(c.Action))
	}
	return strings.Join(words, " ")
}

func TestCommit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name, load.OutputFile) }
	put(t, path("kept"), ours)
	put(t, path("updated"), ours)
	put(t, path("removed"), ours)
	put(t, path("empty"), "")
	put(t, filepath.Join(dir, "created", "doc.go"), "package p\n")
	before, err := os.Stat(path("kept"))
	if err != nil {
		t.Fatal(err)
	}
	r := &Result{Dir: dir, Files: []File{
		{Path: path("created"), Content: []byte(ours)},
		{Path: path("empty"), Content: []byte(ours)},
		{Path: path("gone"), Remove: true},
		{Path: path("kept"), Content: []byte(ours)},
		{Path: path("removed"), Remove: true},
		{Path: path("updated"), Content: []byte(changed)},
	}}
	const want = "create update keep keep remove update"
	planned, err := r.Changes()
	if err != nil || actions(planned) != want {
		t.Fatalf("planned %s, want %s: %v", actions(planned), want, err)
	}
	done, err := Commit(r)
	if err != nil || actions(done) != want {
		t.Fatalf("did %s, want %s: %v", actions(done), want, err)
	}
	for name, content := range map[string]string{"created": ours, "empty": ours, "kept": ours, "updated": changed} {
		if got, err := os.ReadFile(path(name)); string(got) != content {
			t.Errorf("%s holds %q: %v", name, got, err)
		}
	}
	if _, err := os.Stat(path("removed")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("removed is there: %v", err)
	}
	after, err := os.Stat(path("kept"))
	if err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("kept was touched: %v", err)
	}
	if info, err := os.Stat(path("updated")); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("updated has another mode: %v %v", info.Mode(), err)
	}
	noLeftovers(t, dir)
	if again, err := Commit(r); err != nil || actions(again) != strings.TrimSpace(strings.Repeat("keep ", 6)) {
		t.Errorf("the second time did %s: %v", actions(again), err)
	}
	if diff, err := r.Diff(); diff != "" || err != nil {
		t.Errorf("a difference is left: %v\n%s", err, diff)
	}
}

// noLeftovers fails when a temporary file is left.
func noLeftovers(t *testing.T, dir string) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(dir, "*", ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestCommitRefuses checks that nothing at all is written when anything may not.
func TestCommitRefuses(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(t *testing.T, path string) *Result{
		"a foreign file": func(t *testing.T, path string) *Result {
			t.Helper()
			put(t, path, "package p // mine\n")
			return &Result{}
		},
		"a foreign file to remove": func(t *testing.T, path string) *Result {
			t.Helper()
			put(t, path, "package p // mine\n")
			return &Result{Files: []File{{Path: path, Remove: true}}}
		},
		"a link": func(t *testing.T, path string) *Result {
			t.Helper()
			target := filepath.Join(t.TempDir(), "target.go")
			put(t, target, ours)
			if err := os.Symlink(target, path); err != nil {
				t.Fatal(err)
			}
			return &Result{}
		},
		"a directory": func(t *testing.T, path string) *Result {
			t.Helper()
			put(t, filepath.Join(path, "x"), "")
			return &Result{}
		},
		"a missing directory": func(_ *testing.T, path string) *Result {
			return &Result{Files: []File{{Path: filepath.Join(path, "nowhere", load.OutputFile)}}}
		},
		"diagnostics": func(*testing.T, string) *Result {
			return &Result{Diagnostics: []Diagnostic{{Code: "MCP0004", What: "wrong"}}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			first := filepath.Join(dir, "a", load.OutputFile)
			put(t, first, ours)
			second := filepath.Join(dir, "b", load.OutputFile)
			if err := os.Mkdir(filepath.Dir(second), 0o755); err != nil {
				t.Fatal(err)
			}
			r := prepare(t, second)
			if r.Files == nil {
				r.Files = []File{{Path: second, Content: []byte(changed)}}
			}
			r.Files = append([]File{{Path: first, Content: []byte(changed)}}, r.Files...)
			if changes, err := Commit(r); err == nil {
				t.Errorf("it did %s", actions(changes))
			}
			if got, _ := os.ReadFile(first); string(got) != ours {
				t.Errorf("the other file was written")
			}
			noLeftovers(t, dir)
		})
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "b", load.OutputFile), ours)
	put(t, filepath.Join(dir, "c", load.OutputFile), ours)
	r := &Result{Dir: dir, Files: []File{
		{Path: filepath.Join(dir, "a", load.OutputFile), Content: []byte("new\n")},
		{Path: filepath.Join(dir, "b", load.OutputFile), Content: []byte(changed)},
		{Path: filepath.Join(dir, "c", load.OutputFile), Remove: true},
	}}
	got, err := r.Diff()
	if err != nil {
		t.Fatal(err)
	}
	want := `--- /dev/null
+++ b/a/mcp_gen.go
@@ -0,0 +1 @@
+new
--- a/b/mcp_gen.go
+++ b/b/mcp_gen.go
@@ -1,3 +1,5 @@
 // Code generated by mcpgen. DO NOT EDIT.
 
 package p
+
+var X int
--- a/c/mcp_gen.go
+++ /dev/null
@@ -1,3 +0,0 @@
-// Code generated by mcpgen. DO NOT EDIT.
-
-package p
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestInternalError(t *testing.T) {
	t.Parallel()
	if err := checkSource([]byte(changed)); err != nil {
		t.Errorf("good source: %v", err)
	}
	err := checkSource([]byte("package p\n\nfunc (\n"))
	if _, ok := errors.AsType[scanner.ErrorList](err); !ok {
		t.Fatalf("got %v", err)
	}
	text := (&InternalError{Package: "example.com/m", Err: err}).Error()
	for _, want := range []string{"internal error in package example.com/m", "     1  package p\n", ">    3  func (\n", "report"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	for topic, want := range map[string]string{
		"":           "mcp:tool ",
		"tool":       "mcp:tool stands above a function or a method.",
		"mcp:tool":   "timeout=DURATION",
		"//mcp:tool": "//mcp:tool readonly",
		"MCP0102":    "MCP0102: unknown argument of a directive\n\n",
		"mcp0102":    "    //mcp:tool title=",
	} {
		if page, ok := Explain(topic); !ok || !strings.Contains(page, want) || !strings.HasSuffix(page, "\n") {
			t.Errorf("%q gives %v\n%s", topic, ok, page)
		}
	}
	for topic, want := range map[string]string{
		"tol":      "did you mean mcp:tool?",
		"elephant": `"mcpgen explain"`,
		"MCP9999":  `"mcpgen explain"`,
	} {
		if page, ok := Explain(topic); ok || !strings.Contains(page, want) {
			t.Errorf("%q gives %v\n%s", topic, ok, page)
		}
	}
}
