package scan

import (
	"go/token"
	"regexp"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// mark walks from the functions to every definition they reach, notes who needs a
// decoder and who an encoder, and reports types that go one way only.
func (s *scanner) mark() {
	for _, d := range s.defs {
		d.Recursive = reaches(d, d, map[*model.Def]bool{})
	}
	for _, fn := range s.out.Functions() {
		in := marker{s: s, tool: fn, decode: true, headers: map[string]token.Position{}}
		in.def(fn.Input, true)
		out := marker{s: s, tool: fn}
		if fn.Output.Type != nil {
			out.typ(fn.Output.Type, use{pos: fn.Pos, what: "the result of " + fn.Func})
		}
		// A declared schema describes a result and is neither read nor written.
		if fn.Output.Schema != nil {
			described := marker{s: s, tool: fn, describe: true}
			described.typ(fn.Output.Schema, use{pos: fn.Pos, what: "output= of " + fn.Func})
		}
	}
	for _, form := range s.out.Forms {
		in := marker{s: s, decode: true}
		in.def(form.Def, false)
	}
}

// A marker walks the definitions that one function or form reads or writes.
type marker struct {
	s        *scanner
	tool     *model.Function // nil for a form
	decode   bool            // arguments, not a result
	describe bool            // only a schema is needed
	// headers holds the names of x-mcp-header in lower case.
	headers map[string]token.Position
	visited map[*model.Def]bool
}

// A use is the place that a type is reached from.
type use struct {
	pos  token.Position
	what string
	flat bool // reached from the arguments along properties only
}

// def walks the fields of a definition. Flat tells that it is reached along
// properties only, which headers need.
func (m *marker) def(d *model.Def, flat bool) {
	if m.visited == nil {
		m.visited = map[*model.Def]bool{}
	}
	again := m.visited[d]
	m.visited[d] = true
	switch {
	case m.describe:
	case m.decode:
		d.Decoded = true
	default:
		d.Encoded = true
	}
	for i := range d.Fields {
		f := &d.Fields[i]
		if m.decode && m.tool != nil {
			m.header(f, flat && !again && !d.Recursive)
			if !again {
				m.propertyName(f)
			}
		}
		if !again {
			m.typ(f.Type, use{f.Pos, "property " + f.Name, flat && !f.Nullable})
		}
	}
	if d.Kind == model.Loop && !again {
		m.typ(d.Base, use{d.Pos, d.Name, false})
	}
	for i := range d.Variants {
		if !again {
			m.def(d.Variants[i].Def, false)
		}
	}
}

func (m *marker) typ(t *model.Type, u use) {
	switch {
	case t.Plain != nil:
	case m.decode && t.WriteOnly:
		m.s.reportf(u.pos, diag.WriteOnlyType, "add the other method, or take a string and convert it",
			"%s cannot be read: its type can be written but has no %s", u.what, missing(t, "Unmarshal"))
	case !m.decode && !m.describe && t.ReadOnly:
		m.s.reportf(u.pos, diag.ReadOnlyType, "add the other method, or return a string",
			"%s cannot be written: its type can be read but has no %s", u.what, missing(t, "Marshal"))
	}
	if t.Def != nil {
		m.def(t.Def, u.flat)
	}
	u.flat = u.flat && t.Kind == model.Pointer
	if t.Key != nil {
		m.typ(t.Key, u)
	}
	if t.Elem != nil {
		m.typ(t.Elem, u)
	}
}

// missing names the method that a type lacks.
func missing(t *model.Type, verb string) string {
	if t.Kind == model.JSON {
		return verb + "JSON"
	}
	return verb + "Text"
}

// header checks the x-mcp-header of a property: clients look for it along
// properties only, and names must be unique whatever their case.
func (m *marker) header(f *model.Field, flat bool) {
	if f.Header == "" {
		return
	}
	name := strings.ToLower(f.Header)
	switch _, taken := m.headers[name]; {
	case !flat:
		m.s.reportf(f.Pos, diag.BadHeader, "remove it, or move the property to the arguments object",
			"property %s of %s has a header, but is inside a list, a map, a recursive type or a choice, or there twice", f.Name, m.tool.Func)
	case taken:
		m.s.reportf(f.Pos, diag.HeaderTaken, "choose another name", "two properties of %s have the header %s", m.tool.Func, f.Header)
	default:
		m.headers[name] = f.Pos
	}
}

// portableProperty is what all known clients take as the name of a property.
var portableProperty = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,64}$`)

func (m *marker) propertyName(f *model.Field) {
	if m.s.opts.Full || portableProperty.MatchString(f.Name) {
		return
	}
	m.s.reportf(f.Pos, diag.PropertyName, "choose another name, by the json tag of a field or by //mcp:param name=",
		"some clients refuse a property called %q: 1 to 64 letters, digits, _, . and - are accepted", f.Name)
}

// reaches reports whether a definition is reached from the properties of d.
func reaches(d, goal *model.Def, seen map[*model.Def]bool) bool {
	if seen[d] {
		return false
	}
	seen[d] = true
	leads := func(t *model.Type) bool {
		for ; t != nil; t = t.Elem {
			if t.Def != nil && (t.Def == goal || reaches(t.Def, goal, seen)) {
				return true
			}
		}
		return false
	}
	for i := range d.Fields {
		if leads(d.Fields[i].Type) {
			return true
		}
	}
	if d.Kind == model.Loop && leads(d.Base) {
		return true
	}
	for i := range d.Variants {
		if v := d.Variants[i].Def; v == goal || reaches(v, goal, seen) {
			return true
		}
	}
	return false
}
