package schema

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// A builder makes one schema document.
type builder struct {
	profile Profile
	input   bool // arguments, not a result
	exact   bool // for checking values: bounds that are too fine to publish
	defs    jsonschema.Definitions
	names   map[any]string // of *model.Def and *model.Variant in defs
	at      string         // JSON Pointer of the schema being built
	values  []value        // what the author wrote, to be checked against the document
	diags   diag.List

	// patterns are those that the validator cannot read as they are published.
	patterns []pattern
	// rules are those that keywords cannot say, by the name of a format that
	// stands for them in an exact schema.
	rules map[string]textRule
}

// A pattern is a regular expression in the dialect of clients, and the same for
// package regexp.
type pattern struct {
	schema         *jsonschema.Schema
	published, re2 string
}

func newBuilder(profile Profile, input bool) *builder {
	return &builder{profile: profile, input: input, defs: jsonschema.Definitions{}, names: map[any]string{}, rules: map[string]textRule{}}
}

// root makes the document of an arguments object. Its description is left out:
// the tool has one.
func (b *builder) root(d *model.Def) *jsonschema.Schema {
	return b.document(b.object(d))
}

// result makes the document of a tool's structured result.
func (b *builder) result(t *model.Tool) *jsonschema.Schema {
	if t.Output.Form == model.OutputWrapped {
		leave := b.enter("/properties/result")
		inner := b.typed(published(t), nil, false)
		leave()
		inner.describe("")
		s := &jsonschema.Schema{Type: "object", Properties: jsonschema.NewProperties(), Required: []string{"result"}}
		s.Properties.Set("result", inner.schema)
		return b.document(s)
	}
	typ := published(t)
	for typ.Kind == model.Pointer {
		typ = typ.Elem // a result is there or is an error; it is never null
	}
	if typ.Kind == model.Struct && typ.Schema == "" {
		s := b.object(typ.Def)
		s.Description = typ.Def.Doc
		return b.document(s)
	}
	inner := b.typed(typ, nil, false)
	inner.describe("")
	return b.document(inner.schema)
}

// published is the type whose schema describes a result: its own, or the one
// that output= names.
func published(t *model.Tool) *model.Type {
	if t.Output.Schema != nil {
		return t.Output.Schema
	}
	return t.Output.Type
}

// document completes a root with what only a root has.
func (b *builder) document(s *jsonschema.Schema) *jsonschema.Schema {
	if b.profile == Full && !b.exact {
		s.Version = jsonschema.Version
	}
	if len(b.defs) > 0 {
		s.Definitions = b.defs
	}
	return s
}

// needsObject tells that a document does not say at its root that it is an
// object, which only a hand-written schema can bring about.
func (b *builder) needsObject(s *jsonschema.Schema) bool {
	if raw, ok := s.Extras["type"].(json.RawMessage); ok {
		return string(raw) != `"object"`
	}
	return s.Type != "object"
}

// enter moves to a schema below the present one; the returned function moves
// back.
func (b *builder) enter(path string) (leave func()) {
	old := b.at
	b.at += path
	return func() { b.at = old }
}

// object makes the schema of a struct.
func (b *builder) object(d *model.Def) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object"}
	if b.input && !d.Lenient {
		s.AdditionalProperties = jsonschema.FalseSchema
	}
	for i := range d.Fields {
		f := &d.Fields[i]
		if f.Hidden {
			continue
		}
		if s.Properties == nil {
			s.Properties = jsonschema.NewProperties()
		}
		s.Properties.Set(f.Name, b.property(f))
		if b.required(f) {
			s.Required = append(s.Required, f.Name)
		}
	}
	return s
}

// required tells that a property is always there: that the author demands it in
// arguments, or that the encoder writes it in every result.
func (b *builder) required(f *model.Field) bool {
	if b.input {
		return f.Required
	}
	for i, step := range f.Path {
		if step.Pointer && i < len(f.Path)-1 {
			return false // promoted from an embedded pointer, which may be nil
		}
	}
	return !f.OmitEmpty && !f.OmitZero
}

// property makes the schema of one field, its own words and rules included.
func (b *builder) property(f *model.Field) *jsonschema.Schema {
	defer b.enter("/properties/" + escapeToken(f.Name))()
	u := &use{rules: &f.Rules, field: f}
	var t typed
	if f.Nullable {
		t = b.nullable(f.Type, u, f.AsString)
	} else {
		t = b.typed(f.Type, u, f.AsString)
	}
	t.describe(f.Doc)
	s := t.schema
	s.Title = f.Title
	s.Deprecated, s.ReadOnly, s.WriteOnly = f.Deprecated, f.ReadOnly, f.WriteOnly
	if f.Default != "" && b.input { // in a result, absent means the zero value
		v := value{pos: cmpPos(f.DefaultPos, f.Pos), code: diag.BadDefault, what: "default of " + f.Name,
			fix: "give a default that fits, or change the rule", json: wireForm(f, f.Default)}
		if b.expect(f, v) {
			s.Default = json.RawMessage(v.json)
		}
	}
	for _, e := range f.Examples {
		v := value{pos: f.Pos, code: diag.BadFieldExample, what: "example of " + f.Name, fix: exampleFix, json: wireForm(f, e)}
		if b.expect(f, v) {
			s.Examples = append(s.Examples, json.RawMessage(v.json))
		}
	}
	b.extras(s, f)
	return s
}

