// Peer is a server that load compares with that of generated code.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"

	"github.com/mcpgen/mcpgen/internal/bench/path"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "where to listen")
	kind := flag.String("kind", "constant", "constant or official")
	name := flag.String("call", "add", "what is going to be called")
	flag.Parse()
	if err := run(*addr, *kind, *name); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func run(addr, kind, name string) error {
	for _, c := range path.Calls() {
		if c.Name != name {
			continue
		}
		make := func() (http.Handler, error) { return path.Official(c.Events == 0) }
		if kind == "constant" {
			make = func() (http.Handler, error) { return path.Constant(c) }
		}
		h, err := make()
		if err != nil {
			return err
		}
		return (&http.Server{Addr: addr, Handler: h, ReadHeaderTimeout: path.ReadHeader}).ListenAndServe()
	}
	return fmt.Errorf("there is no call %q", name)
}
