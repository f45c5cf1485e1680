package policy

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	code    = regexp.MustCompile("(?m)^(    |\t).*$|`[^`\n]*`")
	goBlock = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")
)

// TestDocs: links lead somewhere, and Go code is Go.
func TestDocs(t *testing.T) {
	t.Parallel()
	top := root(t)
	pages, err := filepath.Glob(filepath.Join(top, "docs/*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, page := range append(pages, filepath.Join(top, "README.md"), filepath.Join(top, "CONTRIBUTING.md")) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(page)
		for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(string(text), ""), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), target)); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
		for _, m := range goBlock.FindAllStringSubmatch(string(text), -1) {
			if err := parses(m[1]); err != nil {
				t.Errorf("%s: %v in\n%s", name, err, m[1])
			}
		}
	}
}

// parses tries a block as a file, as declarations and as statements.
func parses(code string) error {
	var first error
	for _, form := range []string{code, "package p\n" + code, "package p\nfunc _() {\n" + code + "\n}"} {
		_, err := parser.ParseFile(token.NewFileSet(), "", form, parser.SkipObjectResolution)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}
