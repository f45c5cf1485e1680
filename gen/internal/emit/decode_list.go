package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// readSlice reads an array into a slice.
func (g *generator) readSlice(t *model.Type, u use, to target, n nest) block {
	return to.build(g, t, func(at place) block {
		index := g.indexName(n)
		loop := g.elements(t, u, element{g, at, index, maxItems(u), n}, n)
		body := []jen.Code{assign(at.value(), g.emptySlice(t, u))}
		body = append(body, loop.code()...)
		return when(g.dec("OpenArray", u.label()), append(body, g.countChecks(u, loop, g.uniqueCheck(t, u, at))...)...)
	})
}

// maxItems is the most elements that rules allow, or -1.
func maxItems(u use) int {
	if u.rules == nil || u.rules.MaxItems == nil {
		return -1
	}
	return *u.rules.MaxItems
}

// emptySlice is a slice without elements and, for those of one token, with room
// for a few. AppendOwn makes room by itself.
func (g *generator) emptySlice(t *model.Type, u use) *jen.Statement {
	const few = 4
	switch limit := maxItems(u); {
	case limit >= 0 && limit < few, appendsOwn(t.Elem, u.elem()):
		return g.typ(t.Go).Values()
	}
	switch t.Elem.Kind {
	case model.Bool, model.Int, model.Uint, model.Float, model.String, model.Enum:
		return jen.Make(g.typ(t.Go), jen.Lit(0), jen.Lit(few))
	}
	return g.typ(t.Go).Values()
}

// appendsOwn tells that elements of type t are read as strings and copied.
func appendsOwn(t *model.Type, u use) bool {
	return t.Kind == model.String && predeclared(t.Go, "string") && (u.rules == nil || len(u.rules.Enum) == 0)
}

// readArray reads an array of a fixed length.
func (g *generator) readArray(t *model.Type, u use, to target, n nest) block {
	length := int(t.Len)
	exact := model.Rules{}
	if u.rules != nil {
		exact = *u.rules
	}
	exact.MinItems, exact.MaxItems = &length, &length
	u.rules = &exact
	return to.build(g, t, func(at place) block {
		loop := g.elements(t, u, inPlace{at.index(g.indexName(n))}, n)
		sliced := place{expr: at.operand().Index(jen.Op(":"))}
		return when(g.dec("OpenArray", u.label()), append(loop.code(), g.countChecks(u, loop, g.uniqueCheck(t, u, sliced))...)...)
	})
}

// An elementLoop reads the elements of an array.
type elementLoop struct {
	g     *generator
	use   use
	index *jen.Statement
	body  []jen.Code
	marks bool // something looks at the violations of the elements
	max   int  // maxItems, or -1
	count bool // the number of elements is needed afterwards
}

func (g *generator) elements(t *model.Type, u use, to target, n nest) *elementLoop {
	loop := &elementLoop{g: g, use: u, index: g.indexName(n), max: maxItems(u)}
	if r := u.rules; r != nil {
		loop.count = r.MinItems != nil && *r.MinItems > 0 || r.MaxItems != nil
	}
	loop.marks = u.name != "" || g.unique(t, u)
	body := g.read(t.Elem, u.elem(), to, n.loop()).code()
	if loop.max >= 0 { // bounds the memory that a hostile document can take
		loop.body = append(loop.body, jen.If(loop.index.Clone().Op(">=").Lit(loop.max)).Block(g.dec("Skip"), jen.Continue()))
	}
	if t.Elem.Kind == model.Any || t.Elem.Kind == model.Raw { // takes everything
		loop.body = append(loop.body, body...)
		loop.marks = g.unique(t, u)
		return loop
	}
	em := g.id("em")
	loop.body = append(loop.body, define(g.dec("Mark"), em))
	loop.body = append(loop.body, body...)
	loop.body = append(loop.body, g.dec("UnderIndex", em.Clone(), loop.index.Clone()))
	return loop
}

