package runtime_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/mcpsse"
	"github.com/mcpgen/mcpgen/runtime/mcpstdio"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// clients are all the ways from our client to a server.
var clients = map[string]func(*testing.T, *mcp.Server, *client.Options) (*client.Client, error){
	"in process": func(t *testing.T, s *mcp.Server, o *client.Options) (*client.Client, error) {
		return client.InProcess(t.Context(), s, o)
	},
	"stdio": func(t *testing.T, s *mcp.Server, o *client.Options) (*client.Client, error) {
		in, toServer := io.Pipe()
		fromServer, out := io.Pipe()
		go func() {
			_ = out.CloseWithError(mcpstdio.Serve(context.Background(), s, in, out, nil))
		}()
		return client.Connect(t.Context(), client.Lines(fromServer, toServer, toServer, o), o)
	},
	"websocket": func(t *testing.T, s *mcp.Server, o *client.Options) (*client.Client, error) {
		e := mcpws.New(s, nil)
		url := listen(t, e)
		t.Cleanup(func() { _ = e.Shutdown(context.Background()) }) // the client has gone
		return client.Dial(t.Context(), "ws"+strings.TrimPrefix(url, "http"), o)
	},
	"http": func(t *testing.T, s *mcp.Server, o *client.Options) (*client.Client, error) {
		e := mcphttp.New(s, nil)
		url := listen(t, e)
		t.Cleanup(func() { _ = e.Close() }) // never fails
		return client.Dial(t.Context(), url, o)
	},
	"sse": func(t *testing.T, s *mcp.Server, o *client.Options) (*client.Client, error) {
		e := mcpsse.New(s, nil)
		url := listen(t, e)
		t.Cleanup(func() { _ = e.Close() }) // never fails
		return client.Dial(t.Context(), "sse+"+url+"/events", o)
	},
}

// TestClient does the same with our client over every transport, in both eras
// and when it has to find out.
func TestClient(t *testing.T) {
	t.Parallel()
	for name, dial := range clients {
		for _, how := range []struct {
			name, revision string
			options        client.Options
		}{
			{"auto", "2026-07-28", client.Options{}},
			{"modern", "2026-07-28", client.Options{Era: client.Modern}},
			{"legacy", "2025-11-25", client.Options{Era: client.Legacy}},
			{"oldest", "2024-11-05", client.Options{Era: client.Legacy, Revision: "2024-11-05"}},
		} {
			if name == "sse" {
				if how.name == "modern" {
					continue // HTTP+SSE ended before it
				}
				how.revision = min(how.revision, "2025-11-25")
			}
			t.Run(name+", "+how.name, func(t *testing.T) {
				t.Parallel()
				c, err := dial(t, fixture.New(nil), &how.options)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := c.Close(); err != nil {
						t.Error(err)
					}
				})
				if c.Revision() != how.revision || c.Server().Name != "fixture" {
					t.Errorf("%s speaks %s, want %s", c.Server().Name, c.Revision(), how.revision)
				}
				calls(t, c)
				refusals(t, c)
				cancelled(t, c)
			})
		}
	}
}

// calls lists tools over several pages, and calls some.
func calls(t *testing.T, c *client.Client) {
	t.Helper()
	tools := 0
	for _, err := range c.Tools(t.Context()) {
		if tools++; err != nil {
			t.Fatal(err)
		}
	}
	if tools <= fixture.PageSize {
		t.Errorf("%d tools, want more than a page", tools)
	}
	r, err := c.CallTool(t.Context(), "add", map[string]int{"a": 1, "b": 2})
	if err != nil || r.Text() != `{"sum":3}` {
		t.Errorf("add: %+v, %v", r, err)
	}
	var reports []float64
	r, err = c.CallTool(t.Context(), "progress", map[string]int{"steps": 3}, client.OnProgress(func(p client.Progress) { reports = append(reports, p.Progress) }))
	if err != nil || r.Text() != "wanted: true" || len(reports) != 3 {
		t.Errorf("progress: %+v after %v, %v", r, reports, err)
	}
}

// refusals gets errors by their types.
func refusals(t *testing.T, c *client.Client) {
	t.Helper()
	_, err := c.CallTool(t.Context(), "add", map[string]any{"a": "one", "b": 2})
	if e, ok := errors.AsType[*client.ToolError](err); !ok || e.Tool != "add" || !strings.Contains(err.Error(), "/a: ") {
		t.Errorf("arguments that do not fit: %T: %v", err, err)
	}
	for tool, code := range map[string]int{"nothing like it": -32602, "fail": -32603} {
		_, err := c.CallTool(t.Context(), tool, map[string]string{"text": "panic"})
		if e, ok := errors.AsType[*client.RPCError](err); !ok || e.Code != code {
			t.Errorf("%s: %T: %v, want code %d", tool, err, err, code)
		}
	}
}

// cancelled gives up on a call that is under way, and goes on.
func cancelled(t *testing.T, c *client.Client) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	_, err := c.CallTool(ctx, "wait", nil, client.OnProgress(func(client.Progress) { stop() }))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a call given up: %v", err)
	}
	r, err := c.CallTool(t.Context(), "waits", nil)
	if err != nil || r.Text() != "started 1" {
		t.Errorf("after that: %+v, %v", r, err)
	}
}
