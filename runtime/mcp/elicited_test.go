package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// paying is a tool that sends its user to a URL, and keeps the question.
func paying(asked chan<- *URLElicitation) func(context.Context, *Call) error {
	return func(ctx context.Context, _ *Call) error {
		q := NewURLElicitation("Pay", "https://example.com/pay")
		if err := q.Complete(ctx); err != nil {
			return err // nobody has been asked: nothing to tell
		}
		err := Ask(ctx, q)
		asked <- q
		return err
	}
}

func TestElicitationComplete(t *testing.T) {
	t.Parallel()
	asked := make(chan *URLElicitation, 1)
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": paying(asked)})
	told := map[string][]string{}
	connectAs := func(name string) *Conn {
		c := s.NewConn(ConnOptions{Transport: "stdio", Out: func(_ context.Context, msg []byte) error {
			told[name] = append(told[name], string(msg))
			return nil
		}})
		t.Cleanup(c.Close)
		return c
	}
	const can = `"capabilities":{"elicitation":{"url":{}}}`
	for _, rev := range []string{Revision20251125, Revision20250618} {
		clear(told)
		c, other := connectAs("asked"), connectAs("other")
		for _, c := range []*Conn{c, other} {
			send(t.Context(), c, legacy("0", "initialize", `"protocolVersion":"`+rev+`",`+can))
		}
		var question struct {
			ID     int
			Params struct{ ElicitationID string }
		}
		a := &answering{conn: c, answer: func(msg string) string {
			if !strings.Contains(msg, "elicitation/create") {
				return ""
			}
			if err := json.Unmarshal([]byte(msg), &question); err != nil {
				t.Error(err)
			}
			return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result":{"action":"accept"}}`, question.ID)
		}}
		m := Parse([]byte(legacy("1", "tools/call", calling("x"))))
		c.Handle(t.Context(), m, a)
		m.Release()
		q := <-asked
		if err := q.Complete(t.Context()); err != nil {
			t.Errorf("%s: %v", rev, err)
		}
		if rev != Revision20251125 { // has no URLs to open, so nothing to say of them
			if len(told) != 0 || q.Action != "" {
				t.Errorf("%s: %q was told %v", rev, q.Action, told)
			}
			continue
		}
		want := `{"jsonrpc":"2.0","method":"notifications/elicitation/complete","params":{"elicitationId":"` + question.Params.ElicitationID + `"}}`
		if len(question.Params.ElicitationID) < 20 || len(told) != 1 || len(told["asked"]) != 1 || told["asked"][0] != want {
			t.Errorf("told %v, want %s", told, want)
		}
		c.Close()
		if err := q.Complete(t.Context()); err == nil {
			t.Error("a client that has left was told")
		}
	}
}

// The user may be done before the client says that it opened the URL.
func TestElicitationCompleteBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	var q *URLElicitation
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": func(ctx context.Context, _ *Call) error {
		q = NewURLElicitation("Pay", "https://example.com/pay")
		return Ask(ctx, q)
	}})
	c := inSession(t, s, Revision20251125)
	sent := make(chan string, 2)
	done := make(chan struct{})
	go func() {
		defer close(done)
		m := Parse([]byte(legacy("1", "tools/call", calling("x"))))
		c.Handle(t.Context(), m, sending{sent})
		m.Release()
	}()
	contains(t, <-sent, "elicitation/create")
	if err := q.Complete(t.Context()); err != nil {
		t.Error(err)
	}
	contains(t, <-sent, "notifications/elicitation/complete")
	send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"result":{"action":"accept"}}`)
	<-done
	if q.Action != Accept {
		t.Errorf("action %q", q.Action)
	}
}

// sending is a Stream that passes on what is sent on the way.
type sending struct{ sent chan<- string }

func (s sending) Send(_ context.Context, msg []byte) error {
	s.sent <- string(msg)
	return nil
}

func (sending) Respond(context.Context, []byte, int) error { return nil }

// From 2026-07-28 on there is no message for it.
func TestElicitationCompleteIsGone(t *testing.T) {
	t.Parallel()
	asked := make(chan *URLElicitation, 1)
	c := connect(t, server(t, nil, map[string]func(context.Context, *Call) error{"x": paying(asked)}))
	r := send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x",`+canAsk+`}}`)
	if err := (<-asked).Complete(t.Context()); err != nil || len(r.sent) != 0 || strings.Contains(r.answer, "elicitationId") {
		t.Errorf("%v, sent %v, answer %s", err, r.sent, r.answer)
	}
}
