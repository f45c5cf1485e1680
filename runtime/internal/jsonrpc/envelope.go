// Package jsonrpc reads and writes the JSON-RPC 2.0 envelope of MCP messages.
//
// One strict pass over the bytes of a message finds everything that decides
// where it goes: jsonrpc, id, method, params, and in params what MCP puts there
// for routing. Values are kept as parts of the message and not decoded. Keys
// are compared with case and may not come twice; bytes after the message are
// refused.
package jsonrpc

import (
	"hash/maphash"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// The error codes of JSON-RPC 2.0 that reading a message can give.
const (
	ParseError     = -32700
	InvalidRequest = -32600
	InvalidParams  = -32602
)

// Keys of _meta that the protocol gives a meaning (MCP 2026-07-28, basic/index).
const (
	MetaVersion      = "io.modelcontextprotocol/protocolVersion"
	MetaCapabilities = "io.modelcontextprotocol/clientCapabilities"
	MetaClient       = "io.modelcontextprotocol/clientInfo"
	MetaLogLevel     = "io.modelcontextprotocol/logLevel"
	MetaServer       = "io.modelcontextprotocol/serverInfo"
	MetaSubscription = "io.modelcontextprotocol/subscriptionId"
	MetaKey          = "io.github.mcpgen/idempotencyKey" // of this implementation
	MetaAttempt      = "io.github.mcpgen/attempt"        // as well: how often the request was sent, with this time
)

// Bounds of a message beyond those of the reader.
const (
	MaxBatch   = 100 // messages in a batch
	maxUnknown = 64  // members without a meaning in one object
)

// A Kind is what a message is.
type Kind uint8

// The kinds of messages.
const (
	Invalid Kind = iota // Code and Text say why
	Request
	Notification
	Response
	Batch
)

// An Envelope is one message. Its slices are parts of the message's bytes, or
// copies where a string has escapes; nil means absent.
type Envelope struct {
	Kind Kind
	Code int    // why the message is invalid: a JSON-RPC error code
	Text string // and in words

	ID     []byte // as written: an integer or a string; nil when absent or neither
	Method []byte // unescaped
	Params []byte // an object
	Result []byte // of a response
	Error  []byte // of a response
	Items  [][]byte

	// Members of params that decide where a request goes, or that many methods have.
	Name           []byte // unescaped
	URI            []byte // unescaped
	TaskID         []byte // unescaped
	Cursor         []byte // unescaped; not nil when present
	Arguments      []byte // an object, of which only the brackets were looked at
	InputResponses []byte
	RequestState   []byte // unescaped
	ParamsText     string // what is wrong in params: the request is valid, its parameters are not

	// Members of params._meta.
	Meta         []byte // the object
	Token        []byte // progressToken as written
	Version      []byte // unescaped; not nil when present
	Capabilities []byte // an object
	Client       []byte // an object
	LogLevel     []byte // unescaped; not nil when present
	Key          []byte // the idempotency key, unescaped; not nil when present

	used bool // since Reset
	*scan
}

// A scan is what reading a message takes. It is kept for the next one.
type scan struct {
	d       codec.Decoder
	data    []byte   // what d reads; nil: nothing
	unknown []uint64 // hashes of keys without a meaning, of the objects that are open
	memo    metaMemo
}

// Members of the message, bits of what was seen.
const (
	sawVersion = 1 << iota
	sawID
	sawMethod
	sawParams
	sawResult
	sawError
)

// seed is fixed for the life of the process; hashes of keys never leave it.
var seed = maphash.MakeSeed()

// Read reads one message. It does not fail: e.Kind is Invalid for bytes that
// are not a message.
func (e *Envelope) Read(data []byte) {
	if e.used {
		e.Reset()
	}
	if e.scan == nil {
		e.scan = new(scan)
	}
	e.used = true
	if e.quick(data) {
		return
	}
	e.Reset()
	e.strict(data)
}

// strict reads one message, whatever it is.
func (e *Envelope) strict(data []byte) {
	e.used, e.data = true, data
	d := &e.d
	d.Reset(data, codec.Options{Strict: true})
	switch d.PeekKind() {
	case codec.KindObject:
		e.message()
	case codec.KindArray:
		e.batch()
	default:
		if d.Skip() {
			e.refuse("a message is a JSON object")
		}
	}
	d.End()
	if err := d.Err(); err != nil {
		e.Kind, e.ID = Invalid, nil
		e.Code, e.Text = ParseError, parseText(err.Violations[0])
	}
}

// Reset empties e but keeps what can be used again.
func (e *Envelope) Reset() {
	clear(e.Items)
	e.Kind, e.Code, e.Text = Invalid, 0, ""
	e.ID, e.Method, e.Params, e.Result, e.Error, e.Items = nil, nil, nil, nil, nil, e.Items[:0]
	e.Name, e.URI, e.TaskID, e.Cursor, e.Arguments = nil, nil, nil, nil, nil
	e.InputResponses, e.RequestState, e.ParamsText = nil, nil, ""
	e.Meta, e.Token, e.Version, e.Capabilities, e.Client, e.LogLevel, e.Key = nil, nil, nil, nil, nil, nil, nil
	e.used = false
	if e.scan != nil && e.data != nil {
		e.data, e.unknown = nil, e.unknown[:0]
		e.d.Reset(nil, codec.Options{})
	}
}

// Trim gives up what only reading the next message takes.
func (e *Envelope) Trim() { e.scan = nil }

// refuse makes the message an invalid request; the first reason stays.
func (e *Envelope) refuse(text string) {
	if e.Code == 0 {
		e.Code, e.Text = InvalidRequest, text
	}
}

func (e *Envelope) batch() {
	d := &e.d
	if !d.OpenArray("") {
		return
	}
	for n := 0; d.NextElement(); n++ {
		if item := e.value(); n < MaxBatch {
			e.Items = append(e.Items, item)
		}
		if n == MaxBatch {
			e.refuse("too many messages in a batch")
		}
	}
	if len(e.Items) == 0 {
		e.refuse("an empty batch")
	}
	if e.Code == 0 {
		e.Kind = Batch
	}
}

func (e *Envelope) message() {
	d := &e.d
	if !d.OpenObject("") {
		return
	}
	var seen uint
	version := false
	base := len(e.unknown)
	for d.NextMember() {
		switch string(d.Key()) {
		case "jsonrpc":
			e.once(&seen, sawVersion)
			version = string(e.text()) == "2.0"
		case "id":
			first := e.once(&seen, sawID)
			if e.ID = e.name(); !first {
				e.ID = nil // nobody can say which one is meant
			}
		case "method":
			e.once(&seen, sawMethod)
			e.Method = e.text()
		case "params":
			e.once(&seen, sawParams)
			e.params()
		case "result":
			e.once(&seen, sawResult)
			e.Result = e.value()
		case "error":
			e.once(&seen, sawError)
			e.Error = e.value()
		default:
			e.other(base)
		}
	}
	if !version {
		e.refuse(`jsonrpc must be "2.0"`)
	}
	e.classify(seen)
}

// classify decides what the message is from the members it has.
func (e *Envelope) classify(seen uint) {
	outcome := seen & (sawResult | sawError)
	switch {
	case seen&sawMethod != 0 && outcome != 0:
		e.refuse("a message with a method has neither result nor error")
	case seen&sawMethod != 0 && len(e.Method) == 0:
		e.refuse("method must be a string that is not empty")
	case seen&sawMethod != 0 && seen&sawID != 0:
		if e.ID == nil {
			e.refuse("id must be a string or an integer")
		}
		e.Kind = Request
	case seen&sawMethod != 0:
		e.Kind = Notification
	case outcome == sawResult || outcome == sawError:
		e.Kind = Response
	case outcome != 0:
		e.refuse("a response has a result or an error, not both")
	default:
		e.refuse("a message has a method, a result or an error")
	}
	if e.Code != 0 {
		e.Kind = Invalid
	}
}

// once reports whether a member comes for the first time, and refuses it
// otherwise.
func (e *Envelope) once(seen *uint, bit uint) bool {
	first := *seen&bit == 0
	if !first {
		e.refuse("duplicate member " + Clip(e.d.Key()))
	}
	*seen |= bit
	return first
}

// other passes over a member without a meaning. The current object's such
// members begin at base in e.unknown.
func (e *Envelope) other(base int) {
	h := maphash.Bytes(seed, e.d.Key())
	since := e.unknown[base:]
	for _, u := range since {
		if u == h {
			e.refuse("duplicate member " + Clip(e.d.Key()))
		}
	}
	if len(since) >= maxUnknown {
		e.refuse("too many members without a meaning")
	} else {
		e.unknown = append(e.unknown, h)
	}
	e.d.Skip()
}

// value passes over the next value and gives its bytes.
func (e *Envelope) value() []byte {
	start := e.d.Offset()
	e.d.Skip()
	return e.since(start)
}

// since gives the value that was read from the offset given on, nil when that
// was none.
func (e *Envelope) since(start int) []byte {
	if e.d.Failed() {
		return nil
	}
	b := e.data[start:e.d.Offset()]
	for len(b) > 0 && b[0] <= ' ' {
		b = b[1:]
	}
	return b
}

// text reads a string and gives its contents, not nil. Anything else is passed
// over and gives nil.
func (e *Envelope) text() []byte {
	kind := e.d.PeekKind()
	span := e.value()
	if kind != codec.KindString || span == nil {
		return nil
	}
	return Unquote(span)
}

// object reads an object and gives its bytes. Anything else is passed over and
// gives nil.
func (e *Envelope) object() (span []byte, isNull bool) {
	kind := e.d.PeekKind()
	span = e.value()
	if kind != codec.KindObject {
		return nil, kind == codec.KindNull
	}
	return span, false
}

// name reads an id or a token and gives it as written, or nil when it is
// neither a string nor an integer.
func (e *Envelope) name() []byte {
	kind := e.d.PeekKind()
	span := e.value()
	if kind == codec.KindString || kind == codec.KindNumber && IsInteger(span) {
		return span
	}
	return nil
}
