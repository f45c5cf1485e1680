// Package golden reads test cases that are files: txtar archives whose comment
// holds settings and whose sections hold the input and what must come out.
//
// A test binary that imports it has the flag -update, which rewrites the
// expectations instead of comparing them.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the expectations of golden cases")

// Updating reports whether the expectations are to be rewritten.
func Updating() bool { return *update }

// A Case is one archive.
type Case struct {
	*txtar.Archive

	Name string // file name without .txtar
	Path string
}

// Cases reads all archives of a directory, in order of their names. It fails
// the test when there are none.
func Cases(tb testing.TB, dir string) []*Case {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no cases in %s: %v", dir, err)
	}
	slices.Sort(paths)
	var cases []*Case
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		cases = append(cases, &Case{Name: strings.TrimSuffix(filepath.Base(path), ".txtar"), Path: path, Archive: a})
	}
	return cases
}

// Setting gives the value of the line "key: value" in the comment, or "".
func (c *Case) Setting(key string) string {
	for line := range strings.Lines(string(c.Comment)) {
		if value, ok := strings.CutPrefix(line, key+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// Section gives the content of a section, and false when there is none.
func (c *Case) Section(name string) (string, bool) {
	for _, f := range c.Files {
		if f.Name == name {
			return string(f.Data), true
		}
	}
	return "", false
}

// WriteFiles writes the sections below dir, except those named.
func (c *Case) WriteFiles(tb testing.TB, dir string, except ...string) {
	tb.Helper()
	for _, f := range c.Files {
		if slices.Contains(except, f.Name) {
			continue
		}
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			tb.Fatal(err)
		}
	}
}

// Expect compares a section with what came out. With -update it rewrites the
// section instead, adding it at the end of the archive when it is not there.
func (c *Case) Expect(tb testing.TB, section, got string) {
	tb.Helper()
	want, ok := c.Section(section)
	if ok && want == got {
		return
	}
	if !*update {
		tb.Errorf("%s: section %s differs\n--- want\n%s--- got\n%s", c.Path, section, want, got)
		return
	}
	i := slices.IndexFunc(c.Files, func(f txtar.File) bool { return f.Name == section })
	if i < 0 {
		c.Files = append(c.Files, txtar.File{Name: section})
		i = len(c.Files) - 1
	}
	c.Files[i].Data = []byte(got)
	if err := os.WriteFile(c.Path, txtar.Format(c.Archive), 0o644); err != nil {
		tb.Fatal(err)
	}
}
