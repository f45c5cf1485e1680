package mcp

import (
	"context"
	"testing"
	"time"
)

// TestStructuredValues has structured content that is no object: 2026-07-28 takes
// it, and revisions before it get the text, which everybody gets.
func TestStructuredValues(t *testing.T) {
	t.Parallel()
	s := server(t, nil, map[string]func(context.Context, *Call) error{
		"list":  func(_ context.Context, c *Call) error { c.Structured().Raw(`[1,2]`); return nil },
		"noted": func(_ context.Context, c *Call) error { c.Text("two"); c.Structured().Raw(`[1,2]`); return nil },
		"none":  func(_ context.Context, c *Call) error { c.Structured(); return nil },
	})
	const (
		value  = `"structuredContent":[1,2],`
		copied = `{"type":"text","text":"[1,2]"}`
	)
	for _, rev := range []string{Revision20241105, Revision20250618, Revision20251125} {
		c := session(t, s, rev)
		for tool, content := range map[string]string{"list": copied, "noted": `{"type":"text","text":"two"},` + copied} {
			want := `{"jsonrpc":"2.0","id":1,"result":{"content":[` + content + `]}}`
			if got := send(t.Context(), c, legacy("1", "tools/call", calling(tool))).answer; got != want {
				t.Errorf("%s, %s: %s, want %s", rev, tool, got, want)
			}
		}
	}
	c := connect(t, s)
	contains(t, send(t.Context(), c, modern("1", "tools/call", calling("list"))).answer, value+`"content":[`+copied+`]`)
	contains(t, send(t.Context(), c, modern("1", "tools/call", calling("noted"))).answer, value+`"content":[{"type":"text","text":"two"},`+copied+`]`)
	contains(t, send(t.Context(), c, modern("1", "tools/call", calling("none"))).answer, `internal error (id `)
}

// TestListTTL: a list holds for as long as all of its entries do.
func TestListTTL(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		list, tool time.Duration
		want       string
	}{
		{0, 0, `"ttlMs":0,"cacheScope":"private"`},
		{0, time.Minute, `"ttlMs":60000,"cacheScope":"public"`},
		{5 * time.Second, 0, `"ttlMs":5000,"cacheScope":"public"`},
		{5 * time.Second, time.Minute, `"ttlMs":5000,`},
		{5 * time.Second, time.Second, `"ttlMs":1000,`},
	} {
		s := server(t, &Options{ListTTL: tt.list}, map[string]func(context.Context, *Call) error{"a": nop})
		s.Register(ToolDef{Name: "b", TTL: tt.tool, Call: nop})
		contains(t, send(t.Context(), connect(t, s), modern("1", "tools/list", "")).answer, tt.want)
	}
}

func nop(context.Context, *Call) error { return nil }
