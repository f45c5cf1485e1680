package diag

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// codes reads all codes that the package declares, with the file of each.
func codes(t *testing.T) map[Code]string {
	t.Helper()
	files, err := filepath.Glob("codes_*.go")
	if err != nil || len(files) < 3 {
		t.Fatalf("found %v: %v", files, err)
	}
	found := map[Code]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			gd, ok := decl.(*ast.GenDecl)
			if !ok || gd.Tok != token.CONST {
				continue
			}
			for _, spec := range gd.Specs {
				lit, ok := spec.(*ast.ValueSpec).Values[0].(*ast.BasicLit)
				if !ok {
					t.Fatalf("%s: a code is not written out", name)
				}
				code, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				if other, ok := found[Code(code)]; ok {
					t.Errorf("%s is in %s and in %s", code, other, name)
				}
				found[Code(code)] = name
			}
		}
	}
	return found
}

// TestCodes checks that every code has the right form, one meaning, a page, and
// the hundred of its area.
func TestCodes(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^MCP\d{4}$`)
	areas := map[string]string{} // hundred → file
	for code, name := range codes(t) {
		if !form.MatchString(string(code)) {
			t.Errorf("%s in %s is no code", code, name)
			continue
		}
		hundred := string(code[:5])
		if other, ok := areas[hundred]; ok && other != name {
			t.Errorf("the codes %sxx are in %s and in %s", hundred, other, name)
		}
		areas[hundred] = name
		e, ok := Explain(code)
		if !ok || e.Title == "" || e.Text == "" {
			t.Errorf("%s has no page", code)
		}
		if strings.HasSuffix(e.Title, ".") || !strings.HasSuffix(strings.TrimSpace(lastParagraph(e.Text)), ".") {
			t.Errorf("%s: titles have no full stop, texts do: %q, %q", code, e.Title, e.Text)
		}
	}
}

// lastParagraph gives the last paragraph that is no example.
func lastParagraph(text string) string {
	for _, p := range slices.Backward(strings.Split(text, "\n\n")) {
		if !strings.HasPrefix(p, "\t") {
			if strings.HasSuffix(p, ":") {
				return p + "." // an example follows
			}
			return p
		}
	}
	return ""
}

func TestExplainUnknown(t *testing.T) {
	t.Parallel()
	for _, code := range []Code{"", "MCP", "MCP9999", "mcp0101"} {
		if e, ok := Explain(code); ok {
			t.Errorf("%q is explained by %v", code, e)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"name", "title", "readonly", "minimum", "minLength", "maxLength"}
	for word, want := range map[string]string{
		"nmae":      "name", // swapped
		"nam":       "name",
		"names":     "name",
		"READONLY":  "readonly",
		"readOnly":  "readonly",
		"maxlenght": "maxLength",
		"min":       "minimum", // only begun
		"mi":        "",
		"elephant":  "",
		"":          "",
		"x":         "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("nearest to %q is %q, want %q", word, got, want)
		}
	}
	if got := Nearest("name", nil); got != "" {
		t.Errorf("nothing is near to nothing, got %q", got)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string, line, col int) token.Position {
		return token.Position{Filename: name, Line: line, Column: col}
	}
	var l List
	l.Add(at(filepath.Join(dir, "b.go"), 1, 1), WrongValue, "fix it", "wrong %d", 2)
	l.Add(at(filepath.Join(dir, "a.go"), 2, 1), WrongValue, "", "wrong")
	l.Add(at(filepath.Join(dir, "a.go"), 1, 9), UnknownVerb, "fix", "unknown")
	l.Add(at(filepath.Join(dir, "a.go"), 1, 2), UnknownVerb, "fix", "unknown")
	l.Add(at(filepath.Join(dir, "a.go"), 1, 2), UnknownVerb, "fix", "unknown")
	l.Add(token.Position{}, NoPackages, "fix", "none")
	l.Add(at(filepath.Join(filepath.Dir(dir), "outside.go"), 1, 1), GoSyntax, "fix", "bad")
	l.Sort()
	l.Relative(dir)
	var b strings.Builder
	for _, d := range l {
		b.WriteString(strings.ReplaceAll(d.String(), filepath.Dir(dir)+string(os.PathSeparator), "UP/") + "\n")
	}
	want := `MCP0002: none: fix
a.go:1:2: MCP0101: unknown: fix
a.go:1:9: MCP0101: unknown: fix
a.go:2:1: MCP0108: wrong
b.go:1:1: MCP0108: wrong 2: fix it
UP/outside.go:1:1: MCP0003: bad: fix
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
