// Package mcpws serves MCP over WebSocket (RFC 6455).
//
// The specification has no WebSocket binding; this one is a custom transport as
// it allows (2026-07-28, basic/transports). Every text message is one JSON-RPC
// message. Both eras are served, decided message by message. A request is
// cancelled by notifications/cancelled. The subprotocol is "mcp" when the
// client asks for it.
//
// The server closes a connection with 1001 when it shuts down, 1003 after a
// binary message, 1007 after text that is not UTF-8, 1008 when the client may stay
// no longer or floods it with pings, 1009 after a message that is too long, and 1013
// when there is no memory for one. A client that does not read, or answers no pings, is cut off.
package mcpws

import (
	"bufio"
	"context"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/internal/pump"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Subprotocol is the WebSocket subprotocol of MCP.
const Subprotocol = "mcp"

// Defaults of [Options].
const (
	DefaultMaxMessage     = 1 << 20
	DefaultMaxConnections = 20_000
	DefaultCalls          = pump.DefaultCalls
	DefaultWriteTimeout   = pump.DefaultWriteTimeout
	DefaultPing           = 30 * time.Second
)

const (
	handshakeTimeout = 5 * time.Second

	// readBuffer is small because every idle connection holds one. Longer
	// messages are read past it.
	readBuffer = 1 << 10
)

// Options are the choices and limits of an [Endpoint]. The zero value has the
// defaults.
type Options struct {
	MaxMessage     int           // bytes of an incoming message
	MaxConnections int           // at the same time; further ones get 503
	Calls          int           // requests of one connection that run at once; nothing is read while they do
	WriteTimeout   time.Duration // how long a write may be held up by a client that does not read
	Ping           time.Duration // between pings; after two without a sign of life the client is gone

	// Origins checks the Host and Origin headers before the upgrade; what it
	// refuses gets 403. nil is its default: this machine only, on loopback.
	Origins *guard.Origins

	// Principal says who sent a request that was authenticated before it got
	// here, and thereby whose the connection is; nil, or a nil result: nobody.
	Principal func(r *http.Request) *mcp.Principal

	// Admit is asked about every message, with the context of the handshake; an
	// error refuses the message. nil: all are served.
	Admit func(ctx context.Context) *mcp.WireError
	// Alive is asked with every message and every ping whether the connection may
	// stay; an error closes it with 1008 and its text. nil: it may.
	Alive func(ctx context.Context) error
	// Expires says until when a connection may stay at most, with the context of the
	// handshake; zero is without bound. nil: all are.
	Expires func(ctx context.Context) time.Time
	// Hold counts a connection before it is upgraded, until release is called; what
	// it refuses gets 429. nil: none is refused.
	Hold func(r *http.Request) (release func(), err error)
	// TakeMemory makes room for n bytes of a message until ReleaseMemory gives them
	// back; a connection for which there is none is closed with 1013. nil: there is
	// always room. Messages of less than 4 KiB are not counted.
	TakeMemory    func(n int64) bool
	ReleaseMemory func(n int64)
}

// An Endpoint is an [http.Handler] that upgrades its requests to WebSocket
// connections and serves them. It is safe for concurrent use.
type Endpoint struct {
	server   *mcp.Server
	opts     Options
	pump     pump.Options
	upgrader websocket.Upgrader

	mu      sync.Mutex
	open    int                // connections, those in the handshake included
	conns   map[*conn]struct{} // those that work
	closing bool
	empty   chan struct{} // closed when none is open, once closing
}

// Handler serves s over WebSocket. o may be nil. The handler is an [*Endpoint];
// use [New] where its connections must be closed before the process ends.
func Handler(s *mcp.Server, o *Options) http.Handler { return New(s, o) }

// New makes an endpoint of s. o may be nil.
func New(s *mcp.Server, o *Options) *Endpoint {
	e := &Endpoint{server: s, conns: map[*conn]struct{}{}, empty: make(chan struct{})}
	if o != nil {
		e.opts = *o
	}
	e.opts.setDefaults()
	e.pump = pump.Options{Calls: e.opts.Calls, Refuse: refuse, Admit: e.opts.Admit}
	e.upgrader = websocket.Upgrader{
		HandshakeTimeout: handshakeTimeout,
		ReadBufferSize:   1,            // what comes after the handshake is read by conn,
		WriteBufferPool:  &sync.Pool{}, // and written by it
		Subprotocols:     []string{Subprotocol},
		CheckOrigin:      func(*http.Request) bool { return true }, // checked before
	}
	return e
}

func (o *Options) setDefaults() {
	if o.MaxMessage <= 0 {
		o.MaxMessage = DefaultMaxMessage
	}
	if o.MaxConnections <= 0 {
		o.MaxConnections = DefaultMaxConnections
	}
	if o.WriteTimeout <= 0 {
		o.WriteTimeout = DefaultWriteTimeout
	}
	if o.Ping <= 0 {
		o.Ping = DefaultPing
	}
}

// Upgrades reports whether r asks for a WebSocket connection, so that one path
// can serve both HTTP and WebSocket.
func Upgrades(r *http.Request) bool { return websocket.IsWebSocketUpgrade(r) }

// ServeHTTP upgrades the connection and returns. Goroutines of the endpoint
// serve it from then on.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !Upgrades(r) {
		w.Header().Set("Upgrade", "websocket")
		http.Error(w, "this endpoint serves WebSocket connections", http.StatusUpgradeRequired)
		return
	}
	if err := e.opts.Origins.Check(r); err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	if !e.reserve() {
		w.Header().Set("Retry-After", "5")
		http.Error(w, "no more connections", http.StatusServiceUnavailable)
		return
	}
	release := func() {}
	if e.opts.Hold != nil {
		var err error
		if release, err = e.opts.Hold(r); err != nil {
			e.release(nil)
			w.Header().Set("Retry-After", "1")
			http.Error(w, err.Error(), http.StatusTooManyRequests)
			return
		}
	}
	ws, err := e.upgrader.Upgrade(hijacker{w}, r, nil)
	if err != nil {
		release()
		e.release(nil) // the client was told
		return
	}
	c := newConn(e, direct(ws.NetConn()), r)
	c.release = release
	closing := e.add(c)
	c.start(r.Context())
	if closing {
		go c.goAway()
	}
}

