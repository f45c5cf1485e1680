package runtime_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// revisions are the protocol revisions, oldest first.
var revisions = []string{"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", modern}

const modern = "2026-07-28"

// A wireSchema is the official schema of one revision, closed: what it does not
// name is refused, so that no client is sent anything its revision has no word
// for. The schemas themselves leave nearly everything open.
type wireSchema struct {
	revision    string
	defs        string // "definitions" or "$defs"
	definitions map[string]any
	url         string
	compiler    *jsonschema.Compiler

	mu       sync.Mutex
	compiled map[string]*jsonschema.Schema
}

// wireSchemas are the schemas by revision; "tasks" is that of the extension.
var wireSchemas = sync.OnceValues(func() (map[string]*wireSchema, error) {
	all := map[string]*wireSchema{}
	for _, name := range append(slices.Clone(revisions), "tasks") {
		s, err := loadSchema(name)
		if err != nil {
			return nil, fmt.Errorf("%s.json: %w", name, err)
		}
		all[name] = s
	}
	return all, nil
})

func schemas(t *testing.T) map[string]*wireSchema {
	t.Helper()
	all, err := wireSchemas()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func loadSchema(name string) (*wireSchema, error) {
	data, err := os.ReadFile("testdata/schema/" + name + ".json")
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&doc); err != nil {
		return nil, err
	}
	s := &wireSchema{revision: name, defs: "$defs", url: "https://example.com/" + name + ".json", compiled: map[string]*jsonschema.Schema{}}
	if doc["definitions"] != nil {
		s.defs = "definitions"
	}
	s.definitions, _ = doc[s.defs].(map[string]any)
	if len(s.definitions) == 0 {
		return nil, errors.New("no definitions")
	}
	if name != "tasks" { // composed with allOf, which cannot be closed part by part
		for def, schema := range s.definitions {
			closeObjects([]string{def}, schema)
		}
		extend(s.definitions)
	}
	closed, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	s.compiler = jsonschema.NewCompiler()
	s.compiler.AssertFormat = true
	return s, s.compiler.AddResource(s.url, bytes.NewReader(closed))
}

// closeObjects refuses members that an object's schema does not name.
func closeObjects(path []string, schema any) {
	switch v := schema.(type) {
	case []any:
		for _, item := range v {
			closeObjects(path, item)
		}
	case map[string]any:
		if open(path) {
			return
		}
		if v["format"] == "uri-template" {
			delete(v, "format") // the validator knows templates in paths only
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if key != "allOf" {
				closeObjects(append(slices.Clip(path), key), v[key])
			}
		}
		names, ok := v["properties"].(map[string]any)
		if !ok || v["type"] != "object" {
			return
		}
		if free, said := v["additionalProperties"].(map[string]any); said && len(free) > 0 {
			return
		}
		v["additionalProperties"] = false
		if len(path) == 3 && path[1] == "properties" && path[2] == "params" || strings.HasSuffix(path[0], "Params") {
			names["_meta"] = map[string]any{} // every request and notification may have it
		}
	}
}

// open reports whether a place in the schema is meant for anything: the envelope,
// whose parts are checked by themselves, metadata, and schemas of users.
func open(path []string) bool {
	last := path[len(path)-1]
	switch path[0] {
	case "Result", "Request", "Notification", "JSONRPCRequest", "JSONRPCNotification", "MetaObject", "RequestMetaObject",
		"ResultMetaObject", "NotificationMetaObject", "SubscriptionsListenResultMetaObject":
		return true
	}
	return last == "_meta" || last == "inputSchema" || last == "outputSchema"
}

// extend adds what extensions of the last revision add to its messages.
func extend(definitions map[string]any) {
	if filter, ok := definitions["SubscriptionFilter"].(map[string]any); ok {
		filter["properties"].(map[string]any)["taskIds"] = map[string]any{"type": "array", "items": map[string]any{"type": "string"}}
	}
}

// has reports whether the revision has a definition.
func (s *wireSchema) has(def string) bool { return s.definitions[def] != nil }

// union gives the names of a definition's alternatives.
func (s *wireSchema) union(def string) (names []string) {
	d, _ := s.definitions[def].(map[string]any)
	alternatives, _ := d["anyOf"].([]any)
	for _, a := range alternatives {
		ref, _ := a.(map[string]any)["$ref"].(string)
		names = append(names, ref[strings.LastIndexByte(ref, '/')+1:])
	}
	return names
}

// method gives the method that a request or notification definition is for.
func (s *wireSchema) method(def string) string {
	d, _ := s.definitions[def].(map[string]any)
	p, _ := d["properties"].(map[string]any)
	m, _ := p["method"].(map[string]any)
	name, _ := m["const"].(string)
	return name
}

// validate checks a value against a definition.
func (s *wireSchema) validate(def string, v any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.compiled[def]
	if c == nil {
		var err error
		if c, err = s.compiler.Compile(s.url + "#/" + s.defs + "/" + def); err != nil {
			return fmt.Errorf("%s has no usable %s: %w", s.revision, def, err)
		}
		s.compiled[def] = c
	}
	if err := c.Validate(v); err != nil {
		return fmt.Errorf("not a %s of %s: %s", def, s.revision, fmt.Sprintf("%#v", err)) // with what is wrong at each level
	}
	return nil
}
