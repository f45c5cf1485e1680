package analyzer

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// once finds the local variables that are used in one place only, and what they
// are declared to be: nothing can have changed them on the way there.
func once(pass *analysis.Pass) map[types.Object]ast.Expr {
	values := map[types.Object]ast.Expr{}
	declare := func(names []*ast.Ident, exprs []ast.Expr) {
		if len(names) != len(exprs) {
			return
		}
		for i, id := range names {
			if v, ok := pass.TypesInfo.Defs[id].(*types.Var); ok && v.Parent() != pass.Pkg.Scope() {
				values[v] = exprs[i]
			}
		}
	}
	for _, f := range pass.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt: // with = they are no definitions
				names := make([]*ast.Ident, 0, len(n.Lhs))
				for _, x := range n.Lhs {
					if id, ok := x.(*ast.Ident); ok {
						names = append(names, id)
					}
				}
				declare(names, n.Rhs)
			case *ast.ValueSpec:
				declare(n.Names, n.Values)
			}
			return true
		})
	}
	uses := map[types.Object]int{}
	for _, obj := range pass.TypesInfo.Uses {
		if _, ok := values[obj]; ok {
			uses[obj]++
		}
	}
	for obj := range values {
		if uses[obj] != 1 {
			delete(values, obj)
		}
	}
	return values
}
