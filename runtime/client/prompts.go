package client

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
)

// A Prompt is one entry of prompts/list.
type Prompt struct {
	Name        string           `json:"name"`
	Title       string           `json:"title,omitempty"`
	Description string           `json:"description,omitempty"`
	Arguments   []PromptArgument `json:"arguments,omitempty"`
	Meta        json.RawMessage  `json:"_meta,omitempty"`
}

// A PromptArgument is one argument of a Prompt; its value is a string.
type PromptArgument struct {
	Name        string `json:"name"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	Required    bool   `json:"required,omitempty"`
}

// Messages are what a prompt expands to.
type Messages struct {
	Description string          `json:"description,omitempty"`
	Messages    []PromptMessage `json:"messages"`
}

// A PromptMessage is one message of a conversation.
type PromptMessage struct {
	Role    string  `json:"role"` // "user" or "assistant"
	Content Content `json:"content"`
}

// Prompts iterates over the prompts of the server. It stops after the first
// error.
func (c *Client) Prompts(ctx context.Context) iter.Seq2[Prompt, error] {
	return pages(ctx, c, "prompts/list", func(raw json.RawMessage) ([]Prompt, error) {
		var r struct {
			Prompts []Prompt `json:"prompts"`
		}
		err := json.Unmarshal(raw, &r)
		return r.Prompts, err
	})
}

// GetPrompt expands a prompt.
func (c *Client) GetPrompt(ctx context.Context, name string, args map[string]string) (*Messages, error) {
	raw, err := c.call(ctx, &request{method: "prompts/get", name: name, params: &struct {
		meta
		Name      string            `json:"name"`
		Arguments map[string]string `json:"arguments,omitempty"`
	}{Name: name, Arguments: args}})
	if err != nil {
		return nil, err
	}
	var m Messages
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("mcp client: messages of %s: %w", name, err)
	}
	return &m, nil
}

// A Ref names what an argument that is completed belongs to: PromptRef or
// TemplateRef makes one.
type Ref struct {
	Type string `json:"type"`
	Name string `json:"name,omitempty"`
	URI  string `json:"uri,omitempty"`
}

// PromptRef refers to an argument of a prompt.
func PromptRef(name string) Ref { return Ref{Type: "ref/prompt", Name: name} }

// TemplateRef refers to a variable of a resource template.
func TemplateRef(uriTemplate string) Ref { return Ref{Type: "ref/resource", URI: uriTemplate} }

// A Completion is what may be typed next.
type Completion struct {
	Values  []string `json:"values"`          // 100 at most
	Total   *int     `json:"total,omitempty"` // of all there are, when the server knows
	HasMore bool     `json:"hasMore,omitempty"`
}

// Complete asks for completions of an argument's value. others are the values
// of arguments that are decided already.
func (c *Client) Complete(ctx context.Context, ref Ref, argument, value string, others map[string]string) (*Completion, error) {
	type pair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	type given struct {
		Arguments map[string]string `json:"arguments,omitempty"`
	}
	p := &struct {
		meta
		Ref      Ref    `json:"ref"`
		Argument pair   `json:"argument"`
		Context  *given `json:"context,omitempty"`
	}{Ref: ref, Argument: pair{argument, value}}
	if len(others) > 0 {
		p.Context = &given{others}
	}
	raw, err := c.request(ctx, request{method: "completion/complete", params: p})
	if err != nil {
		return nil, err
	}
	var r struct {
		Completion Completion `json:"completion"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, fmt.Errorf("mcp client: completion/complete: %w", err)
	}
	return &r.Completion, nil
}
