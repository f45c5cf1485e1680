package emit

import (
	"go/token"
	"slices"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// A view is the model of a package as its client sees it: from another package,
// and the other way round, for a client writes arguments and reads results.
type view struct {
	pkg  *model.Package
	defs map[*model.Def]*model.Def // by those of the package
	self string                    // import path of the package
}

func newView(p *model.Package, taken map[string]bool) *view {
	v := &view{defs: map[*model.Def]*model.Def{}, self: p.Path}
	name := p.ClientName()
	v.pkg = &model.Package{
		Path: p.Path + "/" + name, Name: name, Services: p.Services, Constraint: p.Constraint,
		Taken: taken, Imports: map[string]bool{},
	}
	for _, t := range p.Tools {
		own := *t
		own.Function = v.function(&t.Function)
		v.pkg.Tools = append(v.pkg.Tools, &own)
	}
	for _, r := range p.Resources {
		own := *r
		own.Function = v.function(&r.Function)
		v.pkg.Resources = append(v.pkg.Resources, &own)
	}
	for _, pr := range p.Prompts {
		own := *pr
		own.Function = v.function(&pr.Function)
		v.pkg.Prompts = append(v.pkg.Prompts, &own)
	}
	return v
}

func (v *view) function(f *model.Function) model.Function {
	out := *f
	out.Input = v.def(f.Input)
	if out.Output.Type != nil {
		out.Output.Type = v.typ(f.Output.Type)
	}
	out.Output.Schema = nil // what is read is what Type says
	for _, p := range f.Params {
		if p.Variadic && p.Role == model.RoleArgument {
			out.Input.Fields[p.Field].OmitEmpty = true
		}
	}
	return out
}

// def copies a definition for the client.
func (v *view) def(d *model.Def) *model.Def {
	if known := v.defs[d]; known != nil {
		return known
	}
	own := *d
	v.defs[d] = &own
	own.Layout = nil
	own.Lenient = true // a newer server may say more
	own.Fields = slices.Clone(d.Fields)
	for i := range own.Fields {
		v.field(&own.Fields[i])
	}
	own.Values = slices.Clone(d.Values)
	for i := range own.Values {
		if c := &own.Values[i]; c.Pkg.PkgPath == v.self && !token.IsExported(c.Const) {
			c.Const = "" // its value has to do
		}
	}
	own.Variants = slices.Clone(d.Variants)
	for i := range own.Variants {
		own.Variants[i].Def = v.def(own.Variants[i].Def)
	}
	if d.Base != nil {
		own.Base = v.typ(d.Base)
	}
	return &own
}

// field turns a field round. In a result it is there unless an option leaves it
// out; absent, it is zero, whatever the default of an argument is. In arguments
// what may be absent is left out where its Go value says so.
func (v *view) field(f *model.Field) {
	f.Type = v.typ(f.Type)
	optional := f.Type.Kind == model.Pointer || f.Type.Kind == model.Opt
	f.Required = !f.OmitEmpty && !f.OmitZero && !optional && !f.Hidden
	f.Default, f.DefaultPos = "", token.Position{}
	f.OmitEmpty = f.OmitEmpty || optional && !f.Nullable
	if f.Far != nil {
		f.Path = f.Far
	}
	for i, step := range f.Path {
		if step.Pointer && i < len(f.Path)-1 {
			f.Required = false // promoted from an embedded pointer, which may be nil
		}
	}
}

func (v *view) typ(t *model.Type) *model.Type {
	own := *t
	if t.Elem != nil {
		own.Elem = v.typ(t.Elem)
	}
	if t.Key != nil {
		own.Key = v.typ(t.Key)
	}
	if t.Def != nil {
		own.Def = v.def(t.Def)
	}
	return &own
}

// reach is which definitions a client writes and reads.
func (v *view) reach() *reach {
	r := emptyReach()
	for _, f := range v.pkg.Functions() {
		if r.inputOf[f.Input] == nil {
			r.inputOf[f.Input] = f
		}
		if !argless(f) {
			r.def(f.Input, r.encoded)
		}
		if f.Output.Type != nil {
			r.typ(f.Output.Type, r.decoded)
		}
	}
	r.defs = r.all
	return r
}
