package codec

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// IsRegex checks format regex: a pattern of ECMA-262 with the flag u, the
// dialect that JSON Schema names. Patterns nested deeper than 200 groups are
// refused.
func IsRegex(b []byte) bool {
	p := regexParser{b: b}
	return p.parse()
}

const maxGroups = 200

// A regexParser checks a pattern from left to right. It needs no tree: what
// matters of the past are the open groups, and whether what came last can be
// repeated.
type regexParser struct {
	b          []byte
	i          int
	assertions [maxGroups]bool // the open groups, true for look-around
	depth      int
	groups     int // capturing ones, closed or not
	references int // the highest \1, \2 …
	names      []string
	named      []string // the names of \k<name>
}

func (p *regexParser) parse() bool {
	repeatable := false
	for p.i < len(p.b) {
		c := p.b[p.i]
		p.i++
		ok := true
		switch c {
		case '|', '^', '$':
			repeatable = false
		case '(':
			ok = p.open()
			repeatable = false
		case ')':
			if p.depth == 0 {
				return false
			}
			p.depth--
			repeatable = !p.assertions[p.depth]
		case '[':
			ok = p.class()
			repeatable = true
		case '\\':
			repeatable, ok = p.escape()
		case '*', '+', '?', '{':
			if c == '{' {
				ok = p.braces()
			}
			if byteAt(p.b, p.i) == '?' {
				p.i++
			}
			ok, repeatable = ok && repeatable, false
		case ']', '}':
			return false
		default:
			repeatable = true
		}
		if !ok {
			return false
		}
	}
	return p.depth == 0 && p.references <= p.groups && p.namesExist()
}

func (p *regexParser) namesExist() bool {
	for _, name := range p.named {
		if !slices.Contains(p.names, name) {
			return false
		}
	}
	return true
}

// open reads what follows an opening parenthesis.
func (p *regexParser) open() bool {
	if p.depth == maxGroups {
		return false
	}
	rest := p.b[p.i:]
	assertion := true
	switch {
	case !hasPrefix(rest, "?"):
		p.groups++
		assertion = false
	case hasPrefix(rest, "?:"):
		p.i += 2
		assertion = false
	case hasPrefix(rest, "?=") || hasPrefix(rest, "?!"):
		p.i += 2
	case hasPrefix(rest, "?<=") || hasPrefix(rest, "?<!"):
		p.i += 3
	case hasPrefix(rest, "?<"):
		p.i += 2
		name, ok := p.name()
		if !ok || len(p.names) == maxGroups {
			return false
		}
		if slices.Contains(p.names, name) {
			return false
		}
		p.names = append(p.names, name)
		p.groups++
		assertion = false
	default:
		return false
	}
	p.assertions[p.depth] = assertion
	p.depth++
	return true
}

// name reads a group name and its ">".
func (p *regexParser) name() (string, bool) {
	start := p.i
	for ; p.i < len(p.b); p.i++ {
		switch c := p.b[p.i]; {
		case isLetter(c), c == '_', c == '$', c >= 0x80, isDigit(c) && p.i > start:
		case c == '>' && p.i > start:
			p.i++
			return string(p.b[start : p.i-1]), true
		default:
			return "", false
		}
	}
	return "", false
}

// braces reads the inside of {n}, {n,} or {n,m}.
func (p *regexParser) braces() bool {
	start := p.i
	p.i = skipDigits(p.b, start)
	least := p.b[start:p.i]
	if len(least) == 0 {
		return false
	}
	if byteAt(p.b, p.i) == ',' {
		start = p.i + 1
		p.i = skipDigits(p.b, start)
		if most := p.b[start:p.i]; len(most) > 0 && CompareNumbers(plainDigits(least), plainDigits(most)) > 0 {
			return false
		}
	}
	p.i++
	return byteAt(p.b, p.i-1) == '}'
}

// plainDigits makes digits a JSON number.
func plainDigits(b []byte) string {
	if s := strings.TrimLeft(string(b), "0"); s != "" {
		return s
	}
	return "0"
}

// escape reads what follows a backslash outside a class. An assertion such as
// \b cannot be repeated.
func (p *regexParser) escape() (repeatable, ok bool) {
	switch c := byteAt(p.b, p.i); {
	case c == 'b' || c == 'B':
		p.i++
		return false, true
	case c == 'k':
		if p.i++; byteAt(p.b, p.i) != '<' {
			return false, false
		}
		p.i++
		name, ok := p.name()
		if len(p.named) == maxGroups {
			return false, false
		}
		p.named = append(p.named, name)
		return true, ok
	case c >= '1' && c <= '9':
		n := 0
		for p.i < len(p.b) && isDigit(p.b[p.i]) {
			n = min(10*n+int(p.b[p.i]-'0'), 1<<20)
			p.i++
		}
		p.references = max(p.references, n)
		return true, true
	}
	return true, p.character()
}

// character reads what follows a backslash, wherever it is.
func (p *regexParser) character() bool {
	c := byteAt(p.b, p.i)
	p.i++
	switch c {
	case 'd', 'D', 's', 'S', 'w', 'W', 'f', 'n', 'r', 't', 'v':
		return true
	case '0':
		return !isDigit(byteAt(p.b, p.i))
	case 'c':
		p.i++
		return isLetter(byteAt(p.b, p.i-1))
	case 'x':
		p.i += 2
		return isHex(byteAt(p.b, p.i-2)) && isHex(byteAt(p.b, p.i-1))
	case 'u':
		return p.unicode()
	case 'p', 'P':
		return p.property()
	}
	return c != 0 && strings.IndexByte(`^$\.*+?()[]{}|/`, c) >= 0
}

// unicode reads the inside of \uXXXX or \u{X…}.
func (p *regexParser) unicode() bool {
	if byteAt(p.b, p.i) != '{' {
		p.i += 4
		high, ok := hex4(p.b, p.i-4)
		if utf16.IsSurrogate(high) && byteAt(p.b, p.i) == '\\' && byteAt(p.b, p.i+1) == 'u' {
			// Two halves are one character.
			if low, ok := hex4(p.b, p.i+2); ok && utf16.DecodeRune(high, low) != utf8.RuneError {
				p.i += 6
			}
		}
		return ok
	}
	value, start := 0, p.i+1
	for p.i = start; isHex(byteAt(p.b, p.i)); p.i++ {
		digit := int(p.b[p.i] - '0')
		if digit > 9 {
			digit = int(p.b[p.i]|0x20-'a') + 10
		}
		value = min(value*16+digit, 1<<24)
	}
	p.i++
	return p.i-1 > start && value <= 0x10ffff && byteAt(p.b, p.i-1) == '}'
}

// property reads the inside of \p{Name} or \p{Name=Value}. Which names Unicode
// has is not checked.
func (p *regexParser) property() bool {
	if byteAt(p.b, p.i) != '{' {
		return false
	}
	start := p.i + 1
	for p.i = start; p.i < len(p.b); p.i++ {
		if c := p.b[p.i]; !isLetter(c) && !isDigit(c) && c != '_' && c != '=' {
			break
		}
	}
	p.i++
	return p.i-1 > start && byteAt(p.b, p.i-1) == '}'
}
