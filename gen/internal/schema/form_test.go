package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	validator "github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/gen/internal/schema"
)

// The schemas that clients have to know (client/elicitation), with nothing
// beside the keywords listed there.
const (
	formCommon = `"type":"object","additionalProperties":false,"required":["type","properties"],
		"properties":{"type":{"const":"object"},"required":{"type":"array","items":{"type":"string"}},
			"properties":{"type":"object","additionalProperties":{"anyOf":[
				{"$ref":"#/$defs/string"},{"$ref":"#/$defs/number"},{"$ref":"#/$defs/boolean"},{"$ref":"#/$defs/enum"}MORE]}}}`
	formText  = `"title":{"type":"string"},"description":{"type":"string"}`
	formCount = `{"type":"integer","minimum":0}`

	subset20251125 = `{"$schema":"https://json-schema.org/draft/2020-12/schema",` + formCommon + `,"$defs":{
		"string":{"additionalProperties":false,"required":["type"],"properties":{"type":{"const":"string"},` + formText + `,
			"minLength":` + formCount + `,"maxLength":` + formCount + `,"format":{"enum":["email","uri","date","date-time"]},"default":{"type":"string"}}},
		"number":{"additionalProperties":false,"required":["type"],"properties":{"type":{"enum":["number","integer"]},` + formText + `,
			"minimum":{"type":"number"},"maximum":{"type":"number"},"default":{"type":"number"}}},
		"boolean":{"additionalProperties":false,"required":["type"],"properties":{"type":{"const":"boolean"},` + formText + `,"default":{"type":"boolean"}}},
		"enum":{"additionalProperties":false,"required":["type","enum"],"properties":{"type":{"const":"string"},` + formText + `,
			"enum":{"type":"array","items":{"type":"string"}},"default":{"type":"string"}}},
		"titled":{"additionalProperties":false,"required":["type","oneOf"],"properties":{"type":{"const":"string"},` + formText + `,
			"oneOf":{"$ref":"#/$defs/choices"},"default":{"type":"string"}}},
		"list":{"additionalProperties":false,"required":["type","items"],"properties":{"type":{"const":"array"},` + formText + `,
			"minItems":` + formCount + `,"maxItems":` + formCount + `,"default":{"type":"array","items":{"type":"string"}},
			"items":{"anyOf":[
				{"additionalProperties":false,"required":["type","enum"],"properties":{"type":{"const":"string"},"enum":{"type":"array","items":{"type":"string"}}}},
				{"additionalProperties":false,"required":["anyOf"],"properties":{"anyOf":{"$ref":"#/$defs/choices"}}}]}}},
		"choices":{"type":"array","items":{"additionalProperties":false,"required":["const","title"],"properties":{"const":{"type":"string"},"title":{"type":"string"}}}}}}`

	subset20250618 = `{"$schema":"https://json-schema.org/draft/2020-12/schema",` + formCommon + `,"$defs":{
		"string":{"additionalProperties":false,"required":["type"],"properties":{"type":{"const":"string"},` + formText + `,
			"minLength":` + formCount + `,"maxLength":` + formCount + `,"format":{"enum":["email","uri","date","date-time"]}}},
		"number":{"additionalProperties":false,"required":["type"],"properties":{"type":{"enum":["number","integer"]},` + formText + `,
			"minimum":{"type":"number"},"maximum":{"type":"number"}}},
		"boolean":{"additionalProperties":false,"required":["type"],"properties":{"type":{"const":"boolean"},` + formText + `,"default":{"type":"boolean"}}},
		"enum":{"additionalProperties":false,"required":["type","enum"],"properties":{"type":{"const":"string"},` + formText + `,
			"enum":{"type":"array","items":{"type":"string"}},"enumNames":{"type":"array","items":{"type":"string"}}}}}}`
)

func enumOf(name string, values ...model.EnumValue) *model.Def {
	return &model.Def{Kind: model.Enum, Name: name, Go: named(name), Base: str, Doc: name + " is one.", Values: values}
}

// forms is a form with a field of every kind, and with all rules that there are.
func forms(t *testing.T, fields ...model.Field) schema.FormSchemas {
	t.Helper()
	d := object("OrderForm", fields...)
	got, diags := schema.Forms(&model.Package{Forms: []*model.FormType{{Pos: at(1), Def: d}}})
	for _, diag := range diags {
		t.Error(diag)
	}
	return got["OrderForm"]
}

