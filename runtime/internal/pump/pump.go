package pump

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// DefaultCalls is how many calls of one connection run at once.
const DefaultCalls = 64

const (
	// codeInvalidRequest is JSON-RPC's code for a message that cannot be taken.
	codeInvalidRequest = -32600

	// lastWait is how long calls may go on after they were cancelled.
	lastWait = 2 * time.Second
)

// ErrStuck tells that calls went on after they were cancelled.
var ErrStuck = errors.New("calls still run although they were cancelled")

// A Source yields the messages of a connection in order. It is used by one
// goroutine at a time. Answers wait for others to share a packet with until it
// calls Writer.Flush, which it does whenever it is about to wait for input.
type Source interface {
	// Next waits for a message. It returns io.EOF when the peer will send no
	// more and still reads, a [TooLongError] when a message was left out, and any
	// other error when the connection is gone.
	Next() (*Buffer, error)
}

// A TooLongError tells of a message that is longer than allowed. It was skipped,
// and the next one can be read.
type TooLongError struct{ Limit int }

// Error names the limit.
func (e TooLongError) Error() string { return fmt.Sprintf("message is longer than %d bytes", e.Limit) }

// Options are the choices of a transport, shared by its connections.
type Options struct {
	Calls int           // calls of one connection that run at once; 0: DefaultCalls
	Grace time.Duration // how long calls may run on once nothing more is read; 0: no limit

	// Refuse looks at a message of src that is no JSON-RPC. An error ends
	// reading; otherwise the message is answered. nil: all are answered.
	Refuse func(src Source, data []byte) error

	// Admit is asked about every message before it is served; an error refuses
	// it. ctx is that of Start. nil: all are served.
	Admit func(ctx context.Context) *mcp.WireError

	clock clock
}

// A Pump is one connection at work.
type Pump struct {
	server *mcp.Server
	conn   *mcp.Conn
	src    Source
	out    *Writer
	ctx    context.Context //nolint:containedctx // the life of the connection
	opts   *Options
	done   func(error)

	calls slots
	work  atomic.Int32 // goroutines of this connection
	slow  atomic.Int32 // calls that have lost the reading role and still run
	role  role
	end   error         // why reading ended; written once, by whoever ends it
	grace *time.Timer   // ends the calls that outlive reading
	drain chan struct{} // closed at io.EOF: requests that stay open end; nil without grace
	once  sync.Once     // around done
}

// Init makes p, which must be zero, ready to serve the messages of src on conn.
func (p *Pump) Init(s *mcp.Server, conn *mcp.Conn, src Source, out *Writer, o *Options) {
	p.server, p.conn, p.src, p.out, p.opts = s, conn, src, out, o
	p.calls = newSlots(o.Calls)
}

// Start begins to read and serve. The goroutines that do it end when the source
// does, or reading is stopped, and the calls have been answered. The last one
// closes the connection of the server and calls done with the reason: nil after
// io.EOF and Stop, ErrStuck when calls do not end. The values of ctx reach the
// calls, its end does not.
func (p *Pump) Start(ctx context.Context, done func(error)) {
	p.ctx, p.done = context.WithoutCancel(ctx), done
	if p.opts.Grace > 0 {
		p.drain = make(chan struct{})
		p.ctx = mcp.WithDrain(p.ctx, p.drain)
	}
	p.work.Add(1)
	go p.read(0)
}

// Stop ends reading, even if the source cannot be interrupted. Calls that run
// are answered.
func (p *Pump) Stop() {
	if p.role.stop(p) {
		p.finish(io.EOF)
		p.leave()
	}
}

// Full reports whether reading waits for a call to end.
func (p *Pump) Full() bool { return p.calls.full() }

// read has the reading role from turn on, until the source ends or the role is
// taken away. Most goroutines spend their lives here waiting, so that it takes
// little of the stack: see take.
func (p *Pump) read(turn uint64) {
	for turn != over {
		buf, err := p.src.Next()
		if err == nil {
			turn = p.take(turn, buf)
		} else if !p.passed(err) {
			p.endReading(turn, err)
			return
		}
	}
}

// take serves a message, or sees to it that it is served. It gives the turn to go
// on reading with, or over when the role is gone.
func (p *Pump) take(turn uint64, buf *Buffer) uint64 {
	m := &buf.m
	m.Read(buf.B)
	if p.opts.Refuse != nil && m.Kind() == mcp.KindInvalid {
		if err := p.opts.Refuse(p.src, buf.B); err != nil {
			p.endReading(turn, err)
			return over
		}
	}
	switch {
	case !p.role.has(turn):
		return over // stopped: who did it has left in our place
	case p.refused(m, buf):
	case m.Inline():
		p.handle(m, buf)
	case m.Stays():
		p.spawn(m, buf, false)
	case p.slow.Load() > 0:
		p.wait()
		p.calls.take()
		p.spawn(m, buf, true)
	default:
		return p.between(turn, m, buf)
	}
	return turn
}

