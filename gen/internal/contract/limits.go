package contract

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// types gives the JSON types that a schema names; none means all.
func (s schema) types() []string {
	if t := s.text("type"); t != "" {
		return []string{t}
	}
	return s.strings("type")
}

// types reports types that from accepts and to does not. It gives false when the
// two have nothing in common.
func (n *narrowing) types(at string, from, to schema) bool {
	mine, theirs := from.types(), to.types()
	if len(theirs) == 0 {
		return true
	}
	accepts := func(t string) bool {
		return slices.Contains(theirs, t) || t == "integer" && slices.Contains(theirs, "number")
	}
	if len(mine) > 0 && !slices.ContainsFunc(mine, func(t string) bool { return !accepts(t) }) {
		return true
	}
	n.changed(at, "the type", strings.Join(mine, " or "), strings.Join(theirs, " or "))
	return slices.ContainsFunc(mine, accepts)
}

// allowed gives the values that a schema lists, as JSON, or nil when it lists
// none.
func (s schema) allowed() []string {
	list, ok := s.members["enum"].([]any)
	if !ok {
		c, ok := s.members["const"]
		if !ok {
			return nil
		}
		list = []any{c}
	}
	out := make([]string, len(list))
	for i, v := range list {
		raw, err := json.Marshal(v)
		if err != nil {
			continue // cannot happen: it has been read
		}
		out[i] = string(raw)
	}
	return out
}

// values reports listed values that from has and to has not.
func (n *narrowing) values(at string, from, to schema) {
	mine, theirs := from.allowed(), to.allowed()
	switch {
	case theirs == nil:
	case mine == nil && n.output:
		n.report(at, n.code(), "any value may come now, it was one of %s", strings.Join(theirs, ", "))
	case mine == nil:
		n.report(at, n.code(), "only %s are accepted now", strings.Join(theirs, ", "))
	default:
		for _, v := range mine {
			switch {
			case slices.Contains(theirs, v):
			case n.output:
				n.report(at, n.code(), "the value %s is new", v)
			default:
				n.report(at, n.code(), "the value %s is gone", v)
			}
		}
	}
}

// Keywords whose number bounds something from below, and from above.
var (
	lower = []string{"minLength", "minItems", "minProperties"}
	upper = []string{"maxLength", "maxItems", "maxProperties"}
)

// limits reports numbers that from accepts and to does not.
func (n *narrowing) limits(at string, from, to schema) {
	n.bound(at, from, to, "minimum", "exclusiveMinimum", +1)
	n.bound(at, from, to, "maximum", "exclusiveMaximum", -1)
	for _, keyword := range lower {
		n.bound(at, from, to, keyword, "", +1)
	}
	for _, keyword := range upper {
		n.bound(at, from, to, keyword, "", -1)
	}
	mine, theirs := from.number("multipleOf"), to.number("multipleOf")
	if theirs != nil && theirs.Sign() > 0 && (mine == nil || !new(big.Rat).Quo(mine, theirs).IsInt()) {
		n.changed(at, "multipleOf", from.literal("multipleOf"), to.literal("multipleOf"))
	}
}

// bound compares one bound, which may be said in an inclusive and in an exclusive
// way. Sign is +1 for a lower bound and -1 for an upper one.
func (n *narrowing) bound(at string, from, to schema, inclusive, exclusive string, sign int) {
	mine, mineOpen, mineText := from.tightest(inclusive, exclusive, sign)
	theirs, theirsOpen, theirsText := to.tightest(inclusive, exclusive, sign)
	if theirs == nil {
		return
	}
	if mine != nil {
		order := theirs.Cmp(mine) * sign
		if order < 0 || order == 0 && (mineOpen || !theirsOpen) {
			return
		}
	} else if sign > 0 && theirs.Sign() == 0 && exclusive == "" {
		return // counts begin at 0
	}
	n.changed(at, "the "+inclusive, mineText, theirsText)
}

// tightest gives the bound that excludes more, whether it excludes the limit
// itself, and how it is written.
func (s schema) tightest(inclusive, exclusive string, sign int) (limit *big.Rat, open bool, text string) {
	limit, text = s.number(inclusive), s.literal(inclusive)
	if ex := s.number(exclusive); ex != nil && (limit == nil || ex.Cmp(limit)*sign >= 0) {
		return ex, true, s.literal(exclusive) + " (excluded)"
	}
	return limit, false, text
}

// literal gives the number of a keyword as it is written, or "".
func (s schema) literal(keyword string) string {
	n, _ := s.members[keyword].(json.Number)
	return string(n)
}

// maxDigits bounds the numbers that are compared exactly.
const maxDigits = 400

// number gives the exact number of a keyword, or nil when there is none that can
// be compared.
func (s schema) number(keyword string) *big.Rat {
	text := strings.ToLower(s.literal(keyword))
	mantissa, exponent, _ := strings.Cut(text, "e")
	if text == "" || len(mantissa) > maxDigits {
		return nil
	}
	if exponent != "" {
		if e, err := strconv.Atoi(exponent); err != nil || e > maxDigits || e < -maxDigits {
			return nil
		}
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return r
}
