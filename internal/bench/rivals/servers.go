// Package rivals serves the tools of package path with other libraries.
package rivals

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"

	"github.com/google/jsonschema-go/jsonschema"
	mcpgo "github.com/mark3labs/mcp-go/mcp"
	mcpgoserver "github.com/mark3labs/mcp-go/server"
	gosdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcpgen/mcpgen/examples/bench/tools"
	"github.com/mcpgen/mcpgen/internal/bench/path"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/serve"
)

// A Server is one that listens. It stops with the context that it was started
// with.
type Server struct {
	Key        string // for benchmarks
	Name, Note string
	Addr       string

	run func(l net.Listener) error
}

// Start starts all servers in this process, that of generated code first. c is what
// the one with constant answers is asked.
func Start(ctx context.Context, c *path.Call) ([]Server, error) {
	s, err := path.NewServer(path.Tools)
	if err != nil {
		return nil, err
	}
	served, err := path.NewServer(path.Tools)
	if err != nil {
		return nil, err
	}
	limit, err := path.Constant(c)
	if err != nil {
		return nil, err
	}
	sdk, err := Official(c)
	if err != nil {
		return nil, err
	}
	third, err := Other()
	if err != nil {
		return nil, err
	}
	plain := func(h http.Handler) func(net.Listener) error {
		return func(l net.Listener) error {
			srv := &http.Server{Handler: h, ReadHeaderTimeout: path.ReadHeader}
			context.AfterFunc(ctx, func() { _ = srv.Close() })
			return srv.Serve(l)
		}
	}
	all := []Server{
		{Key: "mcpgen", Name: "**mcpgen**, handler alone", run: plain(mcphttp.Handler(s, nil))},
		{Key: "mcpgen-served", Name: "**mcpgen**, as serve.Main sets it up", run: func(l net.Listener) error {
			return serve.Run(ctx, served, serve.Config{Listener: l}, serve.Stdio{Err: io.Discard})
		}},
		{Key: "net-http", Name: "net/http", Note: "constant answer", run: plain(limit)},
		{Key: "official-sdk", Name: "official Go SDK 1.8.0", run: plain(sdk)},
		{Key: "mcp-go", Name: "mcp-go 1.2.1", Note: "no validation, its default", run: plain(mcpgoserver.NewStreamableHTTPServer(third, mcpgoserver.WithStateLess(true)))},
	}
	for i := range all {
		l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not wait
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = l.Close() })
		go func() { _ = all[i].run(l) }() // ends with the listener
		all[i].Addr = l.Addr().String()
	}
	return all, nil
}

type addIn struct {
	A int `json:"a"`
	B int `json:"b"`
}

type addOut struct {
	Sum int `json:"sum"`
}

// Official serves the same tools with the official SDK, with sessions if c is a call
// in one. Answers are JSON where they can be.
func Official(c *path.Call) (http.Handler, error) {
	mine, err := path.NewServer(path.Tools)
	if err != nil {
		return nil, err
	}
	descriptors, err := path.Descriptors(mine)
	if err != nil {
		return nil, err
	}
	s := gosdk.NewServer(&gosdk.Implementation{Name: "bench", Version: "1.0.0"}, nil)
	for _, d := range descriptors {
		tool := &gosdk.Tool{Name: d.Name, Description: d.Description}
		var in, out jsonschema.Schema
		if err := errors.Join(json.Unmarshal(d.InputSchema, &in), json.Unmarshal(d.OutputSchema, &out)); err != nil {
			return nil, err
		}
		tool.InputSchema, tool.OutputSchema = &in, &out
		switch d.Name {
		case "add":
			typed(s, tool, func(a addIn) addOut { return addOut{a.A + a.B} })
		case "search":
			typed(s, tool, tools.Search)
		case "echo_large":
			typed(s, tool, func(a struct {
				Items []tools.Item `json:"items"`
			}) count {
				return count{len(a.Items)}
			})
		case "stream":
			gosdk.AddTool(s, tool, officialStream)
		default:
			typed(s, tool, func(a map[string]any) map[string]any { return a })
		}
	}
	return gosdk.NewStreamableHTTPHandler(func(*http.Request) *gosdk.Server { return s }, &gosdk.StreamableHTTPOptions{Stateless: !c.Session, JSONResponse: c.Events == 0}), nil
}

func typed[In, Out any](s *gosdk.Server, tool *gosdk.Tool, f func(In) Out) {
	gosdk.AddTool(s, tool, func(_ context.Context, _ *gosdk.CallToolRequest, in In) (*gosdk.CallToolResult, Out, error) {
		return nil, f(in), nil
	})
}

type count struct {
	Count int `json:"count"`
}

type steps struct {
	Steps int `json:"steps"`
}

type done struct {
	Done int `json:"done"`
}

func officialStream(ctx context.Context, r *gosdk.CallToolRequest, in steps) (*gosdk.CallToolResult, done, error) {
	for i := range in.Steps {
		p := &gosdk.ProgressNotificationParams{ProgressToken: r.Params.GetProgressToken(), Progress: float64(i + 1), Total: float64(in.Steps), Message: "step"}
		if err := r.Session.NotifyProgress(ctx, p); err != nil {
			return nil, done{}, err
		}
	}
	return nil, done{in.Steps}, nil
}

// Other is the server of mcp-go.
func Other() (*mcpgoserver.MCPServer, error) {
	s, err := path.NewServer(path.Tools)
	if err != nil {
		return nil, err
	}
	descriptors, err := path.Descriptors(s)
	if err != nil {
		return nil, err
	}
	return other(descriptors), nil
}

// other has the same tools with mcp-go.
func other(descriptors []path.Descriptor) *mcpgoserver.MCPServer {
	s := mcpgoserver.NewMCPServer("bench", "1.0.0", mcpgoserver.WithToolCapabilities(true))
	for _, d := range descriptors {
		tool := mcpgo.Tool{Name: d.Name, Description: d.Description, RawInputSchema: d.InputSchema, RawOutputSchema: d.OutputSchema}
		s.AddTool(tool, mcpgo.NewStructuredToolHandler(func(_ context.Context, _ mcpgo.CallToolRequest, a addIn) (addOut, error) {
			return addOut{a.A + a.B}, nil
		}))
	}
	return s
}
