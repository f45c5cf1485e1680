package codec

// This file and strings.go are the scanner: functions from (data, position) to
// the position after a token. They keep no state and copy nothing.

// MaxDepth is how deep objects and arrays may be nested.
const MaxDepth = 256

// skipSpace returns the position of the first byte at or after i that is no
// white space.
func skipSpace(data []byte, i int) int {
	for i < len(data) && isSpace(data[i]) {
		i++
	}
	return i
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t'
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// byteAt is data[i], or 0 after the end.
func byteAt(data []byte, i int) byte {
	if i < len(data) {
		return data[i]
	}
	return 0
}

// scanNumber scans the number at i. plain tells that it has neither fraction
// nor exponent. It does not look at what follows: the next token is checked by
// whoever reads it.
func scanNumber(data []byte, i int) (end int, plain bool, f fault) {
	if byteAt(data, i) == '-' {
		i++
	}
	switch c := byteAt(data, i); {
	case c == '0':
		i++
	case isDigit(c):
		i = skipDigits(data, i)
	default:
		return i, false, faultDigit
	}
	plain = true
	if byteAt(data, i) == '.' {
		plain = false
		if !isDigit(byteAt(data, i+1)) {
			return i + 1, false, faultDigit
		}
		i = skipDigits(data, i+1)
	}
	if byteAt(data, i)|0x20 == 'e' {
		plain = false
		i++
		if c := byteAt(data, i); c == '+' || c == '-' {
			i++
		}
		if !isDigit(byteAt(data, i)) {
			return i, false, faultDigit
		}
		i = skipDigits(data, i)
	}
	return i, plain, noFault
}

func skipDigits(data []byte, i int) int {
	for i < len(data) && isDigit(data[i]) {
		i++
	}
	return i
}

// isNumber reports whether b is exactly one JSON number.
func isNumber(b []byte) bool {
	end, _, f := scanNumber(b, 0)
	return f == noFault && end == len(b)
}

// scanScalar scans the value at i, which is no object and no array.
func scanScalar(data []byte, i int) (int, fault) {
	var word string
	switch byteAt(data, i) {
	case '"':
		end, _, f := scanString(data, i+1)
		if f != noFault {
			return end, f
		}
		return end + 1, noFault
	case 't':
		word = "true"
	case 'f':
		word = "false"
	case 'n':
		word = "null"
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		end, _, f := scanNumber(data, i)
		return end, f
	default:
		return i, faultValue
	}
	if !hasPrefix(data[i:], word) {
		return i, faultValue
	}
	return i + len(word), noFault
}

// scanKey scans a member name and its colon.
func scanKey(data []byte, i int) (int, fault) {
	i = skipSpace(data, i)
	if byteAt(data, i) != '"' {
		return i, faultKey
	}
	i, _, f := scanString(data, i+1)
	if f != noFault {
		return i, f
	}
	i = skipSpace(data, i+1)
	if byteAt(data, i) != ':' {
		return i, faultColon
	}
	return i + 1, noFault
}

// nesting remembers which of the open containers are objects, one bit a level.
type nesting struct {
	bits  [MaxDepth / 64]uint64
	depth int
}

func (n *nesting) push(object bool) {
	if w, b := n.depth/64, uint64(1)<<(n.depth%64); object {
		n.bits[w] |= b
	} else {
		n.bits[w] &^= b
	}
	n.depth++
}

func (n *nesting) inObject() bool {
	d := n.depth - 1
	return n.bits[d/64]>>(d%64)&1 != 0
}

// scanValue scans the value at i, white space before it included. It may open
// levels more containers.
func scanValue(data []byte, i, levels int) (int, fault) {
	var open nesting
	for {
		i = skipSpace(data, i)
		var f fault
		switch c := byteAt(data, i); c {
		case '{', '[':
			if open.depth >= levels {
				return i, faultDepth
			}
			i = skipSpace(data, i+1)
			if byteAt(data, i) == c+2 { // '}' and ']' are two after '{' and '['
				i++
				break
			}
			open.push(c == '{')
			if c == '{' {
				if i, f = scanKey(data, i); f != noFault {
					return i, f
				}
			}
			continue
		default:
			if i, f = scanScalar(data, i); f != noFault {
				return i, f
			}
		}
		if i, f = open.afterValue(data, i); f != noFault || open.depth == 0 {
			return i, f
		}
	}
}

// afterValue closes the containers that end at i and goes to the next value.
func (n *nesting) afterValue(data []byte, i int) (int, fault) {
	for n.depth > 0 {
		i = skipSpace(data, i)
		object := n.inObject()
		switch c := byteAt(data, i); {
		case c == ',' && object:
			return scanKey(data, i+1)
		case c == ',':
			return i + 1, noFault
		case c == '}' && object, c == ']' && !object:
			n.depth--
			i++
		case object:
			return i, faultMember
		default:
			return i, faultElement
		}
	}
	return i, noFault
}
