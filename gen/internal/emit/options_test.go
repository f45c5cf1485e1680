package emit

import "github.com/mcpgen/mcpgen/gen/internal/model"

// omit is a package whose fields are left out of results in every way.
func omit() *model.Package {
	ip := &model.Type{Kind: model.Text, Go: other("net", "IP"), Under: model.Slice}
	addr := *addr
	pair := structDef("Pair", field("a", "A", integer))
	list := structDef("List", field("l", "L", slice(integer)))
	always := structDef("Always", field("n", "N", integer))
	pairs := of(pair)
	pairs.Comparable = true
	isZero := func(f *model.Field) { f.IsZero = true }
	fields := func(tune func(*model.Field)) []model.Field {
		return []model.Field{
			field("bool", "Bool", boolean, tune), field("int", "Int", integer, tune), field("float", "Float", float, tune),
			field("string", "String", str, tune), field("bytes", "Bytes", bytesT, tune), field("raw", "Raw", rawJSON, tune),
			field("number", "Number", number, tune), field("any", "Any", anything, tune), field("time", "Time", timeT, tune),
			field("addr", "Addr", &addr, tune), field("ip", "IP", ip, tune), field("slice", "Slice", slice(integer), tune),
			field("map", "Map", mapOf(str, integer), tune), field("array", "Array", array(1, integer), tune),
			field("pair", "Pair", pairs, tune),
		}
	}
	empty := structDef("Empty", append(fields(omitempty),
		field("ppair", "PPair", ptr(of(pair)), omitempty), field("pint", "PInt", ptr(integer), omitempty))...)
	zero := structDef("Zero", append(fields(omitzero),
		field("list", "List", of(list), omitzero), field("always", "Always", of(always), omitzero, isZero),
		field("ppair", "PPair", ptr(of(pair)), omitzero), field("ptime", "PTime", ptr(timeT), omitzero, isZero),
		field("both", "Both", integer, omitempty, omitzero), field("boths", "BothS", slice(integer), omitempty, omitzero),
		field("last", "Last", integer))...)
	nullable := func(f *model.Field) { f.Nullable = true }
	null := structDef("Null",
		field("names", "Names", slice(str), required, nullable), field("by", "By", mapOf(str, integer), required, nullable),
		field("p", "P", ptr(integer), nullable), field("d", "D", slice(integer), nullable, preset("[1,2]")))
	get, put, none := structTool("Get", null, false), structTool("Put", zero, false), structTool("Nil", empty, false)
	get.Output = structured(empty)
	put.Output = structured(zero)
	none.Output = structured(null)
	return signed(pkg(get, put, none))
}

func structured(d *model.Def) model.Output {
	return model.Output{Form: model.OutputStructured, Type: of(d), Go: d.Go}
}

// signed completes the signatures of tools that return their output alone.
func signed(p *model.Package) *model.Package {
	for _, t := range p.Tools {
		if t.Sign.Results == nil && t.Output.Form != model.OutputNone {
			t.Sign.Results = []model.GoType{t.Output.Go}
		}
	}
	return p
}

// embedded is a package with fields that are promoted from other structs.
func embedded() *model.Package {
	under := func(f model.Field, steps ...model.Step) model.Field {
		f.Path = append(steps, f.Path...)
		return f
	}
	meta := model.Step{Name: "Meta", Pointer: true, Go: named("Meta")}
	deep := model.Step{Name: "Deep", Pointer: true, Go: named("Deep")}
	base := model.Step{Name: "Base", Go: named("Base")}
	doc := structDef("Doc",
		under(field("author", "Author", str), meta),
		under(field("level", "Level", integer), meta, deep),
		under(field("id", "ID", integer), base),
		under(field("note", "Note", str, omitempty), base),
		field("title", "Title", str, required),
	)
	save := structTool("Save", doc, false)
	save.Output = structured(doc)
	return signed(pkg(save))
}

// quotedValues is a package with the ",string" option.
func quotedValues() *model.Package {
	size := enumDef(named("Size"), integer, "S", "1", "L", "2")
	q := structDef("Quoted",
		field("b", "B", boolean, quotedOpt),
		field("i", "I", int8s, quotedOpt, preset("5"), with(model.Rules{Maximum: "100"})),
		field("u", "U", uint64s, quotedOpt),
		field("f", "F", float32s, quotedOpt),
		field("s", "S", str, quotedOpt),
		field("p", "P", ptr(integer), quotedOpt),
		field("e", "E", of(size), quotedOpt),
	)
	quote := structTool("Quote", q, false)
	quote.Output = structured(q)
	return signed(pkg(quote))
}

// unions is a package with a sealed interface.
func unions() *model.Package {
	circle := structDef("Circle", field("r", "R", float, required))
	rect := structDef("Rect", field("w", "W", integer, omitempty))
	shape := &model.Def{Kind: model.Union, Name: "Shape", Go: named("Shape"), Tag: "kind"}
	group := structDef("Group", field("kind", "Kind", str, required), field("shapes", "Shapes", slice(of(shape))))
	shape.Variants = []model.Variant{{Value: "circle", Def: circle}, {Value: "rect", Pointer: true, Def: rect}, {Value: "group", Def: group}}
	scene := structDef("Scene", field("main", "Main", of(shape), required), field("by", "By", mapOf(str, of(shape))))
	draw := structTool("Draw", scene, false)
	draw.Output = structured(scene)
	return signed(pkg(draw))
}
