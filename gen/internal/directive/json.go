package directive

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// checkJSON says what is wrong with a JSON document and where. Unlike
// encoding/json it refuses a name that an object has twice.
func checkJSON(text string) *mistake {
	err := json.Unmarshal([]byte(text), new(json.RawMessage))
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset := int(syntax.Offset)
		if offset > 0 && offset <= len(text) && !strings.Contains(syntax.Error(), "unexpected end") {
			offset-- // the offset counts the offending byte
		}
		return &mistake{code: diag.DirectiveJSON, what: "this is not JSON: " + syntax.Error(),
			fix: `write it as in {"name": "text", "list": [1, 2]}`, offset: offset}
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return checkNames(d, text)
}

// checkNames reads one value of a valid document and finds repeated names.
func checkNames(d *json.Decoder, text string) *mistake {
	tok, err := d.Token()
	if err != nil {
		return nil
	}
	delim, ok := tok.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		if delim == '{' {
			before := int(d.InputOffset())
			before += len(text[before:]) - len(strings.TrimLeft(text[before:], ", \t\r\n"))
			tok, _ := d.Token()
			name, _ := tok.(string)
			if seen[name] {
				return &mistake{code: diag.DirectiveJSON, what: "the name " + quoteJSON(name) + " is there twice",
					fix: "remove one", offset: before}
			}
			seen[name] = true
		}
		if m := checkNames(d, text); m != nil {
			return m
		}
	}
	_, _ = d.Token() // the closing bracket
	return nil
}

// quoteJSON writes a JSON string without HTML escapes.
func quoteJSON(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `""` // cannot happen: a string is always encodable
	}
	return strings.TrimSuffix(b.String(), "\n")
}
