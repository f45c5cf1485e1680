package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// A writer collects the statements of an encoder. Constant text is held back so
// that what belongs together is written at once.
type writer struct {
	g    *generator
	out  []jen.Code
	text string // not written yet
}

// raw writes constant JSON text.
func (w *writer) raw(text string) { w.text += text }

// do adds statements after the text so far.
func (w *writer) do(code ...jen.Code) {
	if len(code) > 0 {
		w.out = append(w.done(), code...)
	}
}

// done gives all statements.
func (w *writer) done() []jen.Code {
	if w.text != "" {
		w.out = append(w.out, w.g.enc("Raw", raw(w.text)))
		w.text = ""
	}
	return w.out
}

// sub collects the statements of a nested block.
func (w *writer) sub(fill func(*writer)) []jen.Code {
	inner := &writer{g: w.g}
	fill(inner)
	return inner.done()
}

// encoder emits the function that writes a definition.
func (g *generator) encoder(d *model.Def) {
	switch d.Kind {
	case model.Struct:
		what := "one " + goName(d)
		if d.Synthetic {
			what = "the arguments of " + toolFunc(g.reach.inputOf[d])
		}
		g.structEncoder(d, g.names.defs[d], what, "", "")
	case model.Enum:
		g.enumEncoder(d)
	case model.Union:
		g.unionEncoder(d)
	case model.Loop:
		g.loopEncoder(d)
	default:
		bugf("definition %s has kind %d", d.Name, d.Kind)
	}
}

// structEncoder emits an encoder of an object. If tag is not empty the object is
// a variant of a union and begins with the discriminator.
func (g *generator) structEncoder(d *model.Def, n *defNames, what, tag, value string) {
	v := place{expr: g.id("v"), pointer: true}
	o := &objectWriter{w: &writer{g: g}, hint: n.base}
	o.w.raw("{")
	if tag != "" {
		o.w.raw(jsonString(tag) + ":" + jsonString(value))
		o.comma = someMember
	}
	o.fields(d, v)
	o.w.raw("}")
	body := g.bounded(d, o.w.done())
	param := g.id("v")
	if len(d.Fields) == 0 {
		param = jen.Id("_")
	}
	g.declare(n.encode+" writes "+what+".",
		jen.Func().Id(n.encode).Params(
			g.id("e").Op("*").Add(g.codec("Encoder")),
			param.Op("*").Add(g.defType(d)),
		).Block(body...))
}

// bounded makes sure that writing ends: a value that contains itself has no end.
func (g *generator) bounded(d *model.Def, body []jen.Code) []jen.Code {
	if !d.Recursive {
		return body
	}
	body = append([]jen.Code{jen.If(jen.Op("!").Add(g.enc("Enter"))).Block(jen.Return())}, body...)
	return append(body, g.enc("Leave"))
}

// A commaState is what is known about the members before the next one.
type commaState int

const (
	noMember    commaState = iota // there is none
	maybeMember                   // there may be one
	someMember                    // there is one
)

// An objectWriter writes the members of an object.
type objectWriter struct {
	w     *writer
	comma commaState
	hint  string
}

// fields writes the fields of a struct. Those that are reached through the same
// embedded pointers stand in one block, which is left out when one is nil.
func (o *objectWriter) fields(d *model.Def, v place) {
	for i := 0; i < len(d.Fields); {
		condition := throughPointers(v, d.Fields[i].Path)
		if condition == nil {
			o.field(v, &d.Fields[i])
			i++
			continue
		}
		key := pointerKey(d.Fields[i].Path)
		inner := &objectWriter{w: &writer{g: o.w.g}, comma: o.comma, hint: o.hint}
		for ; i < len(d.Fields) && pointerKey(d.Fields[i].Path) == key; i++ {
			inner.field(v, &d.Fields[i])
		}
		o.w.do(jen.If(condition).Block(inner.w.done()...))
		o.perhaps()
	}
}

// perhaps notes that a member may have been written.
func (o *objectWriter) perhaps() {
	if o.comma == noMember {
		o.comma = maybeMember
	}
}

// throughPointers tells that every embedded pointer on a path is there, or gives
// nil when there is none.
func throughPointers(v place, path []model.Step) *jen.Statement {
	var out *jen.Statement
	for _, step := range path[:len(path)-1] {
		v = v.field(step.Name)
		if !step.Pointer {
			continue
		}
		there := v.value().Op("!=").Nil()
		if out == nil {
			out = there
		} else {
			out.Op("&&").Add(there)
		}
	}
	return out
}

// pointerKey tells paths apart by their embedded pointers.
func pointerKey(path []model.Step) string {
	var b strings.Builder
	end := 0
	for i, step := range path[:len(path)-1] {
		if step.Pointer {
			end = i + 1
		}
	}
	for _, step := range path[:end] {
		b.WriteString(step.Name + ".")
	}
	return b.String()
}

