package schema

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	validator "github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// A reason is one way in which a value does not fit, in words for its author.
type reason struct {
	at   string // JSON Pointer into the value
	text string
}

// reasons words what the validator found, in order of place. Of alternatives it
// names what is wrong with the one that was meant.
func (c *compiled) reasons(ve *validator.ValidationError, instance any) []reason {
	var out []reason
	for _, leaf := range leaves(ve) {
		at := leaf.InstanceLocation
		if u, err := url.PathUnescape(at); err == nil {
			at = u
		}
		for _, text := range c.words(leaf, lookup(instance, leaf.InstanceLocation)) {
			out = append(out, reason{at, text})
		}
	}
	slices.SortFunc(out, func(a, b reason) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.text, b.text)) })
	return slices.Compact(out)
}

// leaves gives the innermost errors. Below anyOf and oneOf only the branch that
// the value comes nearest to counts.
func leaves(ve *validator.ValidationError) []*validator.ValidationError {
	if len(ve.Causes) == 0 {
		return []*validator.ValidationError{ve}
	}
	var out []*validator.ValidationError
	if k := keywordOf(ve); k == "anyOf" || k == "oneOf" {
		branch, ok := meant(ve.Causes)
		if !ok {
			return []*validator.ValidationError{{KeywordLocation: ve.KeywordLocation, AbsoluteKeywordLocation: ve.AbsoluteKeywordLocation,
				InstanceLocation: ve.InstanceLocation, Message: ve.Message}}
		}
		return leaves(branch)
	}
	for _, cause := range ve.Causes {
		out = append(out, leaves(cause)...)
	}
	return out
}

// meant picks the branch of alternatives that a value was meant for: the one
// whose tag it has, or the only one that is not null.
func meant(branches []*validator.ValidationError) (*validator.ValidationError, bool) {
	var left []*validator.ValidationError
	for _, b := range branches {
		if !slices.ContainsFunc(leaves(b), func(l *validator.ValidationError) bool {
			return keywordOf(l) == "const" || keywordOf(l) == "type" && strings.HasPrefix(l.Message, "expected null")
		}) {
			left = append(left, b)
		}
	}
	if len(left) != 1 {
		return nil, false
	}
	return left[0], true
}

// keywordOf gives the keyword that an error is about.
func keywordOf(ve *validator.ValidationError) string {
	return ve.KeywordLocation[strings.LastIndexByte(ve.KeywordLocation, '/')+1:]
}

// words says what is wrong with a value at the place of one error. Some errors
// are several: one per missing or unknown name.
func (c *compiled) words(leaf *validator.ValidationError, got any) []string {
	_, fragment, _ := strings.Cut(leaf.AbsoluteKeywordLocation, "#")
	limit := lookup(c.doc, fragment)
	parent := lookup(c.doc, fragment[:max(strings.LastIndexByte(fragment, '/'), 0)])
	switch keyword := keywordOf(leaf); keyword {
	case "required":
		return missing(limit, got)
	case "additionalProperties":
		return unknown(parent, got)
	case "type":
		return []string{fmt.Sprintf("%s is %s, not %s", show(got), kindOf(got), article(fmt.Sprint(limit)))}
	case "format":
		if name, ok := limit.(string); ok && c.rules[name].Words != "" {
			return []string{fmt.Sprintf("%s is not %s", show(got), c.rules[name].Words)}
		}
		return []string{fmt.Sprintf("%s does not have the format %s", show(got), show(limit))}
	case "oneOf", "anyOf":
		return []string{show(got) + " is none of the alternatives"}
	default:
		if text, ok := comparisons[keyword]; ok {
			return []string{fmt.Sprintf(text, show(got), show(limit))}
		}
		return []string{leaf.Message}
	}
}

// comparisons words the keywords that compare a value with a limit.
var comparisons = map[string]string{
	"minimum":          "%s is less than the minimum %s",
	"maximum":          "%s is more than the maximum %s",
	"exclusiveMinimum": "%s is not more than %s",
	"exclusiveMaximum": "%s is not less than %s",
	"multipleOf":       "%s is not a multiple of %s",
	"minLength":        "%s is shorter than %s characters",
	"maxLength":        "%s is longer than %s characters",
	"minItems":         "%s has fewer than %s items",
	"maxItems":         "%s has more than %s items",
	"minProperties":    "%s has fewer than %s properties",
	"maxProperties":    "%s has more than %s properties",
	"uniqueItems":      "%[1]s repeats an item",
	"pattern":          "%s does not match the pattern %s",
	"contentEncoding":  "%s is not encoded as %s",
	"contentMediaType": "%s is not of the type %s",
	"const":            "%s is not %s",
	"enum":             "%s is not one of %s",
}

func missing(required, got any) []string {
	var out []string
	object, _ := got.(map[string]any)
	names, _ := required.([]any)
	for _, n := range names {
		name, _ := n.(string)
		if _, ok := object[name]; !ok {
			out = append(out, fmt.Sprintf("%q is required and missing", name))
		}
	}
	return out
}

func unknown(schema, got any) []string {
	var out []string
	object, _ := got.(map[string]any)
	owner, _ := schema.(map[string]any)
	properties, _ := owner["properties"].(map[string]any)
	known := slices.Sorted(maps.Keys(properties))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if slices.Contains(known, name) {
			continue
		}
		text := fmt.Sprintf("there is no property %q", name)
		if near := diag.Nearest(name, known); near != "" {
			text += fmt.Sprintf("; did you mean %q?", near)
		}
		out = append(out, text)
	}
	return out
}

// show prints a value in a message, shortened.
func show(v any) string {
	switch v {
	case goDuration:
		return "of a Go duration"
	case goTime:
		return "of a date and time like 2026-01-31T12:00:00Z"
	}
	if list, ok := v.([]any); ok && len(list) > 0 {
		return showList(list)
	}
	raw, err := marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return clip(string(raw))
}

func showList(list []any) string {
	parts := make([]string, 0, len(list))
	for _, e := range list {
		parts = append(parts, show(e))
	}
	return clip(strings.Join(parts, ", "))
}

// clip shortens a text to what a message can bear, at a whole character.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// kindOf names the JSON type of a value, with its article.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "an array"
	default:
		return "an object"
	}
}

func article(typ string) string {
	if typ == "integer" || typ == "array" || typ == "object" {
		return "an " + typ
	}
	return "a " + typ
}
