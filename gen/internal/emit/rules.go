package emit

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// A reporter words what generated code does about a broken rule.
type reporter struct {
	violate  func(keyword, limit string) jen.Code
	count    func(keyword string, limit int, got *jen.Statement) jen.Code
	format   func(format string) jen.Code
	pattern  func(pattern string) jen.Code
	allowed  func(values []string) jen.Code // none of values
	multiple func(divisor string) jen.Code  // checks by itself; nil: the caller does
}

// decoding reports to the decoder about a property.
func (g *generator) decoding(u use) reporter {
	return reporter{
		violate: func(keyword, limit string) jen.Code {
			return g.dec("Violate", u.label(), g.codec(keyword), quoted(limit))
		},
		count: func(keyword string, limit int, got *jen.Statement) jen.Code {
			return g.dec("ViolateCount", u.label(), g.codec(keyword), jen.Lit(limit), got)
		},
		format:   func(format string) jen.Code { return g.dec("Format", u.label(), jen.Lit(format)) },
		pattern:  func(pattern string) jen.Code { return g.dec("Pattern", u.label(), quoted(pattern)) },
		allowed:  func(values []string) jen.Code { return g.notAllowed(u, values) },
		multiple: func(divisor string) jen.Code { return g.dec("MultipleOf", u.label(), jen.Lit(divisor)) },
	}
}

// encoding reports to the encoder about the value that is being written.
func (g *generator) encoding() reporter {
	fail := func(keyword, limit string) jen.Code {
		return g.enc("Fail", jen.Lit(""), g.codec(keyword), quoted(limit))
	}
	return reporter{
		violate: fail,
		count: func(keyword string, limit int, got *jen.Statement) jen.Code {
			return g.enc("FailCount", jen.Lit(""), g.codec(keyword), jen.Lit(limit), got)
		},
		format:  func(format string) jen.Code { return fail("Format", format) },
		pattern: func(pattern string) jen.Code { return fail("Pattern", pattern) },
		allowed: func(values []string) jen.Code { return fail("Enum", "one of "+strings.Join(values, ", ")) },
	}
}

// A chain is a list of conditions of which one at most holds: if, else if, …
type chain struct {
	init  jen.Code // statement of the first if, or nil
	links []link
}

type link struct{ condition, then jen.Code }

func (c *chain) first(init jen.Code) { c.init = init }

func (c *chain) add(condition, then jen.Code) { c.links = append(c.links, link{condition, then}) }

// code is the chain as statements. rest, an if statement or nil, comes last.
func (c *chain) code(rest *jen.Statement) []jen.Code {
	if len(c.links) == 0 {
		if rest == nil {
			return nil
		}
		return []jen.Code{rest}
	}
	s := jen.Null()
	for i, l := range c.links {
		head := []jen.Code{l.condition}
		if i == 0 && c.init != nil {
			head = []jen.Code{c.init, l.condition}
		}
		if i > 0 {
			s.Else()
		}
		s.If(head...).Block(l.then)
	}
	if rest != nil {
		s.Else().Add(rest)
	}
	return []jen.Code{s}
}

// bounds are the limits of a number, with the comparison that breaks each.
func bounds(r *model.Rules) []bound {
	var out []bound
	for _, b := range []bound{
		{"Minimum", "<", r.Minimum}, {"ExclusiveMinimum", "<=", r.ExclusiveMinimum},
		{"Maximum", ">", r.Maximum}, {"ExclusiveMaximum", ">=", r.ExclusiveMaximum},
	} {
		if b.limit != "" {
			out = append(out, b)
		}
	}
	return out
}

type bound struct {
	keyword  string
	operator string
	limit    string
}

// lower tells a limit from below.
func (b bound) lower() bool { return b.operator[0] == '<' }

// boolChecks checks the rules of a boolean.
func boolChecks(u use, b *jen.Statement, rep reporter) []jen.Code {
	if u.rules == nil {
		return nil
	}
	only := u.rules.Const
	if len(u.rules.Enum) == 1 {
		only = u.rules.Enum[0]
	}
	switch only {
	case "true":
		return []jen.Code{jen.If(jen.Op("!").Add(b.Clone())).Block(rep.violate("Const", "true"))}
	case "false":
		return []jen.Code{jen.If(b.Clone()).Block(rep.violate("Const", "false"))}
	}
	return nil
}

