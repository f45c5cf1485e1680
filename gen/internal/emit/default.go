package emit

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// preset sets a place to a default, given as JSON that is known to fit. name is
// the property, for the message of a type that refuses its own default.
func (g *generator) preset(at place, t *model.Type, rawJSON string, name jen.Code) []jen.Code {
	t = bare(t)
	if t.Kind == model.JSON && t.WriteOnly {
		t = plainOf(t)
	}
	if lit := g.literal(t, rawJSON); lit != nil {
		return []jen.Code{assign(at.value(), lit)}
	}
	switch t.Kind {
	case model.Pointer:
		if lit := g.literal(t.Elem, rawJSON); lit != nil {
			return []jen.Code{assign(at.value(), jen.New(g.typed(t.Elem, lit, rawJSON)))}
		}
		inner := place{expr: at.operand(), pointer: true}
		return append([]jen.Code{assign(at.value(), jen.New(g.typ(t.Elem.Go)))}, g.preset(inner, t.Elem, rawJSON, name)...)
	case model.Opt:
		if lit := g.literal(t.Elem, rawJSON); lit != nil {
			return []jen.Code{assign(at.value(), g.mcp("Some").Call(g.typed(t.Elem, lit, rawJSON)))}
		}
		x := g.id("x")
		out := []jen.Code{jen.Var().Add(x).Add(g.typ(t.Elem.Go))}
		out = append(out, g.preset(place{expr: x}, t.Elem, rawJSON, name)...)
		return []jen.Code{jen.Block(append(out, assign(at.value(), g.mcp("Some").Call(x.Clone())))...)}
	case model.Slice, model.Array:
		return g.presetItems(at, t, rawJSON, name)
	case model.Map:
		return g.presetEntries(at, t, rawJSON, name)
	case model.Struct:
		return g.presetFields(at, t.Def, rawJSON, name)
	case model.Union:
		return g.presetVariant(at, t.Def, rawJSON, name)
	case model.URL:
		u, err := g.id("u"), g.id("err")
		return []jen.Code{jen.If(
			define(g.std("net/url", "Parse").Call(quoted(plainText(rawJSON))), u, err), err.Clone().Op("==").Nil()).Block(
			assign(at.value(), jen.Op("*").Add(u.Clone())))}
	case model.Text:
		return g.presetParsed(at, "UnmarshalText", quoted(plainText(rawJSON)), t, name)
	case model.JSON:
		return g.presetParsed(at, "UnmarshalJSON", raw(rawJSON), t, name)
	}
	bugf("default %s for kind %d", rawJSON, t.Kind)
	return nil
}

// presetParsed lets a type read its own default.
func (g *generator) presetParsed(at place, method string, lit *jen.Statement, t *model.Type, name jen.Code) []jen.Code {
	parse := at.selector().Dot(method).Call(jen.Index().Byte().Call(lit))
	return []jen.Code{jen.If(define(parse, g.id("err")), g.id("err").Op("!=").Nil()).Block(
		g.dec("Fail", name, jen.Lit(wanted(t))))}
}

// presetItems sets the elements of a list one by one.
func (g *generator) presetItems(at place, t *model.Type, rawJSON string, name jen.Code) []jen.Code {
	var items []json.RawMessage
	parseJSON(rawJSON, &items)
	var out []jen.Code
	if t.Kind == model.Slice {
		out = append(out, assign(at.value(), jen.Make(g.typ(t.Go), jen.Lit(len(items)))))
	}
	for i, item := range items {
		out = append(out, g.preset(at.index(jen.Lit(i)), t.Elem, string(item), name)...)
	}
	return out
}

// presetEntries sets the entries of a map one by one.
func (g *generator) presetEntries(at place, t *model.Type, rawJSON string, name jen.Code) []jen.Code {
	var entries map[string]json.RawMessage
	parseJSON(rawJSON, &entries)
	out := []jen.Code{assign(at.value(), jen.Make(g.typ(t.Go)))}
	for _, k := range slices.Sorted(maps.Keys(entries)) {
		x := g.id("x")
		body := []jen.Code{jen.Var().Add(x).Add(g.typ(t.Elem.Go))}
		body = append(body, g.preset(place{expr: x}, t.Elem, string(entries[k]), name)...)
		body = append(body, assign(at.index(g.keyLiteral(t.Key, k)).value(), x.Clone()))
		out = append(out, jen.Block(body...))
	}
	return out
}

