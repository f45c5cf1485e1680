package mcp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// ErrNotFound is what the code behind a resource returns when there is none at
// the URI asked for. It may be wrapped.
var ErrNotFound = errors.New("resource not found")

// A ResourceDef is one resource as generated code registers it. It is read
// once, by [Server.RegisterResource].
type ResourceDef struct {
	URI         string // unique in the server
	Name        string // for programs
	Title       string // for people; "" when the name will do
	Description string // for the model
	MIMEType    string // of the contents, where they do not say; "" when not known
	Size        int64  // bytes; 0 when not known
	Annotations *Annotations
	Icons       []Icon
	Meta        string        // a JSON object sent as _meta; "" when there is none
	UI          *UIPage       // what hosts need to know of a user interface, whose URI begins with ui://; nil: nothing
	TTL         time.Duration // how long the contents may be kept; 0: as Caching says; below 0: not at all
	Private     bool          // the contents depend on the caller and must not be shared by caches; those that need scopes do
	Subscribe   bool          // clients may ask to be told of changes, which Server.ResourceUpdated tells of
	Hidden      bool          // can be read but is not listed

	Timeout time.Duration // as ToolDef.Timeout
	Scopes  []string      // as ToolDef.Scopes
	Errors  []error       // as ToolDef.Errors

	// Call reads the resource: it gives the contents to Call.Text, Call.Blob or
	// Call.Contents. It may run concurrently with itself.
	Call func(ctx context.Context, c *Call) error
}

// A TemplateDef is a family of resources as generated code registers it. It is
// read once, by [Server.RegisterTemplate].
type TemplateDef struct {
	URITemplate string     // RFC 6570, unique in the server
	Variables   []Argument // what is known of its variables, for completion; may be nil
	Name        string
	Title       string
	Description string
	MIMEType    string
	Annotations *Annotations
	Icons       []Icon
	Meta        string
	TTL         time.Duration
	Private     bool
	Subscribe   bool
	Hidden      bool

	Timeout time.Duration
	Scopes  []string
	Errors  []error

	// Call reads a resource of the family. Call.Arguments has the variables of
	// its URI, as strings; those that the URI leaves out are absent.
	Call func(ctx context.Context, c *Call) error
}

// A resource is a registered resource or, when uris is not nil, a template.
type resource struct {
	operation

	def       ResourceDef // URI is the template of a template
	uris      *uriTemplate
	variables []Argument
}

// RegisterResource adds a resource. Generated code calls it; a URI that is
// taken, or a definition without URI, Name or Call, is a mistake of the program
// and panics. Clients that are connected are told that the list has changed.
func (s *Server) RegisterResource(d ResourceDef) {
	if err := s.addResource(d, false); err != nil {
		panic("mcp: " + err.Error())
	}
}

// RegisterTemplate adds a family of resources, as RegisterResource does for one.
// A template that RFC 6570 does not allow panics too.
func (s *Server) RegisterTemplate(d TemplateDef) {
	if err := s.addTemplate(d, false); err != nil {
		panic("mcp: " + err.Error())
	}
}

// AddResource adds a resource while the server runs, or replaces the one with
// the same URI. Clients that are connected are told that the list has changed.
func (s *Server) AddResource(d ResourceDef) error { return s.addResource(d, true) }

// AddTemplate is AddResource for a family of resources.
func (s *Server) AddTemplate(d TemplateDef) error { return s.addTemplate(d, true) }

// RemoveResource removes the resource with a URI, or the family with a template,
// and reports whether there was one.
func (s *Server) RemoveResource(uri string) bool {
	return s.change(changedResources, func(r *registry) error {
		switch {
		case r.resources[uri] != nil:
			delete(r.resources, uri)
		case r.templates[uri] != nil:
			delete(r.templates, uri)
		default:
			return errUnchanged
		}
		return nil
	}) == nil
}

func (s *Server) addResource(d ResourceDef, replace bool) error {
	r, err := newResource(d)
	if err != nil {
		return err
	}
	return s.change(changedResources, func(reg *registry) error {
		return put(&reg.resources, d.URI, r, replace, "resource")
	})
}

func (s *Server) addTemplate(t TemplateDef, replace bool) error {
	uris, err := parseTemplate(t.URITemplate)
	if err != nil {
		return fmt.Errorf("resource template %q: %w", t.URITemplate, err)
	}
	r, err := newResource(ResourceDef{
		URI: t.URITemplate, Name: t.Name, Title: t.Title, Description: t.Description, MIMEType: t.MIMEType,
		Annotations: t.Annotations, Icons: t.Icons, Meta: t.Meta, TTL: t.TTL, Private: t.Private, Subscribe: t.Subscribe, Hidden: t.Hidden,
		Timeout: t.Timeout, Scopes: t.Scopes, Errors: t.Errors, Call: t.Call,
	})
	if err != nil {
		return err
	}
	r.uris, r.variables = uris, t.Variables
	return s.change(changedResources, func(reg *registry) error {
		return put(&reg.templates, t.URITemplate, r, replace, "resource template")
	})
}

func newResource(d ResourceDef) (*resource, error) {
	if d.URI == "" || d.Name == "" || d.Call == nil {
		return nil, fmt.Errorf("resource %q needs a URI, a name and a function", d.URI)
	}
	if err := d.checkUI(); err != nil {
		return nil, fmt.Errorf("resource %q: %w", d.URI, err)
	}
	if d.Meta != "" {
		meta, err := compactObject(d.Meta, false)
		if err != nil {
			return nil, fmt.Errorf("resource %q: %w", d.URI, err)
		}
		d.Meta = meta
	}
	d.Private = d.Private || len(d.Scopes) > 0
	op := operation{
		kind: "resource", name: d.Name, timeout: d.Timeout, scopes: d.Scopes, errors: d.Errors, asks: true, call: d.Call,
	}
	return &resource{operation: op, def: d}, nil
}

// appendJSON appends the descriptor with what a revision knows of.
func (r *resource) appendJSON(b []byte, rev revision) []byte {
	d := &r.def
	key := `{"uri":`
	if r.uris != nil {
		key = `{"uriTemplate":`
	}
	b = codec.AppendString(append(b, key...), d.URI)
	b = appendMember(b, "name", d.Name)
	if rev >= rev20250618 {
		b = appendMember(b, "title", d.Title)
	}
	b = appendMember(b, "description", d.Description)
	b = appendMember(b, "mimeType", d.MIMEType)
	e := codec.NewEncoder(b)
	if d.Size > 0 && r.uris == nil {
		e.Raw(`,"size":`)
		e.Int(d.Size)
	}
	if d.Annotations != nil {
		e.Raw(`,"annotations":`)
		d.Annotations.append(e, rev)
	}
	b = e.Bytes()
	if rev >= rev20251125 {
		b = appendIcons(b, d.Icons)
	}
	if rev >= rev20250618 && d.Meta != "" {
		b = append(append(b, `,"_meta":`...), d.Meta...)
	}
	return append(b, '}')
}
