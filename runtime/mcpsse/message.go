package mcpsse

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// message takes one message of the client of a stream. The answer goes to the
// stream; the response to the POST says only that the message was taken.
func (e *Endpoint) message(w http.ResponseWriter, r *http.Request) {
	if !httpx.IsJSON(r.Header["Content-Type"]) {
		e.refuse(w, http.StatusUnsupportedMediaType, mcp.CodeInvalidRequest, "Content-Type must be application/json")
		return
	}
	if enc := r.Header["Content-Encoding"]; len(enc) > 0 && (len(enc) > 1 || enc[0] != "identity") {
		w.Header().Set("Accept-Encoding", "identity")
		e.refuse(w, http.StatusUnsupportedMediaType, mcp.CodeInvalidRequest, "the body must not be compressed")
		return
	}
	p := e.principal(r)
	c, status, text := e.find(r, p)
	if c == nil {
		e.refuse(w, status, mcp.CodeInvalidRequest, text)
		return
	}
	body, err := e.bodies.Read(w, r, e.o.MaxBody, e.o.ReadTimeout)
	if err != nil {
		e.badBody(w, r, err)
		return
	}
	m := mcp.Parse(body.Bytes())
	m.SetPrincipal(p)
	if keys := r.Header["Idempotency-Key"]; keys != nil && m.Method() == "tools/call" && !httpx.SetKey(m, keys) {
		e.fail(w, http.StatusBadRequest, e.s.Fail(m, mcp.CodeHeaderMismatch, "the Idempotency-Key header comes once and says what the body does", nil))
		m.Release()
		e.bodies.Put(body)
		return
	}
	// When the client ends this POST, the request goes on.
	ctx := context.WithoutCancel(r.Context())
	done := func() {
		m.Release()
		e.bodies.Put(body)
	}
	switch {
	case m.Kind() == mcp.KindInvalid:
		// Nothing on the stream could be told from other answers.
		c.mcp.Handle(ctx, m, refusal{e, w})
		done()
	case m.Modern():
		e.unsupported(w, m)
		done()
	case m.Inline():
		opens := m.Opens()
		c.mcp.Handle(ctx, m, c)
		done()
		if opens {
			c.save(c.mcp.State())
		}
		w.WriteHeader(http.StatusAccepted)
	default:
		go func() {
			defer done()
			c.mcp.Handle(ctx, m, c)
		}()
		w.WriteHeader(http.StatusAccepted)
	}
}

// A refusal answers a POST itself, with what is wrong with its body. It
// implements mcp.Stream.
type refusal struct {
	e *Endpoint
	w http.ResponseWriter
}

// Send implements mcp.Stream.
func (refusal) Send(context.Context, []byte) error { return errGone }

// Respond implements mcp.Stream.
func (r refusal) Respond(_ context.Context, msg []byte, _ int) error {
	r.e.fail(r.w, http.StatusBadRequest, msg)
	return nil
}

// unsupported answers a request of the stateless era, which this transport is
// older than.
func (e *Endpoint) unsupported(w http.ResponseWriter, m *mcp.Message) {
	supported := slices.DeleteFunc(e.s.Revisions(), func(rev string) bool { return rev == mcp.Revision20260728 })
	data, err := json.Marshal(map[string]any{"supported": supported, "requested": m.Revision()})
	if err != nil {
		data = nil
	}
	e.fail(w, http.StatusBadRequest, e.s.Fail(m, mcp.CodeUnsupportedProtocolVersion, "HTTP+SSE serves the revisions with sessions only", data))
}

// find gives the stream that a POST belongs to. One of somebody else is not
// there.
func (e *Endpoint) find(r *http.Request, p *mcp.Principal) (c *conn, status int, text string) {
	keys := r.URL.Query()["session"]
	if len(keys) != 1 {
		return nil, http.StatusBadRequest, "the address to POST to comes with the endpoint event of the stream"
	}
	v, ok := e.conns.Load(keys[0])
	if !ok {
		return nil, http.StatusNotFound, "no such stream: open one with GET"
	}
	c = v.(*conn) //nolint:errcheck // nothing else is stored
	if c.owner != owner(p) {
		return nil, http.StatusNotFound, "no such stream: open one with GET"
	}
	return c, 0, ""
}

// badBody answers a body that could not be read. What is left of it is not: the
// connection ends.
func (e *Endpoint) badBody(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, httpx.ErrTooLarge) {
		httpx.RefuseBody(w, r, func() {
			e.refuse(w, http.StatusRequestEntityTooLarge, mcp.CodeInvalidRequest, "the body is too large")
		})
		return
	}
	w.Header().Set("Connection", "close")
	switch {
	case errors.Is(err, httpx.ErrTimeout):
		e.refuse(w, http.StatusRequestTimeout, mcp.CodeInvalidRequest, "the body did not arrive in time")
	default:
		e.refuse(w, http.StatusBadRequest, mcp.CodeParseError, "the body could not be read")
	}
}
