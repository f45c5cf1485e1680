package sse

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"time"
	"unicode/utf8"
)

// Errors of a Reader, besides those of what it reads from.
var (
	// ErrTooLong tells that an event, or a single line, is over the bound.
	ErrTooLong = errors.New("sse: event too long")
	// ErrUTF8 tells that the stream is not UTF-8.
	ErrUTF8 = errors.New("sse: invalid UTF-8")
)

const (
	maxRetry = 24 * time.Hour // longer ones are read as this
	// keep is the largest buffer that is kept from one event to the next.
	keep = 64 << 10
)

var bom = []byte("\xef\xbb\xbf")

// A Reader reads the events of a stream. It is not safe for concurrent use.
type Reader struct {
	src io.Reader
	max int
	err error

	buf     []byte // buf[r:w] is read and not used
	r, w    int
	started bool // the byte order mark has been looked for
	skipLF  bool // the last line ended in \r: a \n that follows belongs to it

	data []byte
}

// NewReader reads events from src. Each may have up to limit bytes of data, and
// each line up to limit bytes and a field name.
func NewReader(src io.Reader, limit int) *Reader {
	return &Reader{src: src, max: limit}
}

// Next reads the next event that has a field; comments and unknown fields are
// passed over. Its Data is valid until the following call. At the end of the
// stream it returns io.EOF, or io.ErrUnexpectedEOF when an event had begun:
// what there was of it is dropped, as the blank line that completes it is
// missing. Errors are permanent.
func (r *Reader) Next() (Event, error) {
	if cap(r.data) > keep {
		r.data = nil
	}
	r.data = r.data[:0]
	var e Event
	begun := false
	for {
		line, err := r.line()
		if err != nil {
			if errors.Is(err, io.EOF) && (begun || r.r < r.w) {
				err = io.ErrUnexpectedEOF
			}
			r.err = err
			return Event{}, err
		}
		if len(line) == 0 {
			if !e.HasID && !e.HasData && e.Name == "" && e.Retry == 0 {
				begun = false
				continue
			}
			e.Data = r.data
			return e, nil
		}
		begun = begun || line[0] != ':'
		if err := r.field(&e, line); err != nil {
			r.err = err
			return Event{}, err
		}
	}
}

// field takes one line of an event.
func (r *Reader) field(e *Event, line []byte) error {
	if !utf8.Valid(line) {
		return ErrUTF8
	}
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(name) {
	case "event":
		e.Name = string(value)
	case "id":
		if bytes.IndexByte(value, 0) < 0 {
			e.ID, e.HasID = string(value), true
		}
	case "retry":
		if d, ok := retry(value); ok {
			e.Retry = d
		}
	case "data":
		if e.HasData {
			r.data = append(r.data, '\n')
		}
		if len(r.data)+len(value) > r.max {
			return ErrTooLong
		}
		r.data = append(r.data, value...)
		e.HasData = true
	}
	return nil
}

// retry reads a number of milliseconds: digits only, or the field is ignored.
func retry(b []byte) (time.Duration, bool) {
	if len(b) == 0 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n > maxRetry.Milliseconds() {
		return maxRetry, true
	}
	return time.Duration(n) * time.Millisecond, true
}

// line reads up to the next line break, which may be \n, \r or \r\n. The result
// is valid until the next call.
func (r *Reader) line() ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	for seen := 0; ; {
		if r.skipLF && r.r < r.w {
			if r.buf[r.r] == '\n' {
				r.r++
			}
			r.skipLF = false
		}
		b := r.buf[r.r:r.w]
		if !r.started && (len(b) >= len(bom) || len(b) > 0 && !bytes.HasPrefix(bom, b)) {
			r.started = true
			b = bytes.TrimPrefix(b, bom)
			r.r = r.w - len(b)
		}
		if r.started {
			if i := bytes.IndexAny(b[seen:], "\r\n"); i >= 0 {
				i += seen
				if i > r.max+len("event: ") {
					return nil, ErrTooLong
				}
				r.r += i + 1
				r.skipLF = b[i] == '\r'
				return b[:i], nil
			}
			seen = len(b)
		}
		if len(b) > r.max+len("event: ") {
			return nil, ErrTooLong
		}
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
}

// fill reads more, making room first.
func (r *Reader) fill() error {
	if r.r == r.w {
		r.r, r.w = 0, 0
		if cap(r.buf) > keep {
			r.buf = nil
		}
	}
	switch {
	case r.w < len(r.buf):
	case r.r > 0:
		r.w = copy(r.buf, r.buf[r.r:r.w])
		r.r = 0
	default:
		grown := make([]byte, max(4<<10, 2*len(r.buf)))
		r.w = copy(grown, r.buf[:r.w])
		r.buf = grown
	}
	for range 100 {
		n, err := r.src.Read(r.buf[r.w:])
		r.w += n
		if n > 0 {
			return nil // an error comes again
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}