func TestFormsAreInTheSubset(t *testing.T) {
	t.Parallel()
	plain := enumOf("Topping", model.EnumValue{Const: "Ham", JSON: `"ham"`}, model.EnumValue{Const: "Egg", JSON: `"egg"`})
	titled := enumOf("Size", model.EnumValue{Const: "Small", JSON: `"s"`, Doc: "Small is for one."}, model.EnumValue{Const: "Big", JSON: `"b"`})
	open := enumOf("Colour", model.EnumValue{Const: "Red", JSON: `"red"`})
	open.Open = true
	one, two := 1, 2
	with := func(f model.Field, more func(*model.Field)) model.Field { more(&f); return f }
	got := forms(t,
		with(req("string", str), func(f *model.Field) {
			f.Title, f.Doc, f.Rules = "A title", "Some words.", model.Rules{MinLength: &one, MaxLength: &two, Format: "email"}
		}),
		with(opt("default", str), func(f *model.Field) { f.Default = `"x"` }),
		with(opt("int", integer), func(f *model.Field) { f.Default, f.Rules = "5", model.Rules{Minimum: "1", Maximum: "9"} }),
		req("small", typ(model.Uint, 8)),
		req("float", typ(model.Float, 64)),
		req("number", typ(model.Number, 0)),
		with(opt("bool", boolean), func(f *model.Field) { f.Default = "true" }),
		req("pointer", of(model.Pointer, boolean)),
		req("time", typ(model.Time, 0)),
		req("url", typ(model.URL, 0)),
		req("duration", typ(model.Duration, 0)),
		req("text", &model.Type{Kind: model.Text, Format: "uuid"}),
		req("enum", use(plain)),
		with(opt("titled", use(titled)), func(f *model.Field) { f.Default = `"s"` }),
		req("open", use(open)),
		with(opt("listed", str), func(f *model.Field) { f.Rules.Enum, f.Default = []string{`"a"`, `"b"`}, `"a"` }),
		with(opt("some", of(model.Slice, use(plain))), func(f *model.Field) { f.Rules, f.Default = model.Rules{MinItems: &one, MaxItems: &two}, `["ham"]` }),
		opt("someTitled", of(model.Slice, use(titled))),
		with(opt("someListed", of(model.Slice, str)), func(f *model.Field) { f.Rules.Items = &model.Rules{Enum: []string{`"a"`}} }),
	)
	fits(t, strings.Replace(subset20251125, "MORE", `,{"$ref":"#/$defs/titled"},{"$ref":"#/$defs/list"}`, 1), got.Schema)
	fits(t, strings.Replace(subset20250618, "MORE", "", 1), got.Schema20250618)
	for _, want := range []string{
		`"oneOf":[{"title":"For one","const":"s"},{"title":"b","const":"b"}],"default":"s"`,
		`"items":{"anyOf":[{"title":"For one","const":"s"},{"title":"b","const":"b"}]}`,
		`"enum":{"type":"string","description":"Topping is one.","enum":["ham","egg"]}`,
	} {
		if !strings.Contains(got.Schema, want) {
			t.Errorf("%s is not in %s", want, got.Schema)
		}
	}
	for _, not := range []string{"some", `"default":5`, "oneOf"} {
		if strings.Contains(got.Schema20250618, not) {
			t.Errorf("%s is in %s", not, got.Schema20250618)
		}
	}
	if want := `"enum":["s","b"],"enumNames":["For one","b"]`; !strings.Contains(got.Schema20250618, want) {
		t.Errorf("%s is not in %s", want, got.Schema20250618)
	}
	if got.Since20251125 {
		t.Error("nothing keeps older clients from filling it in")
	}
}

// fits checks a schema against the subset.
func fits(t *testing.T, subset, text string) {
	t.Helper()
	var doc any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if err := validator.MustCompileString("mem:///subset.json", subset).Validate(doc); err != nil {
		t.Errorf("%#v\n%s", err, text)
	}
}

func TestFormsWithRequiredChoices(t *testing.T) {
	t.Parallel()
	plain := enumOf("Topping", model.EnumValue{Const: "Ham", JSON: `"ham"`})
	if got := forms(t, req("some", of(model.Slice, use(plain)))); !got.Since20251125 {
		t.Errorf("older clients cannot fill in %s", got.Schema)
	}
	if got := forms(t); got.Schema != `{"type":"object","properties":{}}` || got.Schema20250618 != got.Schema {
		t.Errorf("an empty form is %q and %q", got.Schema, got.Schema20250618)
	}
}

func TestFormDefaults(t *testing.T) {
	t.Parallel()
	f := opt("n", integer)
	f.Default, f.Rules, f.DefaultPos = "13", model.Rules{Maximum: "12"}, at(30)
	_, diags := schema.Forms(&model.Package{Forms: []*model.FormType{{Pos: at(1), Def: object("F", f)}}})
	if len(diags) != 1 || diags[0].Pos.Line != 30 || !strings.Contains(diags[0].What, "13") {
		t.Errorf("got %v", diags)
	}
}
