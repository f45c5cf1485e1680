package mcp

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Why a call's context ended, as context.Cause gives it.
var (
	errCancelled = errors.New("cancelled by the client")
	errClosed    = errors.New("the connection was closed")
	errShutdown  = errors.New("the server is shutting down")
	errLanded    = errors.New("the call has ended")
)

// A flight is a request that runs code of the server's author, and the context
// that this code gets. Unlike the exchange it may be kept by that code, so it is
// never reused and refuses to do anything once the request is answered.
//
// The context costs nothing until somebody asks for Done or Err: only then is a
// context of the standard library made and tied to what can cancel it.
type flight struct {
	parent context.Context //nolint:containedctx // it is a context itself
	conn   *Conn
	rev    revision
	key    idKey
	listed bool       // in conn.flights
	op     *operation // what runs; nil before it does
	wanted slog.Level // the lowest level that a request of the stateless era wants to know of

	// send guards what goes out, and keeps it in order.
	send     sync.Mutex
	out      Stream  // nil after landing
	progress []byte  // a progress notification up to the value of progress; nil when nobody asked
	prefix   int     // its length without the last report
	reported float64 // the last progress
	declared []byte  // capabilities of the client, part of the message; in use until landing
	kept     []byte  // a copy, of a call that may become a task; in use after landing

	asked atomic.Pointer[asking] // nil until the call asks or remembers something

	// mu guards what follows.
	mu     sync.Mutex
	cause  error           // why it was cancelled, or errLanded
	wake   chan struct{}   // gets a token with the cause; nil when nobody waits
	live   context.Context //nolint:containedctx // what f is as a context, once it is needed
	cancel context.CancelCauseFunc
	unhook func() bool
}

// launch begins a flight for the exchange.
func (x *exchange) launch(ctx context.Context) (*flight, error) {
	if !x.s.begin() {
		return nil, &WireError{Code: CodeClosing, Message: errShutdown.Error()}
	}
	f := &flight{parent: ctx, conn: x.conn, rev: x.rev, out: x.out, declared: x.m.env.Capabilities}
	if cl := x.conn.client.Load(); cl != nil && !x.rev.modern() {
		f.declared = cl.capabilities
	}
	f.wanted = levelNone
	if level := x.m.env.LogLevel; level != nil {
		f.wanted, _ = levelOf(string(level))
	}
	if x.m.env.Token != nil {
		f.askProgress(x.m.env.Token)
	}
	// Requests of the stateless era over HTTP share a connection with other
	// clients' requests: their ids say nothing and their context cancels them.
	if x.conn.cancels || !x.rev.modern() {
		if err := x.conn.list(f, makeIDKey(x.m.env.ID)); err != nil {
			x.s.end()
			return nil, err
		}
	}
	return f, nil
}

// land ends the flight: nothing more is sent for it, and its context ends. It
// gives the cause when it was cancelled before. The call still counts as running
// until it has been answered.
func (f *flight) land() error {
	if f.listed {
		f.conn.unlist(f)
	}
	f.send.Lock() // waits for a notification that is being written
	f.out, f.declared = nil, f.kept
	f.send.Unlock()
	return f.abort(errLanded)
}

// abort cancels the flight. It gives the cause of an earlier cancellation.
func (f *flight) abort(cause error) error {
	f.mu.Lock()
	was := f.cause
	if was == nil {
		f.cause = cause
		if f.live != nil {
			f.unhook()
			f.cancel(cause)
		}
		if f.wake != nil {
			token(f.wake)
		}
	}
	f.mu.Unlock()
	return was
}

// wakes has c get a token when the flight is cancelled, also if it has been. It
// is for who waits for other things too, and would need the context for nothing
// else.
func (f *flight) wakes(c chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.wake = c; f.cause != nil {
		token(c)
	}
}

// token leaves a token in c, unless there is one.
func token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// why gives the cause when the flight was cancelled.
func (f *flight) why() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.cause
}

// context gives the standard context behind f.
func (f *flight) context() context.Context {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.live == nil {
		f.live, f.cancel = context.WithCancelCause(f.parent)
		if f.cause != nil {
			f.cancel(f.cause)
		} else {
			f.unhook = context.AfterFunc(f.conn.s.stopped, func() { _ = f.abort(errShutdown) })
		}
	}
	return f.live
}

// Deadline implements context.Context.
func (f *flight) Deadline() (time.Time, bool) { return f.parent.Deadline() }

// Done implements context.Context.
func (f *flight) Done() <-chan struct{} { return f.context().Done() }

// Err implements context.Context.
func (f *flight) Err() error { return f.context().Err() }

// Value implements context.Context.
func (f *flight) Value(key any) any {
	if key == (flightKey{}) {
		return f
	}
	f.mu.Lock()
	inner := f.live
	f.mu.Unlock()
	if inner == nil {
		inner = f.parent
	}
	return inner.Value(key)
}

// flightKey finds the flight in a context that was derived from it.
type flightKey struct{}

// capabilities is what the client has declared for this request.
func (f *flight) capabilities() Capabilities {
	f.send.Lock() // the message may be gone after landing
	defer f.send.Unlock()
	return parseCapabilities(f.declared)
}

func flightOf(ctx context.Context) *flight {
	f, _ := ctx.Value(flightKey{}).(*flight)
	return f
}

// deliver sends a message that belongs to the request, unless it is over.
func (f *flight) deliver(msg []byte) error {
	f.send.Lock()
	defer f.send.Unlock()
	return f.deliverLocked(msg)
}

func (f *flight) deliverLocked(msg []byte) error {
	if f.out == nil {
		return errLanded
	}
	if cause := f.why(); cause != nil {
		return cause
	}
	return f.out.Send(f.parent, msg)
}
