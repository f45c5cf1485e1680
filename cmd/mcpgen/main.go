// Command mcpgen generates MCP servers from annotated Go functions.
//
//	mcpgen [packages]            writes mcp_gen.go into each annotated package
//	mcpgen check [packages]      says whether the files are up to date
//	mcpgen deploy [packages]     writes the files of a deployment
//	mcpgen breaking [packages]   says what breaks callers of an older version
//	mcpgen vet [packages]        checks annotations and calls, as go vet does
//	mcpgen init DIR              writes the beginning of a server
//	mcpgen call URL TOOL [ARG]   calls a tool; list and read are like it
//	mcpgen doctor [URL]          finds the layer at fault
//	mcpgen explain [topic]       explains a directive or a diagnostic
//	mcpgen version               prints the version
//
// It is best used as a tool of the module, so that it is built with the module's
// own version of Go:
//
//	go get -tool github.com/mcpgen/mcpgen/cmd/mcpgen
//	//go:generate go tool mcpgen
//
// The exit status is 0 when all is well, 1 when check, breaking, vet or doctor find
// something or a tool answers with an error, and 2 when something is wrong.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(start()) }

// start runs the command with what the process has, and gives the exit status.
func start() int {
	if asVetTool(os.Args[1:]) {
		serveVet()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exe, err := os.Executable()
	if err != nil {
		exe = os.Args[0]
	}
	c := &command{stdout: os.Stdout, stderr: os.Stderr, exe: exe}
	return c.run(ctx, os.Args[1:])
}
