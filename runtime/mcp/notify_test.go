package mcp

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// outbox keeps what a connection is told besides answers.
type outbox struct {
	mu   sync.Mutex
	sent []string
}

func (o *outbox) send(_ context.Context, msg []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent = append(o.sent, strings.TrimPrefix(string(msg), `{"jsonrpc":"2.0","method":"notifications/`))
	return nil
}

func (o *outbox) take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer func() { o.sent = nil }()
	return o.sent
}

// everything makes a server with one of each.
func everything(t *testing.T) *Server {
	t.Helper()
	s := server(t, nil, map[string]func(context.Context, *Call) error{"t": nothing})
	s.RegisterPrompt(PromptDef{Name: "p", Call: nothing})
	s.RegisterResource(ResourceDef{URI: "a://1", Name: "r", Subscribe: true, Call: nothing})
	s.RegisterTemplate(TemplateDef{URITemplate: "b://{x}", Name: "r", Subscribe: true, Call: nothing})
	return s
}

func TestSessionsAreToldOfChanges(t *testing.T) {
	t.Parallel()
	s := everything(t)
	var boxes [3]outbox
	for i, rev := range []string{Revision20241105, Revision20251125} {
		c := s.NewConn(ConnOptions{Out: boxes[i].send})
		defer c.Close()
		send(t.Context(), c, legacy("1", "initialize", `"protocolVersion":"`+rev+`"`))
		if i == 1 {
			for _, uri := range []string{"a://1", "b://2"} {
				send(t.Context(), c, legacy("1", "resources/subscribe", `"uri":"`+uri+`"`))
			}
			send(t.Context(), c, legacy("1", "resources/unsubscribe", `"uri":"b://2"`))
		}
	}
	silent := s.NewConn(ConnOptions{Out: boxes[2].send}) // no session
	defer silent.Close()
	for _, tt := range []struct {
		change func()
		want   [2]string
	}{
		{func() { s.Register(ToolDef{Name: "t2", Call: nothing}) }, [2]string{"[tools/list_changed\",\"params\":{}}]", "[tools/list_changed\",\"params\":{}}]"}},
		{func() { _ = s.AddTool(ToolDef{Name: "t2", Call: nothing}) }, [2]string{"[tools/list_changed\",\"params\":{}}]", "[tools/list_changed\",\"params\":{}}]"}},
		{func() { _ = s.AddTool(ToolDef{Name: "t3"}) }, [2]string{"[]", "[]"}},
		{func() { s.RemoveTool("t2"); s.RemoveTool("t2") }, [2]string{"[tools/list_changed\",\"params\":{}}]", "[tools/list_changed\",\"params\":{}}]"}},
		{func() { _ = s.AddPrompt(PromptDef{Name: "p", Call: nothing}); s.RemovePrompt("none") }, [2]string{"[prompts/list_changed\",\"params\":{}}]", "[prompts/list_changed\",\"params\":{}}]"}},
		{func() { s.RemovePrompt("p") }, [2]string{"[prompts/list_changed\",\"params\":{}}]", "[prompts/list_changed\",\"params\":{}}]"}},
		{func() { s.RemoveResource("b://{x}"); s.RemoveResource("none") }, [2]string{"[resources/list_changed\",\"params\":{}}]", "[resources/list_changed\",\"params\":{}}]"}},
		{func() { _ = s.AddResource(ResourceDef{URI: "a://1", Name: "new", Call: nothing}) }, [2]string{"[resources/list_changed\",\"params\":{}}]", "[resources/list_changed\",\"params\":{}}]"}},
		{func() { _ = s.AddTemplate(TemplateDef{URITemplate: "c://{x}", Name: "c", Call: nothing}) }, [2]string{"[resources/list_changed\",\"params\":{}}]", "[resources/list_changed\",\"params\":{}}]"}},
		{func() { s.ResourceUpdated("a://1"); s.ResourceUpdated("b://2") }, [2]string{"[]", "[resources/updated\",\"params\":{\"uri\":\"a://1\"}}]"}},
		{func() { s.ToolsChanged(); s.PromptsChanged() }, [2]string{"[tools/list_changed\",\"params\":{}} prompts/list_changed\",\"params\":{}}]", "[tools/list_changed\",\"params\":{}} prompts/list_changed\",\"params\":{}}]"}},
	} {
		tt.change()
		for i, want := range tt.want {
			if got := fmt.Sprint(boxes[i].take()); got != want {
				t.Errorf("session %d is told %s, want %s", i, got, want)
			}
		}
	}
	if got := boxes[2].take(); got != nil {
		t.Errorf("who has no session is told %v", got)
	}
}

