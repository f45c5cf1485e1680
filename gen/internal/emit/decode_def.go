package emit

import (
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// enumDecoder emits the function that reads one of the constants of an enum.
func (g *generator) enumDecoder(d *model.Def) {
	n := g.names.defs[d]
	read, from := "String", "s"
	args := []jen.Code{g.id("name")}
	switch d.Base.Kind {
	case model.Int:
		read, from = "Int", "n"
		args = append(args, jen.Lit(d.Base.Bits))
	case model.Uint:
		read, from = "Uint", "n"
		args = append(args, jen.Lit(d.Base.Bits))
	}
	value, v := g.id(from), g.id("v")
	var cases []jen.Code
	for _, c := range distinct(d.Values) {
		match := numeral(c.JSON)
		if d.Base.Kind == model.String {
			match = quoted(plainText(c.JSON))
		}
		cases = append(cases, jen.Case(match).Block(assign(jen.Op("*").Add(v.Clone()), g.constant(c))))
	}
	cases = append(cases, jen.Default().Block(
		g.dec("Enum", g.id("name"), jen.Id(g.enumValues(d)).Index(jen.Op(":")))))
	subject := value.Clone()
	if d.Base.Kind == model.String {
		subject = jen.String().Call(value.Clone())
	}
	body := g.whenOK(from, g.dec(read, args...), jen.Switch(subject).Block(cases...))
	g.declare(n.decode+" reads one "+goName(d)+".",
		jen.Func().Id(n.decode).Params(
			g.id("d").Op("*").Add(g.codec("Decoder")),
			g.id("name").String(),
			v.Clone().Op("*").Add(g.typ(d.Go)),
		).Block(body.code()...))
}

// constant is a constant of an enum.
func (g *generator) constant(v model.EnumValue) *jen.Statement {
	if v.Const == "" { // it cannot be named from here
		if strings.HasPrefix(v.JSON, `"`) {
			return quoted(plainText(v.JSON))
		}
		return numeral(v.JSON)
	}
	if v.Pkg.PkgPath == g.p.Path {
		return jen.Id(v.Const)
	}
	return g.qual(v.Pkg.PkgPath, v.Pkg.PkgName, v.Const)
}

// enumValues is the table of what an enum allows.
func (g *generator) enumValues(d *model.Def) string {
	name := g.names.defs[d].values
	for _, l := range g.lists {
		if l.name == name {
			return name
		}
	}
	var values []string
	for _, v := range distinct(d.Values) {
		values = append(values, plainText(v.JSON))
	}
	g.list(name, values)
	return name
}

// enumUse adds the values of an enum to the rules of a use.
func (g *generator) enumUse(d *model.Def, u use) use {
	var rules model.Rules
	if u.rules != nil {
		rules = *u.rules
	}
	if !d.Open && len(rules.Enum) == 0 {
		for _, v := range distinct(d.Values) {
			rules.Enum = append(rules.Enum, v.JSON)
		}
	}
	u.rules = &rules
	return u
}

// distinct drops constants that have the value of one before.
func distinct(values []model.EnumValue) []model.EnumValue {
	var out []model.EnumValue
	seen := map[string]bool{}
	for _, v := range values {
		if !seen[v.JSON] {
			seen[v.JSON] = true
			out = append(out, v)
		}
	}
	return out
}

// unionDecoder emits the function that reads one variant of a union, and the
// functions of variants that do not have the discriminator as a field.
func (g *generator) unionDecoder(d *model.Def) {
	n := g.names.defs[d]
	v, kind, ok := g.id("v"), g.id("k"), g.id("ok")
	var cases []jen.Code
	for i := range d.Variants {
		variant := &d.Variants[i]
		x := g.id("x")
		made, arg, value := jen.Var().Add(x).Add(g.typ(variant.Def.Go)), jen.Op("&").Add(x.Clone()), x.Clone()
		if variant.Pointer {
			made, arg = define(jen.New(g.typ(variant.Def.Go)), x), x.Clone()
		}
		cases = append(cases, jen.Case(jen.Lit(variant.Value)).Block(
			made,
			jen.Id(g.variantNames(d, variant).decode).Call(g.id("d"), arg),
			assign(jen.Op("*").Add(v.Clone()), value),
		))
	}
	tags := make([]string, len(d.Variants))
	for i, variant := range d.Variants {
		tags[i] = variant.Value
	}
	g.list(n.values, tags)
	cases = append(cases, jen.Default().Block(
		g.dec("Enum", jen.Lit(d.Tag), jen.Id(n.values).Index(jen.Op(":"))),
		g.dec("Skip"),
	))
	g.declare(n.decode+" reads one "+goName(d)+", told by "+d.Tag+".",
		jen.Func().Id(n.decode).Params(
			g.id("d").Op("*").Add(g.codec("Decoder")),
			v.Clone().Op("*").Add(g.typ(d.Go)),
		).Block(
			define(g.dec("Discriminator", jen.Lit(d.Tag)), kind, ok),
			jen.If(jen.Op("!").Add(ok.Clone())).Block(jen.Return()),
			jen.Switch(jen.String().Call(kind.Clone())).Block(cases...),
		))
	for i := range d.Variants {
		if variant := &d.Variants[i]; !tagged(d, variant) {
			g.structDecoder(variant.Def, g.names.members[variant], "one "+goName(variant.Def)+" as a "+goName(d), d.Tag)
		}
	}
}

// variantNames are the names of the functions of a variant.
func (g *generator) variantNames(union *model.Def, v *model.Variant) *defNames {
	if tagged(union, v) {
		return g.names.defs[v.Def]
	}
	return g.names.members[v]
}

// wanted says for a model what a type with its own text or JSON form reads.
func wanted(t *model.Type) string {
	if words := formatWords[t.Format]; words != "" {
		return words
	}
	if t.Go.Form != model.Named {
		return "a valid value"
	}
	if words := typeWords[t.Go.PkgPath+"."+t.Go.Name]; words != "" {
		return words
	}
	return "a valid " + spoken(t.Go.Name)
}

// typeWords are the forms of types of the standard library.
var typeWords = map[string]string{
	"log/slog.Level":     "a log level: DEBUG, INFO, WARN or ERROR",
	"math/big.Float":     "a number in a string",
	"math/big.Int":       "an integer",
	"math/big.Rat":       "a fraction such as 3/4",
	"net.IP":             "an IP address",
	"net/netip.Addr":     "an IP address",
	"net/netip.AddrPort": "an IP address and port such as 10.0.0.1:80",
	"net/netip.Prefix":   "an IP network such as 10.0.0.0/8",
}

var formatWords = map[string]string{
	"date":          "a date such as 2026-01-31",
	"date-time":     "a date and time such as 2026-01-31T12:00:00Z",
	"email":         "an email address",
	"hostname":      "a host name",
	"ipv4":          "an IPv4 address",
	"ipv6":          "an IPv6 address",
	"regex":         "a regular expression",
	"uri":           "a URI",
	"uri-reference": "a URI or a relative reference",
	"uuid":          "a UUID",
}

// spoken is an identifier in words: "AddrPort" becomes "addr port".
func spoken(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
