package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// yes is a form as it is generated.
type yes struct{ ok bool }

func (*yes) MCPForm() FormSchema {
	return FormSchema{
		Schema:         `{"type":"object","properties":{"ok":{"type":"boolean","default":true}}}`,
		Schema20250618: `{"type":"object","properties":{"ok":{"type":"boolean"}}}`,
	}
}

func (v *yes) MCPDecode(d *codec.Decoder) {
	if d.OpenObject("") {
		for d.NextMember() {
			v.ok, _ = d.Bool("ok")
		}
	}
}

const canAsk = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{"form":{},"url":{}},"sampling":{},"roots":{}}}`

// asked is the answer to a call that may ask.
type asked struct {
	Result struct {
		ResultType   string `json:"resultType"`
		RequestState string `json:"requestState"`
		Content      []struct {
			Text string `json:"text"`
		} `json:"content"`
	} `json:"result"`
}

// askCall calls the tool x in the stateless era.
func askCall(t *testing.T, c *Conn, params string) asked {
	t.Helper()
	if params != "" {
		params += ","
	}
	r := send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x",`+params+canAsk+`}}`)
	var a asked
	if err := json.Unmarshal([]byte(r.answer), &a); err != nil {
		t.Fatalf("%v: %s", err, r.answer)
	}
	return a
}

func TestOnceRunsOnce(t *testing.T) {
	t.Parallel()
	runs := map[string]int{}
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": func(ctx context.Context, c *Call) error {
		n, err := Once(ctx, "paid", func(context.Context) (map[string]int, error) {
			runs["paid"]++
			return map[string]int{"amount": 5}, nil
		})
		if err != nil {
			return err
		}
		_, err = Once(ctx, "failed", func(context.Context) (int, error) {
			runs["failed"]++
			return 0, errors.New("not kept")
		})
		if err == nil {
			return errors.New("an error was kept")
		}
		if again, _ := Once(ctx, "paid", func(context.Context) (map[string]int, error) { panic("ran twice") }); again["amount"] != 5 {
			return errors.New("not kept within a run")
		}
		a, err := Elicit[yes](ctx, "Go on?")
		if err != nil {
			return err
		}
		c.Text(fmt.Sprint(n["amount"], a.Value.ok))
		return nil
	}})
	c := connect(t, s)
	first := askCall(t, c, "")
	second := askCall(t, c, `"requestState":"`+first.Result.RequestState+`","inputResponses":{"elicitation_1":{"action":"accept","content":{"ok":true}}}`)
	if second.Result.ResultType != "complete" || second.Result.Content[0].Text != "5 true" || runs["paid"] != 1 || runs["failed"] != 2 {
		t.Errorf("%+v, ran %v", second, runs)
	}
	if v, err := Once(t.Context(), "x", func(context.Context) (int, error) { return 3, nil }); v != 3 || err != nil {
		t.Errorf("outside of a call: %d, %v", v, err)
	}
}

