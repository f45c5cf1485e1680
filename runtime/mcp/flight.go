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
	op     *operation // what runs; nil before it does
	key    idKey
	wanted slog.Level // the lowest level that a request of the stateless era wants to know of
	rev    revision
	listed bool // in conn.flights

	// send guards what goes out, and keeps it in order.
	send     sync.Mutex
	x        *exchange // what f belongs to; nil after landing
	progress *notice   // nil when nobody asked

	asked atomic.Pointer[asking] // nil until the call asks or remembers something
	life  atomic.Pointer[life]   // nil until somebody wants to know of the end, or it comes
}

// A life is how a flight is cancelled, and who wants to know of it.
type life struct {
	mu     sync.Mutex
	cause  error           // why it was cancelled, or errLanded
	wake   chan struct{}   // gets a token with the cause; nil when nobody waits
	live   context.Context //nolint:containedctx // what f is as a context, once it is needed
	cancel context.CancelCauseFunc
	unhook func() bool
}

// landed is the life of flights that nobody wanted to know of before they landed.
var landed = &life{cause: errLanded}

// launch begins a flight for the exchange.
func (x *exchange) launch(ctx context.Context) (*flight, error) {
	if !x.s.begin() {
		return nil, &WireError{Code: CodeClosing, Message: errShutdown.Error()}
	}
	f := &flight{parent: ctx, conn: x.conn, rev: x.rev, x: x, wanted: levelNone}
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
	f.x = nil
	f.send.Unlock()
	if f.life.CompareAndSwap(nil, landed) {
		return nil
	}
	return f.abort(errLanded)
}

// alive gives the life of f, made by the first one who wants it.
func (f *flight) alive() *life {
	if l := f.life.Load(); l != nil {
		return l
	}
	f.life.CompareAndSwap(nil, new(life))
	return f.life.Load()
}

// abort cancels the flight. It gives the cause of an earlier cancellation.
func (f *flight) abort(cause error) error {
	l := f.alive()
	l.mu.Lock()
	was := l.cause
	if was == nil {
		l.cause = cause
		if l.live != nil {
			l.unhook()
			l.cancel(cause)
		}
		if l.wake != nil {
			token(l.wake)
		}
	}
	l.mu.Unlock()
	return was
}

// wakes has c get a token when the flight is cancelled, also if it has been. It
// is for who waits for other things too, and would need the context for nothing
// else. The flight must not have landed.
func (f *flight) wakes(c chan struct{}) {
	l := f.alive()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wake = c; l.cause != nil {
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
	l := f.life.Load()
	if l == nil {
		return nil
	}
	if l == landed {
		return errLanded
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cause
}

// context gives the standard context behind f.
func (f *flight) context() context.Context {
	l := f.alive()
	if l == landed {
		ctx, cancel := context.WithCancelCause(f.parent)
		cancel(errLanded)
		return ctx
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.live == nil {
		l.live, l.cancel = context.WithCancelCause(f.parent)
		if l.cause != nil {
			l.cancel(l.cause)
		} else {
			l.unhook = context.AfterFunc(f.conn.s.stopped, func() { _ = f.abort(errShutdown) })
		}
	}
	return l.live
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
	if l := f.life.Load(); l != nil && l != landed {
		l.mu.Lock()
		inner := l.live
		l.mu.Unlock()
		if inner != nil {
			return inner.Value(key)
		}
	}
	return f.parent.Value(key)
}

// flightKey finds the flight in a context that was derived from it.
type flightKey struct{}

// capabilities is what the client has declared for this request. After landing the
// message is gone: a call that became a task has a copy.
func (f *flight) capabilities() Capabilities {
	if cl := f.conn.client.Load(); cl != nil && !f.rev.modern() {
		return parseCapabilities(cl.capabilities)
	}
	f.send.Lock()
	defer f.send.Unlock()
	if f.x != nil {
		return parseCapabilities(f.x.m.env.Capabilities)
	}
	if a := f.asked.Load(); a != nil {
		return parseCapabilities(a.declared)
	}
	return Capabilities{}
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
	if f.x == nil {
		return errLanded
	}
	if cause := f.why(); cause != nil {
		return cause
	}
	return f.x.out.Send(f.parent, msg)
}