// intChecks checks the rules of an integer n, an int64 or uint64.
func (g *generator) intChecks(t *model.Type, u use, n *jen.Statement, rep reporter) []jen.Code {
	r := u.rules
	if r == nil {
		return nil
	}
	var c chain
	var out []jen.Code
	for _, b := range bounds(r) {
		operator, limit := b.integer()
		switch lowest, highest := intRange(t); {
		case b.lower() && beyond(lowest.Cmp(limit), operator), !b.lower() && beyond(limit.Cmp(highest), operator):
			// The type does not go so far.
		case b.lower() && limit.Cmp(highest) > 0, !b.lower() && limit.Cmp(lowest) < 0:
			out = append(out, rep.violate(b.keyword, b.limit)) // no value of the type will do
		default:
			c.add(n.Clone().Op(operator).Add(numeral(limit.String())), rep.violate(b.keyword, b.limit))
		}
	}
	out = append(out, c.code(nil)...)
	out = append(out, multipleCheck(r, n, rep, func(divisor *big.Int) *jen.Statement { return numeral(divisor.String()) }, nil)...)
	return append(out, listChecks(r, n, rep, integerLiteral)...)
}

// beyond tells that no value of a type breaks a bound: the bound is outside its
// range, or at the end and inclusive.
func beyond(order int, operator string) bool {
	return order > 0 || order == 0 && len(operator) == 1
}

// integer is the bound as a comparison of integers: a fraction is rounded to
// where the integers begin or end.
func (b bound) integer() (operator string, limit *big.Int) {
	r := rational(b.limit)
	limit = new(big.Int).Div(r.Num(), r.Denom()) // rounds down
	if r.IsInt() {
		return b.operator, limit
	}
	if b.lower() {
		return "<", limit.Add(limit, big.NewInt(1))
	}
	return ">", limit
}

// intRange is the range of an integer type.
func intRange(t *model.Type) (lowest, highest *big.Int) {
	one, bits := big.NewInt(1), t.Bits
	if bits == 0 {
		bits = 64
	}
	if t.Kind == model.Uint {
		return new(big.Int), new(big.Int).Sub(new(big.Int).Lsh(one, uint(bits)), one)
	}
	highest = new(big.Int).Sub(new(big.Int).Lsh(one, uint(bits-1)), one)
	return new(big.Int).Sub(new(big.Int).Neg(highest), one), highest
}

// floatChecks checks the rules of a float of so many bits. A float32 is compared
// as one, so that 0.1 is 0.1.
func (g *generator) floatChecks(bits int, u use, f *jen.Statement, rep reporter) []jen.Code {
	r := u.rules
	if r == nil {
		return nil
	}
	var c chain
	var out []jen.Code
	for _, b := range bounds(r) {
		limit, _ := strconv.ParseFloat(b.limit, bits)
		switch {
		case math.IsInf(limit, 0) && (limit < 0) == b.lower():
			// No value is so great.
		case math.IsInf(limit, 0):
			out = append(out, rep.violate(b.keyword, b.limit))
		default:
			c.add(f.Clone().Op(b.operator).Add(numeral(b.limit)), rep.violate(b.keyword, b.limit))
		}
	}
	out = append(out, c.code(nil)...)
	inText := func(divisor string) *jen.Statement {
		number := g.std("strconv", "FormatFloat").Call(jen.Float64().Call(f.Clone()), jen.LitRune('g'), jen.Lit(-1), jen.Lit(bits))
		return jen.Op("!").Add(g.codec("IsMultipleOf").Call(number, jen.Lit(divisor)))
	}
	out = append(out, multipleCheck(r, f, rep, nil, inText)...)
	return append(out, listChecks(r, f, rep, numeral)...)
}

// numberChecks checks the rules of a json.Number, whose text is s.
func (g *generator) numberChecks(u use, s *jen.Statement, rep reporter) []jen.Code {
	r := u.rules
	if r == nil {
		return nil
	}
	var c chain
	for _, b := range bounds(r) {
		compared := g.codec("CompareNumbers").Call(s.Clone(), jen.Lit(b.limit))
		c.add(compared.Op(b.operator).Lit(0), rep.violate(b.keyword, b.limit))
	}
	inText := func(divisor string) *jen.Statement {
		return jen.Op("!").Add(g.codec("IsMultipleOf").Call(s.Clone(), jen.Lit(divisor)))
	}
	return append(c.code(nil), multipleCheck(r, s, rep, nil, inText)...)
}

