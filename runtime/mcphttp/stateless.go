package mcphttp

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// isModern reports whether a version header names a revision without sessions.
func isModern(version string) bool { return version == mcp.Revision20260728 }

// isLegacy reports whether a version header names a revision with sessions.
func isLegacy(version string) bool {
	switch version {
	case mcp.Revision20251125, mcp.Revision20250618, mcp.Revision20250326, mcp.Revision20241105:
		return true
	}
	return false
}

// stateless serves a message of 2026-07-28. The order of the checks is fixed:
// keys of _meta, version header, version, other headers, and the rest in the
// server. All of it is over before anything is written.
func (e *Endpoint) stateless(x *exchange, m *mcp.Message) {
	switch m.Kind() {
	case mcp.KindRequest:
	case mcp.KindNotification:
		// No header is defined for notifications.
		e.modern.Handle(x.r.Context(), m, x)
		return
	default:
		// Without the id: it would be taken for one of the client's own.
		x.refuse(nil, &mcp.WireError{Code: mcp.CodeInvalidRequest, Message: "a body of this revision is one request or notification"})
		return
	}
	err := e.s.CheckMeta(m)
	if err == nil {
		err = repeats(x.r.Header["Mcp-Protocol-Version"], "MCP-Protocol-Version", m.Revision())
	}
	if err == nil {
		err = e.s.CheckRevision(m)
	}
	if err == nil {
		err = repeats(x.r.Header["Mcp-Method"], "Mcp-Method", m.Method())
	}
	if err == nil {
		if name, ok := m.Name(); ok {
			err = mirrors(x.r.Header["Mcp-Name"], "Mcp-Name", name)
		}
	}
	if err == nil {
		err = e.arguments(x.r.Header, m)
	}
	if err != nil {
		x.refuse(m, err)
		return
	}
	ctx := x.r.Context()
	switch {
	case m.Stays() && !x.stream:
		x.reject(http.StatusNotAcceptable, m, "Accept must allow text/event-stream: the answer to "+m.Method()+" is a stream")
		return
	case m.Stays():
		x.stays = true
		ctx = mcp.WithDrain(ctx, e.stops.Of(x.r))
	case m.Streams():
		x.await()
	}
	e.modern.Handle(ctx, m, x)
}

// arguments checks the headers that repeat arguments of the tool called. Unknown
// methods and tools have none, and are refused for what they are.
func (e *Endpoint) arguments(h http.Header, m *mcp.Message) (err *mcp.WireError) {
	e.s.Mirrored(m, func(header string, v mcp.MirroredValue) {
		values := h[header]
		if err != nil || len(values) == 0 && !v.Present() {
			return
		}
		var got string
		if got, err = single(values, header); err == nil && !v.Matches(got) {
			err = mismatch("the " + header + " header does not match the arguments")
		}
	})
	return err
}

// repeats checks a header that is a value of the body as it stands: Base64 is for
// names and arguments. A proxy that does not decode sees what is served.
func repeats(values []string, header, want string) *mcp.WireError {
	switch {
	case len(values) == 0:
		return mismatch("the " + header + " header is missing")
	case len(values) > 1:
		return mismatch("more than one " + header + " header")
	case strings.Trim(values[0], " \t") != want:
		return mismatch("the " + header + " header does not match the body")
	}
	return nil
}

// mirrors checks a header that repeats a value of the body: it is there once,
// can be decoded, and says the same.
func mirrors(values []string, header, want string) *mcp.WireError {
	if len(values) == 1 && values[0] == want && isPlain(want) {
		return nil
	}
	got, err := single(values, header)
	if err == nil && got != want {
		err = mismatch("the " + header + " header does not match the body")
	}
	return err
}

// single decodes a header that has to be there once.
func single(values []string, header string) (string, *mcp.WireError) {
	switch len(values) {
	case 0:
		return "", mismatch("the " + header + " header is missing")
	case 1:
	default:
		return "", mismatch("more than one " + header + " header")
	}
	got, err := httpx.DecodeValue(strings.Trim(values[0], " \t"))
	if err != nil {
		return "", mismatch("the " + header + " header " + err.Error())
	}
	return got, nil
}

// isPlain reports whether a value stands for itself in a header.
func isPlain(v string) bool {
	if strings.HasPrefix(v, "=?") {
		return false
	}
	for i := range len(v) {
		if c := v[i]; c < ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

func mismatch(text string) *mcp.WireError {
	return &mcp.WireError{Code: mcp.CodeHeaderMismatch, Message: text}
}

// unsupported is the error for a version header that names no revision served.
func (e *Endpoint) unsupported(version string) *mcp.WireError {
	const most = 64 // of what the client sent
	data, err := json.Marshal(struct {
		Supported []string `json:"supported"`
		Requested string   `json:"requested"`
	}{e.s.Revisions(), strings.ToValidUTF8(version[:min(len(version), most)], "\uFFFD")})
	if err != nil {
		data = nil
	}
	return &mcp.WireError{Code: mcp.CodeUnsupportedProtocolVersion, Message: "unsupported protocol version", Data: data}
}

// statusOf is the HTTP status for the answer to a request. Before 2026-07-28
// every JSON-RPC error is an answer like any other, as clients of that time take
// another status for a failure of the transport.
func statusOf(code int, in era) int {
	switch code {
	case 0:
		return http.StatusOK
	case mcp.CodeForbidden:
		return http.StatusForbidden
	case mcp.CodeOverloaded:
		return http.StatusTooManyRequests
	case mcp.CodeClosing:
		return http.StatusServiceUnavailable
	}
	switch in {
	case eraStateless:
		switch code {
		case mcp.CodeMethodNotFound:
			return http.StatusNotFound
		case mcp.CodeParseError, mcp.CodeInvalidRequest, mcp.CodeInvalidParams,
			mcp.CodeHeaderMismatch, mcp.CodeMissingClientCapability, mcp.CodeUnsupportedProtocolVersion:
			return http.StatusBadRequest
		}
	case eraNone:
		return http.StatusBadRequest
	}
	return http.StatusOK
}
