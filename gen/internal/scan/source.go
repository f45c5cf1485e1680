package scan

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/load"
)

// sources finds the syntax of declarations: what a type checker forgets, which
// is comments, directives and the places of tags. Files of dependencies are read
// when they are asked for.
type sources struct {
	prog  *load.Program
	own   map[string]bool    // import paths of the matched packages
	mine  map[string]bool    // their files
	files map[string]*syntax // by file name; nil when the file cannot be read
}

func newSources(prog *load.Program) *sources {
	s := &sources{prog: prog, own: map[string]bool{}, mine: map[string]bool{}, files: map[string]*syntax{}}
	for _, pkg := range prog.Packages {
		s.own[pkg.Path] = true
		for _, f := range pkg.Files {
			name := prog.Fset.Position(f.Package).Filename
			s.files[name], s.mine[name] = newSyntax(prog.Fset, f), true
		}
	}
	return s
}

// isOwn reports whether an object is declared in a matched package, so that its
// position is a good place for a message.
func (s *sources) isOwn(obj types.Object) bool {
	return obj.Pkg() != nil && s.own[obj.Pkg().Path()] && obj.Pos().IsValid()
}

// isStandard reports whether an object is declared in the standard library, as
// its export data says. Nobody annotates that, so its files need not be read.
func (s *sources) isStandard(obj types.Object) bool {
	return strings.HasPrefix(s.prog.Fset.Position(obj.Pos()).Filename, "$GOROOT")
}

// isOwnFile reports whether a file belongs to a matched package.
func (s *sources) isOwnFile(name string) bool { return s.mine[name] }

// of gives the syntax of the file that declares an object, or nil.
func (s *sources) of(obj types.Object) *syntax {
	if obj.Pkg() == nil || !obj.Pos().IsValid() {
		return nil
	}
	name := s.prog.Fset.Position(obj.Pos()).Filename
	found, ok := s.files[name]
	if !ok {
		if file, err := s.prog.FileOf(obj); err == nil {
			found = newSyntax(s.prog.Fset, file)
		}
		s.files[name] = found // a file that cannot be read has no comments
	}
	return found
}

// typeOf gives the declaration of a type, or nil.
func (s *sources) typeOf(obj *types.TypeName) *typeSyntax {
	if f := s.of(obj); f != nil {
		return f.types[obj.Name()]
	}
	return nil
}

// constantOf gives the comments of a constant: above it, and behind it.
func (s *sources) constantOf(obj *types.Const) (doc, line *ast.CommentGroup) {
	if f := s.of(obj); f != nil {
		if spec := f.consts[obj.Name()]; spec != nil {
			return spec.doc, spec.spec.Comment
		}
	}
	return nil, nil
}

// fieldOf gives the declaration of a struct field, or nil.
func (s *sources) fieldOf(v *types.Var) *ast.Field {
	f := s.of(v)
	if f == nil {
		return nil
	}
	if field := f.exact[v.Pos()]; field != nil {
		return field
	}
	return f.fields[fieldKey{s.prog.Fset.Position(v.Pos()).Line, v.Name()}]
}

// A syntax is an index of the declarations of one file.
type syntax struct {
	types  map[string]*typeSyntax
	consts map[string]*constSyntax
	exact  map[token.Pos]*ast.Field // of parsed packages
	fields map[fieldKey]*ast.Field  // of packages from export data
}

// A typeSyntax is the declaration of one type.
type typeSyntax struct {
	spec *ast.TypeSpec
	doc  *ast.CommentGroup
}

// place tells which directives the declaration may have.
func (t *typeSyntax) place() directive.Place { return directive.PlaceOfType(t.spec) }

// A constSyntax is the declaration of one or several constants.
type constSyntax struct {
	spec *ast.ValueSpec
	doc  *ast.CommentGroup
}

// A fieldKey finds a field by what export data keeps of its position.
type fieldKey struct {
	line int
	name string
}

func newSyntax(fset *token.FileSet, file *ast.File) *syntax {
	s := &syntax{
		types:  map[string]*typeSyntax{},
		consts: map[string]*constSyntax{},
		exact:  map[token.Pos]*ast.Field{},
		fields: map[fieldKey]*ast.Field{},
	}
	for _, decl := range file.Decls {
		decl, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range decl.Specs {
			doc := directive.SpecDoc(decl, spec)
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				s.types[spec.Name.Name] = &typeSyntax{spec, doc}
			case *ast.ValueSpec:
				if decl.Tok == token.CONST {
					s.addConst(spec, doc)
				}
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if st, ok := n.(*ast.StructType); ok {
			s.addFields(fset, st)
		}
		return true
	})
	return s
}

func (s *syntax) addConst(spec *ast.ValueSpec, doc *ast.CommentGroup) {
	for _, id := range spec.Names {
		s.consts[id.Name] = &constSyntax{spec, doc}
	}
}

func (s *syntax) addFields(fset *token.FileSet, st *ast.StructType) {
	for _, f := range st.Fields.List {
		names := f.Names
		if id := embeddedName(f.Type); len(names) == 0 && id != nil {
			names = []*ast.Ident{id}
		}
		for _, id := range names {
			s.exact[id.Pos()] = f
			s.fields[fieldKey{fset.Position(id.Pos()).Line, id.Name}] = f
		}
	}
}

// embeddedName gives the identifier that names an embedded field.
func embeddedName(expr ast.Expr) *ast.Ident {
	switch x := expr.(type) {
	case *ast.Ident:
		return x
	case *ast.StarExpr:
		return embeddedName(x.X)
	case *ast.ParenExpr:
		return embeddedName(x.X)
	case *ast.SelectorExpr:
		return x.Sel
	case *ast.IndexExpr:
		return embeddedName(x.X)
	case *ast.IndexListExpr:
		return embeddedName(x.X)
	default:
		return nil
	}
}
