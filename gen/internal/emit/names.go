package emit

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// locals are the variables that generated functions declare. Each is renamed
// when the package declares the same name, which the variable would hide.
var locals = []string{
	"a", "b", "c", "ctx", "d", "e", "em", "err", "f", "i", "j", "k", "m", "n",
	"key", "name", "ok", "p", "q", "r", "s", "seen", "size", "svc", "t", "u", "v", "x", "y",
}

// names holds every identifier that the file declares. All are chosen before
// anything is written, so that a name does not depend on what came before it.
type names struct {
	taken   map[string]bool // names at package scope, ours included
	imports map[string]bool // taken by imports of other files only
	funcs   map[*model.Function]*funcNames
	defs    map[*model.Def]*defNames
	members map[*model.Variant]*defNames // variants without the discriminator as a field
	results map[string]bool              // names of result variables, which imports must not have
}

// funcNames are the identifiers of one annotated function.
type funcNames struct {
	call         string // function that serves a call
	args         string // struct of the arguments, when the generator declares it
	inputSchema  string // constant of a tool
	outputSchema string // constant of a tool
}

// defNames are the identifiers of one definition.
type defNames struct {
	base       string // exported form of its name
	decode     string // function
	encode     string // function
	properties string // table of property names
	values     string // table of the values of an enum or the tags of a union
	schema     string // constant of a form
	schema2025 string // constant of a form, for 2025-06-18
}

func newNames(p *model.Package, r *reach) *names {
	n := &names{
		taken:   map[string]bool{},
		imports: p.Imports,
		funcs:   map[*model.Function]*funcNames{},
		defs:    map[*model.Def]*defNames{},
		members: map[*model.Variant]*defNames{},
		results: map[string]bool{},
	}
	for name := range p.Taken {
		n.taken[name] = true
	}
	for _, f := range p.Functions() {
		n.function(f)
	}
	for _, t := range p.Tools {
		base := toolBase(&t.Function)
		names := n.funcs[&t.Function]
		names.inputSchema = n.pick(unexported(base) + "InputSchema")
		names.outputSchema = n.pick(unexported(base) + "OutputSchema")
	}
	for _, c := range p.Completions {
		n.function(&c.Function)
	}
	for _, d := range r.all {
		base := exported(d.Name)
		if d.Synthetic { // named after its function, which need not be ASCII
			base = toolBase(r.inputOf[d]) + "Args"
		}
		n.defs[d] = n.def(base)
		for i := range d.Variants {
			if v := &d.Variants[i]; !tagged(d, v) {
				n.members[v] = n.def(exported(d.Name) + exported(v.Def.Name))
			}
		}
	}
	for _, d := range r.forms {
		n.form(d)
	}
	return n
}

// function chooses the names of one function.
func (n *names) function(f *model.Function) {
	base := toolBase(f)
	names := &funcNames{call: n.pick("call" + base)}
	if f.Input != nil && f.Input.Synthetic {
		names.args = n.pick(unexported(base) + "Args")
	}
	n.funcs[f] = names
}

// form chooses the names of a form.
func (n *names) form(d *model.Def) {
	base := exported(d.Name)
	n.defs[d] = &defNames{
		base:       base,
		properties: n.pick(unexported(base) + "Names"),
		schema:     n.pick(unexported(base)),
		schema2025: n.pick(unexported(base) + "20250618"),
	}
}

func (n *names) def(base string) *defNames {
	return &defNames{
		base:       base,
		decode:     n.pick("decode" + base),
		encode:     n.pick("encode" + base),
		properties: n.pick(unexported(base) + "Names"),
		values:     n.pick(unexported(base) + "Values"),
	}
}

// pick takes base, or else base with the first number that makes it free.
func (n *names) pick(base string) string {
	name := base
	for i := 2; n.taken[name] || jen.IsReservedWord(name); i++ {
		name = base + strconv.Itoa(i)
	}
	n.taken[name] = true
	return name
}

// local is the name of a local variable. One that is declared at package scope
// is passed over: the function may have to refer to it.
func (n *names) local(name string) string {
	out := name
	for i := 2; n.taken[out] && !n.imports[out]; i++ {
		out = name + strconv.Itoa(i)
	}
	return out
}

// result is the name of the variable that holds a tool's result: wish if it is
// free, else "result".
func (n *names) result(wish string) string {
	if !identifier(wish) || jen.IsReservedWord(wish) || n.taken[wish] || wish == "any" || isLocal(wish) || isPackage(wish) {
		wish = n.local("result")
	}
	n.results[wish] = true
	return wish
}

// importable tells that a package may be imported under a name.
func (n *names) importable(name string) bool {
	if !identifier(name) || jen.IsReservedWord(name) || name == "any" || name == "comparable" || isLocal(name) || n.results[name] {
		return false
	}
	return !n.taken[name] || n.imports[name]
}

func isLocal(name string) bool { return slices.Contains(locals, name) }

// isPackage tells the names of packages that generated functions use.
func isPackage(name string) bool {
	switch name {
	case "cmp", "codec", "context", "json", "mcp", "reflect", "strconv", "time", "url":
		return true
	}
	return false
}

// identifier tells that s can be an identifier.
func identifier(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != "" && s != "_"
}

// toolBase is what the names of a tool's declarations are made of.
func toolBase(t *model.Function) string {
	if t.Service != nil {
		return exported(t.Service.Name) + exported(t.Func)
	}
	return exported(t.Func)
}

// toolFunc is a tool's function as prose writes it.
func toolFunc(t *model.Function) string {
	if t.Service != nil {
		return t.Service.Name + "." + t.Func
	}
	return t.Func
}

// goName is a definition as prose writes it.
func goName(d *model.Def) string {
	if d.Go.Form == model.Named && d.Go.Name != "" && len(d.Go.Args) == 0 {
		return d.Go.Name
	}
	return d.Name
}

// exported gives a name a capital first letter.
func exported(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// unexported makes the first word of a name lower case: "HTTPGet" becomes
// "httpGet", "URL" becomes "url".
func unexported(s string) string {
	runes := []rune(s)
	for i, r := range runes {
		if !unicode.IsUpper(r) {
			break
		}
		if i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1]) {
			break
		}
		runes[i] = unicode.ToLower(r)
	}
	return string(runes)
}

// camel makes the part of an identifier out of a wire name: "max_items" becomes
// "MaxItems".
func camel(s string) string {
	var b strings.Builder
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, w := range words {
		b.WriteString(exported(w))
	}
	return b.String()
}
