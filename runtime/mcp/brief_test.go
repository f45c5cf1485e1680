package mcp_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

// TestBrief: a server that ends every request with its answer does not say that it
// could do more, and refuses it.
func TestBrief(t *testing.T) {
	t.Parallel()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Tasks: mcp.TaskOptions{After: time.Nanosecond}})
	s.Register(mcp.ToolDef{Name: "slow", Task: mcp.TaskRequired, Call: func(ctx context.Context, c *mcp.Call) error {
		select {
		case <-time.After(20 * time.Millisecond):
			c.Text("done")
		case <-ctx.Done():
		}
		return nil
	}})
	s.RegisterResource(mcp.ResourceDef{URI: "docs://a", Name: "a", Subscribe: true, Call: func(context.Context, *mcp.Call) error { return nil }})
	s.UseBrief()
	const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}}}`
	c := mcptest.Connect(t, s)
	for _, tt := range []struct{ method, params, want string }{
		{"server/discover", "", `"capabilities":{"logging":{},"resources":{},"tools":{}}`},
		{"tools/call", `"name":"slow",`, `"content":[{"type":"text","text":"done"}],"resultType":"complete"`},
		{"subscriptions/listen", `"notifications":{"toolsListChanged":true},`, `"code":-32601,"message":"this server keeps nothing open`},
		{"tasks/get", `"taskId":"x",`, `"code":-32601`},
	} {
		c.Send(`{"jsonrpc":"2.0","id":1,"method":"` + tt.method + `","params":{` + tt.params + meta + `}}`)
		if answer := c.Receive(); !strings.Contains(answer, tt.want) {
			t.Errorf("%s: %s has no %s", tt.method, answer, tt.want)
		}
	}
	old := mcptest.Connect(t, s)
	old.Send(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`)
	if answer := old.Receive(); !strings.Contains(answer, `"capabilities":{"logging":{},"resources":{},"tools":{}}`) {
		t.Error(answer)
	}
	old.Send(`{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"docs://a"}}`)
	if answer := old.Receive(); !strings.Contains(answer, `-32601`) {
		t.Error(answer)
	}
}