// code is the loop with what it needs before and after. The index lives longer
// than the loop when the number of elements is checked.
func (l *elementLoop) code() []jen.Code {
	var out []jen.Code
	m := l.g.id("m")
	init := define(jen.Lit(0), l.index.Clone())
	switch {
	case l.count && l.marks:
		out = append(out, jen.List(m, l.index.Clone()).Op(":=").List(l.g.dec("Mark"), jen.Lit(0)))
	case l.count:
		out = append(out, init)
	case l.marks:
		out = append(out, define(l.g.dec("Mark"), m))
	}
	next := l.g.dec("NextElement")
	switch {
	case l.count:
		out = append(out, jen.For(jen.Empty(), next, l.index.Clone().Op("++")).Block(l.body...))
	case l.indexed():
		out = append(out, jen.For(init, next, l.index.Clone().Op("++")).Block(l.body...))
	default:
		out = append(out, jen.For(next).Block(l.body...))
	}
	if l.marks && l.use.name != "" {
		out = append(out, l.g.dec("Under", m.Clone(), l.use.label()))
	}
	return out
}

// indexed tells that the body counts elements.
func (l *elementLoop) indexed() bool { return len(l.body) > 1 || l.max >= 0 }

// countChecks reports too few and too many elements, or else whatever rest finds.
func (g *generator) countChecks(u use, loop *elementLoop, rest *jen.Statement) []jen.Code {
	var c chain
	rep := g.decoding(u)
	if r := u.rules; r != nil {
		if r.MinItems != nil && *r.MinItems > 0 {
			c.add(loop.index.Clone().Op("<").Lit(*r.MinItems), rep.count("MinItems", *r.MinItems, loop.index.Clone()))
		}
		if r.MaxItems != nil {
			c.add(loop.index.Clone().Op(">").Lit(*r.MaxItems), rep.count("MaxItems", *r.MaxItems, loop.index.Clone()))
		}
	}
	return c.code(rest)
}

// unique tells that equal elements are looked for.
func (g *generator) unique(t *model.Type, u use) bool {
	return u.rules != nil && u.rules.UniqueItems && duplicateFinder(t.Elem) != ""
}

// duplicateFinder is the function of the runtime that finds equal elements, or
// "" for elements that Go cannot compare as JSON does.
func duplicateFinder(elem *model.Type) string {
	switch elem.Kind {
	case model.Bool, model.Int, model.Uint, model.Float, model.String, model.Enum, model.Duration:
		return "FirstDuplicate"
	case model.Text, model.Struct, model.Array:
		if elem.Comparable {
			return "FirstDuplicate"
		}
	case model.Any:
		return "FirstDuplicateAny"
	case model.Raw:
		return "FirstDuplicateRaw"
	}
	return ""
}

// uniqueCheck reports two equal elements, if all elements are good: those that
// are not are all zero.
func (g *generator) uniqueCheck(t *model.Type, u use, at place) *jen.Statement {
	if !g.unique(t, u) {
		return nil
	}
	x, y, found := g.id("p"), g.id("q"), g.id("ok")
	find := g.codec(duplicateFinder(t.Elem)).Call(at.value())
	return jen.If(define(find, x, y, found), found.Clone().Op("&&").Add(g.dec("Mark")).Op("==").Add(g.id("m"))).Block(
		g.dec("Unique", u.label(), x.Clone(), y.Clone()))
}

// readMap reads an object into a map.
func (g *generator) readMap(t *model.Type, u use, to target, n nest) block {
	return to.build(g, t, func(at place) block {
		key := g.mapKey(t, at)
		entry := g.mapEntry(t, u, at, key.value, n)
		out := []jen.Code{assign(at.value(), jen.Make(g.typ(t.Go)))}
		size := g.id("size")
		loop := jen.For(g.dec("NextMember"))
		if sized(u) {
			out = append(out, define(jen.Lit(0), size.Clone()))
			loop = jen.For(jen.Empty(), g.dec("NextMember"), size.Clone().Op("++"))
			if limit := u.rules.MaxProperties; limit != nil { // bounds the memory that a hostile document can take
				key.read = append([]jen.Code{
					jen.If(size.Clone().Op(">=").Lit(*limit)).Block(g.dec("Skip"), jen.Continue()),
				}, key.read...)
			}
		}
		out = append(out, g.under(u, loop.Block(append(key.read, entry...)...))...)
		return when(g.dec("OpenObject", u.label()), append(out, sizeChecks(u, size, g.decoding(u))...)...)
	})
}

