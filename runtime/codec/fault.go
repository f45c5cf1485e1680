package codec

// A fault is a reason why bytes are not JSON, or 0.
type fault uint8

// The faults of the scanner.
const (
	noFault fault = iota
	faultValue
	faultKey
	faultColon
	faultMember
	faultElement
	faultQuote
	faultControl
	faultEscape
	faultHex
	faultSurrogate
	faultUTF8
	faultDigit
	faultEnd
	faultDepth
	faultContainers
)

// want tells what was expected in place of the fault.
func (f fault) want() string {
	switch f {
	case faultValue:
		return "a JSON value"
	case faultKey:
		return "a property name in double quotes"
	case faultColon:
		return `":" after the property name`
	case faultMember:
		return `"," or "}"`
	case faultElement:
		return `"," or "]"`
	case faultQuote:
		return "the closing quote of a string"
	case faultControl:
		return "no control character in a string"
	case faultEscape:
		return "a valid escape sequence"
	case faultHex:
		return `four hexadecimal digits after \u`
	case faultSurrogate:
		return "a complete surrogate pair"
	case faultUTF8:
		return "valid UTF-8"
	case faultDigit:
		return "a digit"
	case faultEnd:
		return "the end of the input"
	case faultDepth:
		return "at most 256 levels of objects and arrays"
	case faultContainers:
		return "fewer objects and arrays"
	}
	return ""
}

// keyword is the rule that f breaks.
func (f fault) keyword() Keyword {
	if f == faultDepth || f == faultContainers {
		return Limit
	}
	return Syntax
}

// hint says how to repair the document at i, where f was found.
func (f fault) hint(data []byte, i int) string {
	if i >= len(data) {
		return "send the complete value"
	}
	switch f {
	case faultValue, faultKey:
		return tokenHint(data, i)
	case faultControl:
		return `escape it, a line break is \n`
	case faultEscape:
		return `write a backslash as \\`
	case faultSurrogate:
		return "send the character itself instead of the escape"
	case faultEnd:
		return "send one JSON value and nothing after it"
	}
	return ""
}

// tokenHint recognises what other notations put where a JSON token belongs.
func tokenHint(data []byte, i int) string {
	rest := data[i:]
	switch {
	case rest[0] == '\'':
		return "use double quotes"
	case (rest[0] == ']' || rest[0] == '}') && afterComma(data[:i]):
		return "remove the comma before it"
	case rest[0] == '/' || rest[0] == '#':
		return "remove the comment"
	case rest[0] == '+' || rest[0] == '.':
		return "start a number with a digit or -"
	case i == 0 && len(rest) > 2 && string(rest[:3]) == "\ufeff":
		return "remove the byte order mark"
	case hasPrefix(rest, "True"), hasPrefix(rest, "False"), hasPrefix(rest, "None"), hasPrefix(rest, "Null"):
		return "write true, false and null in lower case"
	case hasPrefix(rest, "NaN"), hasPrefix(rest, "Infinity"), hasPrefix(rest, "-Infinity"):
		return "JSON has finite numbers only"
	}
	return ""
}

// afterComma reports whether a comma is the last token of b.
func afterComma(b []byte) bool {
	i := len(b)
	for i > 0 && isSpace(b[i-1]) {
		i--
	}
	return i > 0 && b[i-1] == ','
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}
