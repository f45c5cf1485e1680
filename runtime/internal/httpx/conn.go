package httpx

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// joined is the longest response that is put together before it is written.
const joined = 64 << 10

// A Conn is a connection of an HTTP/1 server whose handlers can say more about a
// response than net/http takes:
//
//   - fields of its header that are the same for all responses. As entries of an
//     http.Header they would be copied, sorted and written one by one;
//   - that its body is written at once. net/http writes through a buffer of 4 KiB,
//     so that a longer response leaves in two packets, and wakes the client twice.
//
// What is said counts for the response that begins with the next write.
//
// It also saves most of the work of deadlines. net/http sets half a dozen for each
// request, reads from the connection twice and writes once: a deadline is passed on
// when there is a read or a write that it concerns.
type Conn struct {
	net.Conn

	reads, writes deadline

	fields atomic.Pointer[string] // lines of the header
	whole  atomic.Bool            // the body is written at once

	// Only for whoever writes.
	held *[]byte // the beginning of a response that is being put together
	left int     // how much of that is still to come
}

type connKey struct{}

// Listen makes the connections of l ones of this package. It is not for a
// listener of TLS: what handlers write has to reach a connection as it is.
func Listen(l net.Listener) net.Listener { return &listener{l} }

type listener struct{ net.Listener }

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &Conn{Conn: c}, nil
}

// WithConn is for http.Server.ConnContext: handlers find c with ConnOf, if it is a
// connection of this package, or one around it that has it as NetConn. TLS is
// another matter: what it carries cannot be added to.
func WithConn(ctx context.Context, c net.Conn) context.Context {
	for {
		switch inner := c.(type) {
		case *Conn:
			return context.WithValue(ctx, connKey{}, inner)
		case *tls.Conn:
			return ctx
		case interface{ NetConn() net.Conn }:
			c = inner.NetConn()
		default:
			return ctx
		}
	}
}

// ConnOf is the connection that r came by, nil if it is none of this package.
func ConnOf(r *http.Request) *Conn {
	c, _ := r.Context().Value(connKey{}).(*Conn)
	return c
}

// Fields adds lines to the header of the response. Each ends in CRLF. Nobody
// changes them.
func (c *Conn) Fields(lines *string) { c.fields.Store(lines) }

// Whole says that the body of the response is written at once, so that nothing of
// it has to leave before all of it is there.
func (c *Conn) Whole() { c.whole.Store(true) }

// Arm bounds a write to come to the time given, or to somewhat less when a
// deadline that it set before is still good.
func (c *Conn) Arm(timeout time.Duration) error {
	now := time.Now()
	d := &c.writes
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wanted = now.Add(timeout)
	if left := d.given.Sub(now); left > timeout-timeout/8 && left <= timeout {
		d.wanted = d.given
	}
	if d.busy > 0 {
		return c.pass(d)
	}
	return nil
}

// A deadline is one that the connection gets when it needs it.
type deadline struct {
	mu     sync.Mutex
	busy   int       // reads, or writes, that are going on
	wanted time.Time // what was set last
	given  time.Time // what the connection has
}

// SetReadDeadline implements net.Conn.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.set(&c.reads, t) }

// SetWriteDeadline implements net.Conn.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.set(&c.writes, t) }

// SetDeadline implements net.Conn.
func (c *Conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

func (c *Conn) set(d *deadline, t time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wanted = t
	if d.busy > 0 {
		return c.pass(d)
	}
	return nil
}

// pass gives the connection a deadline, unless it has it.
func (c *Conn) pass(d *deadline) error {
	if d.wanted.Equal(d.given) {
		return nil
	}
	d.given = d.wanted
	if d == &c.reads {
		return c.Conn.SetReadDeadline(d.wanted)
	}
	return c.Conn.SetWriteDeadline(d.wanted)
}

// enter begins a read or a write, leave ends it.
func (c *Conn) enter(d *deadline) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.busy++
	return c.pass(d)
}

func (d *deadline) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.busy--
}

// Read implements net.Conn.
func (c *Conn) Read(p []byte) (int, error) {
	defer c.reads.leave()
	if err := c.enter(&c.reads); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write implements net.Conn.
func (c *Conn) Write(p []byte) (int, error) {
	defer c.writes.leave()
	if err := c.enter(&c.writes); err != nil {
		return 0, err
	}
	switch {
	case c.held != nil:
		return c.goOn(p)
	case c.fields.Load() != nil || c.whole.Load():
		return c.begin(p)
	}
	return c.Conn.Write(p)
}

var (
	crlf        = []byte("\r\n")
	headerEnd   = []byte("\r\n\r\n")
	lengthField = []byte("\r\nContent-Length: ")

	buffers = sync.Pool{New: func() any {
		b := make([]byte, 0, 2*firstRead)
		return &b
	}}
)

// begin writes the beginning of a response. It has all of the header, unless that
// is longer than the buffer of net/http.
func (c *Conn) begin(p []byte) (int, error) {
	fields, whole := c.fields.Swap(nil), c.whole.Swap(false)
	line := bytes.Index(p, crlf)
	if line < 0 {
		return c.Conn.Write(p)
	}
	line += len(crlf)
	held, _ := buffers.Get().(*[]byte)
	*held = append((*held)[:0], p[:line]...)
	if fields != nil {
		*held = append(*held, *fields...)
	}
	*held = append(*held, p[line:]...)
	if whole {
		if c.left = missing(p); c.left > 0 {
			c.held = held
			return len(p), nil
		}
	}
	return c.flush(held, len(p))
}

// goOn takes more of a response that is being put together.
func (c *Conn) goOn(p []byte) (int, error) {
	held := c.held
	if c.left -= len(p); c.left > 0 {
		*held = append(*held, p...)
		return len(p), nil
	}
	c.held = nil
	if len(p) <= cap(*held)-len(*held) {
		*held = append(*held, p...)
		return c.flush(held, len(p))
	}
	all := net.Buffers{*held, p}
	_, err := all.WriteTo(c.Conn)
	buffers.Put(held)
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// flush writes what was put together, the last n bytes of which are new.
func (c *Conn) flush(held *[]byte, n int) (int, error) {
	_, err := c.Conn.Write(*held)
	if cap(*held) <= 4*firstRead {
		buffers.Put(held)
	}
	if err != nil {
		return 0, err
	}
	return n, nil
}

// missing is how much of the response that begins with p is still to come, as its
// own header says; 0 when it does not say, or when it is too much to be kept.
func missing(p []byte) int {
	head, body, ok := bytes.Cut(p, headerEnd)
	if !ok {
		return 0
	}
	_, length, ok := bytes.Cut(head, lengthField)
	if !ok {
		return 0
	}
	length, _, _ = bytes.Cut(length, crlf)
	n, err := strconv.Atoi(string(length))
	if err != nil || n > joined {
		return 0
	}
	return n - len(body)
}

// CloseWrite closes the connection for writing, so that a client which still
// sends gets to read the answer: net/http asks for it.
func (c *Conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}
