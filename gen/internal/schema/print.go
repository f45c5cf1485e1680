package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
)

// keywords is the order of keywords in print: what a thing is, its rules, its
// parts, its annotations. Unknown keywords follow in alphabetical order, and
// $defs come last.
var keywords = strings.Fields(`
	$schema $id $anchor $ref $dynamicRef
	type title description format pattern contentEncoding contentMediaType contentSchema
	const enum
	minimum exclusiveMinimum maximum exclusiveMaximum multipleOf minLength maxLength
	prefixItems items contains minContains maxContains minItems maxItems uniqueItems
	properties required patternProperties additionalProperties propertyNames minProperties maxProperties
	dependentRequired dependentSchemas oneOf anyOf allOf not if then else
	default examples deprecated readOnly writeOnly x-mcp-header`)

// A member is one keyword of a schema with its value as JSON.
type member struct {
	name string
	raw  []byte
}

// encode prints a schema as compact JSON, the same on every run: keywords in a
// fixed order, properties as declared, text without HTML escapes, numbers as
// written. An empty schema is {} and never true, which some clients refuse.
// invopop's own MarshalJSON does none of this.
func encode(s *jsonschema.Schema) (string, error) {
	raw, err := encodeSchema(s)
	return string(raw), err
}

func encodeSchema(s *jsonschema.Schema) ([]byte, error) {
	if s == jsonschema.FalseSchema {
		return []byte("false"), nil
	}
	p := &printer{}
	p.text("$schema", s.Version)
	p.text("$ref", s.Ref)
	p.text("type", s.Type)
	p.text("title", s.Title)
	p.text("description", s.Description)
	p.text("format", s.Format)
	p.text("pattern", s.Pattern)
	p.text("contentEncoding", s.ContentEncoding)
	p.text("contentMediaType", s.ContentMediaType)
	p.any("const", s.Const)
	p.list("enum", s.Enum)
	p.text("minimum", s.Minimum)
	p.text("exclusiveMinimum", s.ExclusiveMinimum)
	p.text("maximum", s.Maximum)
	p.text("exclusiveMaximum", s.ExclusiveMaximum)
	p.text("multipleOf", s.MultipleOf)
	for name, n := range map[string]*uint64{
		"minLength": s.MinLength, "maxLength": s.MaxLength, "minItems": s.MinItems, "maxItems": s.MaxItems,
		"minProperties": s.MinProperties, "maxProperties": s.MaxProperties,
	} {
		if n != nil {
			p.any(name, *n)
		}
	}
	p.flag("uniqueItems", s.UniqueItems)
	p.schema("items", s.Items)
	p.properties(s)
	if len(s.Required) > 0 {
		p.any("required", s.Required)
	}
	p.schema("additionalProperties", s.AdditionalProperties)
	p.schema("propertyNames", s.PropertyNames)
	p.schemas("oneOf", s.OneOf)
	p.schemas("anyOf", s.AnyOf)
	p.any("default", s.Default)
	p.list("examples", s.Examples)
	p.flag("deprecated", s.Deprecated)
	p.flag("readOnly", s.ReadOnly)
	p.flag("writeOnly", s.WriteOnly)
	p.definitions(s.Definitions)
	for name, v := range s.Extras {
		p.drop(name)
		p.any(name, v)
	}
	return p.object()
}

// A printer collects the members of one schema.
type printer struct {
	members []member
	err     error
}

// put adds a member whose value is JSON already.
func (p *printer) put(name string, raw []byte, err error) {
	if err != nil && p.err == nil {
		p.err = fmt.Errorf("%s: %w", name, err)
	}
	p.members = append(p.members, member{name, raw})
}

// any adds a member unless its value is nil.
func (p *printer) any(name string, v any) {
	if v != nil {
		raw, err := marshal(v)
		p.put(name, raw, err)
	}
}

// text adds a string or a number unless it is empty.
func (p *printer) text(name string, v any) {
	switch v := v.(type) {
	case string:
		if v != "" {
			p.any(name, v)
		}
	case json.Number:
		if v != "" {
			p.any(name, v)
		}
	}
}

func (p *printer) flag(name string, v bool) {
	if v {
		p.any(name, v)
	}
}

func (p *printer) list(name string, v []any) {
	if len(v) > 0 {
		p.any(name, v)
	}
}

func (p *printer) schema(name string, s *jsonschema.Schema) {
	if s != nil {
		raw, err := encodeSchema(s)
		p.put(name, raw, err)
	}
}

func (p *printer) schemas(name string, list []*jsonschema.Schema) {
	if len(list) == 0 {
		return
	}
	var parts [][]byte
	for _, s := range list {
		raw, err := encodeSchema(s)
		if err != nil {
			p.put(name, nil, err)
			return
		}
		parts = append(parts, raw)
	}
	p.put(name, slices.Concat([]byte("["), bytes.Join(parts, []byte(",")), []byte("]")), nil)
}

// properties adds the properties in the order of declaration.
func (p *printer) properties(s *jsonschema.Schema) {
	if s.Properties == nil {
		return
	}
	inner := &printer{}
	for pair := s.Properties.Oldest(); pair != nil; pair = pair.Next() {
		inner.schema(pair.Key, pair.Value)
	}
	raw, err := inner.join()
	p.put("properties", raw, err)
}

func (p *printer) definitions(defs jsonschema.Definitions) {
	if len(defs) == 0 {
		return
	}
	inner := &printer{}
	for _, name := range slices.Sorted(maps.Keys(defs)) {
		inner.schema(name, defs[name])
	}
	raw, err := inner.join()
	p.put("$defs", raw, err)
}

// drop removes a member, so that none is ever printed twice.
func (p *printer) drop(name string) {
	p.members = slices.DeleteFunc(p.members, func(m member) bool { return m.name == name })
}

// object prints the members in the order of keywords.
func (p *printer) object() ([]byte, error) {
	slices.SortFunc(p.members, func(a, b member) int {
		if d := rank(a.name) - rank(b.name); d != 0 {
			return d
		}
		return strings.Compare(a.name, b.name)
	})
	return p.join()
}

// join prints the members as they stand.
func (p *printer) join() ([]byte, error) {
	if p.err != nil {
		return nil, p.err
	}
	out := []byte{'{'}
	for i, m := range p.members {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := marshal(m.name)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, name...), ':'), m.raw...)
	}
	return append(out, '}'), nil
}

func rank(name string) int {
	if name == "$defs" {
		return len(keywords) + 1
	}
	if i := slices.Index(keywords, name); i >= 0 {
		return i
	}
	return len(keywords)
}

// marshal is json.Marshal without HTML escapes. Raw values are compacted.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// empty tells that a schema accepts everything and says nothing.
func empty(s *jsonschema.Schema) bool {
	return reflect.DeepEqual(s, &jsonschema.Schema{})
}
