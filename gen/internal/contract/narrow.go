package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// A schema is one JSON Schema, with the document that its references lead into.
type schema struct {
	members map[string]any
	root    map[string]any
	ref     string // the reference that led here, or ""
}

// parse reads a schema document. Numbers keep their digits.
func parse(text []byte) (schema, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var root map[string]any
	if err := d.Decode(&root); err != nil {
		return schema{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return schema{}, errors.New("something follows the schema")
	}
	return schema{members: root, root: root}, nil
}

// sub gives the schema in v, references followed. What is no object accepts
// anything, but for false, which the caller knows about.
func (s schema) sub(v any) schema {
	out := schema{root: s.root}
	out.members, _ = v.(map[string]any)
	for range 16 { // a chain of references has an end
		ref, ok := out.members["$ref"].(string)
		if !ok {
			break
		}
		name, ok := strings.CutPrefix(ref, "#/$defs/")
		if !ok {
			break
		}
		defs, _ := s.root["$defs"].(map[string]any)
		target, _ := defs[name].(map[string]any)
		out.members, out.ref = target, ref
	}
	return out
}

// text gives a keyword whose value is a string, or "".
func (s schema) text(keyword string) string {
	text, _ := s.members[keyword].(string)
	return text
}

// properties gives the schemas of properties by name.
func (s schema) properties() map[string]any {
	m, _ := s.members["properties"].(map[string]any)
	return m
}

// strings gives a keyword whose value is a list of strings.
func (s schema) strings(keyword string) []string {
	list, _ := s.members[keyword].([]any)
	var out []string
	for _, e := range list {
		if text, ok := e.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

// open reports whether an object may have properties that it does not name.
func (s schema) open() bool { return s.members["additionalProperties"] != false }

// A narrowing finds what one schema accepts and another does not. For arguments
// the one is old and the other new. For results it is the other way round: the
// callers of the old contract do not expect what the new one may give.
type narrowing struct {
	output bool
	found  []breach
	seen   map[[2]string]bool
	depth  int
}

// A breach is one thing that breaks callers.
type breach struct {
	at   string // JSON Pointer of the value
	code diag.Code
	text string
}

// maxDepth bounds how deep schemas are compared: what is below has been said.
const maxDepth = 64

func (n *narrowing) report(at string, code diag.Code, format string, args ...any) {
	n.found = append(n.found, breach{at, code, fmt.Sprintf(format, args...)})
}

// code is that of a value which is wider or narrower than it was.
func (n *narrowing) code() diag.Code {
	if n.output {
		return diag.ResultChanged
	}
	return diag.ArgumentNarrow
}

// changed reports a keyword of which from allows more than to.
func (n *narrowing) changed(at, keyword, from, to string) {
	old, now := from, to
	if n.output {
		old, now = to, from
	}
	n.report(at, n.code(), "%s was %s and is %s now", keyword, orNone(old), orNone(now))
}

// compare reports what from accepts and to does not.
func (n *narrowing) compare(at string, from, to schema) {
	if from.ref != "" && to.ref != "" {
		key := [2]string{from.ref, to.ref}
		if n.seen[key] {
			return
		}
		if n.seen == nil {
			n.seen = map[[2]string]bool{}
		}
		n.seen[key] = true
	}
	if n.depth++; n.depth > maxDepth {
		n.depth--
		return
	}
	defer func() { n.depth-- }()
	if len(from.alternatives()) > 0 || len(to.alternatives()) > 0 {
		n.choice(at, from, to)
		return
	}
	if !n.types(at, from, to) {
		return // all else follows from it
	}
	n.values(at, from, to)
	n.limits(at, from, to)
	n.same(at, from, to)
	n.objects(at, from, to)
	if items, ok := to.members["items"]; ok {
		n.compare(at+"/*", from.sub(from.members["items"]), to.sub(items))
	}
}

// same reports keywords that must not change: whether one pattern accepts what
// another does is beyond us.
func (n *narrowing) same(at string, from, to schema) {
	for _, keyword := range []string{"pattern", "format", "contentEncoding"} {
		if want := to.text(keyword); want != "" && from.text(keyword) != want {
			n.changed(at, "the "+keyword, from.text(keyword), want)
		}
	}
	if to.members["uniqueItems"] == true && from.members["uniqueItems"] != true {
		if n.output {
			n.report(at, n.code(), "items may be equal now")
		} else {
			n.report(at, n.code(), "items must be distinct now")
		}
	}
}

// objects compares the properties.
func (n *narrowing) objects(at string, from, to schema) {
	if n.output {
		n.gone(at, to, from) // what the old contract knows, from the new one's view
	} else {
		n.gone(at, from, to)
	}
	n.required(at, from, to)
	theirs := to.properties()
	for _, name := range slices.Sorted(maps.Keys(from.properties())) {
		if p, ok := theirs[name]; ok {
			n.compare(at+"/"+name, from.sub(from.properties()[name]), to.sub(p))
		}
	}
	if !n.output && from.open() && !to.open() {
		n.report(at, diag.ArgumentNarrow, "other properties are refused now")
	}
	if extra, ok := to.members["additionalProperties"].(map[string]any); ok && from.open() {
		n.compare(at+"/*", from.sub(from.members["additionalProperties"]), to.sub(extra))
	}
	if names, ok := to.members["propertyNames"]; ok {
		n.compare(at+" (names)", from.sub(from.members["propertyNames"]), to.sub(names))
	}
}

// gone reports properties that the old schema has and the new one has not.
func (n *narrowing) gone(at string, old, now schema) {
	for _, name := range slices.Sorted(maps.Keys(old.properties())) {
		if _, ok := now.properties()[name]; ok {
			continue
		}
		switch {
		case n.output:
			n.report(at+"/"+name, diag.ResultRemoved, "the property is gone")
		case !now.open():
			n.report(at+"/"+name, diag.ArgumentRemoved, "the property is gone")
		}
	}
}

// required reports properties that to needs and from may leave out.
func (n *narrowing) required(at string, from, to schema) {
	for _, name := range to.strings("required") {
		if slices.Contains(from.strings("required"), name) {
			continue
		}
		_, known := from.properties()[name]
		switch {
		case n.output && known:
			n.report(at+"/"+name, diag.ResultChanged, "the property may be absent now")
		case n.output: // gone has said it
		case known:
			n.report(at+"/"+name, diag.ArgumentNeeded, "the property is required now")
		default:
			n.report(at+"/"+name, diag.ArgumentNeeded, "the property is new and required")
		}
	}
}

// alternatives gives the schemas of which a value fits one.
func (s schema) alternatives() []schema {
	var out []schema
	for _, keyword := range []string{"anyOf", "oneOf"} {
		list, _ := s.members[keyword].([]any)
		for _, v := range list {
			out = append(out, s.sub(v))
		}
	}
	return out
}

// choice compares schemas of which at least one is a choice. Each alternative of
// from has to be accepted by one of to.
func (n *narrowing) choice(at string, from, to schema) {
	theirs := to.alternatives()
	if len(theirs) == 0 {
		theirs = []schema{to}
	}
	mine := from.alternatives()
	if len(mine) == 0 {
		mine = []schema{from}
	}
	for _, a := range mine {
		n.alternative(at, a, theirs)
	}
}

func (n *narrowing) alternative(at string, from schema, to []schema) {
	var nearest []breach
	for i, b := range to {
		trial := &narrowing{output: n.output, seen: maps.Clone(n.seen), depth: n.depth}
		trial.compare(at, from, b)
		if len(trial.found) == 0 {
			return
		}
		// The alternative that is meant has the same tag, or else differs least.
		if alike(from, b) {
			nearest = trial.found
			break
		}
		if i == 0 || len(trial.found) < len(nearest) {
			nearest = trial.found
		}
	}
	name := from.name()
	if len(nearest) > 0 && slices.ContainsFunc(to, func(b schema) bool { return alike(from, b) }) {
		n.found = append(n.found, nearest...)
		return
	}
	if n.output {
		n.report(at, diag.ResultChanged, "the value may be %s now", name)
	} else {
		n.report(at, diag.ArgumentNarrow, "the value may not be %s any more", name)
	}
}

// tags gives the properties of an object that have one value only.
func (s schema) tags() map[string]string {
	out := map[string]string{}
	for name, v := range s.properties() {
		if p, ok := v.(map[string]any); ok {
			if c, ok := p["const"].(string); ok {
				out[name] = c
			}
		}
	}
	return out
}

// alike reports whether two alternatives stand for the same thing: they have the
// same tags, or there are none and they are of the same type.
func alike(a, b schema) bool {
	mine, theirs := a.tags(), b.tags()
	if len(mine) > 0 || len(theirs) > 0 {
		return maps.Equal(mine, theirs)
	}
	return slices.Equal(a.types(), b.types())
}

// name says in a word what an alternative is.
func (s schema) name() string {
	tags := s.tags()
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		return fmt.Sprintf("the one with %s %q", name, tags[name])
	}
	if types := s.types(); len(types) > 0 {
		return strings.Join(types, " or ")
	}
	return "anything"
}
