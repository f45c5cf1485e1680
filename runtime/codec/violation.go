package codec

import (
	"strconv"
	"strings"
)

// A Violation is one problem found in a document.
type Violation struct {
	Pointer string  // RFC 6901 pointer to the value; "" is the whole document
	Keyword Keyword // the rule that is broken
	Want    string  // what is expected, in words
	Got     string  // what came, 40 characters at most; "" when there is nothing to show
	Hint    string  // what to do about it; "" when there is nothing to say
	Offset  int     // byte offset in the document; 0 for an Encoder

	// rename is the known name that an unknown one is most likely meant to be.
	// level is the depth of the object it was found in, or 0 once the violation
	// has been put under a name.
	rename string
	level  int
}

// An Error is what is wrong with one document, in document order.
type Error struct {
	Violations []Violation // the first 16
	More       int         // how many further ones were found
}

const (
	maxViolations = 16
	// maxMore further violations are counted before reading ends: nobody needs
	// the exact number, and a document of nothing but mistakes must not cost
	// what a good one costs.
	maxMore = 1000
)

// Error lists the violations for a model to act on, the number first, then one
// a line.
func (e *Error) Error() string {
	var b strings.Builder
	n := len(e.Violations) + e.More
	b.WriteString(strconv.Itoa(n))
	if n == 1 {
		b.WriteString(" problem:")
	} else {
		b.WriteString(" problems:")
	}
	for i := range e.Violations {
		b.WriteString("\n- ")
		e.Violations[i].write(&b)
	}
	if e.More > 0 {
		b.WriteString("\n- and ")
		if e.More >= maxMore {
			b.WriteString("at least ")
		}
		b.WriteString(strconv.Itoa(e.More))
		b.WriteString(" more")
	}
	return b.String()
}

// String is the line of v in the text of an Error.
func (v *Violation) String() string {
	var b strings.Builder
	v.write(&b)
	return b.String()
}

func (v *Violation) write(b *strings.Builder) {
	if v.Pointer == "" {
		b.WriteString("(the whole value)")
	} else {
		b.WriteString(printable(v.Pointer))
	}
	b.WriteString(": expected ")
	b.WriteString(v.Want)
	if v.Got != "" {
		b.WriteString(", got ")
		b.WriteString(v.Got)
	}
	if v.Hint != "" {
		b.WriteString(" (")
		b.WriteString(v.Hint)
		b.WriteString(")")
	}
}

// AppendJSON appends the violations as a JSON array of objects with the members
// pointer, keyword, expected, got, hint and offset; empty ones are left out.
func (e *Error) AppendJSON(b []byte) []byte {
	b = append(b, '[')
	for i := range e.Violations {
		if i > 0 {
			b = append(b, ',')
		}
		b = e.Violations[i].appendJSON(b)
	}
	return append(b, ']')
}

func (v *Violation) appendJSON(b []byte) []byte {
	b = AppendString(append(b, `{"pointer":`...), v.Pointer)
	b = AppendString(append(b, `,"keyword":`...), string(v.Keyword))
	b = AppendString(append(b, `,"expected":`...), v.Want)
	if v.Got != "" {
		b = AppendString(append(b, `,"got":`...), v.Got)
	}
	if v.Hint != "" {
		b = AppendString(append(b, `,"hint":`...), v.Hint)
	}
	b = append(b, `,"offset":`...)
	b = strconv.AppendInt(b, int64(v.Offset), 10)
	return append(b, '}')
}

// findings collects violations. The methods that put them under a name make
// pointers only when there are violations: good documents pay one comparison.
type findings struct {
	list   []Violation
	more   int
	closed bool // nothing may be added: reading has ended
	placed bool // pointers are complete when violations are added
}

// add records v at member name of the current value, or at the value itself
// when name is "".
func (f *findings) add(name string, v Violation) {
	switch {
	case f.closed:
	case len(f.list) >= maxViolations:
		f.more++
	default:
		if name != "" {
			v.Pointer = pointerTo(name)
		}
		f.list = append(f.list, v)
	}
}

// full tells that a further violation would be counted, not recorded, so that
// its texts need not be made.
func (f *findings) full() bool { return f.closed || len(f.list) >= maxViolations }

// Mark is the place from which a later Under, UnderIndex, UnderKey or Redact
// counts.
func (f *findings) Mark() int { return len(f.list) }

// Under says that what was found since m belongs to member name: it is put
// before the pointers. "" changes nothing.
func (f *findings) Under(m int, name string) {
	if len(f.list) > m && name != "" {
		f.under(m, name)
	}
}

// UnderIndex says that what was found since m belongs to element i.
func (f *findings) UnderIndex(m, i int) {
	if len(f.list) > m {
		f.under(m, strconv.Itoa(i))
	}
}

// UnderKey is Under for the key of a map, which may be empty.
func (f *findings) UnderKey(m int, key string) {
	if len(f.list) > m {
		f.under(m, key)
	}
}

func (f *findings) under(m int, name string) {
	if f.placed {
		return
	}
	segment := pointerTo(name)
	for i := m; i < len(f.list); i++ {
		v := &f.list[i]
		v.Pointer = joinPointers(segment, v.Pointer)
		v.level = 0
	}
}

// Redact says that what was found since m is about a sensitive value, which
// must not be echoed.
func (f *findings) Redact(m int) {
	for i := m; i < len(f.list); i++ {
		v := &f.list[i]
		if v.Got != "" {
			v.Got = "a value that is not shown"
		}
		if v.Keyword == Type || v.Keyword == Enum {
			v.Hint = ""
		}
	}
}

// err is what was found, or nil.
func (f *findings) err() *Error {
	if len(f.list) == 0 {
		return nil
	}
	return &Error{Violations: f.list, More: f.more}
}
