package emit

import "github.com/mcpgen/mcpgen/gen/internal/model"

// reach is which definitions the functions and forms of a package read and write. It follows
// the types instead of flags, so that no function is missing and none is unused.
type reach struct {
	all     []*model.Def // in first-use order, inputs included
	defs    []*model.Def // all that stand by themselves: not the inputs of tools
	decoded map[*model.Def]bool
	encoded map[*model.Def]bool
	inputOf map[*model.Def]*model.Function // the first function whose arguments a definition is
	forms   []*model.Def                   // read by methods of their own
	pinned  []*model.Def                   // all that the file says something about, in first-use order

	known map[*model.Def]bool
	seen  map[*model.Def]bool // in pinned
}

func emptyReach() *reach {
	return &reach{
		decoded: map[*model.Def]bool{},
		encoded: map[*model.Def]bool{},
		inputOf: map[*model.Def]*model.Function{},
		known:   map[*model.Def]bool{},
		seen:    map[*model.Def]bool{},
	}
}

func newReach(p *model.Package) *reach {
	r := emptyReach()
	for _, f := range p.Functions() {
		if r.inputOf[f.Input] == nil {
			r.inputOf[f.Input] = f
		}
		r.def(f.Input, r.decoded)
		if f.Output.Type != nil {
			r.typ(f.Output.Type, r.encoded)
		}
	}
	for _, form := range p.Forms {
		r.form(form.Def)
	}
	for _, d := range r.all {
		if r.inputOf[d] == nil || r.encoded[d] {
			r.defs = append(r.defs, d)
		}
	}
	return r
}

// form follows the fields of a form. It has no decoder but a method, so it is
// none of the definitions that stand by themselves.
func (r *reach) form(d *model.Def) {
	r.pin(d)
	r.forms = append(r.forms, d)
	r.fields(d, r.decoded)
}

// typ follows a type in one direction: reading or writing.
func (r *reach) typ(t *model.Type, direction map[*model.Def]bool) {
	if t.Key != nil {
		r.typ(t.Key, direction)
	}
	if t.Elem != nil {
		r.typ(t.Elem, direction)
	}
	if t.Def == nil {
		return
	}
	r.pin(t.Def)
	if !plain(t) {
		r.def(t.Def, direction)
	}
}

// pin notes a definition that guards have to watch.
func (r *reach) pin(d *model.Def) {
	if !r.seen[d] {
		r.seen[d] = true
		r.pinned = append(r.pinned, d)
	}
}

func (r *reach) def(d *model.Def, direction map[*model.Def]bool) {
	if direction[d] {
		return
	}
	direction[d] = true
	r.pin(d)
	if !r.known[d] {
		r.known[d] = true
		r.all = append(r.all, d)
	}
	r.fields(d, direction)
	if d.Kind == model.Loop {
		r.typ(d.Base, direction)
	}
	for i := range d.Variants {
		if v := &d.Variants[i]; tagged(d, v) {
			r.def(v.Def, direction)
		} else {
			r.pin(v.Def)
			r.fields(v.Def, direction)
		}
	}
}

func (r *reach) fields(d *model.Def, direction map[*model.Def]bool) {
	for i := range d.Fields {
		f := &d.Fields[i]
		t := f.Type
		for f.AsString && t.Kind == model.Pointer {
			t = t.Elem
		}
		if f.AsString && t.Kind == model.Enum { // read and written as the value inside a string
			r.pin(t.Def)
			continue
		}
		r.typ(f.Type, direction)
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