func TestClosedSessionsAreForgotten(t *testing.T) {
	t.Parallel()
	s := everything(t)
	var box outbox
	c := s.NewConn(ConnOptions{Out: box.send})
	send(t.Context(), c, legacy("1", "initialize", `"protocolVersion":"2025-06-18"`))
	c.Close()
	late := s.NewConn(ConnOptions{Out: box.send})
	late.Close()
	send(t.Context(), late, legacy("1", "initialize", `"protocolVersion":"2025-06-18"`))
	s.ToolsChanged()
	if got := box.take(); got != nil || len(s.audience.sessions) != 0 {
		t.Errorf("told %v, %d sessions are kept", got, len(s.audience.sessions))
	}
}

func TestSubscriptionsAreBounded(t *testing.T) {
	t.Parallel()
	c := session(t, everything(t), Revision20250618)
	for i := range maxSubscriptions {
		send(t.Context(), c, legacy("1", "resources/subscribe", fmt.Sprintf(`"uri":"b://%d"`, i)))
	}
	if r := send(t.Context(), c, legacy("1", "resources/subscribe", `"uri":"b://x"`)); r.code != CodeOverloaded {
		t.Errorf("one more: %s", r.answer)
	}
	if r := send(t.Context(), c, legacy("1", "resources/subscribe", `"uri":"b://1"`)); r.code != 0 {
		t.Errorf("the same again: %s", r.answer)
	}
}

func TestListen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := everything(t)
		c := connect(t, s)
		all := new(recorder)
		some := new(recorder)
		listen := func(r *recorder, id, filter string) {
			m := Parse([]byte(modern(id, "subscriptions/listen", `"notifications":`+filter)))
			c.Handle(t.Context(), m, r)
			m.Release()
		}
		go listen(all, `"A"`, `{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true,"resourceSubscriptions":["a://1","b://2"],"unknown":1}`)
		go listen(some, "2", `{"promptsListChanged":true}`)
		synctest.Wait()
		s.ToolsChanged()
		synctest.Wait()
		s.PromptsChanged()
		synctest.Wait()
		s.ResourceUpdated("b://2")
		s.ResourceUpdated("c://3")
		synctest.Wait()
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		id := func(raw string) string { return `"_meta":{"io.modelcontextprotocol/subscriptionId":` + raw + `}` }
		for r, want := range map[*recorder][]string{
			all: {
				`acknowledged","params":{` + id(`"A"`) + `,"notifications":{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true,"resourceSubscriptions":["a://1","b://2"]}}}`,
				`notifications/tools/list_changed","params":{` + id(`"A"`) + `}}`,
				`notifications/prompts/list_changed","params":{` + id(`"A"`) + `}}`,
				`notifications/resources/updated","params":{"uri":"b://2",` + id(`"A"`) + `}}`,
			},
			some: {
				`acknowledged","params":{` + id("2") + `,"notifications":{"promptsListChanged":true}}}`,
				`notifications/prompts/list_changed","params":{` + id("2") + `}}`,
			},
		} {
			if !slices.EqualFunc(r.sent, want, strings.HasSuffix) {
				t.Errorf("told %q, want %q", r.sent, want)
			}
			contains(t, r.answer, `"result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/subscriptionId":`)
		}
		if len(s.audience.listeners) != 0 {
			t.Error("a listener is kept")
		}
	})
}

// stalled is a Stream whose reader does not read, until it is let.
type stalled struct {
	recorder

	let chan struct{}
}

func (s *stalled) Send(ctx context.Context, msg []byte) error {
	<-s.let
	return s.recorder.Send(ctx, msg)
}

// A listener that is not read holds up nobody, and is told once of what has
// changed many times.
func TestStalledListener(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := everything(t)
		c := connect(t, s)
		slow := &stalled{let: make(chan struct{})}
		fast := new(recorder)
		for id, out := range map[string]Stream{"1": slow, "2": fast} {
			go func() {
				m := Parse([]byte(modern(id, "subscriptions/listen", `"notifications":{"toolsListChanged":true,"resourceSubscriptions":["a://1","b://2"]}`)))
				c.Handle(t.Context(), m, out)
				m.Release()
			}()
		}
		synctest.Wait()
		for range 40 {
			s.ToolsChanged()
			s.ResourceUpdated("a://1")
			s.ResourceUpdated("b://2")
			synctest.Wait()
		}
		if len(fast.sent) != 1+40*3 {
			t.Errorf("the reader that reads got %d messages", len(fast.sent))
		}
		close(slow.let)
		synctest.Wait()
		if len(slow.sent) != 1+3 {
			t.Errorf("the reader that stalled got %q", slow.sent)
		}
		c.Close()
		synctest.Wait()
		if slow.answers+fast.answers != 0 || len(s.audience.listeners) != 0 {
			t.Error("a closed connection is answered or kept")
		}
	})
}

