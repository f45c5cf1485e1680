package serve

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/observe"
)

// routes collects what is served. The first conflict is kept.
type routes struct {
	closed http.ServeMux // for those whom the guard lets in
	opened http.ServeMux // for everybody
	probed map[string]http.Handler
	err    error

	mcp    http.Handler // of endpoint; nil when there is none
	shared bool         // some requests to that path have another route
}

// endpoint is the path, and the pattern, that nearly all requests are for.
const endpoint = "/mcp"

func (r *routes) handle(pattern string, h http.Handler) bool {
	_, path, method := strings.Cut(pattern, " ")
	if !method {
		path = pattern
	}
	switch {
	case pattern == endpoint:
		r.mcp = h
	case strings.TrimLeft(path, " \t") == endpoint, !strings.HasPrefix(path, "/"): // with a method, or a host
		r.shared = true
	}
	return r.add(&r.closed, pattern, h)
}

// ServeHTTP serves those whom the guard lets in. Finding the way to the endpoint
// would cost as much as reading the message.
func (r *routes) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.URL.Path != endpoint || r.mcp == nil || r.shared {
		r.closed.ServeHTTP(w, req)
		return
	}
	req.Pattern = endpoint
	r.mcp.ServeHTTP(w, req)
}

// public enters a route for everybody. It must not be in the way of another one,
// which it would open.
func (r *routes) public(pattern string, h http.Handler) {
	if r.handle(pattern, h) {
		r.add(&r.opened, pattern, h)
	}
}

// add makes the panic of a pattern that cannot be into an error.
func (r *routes) add(mux *http.ServeMux, pattern string, h http.Handler) (ok bool) {
	defer func() {
		if v := recover(); v != nil && r.err == nil {
			r.err = &ConfigError{"route " + pattern, fmt.Errorf("%v", v)}
		}
	}()
	mux.Handle(pattern, h)
	return true
}

// probe enters the path of a health check.
func (r *routes) probe(path string, h http.Handler) {
	switch {
	case r.err != nil:
	case !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "{} ") || path == "/":
		r.err = &ConfigError{"health check " + path, errors.New("want a path such as /live")}
	case path == "/mcp" || strings.HasPrefix(path, "/mcp/") || path == "/metrics":
		r.err = &ConfigError{"health check " + path, errors.New("the path is taken")}
	case r.probed[path] != nil:
		r.err = &ConfigError{"health check " + path, errors.New("there are two of them")}
	default:
		if r.probed == nil {
			r.probed = map[string]http.Handler{}
		}
		r.probed[path] = h
	}
}

// probes enters the health checks.
func (a *app) probes(r *routes) error {
	health := observe.NewHealth(&observe.HealthOptions{Trusted: fromHere})
	ready := observe.NewHealth(&observe.HealthOptions{Ready: true, Trusted: fromHere})
	for name, f := range a.config.Checks {
		if err := health.Add(name, f); err != nil {
			return &ConfigError{"health check " + name, err}
		}
	}
	for name, f := range a.config.ReadyChecks {
		if err := ready.Add(name, f); err != nil {
			return &ConfigError{"readiness check " + name, err}
		}
	}
	r.probe("/health", health)
	r.probe("/ready", http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if a.ready.Load() {
			ready.ServeHTTP(w, req)
		} else {
			observe.NotReady(w)
		}
	}))
	for path, h := range a.config.Probes {
		r.probe(path, h)
	}
	return nil
}

// fromHere reports whether a request comes from this machine, and not through a
// proxy on it.
func fromHere(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || r.Header["X-Forwarded-For"] != nil || r.Header["Forwarded"] != nil {
		return false
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}
