package caller

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// A schema is one of a tool's input, as far as typing words needs it. What it says
// of values is checked by rawschema afterwards.
type schema struct {
	node any // map[string]any, bool, or nil for a value of any kind
	root any
}

// maxDepth bounds how many references are followed one after the other.
const maxDepth = 32

func parseSchema(text []byte) (schema, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var root any
	err := d.Decode(&root)
	return schema{root, root}, err
}

// object gives the keywords, with references followed.
func (s schema) object() map[string]any {
	for range maxDepth {
		m, ok := s.node.(map[string]any)
		if !ok {
			return nil
		}
		ref, ok := m["$ref"].(string)
		if !ok {
			return m
		}
		s.node = s.lookUp(ref)
	}
	return nil
}

// lookUp follows a reference inside the document.
func (s schema) lookUp(ref string) any {
	path, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return nil
	}
	node := s.root
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		switch v := node.(type) {
		case map[string]any:
			if path != "" {
				node = v[part]
			}
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(v) {
				return nil
			}
			node = v[i]
		default:
			return nil
		}
	}
	return node
}

// maxParts bounds how many schemas may say something about one value.
const maxParts = 256

// parts are the schemas that say something about the same value.
func (s schema) parts() []schema {
	out := []schema{s}
	for i := 0; i < len(out); i++ {
		m := out[i].object()
		out[i].node = m
		for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
			list, _ := m[keyword].([]any)
			for _, sub := range list[:min(len(list), maxParts-len(out))] {
				out = append(out, schema{sub, s.root})
			}
		}
	}
	return out
}

// types are the kinds of value that fit, none when any kind does.
func (s schema) types() []string {
	var out []string
	for _, part := range s.parts() {
		out = append(out, part.ownTypes()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (s schema) ownTypes() []string {
	m := s.object()
	switch t := m["type"].(type) {
	case string:
		return []string{t}
	case []any:
		var out []string
		for _, one := range t {
			if name, ok := one.(string); ok {
				out = append(out, name)
			}
		}
		return out
	}
	values, _ := m["enum"].([]any)
	if c, ok := m["const"]; ok {
		values = append(slices.Clip(values), c)
	}
	var out []string
	for _, v := range values {
		out = append(out, typeOf(v))
	}
	if m["properties"] != nil {
		out = append(out, "object")
	}
	return out
}

func typeOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case json.Number:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	default:
		return "null"
	}
}

// property gives the schema of a member, and whether the schema names it.
func (s schema) property(name string) (member schema, named bool) {
	parts := s.parts()
	for _, part := range parts {
		props, _ := part.object()["properties"].(map[string]any)
		if p, ok := props[name]; ok {
			return schema{p, s.root}, true
		}
	}
	for _, part := range parts {
		if more, ok := part.object()["additionalProperties"].(map[string]any); ok {
			return schema{more, s.root}, false
		}
	}
	return schema{nil, s.root}, false
}

// names are the members that the schema names.
func (s schema) names() []string {
	var out []string
	for _, part := range s.parts() {
		props, _ := part.object()["properties"].(map[string]any)
		for name := range props {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// closed reports whether other members are refused.
func (s schema) closed() bool {
	more, ok := s.object()["additionalProperties"].(bool)
	return ok && !more
}

// items is the schema of the elements.
func (s schema) items() schema {
	for _, part := range s.parts() {
		if items, ok := part.object()["items"]; ok {
			return schema{items, s.root}
		}
	}
	return schema{nil, s.root}
}

// text gives a keyword that is text.
func (s schema) text(keyword string) string {
	v, _ := s.object()[keyword].(string)
	return v
}
