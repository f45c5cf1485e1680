package mcpsse_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

func TestCalls(t *testing.T) {
	t.Parallel()
	for _, rev := range []string{"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"} {
		w := newWorld(t, nil)
		s := w.begin(rev)
		s.post(call(1, "steps", `"progressToken":1`))
		for range 3 {
			if m := s.next(); m.Method != "notifications/progress" {
				t.Errorf("%s: %s", rev, m.raw)
			}
		}
		if m := s.next(); string(m.ID) != "1" || !strings.Contains(m.raw, `"done"`) {
			t.Errorf("%s: %s", rev, m.raw)
		}
		s.post(call(2, "boom", ""))
		if m := s.next(); m.Error.Code != -32603 || string(m.ID) != "2" {
			t.Errorf("%s: %s", rev, m.raw)
		}
		s.post(`{"jsonrpc":"2.0","id":"p","method":"ping"}`)
		if m := s.next(); m.raw != `{"jsonrpc":"2.0","id":"p","result":{}}` {
			t.Errorf("%s: %s", rev, m.raw)
		}
		s.post(`[{"jsonrpc":"2.0","id":"b","method":"ping"}]`)
		e, err := s.r.Next()
		want := `{"jsonrpc":"2.0","id":null,"error":{"code":-32600`
		if rev == "2025-03-26" {
			want = `[{"jsonrpc":"2.0","id":"b","result":{}}]`
		}
		if err != nil || !strings.HasPrefix(string(e.Data), want) {
			t.Errorf("%s: batch: %s, %v", rev, e.Data, err)
		}
	}
}

// TestConcurrentCalls has a call that does not hold up others, and its
// cancellation.
func TestConcurrentCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := w.begin("2025-06-18")
	s.post(call(1, "hold", ""))
	s.post(call(2, "hold", ""))
	<-w.held
	<-w.held
	s.post(call(3, "steps", ""))
	if m := s.next(); string(m.ID) != "3" {
		t.Errorf("answer %s", m.raw)
	}
	s.post(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`)
	<-w.ended
	close(w.release)
	if m := s.next(); string(m.ID) != "2" {
		t.Errorf("answer %s", m.raw)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := w.begin("2025-06-18")
	post := func(status, code int, path, body string, header ...string) {
		t.Helper()
		got, text := w.do("POST", path, body, header...)
		var m message
		if err := json.Unmarshal([]byte(text), &m); err != nil || got != status || m.Error.Code != code {
			t.Errorf("%s %.40s %v: %d %s, want %d with code %d", path, body, header, got, text, status, code)
		}
	}
	ping := `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	post(400, -32600, "/mcp/messages", ping)
	post(404, -32600, "/mcp/messages?session=ABCDEFGHIJKLMNOPQRSTUVWXYZ", ping)
	post(400, -32600, s.address+"&session=x", ping)
	post(415, -32600, s.address, ping, "Content-Type", "text/plain")
	post(415, -32600, s.address, ping, "Content-Encoding", "gzip")
	post(413, -32600, s.address, strings.Repeat(" ", 1<<20)+ping)
	post(403, -32600, s.address, ping, "Origin", "http://evil.example.com")
	post(403, -32600, s.address, ping, "Host", "evil.example.com")
	post(400, -32700, s.address, "{")
	post(400, -32700, s.address, ping+ping)
	post(400, -32600, s.address, `{"jsonrpc":"1.0","id":1,"method":"ping"}`)
	post(400, -32022, s.address, `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`)
	for _, tt := range []struct {
		method string
		header []string
		status int
	}{
		{"GET", []string{"Origin", "http://evil.example.com"}, 403},
		{"GET", []string{"Accept", "application/json"}, 406},
		{"DELETE", nil, 405},
	} {
		if status, text := w.do(tt.method, "/any", "", tt.header...); status != tt.status {
			t.Errorf("%s %v: %d %s", tt.method, tt.header, status, text)
		}
	}
	s.post(ping)
	if m := s.next(); string(m.ID) != "1" {
		t.Errorf("afterwards: %s", m.raw)
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	key := func(s *stream) string {
		_, k, _ := strings.Cut(s.address, "?session=")
		return k
	}
	a, b := w.stream("/mcp/events?x=1"), w.stream("/prefix/mcp/events")
	if !strings.HasPrefix(a.address, "/mcp/messages?session=") || !strings.HasPrefix(b.address, "/prefix/mcp/messages?session=") {
		t.Errorf("addresses %q and %q", a.address, b.address)
	}
	if key(a) == key(b) || len(key(a)) < 22 {
		t.Errorf("keys %q and %q", key(a), key(b))
	}
	b.post(`{"jsonrpc":"2.0","id":1,"method":"ping"}`)
	b.next()
	other := newWorld(t, &mcpsse.Options{Messages: "https://mcp.example.com/in"})
	if s := other.stream("/any"); !strings.HasPrefix(s.address, "https://mcp.example.com/in?session=") {
		t.Errorf("address %q", s.address)
	}
	// A path that could be read as another host.
	rec := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "//evil.example.com/events", nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w.e.ServeHTTP(rec, r.WithContext(ctx))
	if !strings.Contains(rec.Body.String(), "data: /evil.example.com/messages?") {
		t.Errorf("stream %q", rec.Body)
	}
}

func TestPrincipal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcpsse.Options{Principal: func(r *http.Request) *mcp.Principal {
		if u := r.Header.Get("X-User"); u != "" {
			return &mcp.Principal{Subject: u}
		}
		return nil
	}})
	s := w.stream("/mcp/events", "X-User", "ann")
	ping := `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	for user, want := range map[string]int{"ann": 202, "bob": 404, "": 404} {
		if status, text := w.do("POST", s.address, ping, "X-User", user); status != want {
			t.Errorf("as %q: %d %s", user, status, text)
		}
	}
}

// TestClientLeaves ends a stream: its calls are cancelled and its address is no
// longer served.
func TestClientLeaves(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := w.begin("2025-06-18")
	s.post(call(1, "hold", ""))
	<-w.held
	s.cancel()
	<-w.ended
	for {
		if status, _ := w.do("POST", s.address, `{"jsonrpc":"2.0","id":2,"method":"ping"}`); status == 404 {
			break
		}
	}
}

// TestStalledReader floods a client that does not read. It loses its stream,
// another does not.
func TestStalledReader(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcpsse.Options{WriteTimeout: 200 * time.Millisecond})
	other := w.begin("2025-06-18")
	c, err := net.Dial("tcp", w.srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "GET /mcp/events HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := sse.NewReader(resp.Body, 1000).Next()
	if err != nil {
		t.Fatal(err)
	}
	stalled := &stream{w: w, address: string(e.Data)}
	stalled.post(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`)
	stalled.post(call(1, "flood", `"progressToken":1`))
	<-w.ended
	other.post(call(1, "steps", ""))
	if m := other.next(); string(m.ID) != "1" {
		t.Errorf("the other stream got %s", m.raw)
	}
}

