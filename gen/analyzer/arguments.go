package analyzer

import (
	"cmp"
	"encoding/json"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math/big"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/gen/internal/schema"
	"github.com/mcpgen/mcpgen/internal/diag"
)

func newArguments(scanned *analysis.Analyzer) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name: "mcparguments",
		Doc: "check constant arguments in calls of annotated functions and generated clients\n\n" +
			"The rules of an argument hold for constants in Go code as well: a number out of range, a text\n" +
			"that is too long, a value that an enumeration does not have. Composite literals are looked into.",
		Requires:  []*analysis.Analyzer{scanned},
		FactTypes: []analysis.Fact{new(toolFact)},
		Run: func(pass *analysis.Pass) (any, error) {
			found, ok := pass.ResultOf[scanned].(*scannedPackage)
			if !ok {
				return nil, nil
			}
			if found.sound() {
				exportServer(pass, found.model)
			} else if server := serverOf(pass.Pkg); server != nil && found.output != nil {
				exportClient(pass, server)
			}
			c := &caller{pass: pass, checkers: map[*types.Func]*schema.Checker{}, once: once(pass)}
			for _, f := range pass.Files {
				if filepath.Base(pass.Fset.Position(f.Package).Filename) != load.OutputFile {
					ast.Inspect(f, c.visit)
				}
			}
			return nil, nil
		},
	}
}

// A caller checks the calls in one package.
type caller struct {
	pass     *analysis.Pass
	checkers map[*types.Func]*schema.Checker
	once     map[types.Object]ast.Expr // what local variables are in the one place where they are used
}

func (c *caller) visit(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return true
	}
	fn, ok := typeutil.Callee(c.pass.TypesInfo, call).(*types.Func)
	if !ok {
		return true
	}
	fn = fn.Origin()
	fact := new(toolFact)
	if !c.pass.ImportObjectFact(fn, fact) {
		return true
	}
	checker, known := c.checkers[fn]
	if !known {
		checker, _ = fact.Document.Checker() // it was made once before
		c.checkers[fn] = checker
	}
	if checker != nil {
		c.call(call, fact, &values{caller: c, checker: checker})
	}
	return true
}

// call checks the arguments of one call.
func (c *caller) call(call *ast.CallExpr, fact *toolFact, v *values) {
	args := call.Args
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		if s := c.pass.TypesInfo.Selections[sel]; s != nil && s.Kind() == types.MethodExpr && len(args) > 0 {
			args = args[1:] // the receiver
		}
	}
	for _, p := range fact.Params {
		switch {
		case p.Shape == nil || p.Index >= len(args):
		case !p.Variadic:
			v.check(args[p.Index], p.Shape, p.Name)
		case call.Ellipsis.IsValid():
		default:
			v.elements(args[p.Index:], args[p.Index], p.Shape, p.Name)
		}
	}
}

// values checks the values of one call.
type values struct {
	*caller

	checker *schema.Checker
}

// check checks one expression, as far as it is constant.
func (v *values) check(e ast.Expr, s *shape, name string) {
	e = ast.Unparen(e)
	if s == nil {
		return
	}
	tv := v.pass.TypesInfo.Types[e]
	switch {
	case tv.Value != nil:
		v.constant(e, tv.Value, s, name)
		return
	case tv.IsNil() && s.Kind == list:
		v.report(e, s, "[]", name, nil)
		return
	}
	switch e := e.(type) {
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			v.check(e.X, s, name)
		}
	case *ast.CallExpr:
		if v.wraps(e) {
			v.check(e.Args[0], s, name)
		}
	case *ast.Ident:
		if value := v.once[v.pass.TypesInfo.Uses[e]]; value != nil {
			v.check(value, s, name)
		}
	case *ast.CompositeLit:
		v.literal(e, s, name)
	}
}

// wraps recognises new(99) and mcp.Some(99).
func (v *values) wraps(call *ast.CallExpr) bool {
	if len(call.Args) != 1 || v.pass.TypesInfo.Types[call.Args[0]].IsType() {
		return false
	}
	switch fn := typeutil.Callee(v.pass.TypesInfo, call).(type) {
	case *types.Builtin:
		return fn.Name() == "new"
	case *types.Func:
		return fn.Name() == "Some" && fn.Pkg() != nil && fn.Pkg().Path() == "github.com/mcpgen/mcpgen/runtime/mcp"
	}
	return false
}

// constant checks one constant.
func (v *values) constant(e ast.Expr, c constant.Value, s *shape, name string) {
	if value := s.wire(c); value != "" {
		v.report(e, s, value, name, func(r schema.Reason) string { return v.replacement(e, c, s, r) })
	}
}

// literal looks into a composite literal.
func (v *values) literal(lit *ast.CompositeLit, s *shape, name string) {
	if s.Variants != nil {
		s = s.variant(typeName(v.pass.TypesInfo.TypeOf(lit)))
	}
	if s == nil {
		return
	}
	switch s.Kind {
	case object:
		v.fields(lit, s, name)
	case list:
		v.elements(lit.Elts, lit, s, name)
	case mapping:
		for _, e := range lit.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				v.check(kv.Value, s.Elem, name+"["+types.ExprString(kv.Key)+"]")
			}
		}
	}
}

