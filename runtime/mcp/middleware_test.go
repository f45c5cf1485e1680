package mcp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
)

func TestMiddleware(t *testing.T) {
	t.Parallel()
	type key struct{}
	var trace []string
	around := func(name string) Middleware {
		return func(next Handler) Handler {
			return func(ctx context.Context, r *Request) error {
				trace = append(trace, fmt.Sprintf("%s>%s %s", name, r.Method(), r.Name()))
				err := next(context.WithValue(ctx, key{}, name), r)
				trace = append(trace, fmt.Sprintf("<%s %v", name, err))
				return err
			}
		}
	}
	s := server(t, &Options{Middleware: []Middleware{around("a"), around("b")}}, map[string]func(context.Context, *Call) error{
		"x": func(ctx context.Context, c *Call) error {
			c.Text(fmt.Sprint(ctx.Value(key{})))
			return nil
		},
		"boom": func(context.Context, *Call) error { panic("boom") },
	})
	c := connect(t, s)
	for _, tt := range []struct {
		msg  string
		want []string
	}{
		{modern("1", "tools/call", calling("x")), []string{"a>tools/call x", "b>tools/call x", "<b <nil>", "<a <nil>"}},
		{modern("1", "tools/list", ""), []string{"a>tools/list ", "b>tools/list ", "<b <nil>", "<a <nil>"}},
		{modern("1", "tools/call", calling("boom")), []string{"a>tools/call boom", "b>tools/call boom", "<b panic: boom>", "<a panic: boom>"}},
		{legacy("1", "ping", ""), []string{"a>ping ", "b>ping ", "<b <nil>", "<a <nil>"}},
		{modern("1", "no/such", ""), nil}, // refused before
		{`{"jsonrpc":"2.0","method":"notifications/x"}`, nil},
	} {
		trace = nil
		r := send(t.Context(), c, tt.msg)
		for i, line := range tt.want {
			if line == "<b panic: boom>" || line == "<a panic: boom>" {
				tt.want[i] = line[:len(line)-1]
			}
		}
		if !slices.Equal(trace, tt.want) {
			t.Errorf("%s: %q, want %q", tt.msg, trace, tt.want)
		}
		if r.answers > 1 {
			t.Errorf("%s: answered %d times", tt.msg, r.answers)
		}
	}
	contains(t, send(t.Context(), c, modern("1", "tools/call", calling("x"))).answer, `"text":"b"`)
}

// A middleware may refuse, change errors, and call next again.
func TestMiddlewareDecides(t *testing.T) {
	t.Parallel()
	tries := 0
	decide := func(next Handler) Handler {
		return func(ctx context.Context, r *Request) error {
			switch r.Name() {
			case "refused":
				return &WireError{Code: CodeForbidden, Message: "not you"}
			case "told":
				return Errorf("try tomorrow")
			case "again":
				if err := next(ctx, r); err == nil {
					return errors.New("the first try did not fail")
				}
			case "renamed":
				if err := next(ctx, r); err != nil {
					return Errorf("in other words")
				}
			}
			if r.Method() == "tools/list" {
				return Errorf("no list today")
			}
			return next(ctx, r)
		}
	}
	fail := func(context.Context, *Call) error { return errors.New("secret") }
	s := server(t, &Options{Middleware: []Middleware{decide}}, map[string]func(context.Context, *Call) error{
		"refused": fail, "told": fail, "renamed": fail,
		"again": func(_ context.Context, c *Call) error {
			tries++
			c.Structured().Raw(fmt.Sprintf(`{"try":%d}`, tries))
			c.Meta("try", tries)
			if tries == 1 {
				c.Text("left from the first try")
				return errors.New("not yet")
			}
			return nil
		},
	})
	c := connect(t, s)
	for name, want := range map[string]string{
		"refused": `"error":{"code":403,"message":"not you"}`,
		"told":    `"text":"try tomorrow"}],"isError":true`,
		"renamed": `"text":"in other words"}],"isError":true`,
		"again":   `"result":{"structuredContent":{"try":2},"content":[{"type":"text","text":"{\"try\":2}"}],"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"test","version":"1"},"try":2}}}`,
	} {
		contains(t, send(t.Context(), c, modern("1", "tools/call", calling(name))).answer, want)
	}
	contains(t, send(t.Context(), c, modern("1", "tools/list", "")).answer, `"error":{"code":-32602,"message":"no list today"}`)
}