// A state counts for its own request only.
func TestStateIsBound(t *testing.T) {
	t.Parallel()
	ask := func(ctx context.Context, _ *Call) error {
		_, err := Elicit[yes](ctx, "Go on?", Key("k"))
		return err
	}
	opts := &Options{Logger: quiet, StateKeys: [][]byte{secret(1)}}
	schema := `{"type":"object","properties":{"a":{}}}`
	build := func(schema string) *Server {
		s := NewServer(Info{Name: "test", Version: "1"}, opts)
		s.Register(ToolDef{Name: "x", InputSchema: schema, Call: ask})
		s.Register(ToolDef{Name: "y", InputSchema: schema, Call: ask})
		s.RegisterPrompt(PromptDef{Name: "x", Call: ask})
		return s
	}
	s := build(schema)
	alice := &Principal{Issuer: "i", Subject: "alice"}
	try := func(s *Server, p *Principal, method, params string) *recorder {
		c := s.NewConn(ConnOptions{Principal: p})
		defer c.Close()
		return send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":{`+params+canAsk+`}}`)
	}
	var first asked
	r := try(s, alice, "tools/call", `"name":"x","arguments":{"a":1},`)
	if err := json.Unmarshal([]byte(r.answer), &first); err != nil || first.Result.RequestState == "" {
		t.Fatalf("%v: %s", err, r.answer)
	}
	with := func(params string) string {
		return params + `"requestState":"` + first.Result.RequestState + `","inputResponses":{"k":{"action":"decline"}},`
	}
	for name, tt := range map[string]struct {
		s              *Server
		p              *Principal
		method, params string
		code           int
	}{
		"same":                      {s, alice, "tools/call", `"name":"x","arguments":{"a":1},`, 0},
		"written otherwise":         {s, alice, "tools/call", `"name":"x","arguments":{ "a" : 1 },`, 0},
		"another instance":          {build(schema), alice, "tools/call", `"name":"x","arguments":{"a":1},`, 0},
		"another tool":              {s, alice, "tools/call", `"name":"y","arguments":{"a":1},`, CodeInvalidParams},
		"another method":            {s, alice, "prompts/get", `"name":"x","arguments":{"a":1},`, CodeInvalidParams},
		"other arguments":           {s, alice, "tools/call", `"name":"x","arguments":{"a":2},`, CodeInvalidParams},
		"no arguments":              {s, alice, "tools/call", `"name":"x",`, CodeInvalidParams},
		"another caller":            {s, &Principal{Issuer: "i", Subject: "bob"}, "tools/call", `"name":"x","arguments":{"a":1},`, CodeInvalidParams},
		"another issuer":            {s, &Principal{Issuer: "j", Subject: "alice"}, "tools/call", `"name":"x","arguments":{"a":1},`, CodeInvalidParams},
		"nobody":                    {s, nil, "tools/call", `"name":"x","arguments":{"a":1},`, CodeInvalidParams},
		"a newer tool":              {build(`{"type":"object"}`), alice, "tools/call", `"name":"x","arguments":{"a":1},`, CodeInvalidParams},
		"a server with another key": {server(t, nil, map[string]func(context.Context, *Call) error{"x": ask}), alice, "tools/call", `"name":"x","arguments":{"a":1},`, CodeInvalidParams},
	} {
		if r := try(tt.s, tt.p, tt.method, with(tt.params)); r.code != tt.code {
			t.Errorf("%s: %s", name, r.answer)
		}
	}
}

// A run that has left a question ends with it, whatever else it does.
func TestQuestionsOutrankResults(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		after func(c *Call, err error) error
		want  string
	}{
		"returns it":   {func(_ *Call, err error) error { return err }, "input_required"},
		"wraps it":     {func(_ *Call, err error) error { return fmt.Errorf("x: %w", err) }, "input_required"},
		"swallows it":  {func(c *Call, _ error) error { c.Structured().Raw(`{"a":1}`); c.Text("done"); return nil }, "input_required"},
		"fails":        {func(*Call, error) error { return Errorf("no answer") }, "input_required"},
		"panics":       {func(*Call, error) error { panic("x") }, "internal error"},
		"is a mistake": {func(*Call, error) error { return &WireError{Code: 5, Message: "refused"} }, "refused"},
	} {
		c := connect(t, server(t, nil, map[string]func(context.Context, *Call) error{"x": func(ctx context.Context, c *Call) error {
			_, err := Sample(ctx, SampleRequest{MaxTokens: 1})
			if !errors.Is(err, ErrInputRequired) {
				t.Errorf("got %v", err)
			}
			return tt.after(c, err)
		}}))
		r := send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x",`+canAsk+`}}`)
		contains(t, r.answer, tt.want)
		if tt.want == "input_required" && strings.Contains(r.answer, "done") {
			t.Errorf("%s: %s", name, r.answer)
		}
	}
}

func TestAskMistakes(t *testing.T) {
	t.Parallel()
	if err := Ask(t.Context(), NewRootsQuestion()); !errors.Is(err, ErrCannotAsk) {
		t.Errorf("outside of a call: %v", err)
	}
	var late context.Context
	s := server(t, nil, map[string]func(context.Context, *Call) error{
		"twice": func(ctx context.Context, _ *Call) error {
			return Ask(ctx, NewRootsQuestion(Key("k")), NewURLElicitation("m", "https://example.com", Key("k")))
		},
		"keep": func(ctx context.Context, _ *Call) error { late = ctx; return nil },
		"plain": func(ctx context.Context, c *Call) error {
			_, err := ElicitURL(ctx, "Pay", "https://example.com/pay")
			if c.Request().Capabilities().ElicitationURL {
				return err
			}
			if lacks := new(CapabilityError); !errors.As(err, &lacks) {
				t.Errorf("got %v", err)
			}
			c.Text("fell back")
			return nil
		},
	})
	s.RegisterPrompt(PromptDef{Name: "p", Call: nothing})
	s.RegisterCompletion(CompletionDef{Prompt: "p", Argument: "a", Call: func(ctx context.Context, _ *Completion) error {
		_, err := Roots(ctx)
		if !errors.Is(err, ErrCannotAsk) {
			t.Errorf("from a completion: %v", err)
		}
		return nil
	}})
	c := connect(t, s)
	r := send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"twice",`+canAsk+`}}`)
	contains(t, r.answer, "internal error")
	send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"keep",`+canAsk+`}}`)
	if _, err := Roots(late); err == nil {
		t.Error("asked after the call")
	}
	contains(t, send(t.Context(), c, modern("1", "tools/call", calling("plain"))).answer, "fell back")
	r = send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"plain",`+canAsk+`}}`)
	contains(t, r.answer, `{"method":"elicitation/create","params":{"mode":"url","message":"Pay","url":"https://example.com/pay"}}`)
	send(t.Context(), c, modern("1", "completion/complete", `"ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"a","value":""}`))
}