// expect notes a value that has to fit the schema being built. It reports a
// value that cannot be read at all.
func (b *builder) expect(f *model.Field, v value) bool {
	if _, err := parse(v.json); err != nil {
		b.diags.Add(v.pos, v.code, v.fix, "%s cannot be read: %v", v.what, err)
		return false
	}
	v.field, v.at = f, b.at
	b.values = append(b.values, v)
	return true
}

// wireForm gives a default or example of a field as it would be sent: inside a
// string when the field has the ",string" option.
func wireForm(f *model.Field, raw string) string {
	if f.AsString && !strings.HasPrefix(raw, `"`) {
		return strconv.Quote(raw)
	}
	return raw
}

// A typed is the schema of one use of a type, with the words for it.
type typed struct {
	schema *jsonschema.Schema
	doc    string // the type's own description, for want of a better one
	note   string // what has to be said in any case, such as the form of a duration
}

// describe sets the description to the given words, or else to those of the
// type, and appends the note.
func (t *typed) describe(doc string) {
	if doc == "" {
		doc = t.doc
	}
	t.schema.Description = joinText(doc, t.note)
}

// A use is how a field uses its type: with which rules, and where it says so.
type use struct {
	rules *model.Rules
	field *model.Field
}

// items is the use of the elements of an array or map.
func (u *use) items() *use {
	if u == nil || u.rules == nil {
		return nil
	}
	return &use{rules: u.rules.Items, field: u.field}
}

// typed makes the schema of a use of a type. Pointers are transparent in
// arguments, where optional means absent. In results a nil pointer is null.
func (b *builder) typed(t *model.Type, u *use, asString bool) typed {
	switch {
	case t.Schema != "":
		return b.handwritten(t, u)
	case t.Kind == model.Pointer && b.input:
		return b.typed(t.Elem, u, asString)
	case t.Kind == model.Opt, t.Kind == model.Pointer && b.exposesNil(u):
		return b.nullable(t.Elem, u, asString)
	case t.Kind == model.Pointer:
		return b.typed(t.Elem, u, asString)
	case asString:
		return b.quoted(t, u)
	}
	out := b.plain(t, u)
	b.apply(out.schema, t, u)
	return out
}

// exposesNil tells that a nil pointer at this place of a result is written as
// null, and not left out.
func (b *builder) exposesNil(u *use) bool {
	return u == nil || u.field == nil || u.rules != &u.field.Rules || !u.field.OmitEmpty && !u.field.OmitZero
}

// nullable makes the schema of a value that may be null. It is a composition
// and not a list of types, which some clients do not read.
func (b *builder) nullable(elem *model.Type, u *use, asString bool) typed {
	leave := b.enter("/anyOf/0")
	inner := b.typed(elem, u, asString)
	leave()
	if len(inner.schema.AnyOf) > 0 && inner.schema.Type == "" {
		return inner // nullable already
	}
	inner.schema = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{inner.schema, {Type: "null"}}}
	return inner
}

// plain makes the schema of a type without rules.
func (b *builder) plain(t *model.Type, u *use) typed {
	switch t.Kind {
	case model.Bool:
		return typed{schema: &jsonschema.Schema{Type: "boolean"}}
	case model.Int, model.Uint:
		return typed{schema: b.integer(t)}
	case model.Float:
		return typed{schema: b.float(t)}
	case model.Number:
		return typed{schema: &jsonschema.Schema{Type: "number"}}
	case model.String:
		return typed{schema: &jsonschema.Schema{Type: "string"}}
	case model.Text:
		return typed{schema: &jsonschema.Schema{Type: "string", Format: t.Format}, note: textNote(t)}
	case model.Bytes:
		return typed{schema: &jsonschema.Schema{Type: "string", ContentEncoding: "base64"}}
	case model.Time:
		return typed{schema: b.time()}
	case model.URL:
		return typed{schema: &jsonschema.Schema{Type: "string", Format: "uri"}}
	case model.Duration:
		return typed{schema: b.duration(u), note: sentence(`A duration such as "1h30m" or "500ms"`, rangeText(u))}
	case model.Slice, model.Array:
		return typed{schema: b.array(t, u)}
	case model.Map:
		return typed{schema: b.mapping(t, u)}
	case model.Struct, model.Enum, model.Union, model.Loop:
		return b.definition(t.Def)
	default: // Any, Raw
		return typed{schema: &jsonschema.Schema{}}
	}
}

// array makes the schema of a slice or an array.
func (b *builder) array(t *model.Type, u *use) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "array", Items: b.elem(t.Elem, u, "/items")}
	if t.Kind == model.Array {
		s.MinItems, s.MaxItems = count(t.Len), count(t.Len)
	}
	return s
}

// mapping makes the schema of a map. A map to anything is any object.
func (b *builder) mapping(t *model.Type, u *use) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", PropertyNames: b.key(t.Key)}
	if elem := b.elem(t.Elem, u, "/additionalProperties"); !empty(elem) {
		s.AdditionalProperties = elem
	}
	return s
}

