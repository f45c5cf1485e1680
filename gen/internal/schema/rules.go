package schema

import (
	"encoding/json"
	"math/big"

	"github.com/invopop/jsonschema"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// Patterns of numbers inside strings: the keys of maps and the ",string" option.
// An integer has one spelling.
const (
	intPattern    = `^(0|-?[1-9][0-9]*)$`
	uintPattern   = `^(0|[1-9][0-9]*)$`
	numberPattern = `^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`
)

// durationPattern is what time.ParseDuration reads.
const durationPattern = `^[+-]?(0|(([0-9]+\.?[0-9]*|\.[0-9]+)(h|m|s|ms|us|µs|μs|ns))+)$`

// Formats for checking values only: strings that package time reads. A duration
// may be too long for it, a date-time may be a leap second.
const (
	goDuration = "x-go-duration"
	goTime     = "x-go-time"
)

// integer makes the schema of an integer with the bounds of its Go type.
func (b *builder) integer(t *model.Type) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "integer"}
	wide := t.Bits == 64 && b.profile != Full
	one := big.NewInt(1)
	if t.Kind == model.Uint {
		s.Minimum = "0"
		if !wide {
			s.Maximum = literal(new(big.Int).Sub(new(big.Int).Lsh(one, uint(t.Bits)), one))
		}
		return s
	}
	if !wide {
		limit := new(big.Int).Lsh(one, uint(t.Bits-1))
		s.Minimum = literal(new(big.Int).Neg(limit))
		s.Maximum = literal(limit.Sub(limit, one))
	}
	return s
}

// float makes the schema of a floating-point number. The greatest ones are not
// worth publishing, but a default must not exceed them.
func (b *builder) float(t *model.Type) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "number"}
	if !b.exact {
		return s
	}
	s.Minimum, s.Maximum = "-1.7976931348623157e308", "1.7976931348623157e308"
	if t.Bits == 32 {
		s.Minimum, s.Maximum = "-3.4028235e38", "3.4028235e38"
	}
	return s
}

func (b *builder) duration(u *use) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string", Pattern: durationPattern}
	if b.exact {
		s.Format = b.textRule(u, goDuration, true)
	}
	return s
}

func (b *builder) time() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string", Format: "date-time"}
	if b.exact {
		s.Format = goTime
	}
	return s
}

// quoted makes the schema of a value with the ",string" option. Keywords do not
// look into strings, so its rules are told in words.
func (b *builder) quoted(t *model.Type, u *use) typed {
	s := &jsonschema.Schema{Type: "string"}
	what := "An integer in a string"
	if t.Kind == model.Enum && t.Def.Base.Kind != model.String {
		return b.quotedEnum(t.Def, u)
	}
	switch t.Kind {
	case model.Bool:
		s.Enum = []any{"true", "false"}
		return typed{schema: s}
	case model.Int:
		s.Pattern = intPattern
	case model.Uint:
		s.Pattern = uintPattern
	case model.Float, model.Number:
		s.Pattern = numberPattern
		what = "A number in a string"
	default: // a string, which may be an enum
		s.Pattern, s.ContentMediaType = `^".*"$`, "application/json"
		return typed{schema: s, note: "JSON inside a string."}
	}
	if b.exact {
		s.Format = b.textRule(u, "", false)
	}
	if u != nil && u.rules != nil {
		for _, raw := range u.rules.Enum {
			s.Enum = append(s.Enum, raw)
		}
	}
	return typed{schema: s, note: sentence(what, rangeText(u))}
}

// quotedEnum makes the schema of an enum of integers inside a string.
func (b *builder) quotedEnum(d *model.Def, u *use) typed {
	if d.Open {
		t := b.quoted(d.Base, u)
		t.doc, t.note = d.Doc, enumNote(d)
		return t
	}
	s := &jsonschema.Schema{Type: "string"}
	for _, v := range d.Values {
		s.Enum = append(s.Enum, v.JSON)
	}
	return typed{schema: s, doc: d.Doc, note: enumNote(d)}
}

