// Package path calls tools over HTTP: of generated code, and of others that serve
// the same tools.
package path

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"

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

	run func(l net.Listener) error
}

// NewServer makes the server of generated code, with the first n tools.
func NewServer(n int) (*mcp.Server, error) {
	s := mcp.NewServer(mcp.Info{Name: "bench", Version: "1.0.0"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	return s, tools.RegisterN(s, n)
}

// Start starts all servers in this process, that of generated code first. c is what
// the one with constant answers is asked.
func Start(ctx context.Context, c *Call) ([]Server, error) {
	s, err := NewServer(Tools)
	if err != nil {
		return nil, err
	}
	served, err := NewServer(Tools)
	if err != nil {
		return nil, err
	}
	limit, err := Constant(c)
	if err != nil {
		return nil, err
	}
	sdk, err := Official(c.Events == 0)
	if err != nil {
		return nil, err
	}
	third, err := Other()
	if err != nil {
		return nil, err
	}
	plain := func(h http.Handler) func(net.Listener) error {
		return func(l net.Listener) error {
			srv := &http.Server{Handler: h, ReadHeaderTimeout: ReadHeader}
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

// Constant answers everything with what the server of generated code answers c,
// with the id of the request in it: what the transport alone costs.
func Constant(c *Call) (http.Handler, error) {
	s, err := NewServer(Tools)
	if err != nil {
		return nil, err
	}
	conn := s.NewConn(mcp.ConnOptions{})
	var answer keep
	m := mcp.Parse([]byte(c.Body))
	conn.Handle(context.Background(), m, &answer)
	m.Release()
	kind := []string{"application/json"}
	if c.Events > 0 {
		kind = []string{"text/event-stream"}
	}
	buffers := sync.Pool{New: func() any { return new(buffer) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := buffers.Get().(*buffer)
		defer buffers.Put(b)
		id, err := b.read(r)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Header()["Content-Type"] = kind
		for _, event := range answer.events {
			_, _ = w.Write(b.write(event, id))
			_ = http.NewResponseController(w).Flush()
		}
		out := b.write(answer.result, id)
		if c.Events == 0 {
			w.Header()["Content-Length"] = []string{strconv.Itoa(len(out))}
		}
		_, _ = w.Write(out)
	}), nil
}

// A buffer holds a request and an answer to it.
type buffer struct{ in, out []byte }

// read reads the body of a request, and gives its id.
func (b *buffer) read(r *http.Request) (id []byte, err error) {
	n := int(r.ContentLength)
	if cap(b.in) < n {
		b.in = make([]byte, n)
	}
	b.in = b.in[:n]
	if _, err := io.ReadFull(r.Body, b.in); err != nil {
		return nil, err
	}
	_, id, ok := bytes.Cut(b.in[:min(n, 64)], []byte(`"id":`))
	if !ok {
		return nil, errors.New("no id")
	}
	id, _, _ = bytes.Cut(id, []byte(","))
	return id, nil
}

// write puts an id between two parts.
func (b *buffer) write(parts [2][]byte, id []byte) []byte {
	b.out = append(append(append(b.out[:0], parts[0]...), id...), parts[1]...)
	return b.out
}

// keep is a stream that keeps what is sent, cut where the id is.
type keep struct {
	stream bool
	events [][2][]byte
	result [2][]byte
}

func cut(msg []byte, format string) (parts [2][]byte) {
	parts[0], parts[1], _ = bytes.Cut(fmt.Appendf(nil, format, msg), []byte(ID))
	return parts
}

// Send implements mcp.Stream.
func (k *keep) Send(_ context.Context, msg []byte) error {
	k.stream = true
	k.events = append(k.events, cut(msg, event))
	return nil
}

const event = "event: message\ndata: %s\n\n"

// Respond implements mcp.Stream.
func (k *keep) Respond(_ context.Context, msg []byte, _ int) error {
	format := "%s"
	if k.stream {
		format = event
	}
	k.result = cut(msg, format)
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
	if err := json.Unmarshal(bytes.Join(answer.result[:], []byte(ID)), &list); err != nil || len(list.Result.Tools) != Tools {
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

// Official serves the same tools with the official SDK, without sessions: as JSON,
// or as streams.
func Official(asJSON bool) (http.Handler, error) {
	mine, err := NewServer(Tools)
	if err != nil {
		return nil, err
	}
	descriptors, err := descriptorsOf(mine)
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
	return gosdk.NewStreamableHTTPHandler(func(*http.Request) *gosdk.Server { return s }, &gosdk.StreamableHTTPOptions{Stateless: true, JSONResponse: asJSON}), nil
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
