package differ

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Maker makes documents for one schema. It is not safe for concurrent use.
type Maker struct {
	// Rand decides everything: equal sources give equal documents.
	Rand *rand.Rand
	// Harm is how likely a part of a document is made wrong, in thousandths.
	Harm int
	// Texts are strings for properties whose schema says too little.
	Texts map[string][]string
	// Spellings is how likely a number gets an unusual spelling, such as 1.0 for
	// an integer, in thousandths.
	Spellings int
	// Plain leaves strings without escapes that they do not need, and times
	// without lower case: what packages encoding/json and time read.
	Plain bool

	root map[string]any
	buf  bytes.Buffer
}

// maxDepth is where optional parts end.
const maxDepth = 6

// NewMaker reads the schema. It fails when it is no JSON object.
func NewMaker(schema string, r *rand.Rand) (*Maker, error) {
	m := &Maker{Rand: r}
	d := json.NewDecoder(strings.NewReader(schema))
	d.UseNumber()
	if err := d.Decode(&m.root); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	return m, nil
}

// Document makes one document: JSON, but for harm that breaks its syntax.
func (m *Maker) Document() []byte {
	m.buf.Reset()
	m.value(m.root, 0)
	return bytes.Clone(m.buf.Bytes())
}

// Anything makes a document that has little to do with the schema: only names
// of properties are taken from it.
func (m *Maker) Anything() []byte {
	m.buf.Reset()
	m.any(0, m.names())
	return bytes.Clone(m.buf.Bytes())
}

// chance is true n times in a thousand.
func (m *Maker) chance(n int) bool { return m.Rand.IntN(1000) < n }

func (m *Maker) harm() bool { return m.chance(m.Harm) }

// pick takes one of a list.
func pick[T any](m *Maker, list []T) T { return list[m.Rand.IntN(len(list))] }

// resolve follows a reference into the document.
func (m *Maker) resolve(schema map[string]any) map[string]any {
	for {
		ref, ok := schema["$ref"].(string)
		if !ok {
			return schema
		}
		var at any = m.root
		for _, token := range strings.Split(strings.TrimPrefix(ref, "#"), "/")[1:] {
			token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
			object, ok := at.(map[string]any)
			if !ok {
				return nil
			}
			at = object[token]
		}
		if schema, ok = at.(map[string]any); !ok {
			return nil
		}
	}
}

// value writes one value for a schema. Booleans are schemas too.
func (m *Maker) value(s any, depth int) {
	schema, _ := s.(map[string]any)
	schema = m.resolve(schema)
	if m.chance(m.Harm / 3) {
		m.raw(pick(m, oddities))
		return
	}
	if c, ok := schema["const"]; ok && !m.harm() {
		m.constant(c)
		return
	}
	if list, ok := schema["enum"].([]any); ok && !m.harm() {
		m.constant(pick(m, list))
		return
	}
	for _, word := range []string{"anyOf", "oneOf"} {
		if list, ok := schema[word].([]any); ok {
			if depth > maxDepth { // null, or what ends soonest
				m.value(list[len(list)-1], depth)
				return
			}
			m.value(pick(m, list), depth)
			return
		}
	}
	switch kind := m.kind(schema); kind {
	case "object":
		m.object(schema, depth)
	case "array":
		m.array(schema, depth)
	case "string":
		m.text(schema)
	case "integer", "number":
		m.number(schema, kind == "integer")
	case "boolean":
		m.raw(pick(m, []string{"true", "false"}))
	case "null":
		m.raw("null")
	default:
		m.any(depth, nil)
	}
}

func (m *Maker) kind(schema map[string]any) string {
	switch t := schema["type"].(type) {
	case string:
		return t
	case []any:
		s, _ := pick(m, t).(string)
		return s
	default:
		return ""
	}
}

func (m *Maker) raw(text string) { m.buf.WriteString(text) }

// constant writes a value of enum or const. Numbers get another spelling at
// times.
func (m *Maker) constant(v any) {
	switch v := v.(type) {
	case string:
		m.quote(v)
	case json.Number:
		m.raw(m.spell(string(v)))
	default:
		text, _ := json.Marshal(v)
		m.buf.Write(text)
	}
}

// space writes what may stand between tokens.
func (m *Maker) space() {
	if m.chance(20) {
		m.raw(pick(m, []string{" ", "\n", "\t", "\r\n", "  "}))
	}
}

