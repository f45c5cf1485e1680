package httpx

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

const (
	firstRead = 4 << 10   // what a buffer has at least
	trust     = 64 << 10  // how much is set aside on the word of Content-Length
	keepBody  = 128 << 10 // the largest buffer that is kept for another request
)

// Errors of Pool.Read, besides those of the connection.
var (
	// ErrTooLarge tells that the body is over the limit: answer 413.
	ErrTooLarge = errors.New("body too large")
	// ErrTimeout tells that the body did not arrive in time: answer 408.
	ErrTimeout = errors.New("body did not arrive in time")
)

// A Pool reads request bodies into buffers that are used again. The zero value
// is ready; it is safe for concurrent use.
type Pool struct{ pool sync.Pool }

// A Buffer is one body. It must be given back, after which Bytes is not valid.
type Buffer struct{ b []byte }

// Bytes is the body.
func (b *Buffer) Bytes() []byte { return b.b }

// Read reads the whole body of r, of limit bytes at most. Nothing is read when
// Content-Length is over the limit, and otherwise no more than one byte over
// it. timeout bounds the reading; 0: not at all.
func (p *Pool) Read(w http.ResponseWriter, r *http.Request, limit int64, timeout time.Duration) (*Buffer, error) {
	n := r.ContentLength
	if n > limit {
		return nil, ErrTooLarge
	}
	if timeout > 0 && n != 0 {
		// net/http clears the deadline once it has seen the end of the body. A
		// ResponseWriter without deadlines is not from a network.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(timeout))
	}
	buf, ok := p.pool.Get().(*Buffer)
	if !ok {
		buf = &Buffer{make([]byte, 0, firstRead)}
	}
	var err error
	if n >= 0 {
		err = buf.readKnown(r.Body, int(n))
	} else {
		err = buf.readUnknown(r.Body, limit)
	}
	if err != nil {
		p.Put(buf)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = ErrTimeout
		}
		return nil, err
	}
	if timeout > 0 && r.ProtoMajor >= 2 {
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	}
	return buf, nil
}

// Trim gives a buffer that is no larger than its body, for a request that stays
// open, and b back.
func (p *Pool) Trim(b *Buffer) *Buffer {
	own := &Buffer{bytes.Clone(b.b)}
	p.Put(b)
	return own
}

// Put gives a buffer back.
func (p *Pool) Put(b *Buffer) {
	if cap(b.b) >= firstRead && cap(b.b) <= keepBody {
		b.b = b.b[:0]
		p.pool.Put(b)
	}
}

// readKnown reads exactly n bytes. A large buffer is made as the bytes arrive,
// so that announcing a body costs the client something too.
func (b *Buffer) readKnown(src io.Reader, n int) error {
	for len(b.b) < n {
		b.grow(min(n, max(trust, 2*len(b.b))))
		m, err := io.ReadFull(src, b.b[len(b.b):min(n, cap(b.b))])
		b.b = b.b[:len(b.b)+m]
		if err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
	}
	return nil
}

// readUnknown reads up to the end, of limit bytes at most.
func (b *Buffer) readUnknown(src io.Reader, limit int64) error {
	for {
		if len(b.b) == cap(b.b) {
			b.grow(2 * len(b.b))
		}
		room := b.b[len(b.b):cap(b.b)]
		if left := limit + 1 - int64(len(b.b)); int64(len(room)) > left {
			room = room[:left]
		}
		n, err := src.Read(room)
		b.b = b.b[:len(b.b)+n]
		switch {
		case int64(len(b.b)) > limit:
			return ErrTooLarge
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// grow makes room for n bytes in all.
func (b *Buffer) grow(n int) {
	if cap(b.b) >= n {
		return
	}
	grown := make([]byte, len(b.b), max(n, firstRead))
	copy(grown, b.b)
	b.b = grown
}