// presetFields sets the fields of a struct that a default names, and those that
// have a default of their own.
func (g *generator) presetFields(at place, d *model.Def, rawJSON string, name jen.Code) []jen.Code {
	var members map[string]json.RawMessage
	parseJSON(rawJSON, &members)
	s := &structReader{g: g, def: d, v: at}
	var out []jen.Code
	for i := range d.Fields {
		f := &d.Fields[i]
		value, ok := members[f.Name]
		if !ok {
			out = append(out, s.preset(f)...)
			continue
		}
		field, room := s.reach(f)
		if f.AsString {
			value = json.RawMessage(plainText(string(value)))
		}
		out = append(out, append(room, g.preset(field, f.Type, string(value), name)...)...)
	}
	return out
}

// presetVariant makes the variant of a union that a default is.
func (g *generator) presetVariant(at place, d *model.Def, rawJSON string, name jen.Code) []jen.Code {
	var members map[string]json.RawMessage
	parseJSON(rawJSON, &members)
	for i := range d.Variants {
		v := &d.Variants[i]
		if string(members[d.Tag]) != jsonString(v.Value) {
			continue
		}
		x := g.id("x")
		made := jen.Var().Add(x.Clone()).Add(g.typ(v.Def.Go))
		if v.Pointer {
			made = define(jen.New(g.typ(v.Def.Go)), x)
		}
		body := append([]jen.Code{made}, g.presetFields(place{expr: x, pointer: v.Pointer}, v.Def, rawJSON, name)...)
		return []jen.Code{jen.Block(append(body, assign(at.value(), x.Clone()))...)}
	}
	bugf("default %s is no variant of %s", rawJSON, d.Name)
	return nil
}

// literal writes a JSON value as one of Go that is assignable to the type, or
// gives nil where that takes statements.
func (g *generator) literal(t *model.Type, rawJSON string) *jen.Statement {
	t = bare(t)
	switch t.Kind {
	case model.Bool:
		return jen.Id(rawJSON)
	case model.Int, model.Uint:
		return integerLiteral(plainText(rawJSON))
	case model.Float:
		return numeral(plainText(rawJSON))
	case model.String, model.Number:
		return quoted(plainText(rawJSON))
	case model.Duration:
		return g.durationLiteral(rawJSON)
	case model.Enum:
		return g.enumLiteral(t.Def, rawJSON)
	case model.Time:
		return g.timeLiteral(plainText(rawJSON))
	case model.Bytes:
		b, err := base64.StdEncoding.DecodeString(plainText(rawJSON))
		if err != nil {
			bugf("default %s: %v", rawJSON, err)
		}
		return g.conversion(t.Go, quoted(string(b)))
	case model.Raw:
		return g.conversion(t.Go, raw(rawJSON))
	case model.Any:
		return g.tree(rawJSON)
	case model.Slice, model.Array:
		return g.listLiteral(t, rawJSON)
	case model.Map:
		return g.mapLiteral(t, rawJSON)
	}
	return nil
}

// typed is a literal that has its type by itself.
func (g *generator) typed(t *model.Type, lit *jen.Statement, rawJSON string) *jen.Statement {
	switch t.Kind {
	case model.Bool:
		return g.convert(t.Go, "bool", lit)
	case model.Int:
		return g.convert(t.Go, "int", lit)
	case model.String:
		return g.convert(t.Go, "string", lit)
	case model.Enum:
		if _, ok := constantOf(t.Def, rawJSON); ok {
			return lit
		}
	case model.Duration:
		if d, err := time.ParseDuration(plainText(rawJSON)); err == nil && d != 0 {
			return lit
		}
	case model.Uint, model.Float, model.Number, model.Any:
	default:
		return lit
	}
	return g.conversion(t.Go, lit)
}

// enumLiteral is the constant with a value, or the value if there is none.
func (g *generator) enumLiteral(d *model.Def, rawJSON string) *jen.Statement {
	if v, ok := constantOf(d, rawJSON); ok {
		return g.constant(v)
	}
	if d.Base.Kind == model.String {
		return quoted(plainText(rawJSON))
	}
	return integerLiteral(plainText(rawJSON))
}

