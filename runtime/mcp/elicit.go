package mcp

import (
	"context"
	"errors"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// methodElicit asks the user, with a form or a URL.
const methodElicit = "elicitation/create"

// An Action is what the user did with a question.
type Action string

// The actions of the protocol.
const (
	Accept  Action = "accept"
	Decline Action = "decline"
	Cancel  Action = "cancel" // neither: the question was closed
)

// An Answer is a user's answer to a form.
type Answer[T any] struct {
	Action Action
	Value  T // what was filled in; only when Action is Accept
}

// Accepted gives what was filled in, and whether it was.
func (a Answer[T]) Accepted() (T, bool) { return a.Value, a.Action == Accept }

// A Form is a type that a user can fill in. Generated code implements it for
// pointers to types that are annotated with mcp:form.
type Form interface {
	// MCPForm gives the schemas of the form.
	MCPForm() FormSchema

	// MCPDecode reads what was filled in.
	MCPDecode(d *codec.Decoder)
}

// A FormSchema is the schema of a form in the flat subset that the protocol
// allows for it (client/elicitation).
type FormSchema struct {
	Schema         string // from 2025-11-25 on
	Schema20250618 string // "" when Schema will do
	Since20251125  bool   // clients of older revisions cannot show the form: several values have to be chosen
}

// An AskOption changes a question.
type AskOption func(q *question)

// Key names a question, for the client and for later runs of the call. It must
// be unique within the call. Without it, a question is named by its place in the
// order of the questions.
func Key(key string) AskOption { return func(q *question) { q.key = key } }

func newQuestion(kind, method string, needs ability, opts []AskOption) question {
	q := question{kind: kind, method: method, needs: needs}
	for _, o := range opts {
		o(&q)
	}
	return q
}

// Elicit asks the client's user to fill in a form. T is annotated with mcp:form.
// See [Ask] for how a call asks.
func Elicit[T any, P interface {
	*T
	Form
}](ctx context.Context, message string, opts ...AskOption) (Answer[T], error) {
	q := NewElicitation[T, P](message, opts...)
	err := Ask(ctx, q)
	return q.Answer, err
}

// An Elicitation asks the client's user to fill in a form.
type Elicitation[T any] struct {
	Answer Answer[T] // after Ask

	q       question
	message string
	schema  FormSchema
	decode  func(d *codec.Decoder, v *T)
}

// NewElicitation makes a question for [Ask].
func NewElicitation[T any, P interface {
	*T
	Form
}](message string, opts ...AskOption) *Elicitation[T] {
	schema, needs := P(new(T)).MCPForm(), abilityForm
	if schema.Since20251125 {
		needs = abilityChoices
	}
	return &Elicitation[T]{
		q:       newQuestion("elicitation", methodElicit, needs, opts),
		message: message,
		schema:  schema,
		decode:  func(d *codec.Decoder, v *T) { P(v).MCPDecode(d) },
	}
}

func (q *Elicitation[T]) ask() question { return q.q }

func (q *Elicitation[T]) params(e *codec.Encoder, rev revision) {
	e.Raw("{")
	if rev >= rev20251125 {
		e.Raw(`"mode":"form",`)
	}
	e.Raw(`"message":`)
	e.String(q.message)
	schema := q.schema.Schema
	if rev < rev20251125 && q.schema.Schema20250618 != "" {
		schema = q.schema.Schema20250618
	}
	e.Raw(`,"requestedSchema":`)
	e.RawJSON([]byte(schema))
	e.Raw("}")
}

func (q *Elicitation[T]) answer(raw []byte) error {
	action, content, err := parseAction(raw)
	if err != nil {
		return err
	}
	answer := Answer[T]{Action: action}
	if action == Accept {
		if content == nil {
			content = noArguments
		}
		d := codec.NewDecoder(content)
		q.decode(d, &answer.Value)
		d.End()
		if err := d.Err(); err != nil {
			return Errorf("the answer to %q does not fit: %w", q.message, err)
		}
	}
	q.Answer = answer
	return nil
}

// parseAction reads the part that all answers of users have.
func parseAction(raw []byte) (action Action, content []byte, err error) {
	fine := members(raw, func(key string, value []byte) {
		switch key {
		case "action":
			s := text(value)
			action = Action(s)
		case "content":
			if string(value) != "null" {
				content = value
			}
		}
	})
	if !fine || action != Accept && action != Decline && action != Cancel {
		return "", nil, errors.New("the answer has no action accept, decline or cancel")
	}
	return action, content, nil
}

// ElicitURL asks the client's user to open a URL, for what must not pass through
// the client: passwords, keys, payments. Accept means that the user agreed to
// open it, not that anything was done there: see [URLElicitation.Complete]. See
// [Ask] for how a call asks.
func ElicitURL(ctx context.Context, message, url string, opts ...AskOption) (Action, error) {
	q := NewURLElicitation(message, url, opts...)
	err := Ask(ctx, q)
	return q.Action, err
}

// A URLElicitation asks the client's user to open a URL.
type URLElicitation struct {
	Action Action // after Ask

	q            question
	message, url string

	mu    sync.Mutex
	asked *flight // the call that asked, for Complete; nil where that says nothing
	id    string
}

// NewURLElicitation makes a question for [Ask].
func NewURLElicitation(message, url string, opts ...AskOption) *URLElicitation {
	return &URLElicitation{q: newQuestion("elicitation", methodElicit, abilityURL, opts), message: message, url: url}
}

func (q *URLElicitation) ask() question { return q.q }

func (q *URLElicitation) params(e *codec.Encoder, _ revision) {
	e.Raw(`{"mode":"url","message":`)
	e.String(q.message)
	e.Raw(`,"url":`)
	e.String(q.url)
	q.mu.Lock()
	member(e, "elicitationId", q.id)
	q.mu.Unlock()
	e.Raw("}")
}

func (q *URLElicitation) answer(raw []byte) (err error) {
	q.Action, _, err = parseAction(raw)
	return err
}
