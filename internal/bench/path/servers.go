// Package path calls tools over HTTP: of generated code, and of others that serve
// the same tools.
package path

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"

	"github.com/google/jsonschema-go/jsonschema"
	mcpgo "github.com/mark3labs/mcp-go/mcp"
	mcpgoserver "github.com/mark3labs/mcp-go/server"
	gosdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcpgen/mcpgen/examples/bench/tools"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/serve"
)

// Tools is how many tools each server has.
const Tools = 100

// A Server is one that listens. It stops with the context that it was started
// with.
type Server struct {
	Key        string // for benchmarks
	Name, Note string
	Addr       string
}

// NewServer makes the server of generated code, with the first n tools.
func NewServer(n int) (*mcp.Server, error) {
	s := mcp.NewServer(mcp.Info{Name: "bench", Version: "1.0.0"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	return s, tools.RegisterN(s, n)
}

// Start starts all servers, that of generated code first. c is what the one with
// constant answers is asked.
func Start(ctx context.Context, c *Call) ([]Server, error) {
	s, err := NewServer(Tools)
	if err != nil {
		return nil, err
	}
	descriptors, err := descriptorsOf(s)
	if err != nil {
		return nil, err
	}
	sdk, err := official(descriptors)
	if err != nil {
		return nil, err
	}
	var all []Server
	add := func(key, name, note string, run func(l net.Listener) error) error {
		l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not wait
		if err != nil {
			return err
		}
		context.AfterFunc(ctx, func() { _ = l.Close() })
		go func() { _ = run(l) }() // ends with the listener
		all = append(all, Server{key, name, note, l.Addr().String()})
		return nil
	}
	plain := func(h http.Handler) func(net.Listener) error {
		return func(l net.Listener) error {
			srv := &http.Server{Handler: h, ReadHeaderTimeout: readHeader}
			context.AfterFunc(ctx, func() { _ = srv.Close() })
			return srv.Serve(l)
		}
	}
	served, err := NewServer(Tools)
	if err != nil {
		return nil, err
	}
	for _, w := range []struct {
		key, name, note string
		run             func(net.Listener) error
	}{
		{"mcpgen", "**mcpgen**, handler alone", "", plain(mcphttp.Handler(s, nil))},
		{"mcpgen-served", "**mcpgen**, as serve.Main sets it up", "", func(l net.Listener) error {
			return serve.Run(ctx, served, serve.Config{Listener: l}, serve.Stdio{Err: io.Discard})
		}},
		{"net-http", "net/http", "constant answer", plain(constant(s, c))},
		{"official-sdk", "official Go SDK 1.8.0", "", plain(sdk)},
		{"mcp-go", "mcp-go 1.2.1", "no validation, its default", plain(mcpgoserver.NewStreamableHTTPServer(other(descriptors), mcpgoserver.WithStateLess(true)))},
	} {
		if err := add(w.key, w.name, w.note, w.run); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// constant answers everything with what the server of generated code answers c.
func constant(s *mcp.Server, c *Call) http.Handler {
	conn := s.NewConn(mcp.ConnOptions{})
	var answer keep
	m := mcp.Parse([]byte(c.Body))
	conn.Handle(context.Background(), m, &answer)
	m.Release()
	kind, length := []string{"application/json"}, []string{strconv.Itoa(len(answer))}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header()["Content-Type"], w.Header()["Content-Length"] = kind, length
		_, _ = w.Write(answer)
	})
}

// keep is a stream that keeps the answer.
type keep []byte

// Send implements mcp.Stream.
func (k *keep) Send(context.Context, []byte) error { return nil }

// Respond implements mcp.Stream.
func (k *keep) Respond(_ context.Context, msg []byte, _ int) error {
	*k = append((*k)[:0], msg...)
	return nil
}

// A descriptor is a tool as it is listed.
type descriptor struct {
	Name         string          `json:"name"`
	Description  string          `json:"description"`
	InputSchema  json.RawMessage `json:"inputSchema"`
	OutputSchema json.RawMessage `json:"outputSchema"`
}

func descriptorsOf(s *mcp.Server) ([]descriptor, error) {
	var answer keep
	m := mcp.Parse([]byte(List.Body))
	s.NewConn(mcp.ConnOptions{}).Handle(context.Background(), m, &answer)
	m.Release()
	var list struct {
		Result struct {
			Tools []descriptor `json:"tools"`
		} `json:"result"`
	}
	if err := json.Unmarshal(answer, &list); err != nil || len(list.Result.Tools) != Tools {
		return nil, fmt.Errorf("%d tools are listed: %w", len(list.Result.Tools), err)
	}
	return list.Result.Tools, nil
}

type addIn struct {
	A int `json:"a"`
	B int `json:"b"`
}

type addOut struct {
	Sum int `json:"sum"`
}

// official serves add, and the descriptors of the others, with the official SDK.
func official(descriptors []descriptor) (http.Handler, error) {
	s := gosdk.NewServer(&gosdk.Implementation{Name: "bench", Version: "1.0.0"}, nil)
	for _, d := range descriptors {
		tool := &gosdk.Tool{Name: d.Name, Description: d.Description}
		var in, out jsonschema.Schema
		if err := json.Unmarshal(d.InputSchema, &in); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(d.OutputSchema, &out); err != nil {
			return nil, err
		}
		tool.InputSchema, tool.OutputSchema = &in, &out
		if d.Name == "add" {
			gosdk.AddTool(s, tool, func(_ context.Context, _ *gosdk.CallToolRequest, a addIn) (*gosdk.CallToolResult, addOut, error) {
				return nil, addOut{a.A + a.B}, nil
			})
			continue
		}
		gosdk.AddTool(s, tool, func(context.Context, *gosdk.CallToolRequest, map[string]any) (*gosdk.CallToolResult, map[string]any, error) {
			return nil, nil, nil
		})
	}
	return gosdk.NewStreamableHTTPHandler(func(*http.Request) *gosdk.Server { return s }, &gosdk.StreamableHTTPOptions{Stateless: true, JSONResponse: true}), nil
}

// Other is the server of mcp-go.
func Other() (*mcpgoserver.MCPServer, error) {
	s, err := NewServer(Tools)
	if err != nil {
		return nil, err
	}
	descriptors, err := descriptorsOf(s)
	if err != nil {
		return nil, err
	}
	return other(descriptors), nil
}

// other has the same tools with mcp-go.
func other(descriptors []descriptor) *mcpgoserver.MCPServer {
	s := mcpgoserver.NewMCPServer("bench", "1.0.0", mcpgoserver.WithToolCapabilities(true))
	for _, d := range descriptors {
		tool := mcpgo.Tool{Name: d.Name, Description: d.Description, RawInputSchema: d.InputSchema, RawOutputSchema: d.OutputSchema}
		s.AddTool(tool, mcpgo.NewStructuredToolHandler(func(_ context.Context, _ mcpgo.CallToolRequest, a addIn) (addOut, error) {
			return addOut{a.A + a.B}, nil
		}))
	}
	return s
}
