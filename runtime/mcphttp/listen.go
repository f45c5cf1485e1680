package mcphttp

import (
	"context"
	"net"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
)

// Listen makes the connections of l cheaper for an endpoint that is served by an
// http.Server of your own, together with [ConnContext]:
//
//	srv := http.Server{Handler: mux, ConnContext: mcphttp.ConnContext}
//	err = srv.Serve(mcphttp.Listen(l))
//
// A deadline reaches the socket when there is a read or a write that it concerns
// (net/http and an endpoint set half a dozen for each request), and an answer over
// 4 KiB leaves in one piece instead of two. Nothing that a handler or a client sees
// is different, and handlers of others may share the server. [serve.Main] does this
// by itself.
//
// It is for HTTP/1 without TLS: over TLS, use the listener as it is.
//
// [serve.Main]: https://pkg.go.dev/github.com/mcpgen/mcpgen/runtime/serve#Main
func Listen(l net.Listener) net.Listener { return httpx.Listen(l) }

// ConnContext is the http.Server.ConnContext that lets endpoints know the
// connections of [Listen]. It takes no notice of others.
func ConnContext(ctx context.Context, c net.Conn) context.Context { return httpx.WithConn(ctx, c) }