func (b *builder) elem(t *model.Type, u *use, path string) *jsonschema.Schema {
	defer b.enter(path)()
	e := b.typed(t, u.items(), false)
	e.describe("")
	return e.schema
}

// key makes the schema of a map's keys, or nil when any string is one.
func (b *builder) key(t *model.Type) *jsonschema.Schema {
	switch t.Kind {
	case model.Int:
		return &jsonschema.Schema{Pattern: intPattern}
	case model.Uint:
		return &jsonschema.Schema{Pattern: uintPattern}
	case model.Text:
		if t.Format != "" {
			return &jsonschema.Schema{Format: t.Format}
		}
	case model.Enum:
		if t.Def.Open {
			return b.key(t.Def.Base)
		}
		return &jsonschema.Schema{Enum: keyValues(t.Def)}
	}
	return nil
}

// definition makes the schema of a named type: written out, or a reference into
// $defs when the type is recursive or the profile shares every type.
func (b *builder) definition(d *model.Def) typed {
	if !b.shared(d) {
		return b.body(d)
	}
	return b.share(d, d.Name, func() *jsonschema.Schema {
		t := b.body(d)
		t.describe("")
		return t.schema
	})
}

// share puts what build gives into $defs, unless it is there, and refers to it.
func (b *builder) share(key any, name string, build func() *jsonschema.Schema) typed {
	if known, ok := b.names[key]; ok {
		return typed{schema: &jsonschema.Schema{Ref: "#/$defs/" + known}}
	}
	for _, taken := b.defs[name]; taken; _, taken = b.defs[name] {
		name += "_"
	}
	b.names[key] = name
	b.defs[name] = nil // taken, and known before its own body refers to it
	outer := b.at
	b.at = "/$defs/" + name
	b.defs[name] = build()
	b.at = outer
	return typed{schema: &jsonschema.Schema{Ref: "#/$defs/" + name}}
}

// shared tells that a definition lives in $defs. One with a header parameter
// must not when it can be helped: clients look for those along properties only.
func (b *builder) shared(d *model.Def) bool {
	if d.Recursive {
		return true
	}
	return b.profile == Full && d.Go.Form == model.Named && !hasHeader(d)
}

func hasHeader(d *model.Def) bool {
	for _, f := range d.Fields {
		t := strip(f.Type)
		if f.Header != "" || t.Kind == model.Struct && !t.Def.Recursive && hasHeader(t.Def) {
			return true
		}
	}
	return false
}

func (b *builder) body(d *model.Def) typed {
	switch d.Kind {
	case model.Enum:
		return b.enum(d)
	case model.Union:
		return b.union(d)
	case model.Loop:
		return typed{schema: b.typed(d.Base, nil, false).schema, doc: d.Doc}
	default:
		return typed{schema: b.object(d), doc: d.Doc}
	}
}

// enum makes the schema of a type with constants.
func (b *builder) enum(d *model.Def) typed {
	t := b.plain(d.Base, nil)
	t.doc, t.note = d.Doc, enumNote(d)
	if d.Open {
		return t
	}
	// The list of values says all; a range beside it would be noise.
	t.schema = &jsonschema.Schema{Type: t.schema.Type}
	for _, v := range d.Values {
		t.schema.Enum = append(t.schema.Enum, json.RawMessage(v.JSON))
	}
	return t
}

// union makes the schema of a sealed interface: one of its variants, told apart
// by the tag.
func (b *builder) union(d *model.Def) typed {
	s := &jsonschema.Schema{}
	for i := range d.Variants {
		leave := b.enter("/oneOf/" + strconv.Itoa(i))
		s.OneOf = append(s.OneOf, b.variant(d, &d.Variants[i]))
		leave()
	}
	return typed{schema: s, doc: d.Doc}
}

// variant makes the schema of one member of a union: its properties after the
// tag, which has the member's value.
func (b *builder) variant(d *model.Def, v *model.Variant) *jsonschema.Schema {
	if !b.shared(v.Def) {
		return b.tagged(d, v)
	}
	return b.share(v, d.Name+"_"+v.Def.Name, func() *jsonschema.Schema { return b.tagged(d, v) }).schema
}

func (b *builder) tagged(d *model.Def, v *model.Variant) *jsonschema.Schema {
	body := b.object(v.Def)
	s := &jsonschema.Schema{
		Type:                 "object",
		Description:          v.Def.Doc,
		Properties:           jsonschema.NewProperties(),
		Required:             []string{d.Tag},
		AdditionalProperties: body.AdditionalProperties,
	}
	s.Properties.Set(d.Tag, &jsonschema.Schema{Type: "string", Const: v.Value})
	if body.Properties != nil {
		for p := body.Properties.Oldest(); p != nil; p = p.Next() {
			if p.Key != d.Tag {
				s.Properties.Set(p.Key, p.Value)
			}
		}
	}
	for _, name := range body.Required {
		if name != d.Tag {
			s.Required = append(s.Required, name)
		}
	}
	return s
}
