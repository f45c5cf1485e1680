// Package directive is the annotation language: comments of the form
//
//	//mcp:verb NAME key=value flag key="quoted value"
//
// A comment group goes in with the place it belongs to; typed directives with
// positions come out, and a diagnostic at its exact column for everything that
// is not right. Nothing is skipped in silence.
//
//   - verbs.go and verbs_offer.go hold one Go type per directive. Its fields are
//     the arguments and its doc comment is the page of `mcpgen explain`.
//   - registry.go lists the directives and says where each may stand.
//   - grammar.go splits a line into arguments with columns, values.go turns an
//     argument into the Go value of its field.
//   - strays.go looks at all comments of a file for what stands in a wrong place
//     or only looks like a directive.
//
// The package knows syntax only. What the names and values mean is for the scan
// stage, which sees types.
package directive

import (
	"go/ast"
	"go/token"
	"strings"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// A Directive is one well-formed directive.
type Directive struct {
	// Verb is the word after "mcp:".
	Verb string
	// Args is a pointer to the verb's type: *Tool, *Param, …
	Args any
	// Pos is where the comment begins; End is after its last character.
	Pos, End token.Position

	given map[string]token.Position
}

// Has reports whether the argument was given.
func (d Directive) Has(key string) bool {
	_, ok := d.given[key]
	return ok
}

// At gives the position of the value of an argument, of the argument itself
// when it is a flag without a value, or of the directive when it was not given.
func (d Directive) At(key string) token.Position {
	if p, ok := d.given[key]; ok {
		return p
	}
	return d.Pos
}

// Get gives the arguments of the first directive of type T, such as Get[Tool],
// and the directive itself for its positions. Both are nil when there is none.
func Get[T any](ds []Directive) (*T, *Directive) {
	for i := range ds {
		if args, ok := ds[i].Args.(*T); ok {
			return args, &ds[i]
		}
	}
	return nil, nil
}

// Parse reads the directives of one comment group, which may be nil. Place is
// the declaration that the group documents; a trailing comment counts like one
// above.
//
// Directives with mistakes are reported and left out of the result, except that
// a directive whose only mistakes are in some arguments is kept without those,
// so that later stages do not blame the user for its absence.
func Parse(fset *token.FileSet, group *ast.CommentGroup, place Place) ([]Directive, diag.List) {
	if group == nil {
		return nil, nil
	}
	p := groupParser{fset: fset, place: place, seen: map[string]bool{}}
	for _, c := range group.List {
		p.comment(c)
	}
	return p.found, p.diags
}

// groupParser reads one comment group.
type groupParser struct {
	fset  *token.FileSet
	place Place
	slash token.Pos       // where the current comment begins
	seen  map[string]bool // directives so far, with their name when they are repeated by name
	found []Directive
	diags diag.List
}

// at gives the position of a byte of the current comment.
func (p *groupParser) at(offset int) token.Position {
	return p.fset.Position(p.slash + token.Pos(offset))
}

// reportf adds a diagnostic for the bytes [from, to) of the current comment.
func (p *groupParser) reportf(from, to int, code diag.Code, fix, format string, args ...any) {
	p.diags.Add(p.at(from), code, fix, format, args...)
	p.diags[len(p.diags)-1].End = p.at(to)
}

func (p *groupParser) comment(c *ast.Comment) {
	p.slash = c.Slash
	text, ok := strings.CutPrefix(c.Text, prefix)
	if !ok || !startsVerb(text) {
		p.nearMiss(c.Text)
		return
	}
	word := firstWord(text)
	verb, ok := lookup(word)
	if !ok {
		fix := `run "mcpgen explain" for the list`
		if near := diag.Nearest(word, verbNames()); near != "" {
			fix = "did you mean mcp:" + near + "?"
		}
		p.reportf(0, len(prefix)+len(word), diag.UnknownVerb, fix, "unknown directive mcp:%s", word)
		return
	}
	end := len(prefix) + len(word)
	if !p.allowed(verb, end) {
		return
	}
	if next := wordEnd(c.Text, end); next != end {
		p.reportf(end, next, diag.DirectiveSyntax, "put a space behind mcp:"+word, "unexpected %q", c.Text[end:next])
		return
	}
	p.directive(verb, c.Text, end)
}

// prefix begins every directive.
const prefix = "//mcp:"

// startsVerb reports whether a verb in lower case follows the prefix.
func startsVerb(s string) bool {
	return s != "" && s[0] >= 'a' && s[0] <= 'z' && strings.ToLower(firstWord(s)) == firstWord(s)
}

// firstWord gives the letters at the beginning of s.
func firstWord(s string) string {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return s[:i]
		}
	}
	return s
}

// allowed reports whether the verb may stand at the place.
func (p *groupParser) allowed(v *Verb, end int) bool {
	if !v.Places.Has(p.place) {
		fix := "put it right above " + v.Places.String()
		if v.Name == "param" && p.place == Field {
			fix = `use the field's tag jsonschema:"…", or mcp:param in the comment of a function`
		}
		p.reportf(0, end, diag.WrongPlace, fix, "mcp:%s cannot stand %s", v.Name, p.place.where())
		return false
	}
	return true
}

// directive reads the arguments of a known verb. The text is the whole comment
// and args the offset after the verb.
func (p *groupParser) directive(v *Verb, text string, args int) {
	d := Directive{
		Verb:  v.Name,
		Args:  v.newArgs(),
		Pos:   p.at(0),
		End:   p.at(len(text)),
		given: map[string]token.Position{},
	}
	known := argumentsOf(d.Args)
	r := reader{p: p, d: &d, known: known, unseen: p.place.unnamed(v)}
	if body := known.body(); body != nil {
		r.readBody(body, text, args)
	} else {
		r.readArguments(text, args)
	}
	if !r.broken {
		if m, ok := d.Args.(interface {
			misplaced(place Place) (code diag.Code, what, fix string)
		}); ok {
			if code, what, fix := m.misplaced(p.place); what != "" {
				p.reportf(0, args, code, fix, "%s", what)
				return
			}
		}
	}
	if r.broken || !p.first(v, &d, args) {
		return
	}
	if c, ok := d.Args.(interface{ contradiction() string }); ok {
		if what := c.contradiction(); what != "" {
			p.reportf(0, len(text), diag.WrongValue, "keep one of them", "mcp:%s: %s", v.Name, what)
		}
	}
	p.found = append(p.found, d)
}

// first reports whether the directive does not repeat an earlier one.
func (p *groupParser) first(v *Verb, d *Directive, end int) bool {
	key := v.Name
	switch v.Repeat {
	case Anytime:
		return true
	case ByName:
		if n, ok := d.Args.(interface{ name() string }); ok {
			key += " " + n.name()
		}
	}
	if p.seen[key] {
		p.reportf(0, end, diag.DuplicateDirective, "merge the two into one", "mcp:%s stands here twice", key)
		return false
	}
	p.seen[key] = true
	return true
}
