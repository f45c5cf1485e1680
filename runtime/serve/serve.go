package serve

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcpstdio"
)

// Exit codes of Main besides 0.
const (
	exitFailure = 1 // the connection broke, or a second signal came
	exitConfig  = 2
)

// Main serves s as the command line and the environment say, until a signal or
// the end of the input stops it, and exits. It is all of what a main function
// has left to do.
func Main(s *mcp.Server, opts ...Option) {
	std := Stdio{os.Stdin, os.Stdout, os.Stderr}
	if len(os.Args) > 1 && os.Args[1] == healthCommand {
		os.Exit(exitCode(checkHealth(context.Background(), os.Args[2:], os.Getenv, opts), std.Err)) //nolint:forbidigo // as below
	}
	c, err := configure(os.Args[1:], os.Getenv, std.Err, opts)
	if err == nil && c.networked() {
		err = unknown(os.Environ(), slices.Concat(settings, c.Settings), c.Variables)
	}
	if err == nil {
		ctx, stop := onSignal(os.Exit) //nolint:forbidigo // the program is being left
		err = Run(ctx, s, c, std)
		stop()
	}
	os.Exit(exitCode(err, std.Err)) //nolint:forbidigo // as above
}

// onSignal gives a context that the first signal ends; the second one exits.
func onSignal(exit func(int)) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals, stopped := make(chan os.Signal, 2), make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for n := 0; ; n++ {
			select {
			case <-signals:
				if n > 0 {
					exit(exitFailure)
				}
				cancel()
			case <-stopped:
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(stopped)
		cancel()
	}
}

// exitCode says what err means to whoever started the program.
func exitCode(err error, stderr io.Writer) int {
	var config *ConfigError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &config):
		say(stderr, "mcp: "+err.Error()+"\n")
		return exitConfig
	}
	say(stderr, "mcp: "+err.Error()+"\n")
	return exitFailure
}

// say writes for a person. When nobody can be reached there is nothing to do.
func say(w io.Writer, text string) { _, _ = io.WriteString(w, text) }

// Stdio is where a program reads and writes. Err gets one line when it starts.
type Stdio struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// Run serves s until ctx is done or, on stdio, the input ends, and then stops in
// the order that the package describes. The error is a *ConfigError when c
// cannot be used. Calls that had to be cancelled when the server stopped are
// logged and no error.
//
// Run is Main without the program around it: no arguments, environment, signals
// or exit.
func Run(ctx context.Context, s *mcp.Server, c Config, std Stdio) error {
	s.UseMaxResult(c.MaxResult)
	if c.Grace <= 0 {
		c.Grace = DefaultGrace
	}
	if !c.networked() {
		return runStdio(ctx, s, &c, std)
	}
	return runHTTP(ctx, s, &c, std)
}

func runStdio(ctx context.Context, s *mcp.Server, c *Config, std Stdio) error {
	c.Caching.Regions, c.Caching.Region = nil, "" // nobody is far away
	if err := c.caches(s); err != nil {
		return err
	}
	defer c.undefer()
	if err := c.audit(std); err != nil {
		return err
	}
	if c.Guard.Audit != nil {
		s.Gate(c.Guard.Audit.Local(s.Logger()))
	}
	for _, o := range c.Observers {
		s.Observe(o)
	}
	started(std.Err, s, "stdio")
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- mcpstdio.Serve(serving, s, std.In, std.Out, &mcpstdio.Options{Grace: c.Grace}) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	drain(context.WithoutCancel(ctx), s, c) // while messages that concern running calls are still read
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// drain refuses new calls and waits for the running ones, which are cancelled
// after the time of grace.
func drain(ctx context.Context, s *mcp.Server, c *Config) {
	ctx, cancel := context.WithTimeout(ctx, c.Grace)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		s.Logger().Warn("calls were cancelled because the server stops", "grace", c.Grace)
	}
}

// started writes the one line that a start leaves.
func started(w io.Writer, s *mcp.Server, where string) {
	say(w, fmt.Sprintf("mcp: %s %s on %s; revisions %s\n", s.Info().Name, s.Info().Version, where, strings.Join(s.Revisions(), ", ")))
}
