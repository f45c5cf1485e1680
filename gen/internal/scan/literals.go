package scan

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"go/constant"
	"go/token"
	"go/types"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// quote writes a string as JSON, without HTML escapes.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `""` // cannot happen: a string is always encodable
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// floatJSON writes a constant as JSON does a float64.
func floatJSON(v constant.Value) string {
	f, _ := constant.Float64Val(v)
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// isNumber reports whether a text is a number of JSON.
func isNumber(s string) bool {
	return s != "" && (s[0] == '-' || s[0] >= '0' && s[0] <= '9') && json.Valid([]byte(s))
}

// maxDigits bounds the numbers that are compared exactly: more would cost
// memory, and nobody means them.
const maxDigits = 400

// rational gives the exact value of a number of JSON, and false for one that is
// too long or too large to handle.
func rational(s string) (*big.Rat, bool) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(s), "e")
	if len(mantissa) > maxDigits {
		return nil, false
	}
	if exponent != "" {
		if n, err := strconv.Atoi(exponent); err != nil || n > maxDigits || n < -maxDigits {
			return nil, false
		}
	}
	return new(big.Rat).SetString(s)
}

// integerRange gives the bounds of an integer type.
func integerRange(t *model.Type) (low, high *big.Int) {
	one := big.NewInt(1)
	if t.Kind == model.Uint {
		return new(big.Int), new(big.Int).Sub(new(big.Int).Lsh(one, uint(t.Bits)), one)
	}
	half := new(big.Int).Lsh(one, uint(t.Bits-1))
	return new(big.Int).Neg(half), new(big.Int).Sub(half, one)
}

// value turns the value of a keyword into JSON that fits a type. It reports what
// does not and gives "".
func (a *applier) value(k keyword, t *model.Type) string {
	t = strip(t)
	raw, ok := a.raw(k, t)
	if !ok {
		return ""
	}
	want := misfit(raw, t)
	if want == "" {
		return normal(raw, t)
	}
	fix := "write " + want
	if t.Kind == model.Enum {
		fix = "use one of the values of the type"
		if near := diag.Nearest(k.text, append(enumWords(t.Def), enumNames(t.Def)...)); near != "" {
			fix = "did you mean " + near + "?"
		}
	}
	a.s.reportf(k.pos, diag.ValueType, fix, "%s of %s is not %s: %s", k.name, a.what, want, raw)
	return ""
}

// raw writes the value of a keyword as JSON, in the way that its type suggests:
// strings need no quotes, and a name may stand for a constant.
func (a *applier) raw(k keyword, t *model.Type) (string, bool) {
	if t.Kind == model.Enum && !k.quoted {
		for _, v := range t.Def.Values {
			if k.text == v.Const || k.text == strings.Trim(v.JSON, `"`) {
				return v.JSON, true
			}
		}
	}
	if c := a.constant(k, t); c != nil {
		raw := constantJSON(c.Val())
		if raw == "" {
			a.s.reportf(k.pos, diag.ValueType, "use another value", "%s of %s has no form in JSON: the constant is %s", k.name, a.what, c.Val())
		}
		return raw, raw != ""
	}
	switch t.Kind {
	case model.String, model.Text, model.URL, model.Bytes, model.Time, model.Duration:
		return quote(k.text), true
	case model.Enum:
		if t.Def.Base.Kind == model.String {
			return quote(k.text), true
		}
	}
	if k.quoted || !json.Valid([]byte(k.text)) {
		return quote(k.text), true
	}
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(k.text)); err != nil {
		return quote(k.text), true // cannot happen: it is valid
	}
	return b.String(), true
}

// constant finds the constant that an unquoted value names, or nil. In a tag,
// where text needs no quotes, a word for a string is that word.
func (a *applier) constant(k keyword, t *model.Type) *types.Const {
	if k.quoted || a.scope == nil || k.text == "true" || k.text == "false" || k.text == "null" {
		return nil
	}
	textual := t.Kind == model.String || t.Kind == model.Text || t.Kind == model.URL
	if k.inTag && textual {
		return nil
	}
	pkg, name, qualified := strings.Cut(k.text, ".")
	switch {
	case qualified && a.file != nil && token.IsIdentifier(pkg) && token.IsIdentifier(name):
		return a.file(pkg, name)
	case !token.IsIdentifier(k.text):
		return nil
	}
	c, _ := a.scope.Scope().Lookup(k.text).(*types.Const)
	return c
}

func enumNames(d *model.Def) []string {
	var names []string
	for _, v := range d.Values {
		names = append(names, v.Const)
	}
	return names
}

