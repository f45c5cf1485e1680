package mcphttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// TestElicitationComplete has two sessions with a stream open. The one that was
// asked hears of the end, during the call on the stream of the call and after it
// on the standing one. The other hears nothing.
func TestElicitationComplete(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var q *mcp.URLElicitation
	w.s.Register(mcp.ToolDef{Name: "pay", Call: func(ctx context.Context, _ *mcp.Call) error {
		q = mcp.NewURLElicitation("Pay", "https://example.com/pay")
		if err := mcp.Ask(ctx, q); err != nil {
			return err
		}
		return q.Complete(ctx)
	}})
	begin := func() []string {
		r := w.do("POST", strings.Replace(fmt.Sprintf(initBody, "2025-11-25"), `"capabilities":{}`, `"capabilities":{"elicitation":{"url":{}}}`, 1))
		return []string{"Mcp-Session-Id", r.header.Get("Mcp-Session-Id"), "MCP-Protocol-Version", "2025-11-25"}
	}
	asked, other := begin(), begin()
	stand := func(h []string) *events {
		ev := readEvents(t, w.open(t.Context(), "GET", "", h...))
		ev.next()
		return ev
	}
	standing, others := stand(asked), stand(other)
	ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "pay", `{}`, ""), asked...))
	ev.next()
	e, a := ev.next()
	var question struct {
		Params struct{ ElicitationID string }
	}
	if err := json.Unmarshal(e.Data, &question); err != nil || question.Params.ElicitationID == "" {
		t.Fatalf("%v %s", err, e.Data)
	}
	w.do("POST", fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":{"action":"accept"}}`, a.ID), asked...)
	want := `{"jsonrpc":"2.0","method":"notifications/elicitation/complete","params":{"elicitationId":"` + question.Params.ElicitationID + `"}}`
	if e, _ := ev.next(); string(e.Data) != want {
		t.Errorf("during the call: %s", e.Data)
	}
	ev.next()
	ev.end()
	if err := q.Complete(t.Context()); err != nil {
		t.Error(err)
	}
	if e, _ := standing.next(); string(e.Data) != want {
		t.Errorf("after the call: %s", e.Data)
	}
	w.s.PromptsChanged() // what the others hear first
	if _, a := others.next(); a.Method != "notifications/prompts/list_changed" {
		t.Errorf("the other session: %s", a.Method)
	}
}
