package directive

import (
	"go/ast"
	"go/token"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// Strays checks every comment of a file and reports all that is wrong with its
// directives: those that stand where none may stand, those that only look like
// directives, and the mistakes that Parse reports for a comment in its place. So
// a directive that no stage asks for is not skipped in silence. The file must
// have been parsed with comments.
//
// A mistake that Parse has reported too appears once more, exactly alike;
// diag.List.Sort drops the second.
func Strays(fset *token.FileSet, file *ast.File) diag.List {
	var diags diag.List
	places := placesOf(file)
	for _, group := range file.Comments {
		place, ok := places[group]
		if !ok {
			place = Elsewhere
			if inParameters(file, group) {
				place = Parameter
			}
		}
		_, found := Parse(fset, group, place)
		diags = append(diags, found...)
	}
	return diags
}

// placesOf finds the comments that belong to declarations.
func placesOf(file *ast.File) map[*ast.CommentGroup]Place {
	places := map[*ast.CommentGroup]Place{}
	note := func(place Place, groups ...*ast.CommentGroup) {
		for _, g := range groups {
			if g != nil {
				places[g] = place
			}
		}
	}
	note(PackageDoc, file.Doc)
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			note(PlaceOfFunc(decl), decl.Doc)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				doc := SpecDoc(decl, spec)
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					note(PlaceOfType(spec), doc)
				case *ast.ValueSpec:
					if decl.Tok == token.CONST {
						note(Const, doc, spec.Comment)
					}
				}
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			return false // what is declared in a body is out of reach
		case *ast.StructType:
			for _, f := range n.Fields.List {
				note(Field, f.Doc, f.Comment)
			}
		}
		return true
	})
	return places
}

// PlaceOfFunc tells a function from a method.
func PlaceOfFunc(decl *ast.FuncDecl) Place {
	if decl.Recv != nil {
		return Method
	}
	return Func
}

// PlaceOfType tells the kinds of type declarations apart.
func PlaceOfType(spec *ast.TypeSpec) Place {
	switch spec.Type.(type) {
	case *ast.StructType:
		return StructType
	case *ast.InterfaceType:
		return InterfaceType
	default:
		return OtherType
	}
}

// SpecDoc gives the comment of one type, constant or variable: its own, or that
// of a declaration without parentheses. It is nil when there is none.
func SpecDoc(decl *ast.GenDecl, spec ast.Spec) *ast.CommentGroup {
	var doc *ast.CommentGroup
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		doc = spec.Doc
	case *ast.ValueSpec:
		doc = spec.Doc
	}
	if doc == nil && !decl.Lparen.IsValid() {
		doc = decl.Doc
	}
	return doc
}

// inParameters reports whether a comment stands in the parameter list of a
// function or method declaration.
func inParameters(file *ast.File, group *ast.CommentGroup) bool {
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			params := fn.Type.Params
			if params.Opening < group.Pos() && group.End() <= params.Closing {
				return true
			}
		}
	}
	return false
}
