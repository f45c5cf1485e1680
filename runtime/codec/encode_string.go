package codec

import (
	"encoding/base64"
	"math/bits"
	"unicode/utf8"
)

// String appends a string. HTML is not escaped; invalid UTF-8 is replaced by
// U+FFFD, as encoding/json does.
func (e *Encoder) String(s string) { e.buf = AppendString(e.buf, s) }

// Key appends name as a string, and a colon.
func (e *Encoder) Key(name string) { e.buf = append(AppendString(e.buf, name), ':') }

// Bytes64 appends a string of base64 with padding.
func (e *Encoder) Bytes64(b []byte) {
	e.buf = append(e.buf, '"')
	e.buf = base64.StdEncoding.AppendEncode(e.buf, b)
	e.buf = append(e.buf, '"')
}

// AppendString appends s as a JSON string to b.
func AppendString(b []byte, s string) []byte {
	plain := plainLength(s)
	if n := len(b); plain == len(s) && cap(b)-n >= plain+2 { // most strings, as they are
		b = b[:n+plain+2]
		b[n] = '"'
		copy(b[n+1:], s)
		b[n+1+plain] = '"'
		return b
	}
	b = append(append(b, '"'), s[:plain]...)
	return append(appendInside(b, s[plain:]), '"')
}

// plainLength is how many bytes of s stand for themselves, looked at in words
// of eight. The last word overlaps the one before, or is filled up.
func plainLength(s string) int {
	i := 0
	for ; i+16 <= len(s); i += 16 {
		if special(eight(s[i:i+8]))|special(eight(s[i+8:i+16])) != 0 {
			break
		}
	}
	for ; i+8 <= len(s); i += 8 {
		if m := special(eight(s[i : i+8])); m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	if i == len(s) {
		return i
	}
	var w uint64
	switch last := len(s) - 8; {
	case last >= 0: // what was passed before is shifted out
		w = eight(s[last:])>>(8*(i-last)) | fillers<<(8*(len(s)-i))
	case len(s) >= 4:
		w = four(s) | four(s[len(s)-4:])<<(8*(len(s)-4)) | fillers<<(8*len(s))
	default:
		w = fillers
		for k := len(s) - 1; k >= 0; k-- {
			w = w<<8 | uint64(s[k])
		}
	}
	if m := special(w); m != 0 {
		return i + bits.TrailingZeros64(m)/8
	}
	return len(s)
}

func four(s string) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}

// appendInside appends the inside of a JSON string.
func appendInside[T string | []byte](b []byte, s T) []byte {
	done := 0 // what is before has been appended
	for i := 0; ; {
		if i = plainEnd(s, i); i >= len(s) {
			return append(b, s[done:]...)
		}
		c := s[i]
		if c >= utf8.RuneSelf {
			if c >= 0xc2 && c < 0xe0 && i+1 < len(s) && s[i+1]&0xc0 == 0x80 {
				i += 2 // the letters of many languages, which need no escape
				continue
			}
			r, n := decodeRune(s[i:])
			if escape := runeEscape(r, n); escape != "" {
				b = append(append(b, s[done:i]...), escape...)
				done = i + n
			}
			i += n
			continue
		}
		b = appendEscape(append(b, s[done:i]...), c)
		i++
		done = i
	}
}

// plainEnd is skipPlain for both types. The compiler makes one load of the
// eight bytes. The end of a long text is looked at in one word too.
func plainEnd[T string | []byte](s T, i int) int {
	for ; i+8 <= len(s); i += 8 {
		if m := special(eight(s[i : i+8])); m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	if last := len(s) - 8; last >= 0 && i < len(s) {
		// What was passed before is shifted out.
		w := eight(s[last:])>>(8*(i-last)) | fillers<<(8*(len(s)-i))
		if m := special(w); m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
		return len(s)
	}
	for i < len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
		i++
	}
	return i
}

// fillers are eight bytes that are not special.
const fillers = ones * 'x'

func eight[T string | []byte](t T) uint64 {
	return uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
		uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
}

// decodeRune decodes the first character of a part of s.
func decodeRune[T string | []byte](s T) (rune, int) {
	return utf8.DecodeRuneInString(string(s[:min(len(s), utf8.UTFMax)]))
}

// runeEscape is what stands for a character beyond ASCII of n bytes, "" for
// itself. Two characters that JavaScript takes for line ends are escaped, as
// encoding/json does.
func runeEscape(r rune, n int) string {
	switch {
	case r == utf8.RuneError && n == 1:
		return `\ufffd`
	case r == '\u2028':
		return `\u2028`
	case r == '\u2029':
		return `\u2029`
	}
	return ""
}

// appendEscape appends the escape of an ASCII character.
func appendEscape(b []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		c = 'b'
	case '\f':
		c = 'f'
	case '\n':
		c = 'n'
	case '\r':
		c = 'r'
	case '\t':
		c = 't'
	default:
		return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
	}
	return append(b, '\\', c)
}
