package serve

import (
	"context"
	"errors"
	"net/http"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Handler gives what Run would serve over HTTP, for a program that has a server of
// its own or is called by a platform. closing ends what instances share and closes
// files; it is never nil. The addresses of c are not used, so that
// Config.Guard.Resource has to be set where tokens are taken. A server that nobody
// protects needs Config.AllowRemote, as if it listened for other machines.
func Handler(ctx context.Context, s *mcp.Server, c Config) (h http.Handler, closing func(), err error) {
	closing, err = c.prepare(ctx, s, Stdio{})
	if err == nil {
		var unshare func()
		if h, unshare, err = unlistened(s, &c); err == nil {
			files := closing
			closing = func() {
				unshare()
				files()
			}
		}
	}
	return h, closing, err
}

// unlistened makes the handler of a server that does not listen.
func unlistened(s *mcp.Server, c *Config) (h http.Handler, unshare func(), err error) {
	switch {
	case !c.remote():
		return nil, nil, &ConfigError{field("allow-remote"), remoteError("a server that somebody else listens for")}
	case c.Guard.Resource == "" && takesTokens(c):
		return nil, nil, &ConfigError{field("resource-url"), errNoURL}
	}
	a, _, unshare, err := assemble(s, c, nil)
	if err != nil {
		return nil, nil, err
	}
	a.ready.Store(true)
	return a.handler, unshare, nil
}

// takesTokens reports whether an authenticator takes bearer tokens.
func takesTokens(c *Config) bool {
	for _, a := range c.Guard.Auth {
		if s, ok := a.(interface{ Scheme() string }); ok && s.Scheme() == "Bearer" {
			return true
		}
	}
	return false
}

// runElsewhere serves through Config.Serve.
func runElsewhere(ctx context.Context, s *mcp.Server, c *Config) error {
	h, unshare, err := unlistened(s, c)
	if err != nil {
		return err
	}
	defer unshare()
	err = c.Serve(ctx, h)
	drain(context.WithoutCancel(ctx), s, c)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// located lets requests say where they come from.
func (a *app) located(h http.Handler) http.Handler {
	if a.config.edge == nil {
		return h
	}
	return a.config.edge.Locate(a.country, h)
}
