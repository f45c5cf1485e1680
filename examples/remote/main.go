// Command remote is a server for a network, with everything on that docs/remote.md
// describes. The environment alone decides how it runs; README.md beside this
// file lists every variable.
package main

import (
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
	"github.com/mcpgen/mcpgen/runtime/serve/remote"
)

func main() {
	s := mcp.NewServer(mcp.Info{Name: "remote-mcp-server", Title: "Remote example", Version: "1.0.0"}, nil)
	notes := &Notes{changed: func() {
		s.ToolsChanged()
		s.ResourceUpdated("docs://almanac")
	}}
	Register(s)
	RegisterNotes(s, notes)
	serve.Main(s, defaults, remote.With(nil))
}

// defaults are what a variable of the environment overrides.
func defaults(c *serve.Config) {
	c.HTTP = "127.0.0.1:8080"
	c.RateLimit = "100/15m"
}
