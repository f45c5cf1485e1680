package schema

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	validator "github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// A Document is the exact schema of the arguments of one function: with the
// bounds of every Go type and the rules that no keyword can say, so that it
// accepts what the decoder does. It is plain data, to be kept and read again.
type Document struct {
	Schema string // as messages quote it
	// Readable is Schema with patterns for package regexp; "" when they are the
	// same.
	Readable string
	Rules    textRules
}

// Arguments makes the document of a function's arguments. The error is a bug of
// ours, or something that Build reports.
func Arguments(f *model.Function) (*Document, error) {
	if endless(f.Input) != nil {
		return nil, errors.New("no value is finite")
	}
	b := newBuilder(Full, true)
	b.exact = true
	root := b.root(f.Input)
	if len(b.diags) > 0 {
		return nil, errors.New(b.diags[0].String())
	}
	readable, published, err := b.texts(root)
	if err != nil {
		return nil, err
	}
	d := &Document{Schema: published, Rules: b.rules}
	if readable != published {
		d.Readable = readable
	}
	return d, nil
}

// A Checker checks values against parts of a document. It is for one goroutine.
type Checker struct{ c *compiled }

// Checker makes the document ready.
func (d *Document) Checker() (*Checker, error) {
	readable := d.Readable
	if readable == "" {
		readable = d.Schema
	}
	c, err := compileWith(readable, d.Rules)
	if err != nil {
		return nil, err
	}
	if c.doc, err = parse(d.Schema); err != nil {
		return nil, err
	}
	return &Checker{c}, nil
}

// Resolve follows references and choices between a value and null, and gives the
// JSON Pointer of the schema that says something.
func (k *Checker) Resolve(pointer string) string {
	for range 16 {
		node, _ := lookup(k.c.doc, urlPath(pointer)).(map[string]any)
		if ref, ok := node["$ref"].(string); ok {
			pointer = strings.TrimPrefix(ref, "#")
			continue
		}
		if list, ok := node["anyOf"].([]any); ok && len(list) == 2 {
			pointer += "/anyOf/0"
			continue
		}
		break
	}
	return pointer
}

// Has reports whether the document has a schema at a pointer.
func (k *Checker) Has(pointer string) bool { return lookup(k.c.doc, urlPath(pointer)) != nil }

// A Reason is one way in which a value does not fit.
type Reason struct {
	Keyword string // such as "maximum"
	Text    string // such as "99 is more than the maximum 14"
	// Allowed are the JSON values that the keyword names: the limit, or the list.
	Allowed []string
}

// Check gives the reasons why a JSON value does not fit the schema at a pointer.
func (k *Checker) Check(pointer, value string) (reasons []Reason, err error) {
	instance, err := parse(value)
	if err != nil {
		return []Reason{{Text: "it cannot be read: " + err.Error()}}, nil
	}
	defer rescue(&err)
	s, err := k.c.compiler.Compile(location + "#" + urlPath(pointer))
	if err != nil {
		return nil, plainer(err)
	}
	ve, ok := errors.AsType[*validator.ValidationError](s.Validate(instance))
	if !ok {
		return nil, nil
	}
	for _, leaf := range leaves(ve) {
		allowed := k.allowed(leaf)
		for _, text := range k.c.words(leaf, lookup(instance, leaf.InstanceLocation)) {
			reasons = append(reasons, Reason{keywordOf(leaf), text, allowed})
		}
	}
	slices.SortFunc(reasons, func(a, b Reason) int { return strings.Compare(a.Text, b.Text) })
	return slices.CompactFunc(reasons, func(a, b Reason) bool { return a.Text == b.Text }), nil
}

// allowed gives the values that the keyword of an error names.
func (k *Checker) allowed(leaf *validator.ValidationError) []string {
	_, fragment, _ := strings.Cut(leaf.AbsoluteKeywordLocation, "#")
	limit := lookup(k.c.doc, fragment)
	list, ok := limit.([]any)
	if !ok {
		list = []any{limit}
	}
	var out []string
	for _, v := range list {
		if raw, err := json.Marshal(v); err == nil {
			out = append(out, string(raw))
		}
	}
	return out
}
