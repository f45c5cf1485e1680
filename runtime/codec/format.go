package codec

import "strings"

// The checkers of formats take the value of a string and tell whether it has
// the format of JSON Schema 2020-12 (validation, section 7.3). They allocate
// nothing and take linear time.

// formatWant describes format by an example.
func formatWant(format string) string {
	if example := formatExample(format); example != "" {
		return format + " like " + example
	}
	return "a string of format " + format
}

func formatExample(format string) string {
	switch format {
	case "date-time":
		return "2026-01-31T12:00:00Z"
	case "date":
		return "2026-01-31"
	case "time":
		return "12:00:00Z"
	case "duration":
		return "PT1H30M"
	case "email":
		return "name@example.com"
	case "hostname":
		return "www.example.com"
	case "ipv4":
		return "192.0.2.1"
	case "ipv6":
		return "2001:db8::1"
	case "uri":
		return "https://example.com/path"
	case "uri-reference":
		return "https://example.com/path or /path"
	case "uuid":
		return "123e4567-e89b-12d3-a456-426614174000"
	case "regex":
		return "^[a-z]+$"
	case "json-pointer":
		return "/items/0/name"
	}
	return ""
}

// IsUUID checks format uuid (RFC 4122): five groups of hexadecimal digits.
func IsUUID(b []byte) bool {
	return len(b) == 36 && b[8] == '-' && b[13] == '-' && b[18] == '-' && b[23] == '-' &&
		areHex(b[:8]) && areHex(b[9:13]) && areHex(b[14:18]) && areHex(b[19:23]) && areHex(b[24:])
}

func areHex(b []byte) bool {
	all := byte(inHex)
	for _, c := range b {
		all &= classes[c]
	}
	return all != 0
}

// IsJSONPointer checks format json-pointer (RFC 6901).
func IsJSONPointer(b []byte) bool {
	if len(b) > 0 && b[0] != '/' {
		return false
	}
	for i, c := range b {
		if c == '~' && byteAt(b, i+1) != '0' && byteAt(b, i+1) != '1' {
			return false
		}
	}
	return true
}

// What a byte may be part of, one bit each.
const (
	inHex   = 1 << iota // hexadecimal digits
	inLabel             // labels of host names
	inAtom              // atoms of email addresses (RFC 5322, section 3.2.3)
)

// classes has the bits of every byte.
var classes = func() (table [256]byte) {
	for i := range table {
		c := byte(i)
		if isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' {
			table[c] |= inHex
		}
		if isDigit(c) || isLetter(c) || c == '-' {
			table[c] |= inLabel
		}
		if isDigit(c) || isLetter(c) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0 {
			table[c] |= inAtom
		}
	}
	return table
}()

func isHex(c byte) bool { return classes[c]&inHex != 0 }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
