package pump

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// DefaultCalls is how many calls of one connection run at once.
const DefaultCalls = 64

// codeInvalidRequest is JSON-RPC's code for a message that cannot be taken.
const codeInvalidRequest = -32600

// A Source yields the messages of a connection in order. It is used by one
// goroutine at a time.
type Source interface {
	// Next waits for a message. It returns io.EOF when the peer will send no
	// more and still reads, a [TooLong] when a message was left out, and any
	// other error when the connection is gone.
	Next() (*Buffer, error)
}

// TooLong is the error for a message that is longer than allowed. The message
// was skipped, and the next one can be read.
type TooLong struct{ Limit int }

// Error names the limit.
func (e TooLong) Error() string { return fmt.Sprintf("message is longer than %d bytes", e.Limit) }

// Options are the choices of a transport, shared by its connections.
type Options struct {
	Calls int           // calls of one connection that run at once; 0: DefaultCalls
	Grace time.Duration // how long calls may run on once nothing more is read; 0: no limit
	Batch bool          // answers may wait until the source is about to wait: it calls Writer.Flush

	// Refuse looks at a message that is no JSON-RPC. An error ends the
	// connection; otherwise the message is answered. nil: all are answered.
	Refuse func(data []byte) error
}

// A Pump is one connection at work.
type Pump struct {
	server *mcp.Server
	conn   *mcp.Conn
	src    Source
	out    *Writer
	ctx    context.Context
	opts   *Options
	done   func(error)

	calls chan struct{} // holds one element for every call that runs
	work  atomic.Int32  // goroutines of this connection
	end   error         // why reading ended; written once, by the reader
	grace *time.Timer   // ends the calls that outlive reading
	role  role
}

// Start reads from src and serves its messages on conn. The goroutines that do
// it end when src does and the calls have been answered; the last one calls
// done with the reason, which is nil after io.EOF. The values of ctx reach the
// calls; what ends them is conn.Close.
//
// p must be zero. It does not end the connection: src has to, see [Sink.Abort].
func (p *Pump) Start(ctx context.Context, s *mcp.Server, conn *mcp.Conn, src Source, out *Writer, o *Options, done func(error)) {
	p.server, p.conn, p.src, p.out, p.ctx, p.opts, p.done = s, conn, src, out, ctx, o, done
	n := o.Calls
	if n <= 0 {
		n = DefaultCalls
	}
	p.calls = make(chan struct{}, n)
	p.work.Add(1)
	go p.read()
}

// read has the reading role until the source ends or the role is taken.
func (p *Pump) read() {
	defer p.leave()
	for {
		buf, err := p.src.Next()
		if err != nil {
			if p.refused(err) {
				continue
			}
			p.finish(err)
			return
		}
		m := mcp.Parse(buf.B)
		if p.opts.Refuse != nil && m.Kind() == mcp.KindInvalid {
			if err := p.opts.Refuse(buf.B); err != nil {
				p.out.Fail(err)
				p.finish(err)
				return
			}
		}
		switch {
		case m.Inline():
			p.handle(m, buf)
		case len(p.calls) == 0:
			p.calls <- struct{}{}
			if !p.handleReading(m, buf) {
				return
			}
		default:
			if len(p.calls) == cap(p.calls) && p.opts.Batch {
				p.out.Flush() // nothing is read while all calls are taken
			}
			p.calls <- struct{}{}
			p.work.Add(1)
			go p.handleApart(m, buf)
		}
	}
}

// refused answers a message that was left out.
func (p *Pump) refused(err error) bool {
	var long TooLong
	if !errors.As(err, &long) {
		return false
	}
	_ = p.Respond(p.ctx, p.server.Fail(nil, codeInvalidRequest, long.Error(), nil), codeInvalidRequest)
	return true
}

// handleReading serves a call in the reading goroutine. It reports whether that
// still has the role afterwards.
func (p *Pump) handleReading(m *mcp.Message, buf *Buffer) bool {
	turn := p.role.lend(p)
	p.handle(m, buf)
	<-p.calls
	return p.role.back(turn)
}

// handleApart serves a call in a goroutine of its own.
func (p *Pump) handleApart(m *mcp.Message, buf *Buffer) {
	defer p.leave()
	p.handle(m, buf)
	<-p.calls
}

func (p *Pump) handle(m *mcp.Message, buf *Buffer) {
	p.conn.Handle(p.ctx, m, p)
	m.Release()
	buf.Free()
}

// Send makes a Pump the [mcp.Stream] of its calls.
func (p *Pump) Send(_ context.Context, msg []byte) error { return p.out.Send(msg) }

// Respond makes a Pump the [mcp.Stream] of its calls. While the reader handles
// a call, more input may be at hand; the reader flushes when there is none.
func (p *Pump) Respond(_ context.Context, msg []byte, _ int) error {
	if !p.opts.Batch {
		return p.out.Send(msg)
	}
	err := p.out.Hold(msg)
	if !p.role.lent() {
		p.out.Flush()
	}
	return err
}

// finish ends reading. After io.EOF the calls go on for the time of grace,
// after another error nobody waits for their answers.
func (p *Pump) finish(err error) {
	switch {
	case !errors.Is(err, io.EOF):
		p.end = err
		p.conn.Close()
	case p.opts.Grace > 0 && p.work.Load() > 1:
		p.grace = time.AfterFunc(p.opts.Grace, p.conn.Close)
	}
}

// Full reports whether reading waits for a call to end.
func (p *Pump) Full() bool { return len(p.calls) == cap(p.calls) }

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
	p.role.stop()
	if p.grace != nil {
		p.grace.Stop()
	}
	p.out.Flush()
	p.conn.Close()
	p.done(p.end)
}
