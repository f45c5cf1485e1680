package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// guards emits declarations that do not compile once the source has changed
// under the file. What the compiler cannot see, such as comments and rules, is
// for the fingerprint.
func (g *generator) guards() {
	g.signatureGuards()
	g.layoutGuards()
	g.constantGuards()
	g.file.Line()
	g.file.Add(remark(FingerprintLabel + Fingerprint(g.p)))
}

// signatureGuards pin the types of the annotated functions.
func (g *generator) signatureGuards() {
	all := g.p.Functions()
	for _, c := range g.p.Completions {
		all = append(all, &c.Function)
	}
	for _, p := range g.p.Providers {
		all = append(all, &p.Function)
	}
	var defs []jen.Code
	for _, f := range all {
		if f.Sign.Form == model.FuncOf {
			defs = append(defs, jen.Id("_").Add(g.typ(f.Sign)).Op("=").Add(g.function(f)))
		}
	}
	if len(defs) > 0 {
		g.declare("The functions as they were when this file was made. If this does not compile, one has changed\n"+
			"since: run go generate.", variables(defs))
	}
}

// function refers to the annotated function of a tool.
func (g *generator) function(t *model.Function) *jen.Statement {
	if t.Service == nil {
		return jen.Id(t.Func)
	}
	receiver := g.typ(t.Sign.Params[0])
	if t.Sign.Params[0].Form == model.PointerTo {
		receiver = jen.Parens(receiver)
	}
	return receiver.Dot(t.Func)
}

// layoutGuards pin the fields and tags of structs. An assignment compares them
// all; a conversion would ignore the tags.
func (g *generator) layoutGuards() {
	var defs []jen.Code
	pinned := map[string]bool{} // a struct may have a second definition for arguments that are strings
	for _, d := range g.reach.pinned {
		if d.Kind == model.Struct && !d.Synthetic && d.Layout != nil {
			if name := d.Go.Name; len(d.Go.Args) == 0 {
				if pinned[name] {
					continue
				}
				pinned[name] = true
			}
			defs = append(defs, jen.Id("_").Add(g.typ(*d.Layout)).Op("=").Add(g.typ(d.Go)).Values())
		}
	}
	if len(defs) > 0 {
		g.declare("The structs as they were when this file was made. If this does not compile, a field or a tag has\n"+
			"changed since: run go generate.", variables(defs))
	}
}

// constantGuards pin the values of enums: a map refuses two equal constant keys.
func (g *generator) constantGuards() {
	var defs []jen.Code
	for _, d := range g.reach.pinned {
		if d.Kind != model.Enum || len(d.Values) == 0 {
			continue
		}
		var all *jen.Statement
		for _, v := range d.Values {
			value := numeral(v.JSON)
			if d.Base.Kind == model.String {
				value = quoted(plainText(v.JSON))
			}
			same := g.constant(v).Op("==").Add(value)
			if all == nil {
				all = same
			} else {
				all.Op("&&").Line().Add(same)
			}
		}
		defs = append(defs, jen.Id("_").Op("=").Map(jen.Bool()).Bool().Values(
			jen.Line().False().Op(":").False(),
			jen.Line().Add(all).Op(":").True(),
			jen.Line(),
		))
	}
	if len(defs) > 0 {
		g.declare("The constants as they were when this file was made. If this does not compile (duplicate key\n"+
			"false), one has changed since: run go generate.", variables(defs))
	}
}
