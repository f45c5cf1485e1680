package codec

import (
	"unicode/utf16"
	"unicode/utf8"
)

// class reads the inside of [ and the closing ].
func (p *regexParser) class() bool {
	if byteAt(p.b, p.i) == '^' {
		p.i++
	}
	for p.i < len(p.b) {
		if p.b[p.i] == ']' {
			p.i++
			return true
		}
		low, ok := p.classAtom()
		if !ok {
			return false
		}
		if byteAt(p.b, p.i) != '-' || byteAt(p.b, p.i+1) == ']' {
			continue
		}
		p.i++
		high, ok := p.classAtom()
		if !ok || low < 0 || high < 0 || low > high {
			return false
		}
	}
	return false
}

// classAtom reads one member of a class: a character, or -1 for a set such as \d.
func (p *regexParser) classAtom() (rune, bool) {
	if p.i >= len(p.b) {
		return 0, false
	}
	if p.b[p.i] != '\\' {
		r, n := utf8.DecodeRune(p.b[p.i:])
		p.i += n
		return r, true
	}
	start := p.i + 1
	p.i = start
	switch c := byteAt(p.b, p.i); c {
	case 'b', '-':
		p.i++
		if c == 'b' {
			c = '\b'
		}
		return rune(c), true
	}
	if !p.character() {
		return 0, false
	}
	return escapedRune(p.b[start:p.i]), true
}

// escapedRune is the character that an escape means, given without its
// backslash, or -1 for a set.
func escapedRune(b []byte) rune {
	switch b[0] {
	case 'd', 'D', 's', 'S', 'w', 'W', 'p', 'P':
		return -1
	case '0':
		return 0
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case 'c':
		return rune(b[1] & 0x1f)
	case 'x', 'u':
		if len(b) == len(`u0000\u0000`) && b[1] != '{' {
			high, _ := hex4(b, 1)
			low, _ := hex4(b, 7)
			return utf16.DecodeRune(high, low)
		}
		var r rune
		for _, c := range b[1:] {
			if isDigit(c) {
				r = r<<4 | rune(c-'0')
			} else if isHex(c) {
				r = r<<4 | rune(c|0x20-'a'+10)
			}
		}
		return r
	}
	return rune(b[0])
}