// asking is a Stream of a session whose client answers by itself.
type answering struct {
	recorder

	conn   *Conn
	answer func(msg string) string // "" for no answer
}

func (a *answering) Send(ctx context.Context, msg []byte) error {
	if err := a.recorder.Send(ctx, msg); err != nil {
		return err
	}
	if answer := a.answer(string(msg)); answer != "" {
		m := Parse([]byte(answer))
		a.conn.Handle(ctx, m, drop{})
		m.Release()
	}
	return nil
}

// inSession opens a session with a client that can answer everything.
func inSession(t *testing.T, s *Server, rev string) *Conn {
	t.Helper()
	c := connect(t, s)
	r := send(t.Context(), c, legacy("0", "initialize", `"protocolVersion":"`+rev+`","capabilities":{"elicitation":{"form":{},"url":{}},"sampling":{},"roots":{}}`))
	if r.code != 0 {
		t.Fatal(r.answer)
	}
	return c
}

func TestAskInSession(t *testing.T) {
	t.Parallel()
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": func(ctx context.Context, c *Call) error {
		form, err := Elicit[yes](ctx, "Sure?")
		if err != nil {
			return err
		}
		action, err := ElicitURL(ctx, "Pay", "https://example.com")
		if err != nil {
			return err
		}
		sample, err := Sample(ctx, SampleRequest{
			Messages: []PromptMessage{{Content: Image{Data: []byte{1}, MIMEType: "image/png"}}}, MaxTokens: 9,
			System: "s", Temperature: new(float64), Stop: []string{"."}, Hints: []string{"m"}, Speed: 0.5,
		})
		if err != nil {
			return err
		}
		roots, err := Roots(ctx)
		if err != nil {
			return err
		}
		c.Text(fmt.Sprintln(form.Value.ok, action, sample.Text(), sample.Model, sample.Content, roots))
		return nil
	}})
	answers := map[string]string{
		"elicitation/create":     `{"action":"accept","content":{"ok":true}}`,
		"sampling/createMessage": `{"role":"assistant","model":"m","stopReason":"endTurn","content":[{"type":"text","text":"Hi"},{"type":"image","data":"AQI=","mimeType":"image/png"},{"type":"tool_use"}]}`,
		"roots/list":             `{"roots":[{"uri":"file:///a","name":"A"}]}`,
	}
	c := inSession(t, s, Revision20251125)
	a := &answering{conn: c, answer: func(msg string) string {
		var m struct {
			ID     int    `json:"id"`
			Method string `json:"method"`
		}
		if err := json.Unmarshal([]byte(msg), &m); err != nil {
			t.Error(err)
		}
		return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result":%s}`, m.ID, answers[m.Method])
	}}
	m := Parse([]byte(legacy("1", "tools/call", calling("x"))))
	c.Handle(t.Context(), m, a)
	m.Release()
	contains(t, a.recorder.answer, `true accept Hi m [{Hi`, `{[1 2] image/png`, `[{file:///a A}]`)
	contains(t, strings.Join(a.sent, "\n"),
		`"mode":"form","message":"Sure?","requestedSchema":{"type":"object","properties":{"ok":{"type":"boolean","default":true}}}`,
		`"mode":"url","message":"Pay","url":"https://example.com","elicitationId":"`,
		`"messages":[{"role":"user","content":{"type":"image","data":"AQ==","mimeType":"image/png"}}],"maxTokens":9,"systemPrompt":"s","temperature":0,"stopSequences":["."],"modelPreferences":{"hints":[{"name":"m"}],"speedPriority":0.5}`,
		`"method":"roots/list","params":{"_meta":{"progressToken":4}}`)
}

func TestAskTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := server(t, &Options{AskTimeout: time.Minute}, map[string]func(context.Context, *Call) error{"x": func(ctx context.Context, _ *Call) error {
			_, err := Elicit[yes](ctx, "Sure?")
			return err
		}})
		c := inSession(t, s, Revision20250618)
		progress := func(string) string { return "" }
		a := &answering{conn: c, answer: progress}
		start := time.Now()
		time.AfterFunc(50*time.Second, func() {
			send(t.Context(), c, `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}`)
		})
		m := Parse([]byte(legacy("1", "tools/call", calling("x"))))
		c.Handle(t.Context(), m, a)
		m.Release()
		if got := time.Since(start); got != 110*time.Second {
			t.Errorf("waited %v", got)
		}
		contains(t, a.recorder.answer, `the client did not answer elicitation/create within 1m0s`)
		contains(t, strings.Join(a.sent, "\n"), `"requestedSchema":{"type":"object","properties":{"ok":{"type":"boolean"}}}`, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`)
		if len(c.backchannel().waiting) != 0 {
			t.Error("a question is still waited for")
		}

		// A client that reports progress for ever is not waited for.
		a = &answering{conn: c, answer: progress}
		start = time.Now()
		alive := time.NewTicker(50 * time.Second)
		defer alive.Stop()
		go func() {
			for range 10 {
				<-alive.C
				send(t.Context(), c, `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":2,"progress":1}}`)
			}
		}()
		m = Parse([]byte(legacy("3", "tools/call", calling("x"))))
		c.Handle(t.Context(), m, a)
		m.Release()
		if got := time.Since(start); got != maxAskTimes*time.Minute {
			t.Errorf("waited %v", got)
		}
		time.Sleep(10 * time.Minute) // the progress ends

		// A cancelled call waits no longer, and the client is told only that the
		// question is withdrawn.
		a = &answering{conn: c, answer: progress}
		time.AfterFunc(time.Second, func() {
			send(t.Context(), c, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}`)
		})
		start = time.Now()
		m = Parse([]byte(legacy("2", "tools/call", calling("x"))))
		c.Handle(t.Context(), m, a)
		m.Release()
		if time.Since(start) != time.Second || a.answers != 0 || len(a.sent) != 2 {
			t.Fatalf("after %v: %q %q", time.Since(start), a.recorder.answer, a.sent)
		}
		contains(t, a.sent[1], `"method":"notifications/cancelled","params":{"requestId":3}`)
	})
}

// Without a way back to the client there is an error at once.
func TestNoBackchannel(t *testing.T) {
	t.Parallel()
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": func(ctx context.Context, _ *Call) error {
		_, err := Roots(ctx)
		return err
	}})
	c := inSession(t, s, Revision20250618)
	m := Parse([]byte(legacy("1", "tools/call", calling("x"))))
	r := &noSend{}
	c.Handle(t.Context(), m, r)
	m.Release()
	contains(t, r.answer, "the client cannot be asked on this connection")

	sessionless := s.NewConn(ConnOptions{Revision: Revision20250326})
	defer sessionless.Close()
	contains(t, send(t.Context(), sessionless, legacy("1", "tools/call", calling("x"))).answer, "name its folders (roots)", `"isError":true`)
}

// noSend is a Stream that carries nothing but the answer.
type noSend struct{ recorder }

func (*noSend) Send(context.Context, []byte) error { return errors.ErrUnsupported }

// choosing is a form that clients before 2025-11-25 cannot show.
type choosing struct{ yes }

func (*choosing) MCPForm() FormSchema { return FormSchema{Schema: `{}`, Since20251125: true} }

func TestFormsOfLaterRevisions(t *testing.T) {
	t.Parallel()
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": func(ctx context.Context, _ *Call) error {
		_, err := Elicit[choosing](ctx, "Which?")
		return err
	}})
	ask := func(rev string) *answering {
		a := &answering{conn: inSession(t, s, rev), answer: func(string) string { return `{"jsonrpc":"2.0","id":1,"result":{"action":"decline"}}` }}
		m := Parse([]byte(legacy("1", "tools/call", calling("x"))))
		a.conn.Handle(t.Context(), m, a)
		m.Release()
		return a
	}
	contains(t, ask(Revision20250618).recorder.answer,
		"this needs a client that can let its user choose several values of a form (elicitation, of 2025-11-25 or later)")
	contains(t, strings.Join(ask(Revision20251125).sent, "\n"), `"requestedSchema":{}`)
}
