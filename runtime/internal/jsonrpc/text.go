package jsonrpc

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// parseText says why a message is not JSON.
func parseText(v codec.Violation) string {
	text := "invalid JSON at byte " + strconv.Itoa(v.Offset) + ": expected " + v.Want
	if v.Hint != "" {
		text += " (" + v.Hint + ")"
	}
	return text
}

// Unquote gives the contents of a JSON string that has been checked: a part of
// span when there is nothing to unescape, else a copy. It is never nil.
func Unquote(span []byte) []byte {
	if bytes.IndexByte(span, '\\') < 0 {
		return span[1 : len(span)-1]
	}
	s, _ := codec.NewDecoder(span).String("")
	return append([]byte{}, s...)
}

// IsInteger reports whether a JSON number is written as an integer. Ids are
// echoed as written, so 1.0 and 1e0 are not taken for 1.
func IsInteger(number []byte) bool {
	for i, c := range number {
		if c-'0' > 9 && (i > 0 || c != '-') {
			return false
		}
	}
	return len(number) > 0
}

// AppendHead begins an answer to the request with the id given, up to its
// result or error. The id is null when there is none.
func AppendHead(b, id []byte) []byte {
	b = append(b, `{"jsonrpc":"2.0","id":`...)
	if id == nil {
		return append(b, "null,"...)
	}
	b = append(b, id...)
	return append(b, ',')
}

// AppendError is a whole error answer. data is raw JSON; nil leaves it out.
func AppendError(b, id []byte, code int, text string, data []byte) []byte {
	b = AppendHead(b, id)
	b = append(b, `"error":{"code":`...)
	b = strconv.AppendInt(b, int64(code), 10)
	b = append(b, `,"message":`...)
	b = codec.AppendString(b, text)
	if data != nil {
		b = append(b, `,"data":`...)
		b = append(b, data...)
	}
	return append(b, "}}"...)
}

// AppendCall begins a request of the server (id not nil) or a notification, up
// to the value of params. The caller appends that and a closing brace.
func AppendCall(b, id []byte, method string) []byte {
	b = append(b, `{"jsonrpc":"2.0",`...)
	if id != nil {
		b = append(b, `"id":`...)
		b = append(b, id...)
		b = append(b, ',')
	}
	b = append(b, `"method":"`...)
	b = append(b, method...)
	return append(b, `","params":`...)
}

// clipped is how much of what a peer sent is repeated to whom it came from.
const clipped = 64

// Clip shortens what came from a peer for a message to it.
func Clip[T string | []byte](s T) string {
	if len(s) <= clipped {
		return strings.ToValidUTF8(string(s), "\uFFFD")
	}
	n := clipped
	for n > clipped-utf8.UTFMax && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.ToValidUTF8(string(s[:n]), "\uFFFD") + "…"
}
