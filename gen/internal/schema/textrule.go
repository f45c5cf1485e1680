package schema

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// A textRule is a rule about what a string says: a duration, or a number in a
// string. No keyword of JSON Schema can express it, so an exact schema has a
// format of its own for each.
type textRule struct {
	Words    string // what is expected
	Duration bool   // else a number
	Rules    model.Rules
}

// textRules are rules by the name of their format. A fact of an analyzer holds
// them, whose bytes have to be the same each time; those of a map are not.
type textRules map[string]textRule

// GobEncode implements gob.GobEncoder.
func (r textRules) GobEncode() ([]byte, error) {
	return json.Marshal(map[string]textRule(r)) //nolint:musttag // nobody else reads it
}

// GobDecode implements gob.GobDecoder.
func (r *textRules) GobDecode(b []byte) error {
	return json.Unmarshal(b, (*map[string]textRule)(r)) //nolint:musttag // as above
}

// textRule gives the name of the format for the bounds of a use, or the given
// one when there are none.
func (b *builder) textRule(u *use, otherwise string, duration bool) string {
	words := rangeText(u)
	if words == "" {
		return otherwise
	}
	name := fmt.Sprintf("x-rule-%d", len(b.rules))
	b.rules[name] = textRule{words, duration, *u.rules}
	return name
}

// holds reports whether a text keeps the rule. Text that is neither a duration
// nor a number is left to the pattern.
func (r textRule) holds(text string) bool {
	if r.Duration {
		return within(&r.Rules, text, durationOf)
	}
	return within(&r.Rules, text, numberOf)
}

func durationOf(text string) *big.Rat {
	d, err := time.ParseDuration(strings.Trim(text, `"`))
	if err != nil {
		return nil
	}
	return new(big.Rat).SetInt64(int64(d))
}

func numberOf(text string) *big.Rat {
	if guardNumber(text) != nil || !json.Valid([]byte(text)) {
		return nil
	}
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return n
}

// within compares what a text means with rules.
func within(r *model.Rules, text string, value func(string) *big.Rat) bool {
	v := value(text)
	if v == nil {
		return true
	}
	breaks := func(limit string, broken func(*big.Rat) bool) bool {
		l := value(limit)
		return l != nil && broken(l)
	}
	return !breaks(r.Minimum, func(l *big.Rat) bool { return v.Cmp(l) < 0 }) &&
		!breaks(r.ExclusiveMinimum, func(l *big.Rat) bool { return v.Cmp(l) <= 0 }) &&
		!breaks(r.Maximum, func(l *big.Rat) bool { return v.Cmp(l) > 0 }) &&
		!breaks(r.ExclusiveMaximum, func(l *big.Rat) bool { return v.Cmp(l) >= 0 }) &&
		!breaks(r.MultipleOf, func(l *big.Rat) bool { return l.Sign() != 0 && !new(big.Rat).Quo(v, l).IsInt() })
}
