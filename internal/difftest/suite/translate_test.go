package suite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// errNoType tells that Go has no type with the meaning of a schema.
type errNoType struct{ why string }

func (e errNoType) Error() string { return e.why }

func noType(format string, args ...any) error { return errNoType{fmt.Sprintf(format, args...)} }

// A node is a schema as a Go type.
type node struct {
	goType string
	tags   []string // of a field that has the type
	kind   string   // JSON type
	// implied tells that the schema does not say the type, and lets values of
	// others pass.
	implied bool
	props   map[string]*node
	elem    *node // of lists and maps
	null    bool
	ref     string
}

// A translator makes the types of one schema document.
type translator struct {
	root   any
	prefix string // of the names of types
	elem   string // type of the elements that uniqueItems compares
	decls  strings.Builder
	count  int
	refs   map[string]*node
}

// annotations are keywords that accept everything.
var annotations = []string{"$schema", "$comment", "title", "description", "default", "examples", "$defs", "definitions", "$id", "$anchor", "contentMediaType", "contentEncoding", "contentSchema", "deprecated", "readOnly", "writeOnly"}

// families are the types that keywords are about.
var families = map[string]string{
	"minimum": "number", "maximum": "number", "exclusiveMinimum": "number", "exclusiveMaximum": "number", "multipleOf": "number",
	"minLength": "string", "maxLength": "string", "pattern": "string", "format": "string",
	"items": "array", "minItems": "array", "maxItems": "array", "uniqueItems": "array",
	"properties": "object", "required": "object", "additionalProperties": "object", "minProperties": "object", "maxProperties": "object",
}

// translate gives the type of a schema.
func (t *translator) translate(schema any) (*node, error) {
	switch s := schema.(type) {
	case bool:
		if s {
			return &node{goType: "any"}, nil
		}
		return nil, noType("false")
	case map[string]any:
		return t.object(s)
	}
	return nil, noType("no schema")
}

func (t *translator) object(s map[string]any) (*node, error) {
	words := slices.DeleteFunc(slices.Sorted(maps.Keys(s)), func(w string) bool { return slices.Contains(annotations, w) })
	if _, id := s["$id"]; id {
		return nil, noType("$id")
	}
	switch {
	case len(words) == 0:
		return &node{goType: "any"}, nil
	case len(words) == 1 && words[0] == "$ref":
		return t.reference(s["$ref"])
	case len(words) == 1 && words[0] == "anyOf":
		return t.nullable(s["anyOf"])
	}
	kind, null, err := t.kind(s, words)
	if err != nil {
		return nil, err
	}
	n := &node{kind: kind, null: null, implied: s["type"] == nil && s["enum"] == nil && s["const"] == nil}
	for _, w := range words {
		if f := families[w]; f != "" && f != kind && (f != "number" || kind != "integer") {
			return nil, noType("%s of a %s", w, kind) // it says nothing, and is no keyword there
		}
	}
	switch kind {
	case "boolean":
		n.goType = "bool"
	case "integer":
		n.goType = "int64"
	case "number":
		n.goType = "float64"
	case "string":
		n.goType = "string"
	case "array":
		err = t.array(n, s)
	case "object":
		err = t.members(n, s)
	default:
		err = noType("type %s", kind)
	}
	if err != nil {
		return nil, err
	}
	return n, t.rules(n, s)
}

// kind gives the one type of a schema, and whether it has null too.
func (t *translator) kind(s map[string]any, words []string) (kind string, null bool, err error) {
	switch v := s["type"].(type) {
	case string:
		kind = v
	case []any:
		for _, k := range v {
			if k == "null" {
				null = true
			} else if kind == "" {
				kind, _ = k.(string)
			} else {
				return "", false, noType("several types")
			}
		}
	}
	implied := map[string]bool{}
	for _, w := range words {
		switch w {
		case "type":
		case "enum", "const":
			list, ok := s[w].([]any)
			if !ok || w == "const" {
				list = []any{s[w]}
			}
			if len(list) == 0 {
				return "", false, noType("empty enum")
			}
			for _, v := range list {
				if k := kindOf(v); kind == "" || kind != "integer" || k != "number" {
					implied[k] = true
				}
			}
		default:
			f := families[w]
			if f == "" {
				return "", false, noType("%s", w)
			}
			if kind != "integer" || f != "number" {
				implied[f] = true
			}
		}
	}
	if kind != "" {
		delete(implied, kind)
		if len(implied) > 0 {
			return "", false, noType("keywords of another type")
		}
		return kind, null, nil
	}
	if len(implied) != 1 {
		return "", false, noType("several types")
	}
	for k := range implied {
		kind = k
	}
	return kind, false, nil
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	default:
		return "object"
	}
}

