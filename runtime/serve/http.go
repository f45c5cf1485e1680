package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
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
	ready   atomic.Bool
	handler http.Handler
}

func newApp(s *mcp.Server, c *Config, o *guard.Origins) *app {
	a := &app{
		server: s,
		config: c,
		http:   mcphttp.New(s, &mcphttp.Options{Origins: o}),
		sse:    mcpsse.New(s, &mcpsse.Options{Origins: o}),
		ws:     mcpws.New(s, &mcpws.Options{Origins: o}),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/mcp", a.serveMCP)
	mux.Handle("GET /mcp/events", a.sse)
	mux.Handle("POST /mcp/messages", a.sse)
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { status(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) {
		if a.ready.Load() {
			status(w, http.StatusOK, "ready")
		} else {
			status(w, http.StatusServiceUnavailable, "stopping")
		}
	})
	for pattern, h := range c.Routes {
		mux.Handle(pattern, checked(o, h))
	}
	a.handler = mux
	for _, outer := range slices.Backward(c.Wrap) {
		a.handler = outer(a.handler)
	}
	return a
}

// serveMCP serves both transports that share a path.
func (a *app) serveMCP(w http.ResponseWriter, r *http.Request) {
	if mcpws.Upgrades(r) {
		a.ws.ServeHTTP(w, r)
	} else {
		a.http.ServeHTTP(w, r)
	}
}

func status(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	say(w, `{"status":"`+text+"\"}\n")
}

// checked refuses requests that web pages of other sites send.
func checked(o *guard.Origins, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := o.Check(r); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func runHTTP(ctx context.Context, s *mcp.Server, c *Config, std Stdio) error {
	origins, err := c.origins()
	if err != nil {
		return err
	}
	l, err := c.listen()
	if err != nil {
		return err
	}
	a := newApp(s, c, origins)
	srv := &http.Server{
		Handler:           a.handler,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.Logger().Handler(), slog.LevelWarn),
	}
	a.ready.Store(true)
	started(std.Err, s, fmt.Sprintf("http://%s/mcp (http, websocket) and /mcp/events (sse)", l.Addr()))
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	ending := context.WithoutCancel(ctx)
	select {
	case err = <-ended:
	case <-ctx.Done():
		a.stop(ending, srv, l)
		err = <-ended
	}
	a.close(ending, srv)
	if errors.Is(err, net.ErrClosed) || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// stop ends accepting and lets calls end.
func (a *app) stop(ctx context.Context, srv *http.Server, l net.Listener) {
	a.ready.Store(false)
	srv.SetKeepAlivesEnabled(false) // answers say Connection: close from now on
	time.Sleep(a.config.Linger)     // until load balancers have seen it
	_ = l.Close()                   // ends Serve
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
	if err := <-closed; err != nil {
		a.server.Logger().Debug("WebSocket connections were cut", "error", err)
	}
	_ = a.http.Close() // as above
}
