package emit

import "github.com/mcpgen/mcpgen/gen/internal/model"

// rules is a package with a constraint of every kind.
func rules() *model.Package {
	color := enumDef(named("Color"), str, "Red", `"red"`, "Blue", `"blue"`)
	home := &model.Type{Kind: model.URL, Go: other("net/url", "URL"), Comparable: true}
	sensitive := func(f *model.Field) { f.Sensitive = true }
	r := structDef("Rules",
		field("int", "Int", integer, required, with(model.Rules{ExclusiveMinimum: "0", ExclusiveMaximum: "1e2", MultipleOf: "5"})),
		field("small", "Small", int8s, with(model.Rules{Minimum: "-2.5", Maximum: "127", ExclusiveMinimum: "-200", ExclusiveMaximum: "128"})),
		field("uint", "Uint", uint64s, with(model.Rules{Minimum: "0", Maximum: "18446744073709551614", MultipleOf: "1.5"})),
		field("float", "Float", float, with(model.Rules{Minimum: "-0.5", ExclusiveMaximum: "1e3", MultipleOf: "0.25"})),
		field("number", "Number", number, with(model.Rules{Minimum: "0", Maximum: "100", MultipleOf: "0.5"})),
		field("choice", "Choice", integer, with(model.Rules{Enum: []string{"1", "2", "3"}})),
		field("ratio", "Ratio", float32s, with(model.Rules{Maximum: "1", Enum: []string{"0.1", "1", "1.0"}})),
		field("fixed", "Fixed", str, with(model.Rules{Const: `"x"`})),
		field("true", "True", boolean, with(model.Rules{Const: "true"})),
		field("kind", "Kind", str, with(model.Rules{Enum: []string{"\"a`b\"", `"c d"`}})),
		field("code", "Code", str, with(model.Rules{MinLength: count(3), MaxLength: count(6), Pattern: `^[A-Z]+\d+$`, RE2: `^[A-Z]+[0-9]+$`})),
		field("mail", "Mail", str, with(model.Rules{Format: "email"})),
		field("home", "Home", home),
		field("addr", "Addr", addr, with(model.Rules{Pattern: `^10\.`})),
		field("pause", "Pause", duration, with(model.Rules{ExclusiveMinimum: `"0s"`, MultipleOf: `"1s"`})),
		field("tags", "Tags", slice(of(color)), with(model.Rules{MinItems: count(2), UniqueItems: true})),
		field("rows", "Rows", slice(slice(integer)), with(model.Rules{Items: &model.Rules{MaxItems: count(1), Items: &model.Rules{Minimum: "1"}}})),
		field("by", "By", mapOf(str, str), with(model.Rules{MinProperties: count(1), MaxProperties: count(2), Items: &model.Rules{MinLength: count(1)}})),
		field("secret", "Secret", str, sensitive, with(model.Rules{Pattern: "^s.*$"})),
	)
	apply := structTool("Apply", r, false)
	apply.Output = structured(r)
	return signed(pkg(apply))
}

// defaults is a package with a default of every kind.
func defaults() *model.Package {
	color := enumDef(named("Color"), str, "Red", `"red"`, "Blue", `"blue"`)
	color.Open = true
	int64s := &model.Type{Kind: model.Int, Go: basicGo("int64"), Bits: 64}
	home := &model.Type{Kind: model.URL, Go: other("net/url", "URL")}
	inner := structDef("Inner", field("a", "A", str), field("b", "B", integer, preset("4")))
	all := []struct {
		name string
		t    *model.Type
		json string
	}{
		{"Bool", boolean, `true`}, {"Int", integer, `1e3`}, {"PInt", ptr(int64s), `5`}, {"PFloat", ptr(float32s), `1`},
		{"PColor", ptr(of(color)), `"blue"`}, {"PStr", ptr(str), `"s"`}, {"Float", float, `2`}, {"Str", str, `"a\"b"`},
		{"Color", of(color), `"red"`}, {"Pause", duration, `"90s"`}, {"PPause", ptr(duration), `"1ms"`},
		{"Time", timeT, `"2026-01-02T03:04:05Z"`}, {"Zoned", timeT, `"2026-01-02T03:04:05.0000005+01:00"`},
		{"Bytes", bytesT, `"AQL/"`}, {"Raw", rawJSON, `{"a":1}`}, {"Number", number, `1.50`}, {"Any", anything, `{"a":[1,"x",null,true]}`},
		{"Colors", slice(of(color)), `["red","pink"]`}, {"Addrs", slice(addr), `["::1","::2"]`}, {"Arr", array(2, integer), `[1,2]`},
		{"By", mapOf(str, integer), `{"b":2,"a":1}`}, {"ByAddr", mapOf(str, addr), `{"k":"::1"}`}, {"Addr", addr, `"10.0.0.1"`},
		{"Big", bigInt, `7`}, {"Home", home, `"https://example.com"`}, {"Inner", of(inner), `{"a":"x"}`},
		{"PInner", ptr(of(inner)), `{"a":"y","b":2}`}, {"Inners", slice(of(inner)), `[{"a":"z"}]`}, {"Opt", opt(integer), `3`},
		{"NullOpt", opt(str), `null`}, {"NullPtr", ptr(integer), `null`}, {"NullSlice", slice(str), `null`}, {"NullAny", anything, `null`},
		{"NullRaw", rawJSON, `null`},
	}
	d := structDef("Defaults")
	for _, f := range all {
		nullable := func(x *model.Field) {
			x.Nullable = f.json == "null" && f.t.Kind != model.Opt && f.t.Kind != model.Any && f.t.Kind != model.Raw
		}
		d.Fields = append(d.Fields, field(f.name, f.name, f.t, preset(f.json), nullable))
	}
	return pkg(structTool("Use", d, false))
}
