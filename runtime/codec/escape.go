package codec

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// Further patterns for eight bytes in a word: what makes all bytes but 0, and all
// from ' ' on, have the high bit.
const (
	notZero   = 0x7f * ones
	fromBlank = (0x80 - ' ') * ones
)

// AppendEscaped appends JSON text as the inside of a JSON string to b. text may
// be a part of b.
//
// JSON has a quote every few bytes. So it is taken eight bytes at a time, wherever
// they are, and what follows a quote is written again, one byte further on.
func AppendEscaped(b, text []byte) []byte {
	const most = 24 // what eight bytes are written to
	i := 0
	for i+8 <= len(text) {
		if cap(b)-len(b) < most {
			left := len(text) - i
			b = slices.Grow(b, left+left/8+most)
		}
		n, room := len(b), b[:cap(b)]
		for ; i+8 <= len(text) && len(room)-n >= most; i += 8 {
			w := binary.LittleEndian.Uint64(text[i:])
			if (w|^(w+fromBlank))&highs != 0 {
				break // beyond ASCII, or a control character
			}
			to := (*[most]byte)(room[n:])
			binary.LittleEndian.PutUint64(to[:], w)
			n += 8
			at := 0 // how far the bytes have moved
			for m := ^(((w ^ quotes) + notZero) & ((w ^ slants) + notZero)) & highs; m != 0; m &= m - 1 {
				k := bits.TrailingZeros64(m) / 8
				place := (k + at) & 15 // 14 at most, which the compiler has to be told
				to[place] = '\\'
				binary.LittleEndian.PutUint64(to[place+1:], w>>(8*k&63))
				at++
			}
			n += at
		}
		if b = room[:n]; i+8 <= len(text) && cap(b)-n >= most {
			end := unusual(text, i)
			b, i = appendInside(b, text[i:end]), end
		}
	}
	return appendInside(b, text[i:])
}

// unusual is where the run of words ends that begins at i, in each of which there is
// something else than ASCII that stands for itself. No character is cut in two.
func unusual(text []byte, i int) int {
	for i+8 <= len(text) {
		w := binary.LittleEndian.Uint64(text[i:])
		if (w|^(w+fromBlank))&highs == 0 {
			break
		}
		for i += 8; i < len(text) && !utf8.RuneStart(text[i]); i++ { //nolint:revive // to the next character
		}
	}
	return i
}
