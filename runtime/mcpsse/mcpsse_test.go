package mcpsse_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcpsse"
)

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
