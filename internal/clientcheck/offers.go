package clientcheck

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/client"
)

func (s *session) log(t *testing.T) {
	want(t, "log", text(t, s.c, "log", nil), "logged")
	eventually(t, "a message of the log", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.logs) > 0 && strings.Contains(s.logs[0], "written") && strings.Contains(s.logs[0], `"info"`)
	})
}

func (s *session) resources(t *testing.T) {
	var uris []string
	for r, err := range s.c.Resources(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		uris = append(uris, r.URI)
	}
	for _, uri := range []string{"test://text", "test://binary", "test://watched"} {
		if !slices.Contains(uris, uri) {
			t.Errorf("%s is not in the list %v", uri, uris)
		}
	}
	var templates []string
	for r, err := range s.c.ResourceTemplates(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		templates = append(templates, r.URITemplate)
	}
	if !slices.Equal(templates, []string{"test://items/{id}"}) {
		t.Errorf("the templates are %v", templates)
	}
	for uri, wanted := range map[string]string{"test://text": "a text", "test://items/7": "item 7", "test://binary": "\x00\xff"} {
		parts, err := s.c.ReadResource(t.Context(), uri)
		if err != nil || len(parts) != 1 {
			t.Errorf("%s: %v, %v", uri, parts, err)
			continue
		}
		got := string(parts[0].Blob)
		if parts[0].Text != nil {
			got = *parts[0].Text
		}
		want(t, uri, got, wanted)
		want(t, "uri of "+uri, parts[0].URI, uri)
	}
	var refused *client.RPCError
	if _, err := s.c.ReadResource(t.Context(), "test://nothing"); !errors.As(err, &refused) || refused.Code != -32602 && refused.Code != -32002 {
		t.Errorf("a resource that is not there gives %v", err)
	}
}

func (s *session) prompts(t *testing.T) {
	var names []string
	for p, err := range s.c.Prompts(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, p.Name)
		if len(p.Arguments) != 1 || p.Arguments[0].Name != "name" || !p.Arguments[0].Required {
			t.Errorf("the arguments of %s are %+v", p.Name, p.Arguments)
		}
	}
	if !slices.Equal(names, []string{"welcome"}) {
		t.Errorf("the prompts are %v", names)
	}
	m, err := s.c.GetPrompt(t.Context(), "welcome", map[string]string{"name": "Ada"})
	if err != nil || len(m.Messages) != 1 {
		t.Fatalf("welcome: %+v, %v", m, err)
	}
	want(t, "role", m.Messages[0].Role, "user")
	want(t, "welcome", m.Messages[0].Content.Text, "Please welcome Ada.")
	found, err := s.c.Complete(t.Context(), client.PromptRef("welcome"), "name", "A", nil)
	if err != nil || !slices.Equal(found.Values, []string{"Ada", "Alan"}) {
		t.Errorf("completion gives %+v, %v", found, err)
	}
}

func (s *session) questions(t *testing.T) {
	want(t, "ask_name", text(t, s.c, "ask_name", nil), "Hello, Ada!")
	want(t, "ask_model", text(t, s.c, "ask_model", nil), "The model says: 1 messages, 10 tokens")
	want(t, "ask_roots", text(t, s.c, "ask_roots", nil), "Roots: file:///a, file:///b")
	want(t, "ask_twice", text(t, s.c, "ask_twice", nil), "Ada likes green")
	decline := s.dial(t, client.Handlers{ElicitForm: func(context.Context, client.Elicitation) (client.Answer, error) {
		return client.Answer{Action: "decline"}, nil
	}})
	want(t, "ask_name", text(t, decline, "ask_name", nil), "no name: decline")
}

// bare is a client that can answer nothing: a question fails at once.
func (s *session) bare(t *testing.T) {
	c := s.dial(t, client.Handlers{})
	for _, tool := range []string{"ask_name", "ask_model", "ask_roots"} {
		ctx, cancel := context.WithTimeout(t.Context(), deadline)
		res, err := c.CallTool(ctx, tool, nil)
		if err == nil || ctx.Err() != nil {
			t.Errorf("%s gives %+v, %v", tool, res, err)
		}
		cancel()
	}
	want(t, "echo", text(t, c, "echo", map[string]any{"text": "still here"}), "still here")
}

// waits is what the tool of that name tells.
type waits struct {
	Started   int `json:"started"`
	Cancelled int `json:"cancelled"`
}

func (s *session) waits(t *testing.T) (w waits) {
	t.Helper()
	told := text(t, s.c, "waits", nil)
	if err := json.Unmarshal([]byte(told), &w); err != nil {
		t.Fatalf("waits tells %s: %v", told, err)
	}
	return w
}

func (s *session) cancel(t *testing.T) {
	before := s.waits(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	done := make(chan error, 1)
	go func() {
		_, err := s.c.CallTool(ctx, "wait", nil)
		done <- err
	}()
	eventually(t, "the start of the call", func() bool { return s.waits(t).Started == before.Started+1 })
	cancel(enough)
	if err := <-done; !errors.Is(err, enough) {
		t.Errorf("the call gives %v", err)
	}
	eventually(t, "the cancellation", func() bool { return s.waits(t).Cancelled == before.Cancelled+1 })
}

func (s *session) changes(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	seen := make(chan client.Change, 1000)
	ended := make(chan error, 1)
	go func() {
		ended <- s.c.Listen(ctx, client.Filter{Tools: true, URIs: []string{"test://watched"}}, func(c client.Change) { seen <- c })
	}()
	heard := map[client.Change]bool{}
	// There is no telling when the server has begun to listen: until something
	// is heard, the next call makes it change once more.
	next := func(tool string, c client.Change) {
		eventually(t, c.Method, func() bool {
			text(t, s.c, tool, nil)
			for len(seen) > 0 {
				heard[<-seen] = true
			}
			return heard[c]
		})
	}
	next("touch", client.Change{Method: "notifications/resources/updated", URI: "test://watched"})
	next("grow", client.Change{Method: "notifications/tools/list_changed"})
	stop()
	if err := <-ended; err != nil {
		t.Errorf("listen: %v", err)
	}
	if len(heard) != 2 {
		t.Errorf("heard %v", heard)
	}
	grown := 0
	for tool, err := range s.c.Tools(t.Context()) { // not from what was kept
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(tool.Name, "grown") {
			grown++
		}
	}
	if grown == 0 {
		t.Error("the list of tools is the old one")
	}
}
