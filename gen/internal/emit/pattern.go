package emit

import (
	"github.com/dave/jennifer/jen"
)

// A pattern is a regular expression that the file compiles once.
type pattern struct {
	name       string
	expression string
}

// matcher gives the variable of an expression. hint names it if it is the first
// use.
func (g *generator) matcher(hint, expression string) string {
	for _, p := range g.patterns {
		if p.expression == expression {
			return p.name
		}
	}
	p := pattern{g.names.pick(unexported(hint) + "Pattern"), expression}
	g.patterns = append(g.patterns, p)
	return p.name
}

// A list is a table of strings: property names or the values of an enum.
type list struct {
	name   string
	values []string
}

// list adds a table.
func (g *generator) list(name string, values []string) {
	g.lists = append(g.lists, list{name, values})
}

// valueList gives the table of some values, a new one named after hint if there
// is none yet.
func (g *generator) valueList(hint string, values []string) string {
	for _, l := range g.lists {
		if equal(l.values, values) {
			return l.name
		}
	}
	name := g.names.pick(unexported(hint))
	g.list(name, values)
	return name
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// tables emits the tables and expressions that functions above refer to.
func (g *generator) tables() {
	if len(g.lists) > 0 {
		defs := make([]jen.Code, len(g.lists))
		for i, l := range g.lists {
			defs[i] = jen.Id(l.name).Op("=").Index(jen.Op("...")).String().Values(wrapped(stringLits(l.values))...)
		}
		g.declare("Property names in the order of their bits, and the values of enums: what messages may suggest.", group(defs))
	}
	if len(g.patterns) > 0 {
		defs := make([]jen.Code, len(g.patterns))
		for i, p := range g.patterns {
			defs[i] = jen.Id(p.name).Op("=").Add(g.codec("MustMatcher")).Call(raw(p.expression))
		}
		g.declare("The patterns of properties.", group(defs))
	}
}

// wrapped puts long lists on lines of their own.
func wrapped(values []jen.Code) []jen.Code {
	const perLine = 8
	if len(values) <= perLine {
		return values
	}
	for i := 0; i < len(values); i += perLine {
		values[i] = jen.Line().Add(values[i])
	}
	return append(values, jen.Line())
}
