package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// providedVars are the variables of one call that its function needs besides its
// arguments.
type providedVars struct {
	code   []jen.Code
	names  map[*model.Provider]string
	others map[string]string // for arguments that are not completed, by their wire name
	taken  map[string]bool
}

// fresh is name, or the first of name2, name3 … that no variable of the call has.
func (v *providedVars) fresh(name string) string {
	out := name
	for i := 2; v.taken[out]; i++ {
		out = name + strconv.Itoa(i)
	}
	v.taken[out] = true
	return out
}

// provide calls the providers that a function needs, each once and after those
// that it needs itself.
func (g *generator) provide(f *model.Function) *providedVars {
	v := &providedVars{names: map[*model.Provider]string{}, others: map[string]string{}, taken: map[string]bool{}}
	g.provideFor(f, v)
	return v
}

func (g *generator) provideFor(f *model.Function, v *providedVars) {
	for _, p := range f.Params {
		if p.Role != model.RoleProvided || v.names[p.Provider] != "" {
			continue
		}
		pr := p.Provider
		g.provideFor(&pr.Function, v)
		name := v.fresh(g.names.result(variableOf(pr.Output.Go, "provided")))
		call := g.userCall(&pr.Function, v)
		if pr.Output.Error {
			err := g.id("err")
			v.code = append(v.code, define(call, jen.Id(name), err), jen.If(err.Clone().Op("!=").Nil()).Block(jen.Return(err.Clone())))
		} else {
			v.code = append(v.code, define(call, jen.Id(name)))
		}
		v.names[pr] = name
	}
}

// variableOf is the name of a variable that holds a value of a type: that of the
// type, in lower case, or else other.
func variableOf(t model.GoType, other string) string {
	if t.Form == model.PointerTo {
		t = *t.Elem
	}
	if t.Form == model.Named && len(t.Args) == 0 && t.Name != "" {
		return unexported(t.Name)
	}
	return other
}

// usesContext tells that a function needs the context of its call, for itself or
// for what is provided.
func usesContext(f *model.Function) bool {
	for _, p := range f.Params {
		if p.Role == model.RoleContext || p.Role == model.RoleProvided && usesContext(&p.Provider.Function) {
			return true
		}
	}
	return false
}
