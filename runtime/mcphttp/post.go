package mcphttp

import (
	"context"
	"errors"
	"net/http"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// post takes one message.
func (e *Endpoint) post(w http.ResponseWriter, r *http.Request) {
	if !httpx.IsJSON(r.Header["Content-Type"]) {
		e.refuse(w, http.StatusUnsupportedMediaType, nil, mcp.CodeInvalidRequest, "Content-Type must be application/json")
		return
	}
	if enc := r.Header["Content-Encoding"]; len(enc) > 0 && (len(enc) > 1 || enc[0] != "identity") {
		w.Header().Set("Accept-Encoding", "identity")
		e.refuse(w, http.StatusUnsupportedMediaType, nil, mcp.CodeInvalidRequest, "the body must not be compressed")
		return
	}
	json, stream := httpx.Accepts(r.Header["Accept"])
	if !json && !stream {
		e.refuse(w, http.StatusNotAcceptable, nil, mcp.CodeInvalidRequest, "Accept must allow application/json or text/event-stream")
		return
	}
	body, err := e.bodies.Read(w, r, e.o.MaxBody, e.o.ReadTimeout)
	if err != nil {
		e.badBody(w, r, err)
		return
	}
	m := mcp.Parse(body.Bytes())
	if m.Stays() {
		m.Release()
		body = e.bodies.Trim(body)
		m = mcp.Parse(body.Bytes())
	}
	x, _ := exchanges.Get().(*exchange)
	x.e, x.w, x.r, x.json, x.stream = e, w, r, json, stream
	p := e.principal(r)
	if p != nil {
		m.SetPrincipal(p)
	}
	if keys := r.Header["Idempotency-Key"]; keys == nil || m.Method() != "tools/call" || httpx.SetKey(m, keys) {
		e.route(x, m, p) //nolint:contextcheck // x has the request
	} else {
		e.refuse(w, http.StatusBadRequest, m, mcp.CodeHeaderMismatch, "the Idempotency-Key header comes once and says what the body does")
	}
	m.Release()
	x.release()
	e.bodies.Put(body)
}

// badBody answers a body that could not be read. What is left of it is not: the
// connection ends.
func (e *Endpoint) badBody(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, httpx.ErrTooLarge) {
		httpx.RefuseBody(w, r, func() {
			e.refuse(w, http.StatusRequestEntityTooLarge, nil, mcp.CodeInvalidRequest, "the body is too large")
		})
		return
	}
	w.Header().Set("Connection", "close")
	switch {
	case errors.Is(err, httpx.ErrTimeout):
		e.refuse(w, http.StatusRequestTimeout, nil, mcp.CodeInvalidRequest, "the body did not arrive in time")
	default:
		e.refuse(w, http.StatusBadRequest, nil, mcp.CodeParseError, "the body could not be read")
	}
}

// route puts a message to its era: by its content first, then by its headers
// (2026-07-28, basic/versioning). Nothing is remembered from one request to the
// next but what a session id stands for.
func (e *Endpoint) route(x *exchange, m *mcp.Message, p *mcp.Principal) {
	version := x.r.Header["Mcp-Protocol-Version"]
	switch {
	case m.Kind() == mcp.KindInvalid:
		x.era = eraNone
		e.modern.Handle(x.r.Context(), m, x)
	case m.Modern(), len(version) == 1 && isModern(version[0]):
		x.era = eraStateless
		e.stateless(x, m)
	case len(version) > 1:
		x.refuse(m, &mcp.WireError{Code: mcp.CodeHeaderMismatch, Message: "more than one MCP-Protocol-Version header"})
	case len(version) == 1 && !isLegacy(version[0]) && !m.Opens():
		x.refuse(m, e.unsupported(version[0]))
	case e.o.Stateless:
		x.era = eraSession
		e.sessionless(x, m, p, version)
	case m.Opens():
		x.era = eraSession
		e.open(x, m, p)
	default:
		x.era = eraSession
		e.inSession(x, m, p)
	}
	x.finish()
}

// detached is the context of a request of the stateful era: when the client
// leaves, the request goes on (2025-11-25, basic/transports).
func detached(r *http.Request) context.Context { return context.WithoutCancel(r.Context()) }

