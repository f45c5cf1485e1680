package codec

import "strconv"

// The methods in this file read what the ",string" option of encoding/json
// writes: a scalar inside a string. The target is a string, so a bare number or
// boolean is refused.

// QuotedInt reads an integer of the given size inside a string. Unlike Int
// it wants plain digits.
func (d *Decoder) QuotedInt(name string, bits int) (int64, bool) {
	s, ok := d.quoted(name, "a string holding an integer", isPlainInteger)
	if !ok {
		return 0, false
	}
	exact := parseDecimal(s)
	n, f := exact.int64()
	if f != fits || n<<(64-bits)>>(64-bits) != n {
		return d.outOfRange(name, "a string holding "+intRange(bits))
	}
	return n, true
}

// QuotedUint is QuotedInt for integers that are not negative.
func (d *Decoder) QuotedUint(name string, bits int) (uint64, bool) {
	s, ok := d.quoted(name, "a string holding an integer", isPlainInteger)
	if !ok {
		return 0, false
	}
	exact := parseDecimal(s)
	n, f := exact.uint64()
	if f != fits || exact.negative && n > 0 || n<<(64-bits)>>(64-bits) != n {
		d.outOfRange(name, "a string holding "+uintRange(bits))
		return 0, false
	}
	return n, true
}

// QuotedFloat reads a number that fits a float of the given size inside
// a string.
func (d *Decoder) QuotedFloat(name string, bits int) (float64, bool) {
	s, ok := d.quoted(name, "a string holding a number", isNumber)
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(s), bits)
	if err != nil {
		d.outOfRange(name, "a string holding a number that fits "+strconv.Itoa(bits)+" bits of floating point")
		return 0, false
	}
	return v, true
}

// QuotedBool reads true or false inside a string.
func (d *Decoder) QuotedBool(name string) (v, ok bool) {
	s, ok := d.quoted(name, "a string holding true or false", isBool)
	return ok && s[0] == 't', ok
}

// QuotedString reads a string that is written as JSON inside a string.
func (d *Decoder) QuotedString(name string) (string, bool) {
	s, ok := d.quoted(name, "a string holding a quoted string", isQuoted)
	if !ok {
		return "", false
	}
	return string(unescape(nil, s[1:len(s)-1])), true
}

// quoted reads a string whose value is as accepts says.
func (d *Decoder) quoted(name, want string, accepts func([]byte) bool) ([]byte, bool) {
	if d.peek() != '"' {
		d.wrongType(name, want)
		return nil, false
	}
	s, ok := d.String(name)
	if ok && !accepts(s) {
		d.Fail(name, want)
		return nil, false
	}
	return s, ok
}

// isPlainInteger reports whether b is an integer in plain digits. There is one
// spelling for each: -0 is none.
func isPlainInteger(b []byte) bool { return isInteger(b) && string(b) != "-0" }

// isInteger reports whether b is an integer in plain digits.
func isInteger(b []byte) bool {
	end, plain, f := scanNumber(b, 0)
	return f == noFault && plain && end == len(b)
}

func isQuoted(b []byte) bool {
	if byteAt(b, 0) != '"' {
		return false
	}
	end, _, f := scanString(b, 1)
	return f == noFault && end == len(b)-1
}
