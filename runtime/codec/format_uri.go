package codec

import (
	"bytes"
	"strings"
)

// IsURI checks format uri (RFC 3986, section 3): with a scheme.
func IsURI(b []byte) bool {
	colon := schemeEnd(b)
	return colon > 0 && isRelative(b[colon+1:])
}

// IsURIReference checks format uri-reference (RFC 3986, section 4.1).
func IsURIReference(b []byte) bool {
	if IsURI(b) {
		return true
	}
	// The first segment of a relative path has no colon, or it would be a scheme.
	first := b
	if i := bytes.IndexAny(b, "/?#"); i >= 0 {
		first = b[:i]
	}
	return bytes.IndexByte(first, ':') < 0 && isRelative(b)
}

// schemeEnd is the position of the colon after a scheme, or -1.
func schemeEnd(b []byte) int {
	for i, c := range b {
		switch {
		case isLetter(c):
		case i > 0 && (isDigit(c) || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return i
		default:
			return -1
		}
	}
	return -1
}

// isRelative checks what may follow a scheme: authority, path, query, fragment.
func isRelative(b []byte) bool {
	b, fragment, _ := bytes.Cut(b, []byte{'#'})
	path, query, _ := bytes.Cut(b, []byte{'?'})
	if !isPart(fragment, "/?:@") || !isPart(query, "/?:@") {
		return false
	}
	if hasPrefix(path, "//") {
		authority := path[2:]
		path = nil
		if i := bytes.IndexByte(authority, '/'); i >= 0 {
			authority, path = authority[:i], authority[i:]
		}
		if !isAuthority(authority) {
			return false
		}
	}
	return isPart(path, "/:@")
}

// isAuthority checks [userinfo "@"] host [":" port].
func isAuthority(b []byte) bool {
	if at := bytes.LastIndexByte(b, '@'); at >= 0 {
		if !isPart(b[:at], ":") {
			return false
		}
		b = b[at+1:]
	}
	if hasPrefix(b, "[") {
		end := bytes.IndexByte(b, ']')
		return end > 0 && isLiteralIP(b[1:end]) && isPort(b[end+1:])
	}
	host, port := b, []byte(nil)
	if i := bytes.LastIndexByte(b, ':'); i >= 0 {
		host, port = b[:i], b[i:]
	}
	return isPart(host, "") && isPort(port)
}

// isLiteralIP checks an IPv6 address or the form for versions to come.
func isLiteralIP(b []byte) bool {
	if len(b) == 0 || b[0]|0x20 != 'v' {
		return IsIPv6(b)
	}
	i := 1
	for i < len(b) && isHex(b[i]) {
		i++
	}
	return i > 1 && byteAt(b, i) == '.' && i+1 < len(b) &&
		bytes.IndexByte(b, '%') < 0 && isPart(b[i+1:], ":")
}

// isPort checks a colon and digits, or nothing.
func isPort(b []byte) bool {
	return len(b) == 0 || b[0] == ':' && skipDigits(b, 1) == len(b)
}

// isPart checks that b has only unreserved characters, sub-delimiters, those in
// also, and complete percent escapes.
func isPart(b []byte, also string) bool {
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case isLetter(c), isDigit(c):
		case c == '%':
			if !isHex(byteAt(b, i+1)) || !isHex(byteAt(b, i+2)) {
				return false
			}
			i += 2
		case strings.IndexByte("-._~!$&'()*+,;=", c) >= 0, strings.IndexByte(also, c) >= 0:
		default:
			return false
		}
	}
	return true
}
