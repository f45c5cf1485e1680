package schema_test

import (
	"go/token"
	"testing"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/gen/internal/schema"
)

// The helpers build models by hand, as short as the Go they stand for.

func typ(k model.Kind, bits int) *model.Type { return &model.Type{Kind: k, Bits: bits} }

var (
	str     = typ(model.String, 0)
	boolean = typ(model.Bool, 0)
	integer = typ(model.Int, 64)
)

func of(k model.Kind, elem *model.Type) *model.Type { return &model.Type{Kind: k, Elem: elem} }
func mapOf(key, elem *model.Type) *model.Type {
	return &model.Type{Kind: model.Map, Key: key, Elem: elem}
}
func use(d *model.Def) *model.Type { return &model.Type{Kind: d.Kind, Def: d} }
func at(line int) token.Position   { return token.Position{Filename: "a.go", Line: line, Column: 1} }
func named(name string) model.GoType {
	return model.GoType{Form: model.Named, PkgPath: "x", Name: name}
}

func object(name string, fields ...model.Field) *model.Def {
	for i := range fields {
		fields[i].Path = []model.Step{{Name: fields[i].Name}}
		if fields[i].Pos.Filename == "" {
			fields[i].Pos = at(10 + i)
		}
	}
	return &model.Def{Kind: model.Struct, Name: name, Fields: fields, Go: named(name), Pos: at(5)}
}

func req(name string, t *model.Type) model.Field {
	return model.Field{Name: name, Type: t, Required: true}
}

func opt(name string, t *model.Type) model.Field {
	return model.Field{Name: name, Type: t, OmitEmpty: true}
}

func (t tool) rules(r model.Rules) tool { t.Input.Fields[len(t.Input.Fields)-1].Rules = r; return t }

type tool struct{ *model.Tool }

// arguments is a tool with the given arguments and no result.
func arguments(fields ...model.Field) tool {
	return tool{&model.Tool{Name: "f", Function: model.Function{Pos: at(1), Func: "F", Input: object("fArgs", fields...)}}}
}

// returns is a tool without arguments that returns t.
func returns(form model.OutputForm, t *model.Type) tool {
	out := arguments()
	out.Output = model.Output{Form: form, Type: t}
	return out
}

// build makes the schemas of one tool and fails when there are diagnostics.
func build(t *testing.T, tl tool, p schema.Profile) schema.ToolSchemas {
	t.Helper()
	got, diags := schema.Build(&model.Package{Tools: []*model.Tool{tl.Tool}}, p)
	for _, d := range diags {
		t.Error(d)
	}
	return got["f"]
}

