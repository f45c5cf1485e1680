package main

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
)

// onStdio makes the test binary a server.
const onStdio = "serve-on-stdio"

// newServer is what scripts call.
func newServer() *mcp.Server {
	s := mcp.NewServer(mcp.Info{Name: "scripted", Version: "1.0"}, nil)
	s.Register(mcp.ToolDef{
		Name: "greet", Description: "Says hello.",
		InputSchema: `{"type":"object","properties":{"name":{"type":"string","description":"Whom."},"times":{"type":"integer","maximum":3}},"required":["name"],"additionalProperties":false}`,
		Call: func(_ context.Context, c *mcp.Call) error {
			c.Text("Hello, " + string(c.RawArguments()))
			return nil
		},
	})
	s.Register(mcp.ToolDef{
		Name: "fail", Description: "Fails.", InputSchema: `{"type":"object"}`,
		Call: func(context.Context, *mcp.Call) error { return mcp.Errorf("out of \x1bpaper") },
	})
	s.Register(mcp.ToolDef{
		Name: "ask", Description: "Asks.", InputSchema: `{"type":"object"}`,
		Call: func(ctx context.Context, c *mcp.Call) error {
			action, err := mcp.ElicitURL(ctx, "Are you sure?", "https://example.com/sure")
			c.Text(string(action))
			return err
		},
	})
	s.RegisterResource(mcp.ResourceDef{
		URI: "test://page", Name: "page", MIMEType: "text/plain",
		Call: func(_ context.Context, c *mcp.Call) error {
			c.Text("a page")
			return nil
		},
	})
	return s
}

// server starts one on a free port, until the script ends. With a key it lets in
// who has it.
func (s *script) server(args []string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	c := serve.Config{Listener: l}
	if len(args) > 0 {
		if c.APIKeys, err = guard.ParseKeys("ada:" + args[0]); err != nil {
			return err
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve.Run(ctx, newServer(), c, serve.Stdio{Err: io.Discard}) }()
	s.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
	})
	s.addr = l.Addr().String()
	return nil
}

// module makes a module that init has written one that takes mcpgen from this
// tree.
func (s *script) module(dir string) error {
	lines, sum := requirements(s.t)
	f, err := os.OpenFile(filepath.Join(dir, "go.mod"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.WriteString(lines); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o644)
}
