package codec

import (
	"math"
	"strings"
	"sync"
)

// Options change how a Decoder reads. The zero value is the default.
type Options struct {
	// Strict turns lenient conversion off ("5" for a number is refused) and
	// refuses null for an optional property.
	Strict bool
	// UniqueKeys makes Skip look for duplicate keys too. Everywhere else they
	// are looked for anyway.
	UniqueKeys bool
	// MaxContainers bounds how many objects and arrays are decoded, since a few
	// bytes of "[{},{},…" may each cost the memory of a large struct. Skipped
	// and raw values do not count. 0 is 131072, a negative number no limit.
	MaxContainers int
}

const defaultMaxContainers = 1 << 17

// A Decoder reads one JSON document (RFC 8259, in UTF-8) under generated code.
//
// Reading methods take the name under which a problem is reported: the name of
// the property whose value is read, or "" for the value itself, for whose place
// the caller accounts by Mark and Under. They report success as their last
// result. When a value is not what is wanted, a Violation is recorded, the
// value is skipped and reading can go on. After a syntax error, or when a limit
// is reached, every reading method fails at once and nothing more is recorded.
//
// Accepted are exactly the documents that are valid by RFC 8259, that are
// nested at most MaxDepth deep, and whose strings are valid UTF-8 without
// unpaired surrogates. A Decoder is not safe for concurrent use.
type Decoder struct {
	findings

	data  []byte // the text being read: the document, or a string in it (convert.go)
	pos   int    // of the next byte
	depth int    // of open containers
	first bool   // the innermost container has just been opened

	// The current member's name: data[keyAt:keyEnd], or keyText if it had escapes.
	keyAt, keyEnd int
	keyEscaped    bool

	// The value last read, for violations of it: data[at:pos], or shown if
	// shownAt is pos.
	at      int
	shown   []byte
	shownAt int

	keyText []byte          // holds a name that had escapes
	text    []byte          // holds a string that had escapes
	room    strings.Builder // holds what Own returns
	lists   []string        // holds what AppendOwn returns

	strict, unique bool
	left           int    // containers that may still be opened
	spare          int    // bytes that Grow may still set aside
	begun          [8]int // where the outermost open containers begin
	conversions    int

	frames []frame // texts around data
	base   int     // depth at which data began; -1: data is the document
	ahead  lookahead
}

// NewDecoder returns a decoder of data with the default options.
func NewDecoder(data []byte) *Decoder {
	return &Decoder{data: data, base: -1, shownAt: -1, left: defaultMaxContainers, spare: len(data)}
}

// Reset makes d read data from its beginning. Violations found before are
// forgotten, but an Error that Err returned stays valid.
func (d *Decoder) Reset(data []byte, o Options) {
	d.findings = findings{}
	d.pos, d.depth, d.first = 0, 0, false
	d.keyAt, d.keyEnd, d.keyEscaped = 0, 0, false
	d.at, d.shown, d.shownAt = 0, nil, -1
	d.room.Reset()
	d.lists = nil
	d.conversions, d.frames, d.base = 0, nil, -1
	d.ahead.spans, d.ahead.end = d.ahead.spans[:0], 0
	d.start(data, o)
}

// start begins with data in a decoder that is as if new.
func (d *Decoder) start(data []byte, o Options) {
	d.data, d.strict, d.unique, d.left = data, o.Strict, o.UniqueKeys, containers(o.MaxContainers)
	d.spare = len(data)
}

func containers(n int) int {
	switch {
	case n == 0:
		return defaultMaxContainers
	case n < 0:
		return math.MaxInt
	}
	return n
}

var decoders sync.Pool

// Get returns a pooled decoder of data. Put gives it back.
func Get(data []byte, o Options) *Decoder {
	d, ok := decoders.Get().(*Decoder)
	if !ok {
		d = NewDecoder(nil)
	}
	d.start(data, o)
	return d
}

// maxKept is the size in bytes up to which buffers are kept for reuse.
const maxKept = 64 << 10

// Put recycles a decoder that Get returned. Neither d nor bytes that alias its
// buffers may be used afterwards; an Error may.
func Put(d *Decoder) {
	if cap(d.text) > maxKept {
		d.text = nil
	}
	if cap(d.keyText) > maxKept {
		d.keyText = nil
	}
	if cap(d.ahead.spans)*spanBytes > maxKept {
		d.ahead.spans = nil
	}
	d.Reset(nil, Options{})
	decoders.Put(d)
}

