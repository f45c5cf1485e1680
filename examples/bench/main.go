// Command bench is the server that docs/performance.md measures: a few tools
// that are called, and as many others as are asked for.
//
//	go run ./examples/bench                                        # stdio
//	go run ./examples/bench -http 127.0.0.1:8080                   # the handlers and net/http by mcphttp.Listen
//	go run ./examples/bench -http 127.0.0.1:8080 -served           # as serve.Main sets them up
//	go run ./examples/bench/full -http 127.0.0.1:8080              # with everything on
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/mcpgen/mcpgen/examples/bench/tools"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/mcpstdio"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
	"github.com/mcpgen/mcpgen/runtime/serve"
)

func main() {
	addr := flag.String("http", "", "listen on `ADDR` instead of stdio")
	n := flag.Int("tools", 100, "how many tools there are, 4 to 1000")
	served := flag.Bool("served", false, "with the guard, limits and checks of serve.Main")
	each := flag.Bool("each", false, "send every notification by itself")
	flag.Parse()
	s := mcp.NewServer(mcp.Info{Name: "bench", Version: "1.0.0"}, &mcp.Options{Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	err := tools.RegisterN(s, *n)
	coalesce := time.Duration(0) // the default
	if *each {
		coalesce = -1
	}
	switch {
	case err != nil:
	case *served:
		err = serve.Run(context.Background(), s, serve.Config{HTTP: *addr, Coalesce: coalesce}, serve.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	case *addr == "":
		err = mcpstdio.Serve(context.Background(), s, os.Stdin, os.Stdout, nil)
	default:
		var l net.Listener
		if l, err = new(net.ListenConfig).Listen(context.Background(), "tcp", *addr); err == nil {
			srv := http.Server{Handler: mcphttp.Detach(handler(s, coalesce)), ReadHeaderTimeout: 5 * time.Second, ConnContext: mcphttp.ConnContext}
			err = srv.Serve(mcphttp.Listen(l))
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// handler serves HTTP and WebSocket at /mcp.
func handler(s *mcp.Server, coalesce time.Duration) http.Handler {
	plain, ws := mcphttp.New(s, &mcphttp.Options{Coalesce: coalesce, MaxSessions: 20_000}), mcpws.New(s, nil)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/mcp":
			http.NotFound(w, r)
		case mcpws.Upgrades(r):
			ws.ServeHTTP(w, r)
		default:
			plain.ServeHTTP(w, r)
		}
	})
}
