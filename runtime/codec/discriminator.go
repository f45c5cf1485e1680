package codec

import "slices"

// Discriminator looks ahead for member tag of the object that comes next and
// returns its value, which is valid until the next read. The object is not
// consumed. If there is no object, or the member is missing or no string, a
// violation is recorded, the value is skipped and false returned.
//
// For a value it does not know, the caller records Enum under tag and calls
// Skip. The look-ahead costs time linear in the document, unions within unions
// included; it is shortest when tag comes first.
func (d *Decoder) Discriminator(tag string) ([]byte, bool) {
	if d.peek() != '{' && !d.enterText('{') {
		d.wrongType("", "object")
		return nil, false
	}
	if d.depth >= MaxDepth {
		d.fail("", d.pos, faultDepth)
		return nil, false
	}
	at, found := d.findMember(tag)
	if d.closed {
		return nil, false
	}
	if found && byteAt(d.data, at) == '"' {
		end, escaped, f := scanString(d.data, at+1)
		if f != noFault {
			d.fail(tag, end, f)
			return nil, false
		}
		value := d.data[at+1 : end]
		if escaped {
			d.text = unescape(d.text[:0], value)
			value = d.text
		}
		d.at, d.shown, d.shownAt = at, value, d.pos
		return value, true
	}
	v := Violation{Keyword: Required, Want: "a value (required)", Got: "nothing", Offset: d.offset(d.pos)}
	if found {
		v = Violation{Keyword: Type, Want: "string", Offset: d.offset(at)}
		if end, f := scanValue(d.data, at, MaxDepth-d.depth-1); f == noFault {
			v.Got, v.Hint = showTyped(d.data[at:end]), typeHint("string", d.data[at:end])
		}
	}
	if d.Skip() { // else there is a syntax error, which matters more
		d.note(tag, v)
	}
	return nil, false
}

// findMember returns the position of the value of member name of the object
// that comes next. A syntax error before it is recorded.
func (d *Decoder) findMember(name string) (at int, found bool) {
	levels := MaxDepth - d.depth - 1
	i := skipSpace(d.data, d.pos+1)
	if byteAt(d.data, i) == '}' {
		return 0, false
	}
	for {
		var f fault
		start := skipSpace(d.data, i)
		if i, f = scanKey(d.data, start); f != noFault {
			d.fail("", i, f)
			return 0, false
		}
		i = skipSpace(d.data, i)
		if keyIs(d.data[start:], name) {
			return i, true
		}
		if i, f = d.ahead.skip(d.data, i, levels); f != noFault {
			d.fail("", i, f)
			return 0, false
		}
		i = skipSpace(d.data, i)
		switch byteAt(d.data, i) {
		case ',':
			i++
		case '}':
			return 0, false
		default:
			d.fail("", i, faultMember)
			return 0, false
		}
	}
}

// keyIs reports whether the accepted string at the beginning of b is name.
func keyIs(b []byte, name string) bool {
	b = b[1:]
	if hasPrefix(b, name) && byteAt(b, len(name)) == '"' {
		return true
	}
	end, escaped, _ := scanString(b, 0)
	return escaped && string(unescape(nil, b[:end])) == name
}

// A lookahead remembers where the large containers that have been scanned ahead
// end, so that unions within them scan only what is their own.
type lookahead struct {
	spans []span // by start
	end   int    // everything scanned begins before
}

type span struct{ start, end int }

const (
	spanBytes = 16
	// spanMin is the size in bytes from which a container is remembered. Smaller
	// ones cost less to scan again than to look up.
	spanMin = 256
)

// skip returns the position after the value at i.
func (l *lookahead) skip(data []byte, i, levels int) (int, fault) {
	if c := byteAt(data, i); c != '{' && c != '[' {
		return scanScalar(data, i)
	}
	if i < l.end {
		n, known := slices.BinarySearchFunc(l.spans, i, func(s span, i int) int { return s.start - i })
		if known {
			return l.spans[n].end, noFault
		}
		return scanValue(data, i, levels)
	}
	return l.scan(data, i, levels)
}

// scan is scanValue for an object or array. It remembers the large ones.
func (l *lookahead) scan(data []byte, i, levels int) (int, fault) {
	if levels == 0 {
		return i, faultDepth
	}
	object := data[i] == '{'
	n, start := len(l.spans), i
	l.spans = append(l.spans, span{start: i})
	l.end = i + 1
	i = skipSpace(data, i+1)
	for first := true; ; first = false {
		var f fault
		switch c := byteAt(data, i); {
		case object && c == '}', !object && c == ']':
			if i++; i-start < spanMin {
				l.spans = l.spans[:n] // and with it the smaller ones inside
			} else {
				l.spans[n].end = i
			}
			return i, noFault
		case first:
		case c == ',':
			i = skipSpace(data, i+1)
		case object:
			return i, faultMember
		default:
			return i, faultElement
		}
		if object {
			if i, f = scanKey(data, i); f != noFault {
				return i, f
			}
			i = skipSpace(data, i)
		}
		if c := byteAt(data, i); c == '{' || c == '[' {
			i, f = l.scan(data, i, levels-1)
		} else {
			i, f = scanScalar(data, i)
		}
		if f != noFault {
			return i, f
		}
		i = skipSpace(data, i)
	}
}
