package mcp

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// A Stream is where the messages of one exchange go. The bytes are valid only
// during the call. The methods are never called concurrently for one exchange.
type Stream interface {
	// Send writes a notification or a request of the server that belongs to the
	// exchange. It is called before Respond only.
	Send(ctx context.Context, msg []byte) error

	// Respond writes the answer, at most once. code is 0 for a result and the
	// JSON-RPC error code for an error.
	Respond(ctx context.Context, msg []byte, code int) error
}

// ConnOptions describe a connection.
type ConnOptions struct {
	Transport string     // "stdio", "websocket", "sse", "http" or "memory"
	Principal *Principal // nil: nobody, or decided by Message.SetPrincipal

	// Out writes messages that belong to no exchange, such as list changes. It
	// may be called concurrently. nil: none can be sent.
	Out func(ctx context.Context, msg []byte) error

	// CancelByMessage says that notifications/cancelled cancels requests of the
	// stateless era too, as on every transport that has one channel for all
	// messages. On HTTP they are cancelled by their context.
	CancelByMessage bool

	// Revision is what requests of the stateful era are served by before
	// initialize. "": they are refused.
	Revision string

	// Snapshot is what Conn.Snapshot gave of a connection that this one takes the
	// place of, as if it had been initialized the same way. Only what comes from
	// Snapshot may be given: see [Server.Seal]. What is none is passed over.
	Snapshot []byte

	// State is what Conn.State gave of that connection later on. What is none is
	// passed over.
	State []byte
	// Changed is called with what Conn.State gives whenever that has changed, before
	// the request that did it is answered. It may be nil.
	Changed func(state []byte)
}

// A Conn is one connection as the server sees it: one per stdio, WebSocket or
// SSE connection, one per HTTP session of the stateful era, and one for all
// HTTP requests of the stateless era.
type Conn struct {
	s         *Server
	transport string                                      // see ConnOptions, as those that follow
	principal *Principal                                  // nil: nobody
	out       func(ctx context.Context, msg []byte) error // nil: nothing can be sent
	changed   func(state []byte)                          // may be nil

	client atomic.Pointer[client]      // nil before initialize
	level  atomic.Int64                // the lowest slog level that a session wants to know of
	back   atomic.Pointer[backchannel] // nil until something is asked

	altering sync.Mutex // around Changed

	mu      sync.Mutex
	flights flights // listed flights that have neither landed nor been cancelled
	running int32   // those that have not landed
	closed  bool

	cancels bool // by message; never changes

	subscriptions map[string]bool // resources whose changes a session wants to know of
}

// A client is what initialize told about the other side. It never changes, and
// connections of clients that told the same share it.
type client struct {
	rev          revision
	initialized  bool   // by initialize, not by ConnOptions.Revision
	info         []byte // the clientInfo object; nil when absent
	capabilities []byte // the capabilities object; nil when absent
}

// NewConn opens a connection. It must be closed.
func (s *Server) NewConn(o ConnOptions) *Conn {
	c := &Conn{s: s, transport: o.Transport, principal: o.Principal, out: o.Out, changed: o.Changed, cancels: o.CancelByMessage}
	c.level.Store(int64(levelNone))
	if rev := parseRevision(o.Revision); rev != revNone && !rev.modern() {
		c.client.Store(&client{rev: rev})
	}
	if o.Snapshot != nil {
		c.restore(o.Snapshot)
	}
	if o.State != nil {
		c.SetState(o.State)
	}
	return c
}

// Handle serves one message in the caller's goroutine. It returns when the
// message has been answered, or when there is nothing to answer: after a
// notification or response, and after a request that the client has cancelled.
// It is safe for concurrent use; messages for which [Message.Inline] is true
// must be handled in the order they came, before what follows them.
func (c *Conn) Handle(ctx context.Context, m *Message, out Stream) {
	switch m.env.Kind {
	case jsonrpc.Request:
		c.request(ctx, m, out)
	case jsonrpc.Notification:
		c.notification(m)
	case jsonrpc.Response:
		c.response(m)
	case jsonrpc.Batch:
		c.batch(ctx, m, out)
	default:
		c.refuse(ctx, m, out, m.env.Code, m.env.Text)
	}
}

// refuse answers a message that is not a request.
func (c *Conn) refuse(ctx context.Context, m *Message, out Stream, code int, text string) {
	c.s.sent(out.Respond(ctx, jsonrpc.AppendError(nil, m.env.ID, code, text, nil), code))
}

// Close cancels what runs and ends the connection.
func (c *Conn) Close() {
	c.mu.Lock()
	c.closed = true
	ended := c.flights
	c.flights = flights{}
	c.mu.Unlock()
	c.s.audience.leave(c)
	for _, f := range ended.few {
		_ = f.abort(errClosed) // it may have been cancelled before
	}
	for _, f := range ended.many {
		_ = f.abort(errClosed) // as above
	}
}

// Revision is the revision negotiated by initialize, "" before it.
func (c *Conn) Revision() string {
	if cl := c.client.Load(); cl != nil && cl.initialized {
		return cl.rev.String()
	}
	return ""
}

// served is the revision by which requests of the stateful era are served.
func (c *Conn) served() revision {
	if cl := c.client.Load(); cl != nil {
		return cl.rev
	}
	return revNone
}

// list enters a flight under its request id. Only flights of requests whose ids
// are the connection's own are listed.
func (c *Conn) list(f *flight, key idKey) error {
	var err error
	c.mu.Lock()
	switch {
	case c.closed:
		err = &WireError{Code: CodeClosing, Message: errClosed.Error()}
	case c.flights.get(key) != nil:
		err = &WireError{Code: CodeInvalidRequest, Message: "the id belongs to a request that is still running"}
	case int(c.running) >= c.s.opts.MaxInFlight:
		err = &WireError{Code: CodeOverloaded, Message: "too many requests at a time on this connection"}
	default:
		c.running++
		f.key, f.listed = key, true
		c.flights.add(f)
	}
	c.mu.Unlock()
	return err
}

func (c *Conn) unlist(f *flight) {
	c.mu.Lock()
	c.running--
	c.flights.remove(f)
	c.mu.Unlock()
}

// notification takes a notification; there is never an answer, not even to one
// that is not understood.
func (c *Conn) notification(m *Message) {
	if m.env.ParamsText != "" {
		return
	}
	switch string(m.env.Method) {
	case "notifications/cancelled":
		c.cancelled(m)
	case "notifications/progress":
		c.progressed(m)
	}
}

// cancelled cancels the request that a notification names, and frees its id at
// once: no answer will come. Unknown and finished requests are no error, the
// notification may have crossed the answer.
func (c *Conn) cancelled(m *Message) {
	id := cancelledID(m.env.Params)
	if id == nil {
		return
	}
	key := makeIDKey(id)
	c.mu.Lock()
	f := c.flights.get(key)
	if f != nil {
		c.flights.remove(f)
	}
	c.mu.Unlock()
	if f != nil {
		_ = f.abort(errCancelled) // it may have landed
	}
}
