package emit

import (
	"encoding/json"
	"strings"

	"github.com/dave/jennifer/jen"
)

// schemaConstants emits the schemas of all tools, served as they stand here.
func (g *generator) schemaConstants() {
	for _, t := range g.p.Tools {
		s, n := g.schemas[t.Name], g.names.funcs[&t.Function]
		if !json.Valid([]byte(s.Input)) || s.Output != "" && !json.Valid([]byte(s.Output)) {
			bugf("the schemas of tool %s are not JSON", t.Name)
		}
		g.declare(n.inputSchema+" is the JSON Schema of the arguments of "+toolFunc(&t.Function)+".", schemaConstant(n.inputSchema, s.Input))
		if s.Output != "" {
			g.declare(n.outputSchema+" is the JSON Schema of the result of "+toolFunc(&t.Function)+".", schemaConstant(n.outputSchema, s.Output))
		}
	}
}

func schemaConstant(name, schema string) *jen.Statement {
	lines := cutSchema(schema)
	value := raw(lines[0])
	for _, l := range lines[1:] {
		value.Op("+").Line().Add(raw(l))
	}
	return jen.Const().Id(name).Op("=").Add(value)
}

// schemaWidth is up to where a schema stays on one line.
const schemaWidth = 100

// cutSchema cuts a compact schema into lines, one property or definition each,
// so that a review sees what changed. Nothing is added or dropped.
func cutSchema(schema string) []string {
	c := cutter{text: schema}
	c.value(0, false)
	return append(c.lines, c.text[c.start:])
}

// A cutter walks over compact JSON and cuts it at chosen places.
type cutter struct {
	text  string
	start int // of the line being made
	lines []string
}

func (c *cutter) cut(at int) {
	c.lines = append(c.lines, c.text[c.start:at])
	c.start = at
}

// value walks over the value at i and returns where it ends. The members of an
// open object or array get a line each.
func (c *cutter) value(i int, open bool) int {
	end := c.end(i)
	if first := c.text[i]; first != '{' && first != '[' || end-i <= schemaWidth && !open || end-i == 2 {
		return end
	}
	return c.members(i, open)
}

// members walks over the members of the object or array at i.
func (c *cutter) members(i int, open bool) int {
	object := c.text[i] == '{'
	for i++; ; i++ {
		if open {
			c.cut(i)
		}
		var key string
		if object {
			end := c.end(i)
			key = c.text[i:end]
			i = end + 1 // the colon
		}
		i = c.value(i, !open && c.manifold(key, i))
		if c.text[i] != ',' {
			break
		}
	}
	if open {
		c.cut(i)
	}
	return i + 1
}

// manifold tells that the members of the value at i deserve a line each.
func (c *cutter) manifold(key string, i int) bool {
	switch key {
	case `"properties"`, `"$defs"`:
		return true
	case `"oneOf"`, `"anyOf"`, `"enum"`:
		return c.end(i)-i > schemaWidth
	}
	return false
}

// end finds the end of the value at i, without looking into it.
func (c *cutter) end(i int) int {
	switch c.text[i] {
	case '"':
		for i++; c.text[i] != '"'; i++ {
			if c.text[i] == '\\' {
				i++
			}
		}
		return i + 1
	case '{', '[':
		for depth := 0; ; i++ {
			switch c.text[i] {
			case '"':
				i = c.end(i) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	default:
		n := strings.IndexAny(c.text[i:], ",]}")
		if n < 0 {
			return len(c.text)
		}
		return i + n
	}
}
