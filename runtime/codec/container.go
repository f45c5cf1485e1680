package codec

import (
	"math/bits"
	"slices"
)

// OpenObject enters the object that comes next. Members follow by NextMember,
// which must be called until it returns false.
func (d *Decoder) OpenObject(name string) bool {
	if d.peek() != '{' && !d.enterText('{') {
		d.wrongType(name, "object")
		return false
	}
	return d.open(name)
}

// OpenArray enters the array that comes next. Elements follow by NextElement,
// which must be called until it returns false.
func (d *Decoder) OpenArray(name string) bool {
	if d.peek() != '[' && !d.enterText('[') {
		d.wrongType(name, "array")
		return false
	}
	return d.open(name)
}

func (d *Decoder) open(name string) bool {
	switch {
	case d.depth >= MaxDepth:
		d.fail(name, d.pos, faultDepth)
		return false
	case d.left == 0:
		d.fail(name, d.pos, faultContainers)
		return false
	}
	if d.depth < len(d.begun) {
		d.begun[d.depth] = d.pos
	}
	d.left--
	d.depth++
	d.pos++
	d.first = true
	return true
}

// close leaves a container at its closing bracket. It returns false for its callers.
func (d *Decoder) close() bool {
	d.pos++
	d.depth--
	d.first = false
	if d.depth == d.base {
		d.leaveText()
	}
	d.at = d.pos // the container itself is not shown
	return false
}

// NextMember goes to the next member: Key tells its name, and its value must be
// read or skipped. It returns false at the end of the object.
func (d *Decoder) NextMember() bool {
	data, i := d.data, d.pos
	if !d.first {
		switch byteAt(data, i) {
		case ',':
			i++
		case '}':
			return d.close()
		default:
			return d.memberSlow()
		}
	}
	if byteAt(data, i) <= ' ' {
		i = skipSpace(data, i)
	}
	if byteAt(data, i) == '"' {
		end := skipWords(data, i+1)
		if byteAt(data, end) == '"' && byteAt(data, end+1) == ':' { // as in most documents
			d.keyAt, d.keyEnd, d.keyEscaped = i+1, end, false
			d.pos, d.first = end+2, false
			return true
		}
	}
	return d.memberSlow()
}

// memberSlow is NextMember for empty objects, white space in unusual places and
// names that are not plain text.
func (d *Decoder) memberSlow() bool {
	c := d.peek()
	switch {
	case c == '}':
		return d.close()
	case d.first:
		d.first = false
	case c == ',':
		d.pos++
		c = d.peek()
	default:
		d.fail("", d.pos, faultMember)
		return false
	}
	if c != '"' {
		d.fail("", d.pos, faultKey)
		return false
	}
	start := d.pos + 1
	end, escaped, f := scanString(d.data, start)
	if f != noFault {
		d.fail("", end, f)
		return false
	}
	if d.keyAt, d.keyEnd, d.keyEscaped = start, end, escaped; escaped {
		d.keyText = unescape(d.keyText[:0], d.data[start:end])
	}
	d.pos = end + 1
	if d.peek() != ':' {
		d.fail("", d.pos, faultColon)
		return false
	}
	d.pos++
	return true
}

// Key is the current member's name, unescaped. It may be asked for until the
// value is read, and is valid until the next NextMember; Own copies it.
func (d *Decoder) Key() []byte {
	if d.keyEscaped {
		return d.keyText
	}
	return d.data[d.keyAt:d.keyEnd]
}

// NextElement goes to the next element, which must be read or skipped. It
// returns false at the end of the array.
func (d *Decoder) NextElement() bool {
	switch c := d.peek(); {
	case c == ']':
		return d.close()
	case d.first:
		d.first = false
		return !d.closed // a missing element is the reader's to find
	case c == ',':
		d.pos++
		return true
	}
	d.fail("", d.pos, faultElement)
	return false
}

