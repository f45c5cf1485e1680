package codec

import "sync"

// An Encoder appends one JSON document to a buffer under generated code, which
// writes punctuation and names by Raw and values by the other methods. Nothing
// is checked about the order of the calls.
//
// A value that JSON cannot express, or that breaks its own schema, is recorded
// as a Violation; something valid is written in its place and writing goes on.
// The text is what encoding/json writes with SetEscapeHTML(false), except for
// time.Duration. An Encoder is not safe for concurrent use.
type Encoder struct {
	findings

	buf   []byte
	depth int
	text  []byte // holds the text of marshalers
	base  int    // where the document begins, after Begin
}

// NewEncoder returns an encoder that appends to buf, which may be nil.
func NewEncoder(buf []byte) *Encoder { return &Encoder{buf: buf} }

// Reset makes e append to buf and forget what was found. An Error that Err
// returned stays valid.
func (e *Encoder) Reset(buf []byte) { *e = Encoder{buf: buf, text: e.text[:0]} }

var encoders sync.Pool

// GetEncoder returns a pooled encoder with an empty buffer. PutEncoder gives it
// back.
func GetEncoder() *Encoder {
	e, ok := encoders.Get().(*Encoder)
	if !ok {
		e = new(Encoder)
	}
	e.Reset(e.buf[:0])
	return e
}

// PutEncoder recycles an encoder and its buffer: bytes that Bytes returned must
// not be used afterwards. An Error may.
func PutEncoder(e *Encoder) {
	if cap(e.buf) > maxKept {
		e.buf = nil
	}
	if cap(e.text) > maxKept {
		e.text = nil
	}
	e.Reset(e.buf[:0])
	encoders.Put(e)
}

// Bytes is what has been written, after what the buffer held at first. It is
// valid until the next call of a writing method.
func (e *Encoder) Bytes() []byte { return e.buf }

// Len is the length of Bytes.
func (e *Encoder) Len() int { return len(e.buf) }

// Truncate drops everything after the first n bytes.
func (e *Encoder) Truncate(n int) { e.buf = e.buf[:n] }

// Err is what was found, or nil.
func (e *Encoder) Err() *Error { return e.err() }

// Raw appends JSON text as it is.
func (e *Encoder) Raw(text string) { e.buf = append(e.buf, text...) }

// Comma appends a comma unless the last byte opens an object or an array.
func (e *Encoder) Comma() {
	if n := len(e.buf); n > 0 && e.buf[n-1] != '{' && e.buf[n-1] != '[' {
		e.buf = append(e.buf, ',')
	}
}

// Enter guards the encoder of a recursive type: every call counts one level
// until Leave. Beyond MaxDepth levels it records a violation, appends null and
// returns false; the caller must return then, without Leave. So a value that
// contains itself is reported, not followed forever.
func (e *Encoder) Enter() bool {
	if e.depth >= MaxDepth {
		f := faultDepth
		e.add("", Violation{Keyword: Limit, Want: f.want(), Hint: "does the value contain itself?"})
		e.Null()
		return false
	}
	e.depth++
	return true
}

// Leave ends what a successful Enter began.
func (e *Encoder) Leave() { e.depth-- }

// Fail records that member name, or the value itself when name is "", breaks
// kw. limit is what the keyword says in the schema; for a keyword without a
// limit, the expectation in words.
func (e *Encoder) Fail(name string, kw Keyword, limit string) {
	e.add(name, Violation{Keyword: kw, Want: wantLimit(kw, limit)})
}

// FailCount records that a value with got characters, items or properties
// breaks kw, whose limit is limit.
func (e *Encoder) FailCount(name string, kw Keyword, limit, got int) {
	e.add(name, Violation{Keyword: kw, Want: wantCount(kw, limit), Got: countOf(kw, got)})
}

// EscapedCopy appends the bytes [from:to) of Bytes, which are JSON, as a JSON
// string: the text copy of a value that has been written.
func (e *Encoder) EscapedCopy(from, to int) {
	e.buf = append(e.buf, '"')
	e.buf = AppendEscaped(e.buf, e.buf[from:to])
	e.buf = append(e.buf, '"')
}
