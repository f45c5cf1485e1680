package jsonrpc

import (
	"bytes"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// shortMeta is the longest _meta that is read quickly, in bytes. Nothing in it can
// be nested so deeply that the depth would have to be counted.
const shortMeta = 500

// quick reads what nearly all messages are: requests and notifications that have
// members of the usual names, in any order, and no name or text that is escaped or
// beyond ASCII. It gives up at everything else, also at mistakes: then the message is
// read by the strict pass, which takes twice the time, and e has to be reset before.
func (e *Envelope) quick(data []byte) bool {
	i, ok := enter(data, 0)
	if !ok {
		return false
	}
	var seen uint
	for more := true; more; {
		var bit uint
		switch i = skipSpace(data, i); {
		case has(data, i, `"jsonrpc"`):
			i = value(data, i+len(`"jsonrpc"`))
			bit, ok = sawVersion, has(data, i, `"2.0"`)
			i += len(`"2.0"`)
		case has(data, i, `"id"`):
			e.ID, i = plainID(data, value(data, i+len(`"id"`)))
			bit, ok = sawID, e.ID != nil
		case has(data, i, `"method"`):
			e.Method, i = plainText(data, value(data, i+len(`"method"`)))
			bit, ok = sawMethod, len(e.Method) > 0
		case has(data, i, `"params"`):
			start := value(data, i+len(`"params"`))
			i, ok = e.quickParams(data, start)
			bit, e.Params = sawParams, data[start:i]
		}
		if !ok || bit == 0 || seen&bit != 0 {
			return false
		}
		seen |= bit
		if more, i, ok = after(data, i); !ok {
			return false
		}
	}
	if skipSpace(data, i) != len(data) || seen&(sawVersion|sawMethod) != sawVersion|sawMethod {
		return false
	}
	e.Kind = Notification
	if seen&sawID != 0 {
		e.Kind = Request
	}
	return true
}

// quickParams reads the parameters at i, and gives the position after them.
func (e *Envelope) quickParams(data []byte, i int) (end int, ok bool) {
	if i, ok = enter(data, i); !ok {
		return i, false
	}
	var seen uint
	for more := true; more; {
		var bit uint
		switch i = skipSpace(data, i); {
		case has(data, i, `"name"`):
			e.Name, i = plainText(data, value(data, i+len(`"name"`)))
			bit, ok = sawName, e.Name != nil
		case has(data, i, `"arguments"`):
			i = value(data, i+len(`"arguments"`))
			e.Arguments = codec.PassObject(data[i:])
			i += len(e.Arguments)
			bit, ok = sawArguments, e.Arguments != nil
		case has(data, i, `"_meta"`):
			i = value(data, i+len(`"_meta"`))
			e.Meta = e.quickMeta(data[i:])
			i += len(e.Meta)
			bit, ok = sawMeta, e.Meta != nil
		case has(data, i, `"uri"`):
			e.URI, i = plainText(data, value(data, i+len(`"uri"`)))
			bit, ok = sawURI, e.URI != nil
		}
		if !ok || bit == 0 || seen&bit != 0 {
			return i, false
		}
		seen |= bit
		if more, i, ok = after(data, i); !ok {
			return i, false
		}
	}
	return i, true
}

// A metaMemo is a _meta that was read before. What a client sends there is nearly
// always the same: then it has not to be read again.
type metaMemo struct {
	text    []byte // the object; nil: none is known
	members [4]span
}

// A span is a part of a text, or nil when end is 0.
type span struct{ begin, end int }

func (s span) of(text []byte) []byte {
	if s.end == 0 {
		return nil
	}
	return text[s.begin:s.end]
}

// spanOf is the span that part, which was cut from text, has in it.
func spanOf(text, part []byte) span {
	if part == nil {
		return span{}
	}
	begin := cap(text) - cap(part) // both reach to the same end
	return span{begin, begin + len(part)}
}

// quickMeta reads the _meta that data begins with, and gives its bytes. It gives
// nil when that is not there, or not as it should be.
func (e *Envelope) quickMeta(data []byte) []byte {
	m := &e.memo
	if m.text != nil && bytes.HasPrefix(data, m.text) {
		text := data[:len(m.text)]
		e.Version, e.Capabilities, e.Client, e.LogLevel = m.members[0].of(text), m.members[1].of(text), m.members[2].of(text), m.members[3].of(text)
		return text
	}
	text := codec.PassObject(data)
	if text == nil || len(text) > shortMeta {
		return nil
	}
	e.data = text
	e.d.Reset(text, codec.Options{Strict: true})
	e.meta()
	e.d.End()
	if e.d.Failed() || e.Code != 0 || e.ParamsText != "" {
		return nil
	}
	// Tokens and keys differ from request to request, and what had escapes is no
	// part of the text.
	if e.Token == nil && e.Key == nil && bytes.IndexByte(text, '\\') < 0 {
		m.text = append(m.text[:0], text...)
		m.members = [4]span{spanOf(text, e.Version), spanOf(text, e.Capabilities), spanOf(text, e.Client), spanOf(text, e.LogLevel)}
	}
	return text
}

// enter steps into the object at i, which has members.
func enter(data []byte, i int) (int, bool) {
	i = skipSpace(data, i)
	if i >= len(data) || data[i] != '{' {
		return i, false
	}
	return i + 1, true
}

// after steps over what follows a member. more tells that it is another one.
func after(data []byte, i int) (more bool, next int, ok bool) {
	if i = skipSpace(data, i); i >= len(data) {
		return false, i, false
	}
	c := data[i]
	return c == ',', i + 1, c == ',' || c == '}'
}

// has reports whether data has text, of two bytes or more, at i. Names differ in the
// second byte, after the quote.
func has(data []byte, i int, text string) bool {
	return len(data)-i >= len(text) && data[i+1] == text[1] && string(data[i:i+len(text)]) == text
}

// value gives the position of the value behind the colon at i. Without a colon it
// gives the end of data, where there is none.
func value(data []byte, i int) int {
	if i = skipSpace(data, i); i < len(data) && data[i] == ':' {
		return skipSpace(data, i+1)
	}
	return len(data)
}

// plainText reads the string at i and gives its contents: nil when it is none, or
// none that is plain.
func plainText(data []byte, i int) ([]byte, int) {
	if i >= len(data) || data[i] != '"' {
		return nil, i
	}
	end := codec.PlainEnd(data, i+1)
	if end >= len(data) || data[end] != '"' {
		return nil, i
	}
	return data[i+1 : end], end + 1
}

// plainID reads an id: a plain string, or digits.
func plainID(data []byte, i int) ([]byte, int) {
	start := i
	if text, end := plainText(data, i); text != nil {
		return data[start:end], end
	}
	for i < len(data) && data[i]-'0' <= 9 {
		i++
	}
	if i == start || data[start] == '0' && i > start+1 {
		return nil, i
	}
	return data[start:i], i
}

// skipSpace gives the position of the first byte at or after i that is no white
// space.
func skipSpace(data []byte, i int) int {
	for i < len(data) && data[i] <= ' ' && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}
