package serve

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/mcpsse"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// Limits of the HTTP server. Bodies and answers have deadlines of their own in
// the transports, since streams stay open.
const (
	headerTimeout  = 5 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 32 << 10

	// closeTime is how long clients may take to notice that their connection ends.
	closeTime = 5 * time.Second
)

// An app is everything that is served over HTTP.
type app struct {
	server  *mcp.Server
	config  *Config
	http    *mcphttp.Endpoint
	sse     *mcpsse.Endpoint
	ws      *mcpws.Endpoint
	country func(*http.Request) bool // whether to believe where a request comes from
	ready   atomic.Bool
	leaving atomic.Bool             // answers end their connections
	probed  map[string]http.Handler // health checks by their paths
	handler http.Handler
	outside *httpx.Detacher // around handler
}

func newApp(s *mcp.Server, c *Config, g *guard.Guard) (*app, error) {
	o := g.Origins()
	a := &app{
		server: s,
		config: c,
		http:   mcphttp.New(s, &mcphttp.Options{Origins: o, Principal: g.Principal, Stateless: c.Stateless, Events: c.events(), Ended: c.ended(), State: c.state(), Changes: c.changes(), Coalesce: c.Coalesce, Instance: c.Instance}),
		sse:    mcpsse.New(s, &mcpsse.Options{Origins: o, Principal: g.Principal, Instance: c.Instance, Messages: c.messages(), Changes: c.changes(), State: c.state()}),
		ws:     mcpws.New(s, &mcpws.Options{Origins: o, Principal: g.Principal, Admit: g.Admit, Alive: g.Alive, Expires: g.Expires, Hold: g.Hold, TakeMemory: g.TakeMemory, ReleaseMemory: g.ReleaseMemory}),
	}
	if c.log != nil {
		told := a.http.Told
		c.log.told.Store(&told)
	}
	var r routes
	a.country = g.FromProxy
	a.transports(&r)
	a.resources(&r, g)
	for pattern, h := range c.Routes {
		r.handle(pattern, h)
	}
	for pattern, h := range c.Public {
		r.public(pattern, h)
	}
	paths, metadata := g.Metadata()
	for _, p := range paths {
		r.public(p, metadata)
	}
	switch {
	case c.Metrics == nil:
	case c.MetricsPublic:
		r.public("/metrics", c.Metrics)
	default:
		r.handle("/metrics", c.Metrics)
	}
	if err := a.probes(&r); err != nil {
		return nil, err
	}
	if r.err != nil {
		return nil, r.err
	}
	a.probed = r.probed
	a.handler = g.Handler(&r, guard.Open{Probes: r.probed, Public: &r.opened})
	for _, outer := range slices.Backward(c.Wrap) {
		a.handler = outer(a.handler)
	}
	a.outside = httpx.Detach(a.last(a.handler))
	return a, nil
}

// last has answers end their connections once the server is about to stop.
func (a *app) last(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.leaving.Load() && r.Header["Upgrade"] == nil {
			w.Header().Set("Connection", "close")
		}
		h.ServeHTTP(w, r)
	})
}

// counted notes that MCP is spoken on a connection.
func (a *app) counted(h http.Handler) http.Handler {
	h = a.located(h)
	if a.config.Connections == nil {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.config.Connections.Note(r)
		h.ServeHTTP(w, r)
	})
}

func runHTTP(ctx context.Context, s *mcp.Server, c *Config, std Stdio) error {
	running, stop := context.WithCancel(ctx) // of what watches files and fetches keys
	defer stop()
	closing, err := c.prepare(running, s, std)
	defer closing()
	if err != nil {
		return err
	}
	if c.Serve != nil {
		return runElsewhere(ctx, s, c)
	}
	l, err := c.listen()
	if err != nil {
		return err
	}
	defer l.Close() //nolint:errcheck // it is closed already, unless the start failed
	a, g, unshare, err := assemble(s, c, l)
	if err != nil {
		return err
	}
	defer unshare()
	unwatch, err := a.watch()
	if err != nil {
		return err
	}
	defer unwatch()
	srv, serve := a.listener()
	on := c.connections(srv, l)
	if !g.Authenticates() && !onLoopback(l) {
		s.Logger().Warn("nobody is asked who he is, and other machines can reach the server", "address", l.Addr().String())
	}
	a.ready.Store(true)
	started(std.Err, s, c.endpoints(c.base(l))+authMode(g))
	ended := make(chan error, 1)
	go func() { ended <- serve(on) }()
	ending := context.WithoutCancel(ctx)
	select {
	case err = <-ended:
	case <-ctx.Done():
		stop()
		a.stop(ending, srv, l)
		err = <-ended
	}
	a.close(ending, srv)
	if errors.Is(err, net.ErrClosed) || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// listener makes the server of net/http, and gives what serves a listener by it.
func (a *app) listener() (srv *http.Server, serve func(net.Listener) error) {
	srv = &http.Server{
		Handler:           a.outside,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		// OPTIONS * is for those who are let in, like everything else.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(a.server.Logger().Handler(), slog.LevelWarn),
		TLSConfig:                    a.config.TLS,
	}
	if a.config.TLS != nil {
		return srv, func(l net.Listener) error { return srv.ServeTLS(l, "", "") }
	}
	return srv, srv.Serve
}

// assemble makes everything that is served over HTTP. l is nil where nobody
// listens. The function that it gives ends what instances share.
func assemble(s *mcp.Server, c *Config, l net.Listener) (a *app, g *guard.Guard, unshare func(), err error) {
	if err := checkTransports(c.Transports); err != nil {
		return nil, nil, nil, &ConfigError{field("transports"), err}
	}
	if g, err = c.guard(s, l); err != nil {
		return nil, nil, nil, err
	}
	if unshare, err = share(s, c); err != nil {
		return nil, nil, nil, err
	}
	if a, err = newApp(s, c, g); err != nil {
		unshare()
		return nil, nil, nil, err
	}
	s.Gate(g.Middleware())
	for _, o := range c.Observers {
		s.Observe(o)
	}
	return a, g, unshare, nil
}

// authMode says in the start line who is let in.
func authMode(g *guard.Guard) string {
	if !g.Authenticates() {
		return ""
	}
	return "; authentication " + strings.Join(g.Schemes(), ", ")
}

// stop ends accepting and lets calls end.
func (a *app) stop(ctx context.Context, srv *http.Server, l net.Listener) {
	a.ready.Store(false)
	a.leaving.Store(true)       // answers say Connection: close from now on
	time.Sleep(a.config.Linger) // until load balancers have seen it
	_ = l.Close()               // ends Serve
	// This closes connections that are idle, and those of which net/http does not know
	// yet that they have brought a request: nothing may run that cannot be answered.
	a.server.Refuse()
	srv.SetKeepAlivesEnabled(false)
	drain(ctx, a.server, a.config)
}

// close ends all streams and connections.
func (a *app) close(ctx context.Context, srv *http.Server) {
	ctx, cancel := context.WithTimeout(ctx, closeTime)
	defer cancel()
	closed := make(chan error, 1)
	go func() { closed <- a.ws.Shutdown(ctx) }()
	a.http.Drain()
	_ = a.sse.Close() // never fails
	if err := srv.Shutdown(ctx); err != nil {
		_ = srv.Close() // clients that did not notice are cut off
	}
	_ = a.outside.Shutdown(ctx) // as above
	if err := <-closed; err != nil {
		a.server.Logger().Debug("WebSocket connections were cut", "error", err)
	}
	_ = a.http.Close() // as above
}
