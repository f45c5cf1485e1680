package pump

import (
	"sync"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// keep is the largest buffer that goes back to the pool: one huge message must
// not pin its memory for good.
const keep = 256 << 10

var buffers = sync.Pool{New: func() any { return &Buffer{B: make([]byte, 0, 1<<10)} }}

// A Buffer holds one incoming message.
type Buffer struct {
	B []byte

	m       mcp.Message // what B says
	held    int64
	release func(n int64)
}

// Hold has release called with n, and what was held before, when the buffer is
// given back.
func (b *Buffer) Hold(n int64, release func(n int64)) {
	b.held += n
	b.release = release
}

// GetBuffer gives an empty buffer. It is given back with Free.
func GetBuffer() *Buffer {
	b, _ := buffers.Get().(*Buffer)
	b.B = b.B[:0]
	return b
}

// Append appends p. A buffer that is too small is made twice as large, so that a
// long message costs no more than twice its length.
func (b *Buffer) Append(p []byte) {
	if need := len(b.B) + len(p); need > cap(b.B) {
		b.B = append(make([]byte, 0, max(need, 2*cap(b.B))), b.B...)
	}
	b.B = append(b.B, p...)
}

// Room is where the next bytes of a message may be read into, n at most. The
// buffer grows as they come, whatever n is. Those that have been read are added
// with Grow.
func (b *Buffer) Room(n int) []byte {
	if len(b.B) == cap(b.B) {
		b.B = append(make([]byte, 0, 2*cap(b.B)), b.B...)
	}
	return b.B[len(b.B):min(cap(b.B), len(b.B)+n)]
}

// Grow adds n bytes that were read into Room, and gives them.
func (b *Buffer) Grow(n int) []byte {
	b.B = b.B[:len(b.B)+n]
	return b.B[len(b.B)-n:]
}

// Free gives the buffer back. Its bytes must not be used afterwards.
func (b *Buffer) Free() {
	if b.release != nil {
		b.release(b.held)
		b.held, b.release = 0, nil
	}
	b.m.Reset()
	if cap(b.B) <= keep {
		buffers.Put(b)
	}
}

var outs = sync.Pool{New: func() any { return &out{b: make([]byte, 0, 4<<10)} }}

// An out holds outgoing messages as the peer gets them.
type out struct{ b []byte }

func newOut() *out {
	o, _ := outs.Get().(*out)
	o.b = o.b[:0]
	return o
}

func (o *out) free() {
	if cap(o.b) <= keep {
		outs.Put(o)
	}
}
