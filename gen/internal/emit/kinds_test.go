package emit

import "github.com/mcpgen/mcpgen/gen/internal/model"

// kinds is a package with a value of every kind, named and nested.
func kinds() *model.Package {
	is := func(name string, t *model.Type) *model.Type {
		out := *t
		out.Go = named(name)
		return &out
	}
	small, name := is("Small", int8s), is("Name", str)
	level := enumDef(named("Level"), int8s, "Low", "-1", "Mid", "0", "High", "1", "Same", "1")
	mood := enumDef(named("Mood"), str, "Happy", `"happy"`)
	mood.Open = true
	addr := *addr
	addr.Format = "ip"
	inner := structDef("Inner", field("a", "A", str, required))
	inner.Recursive = true
	inner.Fields = append(inner.Fields, field("b", "B", ptr(of(inner)), omitempty))
	uint8s := &model.Type{Kind: model.Uint, Go: basicGo("uint8"), Bits: 8}

	all := structDef("All",
		field("bool", "Bool", boolean), field("flag", "Flag", is("Flag", boolean)),
		field("int", "Int", integer), field("small", "Small", small), field("uint", "Uint", uint64s),
		field("float", "Float", float), field("ratio", "Ratio", is("Ratio", float32s)),
		field("string", "String", str), field("name", "Name", name),
		field("bytes", "Bytes", bytesT), field("blob", "Blob", is("Blob", bytesT)),
		field("time", "Time", timeT), field("number", "Number", number),
		field("any", "Any", anything), field("value", "Value", is("Value", anything)), field("raw", "Raw", rawJSON),
		field("addr", "Addr", &addr), field("big", "Big", bigInt),
		field("inner", "Inner", of(inner)), field("level", "Level", of(level)), field("mood", "Mood", of(mood)),
		field("tags", "Tags", is("Tags", slice(str))), field("ints", "Ints", slice(integer)),
		field("matrix", "Matrix", slice(slice(float))), field("inners", "Inners", slice(of(inner))),
		field("pinners", "PInners", slice(ptr(of(inner)))), field("addrs", "Addrs", slice(&addr)),
		field("levels", "Levels", slice(of(level))), field("maps", "Maps", slice(mapOf(str, boolean))),
		field("point", "Point", array(2, float)), field("grid", "Grid", array(2, array(2, integer))),
		field("table", "Table", is("Table", mapOf(name, small))), field("byInt", "ByInt", mapOf(integer, str)),
		field("byUint", "ByUint", mapOf(uint8s, str)), field("byAddr", "ByAddr", mapOf(&addr, integer)),
		field("byLevel", "ByLevel", mapOf(of(level), of(inner))),
		field("deep", "Deep", mapOf(str, mapOf(str, slice(integer)))),
		field("anys", "Anys", mapOf(str, anything)), field("list", "List", slice(anything)),
		field("pInt", "PInt", ptr(integer)), field("pName", "PName", ptr(name)), field("pInner", "PInner", ptr(of(inner))),
		field("pSlice", "PSlice", ptr(slice(integer))), field("ppInt", "PPInt", ptr(ptr(integer))),
		field("pBig", "PBig", ptr(bigInt)), field("pTime", "PTime", ptr(timeT)),
	)
	echo := structTool("Echo", all, true)
	echo.Output = model.Output{Form: model.OutputStructured, Type: ptr(of(all)), Go: pointerTo(all.Go), Error: true}
	echo.Sign.Results = []model.GoType{pointerTo(all.Go), basicGo("error")}

	options := structDef("Options",
		field("int", "Int", opt(integer)),
		field("names", "Names", opt(slice(str)), omitzero),
		field("inner", "Inner", opt(of(inner))),
		field("pause", "Pause", duration, preset(`"90s"`), with(model.Rules{Minimum: `"1s"`, Maximum: `"24h"`})),
	)
	choose := structTool("Choose", options, false)
	choose.Output = model.Output{Form: model.OutputStructured, Type: of(options), Go: options.Go}
	choose.Sign.Results = []model.GoType{options.Go}
	return pkg(echo, choose)
}

// structTool makes a tool whose one parameter is a struct.
func structTool(fn string, input *model.Def, pointer bool) *model.Tool {
	t := tool(fn, model.Output{})
	t.Input, t.InputIsStruct = input, true
	t.Params = []model.Param{{Name: "in", Role: model.RoleStruct, Go: input.Go, Pointer: pointer}}
	t.Sign.Params = []model.GoType{input.Go}
	if pointer {
		t.Sign.Params[0] = pointerTo(input.Go)
	}
	return t
}
