package mcp

import (
	"context"
	"fmt"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// A PromptDef is one prompt as generated code registers it. It is read once, by
// [Server.RegisterPrompt].
type PromptDef struct {
	Name        string // unique in the server
	Title       string // for people; "" when the name will do
	Description string
	Arguments   []Argument // in the order of the function's parameters
	Icons       []Icon
	Meta        string // a JSON object sent as _meta; "" when there is none
	Hidden      bool   // can be got but is not listed

	Timeout time.Duration // as ToolDef.Timeout
	Scopes  []string      // as ToolDef.Scopes
	Errors  []error       // as ToolDef.Errors

	// Call makes the messages and gives them to Call.Messages, Call.Text or
	// Call.Content. Call.Arguments has the arguments, which are strings. It may
	// run concurrently with itself.
	Call func(ctx context.Context, c *Call) error
}

// A Role says who speaks.
type Role string

// The roles of the protocol.
const (
	User      Role = "user"
	Assistant Role = "assistant"
)

// A PromptMessage is one message of a prompt.
type PromptMessage struct {
	Role    Role // "" stands for User
	Content Content
}

func (m *PromptMessage) append(e *codec.Encoder, rev revision) {
	role := m.Role
	if role == "" {
		role = User
	}
	e.Raw(`{"role":`)
	e.String(string(role))
	e.Raw(`,"content":`)
	m.Content.append(e, rev)
	e.Raw("}")
}

// A prompt is a registered prompt.
type prompt struct {
	operation

	def PromptDef
}

// RegisterPrompt adds a prompt. Generated code calls it; a name that is taken,
// or a definition without Name or Call, is a mistake of the program and panics.
// Clients that are connected are told that the list has changed.
func (s *Server) RegisterPrompt(d PromptDef) {
	if err := s.addPrompt(d, false); err != nil {
		panic("mcp: " + err.Error())
	}
}

// AddPrompt adds a prompt while the server runs, or replaces the one with the
// same name. Clients that are connected are told that the list has changed.
func (s *Server) AddPrompt(d PromptDef) error { return s.addPrompt(d, true) }

// RemovePrompt removes the prompt with a name and reports whether there was one.
func (s *Server) RemovePrompt(name string) bool {
	return s.change(changedPrompts, func(r *registry) error {
		if r.prompts[name] == nil {
			return errUnchanged
		}
		delete(r.prompts, name)
		return nil
	}) == nil
}

func (s *Server) addPrompt(d PromptDef, replace bool) error {
	if d.Name == "" || d.Call == nil {
		return fmt.Errorf("prompt %q needs a name and a function", d.Name)
	}
	if d.Meta != "" {
		meta, err := compactObject(d.Meta, false)
		if err != nil {
			return fmt.Errorf("prompt %q: %w", d.Name, err)
		}
		d.Meta = meta
	}
	op := operation{
		kind: "prompt", name: d.Name, timeout: d.Timeout, scopes: d.Scopes, errors: d.Errors, asks: true, call: d.Call,
	}
	return s.change(changedPrompts, func(r *registry) error {
		return put(&r.prompts, d.Name, &prompt{operation: op, def: d}, replace, "prompt")
	})
}

// appendJSON appends the descriptor with what a revision knows of.
func (p *prompt) appendJSON(b []byte, rev revision) []byte {
	d := &p.def
	b = codec.AppendString(append(b, `{"name":`...), d.Name)
	if rev >= rev20250618 {
		b = appendMember(b, "title", d.Title)
	}
	b = appendMember(b, "description", d.Description)
	for i, a := range d.Arguments {
		if i == 0 {
			b = append(b, `,"arguments":[`...)
		} else {
			b = append(b, ',')
		}
		b = codec.AppendString(append(b, `{"name":`...), a.Name)
		if rev >= rev20250618 {
			b = appendMember(b, "title", a.Title)
		}
		b = appendMember(b, "description", a.Description)
		if a.Required {
			b = append(b, `,"required":true`...)
		}
		b = append(b, '}')
	}
	if len(d.Arguments) > 0 {
		b = append(b, ']')
	}
	if rev >= rev20251125 {
		b = appendIcons(b, d.Icons)
	}
	if rev >= rev20250618 && d.Meta != "" {
		b = append(append(b, `,"_meta":`...), d.Meta...)
	}
	return append(b, '}')
}
