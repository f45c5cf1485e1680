//go:build !race

// The race detector makes sync.Pool forget at random.

package mcphttp_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

// A sink is a ResponseWriter that costs nothing.
type sink struct {
	header http.Header
	status int
	n      int
}

func (s *sink) Header() http.Header              { return s.header }
func (s *sink) WriteHeader(status int)           { s.status = status }
func (s *sink) SetReadDeadline(time.Time) error  { return nil }
func (s *sink) SetWriteDeadline(time.Time) error { return nil }
func (s *sink) FlushError() error                { return nil }
func (s *sink) Write(b []byte) (int, error)      { s.n += len(b); return len(b), nil }

// A caller repeats one request.
type caller struct {
	h    http.Handler
	w    sink
	r    *http.Request
	body *strings.Reader
	text string
}

func newCaller(tb testing.TB, h http.Handler, body string, header ...string) *caller {
	tb.Helper()
	c := &caller{h: h, body: strings.NewReader(body), text: body}
	r, err := http.NewRequest(http.MethodPost, "/mcp", nil)
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	r.ContentLength = int64(len(body))
	r.Body = io.NopCloser(c.body)
	c.r, c.w.header = r, http.Header{}
	return c
}

func (c *caller) call() {
	c.body.Reset(c.text)
	clear(c.w.header)
	c.w.status, c.w.n = 0, 0
	c.h.ServeHTTP(&c.w, c.r)
}

// callers has one call in each era.
func callers(tb testing.TB) map[string]*caller {
	tb.Helper()
	s := mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{Name: "echo", Call: func(_ context.Context, c *mcp.Call) error {
		d := c.Arguments()
		if d.OpenObject("") {
			for d.NextMember() {
				d.Skip()
			}
		}
		c.Text("hi")
		return c.Check()
	}})
	e := mcphttp.New(s, nil)
	tb.Cleanup(func() { e.Close() })
	open := direct(e, strings.ReplaceAll(initBody, "%q", `"2025-11-25"`), "")
	body, head := modernCall(1, "echo", `{"text":"hi"}`, "")
	return map[string]*caller{
		"2026-07-28": newCaller(tb, e, body, head...),
		"2025-11-25": newCaller(tb, e, legacyCall(1, "echo", `{"text":"hi"}`, ""),
			"Mcp-Session-Id", open.Header().Get("Mcp-Session-Id"), "MCP-Protocol-Version", "2025-11-25"),
	}
}

// streamers has one call with 100 notifications in each era, which share packets or do
// not.
func streamers(tb testing.TB) map[string]*caller {
	tb.Helper()
	s := mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{Name: "burst", Call: func(_ context.Context, c *mcp.Call) error {
		for i := range 100 {
			c.Progress().Report(float64(i), 100, "")
		}
		c.Text("done")
		return c.Check()
	}})
	all := make(map[string]*caller)
	for name, wait := range map[string]time.Duration{"shared": 0, "each": -1} {
		e := mcphttp.New(s, &mcphttp.Options{Coalesce: wait})
		tb.Cleanup(func() { e.Close() })
		open := direct(e, strings.ReplaceAll(initBody, "%q", `"2025-11-25"`), "")
		body, head := modernCall(1, "burst", `{}`, `,"progressToken":"p"`)
		all["2026-07-28 "+name] = newCaller(tb, e, body, head...)
		all["2025-11-25 "+name] = newCaller(tb, e, legacyCall(1, "burst", `{}`, `"progressToken":"p"`),
			"Mcp-Session-Id", open.Header().Get("Mcp-Session-Id"), "MCP-Protocol-Version", "2025-11-25")
	}
	return all
}

// TestStreamAllocations bounds what a call with 100 notifications costs. None costs
// anything by itself, but where events are kept their memory grows.
func TestStreamAllocations(t *testing.T) { //nolint:paralleltest // it counts
	for name, c := range streamers(t) {
		most := 30.0
		if name == "2025-11-25 each" {
			most = 60
		}
		n := testing.AllocsPerRun(100, c.call)
		t.Logf("%s: %.1f allocations", name, n)
		if n > most {
			t.Errorf("%s: %.1f allocations, want %v at most", name, n, most)
		}
	}
}

func BenchmarkStream(b *testing.B) {
	for name, c := range streamers(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.call()
			}
		})
	}
}

// TestAllocations bounds what a plain call costs beyond net/http.
func TestAllocations(t *testing.T) { //nolint:paralleltest // it counts
	for name, c := range callers(t) {
		c.call()
		if c.w.status != 0 || c.w.n == 0 {
			t.Fatalf("%s: status %d, %d bytes", name, c.w.status, c.w.n)
		}
		const most = 2 // the call's context, and what detaches it from the request's
		if n := testing.AllocsPerRun(200, c.call); n > most {
			t.Errorf("%s: %.1f allocations, want %d at most", name, n, most)
		}
	}
}

func BenchmarkCall(b *testing.B) {
	for name, c := range callers(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.call()
			}
		})
	}
}
