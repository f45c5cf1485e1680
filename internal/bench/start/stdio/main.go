// Stdio is a server without tools on standard input and output, and no more.
package main

import (
	"context"
	"log"
	"os"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcpstdio"
)

func main() {
	s := mcp.NewServer(mcp.Info{Name: "empty", Version: "1.0.0"}, nil)
	if err := mcpstdio.Serve(context.Background(), s, os.Stdin, os.Stdout, nil); err != nil {
		log.Fatal(err)
	}
}
