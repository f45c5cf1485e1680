package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// A use is how a value is used where it stands.
type use struct {
	rules  *model.Rules // nil: none
	name   string       // of the property, for messages; "" inside arrays and maps
	hint   string       // what names of tables and patterns are made of
	quoted bool         // the ",string" option
	preset bool         // decoding: a default was set there before
	notNil bool         // encoding: a pointer that was found not to be nil
}

// label is the name of the property as generated code passes it on.
func (u use) label() jen.Code { return jen.Lit(u.name) }

// elem is the use of the elements of an array or map.
func (u use) elem() use {
	out := use{hint: u.hint}
	if u.rules != nil {
		out.rules = u.rules.Items
	}
	return out
}

// read makes the code that reads one value into a target.
func (g *generator) read(t *model.Type, u use, to target, n nest) block {
	if u.quoted && t.Kind != model.Pointer {
		return g.readQuoted(t, u, to)
	}
	switch t.Kind {
	case model.Bool, model.Int, model.Uint, model.Float, model.String, model.Number, model.Enum:
		return g.readScalar(t, u, to)
	case model.Bytes:
		return g.whenOK("b", g.dec("Bytes", u.label()), to.store(g.fromBytes(t, g.id("b"))))
	case model.Raw:
		return g.ofTypes(t, u, g.whenOK("b", g.dec("Raw", u.label()), to.store(g.fromBytes(t, g.id("b")))))
	case model.Any:
		return g.ofTypes(t, u, g.whenOK("y", g.dec("Any", u.label()), to.store(g.fromAny(t, g.id("y")))))
	case model.Time:
		return g.whenOK("t", g.dec("Time", u.label()), to.store(g.id("t")))
	case model.Duration:
		body := g.durationChecks(u, g.id("t"), g.decoding(u))
		return g.whenOK("t", g.dec("Duration", u.label()), append(body, to.store(g.id("t")))...)
	case model.Text:
		return g.readText(t, u, to)
	case model.URL:
		return g.readURL(u, to)
	case model.JSON:
		if t.WriteOnly {
			return g.readScalar(plainOf(t), u, to)
		}
		return g.readJSON(t, u, to)
	case model.Pointer:
		return g.readPointer(t, u, to, n)
	case model.Opt:
		return g.readOpt(t, u, to, n)
	case model.Slice:
		return g.readSlice(t, u, to, n)
	case model.Array:
		return g.readArray(t, u, to, n)
	case model.Map:
		return g.readMap(t, u, to, n)
	case model.Struct, model.Union, model.Loop:
		return g.readDefinition(t, u, to)
	}
	bugf("reading kind %d", t.Kind)
	return block{}
}

// fromBytes is b as a value of type t. Go converts bytes to a slice of another
// byte type by way of a string.
func (g *generator) fromBytes(t *model.Type, b *jen.Statement) *jen.Statement {
	if t.Elem != nil {
		return g.conversion(t.Go, jen.String().Call(b))
	}
	if t.Go.Form == model.SliceOf {
		return b
	}
	return g.conversion(t.Go, b)
}

func (g *generator) fromAny(t *model.Type, x *jen.Statement) *jen.Statement {
	if t.Go.Form == model.InterfaceOf || predeclared(t.Go, "any") {
		return x
	}
	return g.conversion(t.Go, x)
}

// readScalar reads a value of one token.
func (g *generator) readScalar(t *model.Type, u use, to target) block {
	rep := g.decoding(u)
	switch t.Kind {
	case model.Bool:
		body := boolChecks(u, g.id("b"), rep)
		return g.whenOK("b", g.dec("Bool", u.label()), append(body, to.store(g.convert(t.Go, "bool", g.id("b"))))...)
	case model.Int:
		body := g.intChecks(t, u, g.id("n"), rep)
		return g.whenOK("n", g.dec("Int", u.label(), jen.Lit(t.Bits)),
			append(body, to.store(g.convert(t.Go, "int64", g.id("n"))))...)
	case model.Uint:
		body := g.intChecks(t, u, g.id("n"), rep)
		return g.whenOK("n", g.dec("Uint", u.label(), jen.Lit(t.Bits)),
			append(body, to.store(g.convert(t.Go, "uint64", g.id("n"))))...)
	case model.Float:
		body := g.floatChecks(t.Bits, u, ofBits(t.Bits, g.id("f")), rep)
		return g.whenOK("f", g.dec("Float", u.label(), jen.Lit(t.Bits)),
			append(body, to.store(g.convert(t.Go, "float64", g.id("f"))))...)
	case model.Number:
		body := g.numberChecks(u, g.id("s"), rep)
		return g.whenOK("s", g.dec("Number", u.label()), append(body, to.store(g.conversion(t.Go, g.id("s"))))...)
	case model.Enum:
		if plain(t) {
			base := *t.Def.Base
			base.Go = t.Go
			return g.readScalar(&base, u, to)
		}
		return to.build(g, t, func(at place) block {
			return always(jen.Id(g.names.defs[t.Def].decode).Call(g.id("d"), u.label(), at.addr()))
		})
	default:
		return g.readString(t, u, to)
	}
}