func TestTypes(t *testing.T) {
	t.Parallel()
	weekday := &model.Def{Kind: model.Enum, Name: "Weekday", Go: named("Weekday"), Base: integer, Doc: "A day.",
		Values: []model.EnumValue{{Const: "Monday", JSON: "1"}, {Const: "Sunday", JSON: "7", Doc: "day of rest"}}}
	unit := &model.Def{Kind: model.Enum, Name: "Unit", Go: named("Unit"), Base: str, Doc: "A unit.",
		Values: []model.EnumValue{{JSON: `"kg"`, Doc: "kilograms"}, {JSON: `"lb"`}}}
	open := &model.Def{Kind: model.Enum, Name: "Colour", Go: named("Colour"), Base: str, Open: true,
		Values: []model.EnumValue{{JSON: `"red"`}, {JSON: `"blue"`, Doc: "like the sky"}}}
	tests := []struct {
		name string
		typ  *model.Type
		want string // the schema of a required argument "a"
	}{
		{"bool", boolean, `{"type":"boolean"}`},
		{"string", str, `{"type":"string"}`},
		{"int8", typ(model.Int, 8), `{"type":"integer","minimum":-128,"maximum":127}`},
		{"int16", typ(model.Int, 16), `{"type":"integer","minimum":-32768,"maximum":32767}`},
		{"int32", typ(model.Int, 32), `{"type":"integer","minimum":-2147483648,"maximum":2147483647}`},
		{"int64", typ(model.Int, 64), `{"type":"integer"}`},
		{"uint8", typ(model.Uint, 8), `{"type":"integer","minimum":0,"maximum":255}`},
		{"uint16", typ(model.Uint, 16), `{"type":"integer","minimum":0,"maximum":65535}`},
		{"uint32", typ(model.Uint, 32), `{"type":"integer","minimum":0,"maximum":4294967295}`},
		{"uint64", typ(model.Uint, 64), `{"type":"integer","minimum":0}`},
		{"float32", typ(model.Float, 32), `{"type":"number"}`},
		{"number", typ(model.Number, 0), `{"type":"number"}`},
		{"bytes", typ(model.Bytes, 0), `{"type":"string","contentEncoding":"base64"}`},
		{"time", typ(model.Time, 0), `{"type":"string","format":"date-time"}`},
		{"url", typ(model.URL, 0), `{"type":"string","format":"uri"}`},
		{"duration", typ(model.Duration, 0), `{"type":"string","description":"A duration such as \"1h30m\" or \"500ms\".",` +
			`"pattern":"^[+-]?(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)(h|m|s|ms|us|µs|μs|ns))+)$"}`},
		{"any", typ(model.Any, 0), `{}`},
		{"raw", typ(model.Raw, 0), `{}`},
		{"text", &model.Type{Kind: model.Text, Format: "uuid"}, `{"type":"string","format":"uuid"}`},
		{"ip address", &model.Type{Kind: model.Text, Go: model.GoType{Form: model.Named, PkgPath: "net/netip", Name: "Addr"}}, `{"type":"string","description":"An IP address."}`},
		{"own schema", &model.Type{Kind: model.JSON, Schema: `{"pattern": "^#", "description": "A colour.", "type": "string"}`},
			`{"type":"string","description":"A colour.","pattern":"^#"}`},
		{"pointer", of(model.Pointer, str), `{"type":"string"}`},
		{"slice", of(model.Slice, typ(model.Int, 8)), `{"type":"array","items":{"type":"integer","minimum":-128,"maximum":127}}`},
		{"slice of any", of(model.Slice, typ(model.Any, 0)), `{"type":"array","items":{}}`},
		{"slice of pointers", of(model.Slice, of(model.Pointer, str)), `{"type":"array","items":{"type":"string"}}`},
		{"array", &model.Type{Kind: model.Array, Len: 3, Elem: boolean}, `{"type":"array","items":{"type":"boolean"},"minItems":3,"maxItems":3}`},
		{"array of none", &model.Type{Kind: model.Array, Elem: boolean}, `{"type":"array","items":{"type":"boolean"},"minItems":0,"maxItems":0}`},
		{"map", mapOf(str, integer), `{"type":"object","additionalProperties":{"type":"integer"}}`},
		{"map of any", mapOf(str, typ(model.Any, 0)), `{"type":"object"}`},
		{"map of int keys", mapOf(integer, str), `{"type":"object","additionalProperties":{"type":"string"},"propertyNames":{"pattern":"^(0|-?[1-9][0-9]*)$"}}`},
		{"map of uint keys", mapOf(typ(model.Uint, 8), str), `{"type":"object","additionalProperties":{"type":"string"},"propertyNames":{"pattern":"^(0|[1-9][0-9]*)$"}}`},
		{"map of text keys", mapOf(&model.Type{Kind: model.Text, Format: "uuid"}, str), `{"type":"object","additionalProperties":{"type":"string"},"propertyNames":{"format":"uuid"}}`},
		{"map of enum keys", mapOf(use(unit), boolean), `{"type":"object","additionalProperties":{"type":"boolean"},"propertyNames":{"enum":["kg","lb"]}}`},
		{"struct", use(object("Point", req("x", integer), opt("y", integer))),
			`{"type":"object","properties":{"x":{"type":"integer"},"y":{"type":"integer"}},"required":["x"],"additionalProperties":false}`},
		{"empty struct", use(object("Empty")), `{"type":"object","additionalProperties":false}`},
		{"lenient struct", use(&model.Def{Kind: model.Struct, Lenient: true}), `{"type":"object"}`},
		{"string enum", use(unit), `{"type":"string","description":"A unit.\n- \"kg\": kilograms","enum":["kg","lb"]}`},
		{"integer enum", use(weekday), `{"type":"integer","description":"A day.\n- 1: Monday\n- 7: day of rest","enum":[1,7]}`},
		{"open enum", use(open), `{"type":"string","description":"Known values, others are accepted:\n- \"red\"\n- \"blue\": like the sky"}`},
		{"opt", of(model.Opt, str), `{"anyOf":[{"type":"string"},{"type":"null"}]}`},
		{"opt of pointer", of(model.Opt, of(model.Pointer, str)), `{"anyOf":[{"type":"string"},{"type":"null"}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := build(t, arguments(req("a", tt.typ)), schema.Portable).Input
			want := `{"type":"object","properties":{"a":` + tt.want + `},"required":["a"],"additionalProperties":false}`
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestNoArguments(t *testing.T) {
	t.Parallel()
	got := build(t, arguments(), schema.Portable)
	if want := `{"type":"object","additionalProperties":false}`; got.Input != want {
		t.Errorf("input is %s, want %s", got.Input, want)
	}
	if got.Output != "" {
		t.Errorf("output is %s, want none", got.Output)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		typ   *model.Type
		rules model.Rules
		want  string
	}{
		{"bounds", integer, model.Rules{Minimum: "1", Maximum: "14"}, `{"type":"integer","minimum":1,"maximum":14}`},
		{"exact bounds", integer, model.Rules{Minimum: "-9007199254740993"}, `{"type":"integer","minimum":-9007199254740993}`},
		{"looser than the type", typ(model.Int, 8), model.Rules{Minimum: "-1000", Maximum: "1e3"}, `{"type":"integer","minimum":-128,"maximum":127}`},
		{"exclusive within the type", typ(model.Int, 8), model.Rules{ExclusiveMinimum: "0", ExclusiveMaximum: "10"}, `{"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":10}`},
		{"exclusive outside the type", typ(model.Uint, 8), model.Rules{ExclusiveMinimum: "-5"}, `{"type":"integer","minimum":0,"exclusiveMinimum":-5,"maximum":255}`},
		{"fractions", typ(model.Float, 64), model.Rules{Minimum: "0.1", MultipleOf: "0.01"}, `{"type":"number","minimum":0.1,"multipleOf":0.01}`},
		{"lengths", str, model.Rules{MinLength: new(1), MaxLength: new(10), Pattern: "^a<b$", Format: "email"},
			`{"type":"string","format":"email","pattern":"^a<b$","minLength":1,"maxLength":10}`},
		{"zero length", str, model.Rules{MinLength: new(0)}, `{"type":"string","minLength":0}`},
		{"pointer", of(model.Pointer, str), model.Rules{MinLength: new(1)}, `{"type":"string","minLength":1}`},
		{"opt", of(model.Opt, str), model.Rules{MinLength: new(1)}, `{"anyOf":[{"type":"string","minLength":1},{"type":"null"}]}`},
		{"items", of(model.Slice, str), model.Rules{MinItems: new(1), MaxItems: new(3), UniqueItems: true, Items: &model.Rules{MaxLength: new(5)}},
			`{"type":"array","items":{"type":"string","maxLength":5},"minItems":1,"maxItems":3,"uniqueItems":true}`},
		{"nested items", of(model.Slice, of(model.Slice, integer)), model.Rules{Items: &model.Rules{MaxItems: new(2), Items: &model.Rules{Minimum: "0"}}},
			`{"type":"array","items":{"type":"array","items":{"type":"integer","minimum":0},"maxItems":2}}`},
		{"map", mapOf(str, integer), model.Rules{MinProperties: new(1), MaxProperties: new(2), Items: &model.Rules{Maximum: "9"}},
			`{"type":"object","additionalProperties":{"type":"integer","maximum":9},"minProperties":1,"maxProperties":2}`},
		{"enum", str, model.Rules{Enum: []string{`"a"`, `"b"`}}, `{"type":"string","enum":["a","b"]}`},
		{"const", integer, model.Rules{Const: "3"}, `{"type":"integer","const":3}`},
		{"false const", boolean, model.Rules{Const: "false"}, `{"type":"boolean","const":false}`},
		{"duration", typ(model.Duration, 0), model.Rules{Minimum: `"1s"`, ExclusiveMaximum: `"1h"`, Enum: []string{`"1m"`, `"2m"`}},
			`{"type":"string","description":"A duration such as \"1h30m\" or \"500ms\", at least 1s, less than 1h.",` +
				`"pattern":"^[+-]?(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)(h|m|s|ms|us|µs|μs|ns))+)$","enum":["1m","2m"]}`},
		{"pattern of ECMA-262", str, model.Rules{Pattern: `^\u{1F600}$`, RE2: `^\x{1f600}$`}, `{"type":"string","pattern":"^\\u{1F600}$"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := build(t, arguments(req("a", tt.typ)).rules(tt.rules), schema.Portable).Input
			want := `{"type":"object","properties":{"a":` + tt.want + `},"required":["a"],"additionalProperties":false}`
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestFieldWords(t *testing.T) {
	t.Parallel()
	unit := use(&model.Def{Kind: model.Enum, Base: str, Doc: "A unit.", Values: []model.EnumValue{{JSON: `"kg"`, Doc: "kilo\ngrams"}}})
	tests := []struct {
		name  string
		field model.Field
		want  string
	}{
		{"all annotations", model.Field{Type: str, Doc: "Who & <what>.", Title: "T", Default: `"x"`, Examples: []string{`"y"`, `"z"`},
			Deprecated: true, ReadOnly: true, WriteOnly: true, Header: "Region", Extras: []model.KeyValue{{Key: "x-b", Value: `{"k": 1}`}, {Key: "x-a", Value: "2"}}},
			`{"type":"string","title":"T","description":"Who & <what>.","default":"x","examples":["y","z"],"deprecated":true,"readOnly":true,"writeOnly":true,"x-mcp-header":"Region","x-a":2,"x-b":{"k":1}}`},
		{"nullable", model.Field{Type: of(model.Pointer, str), Nullable: true, Doc: "Maybe."}, `{"description":"Maybe.","anyOf":[{"type":"string"},{"type":"null"}]}`},
		{"nullable slice", model.Field{Type: of(model.Slice, str), Nullable: true, Rules: model.Rules{MinItems: new(1)}, Default: "null"},
			`{"anyOf":[{"type":"array","items":{"type":"string"},"minItems":1},{"type":"null"}],"default":null}`},
		{"nullable opt", model.Field{Type: of(model.Opt, str), Nullable: true}, `{"anyOf":[{"type":"string"},{"type":"null"}]}`},
		{"null-like default", model.Field{Type: boolean, Default: "false"}, `{"type":"boolean","default":false}`},
		{"exact default", model.Field{Type: integer, Default: "9007199254740993"}, `{"type":"integer","default":9007199254740993}`},
		{"described enum", model.Field{Type: unit, Doc: "How to weigh."}, `{"type":"string","description":"How to weigh.\n- \"kg\": kilo grams","enum":["kg"]}`},
		{"described any", model.Field{Type: typ(model.Any, 0), Doc: "Anything."}, `{"description":"Anything."}`},
		{"described opt", model.Field{Type: of(model.Opt, unit), Default: `"kg"`}, `{"description":"A unit.\n- \"kg\": kilo grams","anyOf":[{"type":"string","enum":["kg"]},{"type":"null"}],"default":"kg"}`},
		{"quoted integer", model.Field{Type: integer, AsString: true, Default: "5"},
			`{"type":"string","description":"An integer in a string.","pattern":"^(0|-?[1-9][0-9]*)$","default":"5"}`},
		{"quoted with rules", model.Field{Type: integer, AsString: true, Rules: model.Rules{ExclusiveMinimum: "1", Maximum: "9", MultipleOf: "2", Enum: []string{"2", "4"}}},
			`{"type":"string","description":"An integer in a string, more than 1, at most 9, a multiple of 2.","pattern":"^(0|-?[1-9][0-9]*)$","enum":["2","4"]}`},
		{"quoted unsigned", model.Field{Type: of(model.Pointer, typ(model.Uint, 8)), AsString: true},
			`{"type":"string","description":"An integer in a string.","pattern":"^(0|[1-9][0-9]*)$"}`},
		{"quoted float", model.Field{Type: typ(model.Float, 64), AsString: true, Doc: "A price."},
			`{"type":"string","description":"A price.\nA number in a string.","pattern":"^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$"}`},
		{"quoted bool", model.Field{Type: boolean, AsString: true}, `{"type":"string","enum":["true","false"]}`},
		{"quoted string", model.Field{Type: str, AsString: true}, `{"type":"string","description":"JSON inside a string.","pattern":"^\".*\"$","contentMediaType":"application/json"}`},
		{"quoted enum", model.Field{AsString: true, Type: &model.Type{Kind: model.Enum, Def: &model.Def{Kind: model.Enum, Base: integer, Doc: "A size.",
			Values: []model.EnumValue{{Const: "S", JSON: "1"}, {Const: "L", JSON: "20", Doc: "large"}}}}},
			`{"type":"string","description":"A size.\n- 1: S\n- 20: large","enum":["1","20"]}`},
		{"quoted open enum", model.Field{AsString: true, Type: &model.Type{Kind: model.Enum, Def: &model.Def{Kind: model.Enum, Base: integer, Open: true,
			Values: []model.EnumValue{{Const: "S", JSON: "1"}}}}},
			`{"type":"string","description":"Known values, others are accepted:\n- 1: S","pattern":"^(0|-?[1-9][0-9]*)$"}`},
		{"own schema under a field's words", model.Field{Doc: "Mine.", Type: &model.Type{Kind: model.JSON, Schema: `{"description":"Theirs.","x-z":1,"oneOf":[{"type":"string"},{"type":"number"}]}`}},
			`{"description":"Mine.","oneOf":[{"type":"string"},{"type":"number"}],"x-z":1}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.field.Name = "a"
			got := build(t, arguments(tt.field), schema.Portable).Input
			want := `{"type":"object","properties":{"a":` + tt.want + `},"additionalProperties":false}`
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestHidden(t *testing.T) {
	t.Parallel()
	hidden := req("b", str)
	hidden.Hidden = true
	got := build(t, arguments(req("a", str), hidden), schema.Portable).Input
	if want := `{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestDeclaredOutput checks output=Type, which describes a value of any type.
func TestDeclaredOutput(t *testing.T) {
	t.Parallel()
	tl := returns(model.OutputStructured, typ(model.Any, 0))
	tl.Output.Schema = of(model.Pointer, use(object("P", req("x", integer))))
	if got, want := build(t, tl, schema.Portable).Output, `{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestResults(t *testing.T) {
	t.Parallel()
	report := object("Report", req("a", str), opt("b", str), req("c", of(model.Pointer, str)), opt("d", of(model.Pointer, integer)),
		req("e", of(model.Slice, of(model.Pointer, str))), model.Field{Name: "f", Type: boolean, OmitZero: true}, req("g", str))
	report.Doc = "A report."
	report.Fields[1].Default = `"not told"`
	report.Fields[6].Path = []model.Step{{Name: "Inner", Pointer: true}, {Name: "G"}}
	tests := []struct {
		name string
		form model.OutputForm
		typ  *model.Type
		want string
	}{
		{"struct", model.OutputStructured, use(report), `{"type":"object","description":"A report.","properties":{"a":{"type":"string"},"b":{"type":"string"},` +
			`"c":{"anyOf":[{"type":"string"},{"type":"null"}]},"d":{"type":"integer"},"e":{"type":"array","items":{"anyOf":[{"type":"string"},{"type":"null"}]}},` +
			`"f":{"type":"boolean"},"g":{"type":"string"}},"required":["a","c","e"]}`},
		{"pointer to a struct", model.OutputStructured, of(model.Pointer, use(object("P", req("x", integer)))),
			`{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"]}`},
		{"map", model.OutputStructured, mapOf(str, integer), `{"type":"object","additionalProperties":{"type":"integer"}}`},
		{"slice", model.OutputWrapped, of(model.Slice, integer), `{"type":"object","properties":{"result":{"type":"array","items":{"type":"integer"}}},"required":["result"]}`},
		{"number", model.OutputWrapped, typ(model.Uint, 8), `{"type":"object","properties":{"result":{"type":"integer","minimum":0,"maximum":255}},"required":["result"]}`},
		{"pointer", model.OutputWrapped, of(model.Pointer, boolean), `{"type":"object","properties":{"result":{"anyOf":[{"type":"boolean"},{"type":"null"}]}},"required":["result"]}`},
		{"own schema", model.OutputStructured, &model.Type{Kind: model.JSON, Schema: `{"type":"object"}`}, `{"type":"object"}`},
		{"text", model.OutputText, nil, ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := build(t, returns(tt.form, tt.typ), schema.Portable).Output; got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// node is struct Node { Name string; Children []Node; Next *Node }.
func node() *model.Def {
	d := object("Node", req("name", str), opt("children", nil), opt("next", nil))
	d.Recursive, d.Doc = true, "A node."
	d.Fields[1].Type = of(model.Slice, use(d))
	d.Fields[2].Type = of(model.Pointer, use(d))
	return d
}

const nodeSchema = `{"type":"object","description":"A node.","properties":{"name":{"type":"string"},` +
	`"children":{"type":"array","items":{"$ref":"#/$defs/Node"}},"next":{"$ref":"#/$defs/Node"}},"required":["name"],"additionalProperties":false}`

func TestRecursion(t *testing.T) {
	t.Parallel()
	root := req("root", use(node()))
	root.Doc = "Where to begin."
	got := build(t, arguments(root), schema.Portable).Input
	want := `{"type":"object","properties":{"root":{"$ref":"#/$defs/Node","description":"Where to begin."}},"required":["root"],"additionalProperties":false,` +
		`"$defs":{"Node":` + nodeSchema + `}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRecursiveRoot(t *testing.T) {
	t.Parallel()
	tl := arguments()
	tl.Input = node()
	got := build(t, tl, schema.Portable).Input
	want := `{"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/Node"}},"next":{"$ref":"#/$defs/Node"}},` +
		`"required":["name"],"additionalProperties":false,"$defs":{"Node":` + nodeSchema + `}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// shape is a union of a circle and of a group of shapes.
func shape() *model.Def {
	u := &model.Def{Kind: model.Union, Name: "Shape", Doc: "A shape.", Tag: "kind", Recursive: true, Go: named("Shape")}
	circle := object("Circle", req("r", typ(model.Float, 64)))
	circle.Doc = "A circle."
	group := object("Group", req("shapes", of(model.Slice, use(u))), req("kind", str))
	group.Recursive = true
	u.Variants = []model.Variant{{Value: "circle", Def: circle}, {Value: "group", Def: group}}
	return u
}

func TestUnion(t *testing.T) {
	t.Parallel()
	got := build(t, arguments(req("shape", use(shape()))), schema.Portable).Input
	want := `{"type":"object","properties":{"shape":{"$ref":"#/$defs/Shape"}},"required":["shape"],"additionalProperties":false,"$defs":{` +
		`"Shape":{"description":"A shape.","oneOf":[{"type":"object","description":"A circle.","properties":{"kind":{"type":"string","const":"circle"},"r":{"type":"number"}},"required":["kind","r"],"additionalProperties":false},` +
		`{"$ref":"#/$defs/Shape_Group"}]},` +
		`"Shape_Group":{"type":"object","properties":{"kind":{"type":"string","const":"group"},"shapes":{"type":"array","items":{"$ref":"#/$defs/Shape"}}},"required":["kind","shapes"],"additionalProperties":false}}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestFullProfile(t *testing.T) {
	t.Parallel()
	point := object("Point", req("x", integer), req("y", typ(model.Uint, 64)))
	point.Doc = "A point."
	anonymous := use(&model.Def{Kind: model.Struct, Name: "Anonymous", Go: model.GoType{Form: model.StructOf}})
	region := req("region", str)
	region.Header = "Region"
	got := build(t, arguments(req("p", use(point)), req("q", use(point)), req("r", anonymous), req("s", use(object("Where", region)))), schema.Full).Input
	want := `{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"p":{"$ref":"#/$defs/Point"},"q":{"$ref":"#/$defs/Point"},` +
		`"r":{"type":"object","additionalProperties":false},` +
		`"s":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}},"required":["region"],"additionalProperties":false}},` +
		`"required":["p","q","r","s"],"additionalProperties":false,` +
		`"$defs":{"Point":{"type":"object","description":"A point.","properties":{"x":{"type":"integer","minimum":-9223372036854775808,"maximum":9223372036854775807},` +
		`"y":{"type":"integer","minimum":0,"maximum":18446744073709551615}},"required":["x","y"],"additionalProperties":false}}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Two definitions may want the same name in $defs: a variant and a type.
func TestNamesInDefsAreUnique(t *testing.T) {
	t.Parallel()
	other := node()
	other.Name = "Shape_Group"
	got := build(t, arguments(req("a", use(other)), req("b", use(shape()))), schema.Portable).Input
	want := `{"type":"object","properties":{"a":{"$ref":"#/$defs/Shape_Group"},"b":{"$ref":"#/$defs/Shape"}},"required":["a","b"],"additionalProperties":false,"$defs":{`
	if len(got) < len(want) || got[:len(want)] != want {
		t.Errorf("got %s", got)
	}
	tl := arguments(req("b", use(shape())), req("a", use(other)))
	for range 20 { // the order of $defs comes from a map
		if again := build(t, tl, schema.Portable).Input; again != build(t, tl, schema.Portable).Input {
			t.Fatalf("not deterministic: %s", again)
		}
	}
}