// Shutdown closes all connections with 1001 and refuses new ones. Answers that
// wait are written first; calls that run lose theirs, so shut down the
// [mcp.Server] before. When ctx ends first, connections are cut and its cause
// is returned.
func (e *Endpoint) Shutdown(ctx context.Context) error {
	for _, c := range e.close() {
		go c.goAway()
	}
	select {
	case <-e.empty:
		return nil
	case <-ctx.Done():
	}
	for _, c := range e.close() {
		c.Abort(context.Cause(ctx))
	}
	<-e.empty
	return context.Cause(ctx)
}

// close refuses new connections and gives those that work.
func (e *Endpoint) close() []*conn {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closing {
		e.closing = true
		if e.open == 0 {
			close(e.empty)
		}
	}
	return slices.Collect(maps.Keys(e.conns))
}

// reserve makes room for a connection, if there may be one more.
func (e *Endpoint) reserve() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closing || e.open >= e.opts.MaxConnections {
		return false
	}
	e.open++
	return true
}

// add enters a connection for which there is room. It reports whether the
// endpoint has begun to close meanwhile.
func (e *Endpoint) add(c *conn) (closing bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.conns[c] = struct{}{}
	return e.closing
}

// release gives up what reserve and add did. c is nil without the latter.
func (e *Endpoint) release(c *conn) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.conns, c)
	e.open--
	if e.closing && e.open == 0 {
		close(e.empty)
	}
}

// direct is the connection without what only responses of HTTP need of it.
func direct(conn net.Conn) net.Conn {
	c, ok := conn.(*httpx.Conn)
	if !ok {
		return conn
	}
	_ = c.Conn.SetDeadline(time.Time{}) // one that HTTP had; fails on a closed connection, which is fine
	return c.Conn
}

// A hijacker hijacks through whatever middleware has put around the writer, as
// long as that can be unwrapped (see http.ResponseController).
type hijacker struct{ http.ResponseWriter }

func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(h.ResponseWriter).Hijack()
}

// refuse ends a connection that sends text which is none (RFC 6455, 8.1).
func refuse(src pump.Source, data []byte) error {
	if utf8.Valid(data) {
		return nil
	}
	c, _ := src.(*conn) // every source of an endpoint is one
	return c.sendClose(websocket.CloseInvalidFramePayloadData, "text is not UTF-8")
}
