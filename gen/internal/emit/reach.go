package emit

import "github.com/mcpgen/mcpgen/gen/internal/model"

// reach is which definitions the tools of a package read and write. It follows
// the types instead of flags, so that no function is missing and none is unused.
type reach struct {
	all     []*model.Def // in first-use order, inputs included
	defs    []*model.Def // all that stand by themselves: not the inputs of tools
	decoded map[*model.Def]bool
	encoded map[*model.Def]bool
	inputOf map[*model.Def]*model.Tool // the first tool whose arguments a definition is

	known map[*model.Def]bool
}

func newReach(p *model.Package) *reach {
	r := &reach{
		decoded: map[*model.Def]bool{},
		encoded: map[*model.Def]bool{},
		inputOf: map[*model.Def]*model.Tool{},
		known:   map[*model.Def]bool{},
	}
	for _, t := range p.Tools {
		if r.inputOf[t.Input] == nil {
			r.inputOf[t.Input] = t
		}
		r.def(t.Input, r.decoded)
		if t.Output.Type != nil {
			r.typ(t.Output.Type, r.encoded)
		}
	}
	for _, d := range r.all {
		if r.inputOf[d] == nil || r.encoded[d] {
			r.defs = append(r.defs, d)
		}
	}
	return r
}

// typ follows a type in one direction: reading or writing.
func (r *reach) typ(t *model.Type, direction map[*model.Def]bool) {
	if t.Key != nil {
		r.typ(t.Key, direction)
	}
	if t.Elem != nil {
		r.typ(t.Elem, direction)
	}
	if t.Def != nil && !plain(t) {
		r.def(t.Def, direction)
	}
}

func (r *reach) def(d *model.Def, direction map[*model.Def]bool) {
	if direction[d] {
		return
	}
	direction[d] = true
	if !r.known[d] {
		r.known[d] = true
		r.all = append(r.all, d)
	}
	r.fields(d, direction)
	for i := range d.Variants {
		if v := &d.Variants[i]; tagged(d, v) {
			r.def(v.Def, direction)
		} else {
			r.fields(v.Def, direction)
		}
	}
}

func (r *reach) fields(d *model.Def, direction map[*model.Def]bool) {
	for i := range d.Fields {
		r.typ(d.Fields[i].Type, direction)
	}
}

// tagged tells that a variant of a union has the discriminator as a field. Any
// other has functions of its own, which know the discriminator.
func tagged(union *model.Def, v *model.Variant) bool {
	for i := range v.Def.Fields {
		if v.Def.Fields[i].Name == union.Tag {
			return true
		}
	}
	return false
}

// plain tells an open enum: any value of its base will do, so it needs no
// function of its own.
func plain(t *model.Type) bool { return t.Kind == model.Enum && t.Def.Open }
