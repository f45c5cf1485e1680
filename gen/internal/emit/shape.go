package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// notNil reports a nil pointer in place of a result that is an object.
func (g *generator) notNil(at place) jen.Code {
	return jen.If(at.value().Op("==").Nil()).Block(
		g.id("c").Dot("Structured").Call().Dot("Fail").Call(jen.Lit(""), g.codec("Type"), jen.Lit("object")),
		jen.Return(jen.Nil()),
	)
}

// unbox hands on what an mcp.Result has besides its value. When the call failed
// there is nothing else.
func (g *generator) unbox(o model.Output, result *jen.Statement) []jen.Code {
	c := g.id("c")
	var out []jen.Code
	if o.Pointer {
		out = append(out, g.notNil(place{expr: result}))
	}
	return append(out,
		c.Clone().Dot("Content").Call(result.Clone().Dot("Content").Op("...")),
		jen.If(result.Clone().Dot("IsError")).Block(c.Clone().Dot("Failed").Call(), jen.Return(jen.Nil())),
	)
}

// collect writes the list of what an iterator gives and reports each element as
// progress.
func (g *generator) collect(t *model.Function, sequence *jen.Statement) []jen.Code {
	x, n, err := g.variableName(nest{}), g.id("n"), g.id("err")
	w := &writer{g: g}
	w.raw(`{"result":[`)
	body := w.sub(func(w *writer) {
		if t.Output.Fallible {
			w.do(jen.If(err.Clone().Op("!=").Nil()).Block(jen.Return(err.Clone())))
		}
		w.do(g.enc("Comma"))
		g.write(w, t.Output.Type.Elem, use{hint: toolBase(t) + "Result"}, place{expr: x.Clone()}, nest{}.variable())
		w.do(n.Clone().Op("++"), g.id("c").Dot("Progress").Call().Dot("Report").Call(jen.Float64().Call(n.Clone()), jen.Lit(0), jen.Lit("")))
	})
	vars := []jen.Code{x.Clone()}
	if t.Output.Fallible {
		vars = append(vars, err.Clone())
	}
	w.do(jen.For(jen.List(vars...).Op(":=").Range().Add(sequence)).Block(body...))
	w.raw("]}")
	return append([]jen.Code{define(g.id("c").Dot("Structured").Call(), g.id("e")), define(jen.Lit(0), n)}, w.done()...)
}