// constantOf finds the constant of an enum that has a value.
func constantOf(d *model.Def, rawJSON string) (model.EnumValue, bool) {
	for _, v := range d.Values {
		if plainText(v.JSON) == plainText(rawJSON) {
			return v, true
		}
	}
	return model.EnumValue{}, false
}

func (g *generator) timeLiteral(s string) *jen.Statement {
	t, err := time.Parse(time.RFC3339Nano, strings.ToUpper(s)) // RFC 3339 allows t and z
	if err != nil {
		bugf("default %q: %v", s, err)
	}
	zone := g.std("time", "UTC")
	if name, offset := t.Zone(); offset != 0 {
		zone = g.std("time", "FixedZone").Call(jen.Lit(name), jen.Lit(offset))
	}
	return g.std("time", "Date").Call(
		jen.Lit(t.Year()), g.std("time", t.Month().String()), jen.Lit(t.Day()),
		jen.Lit(t.Hour()), jen.Lit(t.Minute()), jen.Lit(t.Second()), jen.Lit(t.Nanosecond()), zone)
}

func (g *generator) listLiteral(t *model.Type, rawJSON string) *jen.Statement {
	var items []json.RawMessage
	parseJSON(rawJSON, &items)
	values := make([]jen.Code, len(items))
	for i, item := range items {
		lit := g.literal(t.Elem, string(item))
		if lit == nil {
			return nil
		}
		values[i] = lit
	}
	return g.typ(t.Go).Values(values...)
}

func (g *generator) mapLiteral(t *model.Type, rawJSON string) *jen.Statement {
	if keyKind(t.Key) == model.Text {
		return nil
	}
	var entries map[string]json.RawMessage
	parseJSON(rawJSON, &entries)
	var values []jen.Code
	for _, k := range slices.Sorted(maps.Keys(entries)) {
		lit := g.literal(t.Elem, string(entries[k]))
		if lit == nil {
			return nil
		}
		values = append(values, g.keyLiteral(t.Key, k).Op(":").Add(lit))
	}
	return g.typ(t.Go).Values(values...)
}

// keyLiteral writes the key of a map, which is a string in JSON.
func (g *generator) keyLiteral(t *model.Type, key string) *jen.Statement {
	switch t.Kind {
	case model.String:
		return quoted(key)
	case model.Int, model.Uint:
		return integerLiteral(key)
	case model.Enum:
		raw := key
		if t.Def.Base.Kind == model.String {
			raw = jsonString(key)
		}
		return g.enumLiteral(t.Def, raw)
	}
	bugf("map key %q of kind %d in a default", key, t.Kind)
	return nil
}

// tree writes any JSON value as the decoder would give it.
func (g *generator) tree(rawJSON string) *jen.Statement {
	d := json.NewDecoder(strings.NewReader(rawJSON))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		bugf("default %s: %v", rawJSON, err)
	}
	return g.treeValue(v)
}

// treeNumber writes a number as the decoder would give it: a float64, or the
// text where a float64 would lose some of it.
func (g *generator) treeNumber(text string) *jen.Statement {
	f, err := strconv.ParseFloat(text, 64)
	short := strconv.FormatFloat(f, 'g', -1, 64)
	digitsOnly := !strings.ContainsAny(text, ".eE")
	if err != nil || rational(text).Cmp(rational(short)) != 0 || digitsOnly && (f > 1<<53 || f < -1<<53) {
		return g.std("encoding/json", "Number").Call(jen.Lit(text))
	}
	return jen.Float64().Call(numeral(short))
}

func (g *generator) treeValue(v any) *jen.Statement {
	switch v := v.(type) {
	case nil:
		return jen.Nil()
	case bool:
		return jen.Lit(v)
	case string:
		return quoted(v)
	case json.Number:
		return g.treeNumber(string(v))
	case []any:
		items := make([]jen.Code, len(v))
		for i, item := range v {
			items[i] = g.treeValue(item)
		}
		return jen.Index().Id("any").Values(items...)
	case map[string]any:
		var entries []jen.Code
		for _, k := range slices.Sorted(maps.Keys(v)) {
			entries = append(entries, quoted(k).Op(":").Add(g.treeValue(v[k])))
		}
		return jen.Map(jen.String()).Id("any").Values(entries...)
	}
	bugf("default of type %T", v)
	return nil
}

func parseJSON(raw string, to any) {
	if err := json.Unmarshal([]byte(raw), to); err != nil {
		bugf("default %s: %v", raw, err)
	}
}
