package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
)

// Errors of a connection. Test for them with errors.Is.
var (
	// ErrClosed tells that the client was closed.
	ErrClosed = errors.New("mcp client: closed")
	// ErrSessionLost tells that the server no longer knows the session (404). A
	// new connection is needed; whether the request ran is unknown.
	ErrSessionLost = errors.New("mcp client: the server ended the session")
	// ErrLost tells that the connection broke before the answer came. It wraps
	// what broke it. Whether the request ran is unknown.
	ErrLost = errors.New("mcp client: the connection broke before the answer came")
)

// lost makes an error of what broke a connection. What failed before a
// connection was there is told as it is: nothing was sent.
func lost(err error) error {
	var op *net.OpError
	if err == nil || errors.Is(err, ErrLost) || errors.Is(err, context.Canceled) || errors.As(err, &op) && op.Op == "dial" {
		return err
	}
	return fmt.Errorf("%w: %w", ErrLost, err)
}

// An RPCError is a JSON-RPC error that the server answered with.
type RPCError struct {
	Code    int             // such as -32602
	Message string          // what the server said
	Data    json.RawMessage // details, or nil
}

// Error gives the code and the server's message.
func (e *RPCError) Error() string {
	return fmt.Sprintf("mcp server: %s (%d)", e.Message, e.Code)
}

// Codes of the protocol that clients act on (2026-07-28, basic/index).
const (
	codeInternal           = -32603
	codeMethodNotFound     = -32601
	codeHeaderMismatch     = -32020
	codeMissingCapability  = -32021
	codeUnsupportedVersion = -32022
)

// An HTTPError is an HTTP response that is no JSON-RPC message.
type HTTPError struct {
	StatusCode int
	Status     string // such as "403 Forbidden"
	Body       string // its beginning, 512 bytes at most
}

// Error gives the status and the beginning of the body.
func (e *HTTPError) Error() string {
	if e.Body == "" {
		return "mcp client: HTTP " + e.Status
	}
	return fmt.Sprintf("mcp client: HTTP %s: %s", e.Status, e.Body)
}

// A ToolError is a result that the tool marked as an error: it ran, or refused
// its arguments, and says why.
type ToolError struct {
	Tool   string
	Result *Result

	is error // what a generated client recognised it as
}

// Error gives the text of the result.
func (e *ToolError) Error() string {
	return fmt.Sprintf("tool %s: %s", e.Tool, e.Result.Text())
}

// Unwrap gives the error of the tool's package that the result shows, where a
// generated client knows it, or nil.
func (e *ToolError) Unwrap() error { return e.is }