// apply adds the rules of a use to the schema of its type.
func (b *builder) apply(s *jsonschema.Schema, t *model.Type, u *use) {
	if u == nil || u.rules == nil {
		return
	}
	r := u.rules
	if t.Kind != model.Duration { // whose bounds are strings
		s.Minimum, s.ExclusiveMinimum = b.lower(u, s.Minimum, r.Minimum, r.ExclusiveMinimum)
		s.Maximum, s.ExclusiveMaximum = b.upper(u, s.Maximum, r.Maximum, r.ExclusiveMaximum)
		s.MultipleOf = b.number(u, r.MultipleOf)
	}
	setCount(&s.MinLength, r.MinLength)
	setCount(&s.MaxLength, r.MaxLength)
	setCount(&s.MinItems, r.MinItems)
	setCount(&s.MaxItems, r.MaxItems)
	setCount(&s.MinProperties, r.MinProperties)
	setCount(&s.MaxProperties, r.MaxProperties)
	s.UniqueItems = r.UniqueItems
	if r.Pattern != "" {
		s.Pattern = r.Pattern
		if r.RE2 != "" && r.RE2 != r.Pattern {
			b.patterns = append(b.patterns, pattern{s, r.Pattern, r.RE2})
		}
	}
	if r.Format != "" {
		s.Format = r.Format
	}
	if len(r.Enum) > 0 {
		s.Enum = nil
		for _, raw := range r.Enum {
			v := value{pos: u.field.Pos, code: diag.BadEnumValue, what: "enum value of " + u.field.Name,
				fix: "remove the value, or change the rule", json: raw}
			if b.expect(u.field, v) {
				s.Enum = append(s.Enum, json.RawMessage(raw))
			}
		}
	}
	if r.Const != "" {
		v := value{pos: u.field.Pos, code: diag.BadEnumValue, what: "const of " + u.field.Name,
			fix: "change one of the two", json: r.Const}
		if b.expect(u.field, v) {
			s.Const = json.RawMessage(r.Const)
		}
	}
}

// lower gives the lower bounds of a number: the inclusive one of its Go type
// and the author's, whichever is tighter.
func (b *builder) lower(u *use, of json.Number, minimum, exclusive string) (json.Number, json.Number) {
	low, over := b.number(u, minimum), b.number(u, exclusive)
	if low == "" || of != "" && compare(of, low) > 0 {
		low = of
	}
	if over != "" && low != "" && compare(over, low) >= 0 {
		low = ""
	}
	return low, over
}

// upper is lower upside down.
func (b *builder) upper(u *use, of json.Number, maximum, exclusive string) (json.Number, json.Number) {
	high, under := b.number(u, maximum), b.number(u, exclusive)
	if high == "" || of != "" && compare(of, high) < 0 {
		high = of
	}
	if under != "" && high != "" && compare(under, high) <= 0 {
		high = ""
	}
	return high, under
}

// number takes a number of a rule, or reports it and gives "" when it is too
// long for a validator to compare exactly.
func (b *builder) number(u *use, lit string) json.Number {
	if lit == "" {
		return ""
	}
	if err := guardNumber(lit); err != nil {
		b.diags.Add(u.field.Pos, diag.HugeNumber, "give a number that the type can hold", "a rule of %s: %v", u.field.Name, err)
		return ""
	}
	return json.Number(lit)
}

// compare compares two numbers that passed guardNumber.
func compare(a, b json.Number) int {
	x, okx := new(big.Rat).SetString(string(a))
	y, oky := new(big.Rat).SetString(string(b))
	if !okx || !oky {
		return 0
	}
	return x.Cmp(y)
}

func literal(n *big.Int) json.Number { return json.Number(n.String()) }

func count(n int64) *uint64 {
	u := uint64(max(n, 0))
	return &u
}

func setCount(to **uint64, n *int) {
	if n != nil {
		*to = count(int64(*n))
	}
}

// keyValues gives the constants of an enum as the keys of a map.
func keyValues(d *model.Def) []any {
	var out []any
	for _, v := range d.Values {
		var name string
		if json.Unmarshal([]byte(v.JSON), &name) != nil {
			name = v.JSON // an integer becomes a string as a key
		}
		out = append(out, name)
	}
	return out
}
