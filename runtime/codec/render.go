package codec

import (
	"strings"
	"unicode/utf8"
)

// This file makes the texts of a violation from what came. All of it is bounded:
// a caller can neither make an answer long nor forge lines of it.

const (
	clipRunes    = 40   // of a value
	segmentRunes = 64   // of a segment of a pointer
	pointerBytes = 1024 // of a pointer
)

// clip cuts s to n characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}

// showToken renders a scalar token: numbers and literals as they are, strings
// unescaped, cut and quoted.
func showToken(token []byte) string {
	if len(token) >= 2 && token[0] == '"' {
		return showString(token[1 : len(token)-1])
	}
	return clip(string(token[:min(len(token), 4*clipRunes)]), clipRunes)
}

// showString renders the inside of an accepted string.
func showString(inside []byte) string {
	text := make([]byte, 0, 64)
	for n := 0; len(inside) > 0; n++ {
		if n == clipRunes {
			text = append(text, "…"...)
			break
		}
		r, size := unescapeRune(inside)
		text = utf8.AppendRune(text, r)
		inside = inside[size:]
	}
	return quote(string(text))
}

// showText renders a value that has been unescaped already.
func showText(text []byte) string {
	return quote(clip(string(text[:min(len(text), 4*clipRunes+4)]), clipRunes))
}

// quote writes s as a JSON string.
func quote(s string) string { return string(AppendString(nil, s)) }

// printable escapes control characters, so that a key cannot start a new line
// of a message.
func printable(s string) string {
	if strings.IndexFunc(s, isControl) < 0 {
		return s
	}
	quoted := quote(s)
	return quoted[1 : len(quoted)-1]
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }

// pointerTo is the pointer to member name.
func pointerTo(name string) string {
	name = clip(name, segmentRunes)
	if strings.ContainsAny(name, "~/") {
		name = strings.ReplaceAll(name, "~", "~0")
		name = strings.ReplaceAll(name, "/", "~1")
	}
	return "/" + name
}

// joinPointers puts outer before inner. The middle of a pointer that gets too
// long is left out.
func joinPointers(outer, inner string) string {
	if len(outer)+len(inner) > pointerBytes {
		if cut := strings.IndexByte(inner[len(inner)/2:], '/'); cut >= 0 {
			inner = "/…" + inner[len(inner)/2+cut:]
		}
	}
	return outer + inner
}