// Once marks the property of bit as seen. If it was seen before, Once records
// the duplicate, skips the value and returns false.
func (d *Decoder) Once(seen *uint64, bit uint64, name string) bool {
	if *seen&bit != 0 {
		d.duplicate(name)
		return false
	}
	*seen |= bit
	return true
}

// OnceOptional is Once for a property that may be absent: null is taken as
// absent and consumed, and false returned. With Options.Strict null is refused.
func (d *Decoder) OnceOptional(seen *uint64, bit uint64, name string) bool {
	if !d.Once(seen, bit, name) {
		return false
	}
	if d.peek() != 'n' || !d.Null() {
		return true
	}
	if d.strict {
		d.record(name, Violation{Keyword: Type, Want: "a value or no property at all", Got: "null",
			Hint: "omit the property instead of sending null"})
	}
	return false
}

// Duplicate records that the map key came before and skips the value. Its place
// is that of the map: key itself is part of the message.
func (d *Decoder) Duplicate(key string) {
	if key != "" {
		d.duplicate(key)
		return
	}
	m := d.Mark()
	d.duplicate("")
	d.UnderKey(m, "")
}

func (d *Decoder) duplicate(name string) {
	d.at = skipSpace(d.data, d.pos)
	v := Violation{Keyword: Duplicate, Want: "each property once", Got: "a second value", Hint: "send it once"}
	v.Offset = d.offset(d.at)
	d.note(name, v)
	d.Skip()
}

// Unknown records that the current member's name is none of names, the known
// ones, and skips the value.
func (d *Decoder) Unknown(names []string) {
	if !d.full() {
		d.at = skipSpace(d.data, d.pos)
		v := Violation{Keyword: AdditionalProperties, Want: "no property of this name",
			Offset: d.offset(d.at), level: d.depth}
		name := d.Key()
		key := string(name[:min(len(name), 4*segmentRunes)])
		v.rename = nearest(string(name), names)
		v.Hint = unknownHint(v.rename, names)
		v.Pointer = pointerTo(key)
		d.note("", v)
	} else {
		d.note("", Violation{})
	}
	d.Skip()
}

// Require records the properties that are in required and not in seen. names
// holds the property of each bit. With more than 64 properties it is called for
// each word, with names from that word's first property on.
//
// A missing property that an unknown name of the same object was most likely
// meant to be is no violation of its own: the unknown name's hint says both.
func (d *Decoder) Require(seen, required uint64, names []string) {
	if required&^seen != 0 || len(d.list) > 0 {
		d.require(seen, required, names)
	}
}

// require is the rest of Require, apart so that Require is inlined.
func (d *Decoder) require(seen, required uint64, names []string) {
	if len(d.list) > 0 {
		required &^= d.settleNames(seen, required, names)
	}
	for missing := required &^ seen; missing != 0 && !d.closed; missing &= missing - 1 {
		name := names[bits.TrailingZeros64(missing)]
		d.at = d.pos
		d.record(name, Violation{Keyword: Required, Want: "a value (required)", Got: "nothing"})
	}
}

// settleNames completes the hints of unknown names that were found in the
// object just closed, now that it is known which properties it has. It returns
// the required properties that are missing because of a misspelling.
func (d *Decoder) settleNames(seen, required uint64, names []string) (misspelt uint64) {
	names = names[:min(len(names), 64)]
	for i := range d.list {
		v := &d.list[i]
		if v.level != d.depth+1 {
			continue
		}
		n := slices.Index(names, v.rename)
		if n < 0 {
			continue
		}
		switch bit := uint64(1) << n; {
		case seen&bit != 0:
			v.Hint = "remove it, " + quote(v.rename) + " is there too"
		case required&bit != 0 && misspelt&bit == 0:
			v.Hint = "rename it to " + quote(v.rename) + ", which is required"
			misspelt |= bit
		}
		v.level = 0
	}
	return misspelt
}
