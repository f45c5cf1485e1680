package scan

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// A foreignSchema is the mcp:schema that the comment of the package clause gives
// for a type of another package.
type foreignSchema struct {
	args *directive.Schema
	dir  *directive.Directive
	used bool
}

// foreignSchemas reads the mcp:schema directives of the package comments.
func (s *scanner) foreignSchemas() {
	for _, file := range s.pkg.Files {
		ds, _ := directive.Parse(s.prog.Fset, file.Doc, directive.PackageDoc) // Strays reports
		for i := range ds {
			if args, ok := ds[i].Args.(*directive.Schema); ok {
				s.foreignSchema(file, args, &ds[i])
			}
		}
	}
}

func (s *scanner) foreignSchema(file *ast.File, args *directive.Schema, dir *directive.Directive) {
	of := args.For
	refuse := func(fix, format string, a ...any) {
		s.reportf(of.Pos, diag.SchemaTarget, fix, format, a...)
	}
	path := of.Pkg
	pkg := s.importedPackage(file, of.Pkg)
	for i := 0; pkg == nil && i < len(s.pkg.Files); i++ { // a file of comments imports nothing
		pkg = s.importedPackage(s.pkg.Files[i], of.Pkg)
	}
	if pkg == nil {
		pkg = reachable(s.pkg.Types, of.Pkg)
	}
	if pkg != nil {
		path = pkg.Path()
	}
	switch {
	case path == s.pkg.Path || of.Pkg == s.pkg.Name && pkg == nil:
		refuse("write mcp:schema above it, without for=", "%s is a type of this package", of)
		return
	case pkg == nil:
		refuse("import it, or write its import path, as in for=example.com/path/pkg."+of.Name, "mcp:schema is for a type of %s, a package that this one does not use", of.Pkg)
		return
	}
	if _, ok := pkg.Scope().Lookup(of.Name).(*types.TypeName); !ok {
		fix := "name a type of that package"
		if near := diag.Nearest(of.Name, typeNames(pkg)); near != "" {
			fix = "did you mean " + near + "?"
		}
		refuse(fix, "mcp:schema is for %s, which is no type", of)
		return
	}
	key := path + "." + of.Name
	if first := s.foreign[key]; first != nil {
		s.reportf(dir.Pos, diag.DuplicateDirective, "merge the two", "mcp:schema for %s stands in %s already", of, first.dir.Pos)
		return
	}
	s.foreign[key] = &foreignSchema{args: args, dir: dir}
}

// reachable finds a package by its path among those that a package uses, itself
// or through others.
func reachable(from *types.Package, path string) *types.Package {
	seen := map[*types.Package]bool{}
	var find func(p *types.Package) *types.Package
	find = func(p *types.Package) *types.Package {
		if seen[p] {
			return nil
		}
		seen[p] = true
		if p.Path() == path {
			return p
		}
		for _, q := range p.Imports() {
			if found := find(q); found != nil {
				return found
			}
		}
		return nil
	}
	return find(from)
}

func typeNames(pkg *types.Package) []string {
	var names []string
	for _, name := range pkg.Scope().Names() {
		if _, ok := pkg.Scope().Lookup(name).(*types.TypeName); ok {
			names = append(names, name)
		}
	}
	return names
}

// givenSchema finds the mcp:schema of a type: that of the package comment, or
// that above it. Both are nil when there is none.
func (s *scanner) givenSchema(t *types.Named) (*directive.Schema, *directive.Directive) {
	obj := t.Origin().Obj()
	if obj.Pkg() != nil {
		if f := s.foreign[obj.Pkg().Path()+"."+obj.Name()]; f != nil {
			f.used = true
			return f.args, f.dir
		}
	}
	return directive.Get[directive.Schema](s.typeDirectives(t))
}

// unusedSchemas reports those that describe nothing.
func (s *scanner) unusedSchemas() {
	for _, f := range s.foreign {
		if !f.used {
			s.reportf(f.dir.Pos, diag.NoEffect, "remove it", "mcp:schema has no effect: nothing that package %s offers has type %s", s.pkg.Name, f.args.For)
		}
	}
}

// describeFix says where the schema of a type can be written.
func (s *scanner) describeFix(t types.Type, at site) string {
	n, ok := t.(*types.Named)
	if !ok || n.Obj().Pkg() == nil || s.src.isOwn(n.Obj()) {
		return `say what it looks like with //mcp:schema {"type": …} above the type or the field`
	}
	fix := "say what it looks like with //mcp:schema for=" + n.Obj().Pkg().Path() + "." + n.Obj().Name() + ` {"type": …} in the comment of the package clause`
	if strings.HasPrefix(at.what, "field ") && !at.foreign {
		fix += ", or without for= above the field"
	}
	return fix
}
