package load

import (
	"cmp"
	"context"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// A Checked is one package that somebody else has parsed and type-checked, such
// as an editor: with bodies, tests and output of mcpgen.
type Checked struct {
	Fset    *token.FileSet
	Files   []*ast.File // with comments
	Types   *types.Package
	Info    *types.Info
	Ignored []string // files of the directory that build constraints leave out
}

// FromChecked makes a program of one package. Output is the file that mcpgen
// wrote, nil when there is none; it and the tests are no part of the program.
// Dependencies are what the types know; the go command is asked when that is not
// enough.
func FromChecked(ctx context.Context, c Checked) (prog *Program, output *ast.File) {
	pkg := &Package{Path: strings.TrimSuffix(c.Types.Path(), "_test"), Name: c.Types.Name(), Types: c.Types, Info: c.Info}
	for _, f := range c.Files {
		name := c.Fset.Position(f.Package).Filename
		switch {
		case strings.HasSuffix(name, "_test.go"):
			continue
		case filepath.Base(name) == OutputFile && hasHeader(f):
			output = f
			continue
		}
		pkg.Files = append(pkg.Files, f)
		pkg.Annotated = pkg.Annotated || mentionedIn(f)
		if pkg.Dir == "" && filepath.IsAbs(name) {
			pkg.Dir = filepath.Dir(name)
		}
	}
	slices.SortStableFunc(pkg.Files, func(a, b *ast.File) int {
		return cmp.Compare(c.Fset.Position(a.Package).Filename, c.Fset.Position(b.Package).Filename)
	})
	for _, name := range c.Ignored {
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && filepath.Base(name) != OutputFile {
			pkg.Excluded = append(pkg.Excluded, name)
		}
	}
	return &Program{
		Fset: c.Fset, Packages: []*Package{pkg},
		foreign: newForeign(ctx, Config{Dir: pkg.Dir}, c.Fset),
	}, output
}

func hasHeader(f *ast.File) bool {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if c.Text == Header {
				return true
			}
		}
	}
	return false
}

// mentionedIn reports whether a comment of a file may be a directive.
func mentionedIn(f *ast.File) bool {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if mentions([]byte("\n" + c.Text + "\n")) {
				return true
			}
		}
	}
	return false
}

// IsOutputName reports whether a position is in a file with the name of output.
// A program that FromChecked made has the types of such a file.
func IsOutputName(pos token.Position) bool { return filepath.Base(pos.Filename) == OutputFile }
