package load

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// parsedFiles parses the files of all packages and remembers what it saw.
// go/packages calls it from several goroutines.
type parsedFiles struct {
	mu sync.Mutex
	// outputs holds, for each output of an earlier run, the names it declared.
	outputs map[string]map[string]bool
	// mention holds the files with a comment that may be a directive.
	mention map[string]bool
}

func newParsedFiles() *parsedFiles {
	return &parsedFiles{outputs: map[string]map[string]bool{}, mention: map[string]bool{}}
}

// isOutput reports whether a parsed file is output of an earlier run.
func (p *parsedFiles) isOutput(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.outputs[name] != nil
}

// declared reports whether the output of an earlier run in the directory
// declares a name, and whether there is such an output.
func (p *parsedFiles) declared(dir, name string) (declares, exists bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	names, exists := p.outputs[filepath.Join(dir, OutputFile)]
	return names[name], exists
}

// mentions reports whether a parsed file has a comment that may be a directive.
func (p *parsedFiles) mentions(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mention[name]
}

// mayBeDirective matches directives and what may have been meant as one. It is
// generous: what it misses is not looked at.
var mayBeDirective = regexp.MustCompile(`(?i)//(?:mcp|mpc|cmp|mcpgen)[ :.=-]|(?://|/\*|\n)[ \t*]*(?:mcp|mpc|cmp|mcpgen) ?:`)

// mentions reports whether source may have a directive. Most has not and is
// found out without the regular expression.
func mentions(src []byte) bool {
	for _, name := range [...]string{"mcp", "MCP", "Mcp", "mpc", "cmp"} {
		if bytes.Contains(src, []byte(name)) {
			return mayBeDirective.Match(src)
		}
	}
	return false
}

// parse is the hook for go/packages.
func (p *parsedFiles) parse(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
	if filepath.Base(name) == OutputFile && IsOutput(src) {
		return p.parseOutput(fset, name, src)
	}
	if mentions(src) {
		p.mu.Lock()
		p.mention[name] = true
		p.mu.Unlock()
	}
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if file != nil {
		cutBodies(file)
	}
	return file, err
}

// parseOutput notes the names that old output declares, as far as it can be
// read, and parses it as an empty file of the same package.
func (p *parsedFiles) parseOutput(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
	old, _ := parser.ParseFile(token.NewFileSet(), name, src, parser.AllErrors|parser.SkipObjectResolution)
	names, pkg := map[string]bool{}, ""
	if old != nil {
		if old.Name != nil && token.IsIdentifier(old.Name.Name) && old.Name.Name != "_" {
			pkg = old.Name.Name
		}
		for _, decl := range old.Decls {
			noteNames(names, decl)
		}
	}
	if pkg == "" {
		pkg = siblingPackage(name)
	}
	p.mu.Lock()
	p.outputs[name] = names
	p.mu.Unlock()
	return parser.ParseFile(fset, name, "package "+pkg+"\n", parser.ParseComments)
}

func noteNames(names map[string]bool, decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv == nil {
			names[decl.Name.Name] = true
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names[spec.Name.Name] = true
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					names[id.Name] = true
				}
			}
		}
	}
}

// siblingPackage gives the package name of another file in the directory. It is
// asked only when the package clause of the old output cannot be read.
func siblingPackage(name string) string {
	dir := filepath.Dir(name)
	entries, _ := os.ReadDir(dir) // an unreadable directory has failed elsewhere
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") || e.Name() == OutputFile {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.PackageClauseOnly)
		if err == nil {
			return f.Name.Name
		}
	}
	return "unknown"
}

// cutBodies replaces the bodies of functions by an endless loop: bodies may use
// names that are yet to be generated, and nothing in them matters here. A body
// of nil would not do, a generic function must have one, and panic may be
// declared by the user. Function literals in variables are cut too.
func cutBodies(file *ast.File) {
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Body != nil {
				cut(decl.Body)
			}
		case *ast.GenDecl:
			ast.Inspect(decl, func(n ast.Node) bool {
				lit, ok := n.(*ast.FuncLit)
				if ok && lit.Body != nil {
					cut(lit.Body)
				}
				return !ok
			})
		}
	}
}

func cut(body *ast.BlockStmt) {
	at := body.Lbrace + 1
	if !body.Rbrace.IsValid() {
		at = body.Lbrace
	}
	body.List = []ast.Stmt{&ast.ForStmt{For: at, Body: &ast.BlockStmt{Lbrace: at, Rbrace: at}}}
}

// directiveComments gives the comments of a file that begin like a directive,
// which string literals do not.
func directiveComments(fset *token.FileSet, name string, src []byte) []*ast.Comment {
	const prefix = "//mcp:"
	if !bytes.Contains(src, []byte(prefix)) {
		return nil
	}
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil // the go command will say so when the tests are run
	}
	var found []*ast.Comment
	for _, group := range file.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, prefix) {
				found = append(found, c)
			}
		}
	}
	return found
}
