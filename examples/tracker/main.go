// Command tracker is an issue tracker for models: a service over SQLite, served
// on stdio or, with -http, on the network. TRACKER_DB names the database file;
// without it the issues live in memory.
package main

import (
	"fmt"
	"os"

	"github.com/mcpgen/mcpgen/examples/tracker/tracker"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
)

func main() {
	issues, err := tracker.Open(os.Getenv("TRACKER_DB"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "tracker:", err)
		os.Exit(1)
	}
	s := mcp.NewServer(mcp.Info{
		Name:         "tracker",
		Version:      "1.0.0",
		Instructions: "An issue tracker. Search before you create; close what is done.",
	}, nil)
	tracker.RegisterIssues(s, issues)
	serve.Main(s)
}