// ofBits is a float64 as a float of so many bits.
func ofBits(bits int, f *jen.Statement) *jen.Statement {
	if bits == 32 {
		return jen.Float32().Call(f)
	}
	return f
}

// readString reads a string. One of a list is not copied.
func (g *generator) readString(t *model.Type, u use, to target) block {
	s := g.id("s")
	body := g.stringChecks(u, readBytes(s), g.decoding(u))
	if u.rules == nil || len(u.rules.Enum) == 0 {
		store := to.store(g.convert(t.Go, "string", g.dec("Own", s)))
		if list, ok := to.(element); ok && appendsOwn(t, u) {
			store = list.own(s)
		}
		return g.whenOK("s", g.dec("String", u.label()), append(body, store)...)
	}
	allowed := unquoteAll(u.rules.Enum)
	cases := make([]jen.Code, 0, len(allowed)+1)
	for _, v := range allowed {
		cases = append(cases, jen.Case(quoted(v)).Block(to.store(g.convert(t.Go, "string", quoted(v)))))
	}
	cases = append(cases, jen.Default().Block(g.notAllowed(u, allowed)))
	body = append(body, jen.Switch(jen.String().Call(s)).Block(cases...))
	return g.whenOK("s", g.dec("String", u.label()), body...)
}

// notAllowed reports a value that is none of a list.
func (g *generator) notAllowed(u use, allowed []string) jen.Code {
	return g.dec("Enum", u.label(), jen.Id(g.valueList(u.hint+"Values", allowed)).Index(jen.Op(":")))
}

// readQuoted reads a number, a boolean or a string inside a string.
func (g *generator) readQuoted(t *model.Type, u use, to target) block {
	rep := g.decoding(u)
	switch t.Kind {
	case model.Bool:
		body := boolChecks(u, g.id("b"), rep)
		return g.whenOK("b", g.dec("QuotedBool", u.label()), append(body, to.store(g.convert(t.Go, "bool", g.id("b"))))...)
	case model.Int, model.Duration:
		bits := t.Bits
		if t.Kind == model.Duration {
			bits = 64
		}
		body := g.intChecks(t, u, g.id("n"), rep)
		return g.whenOK("n", g.dec("QuotedInt", u.label(), jen.Lit(bits)),
			append(body, to.store(g.convert(t.Go, "int64", g.id("n"))))...)
	case model.Uint:
		body := g.intChecks(t, u, g.id("n"), rep)
		return g.whenOK("n", g.dec("QuotedUint", u.label(), jen.Lit(t.Bits)),
			append(body, to.store(g.convert(t.Go, "uint64", g.id("n"))))...)
	case model.Float:
		body := g.floatChecks(t.Bits, u, ofBits(t.Bits, g.id("f")), rep)
		return g.whenOK("f", g.dec("QuotedFloat", u.label(), jen.Lit(t.Bits)),
			append(body, to.store(g.convert(t.Go, "float64", g.id("f"))))...)
	case model.String:
		return g.readQuotedString(t, u, to)
	case model.Enum:
		base := *t.Def.Base
		base.Go = t.Go
		return g.readQuoted(&base, g.enumUse(t.Def, u), to)
	}
	bugf("reading kind %d inside a string", t.Kind)
	return block{}
}

func (g *generator) readQuotedString(t *model.Type, u use, to target) block {
	s := g.id("s")
	body := g.stringChecks(u, plainString(s), g.decoding(u))
	if u.rules != nil && len(u.rules.Enum) > 0 {
		allowed := unquoteAll(u.rules.Enum)
		body = append(body, jen.Switch(s.Clone()).Block(
			jen.Case(stringLits(allowed)...),
			jen.Default().Block(g.notAllowed(u, allowed)),
		))
	}
	body = append(body, to.store(g.convert(t.Go, "string", s)))
	return g.whenOK("s", g.dec("QuotedString", u.label()), body...)
}

