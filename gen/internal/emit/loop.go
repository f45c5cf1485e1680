package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// bare is the list or map of a type that contains itself, and any other type as
// it is.
func bare(t *model.Type) *model.Type {
	if t.Kind == model.Loop {
		return t.Def.Base
	}
	return t
}

// loopDecoder emits the function that reads a list or map that contains itself.
func (g *generator) loopDecoder(d *model.Def) {
	n, v := g.names.defs[d], g.id("v")
	body := g.read(d.Base, use{hint: n.base}, inPlace{place{expr: v, pointer: true}}, nest{})
	g.declare(n.decode+" reads one "+goName(d)+".",
		jen.Func().Id(n.decode).Params(
			g.id("d").Op("*").Add(g.codec("Decoder")),
			v.Clone().Op("*").Add(g.typ(d.Go)),
		).Block(body.code()...))
}

// loopEncoder emits the function that writes a list or map that contains itself.
func (g *generator) loopEncoder(d *model.Def) {
	n, v := g.names.defs[d], g.id("v")
	w := &writer{g: g}
	g.write(w, d.Base, use{hint: n.base}, place{expr: v}, nest{})
	g.declare(n.encode+" writes one "+goName(d)+".",
		jen.Func().Id(n.encode).Params(
			g.id("e").Op("*").Add(g.codec("Encoder")),
			v.Clone().Add(g.typ(d.Go)),
		).Block(g.bounded(d, w.done())...))
}
