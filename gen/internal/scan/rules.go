package scan

import (
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// checkRules finds rules that no value can keep, for a value and its elements.
func (a *applier) checkRules() {
	r, t := &a.f.Rules, strip(a.f.Type)
	for r != nil {
		a.contradictions(r, t)
		if t.Elem == nil {
			return
		}
		r, t = r.Items, strip(t.Elem)
	}
}

func (a *applier) contradictions(r *model.Rules, t *model.Type) {
	a.ordered(r.MinLength, r.MaxLength, "minLength", "maxLength")
	a.ordered(r.MinItems, r.MaxItems, "minItems", "maxItems")
	a.ordered(r.MinProperties, r.MaxProperties, "minProperties", "maxProperties")
	low, lowName, lowOpen := tighter(r.Minimum, r.ExclusiveMinimum, "minimum", "exclusiveMinimum", +1)
	high, highName, highOpen := tighter(r.Maximum, r.ExclusiveMaximum, "maximum", "exclusiveMaximum", -1)
	step := boundOf(r.MultipleOf)
	switch {
	case low == nil || high == nil:
	case noneBetween(low, high, lowOpen, highOpen, t):
		a.contradictf(highName, "no value is allowed between %s and %s", lowName, highName)
	case step != nil && noMultiple(step, low, high, lowOpen, highOpen):
		a.contradictf("multipleOf", "no multiple is between %s and %s", lowName, highName)
	}
	keyword, values := "enum", r.Enum
	if r.Const != "" {
		keyword, values = "const", []string{r.Const}
		if len(r.Enum) > 0 && !slices.Contains(r.Enum, r.Const) {
			a.contradictf("const", "const is none of the values of enum")
		}
	}
	a.values(keyword, values, r, low, high, lowOpen, highOpen)
	a.tooFew(r, t)
	a.formatLength(r)
}

// contradictf reports a rule at the keyword given.
func (a *applier) contradictf(keyword, format string, args ...any) {
	pos := a.at.pos
	if k, ok := a.seen[keyword]; ok {
		pos = k.pos
	}
	a.s.reportf(pos, diag.Contradiction, "change one of the rules", "the rules of "+a.what+" contradict each other: "+format, args...)
}

func (a *applier) ordered(low, high *int, lowName, highName string) {
	if low != nil && high != nil && *low > *high {
		a.contradictf(highName, "%s is %d and %s is %d", lowName, *low, highName, *high)
	}
}

// tighter chooses of an inclusive and an exclusive bound the one that excludes
// more. Sign is +1 for lower bounds and -1 for upper ones. A bound is nil when
// there is none.
func tighter(inclusive, exclusive, inclusiveName, exclusiveName string, sign int) (bound *big.Rat, name string, open bool) {
	in, ex := boundOf(inclusive), boundOf(exclusive)
	switch {
	case ex == nil:
		return in, inclusiveName, false
	case in == nil || ex.Cmp(in)*sign >= 0:
		return ex, exclusiveName, true
	default:
		return in, inclusiveName, false
	}
}

// boundOf gives the value of a bound: a number, or a duration in a string.
// It is nil when there is none.
func boundOf(literal string) *big.Rat {
	if text, err := strconv.Unquote(literal); err == nil {
		d, err := time.ParseDuration(text)
		if err != nil {
			return nil
		}
		return new(big.Rat).SetInt64(int64(d))
	}
	if !isNumber(literal) {
		return nil
	}
	r, ok := rational(literal)
	if !ok {
		return nil
	}
	return r
}

// noneBetween reports whether no value of a type is between two bounds.
func noneBetween(low, high *big.Rat, lowOpen, highOpen bool, t *model.Type) bool {
	order := low.Cmp(high)
	if order > 0 || order == 0 && (lowOpen || highOpen) {
		return true
	}
	if t.Kind != model.Int && t.Kind != model.Uint {
		return false
	}
	first, last := new(big.Rat).Set(low), new(big.Rat).Set(high) // integers, see bound
	one := big.NewRat(1, 1)
	if lowOpen {
		first.Add(first, one)
	}
	if highOpen {
		last.Sub(last, one)
	}
	return first.Cmp(last) > 0
}

// values checks that listed values keep the other rules: a value that breaks one
// can never be sent.
func (a *applier) values(keyword string, values []string, r *model.Rules, low, high *big.Rat, lowOpen, highOpen bool) {
	var re *regexp.Regexp
	if r.RE2 != "" {
		re = regexp.MustCompile(r.RE2) // translatePattern has compiled it
	}
	for _, v := range values {
		text, err := strconv.Unquote(v)
		isText := err == nil
		n := boundOf(v)
		switch {
		case n != nil && low != nil && (n.Cmp(low) < 0 || lowOpen && n.Cmp(low) == 0),
			n != nil && high != nil && (n.Cmp(high) > 0 || highOpen && n.Cmp(high) == 0):
			a.contradictf(keyword, "the value %s is outside the bounds", v)
		case n != nil && step(r, n):
			a.contradictf(keyword, "the value %s is no multiple", v)
		case isText && re != nil && !re.MatchString(text):
			a.contradictf(keyword, "the value %s does not match the pattern", v)
		case isText && r.MinLength != nil && len([]rune(text)) < *r.MinLength,
			isText && r.MaxLength != nil && len([]rune(text)) > *r.MaxLength:
			a.contradictf(keyword, "the value %s has the wrong length", v)
		}
	}
}

// step reports whether a number breaks multipleOf.
func step(r *model.Rules, n *big.Rat) bool {
	m := boundOf(r.MultipleOf)
	return m != nil && m.Sign() > 0 && !new(big.Rat).Quo(n, m).IsInt()
}

// noMultiple reports whether no multiple of step, which is positive, is between
// two bounds.
func noMultiple(step, low, high *big.Rat, lowOpen, highOpen bool) bool {
	if step.Sign() <= 0 {
		return false // reported
	}
	q := new(big.Rat).Quo(low, step)
	n := new(big.Int).Div(q.Num(), q.Denom()) // rounded down
	first := new(big.Rat).SetInt(n)
	if !q.IsInt() || lowOpen {
		first.Add(first, big.NewRat(1, 1))
	}
	order := first.Mul(first, step).Cmp(high)
	return order > 0 || order == 0 && highOpen
}

// tooFew finds lists and maps that need more different parts than there are
// values for.
func (a *applier) tooFew(r *model.Rules, t *model.Type) {
	switch {
	case t.Kind == model.Slice && r.UniqueItems && r.MinItems != nil:
		if n, ok := distinctValues(strip(t.Elem), r.Items); ok && *r.MinItems > n {
			a.contradictf("minItems", "minItems is %d, and there are %d different values", *r.MinItems, n)
		}
	case t.Kind == model.Map && r.MinProperties != nil:
		if n, ok := distinctValues(t.Key, nil); ok && *r.MinProperties > n {
			a.contradictf("minProperties", "minProperties is %d, and there are %d different names", *r.MinProperties, n)
		}
	}
}

// distinctValues counts the values of a type with rules, if they are listed.
func distinctValues(t *model.Type, r *model.Rules) (int, bool) {
	switch {
	case r != nil && r.Const != "":
		return 1, true
	case r != nil && len(r.Enum) > 0:
		return len(r.Enum), true
	case t.Kind == model.Bool:
		return 2, true
	case t.Kind == model.Enum && !t.Def.Open:
		return len(t.Def.Values), true
	default:
		return 0, false
	}
}

// formatLengths are the least and the greatest number of characters of texts
// that have a format.
var formatLengths = map[string][2]int{
	"date": {10, 10}, "date-time": {20, math.MaxInt}, "time": {9, math.MaxInt}, "duration": {3, math.MaxInt},
	"email": {3, 318}, "hostname": {1, 253}, "ipv4": {7, 15}, "ipv6": {2, 45}, "uri": {2, math.MaxInt}, "uuid": {36, 36},
}

// formatLength finds lengths that no text with the format has.
func (a *applier) formatLength(r *model.Rules) {
	lengths, ok := formatLengths[r.Format]
	switch {
	case !ok:
	case r.MaxLength != nil && *r.MaxLength < lengths[0]:
		a.contradictf("maxLength", "maxLength is %d, and the format %s needs %d characters", *r.MaxLength, r.Format, lengths[0])
	case r.MinLength != nil && *r.MinLength > lengths[1]:
		a.contradictf("minLength", "minLength is %d, and the format %s has %d characters at most", *r.MinLength, r.Format, lengths[1])
	}
}
