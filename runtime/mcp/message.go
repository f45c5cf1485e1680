package mcp

import (
	"sync"

	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

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
type Message struct {
	env       jsonrpc.Envelope
	method    method
	principal *Principal
	x         exchange
}

var messages = sync.Pool{New: func() any { return new(Message) }}

// Parse reads one message in one strict pass. It never fails: the answer to a
// message that is not one is the JSON-RPC error, and [Conn.Handle] gives it.
func Parse(data []byte) *Message {
	m, _ := messages.Get().(*Message)
	m.Read(data)
	return m
}

// Read is [Parse] into m, which is zero or has been Reset.
func (m *Message) Read(data []byte) {
	m.env.Read(data)
	m.method = parseMethod(m.env.Method)
}

// Release gives a message of [Parse] back for reuse. It must not be used
// afterwards.
func (m *Message) Release() {
	m.Reset()
	messages.Put(m)
}

// Reset forgets the message, so that m can read another one.
func (m *Message) Reset() {
	m.env.Reset()
	m.principal = nil
	m.x = exchange{}
}

// Kind is what the message is.
func (m *Message) Kind() Kind {
	switch m.env.Kind {
	case jsonrpc.Request:
		return KindRequest
	case jsonrpc.Notification:
		return KindNotification
	case jsonrpc.Response:
		return KindResponse
	case jsonrpc.Batch:
		return KindBatch
	}
	return KindInvalid
}

// Method is the method of a request or notification, "" of other messages.
func (m *Message) Method() string {
	if m.method != methodUnknown {
		return methods[m.method].name
	}
	return string(m.env.Method)
}

// ID is the id as it was written; nil when there is none that can be used.
func (m *Message) ID() []byte { return m.env.ID }

// Name is what the Mcp-Name header has to repeat: params.name of tools/call and
// prompts/get, params.uri of resources/read, params.taskId of the tasks
// methods. ok is false for other methods and when the parameter is missing.
func (m *Message) Name() (name string, ok bool) {
	b := m.name()
	return string(b), b != nil
}

func (m *Message) name() []byte {
	switch m.method {
	case methodToolsCall, methodPromptsGet:
		return m.env.Name
	case methodResourcesRead:
		return m.env.URI
	case methodTasksGet, methodTasksUpdate, methodTasksCancel:
		return m.env.TaskID
	}
	return nil
}

// Revision is the protocol revision that the message's _meta names, "" when it
// names none.
func (m *Message) Revision() string { return string(m.env.Version) }

// Modern reports whether the message belongs to the stateless era by its own
// content: its _meta names a revision, or only that era has its method.
func (m *Message) Modern() bool { return m.env.Version != nil || m.method.onlyModern() }

// Opens reports whether the message is an initialize request of the stateful
// era, which begins a session.
func (m *Message) Opens() bool {
	return m.env.Kind == jsonrpc.Request && m.method == methodInitialize && !m.Modern()
}

// Inline reports whether the message has to be handled before the next one of
// its connection is read. Handling it does not block.
func (m *Message) Inline() bool {
	if m.env.Kind == jsonrpc.Request {
		return m.method == methodInitialize || m.method == methodPing
	}
	return m.env.Kind != jsonrpc.Batch
}

// Streams reports whether the request asks for progress or log messages, so
// that something may be sent before its answer.
func (m *Message) Streams() bool { return m.env.Token != nil || m.env.LogLevel != nil }

// SetPrincipal says who sent this message, where that differs from the
// connection's principal or is decided message by message.
func (m *Message) SetPrincipal(p *Principal) { m.principal = p }
