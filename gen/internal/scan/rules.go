package scan

import (
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
	if low != nil && high != nil && noneBetween(low, high, lowOpen, highOpen, t) {
		a.contradictf(highName, "no value is allowed between %s and %s", lowName, highName)
	}
	keyword, values := "enum", r.Enum
	if r.Const != "" {
		keyword, values = "const", []string{r.Const}
		if len(r.Enum) > 0 && !slices.Contains(r.Enum, r.Const) {
			a.contradictf("const", "const is none of the values of enum")
		}
	}
	a.values(keyword, values, r, low, high, lowOpen, highOpen)
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
		case isText && re != nil && !re.MatchString(text):
			a.contradictf(keyword, "the value %s does not match the pattern", v)
		case isText && r.MinLength != nil && len([]rune(text)) < *r.MinLength,
			isText && r.MaxLength != nil && len([]rune(text)) > *r.MaxLength:
			a.contradictf(keyword, "the value %s has the wrong length", v)
		}
	}
}
