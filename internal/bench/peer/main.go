// Peer serves the tools with the official SDK.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"

	"github.com/mcpgen/mcpgen/internal/bench/path"
	"github.com/mcpgen/mcpgen/internal/bench/rivals"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "where to listen")
	name := flag.String("call", "add", "what is going to be called")
	flag.Parse()
	if err := run(*addr, *name); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func run(addr, name string) error {
	for _, c := range path.Calls() {
		if c.Name != name {
			continue
		}
		h, err := rivals.Official(c.Events == 0)
		if err != nil {
			return err
		}
		return (&http.Server{Addr: addr, Handler: h, ReadHeaderTimeout: path.ReadHeader}).ListenAndServe()
	}
	return fmt.Errorf("there is no call %q", name)
}
