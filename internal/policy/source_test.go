package policy

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Bounds that ask for a second look, not for golf. A file or function over its
// bound is listed with its reason.
const (
	maxFileLines = 550
	maxFuncLines = 80
)

// longer lists what may be longer, with the reason.
var longer = map[string]string{}

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

func TestFilesAndFunctionsAreShort(t *testing.T) {
	t.Parallel()
	eachSource(t, func(name string, src []byte, fset *token.FileSet, f *ast.File) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		if n := bytes.Count(src, []byte("\n")); n > maxFileLines && longer[name] == "" {
			t.Errorf("%s has %d lines; is there a second concept in it?", name, n)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line
			if key := name + ":" + fn.Name.Name; n > maxFuncLines && longer[key] == "" {
				t.Errorf("%s has %d lines; a table or one function per kind?", key, n)
			}
		}
	})
}

func TestPackagesAndExportsAreDocumented(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	eachSource(t, func(name string, _ []byte, fset *token.FileSet, f *ast.File) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		dir := filepath.Dir(name)
		documented[dir] = documented[dir] || f.Doc.Text() != ""
		if f.Name.Name == "main" {
			return
		}
		for _, d := range f.Decls {
			for _, id := range undocumented(d) {
				t.Errorf("%s: %s is exported and has no doc comment", fset.Position(id.Pos()), id.Name)
			}
		}
	})
	for dir, ok := range documented {
		if !ok {
			t.Errorf("package in %s has no package comment", dir)
		}
	}
}

// undocumented gives the exported names of a declaration that have no comment.
func undocumented(d ast.Decl) []*ast.Ident {
	var out []*ast.Ident
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc.Text() == "" && (d.Recv == nil || exportedReceiver(d)) {
			out = append(out, d.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc.Text() == "" && s.Doc.Text() == "" {
					out = append(out, s.Name)
				}
			case *ast.ValueSpec:
				for _, id := range s.Names {
					if id.IsExported() && d.Doc.Text() == "" && s.Doc.Text() == "" && s.Comment.Text() == "" {
						out = append(out, id)
					}
				}
			}
		}
	}
	return out
}

func exportedReceiver(d *ast.FuncDecl) bool {
	typ := d.Recv.List[0].Type
	if s, ok := typ.(*ast.StarExpr); ok {
		typ = s.X
	}
	switch x := typ.(type) {
	case *ast.IndexExpr:
		typ = x.X
	case *ast.IndexListExpr:
		typ = x.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported()
}

// TestGoroutinesAreCounted: every package of the runtime that has tests ends them
// with leak.Run.
func TestGoroutinesAreCounted(t *testing.T) {
	t.Parallel()
	counted := map[string]bool{}
	eachSource(t, func(name string, src []byte, _ *token.FileSet, _ *ast.File) {
		if strings.HasPrefix(name, "runtime/") && strings.HasSuffix(name, "_test.go") {
			dir := filepath.Dir(name)
			counted[dir] = counted[dir] || bytes.Contains(src, []byte("leak.Run(m)"))
		}
	})
	delete(counted, "runtime/internal/leak") // has stray goroutines on purpose
	for dir, ok := range counted {
		if !ok {
			t.Errorf("%s: no TestMain that calls leak.Run", dir)
		}
	}
	if len(counted) < 20 {
		t.Errorf("found %d packages with tests only", len(counted))
	}
}

// TestNoSkippedTests keeps the suite honest: a test that cannot run here is
// behind a build tag, where the target that runs it sets the tag.
func TestNoSkippedTests(t *testing.T) {
	t.Parallel()
	call := regexp.MustCompile(`\b[tbf]\.Skip(f|Now)?\(`)
	eachSource(t, func(name string, src []byte, _ *token.FileSet, _ *ast.File) {
		s := bufio.NewScanner(bytes.NewReader(src))
		for line := 1; s.Scan(); line++ {
			if call.Match(s.Bytes()) && !strings.Contains(name, "internal/policy/") {
				t.Errorf("%s:%d skips a test", name, line)
			}
		}
	})
}

// eachSource calls f for every Go file of the repository that a person wrote.
func eachSource(t *testing.T, f func(name string, src []byte, fset *token.FileSet, file *ast.File)) {
	t.Helper()
	top := root(t)
	fset := token.NewFileSet()
	files := 0
	err := filepath.WalkDir(top, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := d.Name(); d.IsDir() && (base == "testdata" || base == "node_modules" || base == "vendor" || strings.HasPrefix(base, ".") && path != top) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil || generated.Match(src) {
			return err
		}
		file, err := parser.ParseFile(fset, path, src, parser.ParseComments)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(top, path)
		if err != nil {
			return err
		}
		files++
		f(filepath.ToSlash(name), src, fset, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Fatalf("found %d Go files only", files)
	}
}

// root is the directory of the main go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}
