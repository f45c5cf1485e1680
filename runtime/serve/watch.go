package serve

import (
	"errors"
	"log/slog"
	"net"
	"net/http"

	"github.com/mcpgen/mcpgen/runtime/guard"
)

// watch serves the metrics and the health checks at an address of their own, for
// those who are let near it. The function that it gives ends that.
func (a *app) watch() (end func(), err error) {
	c := a.config
	if c.MetricsHTTP == "" {
		return func() {}, nil
	}
	refused := func(err error) (func(), error) { return nil, &ConfigError{field("metrics-addr"), err} }
	if c.Metrics == nil {
		return refused(errors.New("there are no metrics: give serve.Main the option remote.With() of runtime/serve/remote"))
	}
	host, port, err := net.SplitHostPort(c.MetricsHTTP)
	if err != nil {
		return refused(err)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, port)) //nolint:noctx // it does not wait
	if err != nil {
		return refused(err)
	}
	var here guard.Origins // no page of a browser has any business with them
	srv := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := a.probed[r.URL.Path]
			if r.URL.Path == "/metrics" {
				h = c.Metrics
			}
			switch err := here.Check(r); {
			case err != nil:
				http.Error(w, err.Error(), http.StatusForbidden)
			case h == nil:
				http.NotFound(w, r)
			default:
				h.ServeHTTP(w, r)
			}
		}),
		ReadHeaderTimeout:            headerTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(a.server.Logger().Handler(), slog.LevelWarn),
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = srv.Serve(l) // until it is closed
	}()
	return func() {
		_ = srv.Close() // nothing that runs there is worth waiting for
		<-ended
	}, nil
}