func (m *Maker) object(schema map[string]any, depth int) {
	m.raw("{")
	properties, _ := schema["properties"].(map[string]any)
	names := slices.Sorted(maps.Keys(properties))
	m.Rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	must, _ := schema["required"].([]any)
	n := 0
	member := func(name string, s any) {
		if n > 0 {
			m.raw(",")
		}
		n++
		m.space()
		m.quote(name)
		m.raw(":")
		m.space()
		if texts := m.Texts[name]; texts != nil && !m.harm() {
			m.quote(pick(m, texts))
			return
		}
		m.value(s, depth+1)
	}
	for _, name := range names {
		required := slices.Contains(must, any(name))
		switch {
		case m.harm():
			m.harmMember(name, properties[name], required, member)
		case required, depth < maxDepth && m.chance(600):
			member(name, properties[name])
		}
	}
	if extra, ok := schema["additionalProperties"]; (ok || len(properties) == 0) && extra != false {
		m.entries(schema, extra, depth, member)
	}
	m.space()
	m.raw("}")
}

// harmMember makes something wrong with one property.
func (m *Maker) harmMember(name string, s any, required bool, member func(string, any)) {
	switch m.Rand.IntN(6) {
	case 0: // twice
		member(name, s)
		member(name, s)
	case 1: // under another name
		member(pick(m, []string{strings.ToUpper(name), name + "s", "", "extra", name + "\u0301"}), s)
	case 2: // and something unknown
		member(name, s)
		member("unknown", true)
	case 3:
		member(name, map[string]any{"type": "null"})
	case 4:
		if !required {
			member(name, s)
		}
	case 5:
		member(name, true)
	}
}

// entries writes members of a map.
func (m *Maker) entries(schema map[string]any, elem any, depth int, member func(string, any)) {
	low, high := m.counts(schema, "minProperties", "maxProperties", depth)
	names, _ := schema["propertyNames"].(map[string]any)
	used := map[string]bool{}
	for range low + m.Rand.IntN(high-low+1) {
		key := m.key(names)
		for tries := 0; used[key] && tries < 20; tries++ {
			key = m.key(names)
		}
		if !used[key] || m.harm() {
			used[key] = true
			member(key, elem)
		}
	}
}

// key makes the name of an entry.
func (m *Maker) key(names map[string]any) string {
	if list, ok := names["enum"].([]any); ok && !m.harm() {
		s, _ := pick(m, list).(string)
		return s
	}
	if names == nil || m.harm() {
		return pick(m, []string{"a", "b", "c", "", "é", "a/b", "a~b", "1", "x y", "😀"})
	}
	return m.plain(names)
}

// counts gives the least and the greatest number of parts to make.
func (m *Maker) counts(schema map[string]any, least, most string, depth int) (low, high int) {
	low = intOf(schema[least], 0)
	high = intOf(schema[most], low+3)
	if m.harm() {
		low, high = max(0, low-1), high+1
	}
	if depth >= maxDepth {
		high = low
	}
	return low, max(low, min(high, low+4))
}

func intOf(v any, otherwise int) int {
	n, ok := v.(json.Number)
	if !ok {
		return otherwise
	}
	i, err := n.Int64()
	if err != nil {
		return otherwise
	}
	return int(i)
}

func (m *Maker) array(schema map[string]any, depth int) {
	low, high := m.counts(schema, "minItems", "maxItems", depth)
	unique := schema["uniqueItems"] == true && !m.harm()
	m.raw("[")
	var before []string
	for i := range low + m.Rand.IntN(high-low+1) {
		if i > 0 {
			m.raw(",")
		}
		m.space()
		start := m.buf.Len()
		for range 20 {
			m.buf.Truncate(start)
			m.value(schema["items"], depth+1)
			if !unique || !slices.Contains(before, m.buf.String()[start:]) {
				break
			}
		}
		before = append(before, m.buf.String()[start:])
	}
	m.space()
	m.raw("]")
}

// names lists the properties of the root.
func (m *Maker) names() []string {
	properties, _ := m.resolve(m.root)["properties"].(map[string]any)
	return slices.Sorted(maps.Keys(properties))
}

// any writes any value.
func (m *Maker) any(depth int, names []string) {
	if depth == 0 && len(names) > 0 || depth < 4 && m.chance(150) {
		m.raw("{")
		if names == nil {
			names = []string{"a", "b", "", "1", "x"}
		}
		for i := range m.Rand.IntN(4) {
			if i > 0 {
				m.raw(",")
			}
			m.quote(pick(m, names))
			m.raw(":")
			m.any(depth+1, nil)
		}
		m.raw("}")
		return
	}
	if depth < 4 && m.chance(150) {
		m.raw("[")
		for i := range m.Rand.IntN(4) {
			if i > 0 {
				m.raw(",")
			}
			m.any(depth+1, nil)
		}
		m.raw("]")
		return
	}
	m.raw(pick(m, oddities))
}