// multipleCheck checks multipleOf. Integers are divided, if whole says how to
// write the divisor. All else is for the runtime, which is exact: the decoder
// knows the digits that came; otherwise inText compares.
func multipleCheck(r *model.Rules, n *jen.Statement, rep reporter, whole func(*big.Int) *jen.Statement, inText func(string) *jen.Statement) []jen.Code {
	if r.MultipleOf == "" {
		return nil
	}
	divisor := rational(r.MultipleOf)
	var broken *jen.Statement
	switch {
	case whole != nil && divisor.IsInt() && divisor.Num().IsInt64():
		if divisor.Num().Int64() == 1 {
			return nil
		}
		broken = n.Clone().Op("%").Add(whole(divisor.Num())).Op("!=").Lit(0)
	case rep.multiple != nil:
		return []jen.Code{rep.multiple(r.MultipleOf)}
	case inText != nil:
		broken = inText(r.MultipleOf)
	default:
		// An integer divided by a fraction a/b has to be a multiple of a.
		broken = n.Clone().Op("%").Add(numeral(divisor.Num().String())).Op("!=").Lit(0)
	}
	return []jen.Code{jen.If(broken).Block(rep.violate("MultipleOf", r.MultipleOf))}
}

// listChecks checks enum and const of a value that == compares. literal writes
// a JSON value as one of Go.
func listChecks(r *model.Rules, n *jen.Statement, rep reporter, literal func(string) *jen.Statement) []jen.Code {
	var out []jen.Code
	if r.Const != "" {
		out = append(out, jen.If(n.Clone().Op("!=").Add(literal(r.Const))).Block(rep.violate("Const", r.Const)))
	}
	if len(r.Enum) == 0 {
		return out
	}
	var values []jen.Code
	var words []string
	for _, v := range distinctNumbers(r.Enum) {
		values = append(values, literal(v))
		words = append(words, plainText(v))
	}
	return append(out, jen.Switch(n.Clone()).Block(
		jen.Case(values...),
		jen.Default().Block(rep.allowed(words)),
	))
}

// durationChecks checks the rules of a time.Duration. They are durations too.
func (g *generator) durationChecks(u use, t *jen.Statement, rep reporter) []jen.Code {
	if u.rules == nil {
		return nil
	}
	var c chain
	for _, b := range bounds(u.rules) {
		c.add(t.Clone().Op(b.operator).Add(g.durationLiteral(b.limit)), rep.violate(b.keyword, plainText(b.limit)))
	}
	out := c.code(nil)
	if m := u.rules.MultipleOf; m != "" {
		out = append(out, jen.If(t.Clone().Op("%").Parens(g.durationLiteral(m)).Op("!=").Lit(0)).Block(
			rep.violate("MultipleOf", plainText(m))))
	}
	return append(out, listChecks(u.rules, t, rep, g.durationLiteral)...)
}

// durationLiteral writes a duration that is given as JSON: a string in Go's
// form, or a number of nanoseconds.
func (g *generator) durationLiteral(raw string) *jen.Statement {
	s := plainText(raw)
	d, err := time.ParseDuration(s)
	if err != nil {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			bugf("duration %s", raw)
		}
		d = time.Duration(n)
	}
	return g.duration(d)
}

// rational is the exact value of a JSON number.
func rational(lexeme string) *big.Rat {
	r, ok := new(big.Rat).SetString(lexeme)
	if !ok {
		bugf("number %q", lexeme)
	}
	return r
}

// integerLiteral writes a JSON number with an integer value, such as 1e3.
func integerLiteral(lexeme string) *jen.Statement {
	r := rational(lexeme)
	if !r.IsInt() {
		bugf("integer %q", lexeme)
	}
	return numeral(r.Num().String())
}

// distinctNumbers drops values that are equal to one before, which Go refuses
// as cases of a switch.
func distinctNumbers(values []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, v := range values {
		key := v
		if !strings.HasPrefix(v, `"`) {
			key = rational(v).RatString()
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, v)
		}
	}
	return out
}