// field writes one member, unless an option leaves it out.
func (o *objectWriter) field(v place, f *model.Field) {
	at := v
	for _, step := range f.Path {
		at = at.field(step.Name)
	}
	condition := o.w.g.present(f, at)
	if condition == nil {
		o.member(f, at)
		o.comma = someMember
		return
	}
	inner := &objectWriter{w: &writer{g: o.w.g}, comma: o.comma, hint: o.hint}
	inner.member(f, at)
	o.w.do(jen.If(condition).Block(inner.w.done()...))
	o.perhaps()
}

// member writes the name and the value of a field.
func (o *objectWriter) member(f *model.Field, at place) {
	switch o.comma {
	case someMember:
		o.w.raw(",")
	case maybeMember:
		o.w.do(o.w.g.enc("Comma"))
	}
	o.w.raw(jsonString(f.Name) + ":")
	u := use{
		rules:  &f.Rules,
		hint:   o.hint + camel(f.Name),
		quoted: f.AsString,
		notNil: f.OmitEmpty || f.OmitZero,
	}
	g := o.w.g
	if f.Nullable && f.Type.Kind != model.Pointer && !f.OmitEmpty && !f.OmitZero {
		value := o.w.sub(func(w *writer) { g.write(w, f.Type, u, at, nest{}) })
		o.w.do(jen.If(at.value().Op("!=").Nil()).Block(value...).Else().Block(g.enc("Null")))
		return
	}
	g.write(o.w, f.Type, u, at, nest{})
}

// present is the condition under which a field is written, or nil for always.
// The options mean what they mean to encoding/json.
func (g *generator) present(f *model.Field, at place) *jen.Statement {
	var parts []*jen.Statement
	if f.OmitEmpty {
		if c := notEmpty(f.Type, at); c != nil {
			parts = append(parts, c)
		}
	}
	if f.OmitZero && (len(parts) == 0 || f.IsZero) { // what is not empty is not zero
		parts = append(parts, g.notZero(f, at))
	}
	switch len(parts) {
	case 0:
		return nil
	case 1:
		return parts[0]
	}
	return parts[0].Op("&&").Add(parts[1])
}

// notEmpty is the condition of omitempty, or nil for types that have no empty
// value.
func notEmpty(t *model.Type, at place) *jen.Statement {
	kind := t.Kind
	switch kind {
	case model.Enum, model.Loop:
		kind = t.Def.Base.Kind
	case model.Text, model.JSON:
		kind = t.Under
	}
	switch kind {
	case model.Bool:
		return at.value()
	case model.Int, model.Uint, model.Float, model.Duration:
		return at.value().Op("!=").Lit(0)
	case model.String, model.Number:
		return at.value().Op("!=").Lit("")
	case model.Bytes, model.Raw, model.Slice, model.Map:
		return jen.Len(at.value()).Op(">").Lit(0)
	case model.Pointer, model.Any, model.Union:
		return at.value().Op("!=").Nil()
	case model.Opt: // encoding/json knows no absence
		return jen.Op("!").Add(at.selector().Dot("IsAbsent").Call())
	}
	return nil
}

// notZero is the condition of omitzero.
func (g *generator) notZero(f *model.Field, at place) *jen.Statement {
	t := f.Type
	if f.IsZero || t.Kind == model.Time {
		method := jen.Op("!").Add(at.selector().Dot("IsZero").Call())
		if t.Kind == model.Pointer {
			return at.value().Op("!=").Nil().Op("&&").Add(method)
		}
		return method
	}
	switch bare(t).Kind {
	case model.Bytes, model.Raw, model.Slice, model.Map:
		return at.value().Op("!=").Nil()
	case model.Struct, model.Array, model.URL:
		return g.notZeroValue(t, at)
	case model.Text, model.JSON:
		switch t.Under {
		case model.Slice, model.Map:
			return at.value().Op("!=").Nil()
		case model.Struct, model.Array, model.Invalid:
			return g.notZeroValue(t, at)
		}
	}
	if c := notEmpty(t, at); c != nil {
		return c
	}
	return g.notZeroValue(t, at)
}

// notZeroValue compares a struct or an array with its zero value.
func (g *generator) notZeroValue(t *model.Type, at place) *jen.Statement {
	if t.Comparable {
		return at.value().Op("!=").Parens(g.typ(t.Go).Values())
	}
	// Go has no == for the type; encoding/json asks in the same way.
	return jen.Op("!").Add(g.std("reflect", "ValueOf").Call(at.value()).Dot("IsZero").Call())
}
