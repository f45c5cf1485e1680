package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// decoder emits the function that reads a definition.
func (g *generator) decoder(d *model.Def) {
	switch d.Kind {
	case model.Struct:
		g.structDecoder(d, g.names.defs[d], "one "+goName(d), "")
	case model.Enum:
		g.enumDecoder(d)
	case model.Union:
		g.unionDecoder(d)
	case model.Loop:
		g.loopDecoder(d)
	default:
		bugf("definition %s has kind %d", d.Name, d.Kind)
	}
}

// defType is the Go type of a definition.
func (g *generator) defType(d *model.Def) *jen.Statement {
	if d.Synthetic {
		return jen.Id(g.names.funcs[g.reach.inputOf[d]].args)
	}
	return g.typ(d.Go)
}

// structDecoder emits a decoder of an object. If tag is not empty the object is
// a variant of a union, and the discriminator is one of its properties.
func (g *generator) structDecoder(d *model.Def, n *defNames, what, tag string) {
	s := &structReader{g: g, def: d, names: n, tag: tag, v: place{expr: g.id("v"), pointer: true}}
	s.number()
	g.declare(n.decode+" reads "+what+".",
		jen.Func().Id(n.decode).Params(
			g.id("d").Op("*").Add(g.codec("Decoder")),
			s.param().Op("*").Add(g.defType(d)),
		).Block(s.body()...))
	if s.bits > 0 {
		g.list(n.properties, s.properties)
	}
}

// A structReader makes the body of one struct decoder.
type structReader struct {
	g     *generator
	def   *model.Def
	names *defNames
	tag   string // discriminator that is no field, or ""
	v     place

	bit        map[*model.Field]int // number of each property
	bits       int                  // how many there are
	visible    int                  // how many a message may name
	properties []string             // by number
	required   []uint64             // a word per 64 properties
}

// number gives every property its bit. Hidden ones come last, so that messages
// can leave them out.
func (s *structReader) number() {
	s.bit = map[*model.Field]int{}
	if s.tag != "" {
		s.properties = append(s.properties, s.tag)
	}
	for _, hidden := range []bool{false, true} {
		for i := range s.def.Fields {
			if f := &s.def.Fields[i]; f.Hidden == hidden {
				s.bit[f] = len(s.properties)
				s.properties = append(s.properties, f.Name)
			}
		}
		if !hidden {
			s.visible = len(s.properties)
		}
	}
	s.bits = len(s.properties)
	s.required = make([]uint64, (s.bits+63)/64)
	for i := range s.def.Fields {
		if f := &s.def.Fields[i]; f.Required {
			s.required[s.bit[f]/64] |= 1 << (s.bit[f] % 64)
		}
	}
}

// param is the name of the parameter for the value: blank when there is nothing
// to read.
func (s *structReader) param() *jen.Statement {
	if len(s.def.Fields) == 0 {
		return jen.Id("_")
	}
	return s.g.id("v")
}

func (s *structReader) body() []jen.Code {
	g := s.g
	var out []jen.Code
	for i := range s.def.Fields {
		out = append(out, s.preset(&s.def.Fields[i])...)
	}
	out = append(out, jen.If(jen.Op("!").Add(g.dec("OpenObject", jen.Lit("")))).Block(jen.Return()))
	if s.bits == 0 {
		return append(out, jen.For(g.dec("NextMember")).Block(s.unknown()))
	}
	seen := jen.Var().Add(g.id("seen"))
	if words := len(s.required); words > 1 {
		seen.Index(jen.Lit(words))
	}
	out = append(out,
		seen.Uint64(),
		jen.For(g.dec("NextMember")).Block(
			jen.Switch(jen.String().Call(g.dec("Key"))).Block(s.cases()...),
		),
	)
	return append(out, s.requirements()...)
}

// seen is the word that holds the bit of a property.
func (s *structReader) seen(bit int) *jen.Statement {
	if len(s.required) > 1 {
		return s.g.id("seen").Index(jen.Lit(bit / 64))
	}
	return s.g.id("seen")
}

// once marks a property as seen, under a method of the decoder.
func (s *structReader) once(method string, bit int) *jen.Statement {
	return s.g.dec(method, jen.Op("&").Add(s.seen(bit)), jen.Lit(1).Op("<<").Lit(bit%64), jen.Lit(s.properties[bit]))
}

func (s *structReader) cases() []jen.Code {
	var out []jen.Code
	if s.tag != "" {
		out = append(out, jen.Case(jen.Lit(s.tag)).Block(
			jen.If(s.once("Once", 0)).Block(s.g.dec("Skip")),
		))
	}
	for i := range s.def.Fields {
		f := &s.def.Fields[i]
		out = append(out, jen.Case(jen.Lit(f.Name)).Block(s.property(f)))
	}
	return append(out, jen.Default().Block(s.unknown()))
}

