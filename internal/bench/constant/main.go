// Constant answers calls of tools with constants: net/http, and nothing else.
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
	name := flag.String("call", "add", "what is going to be called")
	flag.Parse()
	if err := run(*addr, *name); err != nil {
		fmt.Fprintln(os.Stderr, "constant:", err)
		os.Exit(1)
	}
}

func run(addr, name string) error {
	for _, c := range path.Calls() {
		if c.Name != name {
			continue
		}
		h, err := path.Constant(c)
		if err != nil {
			return err
		}
		return (&http.Server{Addr: addr, Handler: h, ReadHeaderTimeout: path.ReadHeader}).ListenAndServe()
	}
	return fmt.Errorf("there is no call %q", name)
}
