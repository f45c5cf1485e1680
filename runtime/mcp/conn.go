package mcp

import "context"

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
}

// A Conn is one connection as the server sees it: one per stdio, WebSocket or
// SSE connection, one per HTTP session of the stateful era, and one for all
// HTTP requests of the stateless era.
type Conn struct{}

// NewConn opens a connection. It must be closed.
func (s *Server) NewConn(o ConnOptions) *Conn { return &Conn{} }

// Handle serves one message in the caller's goroutine. It returns when the
// message has been answered, or when there is nothing to answer: after a
// notification or response, and after a request that the client has cancelled.
// It is safe for concurrent use; messages for which [Message.Inline] is true
// must be handled in the order they came, before what follows them.
func (c *Conn) Handle(ctx context.Context, m *Message, out Stream) {}

// Close cancels what runs and ends the connection.
func (c *Conn) Close() {}

// Revision is the revision negotiated by initialize, "" before it.
func (c *Conn) Revision() string { return "" }

// CheckMeta is the first check of a request of the stateless era: it has the
// keys of _meta that every request must have. nil when it does. A transport
// with headers calls it before it compares them; Handle repeats it.
func (s *Server) CheckMeta(m *Message) *WireError { return nil }

// CheckRevision is the second check of a request of the stateless era: the
// revision is served. Handle repeats it.
func (s *Server) CheckRevision(m *Message) *WireError { return nil }

// Fail makes an error answer for a refusal by the transport. It repeats m's id;
// m may be nil. data is raw JSON or nil.
func (s *Server) Fail(m *Message, code int, text string, data []byte) []byte { return nil }
