package mcphttp

import (
	"context"
	"net"
	"net/http"

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

// A Streams is the handler that [Detach] makes.
type Streams struct{ d *httpx.Detacher }

// Detach makes a handler of h, which serves endpoints of this package, whose event
// streams hold a third of the memory: they give back the goroutines and buffers that
// net/http has for a request as long as its handler runs. It belongs around all other
// handlers:
//
//	streams := mcphttp.Detach(mux)
//	srv := http.Server{Handler: streams}
//
// Inside of it a stream is what it always was. A handler around it sees a stream
// return when it begins, and http.Server.Shutdown does not wait for it: call Shutdown
// of the Streams after that of the server. Streams over HTTP/2 stay as they are.
func Detach(h http.Handler) *Streams { return &Streams{httpx.Detach(h)} }

// ServeHTTP implements http.Handler.
func (s *Streams) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.d.ServeHTTP(w, r) }

// Shutdown waits until all streams have ended, which they do when their http.Server is
// shut down or their endpoint closed. When ctx ends first, their connections are
// closed, and its cause is returned.
func (s *Streams) Shutdown(ctx context.Context) error { return s.d.Shutdown(ctx) }
