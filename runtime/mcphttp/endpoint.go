package mcphttp

import (
	"crypto/rand"
	"net/http"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/internal/sse"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// An Endpoint is one MCP endpoint: a handler for POST, GET and DELETE. It is safe
// for concurrent use, by several http.Servers as well.
type Endpoint struct {
	s        *mcp.Server
	o        Options
	modern   *mcp.Conn // for everything that belongs to no session
	sessions *table
	self     [8]byte // what the keys of its sessions begin with

	bodies httpx.Pool
	budget *sse.Budget
	stops  httpx.Stops // of everything that stays open
}

// Handler serves s over Streamable HTTP. opts may be nil. The handler is an
// [*Endpoint]; use [New] where it must be closed before the process ends.
func Handler(s *mcp.Server, opts *Options) http.Handler { return New(s, opts) }

// New makes an endpoint of s. opts may be nil.
func New(s *mcp.Server, opts *Options) *Endpoint {
	e := &Endpoint{s: s, o: opts.withDefaults()}
	_, _ = rand.Read(e.self[:]) // never fails
	e.modern = s.NewConn(mcp.ConnOptions{Transport: "http"})
	e.sessions = newTable(e.o.MaxSessions, e.o.SessionIdle)
	e.budget = sse.NewBudget(e.o.StreamMemory)
	return e
}

// Drain ends the streams that stay open, subscriptions with their result, and
// refuses new ones; calls go on. http.Server.Shutdown does the same to the
// streams of its own connections.
func (e *Endpoint) Drain() { e.stops.End() }

// Close ends all sessions and cancels their calls, and those of the stateless
// era as far as they depend on the endpoint. It does not wait for them.
func (e *Endpoint) Close() error {
	e.Drain()
	e.sessions.close()
	e.modern.Close()
	return nil
}

// allowed are the methods of the endpoint, for the Allow header.
const allowed = "POST, GET, DELETE"

// ServeHTTP implements http.Handler.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := e.o.Origins.Check(r); err != nil {
		e.refuse(w, http.StatusForbidden, nil, mcp.CodeInvalidRequest, err.Error())
		return
	}
	switch r.Method {
	case http.MethodPost:
		e.post(w, r)
	case http.MethodGet:
		e.get(w, r)
	case http.MethodDelete:
		e.delete(w, r)
	default:
		e.notAllowed(w, allowed)
	}
}

// refuse answers with a JSON-RPC error of the transport's own. m may be nil.
func (e *Endpoint) refuse(w http.ResponseWriter, status int, m *mcp.Message, code int, text string) {
	e.fail(w, status, e.s.Fail(m, code, text, nil))
}

// fail answers with an error message that is ready.
func (e *Endpoint) fail(w http.ResponseWriter, status int, msg []byte) {
	h := w.Header()
	h["Content-Type"] = jsonType
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		h["Retry-After"] = retryAfter
	}
	w.WriteHeader(status)
	_ = httpx.Write(w, msg, e.o.WriteTimeout) // the client has left
}

// notAllowed answers 405.
func (e *Endpoint) notAllowed(w http.ResponseWriter, allow string) {
	w.Header().Set("Allow", allow)
	e.refuse(w, http.StatusMethodNotAllowed, nil, mcp.CodeInvalidRequest, "this endpoint takes "+allow)
}

// principal is who sent r; nil: nobody.
func (e *Endpoint) principal(r *http.Request) *mcp.Principal {
	if e.o.Principal == nil {
		return nil
	}
	return e.o.Principal(r)
}

// Values of headers that are set on every answer. They are shared: nobody writes
// to them.
var (
	jsonType   = []string{"application/json"}
	retryAfter = []string{"1"}
)