func enumWords(d *model.Def) []string {
	var words []string
	for _, v := range d.Values {
		words = append(words, strings.Trim(v.JSON, `"`))
	}
	return words
}

// normal writes an integer without fraction and exponent, and leaves all else.
func normal(raw string, t *model.Type) string {
	if t.Kind == model.Int || t.Kind == model.Uint {
		if r, ok := rational(raw); ok && r.IsInt() {
			return r.Num().String()
		}
	}
	return raw
}

// misfit says what a type wants instead of a value, or "" when the value fits.
// What is inside lists and objects is checked against the schema later.
func misfit(raw string, t *model.Type) string {
	var text string
	isText := json.Unmarshal([]byte(raw), &text) == nil && raw[0] == '"'
	switch t.Kind {
	case model.Bool:
		return unless(raw == "true" || raw == "false", "true or false")
	case model.Int, model.Uint:
		return misfitInteger(raw, t)
	case model.Float:
		return misfitFloat(raw, t.Bits)
	case model.Number:
		return unless(isNumber(raw), "a number")
	case model.String, model.Text:
		return unless(isText, "a string")
	case model.URL:
		_, err := url.Parse(text)
		return unless(isText && err == nil, "a URL")
	case model.Bytes:
		_, err := base64.StdEncoding.DecodeString(text)
		return unless(isText && err == nil, "a string in base64")
	case model.Time:
		_, err := time.Parse(time.RFC3339, text)
		return unless(isText && err == nil, `a time such as 2026-01-31T12:00:00Z`)
	case model.Duration:
		_, err := time.ParseDuration(text)
		return unless(isText && err == nil, `a duration such as 90s or 1h30m`)
	case model.Slice, model.Array:
		return unless(raw[0] == '[', "a JSON list")
	case model.Map, model.Struct, model.Union:
		return unless(raw[0] == '{', "a JSON object")
	case model.Enum:
		return misfitEnum(raw, t.Def)
	case model.Loop:
		return misfit(raw, t.Def.Base)
	default:
		return ""
	}
}

func unless(ok bool, want string) string {
	if ok {
		return ""
	}
	return want
}

func misfitInteger(raw string, t *model.Type) string {
	r, ok := rational(raw)
	if !isNumber(raw) || !ok || !r.IsInt() {
		return "an integer"
	}
	low, high := integerRange(t)
	return unless(r.Num().Cmp(low) >= 0 && r.Num().Cmp(high) <= 0, "an integer from "+low.String()+" to "+high.String())
}

func misfitFloat(raw string, bits int) string {
	_, err := strconv.ParseFloat(raw, bits)
	return unless(isNumber(raw) && err == nil, "a number that a float"+strconv.Itoa(bits)+" can hold")
}

func misfitEnum(raw string, d *model.Def) string {
	for _, v := range d.Values {
		if v.JSON == raw {
			return ""
		}
	}
	if d.Open {
		return misfit(raw, d.Base)
	}
	return "one of " + strings.Join(enumWords(d), ", ")
}

// addDefault collects the parts of a default: for a list it may be given element
// by element.
func (a *applier) addDefault(k keyword) { a.defaults = append(a.defaults, k) }

func (a *applier) finishDefault() {
	if len(a.defaults) == 0 {
		return
	}
	first := a.defaults[0]
	t := strip(a.f.Type)
	if t.Kind == model.Slice && (len(a.defaults) > 1 || !strings.HasPrefix(first.text, "[") || first.quoted) {
		if list, ok := a.list(listed(a.defaults), t); ok {
			a.f.Default, a.f.DefaultPos = list, first.pos
		}
		return
	}
	if len(a.defaults) > 1 {
		a.s.reportf(a.defaults[1].pos, diag.DuplicateKeyword, "remove one", "default is given twice for %s", a.what)
		return
	}
	if first.text == "null" && !first.quoted && t.Kind != model.String && t.Kind != model.Any && t.Kind != model.Raw {
		a.s.reportf(first.pos, diag.ValueType, "remove it: without a default the value is absent", "default of %s is null", a.what)
		return
	}
	a.f.Default, a.f.DefaultPos = a.value(first, t), first.pos
}

// listed splits the a,b,c of mcp:param. In tags the comma has another meaning.
func listed(ks []keyword) []keyword {
	var out []keyword
	for _, k := range ks {
		if k.inTag || k.quoted {
			out = append(out, k)
			continue
		}
		for part := range strings.SplitSeq(k.text, ",") {
			element := k
			element.text = part
			out = append(out, element)
		}
	}
	return out
}

