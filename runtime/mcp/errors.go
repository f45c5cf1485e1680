package mcp

import (
	"fmt"
	"strconv"
)

// The error codes of the protocol (JSON-RPC 2.0, and MCP 2026-07-28
// basic/index, error codes).
const (
	CodeParseError                 = -32700
	CodeInvalidRequest             = -32600
	CodeMethodNotFound             = -32601
	CodeInvalidParams              = -32602
	CodeInternalError              = -32603
	CodeResourceNotFound           = -32002 // before 2026-07-28 only
	CodeHeaderMismatch             = -32020
	CodeMissingClientCapability    = -32021
	CodeUnsupportedProtocolVersion = -32022

	// Codes of this implementation, outside the range that JSON-RPC reserves.
	CodeForbidden  = 403 // the caller lacks a scope; data: {"requiredScopes": […]}
	CodeOverloaded = 429 // too many requests in flight on the connection
	CodeClosing    = 503 // the server is shutting down
)

// A WireError is a JSON-RPC error: what a request is answered with that has no
// result. A tool that returns one fails the request and not only the call.
type WireError struct {
	Code    int
	Message string
	Data    []byte // raw JSON; nil when there is none
}

func (e *WireError) Error() string { return e.Message + " (" + strconv.Itoa(e.Code) + ")" }

// Errorf makes an error that is shown to the model as the result of the call.
// The arguments are those of fmt.Errorf, %w included.
func Errorf(format string, args ...any) error {
	return &shownError{fmt.Errorf(format, args...)}
}

type shownError struct{ err error }

func (e *shownError) Error() string { return e.err.Error() }
func (e *shownError) Unwrap() error { return e.err }
