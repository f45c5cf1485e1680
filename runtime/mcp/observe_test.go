package mcp_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

type markKey struct{}

// TestObserve counts every request by its outcome, those that get no further
// than their form as well.
func TestObserve(t *testing.T) {
	t.Parallel()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil)
	define := func(name string, call func(context.Context, *mcp.Call) error) {
		s.Register(mcp.ToolDef{Name: name, Scopes: []string{name + ":use"}, Call: call})
	}
	define("good", func(ctx context.Context, c *mcp.Call) error {
		mark, _ := ctx.Value(markKey{}).(string)
		c.Text(mark)
		return nil
	})
	define("bad", func(context.Context, *mcp.Call) error { return errors.New("no") })
	define("failed", func(_ context.Context, c *mcp.Call) error { c.Failed(); c.Text("no"); return nil })
	define("panics", func(context.Context, *mcp.Call) error { panic("no") })
	var got []string
	s.Observe(func(ctx context.Context, r *mcp.Request) (context.Context, func(mcp.Outcome)) {
		return context.WithValue(ctx, markKey{}, "marked"), func(o mcp.Outcome) {
			got = append(got, fmt.Sprint(r.Method(), " ", r.Name(), " ", r.Known(), " ", o.Code, " ", o.Failed, " ", r.Revision()))
		}
	})
	s.Observe(func(ctx context.Context, _ *mcp.Request) (context.Context, func(mcp.Outcome)) { return ctx, nil })
	var order []string
	wrap := func(name string) mcp.Middleware {
		return func(next mcp.Handler) mcp.Handler {
			return func(ctx context.Context, r *mcp.Request) error {
				order = append(order, name)
				return next(ctx, r)
			}
		}
	}
	s.Use(wrap("inner"))
	s.Use(wrap("first"), wrap("second"))
	c := mcptest.NewClient(t, mcptest.Memory(s))
	meta := `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`
	call := func(method, params, want string) {
		t.Helper()
		c.Send(`{"jsonrpc":"2.0","id":1,"method":"` + method + `","params":{` + params + meta + `}}`)
		if answer := c.Receive(); !strings.Contains(answer, want) {
			t.Errorf("%s answered %s, want %s", params, answer, want)
		}
	}
	call("tools/call", `"name":"good",`, `"text":"marked"`)
	call("tools/call", `"name":"bad",`, `"isError":true`)
	call("tools/call", `"name":"failed",`, `"isError":true`)
	call("tools/call", `"name":"panics",`, `"code":-32603`)
	call("tools/call", `"name":"none",`, `"code":-32602`)
	call("made/up", ``, `"code":-32601`)
	c.Send(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`)
	if answer := c.Receive(); !strings.Contains(answer, "-32602") {
		t.Errorf("without a revision: %s", answer)
	}
	want := []string{
		"tools/call good true 0 false 2026-07-28", "tools/call bad true 0 true 2026-07-28", "tools/call failed true 0 true 2026-07-28",
		"tools/call panics true -32603 false 2026-07-28", "tools/call none true -32602 false 2026-07-28",
		"made/up  false -32601 false 2026-07-28", "tools/list  true -32602 false ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("observed\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !slices.Equal(order[:3], []string{"first", "second", "inner"}) {
		t.Errorf("middleware ran in the order %q", order)
	}
	if scopes := s.Scopes(); !slices.Equal(scopes, []string{"bad:use", "failed:use", "good:use", "panics:use"}) {
		t.Errorf("scopes %q", scopes)
	}
}
