package mcp

import (
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/codec"
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
	CodeURLElicitationRequired     = -32042 // 2025-11-25 only, see URLRequired
	CodeHeaderMismatch             = -32020
	CodeMissingClientCapability    = -32021
	CodeUnsupportedProtocolVersion = -32022
)

// Codes of this implementation, outside the range that JSON-RPC reserves.
const (
	CodeForbidden  = 403 // the caller lacks a scope; data: {"requiredScopes":[…]}
	CodeOverloaded = 429 // too many calls at a time on the connection
	CodeClosing    = 503 // the server is shutting down
)

// A WireError is a JSON-RPC error: what a request is answered with that has no
// result. A tool that returns one fails the request and not only the call.
type WireError struct {
	Code    int
	Message string
	Data    []byte // raw JSON; nil when there is none
}

// Error is the message and the code.
func (e *WireError) Error() string { return e.Message + " (" + strconv.Itoa(e.Code) + ")" }

// Errorf makes an error that is shown to the model as the result of the call.
// The arguments are those of fmt.Errorf, %w included.
func Errorf(format string, args ...any) error {
	return &shownError{fmt.Errorf(format, args...)}
}

type shownError struct{ err error }

func (e *shownError) Error() string { return e.err.Error() }
func (e *shownError) Unwrap() error { return e.err }

// An argumentsError says what is wrong with the arguments of a call. It wraps a
// *codec.Error.
type argumentsError struct {
	op  string // the operation, as in messages
	err *codec.Error
}

func (e *argumentsError) Error() string {
	return "invalid arguments for " + e.op + ": " + e.err.Error()
}
func (e *argumentsError) Unwrap() error { return e.err }

// A resultError says that a tool's result breaks its own schema: a mistake of
// the server, which the client must not see.
type resultError struct{ err *codec.Error }

func (e *resultError) Error() string { return "the result does not fit its schema: " + e.err.Error() }
func (e *resultError) Unwrap() error { return e.err }

// A timeoutError says that a call ran for too long.
type timeoutError struct{ text string }

func (e *timeoutError) Error() string { return e.text }

// A panicError is a panic of the server author's code.
type panicError struct {
	value any
	stack []byte
}

// newPanicError is called while the panicking goroutine unwinds. v is nil when
// it unwinds because of runtime.Goexit.
func newPanicError(v any) error {
	if v == nil {
		v = "runtime.Goexit was called"
	}
	return &panicError{v, debug.Stack()}
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// shown gives the text of err that the model may see, if any: that of an Errorf,
// of a declared error, or of an error around one. Of joined errors only the
// parts that may be seen are shown.
func shown(err error, declared []error) (string, bool) {
	switch e := err.(type) { //nolint:errorlint // the tree is walked by hand
	case *shownError, *argumentsError, *timeoutError, *CapabilityError:
		return e.Error(), true
	case interface{ Unwrap() []error }:
		if parts := shownParts(e.Unwrap(), declared); parts != nil {
			return strings.Join(parts, "\n"), true
		}
	case interface{ Unwrap() error }:
		inner := e.Unwrap()
		if inner == nil {
			break
		}
		if text, ok := shown(inner, declared); ok {
			if text == inner.Error() {
				text = err.Error()
			}
			return text, true
		}
	}
	// Nothing below err may be shown, so a match is err itself.
	for _, d := range declared {
		if errors.Is(err, d) {
			return err.Error(), true
		}
	}
	return "", false
}

func shownParts(errs []error, declared []error) (parts []string) {
	for _, err := range errs {
		if text, ok := shown(err, declared); ok {
			parts = append(parts, text)
		}
	}
	return parts
}

// errorID is what a caller is told of an internal error, and what its log
// record can be found by.
func errorID() string { return rand.Text()[:10] }
