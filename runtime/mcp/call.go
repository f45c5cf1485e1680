package mcp

import (
	"log/slog"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// A Call is one call of a tool, as generated code sees it. It is valid until
// ToolDef.Call returns and not safe for concurrent use.
type Call struct{}

// Arguments is a decoder of the arguments object. Absent and null arguments
// read as {}. Each call starts at the beginning again.
func (c *Call) Arguments() *codec.Decoder { return nil }

// Check ends the reading of the arguments. Its error says for the model what
// does not fit.
func (c *Call) Check() error { return nil }

// Structured is the encoder of the structured content. It takes one JSON
// object; the copy as text is made from the same bytes. What breaks the output
// schema (codec.Encoder.Fail) is an internal error and never sent.
func (c *Call) Structured() *codec.Encoder { return nil }

// Text appends a text block to the result.
func (c *Call) Text(s string) {}

// Content appends blocks to the result. Structured content gets no copy as text
// when a block is given.
func (c *Call) Content(blocks ...Content) {}

// Progress reports the call's progress to its caller.
func (c *Call) Progress() Progress { return Progress{} }

// Principal is the caller; the zero value when nobody was authenticated.
func (c *Call) Principal() Principal { return Principal{} }

// Request describes the request. It may be kept after the call.
func (c *Call) Request() *Request { return nil }

// Logger is a logger for this call: its records carry the tool's name, and go
// to the server's logger and to the client when that asked for them.
func (c *Call) Logger() *slog.Logger { return nil }
