package mcp

import (
	"context"
	"strings"
	"testing"
)

func TestURLRequired(t *testing.T) {
	t.Parallel()
	var asked *URLElicitation
	connected := false
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": func(ctx context.Context, c *Call) error {
		if !connected {
			asked = NewURLElicitation("Connect your account", "https://example.com/connect", Key("account"))
			return URLRequired(ctx, "Connect your account first.", asked)
		}
		c.Text("done")
		return nil
	}})
	const can = `"capabilities":{"elicitation":{"url":{}}}`
	var told []string
	open := func(rev, capabilities string) *Conn {
		c := s.NewConn(ConnOptions{Transport: "stdio", Out: func(_ context.Context, msg []byte) error {
			told = append(told, string(msg))
			return nil
		}})
		t.Cleanup(c.Close)
		send(t.Context(), c, legacy("0", "initialize", `"protocolVersion":"`+rev+`",`+capabilities))
		return c
	}

	c := open(Revision20251125, can)
	r := send(t.Context(), c, legacy("1", "tools/call", calling("x")))
	id := asked.id
	want := `{"jsonrpc":"2.0","id":1,"error":{"code":-32042,"message":"Connect your account first.","data":{"elicitations":[` +
		`{"mode":"url","message":"Connect your account","url":"https://example.com/connect","elicitationId":"` + id + `"}]}}}`
	if r.answer != want || len(r.sent) != 0 || len(id) < 20 {
		t.Errorf("answered %s after %q, want %s", r.answer, r.sent, want)
	}
	if err := asked.Complete(t.Context()); err != nil {
		t.Error(err)
	}
	contains(t, strings.Join(told, "\n"), `"notifications/elicitation/complete","params":{"elicitationId":"`+id+`"}`)
	connected = true
	contains(t, send(t.Context(), c, legacy("2", "tools/call", calling("x"))).answer, `"text":"done"`)
	connected = false

	// Who cannot open URLs is told what is missing.
	for _, c := range []*Conn{open(Revision20251125, `"capabilities":{"elicitation":{}}`), open(Revision20250618, can)} {
		contains(t, send(t.Context(), c, legacy("1", "tools/call", calling("x"))).answer, "open a URL for its user", `"isError":true`)
	}
	contains(t, send(t.Context(), connect(t, s), modern("1", "tools/call", calling("x"))).answer, `"code":-32021`, `"elicitation":{"url":{}}`)

	// The stateless era asks, and asks no second time.
	c = connect(t, s)
	a := askCall(t, c, "")
	if a.Result.ResultType != "input_required" {
		t.Fatalf("got %+v", a)
	}
	retry := `"requestState":"` + a.Result.RequestState + `","inputResponses":{"account":{"action":"accept"}}`
	if a := askCall(t, c, retry); a.Result.Content == nil || a.Result.Content[0].Text != "Connect your account first." {
		t.Errorf("not done: %+v", a)
	}
	connected = true
	if a := askCall(t, c, retry); a.Result.Content == nil || a.Result.Content[0].Text != "done" {
		t.Errorf("done: %+v", a)
	}
}
