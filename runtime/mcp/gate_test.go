package mcp_test

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

// TestGates runs gates outside of all middleware, and keeps the requests that
// middleware and tools may keep.
func TestGates(t *testing.T) {
	t.Parallel()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	var order []string
	var kept []*mcp.Request
	s.Register(mcp.ToolDef{Name: "tool", Call: func(_ context.Context, c *mcp.Call) error {
		kept = append(kept, c.Request())
		c.Text("done")
		return nil
	}})
	wrap := func(name string, see func(*mcp.Request)) mcp.Middleware {
		return func(next mcp.Handler) mcp.Handler {
			return func(ctx context.Context, r *mcp.Request) error {
				order = append(order, name)
				see(r)
				return next(ctx, r)
			}
		}
	}
	nothing := func(*mcp.Request) {}
	describes := func(r *mcp.Request) {
		if r.Method() != "tools/call" || r.Name() != "tool" || r.Revision() != "2026-07-28" || r.Client().Name != "me" || len(r.Arguments()) == 0 {
			t.Errorf("the gate sees %s %s %s %v %s", r.Method(), r.Name(), r.Revision(), r.Client(), r.Arguments())
		}
	}
	s.Gate(wrap("gate", nothing))
	s.Use(wrap("inner", func(r *mcp.Request) { kept = append(kept, r) }))
	s.Gate(wrap("first", describes), wrap("second", describes))
	c := mcptest.NewClient(t, mcptest.Memory(s))
	for i := range 3 {
		c.Send(`{"jsonrpc":"2.0","id":` + strconv.Itoa(i) + `,"method":"tools/call","params":{"name":"tool","arguments":{"n":` + strconv.Itoa(i) +
			`},"_meta":{"n":` + strconv.Itoa(i) + `,"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"me","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}`)
		c.Receive()
	}
	if want := []string{"first", "second", "gate", "inner"}; !slices.Equal(order[:4], want) {
		t.Errorf("order %q, want %q", order[:4], want)
	}
	for i, r := range kept { // two of each call
		if got := string(r.Meta("n")); got != strconv.Itoa(i/2) || r.Name() != "tool" {
			t.Errorf("kept request %d: n is %s, name %q", i, got, r.Name())
		}
	}
}
