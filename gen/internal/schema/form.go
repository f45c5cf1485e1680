package schema

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/invopop/jsonschema"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// FormSchemas are the schemas of one form as JSON texts, in the flat subset that
// the protocol has for elicitation.
type FormSchemas struct {
	// Schema is for 2025-11-25 and later.
	Schema string
	// Schema20250618 is for clients of that revision: values have no titles but
	// enumNames, only booleans have defaults, and choices of several values are
	// left out.
	Schema20250618 string
	// Since20251125 tells that a choice of several values is required, so that
	// older clients cannot fill in the form.
	Since20251125 bool
}

// Forms makes the schemas of every form of p, by the name of its definition. The
// diagnostics name defaults that do not fit.
func Forms(p *model.Package) (map[string]FormSchemas, diag.List) {
	g := &generation{checked: map[*model.Field]bool{}}
	schemas := make(map[string]FormSchemas, len(p.Forms))
	for _, f := range p.Forms {
		of := subject{f.Pos, f.Def.Name, f.Def.Name}
		s := FormSchemas{Schema: g.form(f.Def, of, false)}
		if s.Schema == "" {
			continue
		}
		g.verify(of, func(b *builder) *jsonschema.Schema { return b.root(f.Def) }, true, nil)
		s.Schema20250618 = g.form(f.Def, of, true)
		s.Since20251125 = slices.ContainsFunc(f.Def.Fields, func(f model.Field) bool {
			return f.Required && f.Type.Kind == model.Slice
		})
		schemas[f.Def.Name] = s
	}
	g.diags.Sort()
	return schemas, g.diags
}

// form makes one schema of a form.
func (g *generation) form(d *model.Def, of subject, old bool) string {
	b := newBuilder(Portable, true)
	root := &jsonschema.Schema{Type: "object", Properties: jsonschema.NewProperties()}
	for i := range d.Fields {
		f := &d.Fields[i]
		t := strip(f.Type)
		if old && t.Kind == model.Slice {
			continue
		}
		root.Properties.Set(f.Name, b.question(f, t, old))
		if f.Required {
			root.Required = append(root.Required, f.Name)
		}
	}
	return g.finish(b, root, of)
}

// strip gives what a pointer points to.
func strip(t *model.Type) *model.Type {
	if t.Kind == model.Pointer {
		return t.Elem
	}
	return t
}

// The formats of strings that clients know in forms.
var formFormats = []string{"email", "uri", "date", "date-time"}

// question makes the schema of one field of a form.
func (b *builder) question(f *model.Field, t *model.Type, old bool) *jsonschema.Schema {
	s := b.property(f)
	s.Pattern = "" // that of a duration, which the description has in words
	if !slices.Contains(formFormats, s.Format) {
		s.Format = ""
	}
	switch {
	case t.Kind == model.Enum && !t.Def.Open:
		chooseOne(s, t.Def, old)
		s.Description = firstText(f.Doc, t.Def.Doc)
	case t.Kind == model.Slice && t.Elem.Kind == model.Enum:
		s.Items = &jsonschema.Schema{Type: "string"}
		chooseSome(s.Items, t.Elem.Def)
	}
	if old && t.Kind != model.Bool {
		s.Default = nil
	}
	return s
}

// chooseOne makes s a choice of one constant. Constants with a comment are shown
// by it.
func chooseOne(s *jsonschema.Schema, d *model.Def, old bool) {
	if !titled(d) {
		return
	}
	if !old {
		s.Enum, s.OneOf = nil, choicesOf(d)
		return
	}
	names := make([]string, len(d.Values))
	for i, v := range d.Values {
		names[i] = title(v)
	}
	s.Extras = setExtra(s.Extras, "enumNames", names)
}

// chooseSome makes s, the elements of a list, a choice of constants.
func chooseSome(s *jsonschema.Schema, d *model.Def) {
	if titled(d) {
		*s = jsonschema.Schema{AnyOf: choicesOf(d)}
		return
	}
	for _, v := range d.Values {
		s.Enum = append(s.Enum, json.RawMessage(v.JSON))
	}
}

func choicesOf(d *model.Def) []*jsonschema.Schema {
	var out []*jsonschema.Schema
	for _, v := range d.Values {
		out = append(out, &jsonschema.Schema{Const: json.RawMessage(v.JSON), Title: title(v)})
	}
	return out
}

// titled reports whether some constant says more than its value.
func titled(d *model.Def) bool {
	return slices.ContainsFunc(d.Values, func(v model.EnumValue) bool { return v.Doc != "" })
}

// title is what a user is shown of a constant: its comment, or its value.
func title(v model.EnumValue) string {
	if v.Doc == "" {
		var text string
		if err := json.Unmarshal([]byte(v.JSON), &text); err == nil {
			return text
		}
		return v.JSON
	}
	doc := strings.TrimSuffix(withoutConstant(v.Doc, v.Const), ".")
	return strings.Join(strings.Fields(doc), " ")
}

// withoutConstant drops the name of a constant from the beginning of its comment:
// "Large is for four" becomes "For four".
func withoutConstant(doc, name string) string {
	for _, verb := range []string{" is ", " are ", " means ", ": "} {
		if rest, ok := strings.CutPrefix(doc, name+verb); ok {
			r, size := utf8.DecodeRuneInString(rest)
			return string(unicode.ToUpper(r)) + rest[size:]
		}
	}
	return doc
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
