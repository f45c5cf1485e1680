package analyzer

import (
	"go/token"
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/go/analysis"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/gen/internal/schema"
)

// A toolFact says what an annotated function, or the method of a client that
// calls it, expects of its arguments.
type toolFact struct {
	Service  string // receiver type of a method, or ""
	Document schema.Document
	Params   []paramShape // in the order of the signature
}

// AFact implements analysis.Fact.
func (*toolFact) AFact() {}

// String shows the fact in tests.
func (f *toolFact) String() string {
	var names []string
	for _, p := range f.Params {
		names = append(names, p.Name)
	}
	return "arguments(" + strings.Join(names, ", ") + ")"
}

// A paramShape is one parameter.
type paramShape struct {
	Index    int    // in the signature
	Name     string // of the property; "" for the whole arguments object
	Variadic bool
	Shape    *shape
}

// factOf makes the fact of a function, or nil when nothing can be checked.
func factOf(f *model.Function) *toolFact {
	doc, err := schema.Arguments(f)
	if err != nil {
		return nil // the generator reports it
	}
	checker, err := doc.Checker()
	if err != nil {
		return nil
	}
	out := &toolFact{Document: *doc}
	if f.Service != nil {
		out.Service = f.Service.Name
	}
	s := &shaper{schema: checker, open: map[*model.Def]bool{}}
	for i, p := range f.Params {
		var inner *shape
		name := ""
		switch p.Role {
		case model.RoleArgument:
			field := &f.Input.Fields[p.Field]
			name = field.Name
			if !field.Hidden {
				inner = s.of(field.Type, "/properties/"+escape(name), field.AsString)
			}
		case model.RoleStruct:
			inner = s.of(&model.Type{Kind: model.Struct, Def: f.Input}, "", false)
		default:
			continue
		}
		out.Params = append(out.Params, paramShape{Index: i, Name: name, Variadic: p.Variadic, Shape: inner})
	}
	return out
}

// exportServer attaches facts to the annotated functions of a package.
func exportServer(pass *analysis.Pass, p *model.Package) {
	for _, f := range p.Functions() {
		if fn := functionOf(pass.Pkg, f); fn != nil {
			if fact := factOf(f); fact != nil {
				pass.ExportObjectFact(fn, fact)
			}
		}
	}
}

// functionOf finds the function of the type checker.
func functionOf(pkg *types.Package, f *model.Function) *types.Func {
	if f.Service == nil {
		fn, _ := pkg.Scope().Lookup(f.Func).(*types.Func)
		return fn
	}
	t, ok := pkg.Scope().Lookup(f.Service.Name).(*types.TypeName)
	if !ok {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(t.Type(), true, pkg, f.Func)
	fn, _ := obj.(*types.Func)
	return fn
}

// exportClient attaches the facts of a server's functions to the methods of its
// client: those of its types, and those of the interfaces.
func exportClient(pass *analysis.Pass, server *types.Package) {
	known := serverFacts(pass, server)
	if len(known) == 0 {
		return
	}
	for _, name := range pass.Pkg.Scope().Names() {
		t, ok := pass.Pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || !t.Exported() {
			continue
		}
		for method := range methodsOf(t) {
			if fact := matching(known[method.Name()], name); fact != nil {
				pass.ExportObjectFact(method, asClient(fact))
			}
		}
	}
}

// serverFacts gives the facts of a server's functions by the names of the methods
// that call them.
func serverFacts(pass *analysis.Pass, server *types.Package) map[string][]*toolFact {
	out := map[string][]*toolFact{}
	add := func(fn *types.Func) {
		fact := new(toolFact)
		if pass.ImportObjectFact(fn, fact) {
			out[exported(fn.Name())] = append(out[exported(fn.Name())], fact)
		}
	}
	for _, name := range server.Scope().Names() {
		switch obj := server.Scope().Lookup(name).(type) {
		case *types.Func:
			add(obj)
		case *types.TypeName:
			for method := range methodsOf(obj) {
				add(method)
			}
		}
	}
	return out
}

// methodsOf lists the methods that a type declares.
func methodsOf(t *types.TypeName) map[*types.Func]bool {
	out := map[*types.Func]bool{}
	n, ok := t.Type().(*types.Named)
	if !ok {
		return out
	}
	for m := range n.Methods() {
		out[m] = true
	}
	if iface, ok := n.Underlying().(*types.Interface); ok {
		for m := range iface.ExplicitMethods() {
			out[m] = true
		}
	}
	return out
}

// matching picks the fact that belongs to a type of the client: the only one, or
// that of the service which the type is named after.
func matching(facts []*toolFact, typ string) *toolFact {
	if len(facts) == 1 {
		return facts[0]
	}
	for _, f := range facts {
		service := exported(f.Service)
		if service == "" && (typ == "Client" || typ == "Interface") || service != "" && (typ == service || typ == service+"Client") {
			return f
		}
	}
	return nil
}

// asClient moves the parameters to where a client has them: after a context, and
// without what a server fills in.
func asClient(f *toolFact) *toolFact {
	out := *f
	out.Params = make([]paramShape, len(f.Params))
	for i, p := range f.Params {
		p.Index = i + 1
		out.Params[i] = p
	}
	return &out
}

func exported(name string) string {
	if name == "" || token.IsExported(name) {
		return name
	}
	r, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(r)) + name[size:]
}
