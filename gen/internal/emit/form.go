package emit

import (
	"encoding/json"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// form emits what makes a struct type an mcp.Form: its schemas, and the method
// that reads an answer.
func (g *generator) form(f *model.FormType) {
	d, n := f.Def, g.names.defs[f.Def]
	s := g.forms[d.Name]
	if !json.Valid([]byte(s.Schema)) || !json.Valid([]byte(s.Schema20250618)) {
		bugf("the schemas of form %s are not JSON", d.Name)
	}
	g.declare(n.schema+" is the JSON Schema of "+goName(d)+" as a form.", schemaConstant(n.schema, s.Schema))
	values := []jen.Code{jen.Id("Schema").Op(":").Id(n.schema)}
	switch {
	case s.Since20251125:
		values = append(values, jen.Id("Since20251125").Op(":").True())
	case s.Schema20250618 != s.Schema:
		g.declare(n.schema2025+" is "+n.schema+" for clients of 2025-06-18.", schemaConstant(n.schema2025, s.Schema20250618))
		values = append(values, jen.Id("Schema20250618").Op(":").Id(n.schema2025))
	}
	receiver := jen.Op("*").Add(g.typ(d.Go))
	g.declare("MCPForm implements mcp.Form.",
		jen.Func().Params(receiver.Clone()).Id("MCPForm").Params().Add(g.mcp("FormSchema")).Block(
			jen.Return(g.mcp("FormSchema").Values(values...))))

	r := &structReader{g: g, def: d, names: n, v: place{expr: g.id("v"), pointer: true}}
	r.number()
	if len(d.Fields) > 0 {
		receiver = g.id("v").Add(receiver)
	}
	g.declare("MCPDecode implements mcp.Form.",
		jen.Func().Params(receiver).Id("MCPDecode").Params(
			g.id("d").Op("*").Add(g.codec("Decoder"))).Block(r.body()...))
	if r.bits > 0 {
		g.list(n.properties, r.properties)
	}
}
