package serve

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// brief prepares a server that keeps nothing from one request to the next.
func (c *Config) brief(s *mcp.Server) error {
	if !c.Stateless {
		return nil
	}
	for _, t := range c.Transports {
		if t != transportHTTP {
			return &ConfigError{field("stateless"), fmt.Errorf("%s keeps connections open, which a server without state does not", t)}
		}
	}
	s.UseBrief()
	return nil
}

// streams refuses what would stay open.
func (a *app) streams() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotImplemented)
		_, _ = w.Write(a.server.Fail(nil, mcp.CodeInvalidRequest, "this server keeps no sessions and no streams: POST every message to /mcp", nil)) // the client has left
	})
}

// alone serves Streamable HTTP, request by request.
func (a *app) alone(r *routes) {
	refuse := a.streams()
	r.handle("/mcp", a.counted(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if mcpws.Upgrades(req) {
			refuse.ServeHTTP(w, req)
		} else {
			a.http.ServeHTTP(w, req)
		}
	})))
	r.handle("/mcp/events", refuse)
	r.handle("/mcp/messages", refuse)
}

// platforms are the variables by which a platform says at which port it expects a
// server, with what tells that it is that platform.
var platforms = []struct{ port, mark, host string }{
	{"PORT", "K_SERVICE", "0.0.0.0"},                                              // Cloud Run, Knative
	{"FUNCTIONS_CUSTOMHANDLER_PORT", "FUNCTIONS_CUSTOMHANDLER_PORT", "127.0.0.1"}, // Azure Functions
}

// listenWhere listens where the platform that the program runs on expects it,
// unless the command line says where.
func (c *Config) listenWhere(getenv func(string) string, flags []string) error {
	if slices.Contains(flags, "http") || slices.Contains(flags, "port") {
		return nil
	}
	for _, p := range platforms {
		port := getenv(p.port)
		if port == "" || getenv(p.mark) == "" {
			continue
		}
		if c.HTTP == "" {
			c.HTTP = p.host + ":0"
		}
		if err := setPort(c, port); err != nil {
			return &ConfigError{p.port, err}
		}
	}
	return nil
}

// errNoURL tells that tokens cannot be made out for a server that nobody knows the
// URL of.
var errNoURL = errors.New("tokens are made out for the URL of the server, and there is no listener that has one")
