// Command quickstart is the smallest MCP server: annotated functions in
// tools.go, generated code in mcp_gen.go, and this file.
package main

import (
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
)

func main() {
	s := mcp.NewServer(mcp.Info{Name: "quickstart", Version: "1.0.0"}, nil)
	Register(s)
	serve.Main(s)
}
