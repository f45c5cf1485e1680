package codec

// This file is the lenient conversion. Models send "5" where a number and
// "{\"a\":1}" where an object is wanted. The strict reading is tried first.
// Only where the target is no string, only if the string holds exactly one JSON
// value of the wanted type, that value is taken; every such case is counted.

// A frame is a text whose reading is suspended while a string in it is read as
// JSON.
type frame struct {
	data  []byte
	pos   int // after the string
	base  int
	ahead lookahead
	start int // of the outermost string, in the document
}

// convertible takes the string that comes next if accepts says so of its value.
func (d *Decoder) convertible(accepts func([]byte) bool) ([]byte, bool) {
	text, end, ok := d.stringAhead()
	if !ok || !accepts(text) {
		return nil, false
	}
	d.at, d.pos = d.pos, end
	d.shown, d.shownAt = text, end
	d.conversions++
	return text, true
}

// stringAhead is the value of the string that comes next, which is not
// consumed, and the position after it.
func (d *Decoder) stringAhead() (text []byte, end int, ok bool) {
	if d.strict || d.peek() != '"' {
		return nil, 0, false
	}
	end, escaped, f := scanString(d.data, d.pos+1)
	if f != noFault {
		return nil, 0, false // whoever reads it reports it
	}
	text = d.data[d.pos+1 : end]
	if escaped {
		d.text = unescape(d.text[:0], text)
		text = d.text
	}
	return text, end + 1, true
}

// enterText goes into the string that comes next if it holds one object or
// array, as bracket says. The brackets that follow are then the string's;
// closing the container goes back to the text around it.
func (d *Decoder) enterText(bracket byte) bool {
	text, end, ok := d.stringAhead()
	if !ok {
		return false
	}
	start := skipSpace(text, 0)
	if byteAt(text, start) != bracket {
		return false
	}
	after, f := scanValue(text, start, MaxDepth-d.depth)
	if f != noFault || skipSpace(text, after) != len(text) {
		return false
	}
	text = append([]byte(nil), text[start:after]...)
	d.frames = append(d.frames, frame{d.data, end, d.base, d.ahead, d.offset(d.pos)})
	d.data, d.pos, d.base = text, 0, d.depth
	d.ahead = lookahead{spans: d.ahead.spans[len(d.ahead.spans):]}
	d.conversions++
	return true
}

// leaveText goes back to the text around the one that has been read.
func (d *Decoder) leaveText() {
	last := len(d.frames) - 1
	f := d.frames[last]
	d.frames = d.frames[:last]
	d.data, d.pos, d.base, d.ahead = f.data, f.pos, f.base, f.ahead
	d.at = d.pos
}
