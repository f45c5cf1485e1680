// Command demo shows the whole way in one run: it generates the quickstart from
// its annotated source, builds and starts it, and calls its tools over every
// transport in both eras. It prints one line per transport.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/mcpgen/mcpgen/runtime/client"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "mcpgen-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system cleans up what is left
	program := filepath.Join(dir, "quickstart")

	fmt.Println("generate  examples/quickstart/tools.go → mcp_gen.go")
	if err := command(ctx, "go", "run", "./cmd/mcpgen", "./examples/quickstart"); err != nil {
		return err
	}
	fmt.Println("build     examples/quickstart")
	if err := command(ctx, "go", "build", "-o", program, "./examples/quickstart"); err != nil {
		return err
	}
	base, stop, err := start(ctx, program)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Println("serve     " + base)

	ws := "ws" + strings.TrimPrefix(base, "http")
	for _, way := range []struct {
		name string
		era  client.Era
		dial func(*client.Options) (*client.Client, error)
	}{
		{"stdio", client.Modern, func(o *client.Options) (*client.Client, error) {
			return client.Command(ctx, exec.CommandContext(ctx, program), o)
		}},
		{"stdio", client.Legacy, func(o *client.Options) (*client.Client, error) {
			return client.Command(ctx, exec.CommandContext(ctx, program), o)
		}},
		{"http", client.Modern, dial(ctx, base+"/mcp")},
		{"http", client.Legacy, dial(ctx, base+"/mcp")},
		{"websocket", client.Modern, dial(ctx, ws+"/mcp")},
		{"websocket", client.Legacy, dial(ctx, ws+"/mcp")},
		{"sse", client.Legacy, dial(ctx, "sse+"+base+"/mcp/events")},
	} {
		line, err := visit(ctx, way.dial, way.era)
		if err != nil {
			return fmt.Errorf("%s: %w", way.name, err)
		}
		fmt.Printf("%-9s %s\n", way.name, line)
	}
	return refuse(ctx, base)
}

func dial(ctx context.Context, target string) func(*client.Options) (*client.Client, error) {
	return func(o *client.Options) (*client.Client, error) { return client.Dial(ctx, target, o) }
}

// visit connects, calls two tools and tells what came back.
func visit(ctx context.Context, dial func(*client.Options) (*client.Client, error), era client.Era) (line string, err error) {
	c, err := dial(&client.Options{Era: era})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	hot, err := c.CallTool(ctx, "convert", map[string]any{"value": 20, "from": "celsius", "to": "fahrenheit"})
	if err != nil {
		return "", err
	}
	reports := 0
	done, err := c.CallTool(ctx, "countdown", map[string]any{"from": 3}, client.OnProgress(func(client.Progress) { reports++ }))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s  convert → %s  countdown → %s after %d reports", c.Revision(), hot.Structured, done.Text(), reports), nil
}

// refuse shows what a model reads when its arguments do not fit.
func refuse(ctx context.Context, base string) (err error) {
	c, err := client.Dial(ctx, base+"/mcp", nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	_, err = c.CallTool(ctx, "greet", map[string]any{"nam": "Ada", "times": 99})
	var refused *client.ToolError
	if !errors.As(err, &refused) {
		return errors.Join(errors.New("greet took arguments that do not fit"), err)
	}
	fmt.Println("refused   " + strings.ReplaceAll(refused.Result.Text(), "\n", "\n          "))
	return nil
}

// start runs the server on a free port and waits for its start line.
func start(ctx context.Context, program string) (base string, stop func(), err error) {
	cmd := exec.CommandContext(ctx, program, "-http", "127.0.0.1:0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), "http://"); ok {
			addr, _, _ := strings.Cut(strings.Fields(rest)[0], "/")
			go func() {
				for lines.Scan() { // keep the server's log from filling the pipe
				}
			}()
			return "http://" + addr, stop, nil
		}
	}
	stop()
	return "", nil, errors.New("the server did not print its address")
}

func command(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
