package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/gen/analyzer"
)

// vet runs go vet with this program as its tool, so that the go command finds
// packages, builds what they need, and remembers results. The arguments are those
// of go vet.
func (c *command) vet(ctx context.Context, args []string) int {
	// go vet wants -C before anything else.
	var dir []string
	switch {
	case len(args) > 1 && (args[0] == "-C" || args[0] == "--C"):
		dir, args = args[:2], args[2:]
	case len(args) > 0 && strings.HasPrefix(strings.TrimPrefix(args[0], "-"), "-C="):
		dir, args = args[:1], args[1:]
	}
	words := append([]string{"vet"}, dir...)
	words = append(words, "-vettool="+c.exe)
	cmd := exec.CommandContext(ctx, "go", append(words, args...)...)
	cmd.Stdout, cmd.Stderr, cmd.Stdin = c.stdout, c.stderr, os.Stdin
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return exit.ExitCode()
	case err != nil:
		return c.fail(err)
	}
	return exitOK
}

// vetFlags writes what parse has read as go vet wants it.
func (c *command) vetFlags() []string {
	var args []string
	if c.dir != "" {
		args = append(args, "-C", c.dir)
	}
	if len(c.tags) > 0 {
		args = append(args, "-tags", strings.Join(c.tags, ","))
	}
	if c.json {
		args = append(args, "-json")
	}
	if c.verbose {
		args = append(args, "-v")
	}
	if c.profile != string(gen.Portable) {
		args = append(args, "-mcpdirectives.profile="+c.profile)
	}
	return append(args, c.patterns...)
}

// asVetTool reports whether the arguments are those by which go vet speaks to its
// tool.
func asVetTool(args []string) bool {
	if len(args) == 0 {
		return false
	}
	last := args[len(args)-1]
	return args[0] == "-flags" || strings.HasPrefix(args[0], "-V=") || strings.HasSuffix(last, ".cfg")
}

// serveVet is what go vet asks of its tool. It ends the process.
func serveVet() { unitchecker.Main(analyzer.Analyzers()...) }
