package caller

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// convert makes a JSON value of a text, of a kind that the schema wants. Text that
// is of no such kind is an error.
func convert(text string, s schema) (json.RawMessage, error) {
	types := s.types()
	if len(types) == 0 {
		if json.Valid([]byte(text)) && text[0] != '"' {
			return json.RawMessage(text), nil
		}
		return quote(text), nil
	}
	is := func(t string) bool { return slices.Contains(types, t) }
	literal := strings.TrimSpace(text)
	valid := json.Valid([]byte(literal))
	begins := func(chars string) bool { return valid && strings.ContainsRune(chars, rune(literal[0])) }
	switch {
	case (is("integer") || is("number")) && begins("-0123456789"),
		is("boolean") && (literal == "true" || literal == "false"),
		is("array") && begins("["),
		is("object") && begins("{"),
		is("null") && !is("string") && literal == "null":
		return json.RawMessage(literal), nil
	case is("string"):
		return quote(text), nil
	case is("array"):
		one, err := convert(text, s.items())
		if err != nil {
			return nil, err
		}
		return json.RawMessage("[" + string(one) + "]"), nil
	}
	return nil, fmt.Errorf("want %s, got %q", wanted(types), clip(text))
}

// fromFile is convert for the content of a file: bytes become base64 where the
// schema says so.
func fromFile(data []byte, s schema) (json.RawMessage, error) {
	if s.text("contentEncoding") == "base64" {
		return quote(base64.StdEncoding.EncodeToString(data)), nil
	}
	return convert(string(data), s)
}

// wanted names kinds for a person.
func wanted(types []string) string {
	words := map[string]string{
		"integer": "a whole number", "number": "a number", "boolean": "true or false", "null": "null",
		"array": "a list", "object": "an object such as {\"a\":1}, or a.b=value for its members", "string": "text",
	}
	var out []string
	for _, t := range types {
		if w, ok := words[t]; ok {
			out = append(out, w)
		} else {
			out = append(out, t)
		}
	}
	return strings.Join(out, ", or ")
}

// quote gives a text as a JSON string.
func quote(s string) json.RawMessage {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) //nolint:errchkjson // a string always has a form
	return json.RawMessage(strings.TrimSuffix(b.String(), "\n"))
}

// maxShown is how much of a value messages show, in bytes.
const maxShown = 60

func clip(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "…"
}
