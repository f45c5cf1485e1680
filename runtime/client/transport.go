package client

import "context"

// A Transport carries messages between one client and one server. It knows
// framing and connections, not methods.
//
// Send and Close may be called from several goroutines at once; Receive is
// called from one goroutine only.
type Transport interface {
	// Send hands over one message. For a request it returns without waiting for
	// the answer, which arrives through Receive.
	Send(ctx context.Context, m Message) error
	// Receive waits for the next event. An error means that the transport is
	// over: no request that is still open will be answered.
	Receive(ctx context.Context) (Event, error)
	// Close ends the connection and makes Receive return.
	Close() error
}

// An Ender is a Transport on which every request is an exchange of its own that
// can be ended without a message, such as an HTTP request. On 2026-07-28 that
// alone cancels the request (basic/transports/streamable-http).
type Ender interface {
	// End gives up the exchange of the request with this raw JSON id.
	End(id string)
}

// A Message is one outgoing JSON-RPC message with what a transport may have to
// say beside it.
type Message struct {
	Data []byte // the JSON text, one line
	// ID is the raw JSON id of a request, "" for notifications and responses.
	ID     string
	Method string // "" for responses
	// Name is what the Mcp-Name header mirrors: the tool, prompt or resource.
	Name string
	// Revision is the protocol revision of the message, "" before it is known.
	Revision string
	// Modern tells that the message belongs to the stateless era (2026-07-28).
	Modern bool
	// Key is the idempotency key of a call, "" without one. Over HTTP it is in a
	// header too.
	Key string
	// Params are the values of Mcp-Param-* headers by their names (2026-07-28).
	Params map[string]string
}

// An Event is what a Transport received.
type Event struct {
	// Data is a JSON-RPC message; nil when Err is set. The receiver owns it.
	Data []byte
	// ID and Err tell that the exchange of this request ended without an answer.
	ID  string
	Err error
}