// readText reads a string into a type with its own text form. Rules are about
// texts that the type takes, so that a mistake is reported once.
func (g *generator) readText(t *model.Type, u use, to target) block {
	return to.build(g, t, func(at place) block {
		want := jen.Lit(wanted(t))
		s := g.id("s")
		checks := g.stringChecks(unformatted(u, t), readBytes(s), g.decoding(u))
		if len(checks) == 0 {
			return always(g.dec("Text", u.label(), at.addr(), want))
		}
		parse := jen.If(define(at.selector().Dot("UnmarshalText").Call(s), g.id("err")), g.id("err").Op("!=").Nil()).Block(
			g.dec("Fail", u.label(), want),
		).Else()
		if len(checks) == 1 { // an if statement
			parse.Add(checks[0])
		} else {
			parse.Block(checks...)
		}
		return g.whenOK("s", g.dec("String", u.label()), parse)
	})
}

// readJSON reads a value into a type with its own JSON form. A big integer is
// read as other integers are, and 1e2 is one.
func (g *generator) readJSON(t *model.Type, u use, to target) block {
	return to.build(g, t, func(at place) block {
		if isBigInt(t) {
			return always(g.dec("Integer", u.label(), at.addr()))
		}
		reader := "JSON"
		if jsonTypes(t.Schema)&typeNull != 0 {
			reader = "JSONOrNull"
		}
		return g.ofTypes(t, u, always(g.dec(reader, u.label(), at.addr(), jen.Lit(wanted(t)))))
	})
}

// ofTypes reads a value only if it has one of the JSON types that a hand-written
// schema names. Null is left to its reader.
func (g *generator) ofTypes(t *model.Type, u use, b block) block {
	allowed := jsonTypes(t.Schema)
	if allowed|typeNull == anyType {
		return b
	}
	return when(g.dec("Is", u.label(), jen.Lit(allowed.String())), b.code()...)
}

// unformatted drops the format that a type checks by itself, so that a mistake
// is reported once.
func unformatted(u use, t *model.Type) use {
	if u.rules != nil && u.rules.Format == t.Format {
		rules := *u.rules
		rules.Format = ""
		u.rules = &rules
	}
	return u
}

// readURL reads an absolute URL.
func (g *generator) readURL(u use, to target) block {
	s, x, err := g.id("s"), g.id("u"), g.id("err")
	body := g.stringChecks(u, readBytes(s), g.decoding(u))
	parse := g.std("net/url", "Parse").Call(jen.String().Call(s.Clone()))
	wrong := err.Clone().Op("!=").Nil().Op("||").Op("!").Add(g.codec("IsURI")).Call(s.Clone())
	body = append(body, jen.If(jen.List(x, err).Op(":=").Add(parse), wrong).Block(
		g.dec("Format", u.label(), jen.Lit("uri")),
	).Else().Block(
		to.store(jen.Op("*").Add(x.Clone())),
	))
	return g.whenOK("s", g.dec("String", u.label()), body...)
}

// readPointer reads a value into a new variable.
func (g *generator) readPointer(t *model.Type, u use, to target, n nest) block {
	inner := n
	switch to.(type) {
	case inPlace, element: // the pointer is where it shall be from the start
	default:
		inner = n.variable()
	}
	value := g.read(t.Elem, u, pointer{to, n}, inner)
	if g.client && u.name == "" { // of a list or map: a nil pointer was written as null
		return always(value.otherwise(g.dec("Null"), to.store(jen.Nil())))
	}
	return value
}

// readOpt reads a value that may be null.
func (g *generator) readOpt(t *model.Type, u use, to target, n nest) block {
	null := to.store(g.mcp("Null").Types(g.typ(t.Elem.Go)).Call())
	value := g.read(t.Elem, u, option{to, g, n}, n.variable())
	return always(value.otherwise(g.dec("Null"), null))
}

// readDefinition reads a struct or a union through its own function.
func (g *generator) readDefinition(t *model.Type, u use, to target) block {
	return to.build(g, t, func(at place) block {
		var body []jen.Code
		if u.preset && t.Kind == model.Struct && !at.pointer { // or parts of the default would stay
			body = append(body, assign(at.value(), g.typ(t.Go).Values()))
		}
		decode := jen.Id(g.names.defs[t.Def].decode).Call(g.id("d"), at.addr())
		return always(append(body, g.under(u, decode)...)...)
	})
}

// under puts the name of a property before the pointers of what code reports.
func (g *generator) under(u use, code ...jen.Code) []jen.Code {
	if u.name == "" {
		return code
	}
	m := g.id("m")
	out := append([]jen.Code{define(g.dec("Mark"), m)}, code...)
	return append(out, g.dec("Under", m.Clone(), u.label()))
}
