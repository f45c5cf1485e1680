package mcp

import (
	"log/slog"
	"slices"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// A Call is one call of a tool, one reading of a resource or one use of a prompt,
// as generated code sees it. It is valid until the definition's Call returns and
// not safe for concurrent use.
//
// It also holds the buffer in which the answer to any request is built. The
// answer grows in one piece: the structured content is encoded where it will be
// sent from, and its copy as text is made from those bytes.
type Call struct {
	s         *Server
	f         *flight
	m         *Message // nil once the call may outlive it
	op        *operation
	req       *Request
	principal *Principal
	run       *taskRun // nil for a call that cannot become a task
	rev       revision

	args  []byte
	dec   codec.Decoder
	enc   codec.Encoder
	start int // where the answer begins
	head  int // where the result's members begin

	structured bool
	from       int // where the structured content begins
	hasText    bool
	text       string
	blocks     []Content
	contents   []ResourceContents
	messages   []PromptMessage
	failed     bool
	hints      *cacheHints // of a method of an extension; nil when its result must not be kept
	meta       map[string]any
}

// keptBuffer is the largest answer whose buffer is kept for the next one: the list of
// 1000 tools fits. What is not used for a while, the collector takes.
const keptBuffer = 1 << 20

var calls = sync.Pool{New: func() any { return new(Call) }}

func newCall() *Call {
	c, _ := calls.Get().(*Call)
	return c
}

// release gives the call back for reuse, with its buffer when that is not large.
func (c *Call) release() {
	buf := c.enc.Bytes()[:0]
	if cap(buf) > keptBuffer {
		buf = nil
	}
	c.s, c.f, c.m, c.op, c.req, c.principal, c.run, c.args = nil, nil, nil, nil, nil, nil, nil, nil
	c.dec.Reset(nil, codec.Options{})
	c.enc.Reset(buf)
	c.start = 0
	c.forget()
	calls.Put(c)
}

// forget drops what an operation put into the call.
func (c *Call) forget() {
	clear(c.blocks)
	c.structured, c.from, c.hasText, c.text, c.blocks, c.failed, c.meta = false, 0, false, "", c.blocks[:0], false, nil
	c.contents, c.messages, c.hints = nil, nil, nil
}

// noArguments stands for arguments that are absent or null.
var noArguments = []byte("{}")

// Arguments is a decoder of the arguments object. Absent and null arguments
// read as {}. Each call starts at the beginning again.
func (c *Call) Arguments() *codec.Decoder {
	c.dec.Reset(c.args, codec.Options{Strict: c.op.strict || c.s.opts.Strict})
	return &c.dec
}

// Check ends the reading of the arguments. Its error says for the model what
// does not fit. Arguments that are no JSON fail the request.
func (c *Call) Check() error {
	c.dec.End()
	err := c.dec.Err()
	if err == nil {
		return nil
	}
	syntax := func(v codec.Violation) bool { return v.Keyword == codec.Syntax }
	if c.dec.Failed() && (err.More > 0 || slices.ContainsFunc(err.Violations, syntax)) {
		// It may have come behind other problems, and be among those not told.
		if text, ok := jsonrpc.CheckArguments(c.args); !ok {
			return &WireError{Code: CodeParseError, Message: text}
		}
	}
	return c.Invalid(err)
}

// NoArguments reads the arguments of an operation that takes none. Any that are
// there are problems, told as those of Check are.
func (c *Call) NoArguments() error {
	if d := c.Arguments(); d.OpenObject("") {
		for d.NextMember() {
			d.Unknown(nil)
		}
	}
	return c.Check()
}

// Invalid makes an error of problems with the arguments that were found without
// the decoder. It is answered as that of Check is.
func (c *Call) Invalid(problems *codec.Error) error {
	return &argumentsError{op: c.op.String(), err: problems}
}

// Structured is the encoder of the structured content. It takes one JSON value,
// which revisions before 2026-07-28 get as text unless it is an object; the copy
// as text is made from the same bytes. What breaks the output schema
// (codec.Encoder.Fail) is an internal error and never sent.
func (c *Call) Structured() *codec.Encoder {
	c.structured = true
	if c.rev < rev20250618 { // has no structured content: encoded aside, only the text is sent
		c.enc.Truncate(0)
	} else {
		c.enc.Truncate(c.head)
		c.enc.Raw(`"structuredContent":`)
	}
	c.from = c.enc.Len()
	c.enc.Begin()
	return &c.enc
}

// Text appends a text block to the result: of a tool, a block of content; of a
// resource, its contents; of a prompt, a message of the user.
func (c *Call) Text(s string) {
	if !c.hasText && len(c.blocks) == 0 {
		c.hasText, c.text = true, s
		return
	}
	c.Content(Text{Text: s})
}

// Content appends blocks to the result. Structured content that is an object gets
// no copy as text when a block is given, except for clients that know no structured
// content.
func (c *Call) Content(blocks ...Content) {
	if c.hasText {
		c.hasText = false
		c.blocks = append(c.blocks, Text{Text: c.text})
	}
	c.blocks = append(c.blocks, blocks...)
}

// RawArguments is the arguments object as it came, {} when there was none. It is
// valid until ToolDef.Call returns and must not be changed.
func (c *Call) RawArguments() []byte { return c.args }

// Blob is the contents of a resource as bytes.
func (c *Call) Blob(b []byte) {
	if b == nil {
		b = []byte{}
	}
	c.Contents(ResourceContents{Blob: b})
}

// Contents appends contents of a resource. Where URI or MIMEType are empty, those
// of the resource that was asked for are sent.
func (c *Call) Contents(parts ...ResourceContents) { c.contents = append(c.contents, parts...) }

// Messages appends messages of a prompt.
func (c *Call) Messages(messages ...PromptMessage) { c.messages = append(c.messages, messages...) }

// Failed says that the call failed in a way that its result tells (isError).
func (c *Call) Failed() { c.failed = true }

// Meta sets a key of the result's _meta. v is anything that encoding/json can
// write.
func (c *Call) Meta(key string, v any) {
	if c.meta == nil {
		c.meta = make(map[string]any)
	}
	c.meta[key] = v
}

// Progress reports the call's progress to its caller.
func (c *Call) Progress() Progress {
	p := Progress{run: c.run}
	if c.f.progress != nil {
		p.f = c.f
	}
	return p
}

// Principal is the caller; the zero value when nobody was authenticated.
func (c *Call) Principal() Principal {
	if c.principal == nil {
		return Principal{}
	}
	return *c.principal
}

// Request describes the request. It may be kept after the call.
func (c *Call) Request() *Request {
	if c.req == nil {
		c.req = newRequest(c.m, c.f.conn, c.rev, c.principal)
	}
	return c.req
}

// Logger is a logger for this call: its records carry the tool's name, and go
// to the server's logger and to the client when that asked for them.
func (c *Call) Logger() *slog.Logger { return c.f.logger() }

// detach copies what the call needs of the message, so that it may outlive it.
func (c *Call) detach() {
	c.args = slices.Clone(c.args)
	c.Request()
	c.m = nil
}

// encodeMeta gives the members that the tool put into _meta, in order.
func (c *Call) encodeMeta() ([]byte, error) {
	if len(c.meta) == 0 {
		return nil, nil
	}
	e := codec.NewEncoder(nil)
	for _, key := range codec.SortedKeys(c.meta) {
		if e.Len() > 0 {
			e.Raw(",")
		}
		e.Key(key)
		e.Any(c.meta[key])
	}
	if err := e.Err(); err != nil {
		return nil, &resultError{err}
	}
	return e.Bytes(), nil
}

// violation is what was encoded that breaks its own schema or is no JSON.
func (c *Call) violation() error {
	if err := c.enc.Err(); err != nil {
		return &resultError{err}
	}
	return nil
}
