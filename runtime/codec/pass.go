package codec

import (
	"encoding/binary"
	"math/bits"
)

// Pass steps over the object or array that comes next and gives its bytes, which
// alias the document. It looks at quotes and brackets only, which takes less than
// half the time of checking: the bytes are those of the value if the document is
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

// What the four brackets have in common: with all these bits set they are DEL, as
// no other byte is that JSON has outside of strings.
const (
	sides  = (('{' ^ '}') | ('{' ^ '[')) * ones
	del    = 0x7f * ones
	closes = 2 // the number of the bit that the closing ones have
)

// passContainer returns the position after the bracket that closes the one at i,
// whatever its kind, or -1.
//
// Whoever follows the strings one by one waits for the end of each to know where
// the next begins. So this looks at eight bytes at once: those after an odd number
// of quotes are inside of strings.
func passContainer(data []byte, i int) int {
	depth, inside := 1, uint64(0) // inside is 1 in a string
	for i++; i < len(data); {
		for ; i+8 <= len(data); i += 8 {
			w := binary.LittleEndian.Uint64(data[i:])
			if (w|(highs-(w^slants)))&highs != 0 {
				break // not ASCII, or an escape
			}
			q := equal(w, quotes)
			if q == 0 && inside != 0 {
				continue
			}
			quoted := (q + inside) * ones // in each byte, how many quotes there were
			all := equal(w|sides, del) &^ quoted
			closing := all & (w >> closes)
			n := count(closing)
			if n >= depth {
				if end := lastBracket(all, closing, depth); end > 0 {
					return i + end
				}
			}
			depth += count(all) - 2*n
			inside = quoted >> 56 & 1
		}
		if inside == 0 {
			for ; i < len(data) && data[i] != '"'; i++ {
				switch data[i] {
				case '{', '[':
					depth++
				case '}', ']':
					if depth--; depth == 0 {
						return i + 1
					}
				}
			}
			i++
		}
		i, inside = passString(data, i), 0
	}
	return -1
}

// equal has the lowest bit set in those bytes of w, which is ASCII, that are as
// in pattern.
func equal(w, pattern uint64) uint64 { return (highs - (w ^ pattern)) >> 7 & ones }

// count counts the bytes that equal has found.
func count(found uint64) int { return int(found * ones >> 56) }

// lastBracket returns the position in a word after the bracket that closes the
// last of depth containers, or 0.
func lastBracket(all, closing uint64, depth int) int {
	for ; all != 0; all &= all - 1 {
		if bracket := all & -all; closing&bracket == 0 {
			depth++
		} else if depth--; depth == 0 {
			return bits.TrailingZeros64(bracket)/8 + 1
		}
	}
	return 0
}

// passString returns the position after the string whose inside i is in.
func passString(data []byte, i int) int {
	for {
		for ; i+8 <= len(data); i += 8 {
			w := binary.LittleEndian.Uint64(data[i:])
			q, s := w^quotes, w^slants
			if m := ((q-ones)&^q | (s-ones)&^s) & highs; m != 0 {
				i += bits.TrailingZeros64(m) / 8
				break
			}
		}
		for i < len(data) && data[i] != '"' && data[i] != '\\' {
			i++
		}
		if i >= len(data) || data[i] == '"' {
			return i + 1
		}
		i += 2
	}
}
