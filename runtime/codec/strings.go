package codec

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// Eight bytes are looked at in one word. These are the patterns compared with.
const (
	ones   = 0x0101010101010101
	highs  = 0x80 * ones
	blanks = ' ' * ones
	quotes = '"' * ones
	slants = '\\' * ones
)

// special has the high bit set in the lowest byte of w that a string cannot
// hold as it is or that needs a look: a control character, a quote, a
// backslash, anything beyond ASCII. Higher bytes may be marked falsely: a
// subtraction that borrows from them marks its own byte too.
func special(w uint64) uint64 {
	return (w | (w - blanks) | ((w ^ quotes) - ones) | ((w ^ slants) - ones)) & highs
}

// skipWords returns the position of the first special byte at or after i, or of
// the last few bytes: less than a word.
func skipWords(data []byte, i int) int {
	for ; i+8 <= len(data); i += 8 {
		if m := special(binary.LittleEndian.Uint64(data[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	return i
}

// skipPlain returns the position of the first special byte at or after i.
func skipPlain(data []byte, i int) int {
	i = skipWords(data, i)
	for i < len(data) {
		if c := data[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
		i++
	}
	return i
}

// scanString scans the string whose opening quote is before i. end is the
// position of the closing quote, or of the fault.
func scanString(data []byte, i int) (end int, escaped bool, f fault) {
	if i = skipWords(data, i); byteAt(data, i) == '"' { // as most strings
		return i, false, noFault
	}
	return scanUnusual(data, i)
}

// scanUnusual goes on with scanString at i, where something else than the end
// may be.
func scanUnusual(data []byte, i int) (end int, escaped bool, f fault) {
	for {
		i = skipPlain(data, i)
		if i >= len(data) {
			return i, false, faultQuote
		}
		switch c := data[i]; {
		case c == '"':
			return i, escaped, noFault
		case c == '\\':
			escaped = true
			if i, f = scanEscape(data, i); f != noFault {
				return i, false, f
			}
		case c < ' ':
			return i, false, faultControl
		default:
			start := i
			for i < len(data) && data[i] >= utf8.RuneSelf {
				i++
			}
			if !utf8.Valid(data[start:i]) {
				return invalidAt(data, start), false, faultUTF8
			}
		}
	}
}

// invalidAt finds the first byte from i on that starts no character.
func invalidAt(data []byte, i int) int {
	for i < len(data) {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n <= 1 {
			break
		}
		i += n
	}
	return i
}

// scanEscape returns the position after the escape whose backslash is at i. An
// escaped surrogate needs its other half.
func scanEscape(data []byte, i int) (int, fault) {
	switch byteAt(data, i+1) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2, noFault
	case 'u':
	default:
		return i, faultEscape
	}
	r, ok := hex4(data, i+2)
	switch {
	case !ok:
		return i, faultHex
	case !utf16.IsSurrogate(r):
		return i + 6, noFault
	}
	if byteAt(data, i+6) != '\\' || byteAt(data, i+7) != 'u' {
		return i, faultSurrogate
	}
	low, ok := hex4(data, i+8)
	if !ok || utf16.DecodeRune(r, low) == utf8.RuneError {
		return i, faultSurrogate
	}
	return i + 12, noFault
}

// hex4 reads four hexadecimal digits.
func hex4(data []byte, i int) (r rune, ok bool) {
	if i+4 > len(data) {
		return 0, false
	}
	for _, c := range data[i : i+4] {
		switch {
		case isDigit(c):
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// unescape appends the value of s, the inside of a string that scanString
// accepted.
func unescape(dst, s []byte) []byte {
	for len(s) > 0 {
		if s[0] == '\\' {
			r, n := unescapeRune(s)
			dst = utf8.AppendRune(dst, r)
			s = s[n:]
			continue
		}
		n := bytes.IndexByte(s, '\\')
		if n < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:n]...)
		s = s[n:]
	}
	return dst
}

// unescapeRune decodes the first character of s, the inside of an accepted
// string, and tells how many bytes it takes.
func unescapeRune(s []byte) (rune, int) {
	if s[0] != '\\' {
		return utf8.DecodeRune(s)
	}
	switch s[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, _ := hex4(s, 2)
		if utf16.IsSurrogate(r) {
			low, _ := hex4(s, 8)
			return utf16.DecodeRune(r, low), 12
		}
		return r, 6
	}
	return rune(s[1]), 2
}

// Runes counts the characters of b as JSON Schema does for minLength and
// maxLength: code points, not bytes.
func Runes(b []byte) int { return utf8.RuneCount(b) }