// nullable translates a choice between a type and null.
func (t *translator) nullable(v any) (*node, error) {
	list, ok := v.([]any)
	if !ok || len(list) != 2 {
		return nil, noType("anyOf")
	}
	for i, other := range list {
		if m, ok := other.(map[string]any); ok && len(m) == 1 && m["type"] == "null" {
			n, err := t.translate(list[1-i])
			if err == nil && n.null {
				return nil, noType("anyOf")
			}
			if err == nil {
				own := *n
				own.null = true
				return &own, nil
			}
			return nil, err
		}
	}
	return nil, noType("anyOf")
}

// reference translates a reference into the document, which may be one to a type
// that is still being made.
func (t *translator) reference(v any) (*node, error) {
	ref, _ := v.(string)
	if n := t.refs[ref]; n != nil {
		if n.goType == "" {
			return nil, noType("recursion without a struct")
		}
		return n, nil
	}
	at := t.root
	if ref != "#" {
		rest, ok := strings.CutPrefix(ref, "#/")
		if !ok || strings.Contains(ref, "%") {
			return nil, noType("$ref %s", ref)
		}
		for _, token := range strings.Split(rest, "/") {
			m, ok := at.(map[string]any)
			if !ok {
				return nil, noType("$ref %s", ref)
			}
			at = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(token)]
		}
	}
	n := &node{}
	t.refs[ref] = n
	made, err := t.translate(at)
	if err != nil {
		return nil, err
	}
	name := n.goType
	*n = *made
	if name != "" {
		n.goType = name
	}
	return n, nil
}

// array translates the elements of a list.
func (t *translator) array(n *node, s map[string]any) error {
	items, ok := s["items"]
	switch {
	case ok:
		elem, err := t.translate(items)
		if err != nil {
			return err
		}
		if elem.null || len(elem.tags) > 0 && (elem.kind == "array" || elem.kind == "object") {
			return noType("rules of elements that are no scalars")
		}
		n.elem, n.goType, n.tags = elem, "[]"+elem.goType, slices.Clone(elem.tags)
	case s["uniqueItems"] == true:
		if t.elem == "" {
			return noType("uniqueItems of anything")
		}
		n.elem, n.goType = &node{goType: t.elem, kind: map[string]string{"float64": "number", "string": "string", "bool": "boolean"}[t.elem], implied: true}, "[]"+t.elem
	default:
		n.elem, n.goType = &node{goType: "any"}, "[]any"
	}
	return nil
}

// members translates an object: a map, or a struct.
func (t *translator) members(n *node, s map[string]any) error {
	props, _ := s["properties"].(map[string]any)
	required, _ := s["required"].([]any)
	_, least := s["minProperties"]
	_, most := s["maxProperties"]
	additional, has := s["additionalProperties"]
	if len(props) == 0 && len(required) == 0 && additional != false {
		n.goType, n.elem = "map[string]any", &node{goType: "any"}
		if has && additional != true {
			elem, err := t.translate(additional)
			if err != nil {
				return err
			}
			if elem.null || len(elem.tags) > 0 && (elem.kind == "array" || elem.kind == "object") {
				return noType("rules of elements that are no scalars")
			}
			n.elem, n.goType, n.tags = elem, "map[string]"+elem.goType, slices.Clone(elem.tags)
		}
		return nil
	}
	if least || most {
		return noType("minProperties of a struct")
	}
	if has && additional != true && additional != false {
		return noType("additionalProperties beside properties")
	}
	return t.structure(n, props, required, additional != false)
}