func TestHeartbeat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := mcpsse.New(mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, nil), nil)
		rec := httptest.NewRecorder()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			e.ServeHTTP(rec, httptest.NewRequestWithContext(ctx, "GET", "/mcp/events", nil))
		}()
		time.Sleep(31 * time.Second)
		cancel()
		<-done
		if _, beats, _ := strings.Cut(rec.Body.String(), "\n\n"); beats != sse.Comment+sse.Comment {
			t.Errorf("after 31 s: %q", rec.Body)
		}
	})
}

func TestBounds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcpsse.Options{MaxStreams: 1})
	s := w.stream("/mcp/events")
	if status, _ := w.do("GET", "/mcp/events", ""); status != 503 {
		t.Errorf("one more stream: %d", status)
	}
	s.cancel()
	for {
		ctx, cancel := context.WithCancel(t.Context())
		resp := w.open(ctx, "GET", "/mcp/events", "")
		cancel()
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			break
		}
	}
}

// TestListChanged has a message that belongs to no request.
func TestListChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := w.begin("2024-11-05")
	w.s.ToolsChanged()
	if m := s.next(); m.Method != "notifications/tools/list_changed" {
		t.Errorf("event %s", m.raw)
	}
}

// TestSlowBody never sends the end of a body, or breaks it.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcpsse.Options{ReadTimeout: 500 * time.Millisecond})
	s := w.begin("2025-06-18")
	for rest, want := range map[string]int{
		"Content-Length: 10\r\n\r\n{":               http.StatusRequestTimeout,
		"Transfer-Encoding: chunked\r\n\r\nxyz\r\n": http.StatusBadRequest,
	} {
		c, err := net.Dial("tcp", w.srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%s", s.address, rest); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		c.Close()
		if resp.StatusCode != want || !resp.Close {
			t.Errorf("%q: %d, close %v", rest, resp.StatusCode, resp.Close)
		}
	}
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	ended := func(s *stream) {
		t.Helper()
		if _, err := s.r.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("the stream ends with %v", err)
		}
	}
	w := newWorld(t, nil)
	s := w.begin("2025-06-18")
	if err := w.srv.Config.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	ended(s)
	w = newWorld(t, nil)
	s = w.begin("2025-06-18")
	if err := w.e.Close(); err != nil {
		t.Fatal(err)
	}
	ended(s)
	if status, _ := w.do("GET", "/mcp/events", ""); status != 503 {
		t.Errorf("a new stream: %d", status)
	}
}

func TestHandler(t *testing.T) {
	t.Parallel()
	h := mcpsse.Handler(mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, nil), nil)
	if _, ok := h.(*mcpsse.Endpoint); !ok {
		t.Errorf("Handler gives a %T", h)
	}
}
