package codec

import "strconv"

// Begin says that the document begins here, after whatever the buffer holds.
// From now on violations are placed by reading what has been written since, so
// that the caller needs no Mark and no Under, which do nothing: a document
// without violations pays nothing for its pointers. Reset ends it.
func (e *Encoder) Begin() { e.placed, e.base = true, len(e.buf) }

// add records v at member name of the value that is being written, or at the
// value itself when name is "".
func (e *Encoder) add(name string, v Violation) {
	n := len(e.list)
	e.findings.add(name, v)
	if e.placed && len(e.list) > n {
		added := &e.list[n]
		added.Pointer = joinPointers(e.place(), added.Pointer)
	}
}

// A level is an object or array that is being written.
type level struct {
	object bool
	index  int    // of the current element
	key    string // of the current member
	named  bool   // the current member has a key
}

// place is the pointer to the value that is written next or was written last.
// What has been written is the beginning of a JSON document.
func (e *Encoder) place() string {
	var open []level
	for b, i := e.buf[e.base:], 0; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			open = append(open, level{object: b[i] == '{'})
		case '}', ']':
			open = open[:max(0, len(open)-1)]
		case ',':
			if n := len(open); n > 0 {
				open[n-1] = level{object: open[n-1].object, index: open[n-1].index + 1}
			}
		case '"':
			end, escaped, f := scanString(b, i+1)
			if f != noFault {
				end = len(b)
			}
			if n := len(open); n > 0 && open[n-1].object && !open[n-1].named {
				key := b[i+1 : end]
				if escaped {
					key = unescape(nil, key)
				}
				open[n-1].key, open[n-1].named = string(key), true
			}
			i = end
		}
	}
	pointer := ""
	for _, l := range open {
		switch {
		case !l.object:
			pointer = joinPointers(pointer, pointerTo(strconv.Itoa(l.index)))
		case l.named:
			pointer = joinPointers(pointer, pointerTo(l.key))
		}
	}
	return pointer
}
