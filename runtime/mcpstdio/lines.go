package mcpstdio

import (
	"bytes"
	"io"

	"github.com/mcpgen/mcpgen/runtime/internal/pump"
)

// window is how much is read at once.
const window = 64 << 10

// lines cuts input into lines, one message each.
type lines struct {
	in   io.Reader
	max  int    // bytes of one message
	wait func() // called before more input is waited for

	buf  []byte
	from int   // buf[from:to] was read and not given out
	to   int   //
	err  error // what in.Read ended with
}

// Next gives the next line that is not blank, without its end. What comes after
// the last line feed is a line too. Of a line that is too long no more than max
// bytes are kept.
func (l *lines) Next() (*pump.Buffer, error) {
	b := pump.GetBuffer()
	for {
		long, err := l.line(b)
		switch {
		case long:
			b.Free()
			return nil, pump.TooLongError{Limit: l.max}
		case !blank(b.B):
			return b, nil
		case err != nil:
			b.Free()
			return nil, err
		}
		b.B = b.B[:0]
	}
}

// line appends the next line to b and reports whether it was too long, in which
// case it was read to its end and b is worth nothing. Both a line and the error
// that ended the input may be returned.
func (l *lines) line(b *pump.Buffer) (long bool, err error) {
	for {
		rest := l.buf[l.from:l.to]
		i := bytes.IndexByte(rest, '\n')
		if i >= 0 {
			rest = rest[:i]
			l.from += i + 1
		} else {
			l.from = l.to
		}
		if len(b.B)+len(rest) > l.max {
			long = true
			b.B = b.B[:0]
		}
		if !long {
			b.Append(rest)
		}
		if i >= 0 {
			return long, nil
		}
		if err := l.fill(); err != nil {
			return long, err
		}
	}
}

// fill replaces the window, which has been used up.
func (l *lines) fill() error {
	l.from, l.to = 0, 0
	if l.err == nil {
		l.wait()
		if l.buf == nil {
			l.buf = make([]byte, window)
		}
	}
	for tries := 0; l.to == 0; tries++ {
		switch {
		case l.err != nil:
			return l.err
		case tries == 100:
			l.err = io.ErrNoProgress
		default:
			l.to, l.err = l.in.Read(l.buf)
		}
	}
	return nil
}

// blank reports whether a line holds nothing but white space.
func blank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}
