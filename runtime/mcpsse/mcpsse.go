// Package mcpsse serves MCP over HTTP+SSE, the transport of 2024-11-05 that many
// clients still speak: a stream of events from the server, opened by GET, and
// messages from the client, each POSTed to the address that the stream begins
// with.
//
//	h := mcpsse.Handler(s, nil)
//	http.Handle("GET /mcp/events", h)
//	http.Handle("POST /mcp/messages", h)
//
// It is deprecated by the protocol and serves the revisions with sessions only,
// 2025-11-25 and before.
package mcpsse

import (
	"cmp"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/internal/sse"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Options are the choices of an [Endpoint]. The zero value is useful; a
// duration below 0 switches off what it bounds.
type Options struct {
	// Origins checks Host and Origin. nil: its default, which protects servers
	// on loopback addresses and refuses foreign web pages.
	Origins *guard.Origins

	// Principal says who sent a request that was authenticated before it got
	// here; nil, or a nil result: nobody. A stream belongs to its principal.
	Principal func(r *http.Request) *mcp.Principal

	// Messages is the path, or URL, that clients POST to. "": messages beside the
	// path of the stream, /mcp/messages for /mcp/events.
	Messages string

	// Instance begins the name of a stream in that address, before a point, so that
	// a proxy can send messages to the instance that has it. "": nothing does.
	Instance string

	MaxBody      int64         // bytes of one request body; 0: 1 MiB
	ReadTimeout  time.Duration // for reading one body; 0: 30 s
	WriteTimeout time.Duration // for each write; 0: 10 s
	Heartbeat    time.Duration // how long a stream may be idle before it gets a comment; 0: 15 s

	// StreamMemory is how many bytes of messages may wait for the readers of all
	// streams together. When it is used up, the reader that is furthest behind
	// loses its stream. 0: 64 MiB.
	StreamMemory int

	MaxStreams int // streams open at a time; 0: 10 000; below 0: no bound

	// Changes are those of all instances, and State keeps what clients ask for. With
	// both, the events that tell of changes have ids, and a client that comes back
	// with the last of them goes on from there, on any instance. Calls end with
	// their stream. nil: a client that comes back begins anew.
	Changes mcp.ChangeLog
	State   mcp.StateStore
}

// Defaults of Options.
const (
	defaultMaxBody      = 1 << 20
	defaultReadTimeout  = 30 * time.Second
	defaultWriteTimeout = 10 * time.Second
	defaultHeartbeat    = 15 * time.Second
	defaultStreamMemory = 64 << 20
	defaultMaxStreams   = 10_000

	never = 1 << 62 * time.Nanosecond
)

func (o *Options) withDefaults() Options {
	var c Options
	if o != nil {
		c = *o
	}
	c.MaxBody = cmp.Or(c.MaxBody, defaultMaxBody)
	c.ReadTimeout = cmp.Or(c.ReadTimeout, defaultReadTimeout)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, defaultWriteTimeout)
	c.Heartbeat = cmp.Or(c.Heartbeat, defaultHeartbeat)
	c.StreamMemory = cmp.Or(c.StreamMemory, defaultStreamMemory)
	c.MaxStreams = cmp.Or(c.MaxStreams, defaultMaxStreams)
	if c.Heartbeat < 0 {
		c.Heartbeat = never
	}
	return c
}

// An Endpoint is the pair of a stream and an address for messages, told apart by
// the method of a request. It is safe for concurrent use.
type Endpoint struct {
	s *mcp.Server
	o Options

	conns sync.Map // key of a stream → *conn
	open  atomic.Int64

	bodies httpx.Pool
	budget *sse.Budget
	stops  httpx.Stops
}

// Handler serves s over HTTP+SSE. opts may be nil. The handler is an
// [*Endpoint]; use [New] where its streams must be ended before the process is.
func Handler(s *mcp.Server, opts *Options) http.Handler { return New(s, opts) }

// New makes an endpoint of s. opts may be nil.
func New(s *mcp.Server, opts *Options) *Endpoint {
	e := &Endpoint{s: s, o: opts.withDefaults()}
	e.budget = sse.NewBudget(e.o.StreamMemory)
	return e
}

// Close ends all streams, with what is being answered on them, and refuses new
// ones. It does not wait for the handlers.
func (e *Endpoint) Close() error {
	e.stops.End()
	return nil
}

// ServeHTTP implements http.Handler.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := e.o.Origins.Check(r); err != nil {
		e.refuse(w, http.StatusForbidden, mcp.CodeInvalidRequest, err.Error())
		return
	}
	switch r.Method {
	case http.MethodGet:
		e.stream(w, r)
	case http.MethodPost:
		e.message(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		e.refuse(w, http.StatusMethodNotAllowed, mcp.CodeInvalidRequest, "this endpoint takes GET and POST")
	}
}

// refuse answers with a JSON-RPC error that belongs to no message.
func (e *Endpoint) refuse(w http.ResponseWriter, status, code int, text string) {
	e.fail(w, status, e.s.Fail(nil, code, text, nil))
}

func (e *Endpoint) fail(w http.ResponseWriter, status int, msg []byte) {
	w.Header().Set("Content-Type", "application/json")
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(status)
	_ = httpx.Write(w, msg, e.o.WriteTimeout) // the client has left
}

func (e *Endpoint) principal(r *http.Request) *mcp.Principal {
	if e.o.Principal == nil {
		return nil
	}
	return e.o.Principal(r)
}

// owner names a principal, for comparison only.
func owner(p *mcp.Principal) string {
	if p == nil {
		return ""
	}
	return p.Issuer + "\x00" + p.Subject
}
