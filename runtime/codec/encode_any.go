package codec

import (
	"bytes"
	"encoding"
	"encoding/json"
	"strings"
	"time"
)

// RawJSON appends one JSON value, without white space between its tokens. nil
// is null, as a json.RawMessage is in encoding/json. Anything that a Decoder
// would not read is a violation.
func (e *Encoder) RawJSON(b []byte) {
	if b == nil {
		e.Null()
		return
	}
	end, f := scanValue(b, 0, MaxDepth-e.depth)
	if f == noFault {
		if end = skipSpace(b, end); end < len(b) {
			f = faultEnd
		}
	}
	if f != noFault {
		e.add("", Violation{Keyword: f.keyword(), Want: f.want()})
		e.Null()
		return
	}
	e.buf = appendCompact(e.buf, b)
}

// appendCompact appends valid JSON without white space between tokens.
func appendCompact(dst, b []byte) []byte {
	done := 0
	for i := 0; i < len(b); {
		switch {
		case b[i] == '"':
			end, _, _ := scanString(b, i+1)
			i = end + 1
		case isSpace(b[i]):
			dst = append(dst, b[done:i]...)
			i = skipSpace(b, i)
			done = i
		default:
			i++
		}
	}
	return append(dst, b[done:]...)
}

// Text appends what MarshalText gives, as a string. An error is a violation.
func (e *Encoder) Text(m encoding.TextMarshaler) {
	text, err := e.marshalText(m)
	if err != nil {
		e.marshalError(err)
		return
	}
	e.buf = append(appendInside(append(e.buf, '"'), text), '"')
}

// marshalText is valid until the next call.
func (e *Encoder) marshalText(m encoding.TextMarshaler) ([]byte, error) {
	if a, ok := m.(encoding.TextAppender); ok {
		text, err := a.AppendText(e.text[:0])
		if err == nil {
			e.text = text
		}
		return text, err
	}
	return m.MarshalText()
}

// JSON appends what MarshalJSON gives, checked and without white space. An
// error is a violation.
func (e *Encoder) JSON(m interface{ MarshalJSON() ([]byte, error) }) {
	b, err := m.MarshalJSON()
	switch {
	case err != nil:
		e.marshalError(err)
	case b == nil:
		e.RawJSON([]byte{}) // a violation: nothing is no value
	default:
		e.RawJSON(b)
	}
}

// JSONOf is JSON for a type whose schema names JSON types, in words as in
// Decoder.Is. A value of another type is a violation.
func (e *Encoder) JSONOf(m interface{ MarshalJSON() ([]byte, error) }, types string) {
	b, err := m.MarshalJSON()
	switch {
	case err != nil:
		e.marshalError(err)
	case b == nil:
		e.RawJSON([]byte{})
	default:
		e.RawJSONOf(b, types)
	}
}

// RawJSONOf is RawJSON for a schema that names JSON types, as in JSONOf.
func (e *Encoder) RawJSONOf(b []byte, types string) {
	got := typeOf(b)
	fits := got == "" || strings.Contains(types, got) || got == "integer" && strings.Contains(types, "number")
	if !fits && (b == nil || json.Valid(b)) {
		e.add("", Violation{Keyword: Type, Want: types, Got: got})
	}
	e.RawJSON(b)
}

// typeOf is the JSON type of a value in words, "" for what is none.
func typeOf(b []byte) string {
	if b == nil {
		return "null"
	}
	start := skipSpace(b, 0)
	switch kind := kindOf(byteAt(b, start)); kind {
	case KindInvalid:
		return ""
	case KindNumber:
		if end, _, f := scanNumber(b, start); f == noFault {
			if exact := parseDecimal(b[start:end]); exact.exp >= 0 {
				return "integer"
			}
		}
		return kind.String()
	default:
		return kind.String()
	}
}

// marshalError records the error of a marshaler, for the author of its type.
func (e *Encoder) marshalError(err error) {
	e.add("", Violation{Keyword: Type, Want: "a value that can be written", Got: clip(err.Error(), 4*clipRunes)})
	e.Null()
}

// Any appends any value that encoding/json can write, as encoding/json writes
// it: trees of Any without reflection, other types through encoding/json.
func (e *Encoder) Any(v any) {
	switch v := v.(type) {
	case nil:
		e.Null()
	case bool:
		e.Bool(v)
	case string:
		e.String(v)
	case float64:
		e.Float(v, 64)
	case int:
		e.Int(int64(v))
	case int64:
		e.Int(v)
	case json.Number:
		e.Number(string(v))
	case json.RawMessage:
		e.RawJSON(v)
	case time.Time:
		e.Time(v)
	case map[string]any:
		e.anyMap(v)
	case []any:
		e.anySlice(v)
	default:
		e.reflected(v)
	}
}

func (e *Encoder) anyMap(tree map[string]any) {
	if tree == nil {
		e.Null()
		return
	}
	if !e.Enter() {
		return
	}
	e.Raw("{")
	for _, key := range SortedKeys(tree) {
		e.Comma()
		e.Key(key)
		m := e.Mark()
		e.Any(tree[key])
		e.UnderKey(m, key)
	}
	e.Raw("}")
	e.Leave()
}

func (e *Encoder) anySlice(list []any) {
	if list == nil {
		e.Null()
		return
	}
	if !e.Enter() {
		return
	}
	e.Raw("[")
	for i, v := range list {
		e.Comma()
		m := e.Mark()
		e.Any(v)
		e.UnderIndex(m, i)
	}
	e.Raw("]")
	e.Leave()
}

// reflected leaves a value of a type that is not known here to encoding/json.
func (e *Encoder) reflected(v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		e.marshalError(err)
		return
	}
	e.RawJSON(bytes.TrimRight(b.Bytes(), "\n"))
}
