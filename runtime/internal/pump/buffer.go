package pump

import (
	"io"
	"sync"
)

// keep is the largest buffer that goes back to the pool: one huge message must
// not pin its memory for good.
const keep = 256 << 10

var buffers = sync.Pool{New: func() any { return &Buffer{B: make([]byte, 0, 1<<10)} }}

// A Buffer holds one incoming message.
type Buffer struct {
	B []byte

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

// ReadFrom appends all of r and gives the error that ended it, nil for io.EOF.
func (b *Buffer) ReadFrom(r io.Reader) (int64, error) {
	from := len(b.B)
	for {
		if len(b.B) == cap(b.B) {
			b.B = append(make([]byte, 0, 2*cap(b.B)), b.B...)
		}
		n, err := r.Read(b.B[len(b.B):cap(b.B)])
		b.B = b.B[:len(b.B)+n]
		if err == io.EOF {
			err = nil
		} else if err == nil {
			continue
		}
		return int64(len(b.B) - from), err
	}
}

// Free gives the buffer back. Its bytes must not be used afterwards.
func (b *Buffer) Free() {
	if b.release != nil {
		b.release(b.held)
		b.held, b.release = 0, nil
	}
	if cap(b.B) <= keep {
		buffers.Put(b)
	}
}

var batches = sync.Pool{New: func() any { return &Batch{data: make([]byte, 0, 4<<10)} }}

// A Batch is a run of whole outgoing messages, each ended by a line feed.
type Batch struct {
	data []byte
	ends []int // offsets behind the line feeds
}

// Lines is all messages, each ended by a line feed.
func (b *Batch) Lines() []byte { return b.data }

// Len is the number of messages.
func (b *Batch) Len() int { return len(b.ends) }

// At is message i without the line feed.
func (b *Batch) At(i int) []byte {
	from := 0
	if i > 0 {
		from = b.ends[i-1]
	}
	return b.data[from : b.ends[i]-1]
}

func (b *Batch) add(msg []byte) {
	b.data = append(append(b.data, msg...), '\n')
	b.ends = append(b.ends, len(b.data))
}

func newBatch() *Batch {
	b, _ := batches.Get().(*Batch)
	b.data, b.ends = b.data[:0], b.ends[:0]
	return b
}

func (b *Batch) free() {
	if cap(b.data) <= keep {
		batches.Put(b)
	}
}
