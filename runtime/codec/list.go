package codec

import (
	"slices"
	"unsafe"
)

// How the lists grow that arrays are read into.

const (
	firstGuess = 8  // elements after which the rest of an array is guessed from
	mostGuess  = 16 // how many times what was read the rest may be

	firstLists = 4  // strings that the first lists of a document share room for
	mostLists  = 16 // and the later ones
)

// Grow returns list with room for the next element of the array being read.
//
// The length of an array is known at its end, and a list that grows by doubling
// is copied again and again. So once a sixteenth of what may belong to an array
// was read, Grow takes the rest for more of the same and makes room for all of
// it. A guess may be wrong: all guesses of a document together set aside no more
// memory than the document has bytes.
func Grow[S ~[]E, E any](d *Decoder, list S) S {
	if len(list) < cap(list) {
		return list
	}
	return grow(d, list)
}

// grow is the rest of Grow, apart so that Grow is inlined.
func grow[S ~[]E, E any](d *Decoder, list S) S {
	var e E
	return slices.Grow(list, d.guess(len(list), int(unsafe.Sizeof(e))))
}

// guess tells how many elements of size bytes are to follow the n that were
// read; 1 if that cannot be told.
func (d *Decoder) guess(n, size int) int {
	level := d.depth - 1
	if n < firstGuess || level < 0 || level >= len(d.begun) {
		return 1
	}
	read, left := d.pos-d.begun[level], len(d.data)-d.pos
	if left/mostGuess >= read {
		return 1
	}
	more := min(int(int64(left)*int64(n)/int64(read)), d.spare/max(size, 1))
	d.spare -= more * size
	return max(more, 1)
}

// AppendOwn appends Own(s) to the list that an array is read into. Short lists
// of short strings share memory: one that is kept for long keeps up to 15 other
// strings of the document with it, 8 KiB at most.
func (d *Decoder) AppendOwn(list []string, s []byte) []string {
	n, end := len(list), len(d.lists)
	own := d.Own(s)
	if n >= mostLists || len(s) > maxShared || n > 0 && (end == 0 || &list[n-1] != &d.lists[end-1]) {
		return append(Grow(d, list), own)
	}
	if end == cap(d.lists) {
		d.lists = append(make([]string, 0, min(max(firstLists, 2*end), mostLists)), list...)
		end = n
	}
	d.lists = append(d.lists, own)
	return d.lists[end-n : end+1 : end+1] // whoever appends to the list moves it
}