// list makes a JSON list of several values.
func (a *applier) list(ks []keyword, t *model.Type) (string, bool) {
	var values []string
	for _, k := range ks {
		v := a.value(k, t.Elem)
		if v == "" {
			return "", false
		}
		values = append(values, v)
	}
	return "[" + strings.Join(values, ",") + "]", true
}

func (a *applier) addExample(k keyword) {
	t := strip(a.f.Type)
	if t.Kind == model.Slice && !strings.HasPrefix(k.text, "[") {
		if list, ok := a.list([]keyword{k}, t); ok {
			a.f.Examples = append(a.f.Examples, list)
		}
		return
	}
	if v := a.value(k, t); v != "" {
		a.f.Examples = append(a.f.Examples, v)
	}
}

func (a *applier) addEnum(k keyword) {
	r, t := a.target(k, ofScalars)
	if r == nil {
		return
	}
	v := a.value(k, t)
	if v == "" {
		return
	}
	if slices.Contains(r.Enum, v) {
		a.s.reportf(k.pos, diag.DuplicateKeyword, "remove one", "%s lists the value %s twice", a.what, v)
		return
	}
	r.Enum = append(r.Enum, v)
}

func (a *applier) setConst(k keyword) {
	if r, t := a.target(k, ofScalars); r != nil {
		r.Const = a.value(k, t)
	}
}

// number makes the meaning of a keyword that bounds a number. The bounds of a
// duration are durations.
func number(dst func(*model.Rules) *string) func(*applier, keyword) {
	return func(a *applier, k keyword) {
		r, t := a.target(k, ofNumbers)
		if r == nil {
			return
		}
		if t.Kind == model.Duration {
			*dst(r) = a.value(k, t)
			if n := boundOf(*dst(r)); k.name == "multipleOf" && n != nil && n.Sign() <= 0 {
				a.notPositive(k)
			}
			return
		}
		if c := a.constant(k, t); c != nil && (c.Val().Kind() == constant.Int || c.Val().Kind() == constant.Float) {
			k.text = constantJSON(c.Val())
		}
		value, ok := rational(k.text)
		switch {
		case !isNumber(k.text) || k.quoted || !ok:
			a.s.reportf(k.pos, diag.KeywordValue, "write a number of JSON, such as 3, -0.5 or 1e6", "%s of %s is not a number: %q", k.name, a.what, k.text)
		case k.name == "multipleOf" && value.Sign() <= 0:
			a.notPositive(k)
		case k.name == "multipleOf" && significantDigits(k.text) > maxDivisorDigits:
			a.s.reportf(k.pos, diag.KeywordValue, "write a number of at most 19 digits", "multipleOf of %s has too many digits to be checked exactly", a.what)
		default:
			a.bound(k, t, value, dst(r))
		}
	}
}

// maxDivisorDigits is how many digits a divisor may have for the runtime to
// divide by it exactly.
const maxDivisorDigits = 19

// significantDigits counts the digits of a number of JSON between its first and
// last one that is not zero.
func significantDigits(literal string) int {
	mantissa, _, _ := strings.Cut(strings.ToLower(literal), "e")
	return len(strings.Trim(strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, mantissa), "0"))
}

func (a *applier) notPositive(k keyword) {
	a.s.reportf(k.pos, diag.KeywordValue, "write a positive number", "multipleOf of %s is not positive", a.what)
}

// bound stores a bound after making sure that the type can reach it.
func (a *applier) bound(k keyword, t *model.Type, value *big.Rat, dst *string) {
	*dst = k.text
	switch t.Kind {
	case model.Int, model.Uint:
		if !value.IsInt() {
			a.s.reportf(k.pos, diag.KeywordValue, "write a whole number", "%s of %s has a fraction, and the value is an integer", k.name, a.what)
			return
		}
		*dst = value.Num().String()
		low, high := integerRange(t)
		if value.Num().Cmp(low) < 0 || value.Num().Cmp(high) > 0 {
			a.s.reportf(k.pos, diag.OutOfRange, "write a number from "+low.String()+" to "+high.String()+", or remove it",
				"%s of %s is beyond what its Go type holds: %s", k.name, a.what, k.text)
		}
	case model.Float:
		if want := misfitFloat(k.text, t.Bits); want != "" {
			a.s.reportf(k.pos, diag.OutOfRange, "write "+want, "%s of %s is beyond what its Go type holds: %s", k.name, a.what, k.text)
		}
	}
}
