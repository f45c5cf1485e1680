package codec

import (
	"math"
	"strconv"
)

// Int reads an integer of at most bits bits, sign included: 8, 16, 32 or 64.
// 1.0 and 1e2 are integers too (JSON Schema, section 6.1.1). Integers pass
// through no floating-point number: every one that fits is exact.
func (d *Decoder) Int(name string, bits int) (int64, bool) {
	negative := d.peek() == '-'
	data, i := d.data, d.pos
	d.at = i
	if negative {
		i++
	}
	first, n := i, int64(0)
	for i < len(data) && isDigit(data[i]) {
		n = n*10 + int64(data[i]-'0')
		i++
	}
	// 18 digits cannot overflow. Everything unusual is left to the slow path.
	if digits := i - first; digits == 0 || digits > 18 || digits > 1 && data[first] == '0' ||
		i == len(data) || data[i] == '.' || data[i]|0x20 == 'e' {
		return d.intSlow(name, bits)
	}
	d.pos = i
	if negative {
		n = -n
	}
	if n<<(64-bits)>>(64-bits) != n {
		return d.outOfRange(name, intRange(bits))
	}
	return n, true
}

func (d *Decoder) intSlow(name string, bits int) (int64, bool) {
	number, ok := d.number(name, "integer")
	if !ok {
		return 0, false
	}
	exact := parseDecimal(number)
	n, f := exact.int64()
	switch {
	case f == fraction:
		return d.notInteger(name)
	case f == tooLarge || n<<(64-bits)>>(64-bits) != n:
		return d.outOfRange(name, intRange(bits))
	}
	return n, true
}

// Uint is Int for integers that are not negative.
func (d *Decoder) Uint(name string, bits int) (uint64, bool) {
	d.peek()
	data, i := d.data, d.pos
	d.at = i
	n := uint64(0)
	for i < len(data) && isDigit(data[i]) {
		n = n*10 + uint64(data[i]-'0')
		i++
	}
	if digits := i - d.pos; digits == 0 || digits > 19 || digits > 1 && data[d.pos] == '0' ||
		i == len(data) || data[i] == '.' || data[i]|0x20 == 'e' {
		return d.uintSlow(name, bits)
	}
	d.pos = i
	if n<<(64-bits)>>(64-bits) != n {
		_, ok := d.outOfRange(name, uintRange(bits))
		return 0, ok
	}
	return n, true
}

func (d *Decoder) uintSlow(name string, bits int) (uint64, bool) {
	number, ok := d.number(name, "integer")
	if !ok {
		return 0, false
	}
	exact := parseDecimal(number)
	n, f := exact.uint64()
	switch {
	case f == fraction:
		d.notInteger(name)
		return 0, false
	case f == tooLarge || exact.negative && n > 0 || n<<(64-bits)>>(64-bits) != n:
		d.outOfRange(name, uintRange(bits))
		return 0, false
	}
	return n, true
}

func intRange(bits int) string {
	return "an integer between " + strconv.FormatInt(-1<<(bits-1), 10) +
		" and " + strconv.FormatInt(1<<(bits-1)-1, 10)
}

func uintRange(bits int) string {
	return "an integer between 0 and " + strconv.FormatUint(math.MaxUint64>>(64-bits), 10)
}

// outOfRange records that the number last read does not fit. It returns what
// its callers return.
func (d *Decoder) outOfRange(name, want string) (int64, bool) {
	d.Violate(name, Range, want)
	return 0, false
}

func (d *Decoder) notInteger(name string) (int64, bool) {
	d.record(name, Violation{Keyword: Type, Want: "integer", Got: "number " + d.showNumber(), Hint: "send a whole number"})
	return 0, false
}

// number steps over the number that comes next and returns its text. Unless
// strict, a string that holds nothing but a number will do. want is for the
// violation otherwise.
func (d *Decoder) number(name, want string) ([]byte, bool) {
	c := d.peek()
	d.at = d.pos
	switch {
	case c == '-' || isDigit(c):
		end, _, f := scanNumber(d.data, d.pos)
		if f != noFault {
			d.fail(name, end, f)
			return nil, false
		}
		d.pos = end
		return d.data[d.at:end], true
	case c == '"':
		if text, ok := d.convertible(isNumber); ok {
			return text, true
		}
	}
	d.wrongType(name, want)
	return nil, false
}

// showNumber renders the number last read, without the quotes it may have come in.
func (d *Decoder) showNumber() string {
	if d.shownAt == d.pos {
		return showToken(d.shown)
	}
	return showToken(d.data[d.at:d.pos])
}

// powers are the powers of ten that a float64 holds exactly.
var powers = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
	1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// Float reads a number and rounds it to the nearest float of bits bits, 32 or
// 64. A number beyond the largest one is a violation; one that is closer to
// zero than the smallest is zero.
func (d *Decoder) Float(name string, bits int) (float64, bool) {
	negative := d.peek() == '-'
	data, i := d.data, d.pos
	d.at = i
	if negative {
		i++
	}
	first, m, scale := i, uint64(0), 0
	for i < len(data) && isDigit(data[i]) {
		m = m*10 + uint64(data[i]-'0')
		i++
	}
	digits := i - first
	if digits == 0 || digits > 1 && data[first] == '0' {
		return d.floatSlow(name, bits)
	}
	if i < len(data) && data[i] == '.' {
		i++
		point := i
		for i < len(data) && isDigit(data[i]) {
			m = m*10 + uint64(data[i]-'0')
			i++
		}
		if scale = i - point; scale == 0 {
			return d.floatSlow(name, bits)
		}
	}
	// A significand and a power of ten that are both exact give a quotient that
	// is rounded once, so correctly. 19 digits cannot overflow.
	if digits+scale > 19 || i == len(data) || data[i]|0x20 == 'e' {
		return d.floatSlow(name, bits)
	}
	var v float64
	switch {
	case bits == 64 && m <= 1<<53 && scale < len(powers):
		v = float64(m) / powers[scale]
	case bits == 32 && m <= 1<<24 && scale <= 10:
		v = float64(float32(m) / float32(powers[scale]))
	default:
		return d.floatSlow(name, bits)
	}
	d.pos = i
	if negative {
		v = -v
	}
	return v, true
}

func (d *Decoder) floatSlow(name string, bits int) (float64, bool) {
	number, ok := d.number(name, "number")
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(number), bits)
	if err != nil {
		d.Violate(name, Range, "a number that fits "+strconv.Itoa(bits)+" bits of floating point")
		return 0, false
	}
	return v, true
}

// Number reads a number of any size and returns its text.
func (d *Decoder) Number(name string) (string, bool) {
	number, ok := d.number(name, "number")
	return string(number), ok
}
