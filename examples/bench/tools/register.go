package tools

import (
	"github.com/mcpgen/mcpgen/examples/bench/tools/fillers"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// RegisterN adds the first n tools to s, of which there are 4 to 1000.
func RegisterN(s *mcp.Server, n int) error {
	Register(s)
	return fillers.Register(s, n)
}
