package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// handwritten makes the schema of a type from its mcp:schema directive. It is
// kept keyword by keyword, so that it prints like the rest and a field can put
// its own description beside it.
func (b *builder) handwritten(t *model.Type, u *use) typed {
	out := typed{schema: &jsonschema.Schema{}}
	pos := t.SchemaPos
	if pos.Filename == "" && u != nil && u.field != nil {
		pos = u.field.Pos
	}
	if err := checkFragment(t.Schema); err != nil {
		b.diags.Add(pos, diag.BadSchema, "write one JSON Schema object of draft 2020-12 that needs nothing outside itself",
			"the schema in mcp:schema cannot be used: %v", err)
		return out
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(t.Schema), &members); err != nil {
		b.diags.Add(pos, diag.BadSchema, "write one JSON object", "the schema in mcp:schema cannot be read: %v", err)
		return out
	}
	if raw, ok := members["description"]; ok {
		// A field's own description goes before that of its type.
		if err := json.Unmarshal(raw, &out.doc); err == nil {
			delete(members, "description")
		}
	}
	out.schema.Extras = make(map[string]any, len(members))
	for name, raw := range members {
		out.schema.Extras[name] = raw
	}
	return out
}

// checkFragment tells why a hand-written schema cannot stand inside a larger
// one: it is no schema, or refers to something that will not be there.
func checkFragment(text string) error {
	doc, err := parse(text)
	if err != nil {
		return err
	}
	object, ok := doc.(map[string]any)
	if !ok {
		return fmt.Errorf("it is %s, not an object", kindOf(doc))
	}
	if err := selfContained(object, ""); err != nil {
		return err
	}
	_, err = compile(text)
	return err
}

// outside are keywords that tie a schema to its document or to another one.
var outside = []string{"$schema", "$id", "$ref", "$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor", "$defs", "definitions", "$vocabulary"}

// Where a keyword keeps schemas: as its value, in a list, or by name.
var (
	schemaKeywords = []string{"items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else",
		"unevaluatedItems", "unevaluatedProperties", "contentSchema"}
	schemaListKeywords = []string{"prefixItems", "oneOf", "anyOf", "allOf"}
	schemaMapKeywords  = []string{"properties", "patternProperties", "dependentSchemas"}
)

// selfContained reports the first keyword of a schema, in alphabetical order,
// that refers outside it.
func selfContained(s map[string]any, at string) error {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if slices.Contains(outside, name) {
			return fmt.Errorf("%s/%s ties it to another document", at, name)
		}
		for path, sub := range subschemas(name, s[name]) {
			if err := selfContained(sub, at+path); err != nil {
				return err
			}
		}
	}
	return nil
}

// subschemas gives the schemas in the value of a keyword with their paths.
// Order does not matter to its caller but for which error comes first.
func subschemas(keyword string, v any) map[string]map[string]any {
	out := map[string]map[string]any{}
	add := func(path string, v any) {
		if m, ok := v.(map[string]any); ok {
			out[path] = m
		}
	}
	at := "/" + keyword
	switch {
	case slices.Contains(schemaKeywords, keyword):
		add(at, v)
	case slices.Contains(schemaListKeywords, keyword):
		list, _ := v.([]any)
		for i, e := range list {
			add(at+"/"+strconv.Itoa(i), e)
		}
	case slices.Contains(schemaMapKeywords, keyword):
		byName, _ := v.(map[string]any)
		for name, e := range byName {
			add(at+"/"+escapeToken(name), e)
		}
	}
	return out
}

// extras adds the author's further keywords. They may annotate; what mcpgen
// writes itself comes from rules, so that the decoder knows of it too.
func (b *builder) extras(s *jsonschema.Schema, f *model.Field) {
	if f.Header != "" && b.input {
		s.Extras = setExtra(s.Extras, "x-mcp-header", f.Header)
	}
	for _, kv := range f.Extras {
		if slices.Contains(keywords, kv.Key) || slices.Contains(outside, kv.Key) {
			b.diags.Add(f.Pos, diag.ExtraKeyword, "use the keyword of that meaning in the jsonschema tag, or remove it",
				"the extra keyword %s of %s is one that mcpgen writes itself", kv.Key, f.Name)
			continue
		}
		s.Extras = setExtra(s.Extras, kv.Key, json.RawMessage(kv.Value))
	}
}

func setExtra(m map[string]any, key string, v any) map[string]any {
	if m == nil {
		m = map[string]any{}
	}
	m[key] = v
	return m
}

// escapeToken escapes a name as one token of a JSON Pointer.
func escapeToken(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
