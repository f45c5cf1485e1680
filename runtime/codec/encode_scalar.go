package codec

import (
	"math"
	"strconv"
	"time"
)

// Int appends an integer.
func (e *Encoder) Int(n int64) { e.buf = strconv.AppendInt(e.buf, n, 10) }

// Uint appends an integer that is not negative.
func (e *Encoder) Uint(n uint64) { e.buf = strconv.AppendUint(e.buf, n, 10) }

// Bool appends true or false.
func (e *Encoder) Bool(v bool) { e.buf = strconv.AppendBool(e.buf, v) }

// Null appends null.
func (e *Encoder) Null() { e.buf = append(e.buf, "null"...) }

// Float appends the shortest number that reads back as f, a float of bits bits,
// 32 or 64. NaN and infinities are violations.
func (e *Encoder) Float(f float64, bits int) {
	size := math.Abs(f)
	switch {
	case !(size <= math.MaxFloat64):
		e.add("", Violation{Keyword: Range, Want: "a finite number", Got: strconv.FormatFloat(f, 'g', -1, 64)})
		e.buf = append(e.buf, '0')
	case f == math.Trunc(f) && size < 1<<24 && (f != 0 || !math.Signbit(f)):
		e.buf = strconv.AppendInt(e.buf, int64(f), 10)
	case bits == 64 && size < 1e9 && isDecimal(size):
		e.decimal(f)
	case size == 0 || inPlainRange(size, bits):
		e.buf = strconv.AppendFloat(e.buf, f, 'f', -1, bits)
	default:
		e.buf = strconv.AppendFloat(e.buf, f, 'e', -1, bits)
		// e-09 is written e-9.
		if n := len(e.buf); e.buf[n-4] == 'e' && e.buf[n-3] == '-' && e.buf[n-2] == '0' {
			e.buf[n-2] = e.buf[n-1]
			e.buf = e.buf[:n-1]
		}
	}
}

// isDecimal tells that a float64 has the value of a number of three decimals at
// most, as prices and measurements have. No other number with so few digits is
// nearer to it, so that this is the shortest one.
func isDecimal(size float64) bool {
	thousandths := math.Trunc(size*1000 + 0.5)
	return size >= 1e-3 && thousandths/1000 == size
}

// decimal appends a number that isDecimal, without the zeros at its end.
func (e *Encoder) decimal(f float64) {
	if f < 0 {
		e.buf = append(e.buf, '-')
		f = -f
	}
	thousandths := uint64(f*1000 + 0.5)
	e.buf = strconv.AppendUint(e.buf, thousandths/1000, 10)
	rest := thousandths % 1000
	if rest == 0 {
		return
	}
	digits := [4]byte{'.', byte('0' + rest/100), byte('0' + rest/10%10), byte('0' + rest%10)}
	n := len(digits)
	for digits[n-1] == '0' {
		n--
	}
	e.buf = append(e.buf, digits[:n]...)
}

// inPlainRange tells the numbers that are written without an exponent, as in
// ECMAScript.
func inPlainRange(size float64, bits int) bool {
	if bits == 32 {
		return float32(size) >= 1e-6 && float32(size) < 1e21
	}
	return size >= 1e-6 && size < 1e21
}

// Time appends an RFC 3339 string with as many fractional digits as needed. A
// year beyond 0 to 9999, or an offset of a day or more, is a violation.
func (e *Encoder) Time(t time.Time) {
	if t.Location() == time.UTC && t.Nanosecond() == 0 && uint(t.Year()) <= 9999 {
		e.seconds(t)
		return
	}
	from := len(e.buf)
	e.buf = append(e.buf, '"')
	text, err := t.AppendText(e.buf)
	if err != nil {
		e.add("", Violation{Keyword: Format, Want: formatWant("date-time"), Got: "a time beyond RFC 3339"})
		e.buf = append(e.buf[:from], `"0001-01-01T00:00:00Z"`...)
		return
	}
	e.buf = text
	e.buf = append(e.buf, '"')
}

// seconds appends a time in UTC that has no fraction.
func (e *Encoder) seconds(t time.Time) {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	e.buf = append(e.buf, '"', tens(year/100), digit(year/100), tens(year), digit(year), '-', tens(int(month)), digit(int(month)), '-', tens(day), digit(day),
		'T', tens(hour), digit(hour), ':', tens(minute), digit(minute), ':', tens(second), digit(second), 'Z', '"')
}

// tens and digit are the last two decimal digits of n.
func tens(n int) byte  { return '0' + byte(uint(n)/10%10) }
func digit(n int) byte { return '0' + byte(uint(n)%10) }

// Duration appends a string in Go's form, such as "1h30m0s".
func (e *Encoder) Duration(v time.Duration) {
	e.buf = append(append(append(e.buf, '"'), v.String()...), '"')
}

// Number appends a JSON number given as text; "" is 0, as in encoding/json. Any
// other text is a violation.
func (e *Encoder) Number(s string) {
	switch {
	case s == "":
		s = "0"
	case !isNumber([]byte(s)):
		e.add("", Violation{Keyword: Type, Want: "number", Got: quote(clip(s, clipRunes))})
		s = "0"
	}
	e.buf = append(e.buf, s...)
}

// QuotedInt appends an integer inside a string, as the ",string" option of
// encoding/json has it.
func (e *Encoder) QuotedInt(n int64) {
	e.buf = append(strconv.AppendInt(append(e.buf, '"'), n, 10), '"')
}

// QuotedUint is QuotedInt for integers that are not negative.
func (e *Encoder) QuotedUint(n uint64) {
	e.buf = append(strconv.AppendUint(append(e.buf, '"'), n, 10), '"')
}

// QuotedFloat appends what Float does, inside a string.
func (e *Encoder) QuotedFloat(f float64, bits int) {
	e.buf = append(e.buf, '"')
	e.Float(f, bits)
	e.buf = append(e.buf, '"')
}

// QuotedBool appends true or false inside a string.
func (e *Encoder) QuotedBool(v bool) {
	e.buf = append(strconv.AppendBool(append(e.buf, '"'), v), '"')
}

// QuotedString appends a string that is written as JSON inside a string.
func (e *Encoder) QuotedString(s string) {
	e.text = AppendString(e.text[:0], s)
	e.buf = append(AppendEscaped(append(e.buf, '"'), e.text), '"')
}
