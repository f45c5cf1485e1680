// Command conformance serves everything that the official conformance suite of
// MCP asks for, and what other clients like to test: tools with every kind of
// content, questions to the client, tasks, resources, prompts. It is one server
// for all transports and all revisions at once:
//
//	go run ./examples/conformance                        # stdio
//	go run ./examples/conformance -http 127.0.0.1:8080   # /mcp, WebSocket and HTTP+SSE
//
// All but two things are annotated functions. The exceptions are in raw.go: a
// schema that has to come back unchanged, and a form with a keyword that is on
// its way out.
package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
	"github.com/mcpgen/mcpgen/runtime/skills"
)

//go:generate go run github.com/mcpgen/mcpgen/cmd/mcpgen

//go:embed skills
var files embed.FS

func main() {
	s := mcp.NewServer(mcp.Info{
		Name:         "mcpgen-conformance",
		Title:        "Conformance",
		Version:      "1.0.0",
		Instructions: "Every tool does one thing that a test looks for.",
	}, &mcp.Options{
		Tasks: mcp.TaskOptions{TTL: 5 * time.Minute, Poll: 200 * time.Millisecond},
	})
	if err := register(s); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
	go watch(s)
	serve.Main(s)
}

// register adds what was generated, and what cannot be.
func register(s *mcp.Server) error {
	Register(s)
	RegisterLists(s, &Lists{server: s})
	RegisterWaits(s, new(Waits))
	if err := registerRaw(s); err != nil {
		return err
	}
	folders, err := fs.Sub(files, "skills")
	if err != nil {
		return err
	}
	return skills.Register(s, folders, nil)
}

// watch changes the watched resource every three seconds, as far as subscribers
// can tell.
func watch(s *mcp.Server) {
	for range time.Tick(3 * time.Second) {
		s.ResourceUpdated("test://watched-resource")
	}
}
