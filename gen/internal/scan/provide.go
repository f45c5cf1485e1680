package scan

import (
	"go/types"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// A provided is a type whose values a function provides.
type provided struct {
	typ  types.Type
	f    *annotated
	out  *model.Provider
	used bool
	// begun and done tell how far its parameters are translated: they may be
	// provided too.
	begun, done bool
}

// addProviders finds out which types are provided, and by whom, before any
// parameter is looked at.
func (s *scanner) addProviders(fs []*annotated) {
	for _, f := range fs {
		if _, ok := f.as.(*directive.Provide); ok {
			s.noExamples(f)
			s.addProvider(f)
		}
	}
	for _, p := range s.provided {
		s.translateProvider(p)
	}
}

func (s *scanner) addProvider(f *annotated) {
	out := &model.Provider{}
	var ok bool
	if out.Function, ok = s.function(f, 0, nil); !ok {
		return
	}
	typ, at := s.result(&out.Output, f)
	switch {
	case typ == nil && at.pos.Line == 0:
		s.reportf(out.Pos, diag.ProviderShape, "return what it provides", "%s provides nothing", f.what)
		return
	case typ == nil:
		return
	case !providable(typ):
		s.reportf(at.pos, diag.ProviderShape, "return a type of your own with a name, or a pointer to one",
			"%s provides %s, which parameters have for other reasons", f.what, s.typeName(typ))
		return
	}
	for _, other := range s.provided {
		if types.Identical(other.typ, typ) {
			s.reportf(out.Pos, diag.ProviderPlace, "remove one of the two", "%s is provided by %s already", s.typeName(typ), other.f.what)
			return
		}
	}
	spelled, err := s.spell(typ)
	if err != nil {
		s.reportf(at.pos, diag.NotImportable, "return a type that this package can name", "%s has type %s, which generated code cannot name: %s", at.what, s.typeName(typ), err.what)
		return
	}
	out.Output.Form, out.Output.Go = model.OutputProvided, spelled
	s.provided = append(s.provided, &provided{typ: typ, f: f, out: out})
	s.out.Providers = append(s.out.Providers, out)
}

// providable reports whether a parameter of a type can only be meant to be
// provided: the type has a name and is none that is filled in or read.
func providable(t types.Type) bool {
	elem, _ := pointee(t)
	n, ok := types.Unalias(elem).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	path := n.Obj().Pkg().Path()
	if _, known := special[path+"."+n.Obj().Name()]; known || path == mcpPath {
		return false
	}
	return !is(n, "context", "Context") && !is(n, "log/slog", "Logger")
}

// translateProvider translates the parameters of a provider.
func (s *scanner) translateProvider(p *provided) {
	if p.begun {
		return
	}
	p.begun = true
	for i, param := range s.readParameters(p.f) {
		out := s.parameter(param, i, p.f)
		if out.Role == model.RoleArgument {
			s.reportf(param.pos, diag.ProviderShape, "remove it, or provide its type too",
				"%s of %s is neither filled in nor provided", param.v.Name(), p.f.what)
		}
		s.noWords(param, p.f)
		p.out.Params = append(p.out.Params, out)
	}
	s.finish(&p.out.Function, p.f, nil)
	p.done = true
}

// provider gives the provider of a parameter, or nil when it is an argument.
func (s *scanner) provider(p *parameter, f *annotated) *model.Provider {
	t := p.v.Type()
	for _, pr := range s.provided {
		if types.Identical(pr.typ, t) {
			return s.use(pr, p, f)
		}
	}
	for _, pr := range s.provided {
		if a, b := baseOf(pr.typ), baseOf(t); types.Identical(a, b) && !p.variadic {
			s.reportf(p.pos, diag.ProviderPlace, "write "+s.typeName(pr.typ), "a parameter of %s has type %s, and %s is what %s provides",
				f.what, s.typeName(t), s.typeName(pr.typ), pr.f.what)
			pr.used = true
			return pr.out
		}
	}
	return nil
}

func baseOf(t types.Type) types.Type {
	elem, _ := pointee(t)
	return elem
}

// use notes that a parameter takes what is provided.
func (s *scanner) use(pr *provided, p *parameter, f *annotated) *model.Provider {
	pr.used = pr.used || pr.f != f
	if pr.out.Service != nil && s.receiver(f) != s.receiver(pr.f) {
		s.reportf(p.pos, diag.ProviderPlace, "make "+pr.f.decl.Name.Name+" a function, or this a method of the same type",
			"%s is provided by a method of %s, and %s is none of its methods", s.typeName(pr.typ), pr.out.Service.Name, f.what)
	}
	if pr.begun && !pr.done {
		s.reportf(p.pos, diag.ProviderCycle, "call one of the functions instead",
			"%s needs %s, which cannot be provided without it", f.what, s.typeName(pr.typ))
		return pr.out
	}
	s.translateProvider(pr)
	return pr.out
}

// receiver is the type that a function is a method of, or nil.
func (s *scanner) receiver(f *annotated) *types.TypeName {
	recv := f.fn.Signature().Recv()
	if recv == nil {
		return nil
	}
	t, _ := pointee(recv.Type())
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil
	}
	return n.Obj()
}

// unusedProviders reports providers that no parameter asks for.
func (s *scanner) unusedProviders() {
	for _, pr := range s.provided {
		if !pr.used {
			s.reportf(pr.f.dir.Pos, diag.NoEffect, "remove it, or add a parameter of type "+s.typeName(pr.typ)+" where it is needed",
				"mcp:provide has no effect: no annotated function has a parameter of type %s", s.typeName(pr.typ))
		}
	}
}
