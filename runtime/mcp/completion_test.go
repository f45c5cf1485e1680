package mcp

import (
	"context"
	"strings"
	"testing"
)

// completing is a server with a prompt that needs a scope, and what completes
// its argument.
func completing(t *testing.T) *Server {
	t.Helper()
	s := server(t, nil, nil)
	s.RegisterPrompt(PromptDef{Name: "p", Arguments: []Argument{{Name: "a"}, {Name: "b", Values: []string{"x"}}}, Scopes: []string{"read"}, Call: nothing})
	s.RegisterCompletion(CompletionDef{Prompt: "p", Argument: "a", Call: func(_ context.Context, c *Completion) error {
		c.Logger().Info("asked")
		c.Progress().Report(1, 0, "")
		c.Add(c.Principal().Subject + " " + c.Request().Method() + " " + c.Value())
		return nil
	}})
	s.RegisterCompletion(CompletionDef{Prompt: "gone", Argument: "a", Call: func(_ context.Context, c *Completion) error {
		c.Add("secret")
		return nil
	}})
	return s
}

func complete(t *testing.T, s *Server, p *Principal, prompt, argument string) *recorder {
	t.Helper()
	c := s.NewConn(ConnOptions{Principal: p})
	t.Cleanup(c.Close)
	return send(t.Context(), c, modern("1", "completion/complete", `"ref":{"type":"ref/prompt","name":"`+prompt+`"},"argument":{"name":"`+argument+`","value":"v"}`))
}

func TestCompletionKnowsItsCaller(t *testing.T) {
	t.Parallel()
	r := complete(t, completing(t), &Principal{Subject: "ann", Scopes: []string{"read"}}, "p", "a")
	contains(t, r.answer, `"values":["ann completion/complete v"]`)
}

// What may not be used may not be completed either.
func TestCompletionNeedsTheScopesOfItsPrompt(t *testing.T) {
	t.Parallel()
	for _, argument := range []string{"a", "b"} {
		if r := complete(t, completing(t), &Principal{Subject: "bob"}, "p", argument); r.code != CodeForbidden {
			t.Errorf("argument %s: %s", argument, r.answer)
		}
	}
}

func TestCompletionOfNothing(t *testing.T) {
	t.Parallel()
	r := complete(t, completing(t), nil, "gone", "a")
	if r.code != CodeInvalidParams || strings.Contains(r.answer, "secret") {
		t.Error(r.answer)
	}
}
