package scan

import (
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// An annotated is a function with directives.
type annotated struct {
	file *ast.File
	decl *ast.FuncDecl
	fn   *types.Func
	ds   []directive.Directive
	as   any                  // what the function is: *directive.Tool, *directive.Resource, …
	dir  *directive.Directive // that says so
	tool *directive.Tool      // as, when the function is a tool
	what string               // for messages
}

// annotatedFuncs finds the annotated functions of a file.
func (s *scanner) annotatedFuncs(file *ast.File) []*annotated {
	var out []*annotated
	for _, decl := range file.Decls {
		decl, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		ds, _ := directive.Parse(s.prog.Fset, decl.Doc, directive.PlaceOfFunc(decl)) // Strays reports
		f := &annotated{file: file, decl: decl, ds: ds, what: "function " + decl.Name.Name}
		if decl.Recv != nil {
			f.what = "method " + decl.Name.Name
		}
		s.findRole(f)
		ignore, dir := directive.Get[directive.Ignore](ds)
		switch {
		case f.as == nil && ignore != nil:
			s.reportf(dir.Pos, diag.NoEffect, "remove it", "mcp:ignore has no effect: %s is no tool", f.what)
		case f.as == nil:
			s.needsTool(f)
		case ignore == nil:
			s.attempted = true
			if f.fn, ok = s.pkg.Info.Defs[decl.Name].(*types.Func); ok {
				out = append(out, f)
			}
		}
	}
	return out
}

// needsTool reports directives that say more about a tool where there is none.
func (s *scanner) needsTool(f *annotated) {
	for _, d := range f.ds {
		s.reportf(d.Pos, diag.NoEffect, "add //mcp:tool above the function, or remove it",
			"mcp:%s has no effect: %s is no tool", d.Verb, f.what)
	}
	if params := f.decl.Type.Params; params != nil {
		for _, cs := range commentsOf(s.prog.Fset, f.file, params) {
			for _, group := range cs.groups() {
				ds, _ := directive.Parse(s.prog.Fset, group, directive.Parameter)
				for _, d := range ds {
					s.reportf(d.Pos, diag.NoEffect, "add //mcp:tool above the function, or remove it",
						"mcp:%s has no effect: %s is no tool", d.Verb, f.what)
				}
			}
		}
	}
}

// addTool translates an annotated function and adds it to the package.
func (s *scanner) addTool(f *annotated) {
	t := &model.Tool{
		Title:  f.tool.Title,
		Hints:  s.hints(f),
		Tags:   f.tool.Tags,
		Icons:  s.icons(f, f.tool.Icon),
		Meta:   s.meta(f.tool.Meta),
		Strict: f.tool.Strict,
		Hidden: f.tool.Hidden,
		TTL:    f.tool.TTL,
		Task:   string(f.tool.Task),
		UI:     f.tool.UI,
	}
	t.Visibility = s.visibility(f)
	var ok bool
	if t.Function, ok = s.function(f, f.tool.Timeout, f.tool.Scopes); !ok {
		return
	}
	s.toolName(t, f)
	s.parameters(&t.Function, f)
	s.results(t, f)
	s.finish(&t.Function, f, f.tool.Errors)
	for _, d := range f.ds {
		if e, ok := d.Args.(*directive.Example); ok {
			t.Examples = append(t.Examples, model.Example{Pos: e.Object.Pos, JSON: e.Object.Text})
		}
	}
	s.out.Tools = append(s.out.Tools, t)
}

// union joins two lists without repeats.
func union(a, b []string) []string {
	var out []string
	for _, list := range [][]string{a, b} {
		for _, e := range list {
			if !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// hints turns the flags of mcp:tool into hints.
func (s *scanner) hints(f *annotated) model.Hints {
	t := f.tool
	h := model.Hints{ReadOnly: t.ReadOnly, Destructive: t.Destructive, Idempotent: t.Idempotent}
	if t.Closed != nil {
		open := !*t.Closed
		h.OpenWorld = &open
	}
	if isTrue(t.ReadOnly) && isTrue(t.Destructive) {
		s.reportf(f.dir.At("destructive"), diag.HintConflict, "remove one of the two", "%s is readonly and destructive at once", f.what)
	}
	return h
}

func isTrue(b *bool) bool { return b != nil && *b }

// callable refuses functions that generated code cannot call: those with type
// parameters, methods of generic types, and those that Go calls itself.
func (s *scanner) callable(f *annotated) bool {
	sig := f.fn.Signature()
	name := f.decl.Name.Name
	if name == "_" || sig.Recv() == nil && (name == "init" || name == "main" && s.pkg.Name == "main") {
		s.reportf(s.position(f.decl.Name.Pos()), diag.NotCallable, "move what the tool does to a function of its own", "%s cannot be called", f.what)
		return false
	}
	if sig.TypeParams().Len() > 0 || sig.RecvTypeParams().Len() > 0 {
		s.reportf(s.position(f.decl.Name.Pos()), diag.GenericTool,
			"annotate a function that calls it with the types filled in", "%s has type parameters, and %s has one form", f.what, f.noun())
		return false
	}
	return true
}

// service finds or makes the service of a method.
func (s *scanner) service(recv *types.Var) *model.Service {
	t, _ := pointee(recv.Type())
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil // a compile error
	}
	for _, svc := range s.out.Services {
		if svc.Name == n.Obj().Name() {
			return svc
		}
	}
	svc := &model.Service{Pos: s.position(n.Obj().Pos()), Name: n.Obj().Name()}
	if d, _ := directive.Get[directive.Service](s.typeDirectives(n)); d != nil {
		svc.Prefix, svc.Scopes = d.Prefix, d.Scopes
	}
	s.out.Services = append(s.out.Services, svc)
	return svc
}

// unusedServices reports mcp:service above types without tools.
func (s *scanner) unusedServices() {
	for _, file := range s.pkg.Files {
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range gen.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok {
					s.unusedService(gen, spec)
				}
			}
		}
	}
}

func (s *scanner) unusedService(gen *ast.GenDecl, spec *ast.TypeSpec) {
	ds, _ := directive.Parse(s.prog.Fset, directive.SpecDoc(gen, spec), directive.PlaceOfType(spec))
	d, dir := directive.Get[directive.Service](ds)
	if d == nil {
		return
	}
	for _, svc := range s.out.Services {
		if svc.Name == spec.Name.Name {
			return
		}
	}
	s.reportf(dir.Pos, diag.NoEffect, "add //mcp:tool above its methods, or remove it",
		"mcp:service has no effect: no method of %s is a tool", spec.Name.Name)
}

// errorVars resolves the names of errors= in a file.
func (s *scanner) errorVars(file *ast.File, ids []directive.Ident) []model.GoType {
	var out []model.GoType
	for _, id := range ids {
		pkg := s.pkg.Types
		if id.Pkg != "" {
			pkg = s.importedPackage(file, id.Pkg)
		}
		var v *types.Var
		if pkg != nil {
			v, _ = pkg.Scope().Lookup(id.Name).(*types.Var)
		}
		switch {
		case pkg == nil:
			s.reportf(id.Pos, diag.ErrorVariable, "import it, or declare the error here", "errors= names %s, and the file imports no package %s", id, id.Pkg)
		case id.Pkg != "" && (v == nil || !v.Exported()):
			s.reportf(id.Pos, diag.ErrorVariable, "name a variable that the package exports", "errors= names %s, which is no variable of %s", id, pkg.Path())
		case v == nil:
			fix := "declare it at package level"
			if near := diag.Nearest(id.Name, s.errorNames()); near != "" {
				fix = "did you mean " + near + "?"
			}
			s.reportf(id.Pos, diag.ErrorVariable, fix, "errors= names %s, which is no variable of the package", id)
		case !types.Implements(v.Type(), s.ifaces.err):
			s.reportf(id.Pos, diag.ErrorVariable, "name a variable of type error", "errors= names %s, which is no error", id)
		default:
			out = append(out, model.GoType{PkgPath: pkg.Path(), PkgName: pkg.Name(), Name: id.Name})
		}
	}
	return out
}

// errorNames lists the error variables of the package.
func (s *scanner) errorNames() []string {
	var names []string
	for _, name := range s.pkg.Types.Scope().Names() {
		if v, ok := s.pkg.Types.Scope().Lookup(name).(*types.Var); ok && types.Implements(v.Type(), s.ifaces.err) {
			names = append(names, name)
		}
	}
	return names
}

// sign spells the type of the function, receiver first, for the guard against
// stale output.
func (s *scanner) sign(f *annotated) model.GoType {
	sig := f.fn.Signature()
	out, err := s.signature(sig)
	if err != nil {
		return model.GoType{Form: model.FuncOf} // the cause has been reported with the parameter
	}
	if recv := sig.Recv(); recv != nil {
		spelled, err := s.spell(recv.Type())
		if err == nil {
			out.Params = append([]model.GoType{spelled}, out.Params...)
		}
	}
	return out
}

// importedPackage finds what a file calls an imported package.
func (s *scanner) importedPackage(file *ast.File, name string) *types.Package {
	scope := s.pkg.Info.Scopes[file]
	if scope == nil {
		return nil
	}
	if p, ok := scope.Lookup(name).(*types.PkgName); ok {
		return p.Imported()
	}
	return nil
}

// constraintOf gives the condition under which a file is built.
func (s *scanner) constraintOf(file *ast.File) string {
	name := s.position(file.Package).Filename
	raw := filepath.Base(s.prog.Fset.File(file.FileStart).Name())
	return buildConstraint(name, raw, file)
}