// open begins a session with an initialize request.
func (e *Endpoint) open(x *exchange, m *mcp.Message, p *mcp.Principal) {
	e.stops.Of(x.r) // a stream may follow: the server must be known before it shuts down
	if !e.sessions.reserve() {
		x.reject(http.StatusServiceUnavailable, m, errFull.Error())
		return
	}
	s := newSession(e, p)
	x.opens = s
	s.conn.Handle(detached(x.r), m, x)
	if x.opens != nil { // initialize failed
		e.sessions.release()
		s.conn.Close()
	}
}

// inSession serves a message of a session that exists.
func (e *Endpoint) inSession(x *exchange, m *mcp.Message, p *mcp.Principal) {
	s, status, text := e.session(x.r, p)
	if s == nil {
		x.reject(status, m, text)
		return
	}
	defer s.release()
	if m.Kind() == mcp.KindBatch && s.conn.Revision() != mcp.Revision20250326 {
		x.reject(http.StatusBadRequest, m, "batches are part of protocol revision 2025-03-26 only")
		return
	}
	x.sess = s
	if m.Streams() {
		x.await()
	}
	s.conn.Handle(detached(x.r), m, x)
}

// session finds the session that r names. It is in use until its release. A
// session of somebody else is not there.
func (e *Endpoint) session(r *http.Request, p *mcp.Principal) (s *session, status int, text string) {
	ids := r.Header["Mcp-Session-Id"]
	if len(ids) != 1 || ids[0] == "" {
		return nil, http.StatusBadRequest, "one Mcp-Session-Id header is required: it comes with the answer to initialize"
	}
	if s = e.sessions.acquire(ids[0], p); s != nil {
		return s, 0, ""
	}
	s, err := e.restore(r.Context(), ids[0], owner(p), func(o openedID) *session { return continued(e, p, ids[0], o) })
	switch {
	case err != nil:
		return nil, http.StatusServiceUnavailable, err.Error()
	case s == nil || !s.acquire():
		return nil, http.StatusNotFound, "no such session: begin a new one with initialize"
	}
	return s, 0, ""
}

// sessionless serves a message of the stateful era on its own. version is its
// header, which is missing before 2025-06-18.
func (e *Endpoint) sessionless(x *exchange, m *mcp.Message, p *mcp.Principal, version []string) {
	rev := mcp.Revision20250326
	if len(version) > 0 {
		rev = version[0]
	}
	switch {
	case m.Opens():
		rev = ""
	case m.Kind() == mcp.KindBatch && rev != mcp.Revision20250326:
		x.reject(http.StatusBadRequest, m, "batches are part of protocol revision 2025-03-26 only")
		return
	}
	// A connection of its own, as the ids of different clients may be the same.
	conn := e.s.NewConn(mcp.ConnOptions{Transport: "http", Principal: p, Revision: rev})
	defer conn.Close()
	conn.Handle(detached(x.r), m, x)
}

// delete ends a session. Its calls are cancelled, not waited for.
func (e *Endpoint) delete(w http.ResponseWriter, r *http.Request) {
	if !e.legacyOnly(w, r) {
		return
	}
	s, status, text := e.session(r, e.principal(r))
	if s == nil {
		e.refuse(w, status, nil, mcp.CodeInvalidRequest, text)
		return
	}
	defer s.release()
	e.sessions.remove(s)
	e.endForAll(detached(r), s)
	w.WriteHeader(http.StatusNoContent)
}

// legacyOnly answers 405 to a GET or DELETE that is not about a session, and
// reports whether to go on. A request that names no session is one of the
// stateful era only if its version header says so.
func (e *Endpoint) legacyOnly(w http.ResponseWriter, r *http.Request) bool {
	version, id := r.Header["Mcp-Protocol-Version"], r.Header["Mcp-Session-Id"]
	switch {
	case e.o.Stateless:
		w.Header().Set("Allow", http.MethodPost)
		e.refuse(w, http.StatusMethodNotAllowed, nil, mcp.CodeInvalidRequest, "this server keeps no sessions and no streams: every message is a POST of its own")
		return false
	case len(version) == 1 && isModern(version[0]),
		len(version) == 0 && len(id) == 0:
		e.notAllowed(w, http.MethodPost)
		return false
	case len(version) > 1:
		e.refuse(w, http.StatusBadRequest, nil, mcp.CodeHeaderMismatch, "more than one MCP-Protocol-Version header")
		return false
	case len(version) == 1 && !isLegacy(version[0]):
		err := e.unsupported(version[0])
		e.fail(w, http.StatusBadRequest, e.s.Fail(nil, err.Code, err.Message, err.Data))
		return false
	}
	return true
}
