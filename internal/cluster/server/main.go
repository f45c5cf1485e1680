// Command server is what the tests of package cluster run several instances of. Its
// tools leave traces outside of the process, so that what has run can be counted
// whatever became of the instance.
package main

import (
	"os"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
	"github.com/mcpgen/mcpgen/runtime/serve/remote"
)

func main() {
	s := mcp.NewServer(mcp.Info{Name: "cluster", Version: "1.0.0"}, nil)
	Register(s)
	RegisterJournal(s, &Journal{file: os.Getenv("JOURNAL"), changed: s.ToolsChanged})
	serve.Main(s, defaults, remote.With(nil))
}

func defaults(c *serve.Config) { c.HTTP = "127.0.0.1:8080" }