// passed answers a message that was too long to be read. It reports whether that
// is what err says.
func (p *Pump) passed(err error) bool {
	var long TooLongError
	if !errors.As(err, &long) {
		return false
	}
	_ = p.Respond(p.ctx, p.server.Fail(nil, codeInvalidRequest, long.Error(), nil), codeInvalidRequest)
	return true
}

// refused reports whether a message must not be served. It has been answered
// then, if it is one that is.
func (p *Pump) refused(m *mcp.Message, buf *Buffer) bool {
	if p.opts.Admit == nil {
		return false
	}
	err := p.opts.Admit(p.ctx)
	if err == nil {
		return false
	}
	if k := m.Kind(); k != mcp.KindNotification && k != mcp.KindResponse {
		_ = p.Respond(p.ctx, p.server.Fail(m, err.Code, err.Message, err.Data), err.Code) // as above
	}
	buf.Free()
	return true
}

// endReading gives up the reading role, unless that was taken away.
func (p *Pump) endReading(turn uint64, err error) {
	if p.role.end(turn) {
		p.finish(err)
		p.leave()
	}
}

// between serves a call in the goroutine that reads. It gives the turn to go on
// reading with, or over when the role is gone.
func (p *Pump) between(turn uint64, m *mcp.Message, buf *Buffer) uint64 {
	p.wait()
	if !p.role.lend(turn, p) {
		return over
	}
	p.handle(m, buf)
	if !p.role.back(turn + 1) {
		p.calls.leave()
		p.slow.Add(-1)
		p.leave()
		return over
	}
	return turn + 2
}

// wait waits while as many calls run as may. Nothing is read meanwhile.
func (p *Pump) wait() {
	if p.Full() {
		p.out.Flush()
		p.calls.wait()
	}
}

// spawn serves a request in a goroutine of its own, which gives its place back if
// it has taken one. Requests that stay open take no place: they do nothing
// most of the time, and the server bounds their number.
func (p *Pump) spawn(m *mcp.Message, buf *Buffer, placed bool) {
	if !p.join() {
		return
	}
	go func() {
		p.handle(m, buf)
		if placed {
			p.calls.leave()
		}
		p.leave()
	}()
}

func (p *Pump) handle(m *mcp.Message, buf *Buffer) {
	p.conn.Handle(p.ctx, m, p)
	buf.Free()
}

// Send makes a Pump the [mcp.Stream] of its calls.
func (p *Pump) Send(_ context.Context, msg []byte) error { return p.out.Send(msg) }

// Respond makes a Pump the [mcp.Stream] of its calls. While the reader handles
// a call, more input may be at hand; the reader flushes when there is none.
func (p *Pump) Respond(_ context.Context, msg []byte, _ int) error {
	err := p.out.Hold(msg)
	if !p.role.lent() {
		p.out.Flush()
	}
	return err
}

// finish sees to it that the calls end. After io.EOF they may go on for the
// time of grace; after another error nobody waits for their answers.
func (p *Pump) finish(err error) {
	switch {
	case !errors.Is(err, io.EOF):
		p.end = err
		p.cancel()
	case p.opts.Grace > 0:
		close(p.drain)
		p.grace = time.AfterFunc(p.opts.Grace, func() {
			if p.join() {
				p.cancel()
				p.leave()
			}
		})
	}
}

// cancel ends the calls, and does not wait for them for ever.
func (p *Pump) cancel() {
	p.conn.Close()
	if p.work.Load() == 1 {
		return // the caller itself
	}
	time.AfterFunc(lastWait, func() {
		if p.work.Load() > 0 {
			p.once.Do(func() { p.done(ErrStuck) })
		}
	})
}

// join adds a goroutine to the connection, unless that has ended.
func (p *Pump) join() bool {
	for {
		n := p.work.Load()
		if n == 0 {
			return false
		}
		if p.work.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// leave ends a goroutine of the connection; the last one ends the connection.
func (p *Pump) leave() {
	if p.work.Add(-1) > 0 {
		return
	}
	if p.grace != nil {
		p.grace.Stop()
	}
	p.out.Close(nil)
	p.conn.Close()
	p.once.Do(func() { p.done(p.end) })
}
