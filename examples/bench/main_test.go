package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/examples/bench/tools"
	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

func newServer(t *testing.T, n int) *mcp.Server {
	t.Helper()
	s := mcp.NewServer(mcp.Info{Name: "bench", Version: "1.0.0"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	if err := tools.RegisterN(s, n); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestAnswers calls every kind of tool over every transport of the handler, in
// both eras.
func TestAnswers(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(handler(newServer(t, 100), 0))
	t.Cleanup(srv.Close)
	query := `{"query":"q","language":"de","category":"books","page":2,"page_size":20,"min_score":0.25,"tags":["a"],
		"filter":{"author":"A","created_after":"2024-01-31","price_min":10.5}}`
	item := `{"id":1,"name":"n","value":0.5,"active":true,"tags":["a"],"note":"x"}`
	first := `{"results":[{"id":"doc-40","title":"q (de) result 1","url":"https://example.test/books/doc-40",` +
		`"snippet":"Typed servers decode once, validate once and answer \"fast\"; every copy on the way costs time & memory.",` +
		`"author":"A","score":0.5625,"price":10.5,"created_at":"2024-01-31","archived":false,"tags":["a"]},`
	for _, scheme := range []string{"http", "ws"} {
		for _, era := range []client.Era{client.Modern, client.Legacy} {
			c, err := client.Dial(t.Context(), scheme+strings.TrimPrefix(srv.URL, "http")+"/mcp", &client.Options{Era: era})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			for _, call := range []struct{ tool, args, want string }{
				{"add", `{"a":2,"b":40}`, `{"sum":42}`},
				{"search", query, first},
				{"echo_large", `{"items":[` + item + `,` + item + `]}`, `{"count":2}`},
				{"stream", `{"steps":3}`, `{"done":3}`},
				{"tool_0099", `{"id":"r","mode":"fast"}`, `{"id":"r","ok":true}`},
			} {
				reports := 0
				res, err := c.CallTool(t.Context(), call.tool, json.RawMessage(call.args), client.OnProgress(func(client.Progress) { reports++ }))
				if err != nil {
					t.Errorf("%s, era %v: %v", scheme, era, err)
					continue
				}
				if got := string(res.Structured); !strings.HasPrefix(got, call.want) || got != res.Text() || res.IsError {
					t.Errorf("%s, era %v: %s gives %s and as text %s, want %s", scheme, era, call.tool, got, res.Text(), call.want)
				}
				if call.tool == "stream" && reports != 3 {
					t.Errorf("%s, era %v: %d reports, want 3", scheme, era, reports)
				}
			}
		}
	}
}

// TestTools lists as many tools as were asked for.
func TestTools(t *testing.T) {
	t.Parallel()
	for _, n := range []int{4, 5, 10, 57, 100, 1000} {
		c, err := client.InProcess(t.Context(), newServer(t, n), nil)
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		for tool, err := range c.Tools(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			names[tool.Name] = true
		}
		last := "stream"
		if n > 4 {
			last = fmt.Sprintf("tool_%04d", n-1)
		}
		if len(names) != n || !names[last] {
			t.Errorf("%d tools, with %s: %v; want %d", len(names), last, names[last], n)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := tools.RegisterN(mcp.NewServer(mcp.Info{}, nil), 1001); err == nil {
		t.Error("there are 1001 tools")
	}
}
