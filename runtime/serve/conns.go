package serve

import (
	"context"
	"net"
	"net/http"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
)

// connections prepares srv for the connections of l: they are counted, and
// handlers can say how a response is to be sent. Through TLS they cannot.
func (c *Config) connections(srv *http.Server, l net.Listener) net.Listener {
	var contexts []func(context.Context, net.Conn) context.Context
	if c.TLS == nil {
		l = httpx.Listen(l)
		contexts = append(contexts, httpx.WithConn)
	}
	if c.Connections != nil {
		l = c.Connections.Listen(l)
		contexts = append(contexts, c.Connections.Context)
	}
	srv.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		for _, with := range contexts {
			ctx = with(ctx, conn) //nolint:fatcontext // two at most
		}
		return ctx
	}
	return l
}
