package codec

import (
	"bytes"
	"cmp"
	"math/bits"
)

// A decimal is the exact value of a number text: its significant digits times a
// power of ten. Everything here takes time linear in the text, whatever the
// size of the exponent, and allocates nothing.
type decimal struct {
	digits   []byte // from the first digit that is not 0 to the last; may hold the point
	count    int    // of digits; 0 is zero
	exp      int64  // the weight of the last digit is 10^exp
	negative bool
}

// maxExponent is where exponents saturate: beyond any number of digits that
// fits in memory, so that sums cannot overflow or cancel out.
const maxExponent = 1 << 50

// parseDecimal reads number, which is a valid JSON number.
func parseDecimal(number []byte) (d decimal) {
	if number[0] == '-' {
		d.negative = true
		number = number[1:]
	}
	if e := bytes.IndexByte(number, 'e'); e >= 0 {
		d.exp, number = parseExponent(number[e+1:]), number[:e]
	} else if e := bytes.IndexByte(number, 'E'); e >= 0 {
		d.exp, number = parseExponent(number[e+1:]), number[:e]
	}
	point := bytes.IndexByte(number, '.')
	if point < 0 {
		point = len(number)
	}
	first, after := 0, len(number)
	for first < after && (number[first] == '0' || first == point) {
		first++
	}
	for after > first && (number[after-1] == '0' || after-1 == point) {
		after--
	}
	d.digits = number[first:after]
	d.count = after - first
	if first < point && point < after {
		d.count--
	}
	switch {
	case d.count == 0:
		d.exp = 0
	case after <= point:
		d.exp += int64(point - after)
	default:
		d.exp -= int64(after - 1 - point)
	}
	return d
}

func parseExponent(text []byte) (exp int64) {
	sign := int64(1)
	switch text[0] {
	case '-':
		sign, text = -1, text[1:]
	case '+':
		text = text[1:]
	}
	for _, c := range text {
		exp = min(exp*10+int64(c-'0'), maxExponent)
	}
	return sign * exp
}

// A fit tells how a number relates to the integers.
type fit uint8

const (
	fits     fit = iota
	tooLarge     // an integer, but beyond the type
	fraction     // no integer
)

// uint64 is the magnitude of d.
func (d *decimal) uint64() (uint64, fit) {
	switch {
	case d.count == 0:
		return 0, fits
	case d.exp < 0:
		return 0, fraction
	case int64(d.count)+d.exp > 20:
		return 0, tooLarge
	}
	var n uint64
	for _, c := range d.digits {
		if c == '.' {
			continue
		}
		var ok bool
		if n, ok = shiftIn(n, c-'0'); !ok {
			return 0, tooLarge
		}
	}
	for range d.exp {
		var ok bool
		if n, ok = shiftIn(n, 0); !ok {
			return 0, tooLarge
		}
	}
	return n, fits
}

// shiftIn is n×10 + digit.
func shiftIn(n uint64, digit byte) (uint64, bool) {
	over, n := bits.Mul64(n, 10)
	n, carry := bits.Add64(n, uint64(digit), 0)
	return n, over == 0 && carry == 0
}

// int64 is the value of d.
func (d *decimal) int64() (int64, fit) {
	const limit = 1 << 63
	n, f := d.uint64()
	switch {
	case f != fits:
		return 0, f
	case d.negative && n <= limit:
		return int64(-n), fits //nolint:gosec // two's complement: -(1<<63) fits
	case n < limit:
		return int64(n), fits //nolint:gosec // n is less than 1<<63
	}
	return 0, tooLarge
}

// multipleOf reports whether d is an integer times m, which is positive and has
// at most 19 significant digits.
func (d *decimal) multipleOf(m *decimal) bool {
	if d.count == 0 {
		return true
	}
	// Neither d nor m ends in a zero digit. Were the weight of d's last digit
	// less than that of m's, ten would have to divide the digits of d.
	shift := d.exp - m.exp
	whole := decimal{digits: m.digits, count: m.count}
	divisor, f := whole.uint64()
	if shift < 0 || f != fits || divisor == 0 {
		return false
	}
	var rest uint64
	for _, c := range d.digits {
		if c != '.' {
			rest = mulMod(rest, 10, divisor)
			rest = addMod(rest, uint64(c-'0')%divisor, divisor)
		}
	}
	for power := 10 % divisor; shift > 0; shift >>= 1 {
		if shift&1 == 1 {
			rest = mulMod(rest, power, divisor)
		}
		power = mulMod(power, power, divisor)
	}
	return rest == 0
}

// mulMod is a×b mod m for a, b < m.
func mulMod(a, b, m uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return bits.Rem64(hi, lo, m)
}

// addMod is a+b mod m for a, b < m.
func addMod(a, b, m uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	if carry != 0 || sum >= m {
		sum -= m
	}
	return sum
}

// compare is -1, 0 or +1 as d is less than, equal to or more than o.
func (d *decimal) compare(o *decimal) int {
	if s, t := d.sign(), o.sign(); s != t || s == 0 {
		return cmp.Compare(s, t)
	} else if s < 0 {
		return -compareMagnitudes(d, o)
	}
	return compareMagnitudes(d, o)
}

func (d *decimal) sign() int {
	switch {
	case d.count == 0:
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// compareMagnitudes compares two decimals that are not zero, signs aside.
func compareMagnitudes(a, b *decimal) int {
	if m, n := int64(a.count)+a.exp, int64(b.count)+b.exp; m != n {
		return cmp.Compare(m, n)
	}
	// The first digits have the same weight.
	i, j := 0, 0
	for i < len(a.digits) && j < len(b.digits) {
		switch x, y := a.digits[i], b.digits[j]; {
		case x == '.':
			i++
		case y == '.':
			j++
		case x != y:
			return cmp.Compare(x, y)
		default:
			i++
			j++
		}
	}
	// What is left of the longer one ends in a digit that is not zero.
	return cmp.Compare(a.count, b.count)
}

// IsMultipleOf reports whether number is an integer times divisor, exactly.
// Both are JSON numbers; divisor is positive and has at most 19 significant
// digits. It is false if either text is not a JSON number.
func IsMultipleOf(number, divisor string) bool {
	n, m := []byte(number), []byte(divisor)
	return isNumber(n) && isNumber(m) && isMultipleOf(n, m)
}

func isMultipleOf(number, divisor []byte) bool {
	n, m := parseDecimal(number), parseDecimal(divisor)
	return n.multipleOf(&m)
}

// CompareNumbers is -1, 0 or +1 as a is less than, equal to or more than b,
// exactly. Both are JSON numbers; a text that is none counts as 0.
func CompareNumbers(a, b string) int {
	var x, y decimal
	if t := []byte(a); isNumber(t) {
		x = parseDecimal(t)
	}
	if t := []byte(b); isNumber(t) {
		y = parseDecimal(t)
	}
	return x.compare(&y)
}
