package codec

import (
	"encoding"
	"strconv"
)

// maxIntegerDigits bounds what a short text such as 1e1000000 may be expanded to.
const maxIntegerDigits = 10000

// Integer reads an integer of any size into u, such as a *big.Int. As for Int,
// 1.0 and 1e2 are integers. One of more than 10 000 digits is a violation. u is
// given plain digits with a sign before them, and must not keep them.
func (d *Decoder) Integer(name string, u encoding.TextUnmarshaler) bool {
	number, ok := d.number(name, "integer")
	if !ok {
		return false
	}
	exact := parseDecimal(number)
	if exact.exp < 0 {
		d.notInteger(name)
		return false
	}
	if int64(exact.count)+exact.exp > maxIntegerDigits {
		d.outOfRange(name, "an integer of at most "+strconv.Itoa(maxIntegerDigits)+" digits")
		return false
	}
	d.text = exact.appendInteger(d.text[:0])
	if u.UnmarshalText(d.text) != nil {
		d.Violate(name, Type, "an integer")
		return false
	}
	return true
}

// appendInteger appends the digits of a decimal that is an integer.
func (d *decimal) appendInteger(b []byte) []byte {
	if d.count == 0 {
		return append(b, '0')
	}
	if d.negative {
		b = append(b, '-')
	}
	for _, c := range d.digits {
		if c != '.' {
			b = append(b, c)
		}
	}
	for range d.exp {
		b = append(b, '0')
	}
	return b
}
