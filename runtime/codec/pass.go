package codec

import (
	"encoding/binary"
	"math/bits"
)

// Pass steps over the object or array that comes next and gives its bytes, which
// alias the document. It looks at quotes and brackets only, which takes a quarter
// of the time of checking: the bytes are those of the value if the document is
// JSON, and whoever uses them has to read them with a Decoder, which finds out.
// Other values are checked.
func (d *Decoder) Pass() ([]byte, bool) {
	start := skipSpace(d.data, d.pos)
	if c := byteAt(d.data, start); c != '{' && c != '[' {
		return d.span("", false)
	}
	end := passContainer(d.data, start)
	if end < 0 {
		return d.span("", false) // fails, and says where
	}
	d.at, d.pos = start, end
	if d.depth == d.base {
		d.leaveText()
	}
	return d.data[start:end], true
}

// brackets tells the bytes that passContainer stops at.
var brackets = [256]byte{'"': '"', '{': '{', '[': '{', '}': '}', ']': '}'}

// passContainer returns the position after the bracket that closes the one at i,
// whatever its kind, or -1. Strings are passed over in place: most are so short
// that a call for each would show.
func passContainer(data []byte, i int) int {
	depth := 0
	for i < len(data) {
		c := brackets[data[i]]
		i++
		switch c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		case '"':
			for {
				for i+8 <= len(data) {
					w := binary.LittleEndian.Uint64(data[i:])
					q, s := w^quotes, w^slants
					if m := ((q-ones)&^q | (s-ones)&^s) & highs; m != 0 {
						i += bits.TrailingZeros64(m) / 8
						break
					}
					i += 8
				}
				for i < len(data) && data[i] != '"' && data[i] != '\\' {
					i++
				}
				if i >= len(data) || data[i] == '"' {
					i++
					break
				}
				i += 2
			}
		}
	}
	return -1
}