// unknown is what happens to a property that the type does not have.
func (s *structReader) unknown() jen.Code {
	switch {
	case s.def.Lenient:
		return s.g.dec("Skip")
	case s.visible == 0:
		return s.g.dec("Unknown", jen.Nil())
	case s.visible < s.bits:
		return s.g.dec("Unknown", jen.Id(s.names.properties).Index(jen.Op(":").Lit(s.visible)))
	}
	return s.g.dec("Unknown", jen.Id(s.names.properties).Index(jen.Op(":")))
}

// property reads one property, once.
func (s *structReader) property(f *model.Field) jen.Code {
	g := s.g
	at, room := s.reach(f)
	b := g.read(f.Type, use{
		rules:  &f.Rules,
		name:   f.Name,
		hint:   s.names.base + camel(f.Name),
		quoted: f.AsString,
		preset: f.Default != "",
	}, inPlace{at}, nest{})
	if len(room) > 0 {
		b = always(append(room, b.code()...)...)
	}
	if f.Sensitive {
		r := g.id("r")
		body := append([]jen.Code{define(g.dec("Mark"), r)}, b.code()...)
		b = always(append(body, g.dec("Redact", r.Clone()))...)
	}
	if f.Nullable || f.Type.Kind == model.Pointer && takesAll(f.Type.Elem) {
		return s.nullable(f, at, b)
	}
	method := "OnceOptional"
	if f.Required || keepsNull(f.Type) {
		method = "Once"
	}
	return b.after(s.once(method, s.bit[f]))
}

// nullable reads a property for which null is a value: nil.
func (s *structReader) nullable(f *model.Field, at place, b block) jen.Code {
	once, null := s.once("Once", s.bit[f]), s.g.dec("Null")
	if f.Default == "" {
		return b.after(once.Op("&&").Op("!").Add(null))
	}
	return jen.If(once).Block(b.otherwise(null, assign(at.value(), jen.Nil())))
}

// keepsNull tells the types for which null is a value like any other.
func keepsNull(t *model.Type) bool { return t.Kind == model.Opt || takesAll(t) }

// takesAll tells the types that have null in their schema.
func takesAll(t *model.Type) bool {
	for t.Kind == model.Pointer {
		t = t.Elem
	}
	switch t.Kind {
	case model.Any, model.Raw, model.JSON:
		return jsonTypes(t.Schema)&typeNull != 0
	default:
		return false
	}
}

// reach is the place of a field, and the statements that make sure it is there:
// embedded pointers are allocated on the way.
func (s *structReader) reach(f *model.Field) (at place, room []jen.Code) {
	at = s.v
	for i, step := range f.Path {
		at = at.field(step.Name)
		if step.Pointer && i < len(f.Path)-1 {
			room = append(room, jen.If(at.value().Op("==").Nil()).Block(
				assign(at.value(), jen.New(s.g.typ(step.Go)))))
		}
	}
	return at, room
}

// preset sets the default of a field; what is present overwrites it.
func (s *structReader) preset(f *model.Field) []jen.Code {
	if f.Default == "" {
		return nil
	}
	at, room := s.reach(f)
	if f.Default == "null" && f.Type.Kind != model.Raw {
		if f.Type.Kind == model.Opt {
			return append(room, assign(at.value(), s.g.mcp("Null").Types(s.g.typ(f.Type.Elem.Go)).Call()))
		}
		return nil // the zero value of what can be null
	}
	return append(room, s.g.preset(at, f.Type, f.Default, jen.Lit(f.Name))...)
}

// requirements records the properties that are missing.
func (s *structReader) requirements() []jen.Code {
	var out []jen.Code
	for w, mask := range s.required {
		if mask == 0 {
			continue
		}
		names := jen.Op(":")
		if len(s.required) > 1 {
			names = jen.Lit(64 * w).Op(":")
		}
		out = append(out, s.g.dec("Require", s.seen(64*w), bitMask(mask, min(s.bits-64*w, 64)),
			jen.Id(s.names.properties).Index(names)))
	}
	return out
}

// bitMask writes a mask of so many bits: as bits while they can be counted.
func bitMask(mask uint64, bits int) *jen.Statement {
	if bits <= 16 {
		return numeral(fmt.Sprintf("0b%0*b", bits, mask))
	}
	return numeral(fmt.Sprintf("%#x", mask))
}
