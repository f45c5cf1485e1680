package emit

import (
	"encoding/json"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// jsonString is s as a JSON string, without the escapes for HTML.
func jsonString(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		bugf("string %q: %v", s, err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// write writes one value.
func (g *generator) write(w *writer, t *model.Type, u use, at place, n nest) {
	switch t.Kind {
	case model.Pointer:
		g.writePointer(w, t, u, at, n)
		return
	case model.Opt:
		x, ok := g.variableName(n), g.id("ok")
		value := w.sub(func(w *writer) { g.write(w, t.Elem, u, place{expr: x.Clone()}, n.variable()) })
		w.do(jen.If(define(at.selector().Dot("Get").Call(), x.Clone(), ok), ok.Clone()).Block(value...).
			Else().Block(g.enc("Null")))
		return
	case model.Slice, model.Array:
		g.writeArray(w, t, u, at, n)
		return
	case model.Map:
		g.writeMap(w, t, u, at, n)
		return
	case model.Struct:
		w.do(jen.Id(g.names.defs[t.Def].encode).Call(g.id("e"), at.addr()))
		return
	case model.Union, model.Loop:
		w.do(jen.Id(g.names.defs[t.Def].encode).Call(g.id("e"), at.value()))
		return
	}
	if u.quoted {
		g.writeQuoted(w, t, u, at)
		return
	}
	g.writeScalar(w, t, u, at)
}

// writePointer writes what a pointer points to, or null.
func (g *generator) writePointer(w *writer, t *model.Type, u use, at place, n nest) {
	target := place{expr: at.operand(), pointer: true}
	if u.notNil {
		u.notNil = false
		g.write(w, t.Elem, u, target, n)
		return
	}
	value := w.sub(func(w *writer) { g.write(w, t.Elem, u, target, n) })
	w.do(jen.If(at.value().Op("!=").Nil()).Block(value...).Else().Block(g.enc("Null")))
}

// writeScalar writes a value that has no parts.
func (g *generator) writeScalar(w *writer, t *model.Type, u use, at place) {
	w.do(g.writeChecks(t, u, at)...)
	x := at.value()
	switch t.Kind {
	case model.Bool:
		w.do(g.enc("Bool", basic(t.Go, "bool", x)))
	case model.Int:
		w.do(g.enc("Int", basic(t.Go, "int64", x)))
	case model.Uint:
		w.do(g.enc("Uint", basic(t.Go, "uint64", x)))
	case model.Float:
		w.do(g.enc("Float", basic(t.Go, "float64", x), jen.Lit(t.Bits)))
	case model.String:
		w.do(g.enc("String", basic(t.Go, "string", x)))
	case model.Number:
		w.do(g.enc("Number", jen.String().Call(x)))
	case model.Bytes:
		if t.Elem != nil {
			x = jen.Index().Byte().Call(jen.String().Call(x))
		}
		w.do(g.enc("Bytes64", x))
	case model.Raw:
		w.do(g.encOf("RawJSON", t, x))
	case model.Any:
		w.do(g.enc("Any", x))
	case model.Time:
		w.do(g.enc("Time", x))
	case model.Duration:
		w.do(g.enc("Duration", x))
	case model.Text:
		w.do(g.enc("Text", at.addr()))
	case model.URL:
		w.do(g.writeURL(u, at))
	case model.JSON:
		if t.ReadOnly {
			g.writeScalar(w, plainOf(t), use{}, at)
			return
		}
		w.do(g.encOf("JSON", t, at.addr()))
	case model.Enum:
		if plain(t) {
			base := *t.Def.Base
			base.Go = t.Go
			g.writeScalar(w, &base, use{}, at)
			return
		}
		w.do(jen.Id(g.names.defs[t.Def].encode).Call(g.id("e"), x))
	default:
		bugf("writing kind %d", t.Kind)
	}
}

// encOf writes a value by a method that has a second form, for hand-written
// schemas that name JSON types.
func (g *generator) encOf(method string, t *model.Type, x jen.Code) jen.Code {
	if allowed := jsonTypes(t.Schema); allowed != anyType && !isBigInt(t) {
		return g.enc(method+"Of", x, jen.Lit(allowed.String()))
	}
	return g.enc(method, x)
}

// isBigInt tells big.Int, whose form is known.
func isBigInt(t *model.Type) bool {
	return t.Go.Form == model.Named && t.Go.PkgPath == "math/big" && t.Go.Name == "Int"
}

// plainOf is the underlying type of one that has a JSON form of its own in one
// direction only.
func plainOf(t *model.Type) *model.Type {
	plain := *t.Plain
	plain.Go = t.Go
	return &plain
}

// writeURL writes a URL, if it is absolute as its schema says.
func (g *generator) writeURL(u use, at place) jen.Code {
	s := g.id("s")
	value := append(g.stringChecks(u, plainString(s), g.encoding()), g.enc("String", s.Clone()))
	absolute := g.codec("IsURI").Call(jen.Index().Byte().Call(s.Clone()))
	return jen.If(define(at.selector().Dot("String").Call(), s.Clone()), absolute).Block(value...).Else().Block(
		g.encoding().format("uri"),
		g.enc("Null"),
	)
}

// writeQuoted writes a number, a boolean or a string inside a string.
func (g *generator) writeQuoted(w *writer, t *model.Type, u use, at place) {
	if t.Kind == model.Enum {
		base := *t.Def.Base
		base.Go = t.Go
		g.writeQuoted(w, &base, g.enumUse(t.Def, u), at)
		return
	}
	w.do(g.writeChecks(t, u, at)...)
	x := at.value()
	switch t.Kind {
	case model.Bool:
		w.do(g.enc("QuotedBool", basic(t.Go, "bool", x)))
	case model.Int, model.Duration:
		w.do(g.enc("QuotedInt", basic(t.Go, "int64", x)))
	case model.Uint:
		w.do(g.enc("QuotedUint", basic(t.Go, "uint64", x)))
	case model.Float:
		w.do(g.enc("QuotedFloat", basic(t.Go, "float64", x), jen.Lit(t.Bits)))
	case model.String:
		w.do(g.enc("QuotedString", basic(t.Go, "string", x)))
	default:
		bugf("writing kind %d inside a string", t.Kind)
	}
}

// writeChecks reports a value that breaks the rules which its schema promises.
func (g *generator) writeChecks(t *model.Type, u use, at place) []jen.Code {
	if u.rules == nil {
		return nil
	}
	rep, x := g.encoding(), at.value()
	if at.pointer {
		x = jen.Parens(x)
	}
	switch t.Kind {
	case model.Bool:
		return boolChecks(u, x, rep)
	case model.Int, model.Uint:
		return g.intChecks(t, u, x, rep)
	case model.Float:
		return g.floatChecks(t.Bits, u, x, rep)
	case model.Number:
		number := g.std("cmp", "Or").Call(jen.String().Call(x), jen.Lit("0")) // the empty one is written as 0
		return g.numberChecks(u, number, rep)
	case model.Duration:
		return g.durationChecks(u, x, rep)
	case model.String:
		out := g.stringChecks(u, plainString(basic(t.Go, "string", x)), rep)
		if len(u.rules.Enum) > 0 {
			allowed := unquoteAll(u.rules.Enum)
			out = append(out, jen.Switch(at.value()).Block(
				jen.Case(stringLits(allowed)...),
				jen.Default().Block(rep.allowed(allowed)),
			))
		}
		return out
	case model.Text:
		s, err := g.id("s"), g.id("err")
		checks := g.stringChecks(unformatted(u, t), readBytes(s), rep)
		if len(checks) > 0 { // a text that cannot be made is reported where it is written
			return []jen.Code{jen.If(define(at.selector().Dot("MarshalText").Call(), s.Clone(), err), err.Clone().Op("==").Nil()).Block(checks...)}
		}
	}
	return nil
}

// writeArray writes a slice or an array. A nil slice is an empty array.
func (g *generator) writeArray(w *writer, t *model.Type, u use, at place, n nest) {
	w.do(g.lengthChecks(t, u, at)...)
	w.raw("[")
	inner := u.elem()
	var loop *jen.Statement
	if byValue(t.Elem) {
		x := g.variableName(n)
		loop = jen.For(jen.List(jen.Id("_"), x).Op(":=").Range().Add(at.value())).Block(
			w.sub(func(w *writer) {
				w.do(g.enc("Comma"))
				g.write(w, t.Elem, inner, place{expr: x.Clone()}, n.variable())
			})...)
	} else {
		i := g.indexName(n)
		loop = jen.For(i.Clone().Op(":=").Range().Add(at.value())).Block(
			w.sub(func(w *writer) {
				w.do(g.enc("Comma"))
				g.write(w, t.Elem, inner, at.index(i.Clone()), n.loop())
			})...)
	}
	w.do(loop)
	w.raw("]")
}

// byValue tells the elements that a loop may copy: those of a few words that
// need no address.
func byValue(t *model.Type) bool {
	switch t.Kind {
	case model.URL, model.Struct, model.Array, model.Text, model.JSON, model.Opt:
		return false
	}
	return true
}

// scalar tells the values that are written by one use of their place.
func scalar(t *model.Type) bool {
	switch t.Kind {
	case model.Pointer, model.Slice, model.Map, model.Union, model.Loop:
		return false
	}
	return byValue(t)
}

// lengthChecks reports a slice that is too short, too long, or has equal items.
func (g *generator) lengthChecks(t *model.Type, u use, at place) []jen.Code {
	r := u.rules
	if r == nil || t.Kind != model.Slice {
		return nil
	}
	var c chain
	n, rep := g.id("n"), g.encoding()
	if r.MinItems != nil && *r.MinItems > 0 {
		c.add(n.Clone().Op("<").Lit(*r.MinItems), rep.count("MinItems", *r.MinItems, n.Clone()))
	}
	if r.MaxItems != nil {
		c.add(n.Clone().Op(">").Lit(*r.MaxItems), rep.count("MaxItems", *r.MaxItems, n.Clone()))
	}
	c.first(define(jen.Len(at.value()), n))
	out := c.code(nil)
	if g.unique(t, u) {
		found := g.id("ok")
		find := g.codec(duplicateFinder(t.Elem)).Call(at.value())
		out = append(out, jen.If(jen.List(jen.Id("_"), jen.Id("_"), found).Op(":=").Add(find), found.Clone()).Block(
			rep.violate("UniqueItems", "distinct items")))
	}
	return out
}

// writeMap writes a map in the order of its keys. A nil map is an empty object.
func (g *generator) writeMap(w *writer, t *model.Type, u use, at place, n nest) {
	w.do(g.sizeFailures(u, at)...)
	w.raw("{")
	k := g.id("k")
	keys, text, key := g.codec("SortedKeys").Call(at.value()), basic(t.Key.Go, "string", k.Clone()), k.Clone()
	switch kind := keyKind(t.Key); kind {
	case model.Int, model.Uint:
		keys = g.codec(map[model.Kind]string{model.Int: "SortedInts", model.Uint: "SortedUints"}[kind]).Call(at.value())
		format, wide := "FormatInt", "int64"
		if kind == model.Uint {
			format, wide = "FormatUint", "uint64"
		}
		text = g.std("strconv", format).Call(basic(t.Key.Go, wide, k.Clone()), jen.Lit(10))
	case model.Text:
		keys = g.codec("SortedTexts").Call(g.id("e"), at.value())
		text, key = k.Clone().Dot("Text"), k.Clone().Dot("Key")
	}
	body := w.sub(func(w *writer) {
		w.do(g.keyChecks(t.Key, k)...)
		w.do(g.enc("Comma"), g.enc("Key", text))
		value, inner := at.index(key), n
		if !scalar(t.Elem) { // an entry has no address, and the key may be hidden further in
			x := g.variableName(n)
			w.do(define(value.value(), x))
			value, inner = place{expr: x.Clone()}, n.variable()
		}
		g.write(w, t.Elem, u.elem(), value, inner)
	})
	w.do(jen.For(jen.List(jen.Id("_"), k.Clone()).Op(":=").Range().Add(keys)).Block(body...))
	w.raw("}")
}

// keyChecks reports a key that is none of the constants of an enum.
func (g *generator) keyChecks(t *model.Type, k *jen.Statement) []jen.Code {
	if t.Kind != model.Enum || plain(t) {
		return nil
	}
	constants, words := g.constants(t.Def)
	return []jen.Code{jen.Switch(k.Clone()).Block(
		jen.Case(constants...),
		jen.Default().Block(g.encoding().violate("PropertyNames", "property names among "+strings.Join(words, ", "))),
	)}
}

// constants gives the constants of an enum, without those that repeat a value,
// and their values in words.
func (g *generator) constants(d *model.Def) (constants []jen.Code, words []string) {
	for _, c := range distinct(d.Values) {
		constants = append(constants, g.constant(c))
		words = append(words, plainText(c.JSON))
	}
	return constants, words
}

// keyKind is the kind of a map's keys; an enum has that of its base.
func keyKind(t *model.Type) model.Kind {
	if t.Kind == model.Enum {
		return t.Def.Base.Kind
	}
	return t.Kind
}

// sizeFailures reports a map with too few or too many entries.
func (g *generator) sizeFailures(u use, at place) []jen.Code {
	if !sized(u) {
		return nil
	}
	return sizeChecks(u, jen.Len(at.value()), g.encoding())
}

// sizeChecks reports too few and too many entries.
func sizeChecks(u use, size *jen.Statement, rep reporter) []jen.Code {
	r := u.rules
	if r == nil {
		return nil
	}
	var c chain
	if r.MinProperties != nil && *r.MinProperties > 0 {
		c.add(size.Clone().Op("<").Lit(*r.MinProperties), rep.count("MinProperties", *r.MinProperties, size.Clone()))
	}
	if r.MaxProperties != nil {
		c.add(size.Clone().Op(">").Lit(*r.MaxProperties), rep.count("MaxProperties", *r.MaxProperties, size.Clone()))
	}
	return c.code(nil)
}

// enumEncoder emits the function that writes one of the constants of an enum.
func (g *generator) enumEncoder(d *model.Def) {
	n := g.names.defs[d]
	v := g.id("v")
	constants, words := g.constants(d)
	base := *d.Base
	base.Go = d.Go
	w := &writer{g: g}
	w.do(jen.Switch(v.Clone()).Block(
		jen.Case(constants...),
		jen.Default().Block(g.encoding().allowed(words)),
	))
	g.writeScalar(w, &base, use{}, place{expr: v.Clone()})
	g.declare(n.encode+" writes one "+goName(d)+".",
		jen.Func().Id(n.encode).Params(
			g.id("e").Op("*").Add(g.codec("Encoder")),
			v.Clone().Add(g.typ(d.Go)),
		).Block(w.done()...))
}

// unionEncoder emits the function that writes the variant that an interface
// holds.
func (g *generator) unionEncoder(d *model.Def) {
	n := g.names.defs[d]
	v, x := g.id("v"), g.id("x")
	cases := []jen.Code{}
	var values []string
	for i := range d.Variants {
		variant := &d.Variants[i]
		values = append(values, variant.Value)
		encode := jen.Id(g.variantNames(d, variant).encode)
		named := g.discriminatorCheck(d, variant, place{expr: x})
		if !variant.Pointer {
			cases = append(cases, jen.Case(g.typ(variant.Def.Go)).Block(
				append(named, encode.Clone().Call(g.id("e"), jen.Op("&").Add(x.Clone())))...))
		}
		cases = append(cases, jen.Case(jen.Op("*").Add(g.typ(variant.Def.Go))).Block(
			append(named, encode.Clone().Call(g.id("e"), x.Clone()))...))
	}
	cases = append(cases, jen.Default().Block(
		g.encoding().allowed(values),
		g.enc("Null"),
	))
	g.declare(n.encode+" writes one "+goName(d)+", told by "+d.Tag+".",
		jen.Func().Id(n.encode).Params(
			g.id("e").Op("*").Add(g.codec("Encoder")),
			v.Clone().Add(g.typ(d.Go)),
		).Block(
			jen.Switch(define(v.Clone().Assert(jen.Type()), x)).Block(cases...),
		))
	for i := range d.Variants {
		if variant := &d.Variants[i]; !tagged(d, variant) {
			g.structEncoder(variant.Def, g.names.members[variant],
				"one "+goName(variant.Def)+" as a "+goName(d), d.Tag, variant.Value)
		}
	}
}

// discriminatorCheck reports a variant whose discriminator, a field of its own,
// says that it is another one.
func (g *generator) discriminatorCheck(union *model.Def, v *model.Variant, at place) []jen.Code {
	for i := range v.Def.Fields {
		f := &v.Def.Fields[i]
		if f.Name != union.Tag {
			continue
		}
		for _, step := range f.Path {
			at = at.field(step.Name)
		}
		return []jen.Code{jen.If(at.value().Op("!=").Add(quoted(v.Value))).Block(
			g.enc("Fail", jen.Lit(union.Tag), g.codec("Const"), quoted(jsonString(v.Value))))}
	}
	return nil
}