// Strict tells Options.Strict.
func (d *Decoder) Strict() bool { return d.strict }

// Conversions counts the values read from another JSON type than the wanted
// one, such as "5" for 5.
func (d *Decoder) Conversions() int { return d.conversions }

// Failed reports whether reading ended early, at a syntax error or a limit.
func (d *Decoder) Failed() bool { return d.closed }

// Offset is the position in the document of the next byte to read; the length
// of the document after a failure is not defined.
func (d *Decoder) Offset() int { return d.offset(d.pos) }

// offset maps a position in data to one in the document.
func (d *Decoder) offset(pos int) int {
	if len(d.frames) > 0 {
		return d.frames[0].start
	}
	return pos
}

// End checks that nothing but white space is left.
func (d *Decoder) End() {
	if d.pos = skipSpace(d.data, d.pos); d.pos < len(d.data) {
		d.fail("", d.pos, faultEnd)
	}
}

// Err is what was found, or nil. It does not imply End.
func (d *Decoder) Err() *Error { return d.err() }

// peek skips white space and returns the next byte, or 0 at the end.
func (d *Decoder) peek() (c byte) {
	if d.pos < len(d.data) {
		c = d.data[d.pos]
	}
	if c <= ' ' {
		return d.peekSpace()
	}
	return c
}

// peekSpace is the rest of peek, apart so that peek is inlined.
//
//go:noinline
func (d *Decoder) peekSpace() byte {
	d.pos = skipSpace(d.data, d.pos)
	return byteAt(d.data, d.pos)
}

// fail records a syntax error or a limit at position i and ends the reading.
func (d *Decoder) fail(name string, i int, f fault) {
	if d.closed {
		return
	}
	v := Violation{Keyword: f.keyword(), Want: f.want(), Hint: f.hint(d.data, i), Offset: d.offset(i)}
	switch {
	case v.Keyword == Limit:
		v.Hint = ""
	case i < len(d.data):
		v.Got = showText(d.data[i:min(len(d.data), i+12)])
	default:
		v.Got = "the end of the input"
	}
	if len(d.list) >= maxViolations {
		// It is what the caller has to repair first, so it is always shown. Its
		// place may be that of a container around it: marks count what was cut.
		d.list = d.list[:maxViolations-1]
		d.more++
		name = ""
	}
	d.add(name, v)
	d.stop()
}

// stop ends the reading: an empty text makes every later step fail.
func (d *Decoder) stop() {
	d.data, d.pos, d.at, d.frames, d.base = nil, 0, 0, nil, -1
	d.keyAt, d.keyEnd = 0, 0
	d.closed = true
}

// PeekKind tells the kind of the next value without consuming it.
func (d *Decoder) PeekKind() Kind { return kindOf(d.peek()) }

// Null consumes null if it comes next.
func (d *Decoder) Null() bool {
	if d.peek() != 'n' || !hasPrefix(d.data[d.pos:], "null") {
		return false
	}
	d.at = d.pos
	d.pos += len("null")
	return true
}

// Skip checks and discards the next value.
func (d *Decoder) Skip() bool {
	_, ok := d.span("", d.unique)
	return ok
}

// span checks the next value, steps over it and returns its bytes, which alias
// the text being read.
func (d *Decoder) span(name string, unique bool) ([]byte, bool) {
	start := skipSpace(d.data, d.pos)
	end, f := scanValue(d.data, start, MaxDepth-d.depth)
	if f != noFault {
		d.fail(name, end, f)
		return nil, false
	}
	value := d.data[start:end]
	d.at, d.pos = start, end
	if d.depth == d.base {
		d.leaveText()
	}
	if unique {
		if key, dup := duplicateKey(value); dup {
			return d.twice(name, key)
		}
	}
	return value, true
}

// twice records a property that comes twice. It is for span, which is on the stack
// in every call and has no room there for a violation.
func (d *Decoder) twice(name, key string) ([]byte, bool) {
	d.record(name, Violation{Keyword: Duplicate, Want: "each property once",
		Got: quote(clip(key, clipRunes)) + " twice", Hint: "send it once"})
	return nil, false
}
