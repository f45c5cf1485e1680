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
	session := flag.Bool("sessions", false, "in sessions")
	flag.Parse()
	if err := run(*addr, *name, *session); err != nil {
		fmt.Fprintln(os.Stderr, "constant:", err)
		os.Exit(1)
	}
}

func run(addr, name string, session bool) error {
	c, err := path.Find(name, session)
	if err != nil {
		return err
	}
	h, err := path.Constant(c)
	if err != nil {
		return err
	}
	return (&http.Server{Addr: addr, Handler: h, ReadHeaderTimeout: path.ReadHeader}).ListenAndServe()
}
