package differ

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
)

// number writes a number for a schema: mostly one of those near its bounds.
func (m *Maker) number(schema map[string]any, integer bool) {
	step := ratOf(schema["multipleOf"])
	if integer {
		one := big.NewRat(1, 1)
		if step == nil {
			step = one
		} else {
			step = new(big.Rat).SetInt(step.Num()) // the least integer among its multiples
		}
	}
	for range 20 {
		x := m.candidate(schema)
		if step != nil && !m.harm() {
			x = multiple(x, step)
		}
		if m.harm() || inside(schema, x) {
			m.raw(m.spell(decimal(x)))
			return
		}
	}
	m.raw(m.spell(decimal(m.candidate(schema))))
}

// candidate is a number at a bound, beside it, or anywhere.
func (m *Maker) candidate(schema map[string]any) *big.Rat {
	var bounds []*big.Rat
	for _, word := range []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"} {
		if b := ratOf(schema[word]); b != nil {
			bounds = append(bounds, b)
		}
	}
	if len(bounds) > 0 && m.chance(600) {
		near := pick(m, []*big.Rat{big.NewRat(0, 1), big.NewRat(1, 1), big.NewRat(-1, 1), big.NewRat(1, 2), big.NewRat(-1, 4)})
		return new(big.Rat).Add(pick(m, bounds), near)
	}
	switch m.Rand.IntN(4) {
	case 0:
		return big.NewRat(int64(m.Rand.IntN(21)-10), 1)
	case 1:
		return big.NewRat(int64(m.Rand.IntN(2001)-1000), 8)
	case 2:
		return big.NewRat(m.Rand.Int64N(1<<40), 1)
	default:
		return big.NewRat(int64(m.Rand.IntN(100)), 1)
	}
}

// multiple is the multiple of a step below x.
func multiple(x, step *big.Rat) *big.Rat {
	q := new(big.Rat).Quo(x, step)
	n := new(big.Int).Div(q.Num(), q.Denom())
	return new(big.Rat).Mul(new(big.Rat).SetInt(n), step)
}

func inside(schema map[string]any, x *big.Rat) bool {
	for word, bad := range map[string]func(c int) bool{
		"minimum":          func(c int) bool { return c < 0 },
		"maximum":          func(c int) bool { return c > 0 },
		"exclusiveMinimum": func(c int) bool { return c <= 0 },
		"exclusiveMaximum": func(c int) bool { return c >= 0 },
	} {
		if b := ratOf(schema[word]); b != nil && bad(x.Cmp(b)) {
			return false
		}
	}
	return true
}

func ratOf(v any) *big.Rat {
	n, ok := v.(json.Number)
	if !ok {
		return nil
	}
	r, ok := new(big.Rat).SetString(string(n))
	if !ok {
		return nil
	}
	return r
}

// decimal writes a number exactly where that takes 12 decimals at most.
func decimal(x *big.Rat) string {
	if x.IsInt() {
		return x.Num().String()
	}
	return strings.TrimRight(x.FloatString(12), "0")
}

// spell writes a number in another way at times.
func (m *Maker) spell(lit string) string {
	if !m.chance(m.Spellings) || strings.ContainsAny(lit, "eE") {
		return lit
	}
	if strings.Contains(lit, ".") {
		return pick(m, []string{lit + "0", lit + "e0", lit + "E+00"})
	}
	spellings := []string{lit + ".0", lit + "e0", lit + ".000e+0"}
	if strings.Trim(lit, "-0") != "" {
		spellings = append(spellings, lit+"0e-1")
	}
	if digits := strings.TrimRight(lit, "0"); digits != lit && digits != "" && digits != "-" {
		spellings = append(spellings, digits+"E"+strconv.Itoa(len(lit)-len(digits)))
	}
	return pick(m, spellings)
}
