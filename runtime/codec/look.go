package codec

import (
	"encoding/binary"
	"math/bits"
)

// PassObject gives the bytes of the object that data begins with, looking at as
// little as [Decoder.Pass] does. It gives nil when there is none.
func PassObject(data []byte) []byte {
	if byteAt(data, 0) != '{' {
		return nil
	}
	end := passContainer(data, 0)
	if end < 0 {
		return nil
	}
	return data[:end]
}

// PlainEnd is the position of the first byte at or after i that ends a string, or
// that a string cannot hold as it is, or that is beyond ASCII.
func PlainEnd(data []byte, i int) int {
	for ; i+8 <= len(data); i += 8 {
		if m := special(binary.LittleEndian.Uint64(data[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	return skipPlain(data, i)
}

// Adopt makes b what has been written: Bytes with more behind it. What was found
// stays.
func (e *Encoder) Adopt(b []byte) { e.buf = b }
