package codec

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"strings"
	"time"
)

// String reads a string and returns its value, which is valid until the next
// read. Own copies it.
func (d *Decoder) String(name string) ([]byte, bool) {
	data, at := d.data, d.pos
	if byteAt(data, at) == '"' {
		if end := skipWords(data, at+1); byteAt(data, end) == '"' { // as most strings
			d.at, d.pos = at, end+1
			return data[at+1 : end], true
		}
	}
	return d.stringSlow(name)
}

// stringSlow is String for those that are not plain text, after white space, and
// for other values.
func (d *Decoder) stringSlow(name string) ([]byte, bool) {
	if d.peek() != '"' {
		d.wrongType(name, "string")
		return nil, false
	}
	d.at = d.pos
	start := d.pos + 1
	end, escaped, f := scanString(d.data, start)
	if f != noFault {
		d.fail(name, end, f)
		return nil, false
	}
	d.pos = end + 1
	s := d.data[start:end]
	if escaped {
		d.text = unescape(d.text[:0], s)
		s = d.text
	}
	return s, true
}

const (
	firstRoom = 128 // bytes for the first short strings of a document
	mostRoom  = 512 // and for later ones: there are many
	maxShared = 64  // the length up to which a string is short
)

// Own copies bytes that String, Key or Discriminator returned. Short strings of
// one document share memory, a few at a time: one that is kept for long keeps
// 512 bytes with it, at most, and 128 if it is one of the first.
func (d *Decoder) Own(b []byte) string {
	n := len(b)
	if n < 2 || n > maxShared { // a string of one byte takes no memory
		return string(b)
	}
	if n > d.room.Cap()-d.room.Len() {
		size := min(max(firstRoom, 2*d.room.Cap()), mostRoom)
		d.room.Reset()
		d.room.Grow(min(size, n+len(d.data)-d.pos)) // what follows may need no more
	}
	from := d.room.Len()
	d.room.Write(b)
	return d.room.String()[from:]
}

// Bool reads true or false.
func (d *Decoder) Bool(name string) (v, ok bool) {
	c := d.peek()
	d.at = d.pos
	rest := d.data[d.pos:]
	switch {
	case c == 't' && hasPrefix(rest, "true"):
		d.pos += len("true")
		return true, true
	case c == 'f' && hasPrefix(rest, "false"):
		d.pos += len("false")
		return false, true
	}
	if text, ok := d.convertible(isBool); ok {
		return text[0] == 't', true
	}
	d.wrongType(name, "boolean")
	return false, false
}

func isBool(b []byte) bool { return string(b) == "true" || string(b) == "false" }

// Bytes reads a string of base64 with padding (RFC 4648, section 4). Line
// breaks in it are ignored, as encoding/json does.
func (d *Decoder) Bytes(name string) ([]byte, bool) {
	s, ok := d.String(name)
	if !ok {
		return nil, false
	}
	b := make([]byte, base64.StdEncoding.DecodedLen(len(s)))
	n, err := base64.StdEncoding.Decode(b, s)
	if err != nil {
		d.record(name, Violation{Keyword: ContentEncoding, Want: "base64 text", Got: d.show(),
			Hint: "encode the bytes in standard base64 with padding"})
		return nil, false
	}
	return b[:n], true
}

// Time reads an RFC 3339 date and time. Unlike time.Time's own method it
// refuses what the RFC does not have, such as a decimal comma, and accepts "t"
// and "z" in lower case. Leap seconds are refused: a time.Time cannot hold one.
func (d *Decoder) Time(name string) (time.Time, bool) {
	s, ok := d.String(name)
	if !ok {
		return time.Time{}, false
	}
	t, ok := parseTime(s)
	if !ok {
		d.Format(name, "date-time")
	}
	return t, ok
}

