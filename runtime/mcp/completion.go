package mcp

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// An Argument describes an argument of a prompt or a variable of a resource
// template.
type Argument struct {
	Name        string
	Title       string
	Description string
	Required    bool
	Values      []string // what it may be, for completion; nil when that is not known
}

// A CompletionDef completes one argument as generated code registers it, by
// [Server.RegisterCompletion].
type CompletionDef struct {
	Prompt      string // the prompt's name, or
	URITemplate string // the resource template
	Argument    string

	// Call gives the values to Completion.Add. It may run concurrently with itself.
	Call func(ctx context.Context, c *Completion) error
}

// A completionKey says what is completed. Prompts and templates cannot be
// mistaken for each other: prompt is empty for a template.
type completionKey struct{ prompt, template, argument string }

// RegisterCompletion adds the completion of an argument, which takes the place
// of Argument.Values. Generated code calls it; a second one for an argument, or a
// definition that is not complete, is a mistake of the program and panics.
func (s *Server) RegisterCompletion(d CompletionDef) {
	if err := s.addCompletion(d); err != nil {
		panic("mcp: " + err.Error())
	}
}

func (s *Server) addCompletion(d CompletionDef) error {
	if (d.Prompt == "") == (d.URITemplate == "") || d.Argument == "" || d.Call == nil {
		return fmt.Errorf("completion of %q needs a prompt or a template, an argument and a function", d.Argument)
	}
	key := completionKey{d.Prompt, d.URITemplate, d.Argument}
	return s.change(0, func(r *registry) error { return put(&r.completions, key, d.Call, false, "completion") })
}

// A Completion asks what an argument may be. It is valid until
// CompletionDef.Call returns and not safe for concurrent use.
type Completion struct {
	call   *Call
	value  string
	others map[string]string
	values []string
	total  int
}

// Value is what was typed so far.
func (c *Completion) Value() string { return c.value }

// Argument is the value of another argument, as far as the client knows it.
func (c *Completion) Argument(name string) (string, bool) {
	v, ok := c.others[name]
	return v, ok
}

// Progress reports how far the completion has come to its caller.
func (c *Completion) Progress() Progress { return c.call.Progress() }

// Principal is the caller; the zero value when nobody was authenticated.
func (c *Completion) Principal() Principal { return c.call.Principal() }

// Request describes the request. It may be kept after the completion.
func (c *Completion) Request() *Request { return c.call.Request() }

// Logger is a logger for this completion, as Call.Logger.
func (c *Completion) Logger() *slog.Logger { return c.call.Logger() }

// Add appends values, the best first. The protocol sends 100 at most; the client
// is told that there are more.
func (c *Completion) Add(values ...string) { c.values = append(c.values, values...) }

// Total says how many values there are, where not all were added.
func (c *Completion) Total(n int) { c.total = n }

// maxCompletions is how many values an answer may have (server/utilities/completion).
const maxCompletions = 100

// complete serves completion/complete.
func (x *exchange) complete(ctx context.Context) error {
	c := x.s.catalog()
	if !c.completable {
		return errMethod(x.m.env.Method)
	}
	key, q, err := x.completionRequest()
	if err != nil {
		return err
	}
	call, scopes, err := c.completion(key)
	if err != nil {
		return err
	}
	op := operation{kind: "completion", name: key.argument, scopes: scopes, call: func(ctx context.Context, c *Call) error {
		q.call = c
		return call(ctx, q)
	}}
	return x.perform(ctx, &op, nil, func(_ *exchange, c *Call) error {
		e := &c.enc
		total := max(q.total, len(q.values))
		values := q.values[:min(len(q.values), maxCompletions)]
		e.Raw(`"completion":{"values":[`)
		for _, v := range values {
			e.Comma()
			e.String(v)
		}
		e.Raw(`],"total":`)
		e.Int(int64(total))
		e.Raw(`,"hasMore":`)
		e.Bool(total > len(values))
		e.Raw("}")
		return nil
	})
}

// completionRequest reads the parameters.
func (x *exchange) completionRequest() (key completionKey, q *Completion, err error) {
	q = &Completion{others: map[string]string{}}
	var kind, name, uri string
	fine := members(x.m.env.Params, func(k string, value []byte) {
		switch k {
		case "ref":
			kind, name, uri = member3(value, "type", "name", "uri")
		case "argument":
			key.argument, q.value, _ = member3(value, "name", "value", "")
		case "context":
			members(value, func(k string, args []byte) {
				if k == "arguments" {
					members(args, func(name string, v []byte) { q.others[name] = text(v) })
				}
			})
		}
	})
	switch {
	case fine && kind == "ref/prompt" && name != "" && key.argument != "":
		key.prompt = name
	case fine && kind == "ref/resource" && uri != "" && key.argument != "":
		key.template = uri
	default:
		return key, nil, &WireError{Code: CodeInvalidParams, Message: "params must have ref, with type ref/prompt and name or ref/resource and uri, and argument, with name and value"}
	}
	return key, q, nil
}

// member3 gives three strings of an object, "" for what is missing.
func member3(object []byte, a, b, c string) (x, y, z string) {
	members(object, func(key string, value []byte) {
		switch key {
		case a:
			x = text(value)
		case b:
			y = text(value)
		case c:
			z = text(value)
		}
	})
	return x, y, z
}

// completion finds what completes an argument, and the scopes of what the argument
// belongs to. An argument that nothing is known of has no values.
func (c *catalog) completion(key completionKey) (call func(context.Context, *Completion) error, scopes []string, err error) {
	var args []Argument
	if key.prompt != "" {
		p := c.prompts[key.prompt]
		if p == nil {
			return nil, nil, errUnknown("prompt", []byte(key.prompt), c.promptList.names)
		}
		args, scopes = p.def.Arguments, p.scopes
	} else {
		r := c.template(key.template)
		if r == nil {
			return nil, nil, errUnknown("resource template", []byte(key.template), c.templateList.names)
		}
		scopes = r.scopes
		for _, name := range r.uris.names() {
			args = append(args, Argument{Name: name, Values: valuesOf(r.variables, name)})
		}
	}
	if call := c.completions[key]; call != nil {
		return call, scopes, nil
	}
	names := make([]string, len(args))
	for i, a := range args {
		if names[i] = a.Name; a.Name == key.argument {
			return completeFrom(a.Values), scopes, nil
		}
	}
	return nil, nil, errUnknown("argument", []byte(key.argument), names)
}

func valuesOf(args []Argument, name string) []string {
	for _, a := range args {
		if a.Name == name {
			return a.Values
		}
	}
	return nil
}

// completeFrom completes from a list of values: those that begin with what was
// typed, in any case.
func completeFrom(values []string) func(context.Context, *Completion) error {
	return func(_ context.Context, c *Completion) error {
		for _, v := range values {
			if len(v) >= len(c.value) && strings.EqualFold(v[:len(c.value)], c.value) {
				c.Add(v)
			}
		}
		return nil
	}
}
