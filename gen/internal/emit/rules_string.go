package emit

import (
	"encoding/json"
	"strings"

	"github.com/dave/jennifer/jen"
)

// formats maps the formats that are asserted to their checkers in the runtime.
// Any other is a remark for readers of the schema.
var formats = map[string]string{
	"date":          "IsDate",
	"date-time":     "IsDateTime",
	"duration":      "IsDuration",
	"email":         "IsEmail",
	"hostname":      "IsHostname",
	"ipv4":          "IsIPv4",
	"ipv6":          "IsIPv6",
	"json-pointer":  "IsJSONPointer",
	"regex":         "IsRegex",
	"time":          "IsTime",
	"uri":           "IsURI",
	"uri-reference": "IsURIReference",
	"uuid":          "IsUUID",
}

// A stringValue is a string in generated code: its bytes, and a call of a
// matcher's method on it.
type stringValue struct {
	bytes, text *jen.Statement
	match       string // method for the one of the two that costs nothing
}

// readBytes is a string that the decoder gave as bytes.
func readBytes(b *jen.Statement) stringValue {
	return stringValue{bytes: b, text: jen.String().Call(b.Clone()), match: "Match"}
}

// plainString is a value of type string.
func plainString(s *jen.Statement) stringValue {
	return stringValue{bytes: jen.Index().Byte().Call(s.Clone()), text: s, match: "MatchString"}
}

// matched is the call of the matcher.
func (s stringValue) matched(matcher string) *jen.Statement {
	arg := s.bytes
	if s.match == "MatchString" {
		arg = s.text
	}
	return jen.Id(matcher).Dot(s.match).Call(arg.Clone())
}

// stringChecks checks the rules of a string, but for enum.
func (g *generator) stringChecks(u use, s stringValue, rep reporter) []jen.Code {
	r := u.rules
	if r == nil {
		return nil
	}
	var c chain
	length := g.codec("Runes").Call(s.bytes.Clone())
	if r.MinLength != nil && *r.MinLength > 0 {
		c.add(g.codec("Shorter").Call(s.bytes.Clone(), jen.Lit(*r.MinLength)), rep.count("MinLength", *r.MinLength, length))
	}
	if r.MaxLength != nil {
		c.add(g.codec("Longer").Call(s.bytes.Clone(), jen.Lit(*r.MaxLength)), rep.count("MaxLength", *r.MaxLength, length))
	}
	out := c.code(nil)
	if r.Pattern != "" {
		expression := r.RE2
		if expression == "" {
			expression = r.Pattern
		}
		out = append(out, jen.If(jen.Op("!").Add(s.matched(g.matcher(u.hint, expression)))).Block(rep.pattern(r.Pattern)))
	}
	if check := formats[r.Format]; check != "" {
		out = append(out, jen.If(jen.Op("!").Add(g.codec(check).Call(s.bytes.Clone()))).Block(rep.format(r.Format)))
	}
	if r.Const != "" {
		out = append(out, jen.If(s.text.Clone().Op("!=").Add(quoted(plainText(r.Const)))).Block(
			rep.violate("Const", r.Const)))
	}
	return out
}

// plainText is a JSON scalar as a person writes it: a string without quotes.
func plainText(raw string) string {
	if !strings.HasPrefix(raw, `"`) {
		return raw
	}
	var s string
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		bugf("string %s: %v", raw, err)
	}
	return s
}

// unquoteAll is plainText of distinct values.
func unquoteAll(raws []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, raw := range raws {
		if s := plainText(raw); !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
