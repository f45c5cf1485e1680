// Package path calls the tools of generated code over HTTP, and answers the same
// calls with constants.
package path

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"

	"github.com/mcpgen/mcpgen/examples/bench/tools"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Tools is how many tools each server has.
const Tools = 100

// NewServer makes the server of generated code, with the first n tools.
func NewServer(n int) (*mcp.Server, error) {
	s := mcp.NewServer(mcp.Info{Name: "bench", Version: "1.0.0"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	return s, tools.RegisterN(s, n)
}

// Constant answers everything with what the server of generated code answers c,
// with the id of the request in it: what the transport alone costs.
func Constant(c *Call) (http.Handler, error) {
	s, err := NewServer(Tools)
	if err != nil {
		return nil, err
	}
	conn := s.NewConn(mcp.ConnOptions{Revision: mcp.Revision20251125})
	var answer keep
	m := mcp.Parse([]byte(c.Body))
	conn.Handle(context.Background(), m, &answer)
	m.Release()
	kind := []string{"application/json"}
	if c.Events > 0 {
		kind = []string{"text/event-stream"}
	}
	begin := []byte(`"method":"` + Open.Method)
	buffers := sync.Pool{New: func() any { return new(buffer) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := buffers.Get().(*buffer)
		defer buffers.Put(b)
		id, err := b.read(r)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if c.Session && (len(id) == 0 || bytes.Contains(b.in[:min(len(b.in), 64)], begin)) {
			hello(w, len(id) > 0)
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

// hello answers what opens a session, or tells that it is open.
func hello(w http.ResponseWriter, opens bool) {
	if !opens {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	w.Header()["Content-Type"] = []string{"application/json"}
	w.Header()["Mcp-Session-Id"] = []string{ID}
	_, _ = io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}}`)
}

// A buffer holds a request and an answer to it.
type buffer struct{ in, out []byte }

// read reads the body of a request, and gives its id, which notifications have not.
func (b *buffer) read(r *http.Request) (id []byte, err error) {
	n := int(r.ContentLength)
	if cap(b.in) < n {
		b.in = make([]byte, n)
	}
	b.in = b.in[:n]
	if _, err := io.ReadFull(r.Body, b.in); err != nil {
		return nil, err
	}
	_, id, _ = bytes.Cut(b.in[:min(n, 64)], []byte(`"id":`))
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

// A Descriptor is a tool as it is listed.
type Descriptor struct {
	Name         string          `json:"name"`
	Description  string          `json:"description"`
	InputSchema  json.RawMessage `json:"inputSchema"`
	OutputSchema json.RawMessage `json:"outputSchema"`
}

// Descriptors gives the tools of a server.
func Descriptors(s *mcp.Server) ([]Descriptor, error) {
	var answer keep
	m := mcp.Parse([]byte(List.Body))
	s.NewConn(mcp.ConnOptions{}).Handle(context.Background(), m, &answer)
	m.Release()
	var list struct {
		Result struct {
			Tools []Descriptor `json:"tools"`
		} `json:"result"`
	}
	if err := json.Unmarshal(bytes.Join(answer.result[:], []byte(ID)), &list); err != nil || len(list.Result.Tools) != Tools {
		return nil, fmt.Errorf("%d tools are listed: %w", len(list.Result.Tools), err)
	}
	return list.Result.Tools, nil
}
