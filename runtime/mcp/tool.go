package mcp

import (
	"context"
	"fmt"
	"time"
)

// A Hint is one of a tool's behaviour hints. Clients assume the protocol's
// default for a hint that is not given.
type Hint int8

// The values of a [Hint].
const (
	Unset Hint = iota
	Yes
	No
)

// Hints describe how a tool behaves (server/tools, annotations). They are for
// the client's user interface; a client must not rely on them for security.
type Hints struct {
	ReadOnly    Hint // does not change its environment; assumed No
	Destructive Hint // may delete or overwrite; assumed Yes
	Idempotent  Hint // calling again with the same arguments changes nothing more; assumed No
	OpenWorld   Hint // talks to the outside world; assumed Yes
}

// An Icon is a picture for user interfaces.
type Icon struct {
	Src      string   // https or data URI
	MIMEType string   // "" when the client shall find out
	Sizes    []string // such as "48x48" or "any"
	Theme    string   // "light", "dark" or ""
}

// A ToolDef is one tool as generated code registers it. It is read once, by
// [Server.Register], and may not be changed afterwards.
type ToolDef struct {
	Name         string // unique in the server
	Title        string // for people; "" when the name will do
	Description  string // for the model
	InputSchema  string // JSON Schema, an object with "type":"object"; "" for a tool without arguments
	OutputSchema string // JSON Schema of the structured content; "" when there is none
	Hints        Hints

	Timeout time.Duration // how long a call may run; 0: as the server's options say; negative: no limit
	Scopes  []string      // what a caller has to be granted, all of them
	Tags    []string      // for the server's own filters; not sent
	Icons   []Icon
	Meta    string        // a JSON object sent as _meta; "" when there is none
	TTL     time.Duration // how long a client may keep the description; 0: as the server's options say
	Strict  bool          // no lossless conversions and no null for absent arguments
	Hidden  bool          // can be called but is not listed
	Task    TaskMode      // whether its calls become tasks
	UI      *UI           // a user interface for its results; nil when there is none
	Errors  []error       // errors that are shown to the model, found with errors.Is

	// Decodes says that Call reads all of its arguments with Call.Arguments, and
	// calls Call.Check, before it does anything else, as generated code does. Then
	// nobody else has to look at them: a pass over the arguments is saved.
	Decodes bool

	// Call serves one call. It may run concurrently with itself.
	Call func(ctx context.Context, c *Call) error
}

// A tool is a registered tool.
type tool struct {
	operation

	def     ToolDef
	mirrors []mirror
}

// Register adds a tool. Generated code calls it; a name that is taken, or a
// definition without Name or Call, is a mistake of the program and panics.
// Clients that are connected are told that the list has changed.
func (s *Server) Register(d ToolDef) {
	if err := s.addTool(d, false); err != nil {
		panic("mcp: " + err.Error())
	}
}

// AddTool adds a tool while the server runs, or replaces the one with the same
// name. Clients that are connected are told that the list has changed. A tool
// whose input schema was written by hand reads its arguments from
// Call.RawArguments; package rawschema checks them.
func (s *Server) AddTool(d ToolDef) error { return s.addTool(d, true) }

// RemoveTool removes the tool with a name and reports whether there was one.
// Calls of it that run are not disturbed.
func (s *Server) RemoveTool(name string) bool {
	return s.change(changedTools, func(r *registry) error {
		if r.tools[name] == nil {
			return errUnchanged
		}
		delete(r.tools, name)
		return nil
	}) == nil
}

func (s *Server) addTool(d ToolDef, replace bool) error {
	t, err := newTool(d)
	if err != nil {
		return err
	}
	return s.change(changedTools, func(r *registry) error {
		if d.UI != nil {
			if err := d.UI.check(r); err != nil {
				return fmt.Errorf("tool %q: %w", d.Name, err)
			}
		}
		return put(&r.tools, d.Name, t, replace, "tool")
	})
}

// newTool checks a definition and puts its JSON into the form that is sent.
func newTool(d ToolDef) (*tool, error) {
	if d.Name == "" || d.Call == nil {
		return nil, fmt.Errorf("tool %q needs a name and a function", d.Name)
	}
	if d.InputSchema == "" {
		d.InputSchema = `{"type":"object","additionalProperties":false}`
	}
	for _, text := range []*string{&d.InputSchema, &d.OutputSchema, &d.Meta} {
		if *text == "" {
			continue
		}
		compact, err := compactObject(*text, d.Decodes)
		if err != nil {
			return nil, fmt.Errorf("tool %q: %w", d.Name, err)
		}
		*text = compact
	}
	if d.UI != nil {
		meta, err := withUI(d.Meta, d.UI.meta())
		if err != nil {
			return nil, fmt.Errorf("tool %q: %w", d.Name, err)
		}
		d.Meta = meta
	}
	mirrors, err := mirrorsOf(d.InputSchema)
	if err != nil {
		return nil, fmt.Errorf("tool %q: %w", d.Name, err)
	}
	op := operation{
		kind: "tool", name: d.Name, strict: d.Strict, timeout: d.Timeout, scopes: d.Scopes, errors: d.Errors,
		schema: d.InputSchema, asks: true, task: d.Task, call: d.Call,
	}
	return &tool{operation: op, def: d, mirrors: mirrors}, nil
}
