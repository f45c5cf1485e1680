package caller

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/mcpgen/mcpgen/runtime/client"
)

// Clean makes control characters visible: a server must not drive the terminal.
// Line breaks and tabs stay.
func Clean(s string) string {
	odd := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Cf, r) }
	if strings.IndexFunc(s, odd) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if odd(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Text gives a result as a person reads it: the text blocks, what the others are,
// and the structured content if nothing else says it.
func Text(r *client.Result) string {
	var b strings.Builder
	for _, c := range r.Content {
		b.WriteString(block(&c))
		b.WriteByte('\n')
	}
	if len(r.Content) == 0 && r.Structured != nil {
		b.WriteString(Indent(r.Structured))
		b.WriteByte('\n')
	}
	return b.String()
}

func block(c *client.Content) string {
	switch c.Type {
	case "text":
		return c.Text
	case "image", "audio":
		return fmt.Sprintf("[%s: %s, %d bytes]", c.Type, c.MIMEType, len(c.Data))
	case "resource_link":
		return fmt.Sprintf("[link: %s %s]", c.URI, c.Name)
	case "resource":
		var part client.Contents
		if json.Unmarshal(c.Resource, &part) == nil && part.Text != nil {
			return *part.Text
		}
		return fmt.Sprintf("[resource: %s %s, %d bytes]", part.URI, part.MIMEType, len(part.Blob))
	}
	return "[" + c.Type + "]"
}

// Indent lays out JSON for a person. Text that is none is given as it is.
func Indent(data []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, data, "", "  ") != nil {
		return string(data)
	}
	return b.String()
}

// Tool describes a tool: its name, what it does, and a line for each argument.
func Tool(t client.Tool) string {
	var b strings.Builder
	b.WriteString(t.Name)
	if first, _, _ := strings.Cut(t.Description, "\n"); first != "" {
		b.WriteString("  " + first)
	}
	b.WriteByte('\n')
	s, err := parseSchema(t.InputSchema)
	if err != nil {
		return b.String() + "    (its input schema is no JSON)\n"
	}
	required, _ := s.object()["required"].([]any)
	for _, name := range memberOrder(t.InputSchema) {
		field, _ := s.property(name)
		b.WriteString("    " + name + "  " + kind(field, slices.Contains(required, any(name))))
		if d := field.text("description"); d != "" {
			b.WriteString("  " + strings.ReplaceAll(d, "\n", " "))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// kind says of what kind an argument is.
func kind(s schema, required bool) string {
	types := s.types()
	if len(types) == 0 {
		types = []string{"any"}
	}
	if i := slices.Index(types, "array"); i >= 0 {
		if of := s.items().types(); len(of) > 0 {
			types[i] = "list of " + strings.Join(of, "|")
		} else {
			types[i] = "list"
		}
	}
	out := strings.Join(types, "|")
	if choices := s.choices(); len(choices) > 0 {
		out += " (" + strings.Join(choices, ", ") + ")"
	}
	if required {
		out += ", required"
	}
	if d, ok := s.object()["default"]; ok {
		data, err := json.Marshal(d)
		if err == nil {
			out += ", default " + string(data)
		}
	}
	return out
}