func parseTime(s []byte) (t time.Time, ok bool) {
	if !IsDateTime(s) {
		return t, false
	}
	if len(s) == len("2026-01-31T12:00:00Z") && s[17] < '6' { // in UTC, to the second
		at := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
		return time.Date(at(0)*100+at(2), time.Month(at(5)), at(8), at(11), at(14), at(17), 0, time.UTC), true
	}
	if last := len(s) - 1; s[10] == 't' || s[last] == 'z' {
		s = append([]byte(nil), s...)
		s[10] = 'T'
		if s[last] == 'z' {
			s[last] = 'Z'
		}
	}
	err := t.UnmarshalText(s)
	return t, err == nil
}

// Duration reads a duration in Go's form, such as "1h30m".
func (d *Decoder) Duration(name string) (time.Duration, bool) {
	s, ok := d.String(name)
	if !ok {
		return 0, false
	}
	v, err := time.ParseDuration(string(s))
	if err != nil {
		d.record(name, Violation{Keyword: Format, Want: `a duration like "1h30m" or "250ms"`, Got: d.show()})
		return 0, false
	}
	return v, true
}

// Text reads a string into u. want says in words what u accepts; the error of u
// is not shown, since it may name Go types. u must not keep the bytes it is
// given.
func (d *Decoder) Text(name string, u encoding.TextUnmarshaler, want string) bool {
	s, ok := d.String(name)
	if !ok {
		return false
	}
	if isHuge(u, s) || u.UnmarshalText(s) != nil {
		d.record(name, Violation{Keyword: Format, Want: want, Got: d.show()})
		return false
	}
	return true
}

// JSON reads any value but null into u, as Text does. u sees valid JSON with
// unique keys. Types take null for nothing to do, by convention, so that u would
// not refuse it.
func (d *Decoder) JSON(name string, u interface{ UnmarshalJSON(text []byte) error }, want string) bool {
	if d.peek() == 'n' {
		d.wrongType(name, want)
		return false
	}
	return d.JSONOrNull(name, u, want)
}

// JSONOrNull is JSON for a type that has a meaning for null.
func (d *Decoder) JSONOrNull(name string, u interface{ UnmarshalJSON(text []byte) error }, want string) bool {
	b, ok := d.RawSpan(name)
	return ok && d.unmarshal(name, b, u, want)
}

// Is reports whether the next value is of one of the JSON types that are listed
// in words, such as "string, integer or null". Others are recorded and skipped;
// what is no value is left to the reader of the value.
func (d *Decoder) Is(name, types string) bool {
	kind := kindOf(d.peek())
	switch {
	case kind == KindInvalid || strings.Contains(types, kind.String()):
		return true
	case kind != KindNumber || !strings.Contains(types, "integer"):
		d.wrongType(name, types)
		return false
	}
	end, _, f := scanNumber(d.data, d.pos)
	if f != noFault {
		return true
	}
	if exact := parseDecimal(d.data[d.pos:end]); exact.exp >= 0 {
		return true
	}
	d.at, d.pos = d.pos, end
	d.notInteger(name)
	return false
}

// unmarshal gives the value that was read last to u.
func (d *Decoder) unmarshal(name string, b []byte, u interface{ UnmarshalJSON(text []byte) error }, want string) bool {
	if isHuge(u, b) || u.UnmarshalJSON(b) != nil {
		v := Violation{Keyword: Format, Want: want}
		if c := b[0]; c != '{' && c != '[' {
			v.Got = showToken(b)
		}
		d.record(name, v)
		return false
	}
	return true
}

// isHuge recognises numbers that u, a numeric type such as those of math/big,
// would expand to megabytes of digits or take seconds to read.
func isHuge(u any, b []byte) bool {
	const most = 10000 // digits, or the exponent
	if _, numeric := u.(interface{ Sign() int }); !numeric {
		return false
	}
	if len(b) > most {
		return true
	}
	e := bytes.IndexAny(b, "eEpP") + 1
	if e == 0 {
		return false
	}
	if e < len(b) && (b[e] == '+' || b[e] == '-') {
		e++
	}
	digits := b[e:skipDigits(b, e)]
	return len(digits) > 0 && parseExponent(digits) > most
}
