package mcp

// A Kind is what a message is.
type Kind uint8

// The kinds of messages.
const (
	KindInvalid Kind = iota
	KindRequest
	KindNotification
	KindResponse
	KindBatch
)

// A Message is one message from a client. It refers to the bytes it was parsed
// from, which must not change before Release.
type Message struct{}

// Parse reads one message in one strict pass. It never fails: the answer to a
// message that is not one is the JSON-RPC error, and [Conn.Handle] gives it.
func Parse(data []byte) *Message { return &Message{} }

// Release gives the message back for reuse. It must not be used afterwards.
func (m *Message) Release() {}

// Kind is what the message is.
func (m *Message) Kind() Kind { return KindInvalid }

// Method is the method of a request or notification.
func (m *Message) Method() string { return "" }

// ID is the id as it was written; nil when there is none that can be used.
func (m *Message) ID() []byte { return nil }

// Name is what the Mcp-Name header has to repeat: params.name of tools/call and
// prompts/get, params.uri of resources/read, params.taskId of the tasks methods.
func (m *Message) Name() (string, bool) { return "", false }

// Revision is the protocol revision that the message's _meta names, "" when it
// names none.
func (m *Message) Revision() string { return "" }

// Modern reports whether the message belongs to the stateless era by its own
// content: its _meta names a revision, or only that era has its method.
func (m *Message) Modern() bool { return false }

// Opens reports whether the message is an initialize request of the stateful
// era, which begins a session.
func (m *Message) Opens() bool { return false }

// Inline reports whether the message has to be handled before the next one of
// its connection is read. Handling it does not block.
func (m *Message) Inline() bool { return false }

// Streams reports whether the request asks for progress or log messages, so
// that something may be sent before its answer.
func (m *Message) Streams() bool { return false }

// SetPrincipal says who sent this message, where that differs from the
// connection's principal or is decided message by message.
func (m *Message) SetPrincipal(p *Principal) {}