// typeName gives the path and name of a named type, or "".
func typeName(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

// fields checks the literal of a struct: what it says, and what it leaves at zero
// although it is sent.
func (v *values) fields(lit *ast.CompositeLit, s *shape, name string) {
	given := map[string]ast.Expr{}
	st, ok := v.pass.TypesInfo.TypeOf(lit).Underlying().(*types.Struct)
	if p, isPointer := v.pass.TypesInfo.TypeOf(lit).Underlying().(*types.Pointer); isPointer { // of a list of pointers
		st, ok = p.Elem().Underlying().(*types.Struct)
	}
	if !ok {
		return
	}
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				given[id.Name] = kv.Value
			}
		} else if i < st.NumFields() {
			given[st.Field(i).Name()] = e
		}
	}
	for _, f := range s.Fields {
		path := f.Name
		switch {
		case f.Name == "":
			path = name
		case name != "":
			path = name + "." + f.Name
		}
		if value, ok := given[f.Go]; ok {
			v.check(value, f.Shape, path)
		} else if !f.Omit && f.Shape != nil {
			if zero := f.Shape.zero(); zero != "" {
				v.report(lit, f.Shape, zero, path, nil)
			}
		}
	}
}

// elements checks the elements of a list, and how many there are.
func (v *values) elements(elts []ast.Expr, whole ast.Expr, s *shape, name string) {
	all := make([]string, len(elts)) // as JSON; null for what is not known
	keyed := false                   // the places are not those in the list
	for i, e := range elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			v.check(kv.Value, s.Elem, name+"["+types.ExprString(kv.Key)+"]")
			keyed = true
			continue
		}
		v.check(e, s.Elem, name+"["+strconv.Itoa(i)+"]")
		all[i] = "null"
		if tv := v.pass.TypesInfo.Types[e]; tv.Value != nil && s.Elem != nil {
			all[i] = cmp.Or(s.Elem.wire(tv.Value), "null")
		}
	}
	if keyed {
		return
	}
	reasons, err := v.checker.Check(s.Pointer, "["+strings.Join(all, ",")+"]")
	if err != nil {
		return // the schema is checked when code is generated
	}
	for _, r := range reasons {
		distinct := r.Keyword == "uniqueItems" && !slices.Contains(all, "null")
		if r.Keyword == "minItems" || r.Keyword == "maxItems" || distinct {
			v.reason(whole, r, name, nil)
		}
	}
}

// report reports in what a value does not fit.
func (v *values) report(e ast.Expr, s *shape, value, name string, better func(schema.Reason) string) {
	reasons, err := v.checker.Check(s.Pointer, value)
	if err != nil {
		return // the schema is checked when code is generated
	}
	for _, r := range reasons {
		v.reason(e, r, name, better)
	}
}

func (v *values) reason(e ast.Expr, r schema.Reason, name string, better func(schema.Reason) string) {
	message := r.Text
	if name != "" {
		message = name + ": " + message
	}
	d := finding(e.Pos(), e.End(), diag.ConstantArgument, message)
	if better != nil {
		if text := better(r); text != "" {
			d.SuggestedFixes = []analysis.SuggestedFix{{
				Message:   "write " + text,
				TextEdits: []analysis.TextEdit{{Pos: e.Pos(), End: e.End(), NewText: []byte(text)}},
			}}
		}
	}
	v.pass.Report(d)
}

// replacement gives the nearest constant that keeps a rule, as Go, or "".
func (v *values) replacement(e ast.Expr, c constant.Value, s *shape, r schema.Reason) string {
	if len(r.Allowed) == 0 || s.Quoted {
		return ""
	}
	switch r.Keyword {
	case "minimum", "maximum":
		if s.Kind == number {
			return r.Allowed[0]
		}
	case "multipleOf":
		return multiple(c, r.Allowed[0])
	case "enum", "const":
		return v.nearest(e, c, s, r.Allowed)
	}
	return ""
}

// multiple gives the greatest multiple that is not more than a number.
func multiple(c constant.Value, step string) string {
	n, okN := new(big.Int).SetString(constant.ToInt(c).ExactString(), 10)
	k, okK := new(big.Int).SetString(step, 10)
	if !okN || !okK || k.Sign() <= 0 {
		return ""
	}
	return new(big.Int).Mul(new(big.Int).Div(n, k), k).String()
}

// nearest gives the value that was probably meant, by the name of its constant
// where the package of the type has one.
func (v *values) nearest(e ast.Expr, c constant.Value, s *shape, allowed []string) string {
	if s.Kind != text || c.Kind() != constant.String {
		return ""
	}
	words := make([]string, 0, len(allowed))
	for _, raw := range allowed {
		var word string
		if json.Unmarshal([]byte(raw), &word) == nil {
			words = append(words, word)
		}
	}
	word := diag.Nearest(constant.StringVal(c), words)
	if word == "" {
		return ""
	}
	if _, ok := ast.Unparen(e).(*ast.BasicLit); !ok {
		return "" // a constant with a name: which one is meant cannot be told
	}
	return strconv.Quote(word)
}