// What is not there is not agreed to.
func TestListenToNothing(t *testing.T) {
	t.Parallel()
	c := connect(t, server(t, nil, map[string]func(context.Context, *Call) error{"t": nothing}))
	ctx, cancel := context.WithCancel(t.Context())
	r := new(recorder)
	done := make(chan struct{})
	heard := make(chan struct{})
	go func() {
		defer close(done)
		m := Parse([]byte(modern("1", "subscriptions/listen", `"notifications":{"promptsListChanged":true,"resourceSubscriptions":["a://1"]}`)))
		c.Handle(ctx, m, &notifying{r, heard})
		m.Release()
	}()
	<-heard
	cancel()
	<-done
	if !strings.HasSuffix(r.sent[0], `"notifications":{}}}`) || r.answers != 0 {
		t.Errorf("told %q, answered %q", r.sent, r.answer)
	}
}

// notifying is a recorder that tells of the first message.
type notifying struct {
	*recorder

	heard chan struct{}
}

func (n *notifying) Send(ctx context.Context, msg []byte) error {
	defer close(n.heard)
	return n.recorder.Send(ctx, msg)
}

// Lists are read while they change.
func TestChangesDuringRequests(t *testing.T) {
	t.Parallel()
	s := everything(t)
	c := connect(t, s)
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for n := range 50 {
				name := fmt.Sprintf("tool%d", n%5)
				if i == 0 {
					_ = s.AddTool(ToolDef{Name: name, Call: nothing})
					s.RemoveTool(name)
				}
				if r := send(t.Context(), c, modern(fmt.Sprintf(`"%d-%d"`, i, n), "tools/call", calling("t"))); r.code != 0 {
					t.Errorf("answered %s", r.answer)
				}
				if r := send(t.Context(), c, modern("1", "tools/list", "")); !strings.Contains(r.answer, `"name":"t"`) {
					t.Errorf("listed %s", r.answer)
				}
			}
		})
	}
	group.Wait()
}

func TestOfferMistakes(t *testing.T) {
	t.Parallel()
	s := everything(t)
	for name, register := range map[string]func(){
		"resource without a name": func() { s.RegisterResource(ResourceDef{URI: "x", Call: nothing}) },
		"resource twice":          func() { s.RegisterResource(ResourceDef{URI: "a://1", Name: "r", Subscribe: true, Call: nothing}) },
		"resource with bad meta":  func() { s.RegisterResource(ResourceDef{URI: "x", Name: "r", Meta: "1", Call: nothing}) },
		"template twice": func() {
			s.RegisterTemplate(TemplateDef{URITemplate: "b://{x}", Name: "r", Subscribe: true, Call: nothing})
		},
		"template that is none":       func() { s.RegisterTemplate(TemplateDef{URITemplate: "b://{x", Name: "r", Call: nothing}) },
		"template without a function": func() { s.RegisterTemplate(TemplateDef{URITemplate: "b://{y}", Name: "r"}) },
		"prompt without a function":   func() { s.RegisterPrompt(PromptDef{Name: "q"}) },
		"prompt twice":                func() { s.RegisterPrompt(PromptDef{Name: "p", Call: nothing}) },
		"prompt with bad meta":        func() { s.RegisterPrompt(PromptDef{Name: "q", Meta: "{", Call: nothing}) },
		"completion of nothing": func() {
			s.RegisterCompletion(CompletionDef{Argument: "a", Call: func(context.Context, *Completion) error { return nil }})
		},
		"completion without a function": func() { s.RegisterCompletion(CompletionDef{Prompt: "p", Argument: "a"}) },
		"completion of two things at once": func() {
			s.RegisterCompletion(CompletionDef{Prompt: "p", URITemplate: "b://{x}", Argument: "a", Call: func(context.Context, *Completion) error { return nil }})
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is taken", name)
				}
			}()
			register()
		}()
	}
}

// What a server does not offer is neither advertised nor served.
func TestNothingOffered(t *testing.T) {
	t.Parallel()
	s := NewServer(Info{Name: "test", Version: "1"}, &Options{Logger: quiet})
	c := connect(t, s)
	contains(t, send(t.Context(), c, modern("1", "server/discover", "")).answer, `"capabilities":{"logging":{}}`)
	for _, method := range []string{"tools/list", "resources/list", "resources/templates/list", "resources/read", "prompts/list", "prompts/get", "completion/complete"} {
		if r := send(t.Context(), c, modern("1", method, `"name":"x","uri":"x"`)); r.code != CodeMethodNotFound {
			t.Errorf("%s: %s", method, r.answer)
		}
	}
	old := session(t, s, Revision20250618)
	for _, method := range []string{"resources/subscribe", "resources/unsubscribe"} {
		if r := send(t.Context(), old, legacy("1", method, `"uri":"x"`)); r.code != CodeMethodNotFound {
			t.Errorf("%s: %s", method, r.answer)
		}
	}
}