// structure declares a struct.
func (t *translator) structure(n *node, props map[string]any, required []any, open bool) error {
	t.count++
	name := fmt.Sprintf("%sS%d", t.prefix, t.count)
	for _, ref := range t.refs { // the one that is being made, if it is this
		if ref.goType == "" {
			ref.goType, ref.kind = name, "object"
			break
		}
	}
	n.goType, n.props = name, map[string]*node{}
	var fields strings.Builder
	if open {
		fields.WriteString("\t_ struct{} `jsonschema:\"additionalProperties=true\"`\n")
	}
	names := map[string]any{}
	maps.Copy(names, props)
	for _, r := range required {
		if name, ok := r.(string); ok && names[name] == nil {
			names[name] = true
		}
	}
	for i, p := range slices.Sorted(maps.Keys(names)) {
		sub, err := t.translate(names[p])
		if err != nil {
			return err
		}
		n.props[p] = sub
		if p == "" || strings.ContainsAny(p, `",\`+"\n\r\t\f'`") || p == "-" || p == "__proto__" {
			return noType("a name that encoding/json does not have")
		}
		fmt.Fprintf(&fields, "\tF%d %s\n", i, field(sub, p, slices.Contains(required, any(p))))
	}
	fmt.Fprintf(&t.decls, "type %s struct {\n%s}\n\n", name, &fields)
	return nil
}

// field writes the type and the tag of a field.
func field(n *node, name string, required bool) string {
	typ, tags := n.goType, slices.Clone(n.tags)
	switch {
	case n.null:
		typ = "*" + typ
		tags = append(tags, "nullable")
		if required {
			tags = append(tags, "required")
		}
	case strings.Contains(n.goType, "S") && token.IsExported(n.goType): // which may be recursive
		typ = "*" + typ
		if required {
			tags = append(tags, "required")
		}
	}
	tag := "json:" + strconv.Quote(name)
	if !required {
		tag = "json:" + strconv.Quote(name+",omitempty")
	}
	if len(tags) > 0 {
		tag += " jsonschema:" + strconv.Quote(strings.Join(tags, ","))
	}
	return typ + " " + strconv.Quote(tag)
}

// rules makes tags of keywords.
func (t *translator) rules(n *node, s map[string]any) error {
	add := func(word, value string) {
		n.tags = append(n.tags, word+"="+strings.ReplaceAll(value, ",", `\,`))
	}
	for _, w := range []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"} {
		if v, ok := s[w].(json.Number); ok {
			value := string(v)
			if families[w] != "number" {
				value = strings.TrimSuffix(value, ".0")
			}
			add(w, value)
		}
	}
	for _, w := range []string{"pattern", "format"} {
		if v, ok := s[w].(string); ok {
			add(w, v)
		}
	}
	if s["uniqueItems"] == true {
		n.tags = append(n.tags, "uniqueItems")
	}
	if list, ok := s["enum"].([]any); ok {
		for _, v := range list {
			text, err := word(v)
			if err != nil {
				return err
			}
			add("enum", text)
		}
	}
	if c, ok := s["const"]; ok {
		text, err := word(c)
		if err != nil {
			return err
		}
		add("const", text)
	}
	return nil
}

// word writes a value of enum or const as tags have it.
func word(v any) (string, error) {
	switch v := v.(type) {
	case string:
		if strings.ContainsAny(v, `"\`+"\n") {
			return "", noType("text that tags write in another way")
		}
		return v, nil
	case json.Number:
		return string(v), nil
	case bool:
		return strconv.FormatBool(v), nil
	}
	return "", noType("values that are no scalars")
}

// passes reports whether a document has a value of another type where a schema
// does not say its type: JSON Schema lets it pass, a Go type does not.
func (n *node) passes(v any) bool {
	if n.kind != "" && n.implied && kindOf(v) != n.kind {
		return true
	}
	switch v := v.(type) {
	case map[string]any:
		for name, sub := range v {
			p := n.props[name]
			if p == nil && n.props == nil {
				p = n.elem
			}
			if p != nil && p.passes(sub) {
				return true
			}
		}
	case []any:
		for _, sub := range v {
			if n.elem != nil && n.kind == "array" && n.elem.passes(sub) {
				return true
			}
		}
	}
	return false
}

// readJSON reads a file of the suite; numbers keep their text.
func readJSON(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if d.More() {
		return errors.New("more than one value")
	}
	return nil
}
