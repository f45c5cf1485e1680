package mcpsse_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/internal/sse"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcpsse"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// A world is a server with tools that a test can steer, on a real listener.
type world struct {
	t      *testing.T
	s      *mcp.Server
	e      *mcpsse.Endpoint
	srv    *httptest.Server
	client *http.Client

	held    chan string
	release chan struct{}
	ended   chan error
}

func newWorld(t *testing.T, o *mcpsse.Options) *world {
	t.Helper()
	w := &world{t: t, held: make(chan string, 100), release: make(chan struct{}), ended: make(chan error, 100)}
	w.s = mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	w.s.Register(mcp.ToolDef{Name: "steps", Call: func(_ context.Context, c *mcp.Call) error {
		for i := range 3 {
			c.Progress().Report(float64(i+1), 3, "")
		}
		c.Text("done")
		return nil
	}})
	w.s.Register(mcp.ToolDef{Name: "flood", Call: func(ctx context.Context, c *mcp.Call) error {
		message := strings.Repeat("x", 64<<10)
		for i := 0; ctx.Err() == nil; i++ {
			c.Progress().Report(float64(i), 0, message)
		}
		w.ended <- context.Cause(ctx)
		return ctx.Err()
	}})
	w.s.Register(mcp.ToolDef{Name: "hold", Call: func(ctx context.Context, c *mcp.Call) error {
		w.held <- c.Request().Method()
		select {
		case <-w.release:
			c.Text("released")
			return nil
		case <-ctx.Done():
			w.ended <- context.Cause(ctx)
			return ctx.Err()
		}
	}})
	w.s.Register(mcp.ToolDef{Name: "boom", Call: func(context.Context, *mcp.Call) error { panic("boom") }})
	w.e = mcpsse.New(w.s, o)
	mux := http.NewServeMux()
	mux.Handle("GET /mcp/events", w.e)
	mux.Handle("POST /mcp/messages", w.e)
	mux.Handle("/any", w.e)
	mux.Handle("/prefix/", http.StripPrefix("/prefix", mux))
	w.srv = httptest.NewServer(mux)
	w.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
	t.Cleanup(func() {
		w.client.CloseIdleConnections()
		if err := w.e.Close(); err != nil {
			t.Error(err)
		}
		w.srv.Close()
	})
	return w
}

// do sends a request and reads the response to its end.
func (w *world) do(method, path, body string, header ...string) (status int, text string) {
	w.t.Helper()
	resp := w.open(w.t.Context(), method, path, body, header...)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Error(err)
	}
	return resp.StatusCode, string(b)
}

func (w *world) open(ctx context.Context, method, path, body string, header ...string) *http.Response {
	w.t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, w.srv.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	resp, err := w.client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp
}

// A stream is an open stream and the address that belongs to it.
type stream struct {
	w       *world
	resp    *http.Response
	r       *sse.Reader
	address string
	cancel  func()
}

func (w *world) stream(path string, header ...string) *stream {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	resp := w.open(ctx, "GET", path, "", append(header, "Accept", "text/event-stream")...)
	w.t.Cleanup(func() { cancel(); resp.Body.Close() })
	h := resp.Header
	if resp.StatusCode != http.StatusOK || h.Get("Content-Type") != "text/event-stream" || h.Get("X-Accel-Buffering") != "no" {
		w.t.Fatalf("no stream: %d %v", resp.StatusCode, h)
	}
	s := &stream{w: w, resp: resp, r: sse.NewReader(bufio.NewReader(resp.Body), 1<<20), cancel: cancel}
	e, err := s.r.Next()
	if err != nil || e.Name != "endpoint" || e.HasID {
		w.t.Fatalf("the stream begins with %+v, %v", e, err)
	}
	s.address = string(e.Data)
	return s
}

// begin opens a stream and initializes it.
func (w *world) begin(revision string) *stream {
	w.t.Helper()
	s := w.stream("/mcp/events")
	s.post(fmt.Sprintf(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":%q,"capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`, revision))
	if a := s.next(); !strings.Contains(a.raw, `"protocolVersion":"`+revision+`"`) {
		w.t.Fatalf("initialize: %s", a.raw)
	}
	s.post(`{"jsonrpc":"2.0","method":"notifications/initialized"}`)
	return s
}

func (s *stream) post(body string) {
	s.w.t.Helper()
	if status, text := s.w.do("POST", s.address, body); status != 202 || text != "" {
		s.w.t.Fatalf("%s: %d %s", body, status, text)
	}
}

type message struct {
	raw    string
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Error  struct {
		Code int `json:"code"`
	} `json:"error"`
}

func (s *stream) next() message {
	s.w.t.Helper()
	e, err := s.r.Next()
	if err != nil || e.Name != "message" || e.HasID {
		s.w.t.Fatalf("event %+v, %v", e, err)
	}
	m := message{raw: string(e.Data)}
	if err := json.Unmarshal(e.Data, &m); err != nil {
		s.w.t.Fatalf("%s: %v", e.Data, err)
	}
	return m
}

func call(id int, tool, meta string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,"_meta":{%s}}}`, id, tool, meta)
}