// sized tells that the number of entries is checked.
func sized(u use) bool {
	return u.rules != nil && (u.rules.MaxProperties != nil || u.rules.MinProperties != nil && *u.rules.MinProperties > 0)
}

// mapEntry reads the value of a key.
func (g *generator) mapEntry(t *model.Type, u use, at place, key *jen.Statement, n nest) []jen.Code {
	value := g.read(t.Elem, u.elem(), entry{at, key, n}, n.variable()).code()
	if t.Elem.Kind == model.Any || t.Elem.Kind == model.Raw { // takes everything
		return value
	}
	em := g.id("em")
	out := append([]jen.Code{define(g.dec("Mark"), em)}, value...)
	return append(out, g.dec("UnderKey", em.Clone(), g.id("k")))
}

// A mapKey is the code that reads a key, and the key as a value of its Go type.
type mapKey struct {
	read  []jen.Code
	value *jen.Statement
}

// mapKey reads a key into k, as text, and into its own type when that is
// another one. Keys that do not fit or came before are skipped.
func (g *generator) mapKey(t *model.Type, at place) mapKey {
	k := g.id("k")
	out := mapKey{
		read:  []jen.Code{define(jen.String().Call(g.dec("Key")), k)},
		value: k.Clone(),
	}
	key := g.id("key")
	of := t.Key
	if plain(of) { // as its base, which has the other values too
		of = of.Def.Base
	}
	switch of.Kind {
	case model.String:
		out.value = g.convert(t.Key.Go, "string", k.Clone())
	case model.Int, model.Uint:
		method, from := "MapKeyInt", "int64"
		if of.Kind == model.Uint {
			method, from = "MapKeyUint", "uint64"
		}
		ok := g.id("ok")
		out.read = append(out.read,
			define(g.dec(method, jen.Lit(of.Bits)), key, ok),
			jen.If(jen.Op("!").Add(ok.Clone())).Block(jen.Continue()))
		out.value = g.convert(t.Key.Go, from, key.Clone())
	case model.Text:
		out.read = append(out.read,
			jen.Var().Add(key).Add(g.typ(t.Key.Go)),
			jen.If(jen.Op("!").Add(g.dec("MapKeyText", jen.Op("&").Add(key.Clone()), jen.Lit(wanted(t.Key))))).Block(jen.Continue()))
		out.value = key.Clone()
	case model.Enum:
		out = g.enumKey(t.Key, out, k, key)
	default:
		bugf("map key of kind %d", t.Key.Kind)
	}
	dup := g.id("ok")
	out.read = append(out.read, jen.If(
		jen.List(jen.Id("_"), dup).Op(":=").Add(at.index(out.value.Clone()).value()), dup.Clone()).Block(
		g.dec("Duplicate", k.Clone()), jen.Continue()))
	return out
}

// enumKey reads a key that has to be one of the constants of an enum.
func (g *generator) enumKey(t *model.Type, out mapKey, k, key *jen.Statement) mapKey {
	var cases []jen.Code
	for _, v := range distinct(t.Def.Values) {
		cases = append(cases, jen.Case(jen.Lit(plainText(v.JSON))).Block(assign(key.Clone(), g.constant(v))))
	}
	cases = append(cases, jen.Default().Block(
		g.dec("Unknown", jen.Id(g.enumValues(t.Def)).Index(jen.Op(":"))), jen.Continue()))
	out.read = append(out.read, jen.Var().Add(key.Clone()).Add(g.typ(t.Go)), jen.Switch(k.Clone()).Block(cases...))
	out.value = key.Clone()
	return out
}