func TestRequest(t *testing.T) {
	t.Parallel()
	var kept *Request
	var live string
	look := func(next Handler) Handler {
		return func(ctx context.Context, r *Request) error {
			live = string(r.Arguments())
			return next(ctx, r)
		}
	}
	s := server(t, &Options{Middleware: []Middleware{look}}, map[string]func(context.Context, *Call) error{
		"x": func(_ context.Context, c *Call) error { kept = c.Request(); return nil },
	})
	c := s.NewConn(ConnOptions{Transport: "stdio", Principal: &Principal{Subject: "connection"}})
	defer c.Close()
	msg := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"a":1},"_meta":{"k":[1],
		"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"c","title":"C","version":"2"},
		"io.modelcontextprotocol/clientCapabilities":{"elicitation":{"url":{}},"sampling":{"tools":{}},"roots":{}}}}}`
	data := []byte(msg)
	m := Parse(data)
	c.Handle(t.Context(), m, drop{})
	m.Release()
	clear(data)
	caps := kept.Capabilities()
	got := fmt.Sprint(kept.Method(), kept.Name(), kept.Revision(), kept.Transport(), kept.Principal().Subject, kept.Client(), string(kept.Meta("k")), string(kept.Meta("none")),
		caps.Elicitation, caps.ElicitationURL, caps.Sampling, caps.SamplingTools, caps.Roots, live, kept.Arguments() == nil)
	if want := `tools/callx2026-07-28stdioconnection{c C 2}[1]false true true true true{"a":1}true`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	// A session's requests are told by what initialize said, and a message's principal counts first.
	m = Parse([]byte(legacy("1", "initialize", `"protocolVersion":"2025-06-18","capabilities":{"elicitation":{}},"clientInfo":{"name":"old","version":"1"}`)))
	c.Handle(t.Context(), m, drop{})
	m.Release()
	m = Parse([]byte(legacy("1", "tools/call", calling("x"))))
	m.SetPrincipal(&Principal{Subject: "message"})
	c.Handle(t.Context(), m, drop{})
	m.Release()
	caps = kept.Capabilities()
	got = fmt.Sprint(kept.Revision(), kept.Principal().Subject, kept.Client(), caps.Elicitation, caps.ElicitationURL, caps.Sampling, string(caps.Raw))
	if want := `2025-06-18message{old  1} true false false{"elicitation":{}}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	s := NewServer(Info{Name: "test", Version: "1"}, &Options{Logger: quiet})
	s.Register(ToolDef{Name: "x", Scopes: []string{"read", "write"}, Call: func(_ context.Context, c *Call) error {
		c.Text(c.Principal().Subject)
		return nil
	}})
	for _, tt := range []struct {
		principal *Principal
		code      int
	}{
		{nil, 0}, // nobody asks who calls
		{&Principal{}, CodeForbidden},
		{&Principal{Scopes: []string{"read"}}, CodeForbidden},
		{&Principal{Scopes: []string{"write", "other", "read"}}, 0},
	} {
		c := s.NewConn(ConnOptions{Principal: tt.principal})
		r := send(t.Context(), c, modern("1", "tools/call", calling("x")))
		if r.code != tt.code {
			t.Errorf("%v: %s", tt.principal, r.answer)
		}
		if r.code != 0 {
			contains(t, r.answer, `"data":{"requiredScopes":["read","write"]}`)
		}
		c.Close()
	}
}

func TestConversionsAreCounted(t *testing.T) {
	t.Parallel()
	counted := -1
	s := NewServer(Info{Name: "test", Version: "1"}, &Options{Logger: quiet, Middleware: []Middleware{func(next Handler) Handler {
		return func(ctx context.Context, r *Request) error {
			err := next(ctx, r)
			counted = r.Conversions()
			return err
		}
	}}})
	s.Register(add)
	c := connect(t, s)
	for args, want := range map[string]int{`{"a":1,"b":2}`: 0, `{"a":"1","b":2}`: 1, `{"a":"1","b":"2"}`: 2} {
		send(t.Context(), c, modern("1", "tools/call", `"name":"add","arguments":`+args))
		if counted != want {
			t.Errorf("%s: %d conversions, want %d", args, counted, want)
		}
	}
}
