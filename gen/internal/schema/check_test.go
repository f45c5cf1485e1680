package schema_test

import (
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/gen/internal/schema"
)

// diagnose builds the schemas of a tool and gives the diagnostics as lines.
func diagnose(tl tool, p schema.Profile) string {
	_, diags := schema.Build(&model.Package{Tools: []*model.Tool{tl.Tool}}, p)
	var lines []string
	for _, d := range diags {
		lines = append(lines, d.String())
	}
	return strings.Join(lines, "\n")
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	unit := use(&model.Def{Kind: model.Enum, Base: str, Values: []model.EnumValue{{JSON: `"kg"`}, {JSON: `"lb"`}}})
	tests := []struct {
		name  string
		field model.Field
		want  string // what is said about the default; "" when it fits
	}{
		{"fits", model.Field{Type: integer, Default: "3", Rules: model.Rules{Minimum: "1"}}, ""},
		{"too small", model.Field{Type: integer, Default: "0", Rules: model.Rules{Minimum: "1"}}, `0 is less than the minimum 1`},
		{"too great", model.Field{Type: integer, Default: "20", Rules: model.Rules{Maximum: "14"}}, `20 is more than the maximum 14`},
		{"beyond int8", model.Field{Type: typ(model.Int, 8), Default: "128"}, `128 is more than the maximum 127`},
		{"int64 fits", model.Field{Type: integer, Default: "9223372036854775807"}, ""},
		{"beyond int64", model.Field{Type: integer, Default: "9223372036854775808"}, `9223372036854775808 is more than the maximum 9223372036854775807`},
		{"beyond uint64", model.Field{Type: typ(model.Uint, 64), Default: "18446744073709551616"}, `18446744073709551616 is more than the maximum 18446744073709551615`},
		{"negative unsigned", model.Field{Type: typ(model.Uint, 64), Default: "-1"}, `-1 is less than the minimum 0`},
		{"integer as 1.0", model.Field{Type: integer, Default: "1.0"}, ""},
		{"fraction", model.Field{Type: integer, Default: "1.5"}, `1.5 is a number, not an integer`},
		{"beyond float32", model.Field{Type: typ(model.Float, 32), Default: "1e39"}, `1e39 is more than the maximum 3.4028235e38`},
		{"beyond float64", model.Field{Type: typ(model.Float, 64), Default: "1e309"}, `1e309 is more than the maximum 1.7976931348623157e308`},
		{"huge exponent", model.Field{Type: typ(model.Float, 64), Default: "1e9999999"}, `cannot be read: the number 1e9999999 has an exponent beyond 400`},
		{"many digits", model.Field{Type: integer, Default: strings.Repeat("1", 41)}, `cannot be read: the number 11111111111111111111… has more than 40 digits`},
		{"wrong type", model.Field{Type: integer, Default: `"3"`}, `"3" is a string, not an integer`},
		{"null", model.Field{Type: integer, Default: `null`}, `null is null, not an integer`},
		{"null for opt", model.Field{Type: of(model.Opt, integer), Default: `null`}, ``},
		{"wrong for opt", model.Field{Type: of(model.Opt, integer), Default: `true`}, `true is a boolean, not an integer`},
		{"text fits", model.Field{Type: str, Default: `"é"`, Rules: model.Rules{MaxLength: new(1)}}, ""},
		{"text too long", model.Field{Type: str, Default: `"ab"`, Rules: model.Rules{MaxLength: new(1)}}, `"ab" is longer than 1 characters`},
		{"pattern", model.Field{Type: str, Default: `"B"`, Rules: model.Rules{Pattern: "^[a-z]+$"}}, `"B" does not match the pattern "^[a-z]+$"`},
		{"pattern of ECMA-262", model.Field{Type: str, Default: `"x"`, Rules: model.Rules{Pattern: `^\u{1F600}$`, RE2: `^\x{1f600}$`}}, `"x" does not match the pattern "^\\u{1F600}$"`},
		{"uri", model.Field{Type: typ(model.URL, 0), Default: `"x"`}, `"x" does not have the format "uri"`},
		{"format", model.Field{Type: str, Default: `"x"`, Rules: model.Rules{Format: "email"}}, `"x" does not have the format "email"`},
		{"enum", model.Field{Type: unit, Default: `"g"`}, `"g" is not one of "kg", "lb"`},
		{"time", model.Field{Type: typ(model.Time, 0), Default: `"tomorrow"`}, `"tomorrow" does not have the format of a date and time like 2026-01-31T12:00:00Z`},
		{"time fits", model.Field{Type: typ(model.Time, 0), Default: `"2026-01-31t12:00:00.5z"`}, ""},
		{"leap second", model.Field{Type: typ(model.Time, 0), Default: `"1998-12-31T23:59:60Z"`}, `"1998-12-31T23:59:60Z" does not have the format of a date and time like 2026-01-31T12:00:00Z`},
		{"decimal comma", model.Field{Type: typ(model.Time, 0), Default: `"1998-12-31T23:59:59,5Z"`}, `"1998-12-31T23:59:59,5Z" does not have the format of a date and time like 2026-01-31T12:00:00Z`},
		{"duration fits", model.Field{Type: typ(model.Duration, 0), Default: `"1h30m"`}, ""},
		{"duration", model.Field{Type: typ(model.Duration, 0), Default: `"9999999h"`}, `"9999999h" does not have the format of a Go duration`},
		{"duration within", model.Field{Type: typ(model.Duration, 0), Default: `"90s"`, Rules: model.Rules{Minimum: `"1m"`, Maximum: `"2m"`, MultipleOf: `"30s"`}}, ""},
		{"duration too short", model.Field{Type: typ(model.Duration, 0), Default: `"60s"`, Rules: model.Rules{ExclusiveMinimum: `"1m"`}}, `"60s" is not more than 1m`},
		{"duration too long", model.Field{Type: of(model.Pointer, typ(model.Duration, 0)), Default: `"1h"`, Rules: model.Rules{Maximum: `"59m"`}}, `"1h" is not at most 59m`},
		{"duration is none", model.Field{Type: typ(model.Duration, 0), Default: `"x"`, Rules: model.Rules{Maximum: `"59m"`}},
			`"x" does not match the pattern "^[+-]?(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)(h|m|s|ms|us|µs|μs|ns))+)$"`},
		{"quoted too great", model.Field{Type: integer, AsString: true, Default: `10`, Rules: model.Rules{ExclusiveMaximum: "10"}}, `"10" is not less than 10`},
		{"quoted no multiple", model.Field{Type: typ(model.Float, 64), AsString: true, Default: `0.3`, Rules: model.Rules{MultipleOf: "0.2"}}, `"0.3" is not a multiple of 0.2`},
		{"base64 fits", model.Field{Type: typ(model.Bytes, 0), Default: `"YWI="`}, ""},
		{"base64", model.Field{Type: typ(model.Bytes, 0), Default: `"?"`}, `"?" is not encoded as "base64"`},
		{"element", model.Field{Type: of(model.Slice, integer), Default: `[1,"2"]`}, `/1: "2" is a string, not an integer`},
		{"repeated", model.Field{Type: of(model.Slice, integer), Default: `[1,1.0]`, Rules: model.Rules{UniqueItems: true}}, `1, 1.0 repeats an item`},
		{"property", model.Field{Type: use(object("P", req("x", integer))), Default: `{"X":1}`}, `"x" is required and missing` + "\n" + `there is no property "X"; did you mean "x"?`},
		{"not JSON", model.Field{Type: str, Default: `abc`}, `cannot be read: invalid character 'a' looking for beginning of value`},
		{"cut off", model.Field{Type: str, Default: `[1`}, `cannot be read: the JSON ends too early`},
		{"two values", model.Field{Type: str, Default: `1 2`}, `cannot be read: something follows the JSON value`},
		{"repeated name", model.Field{Type: typ(model.Any, 0), Default: `{"a":1,"a":2}`}, `cannot be read: the name "a" appears twice`},
		{"quoted fits", model.Field{Type: integer, AsString: true, Default: `7`}, ""},
		{"quoted", model.Field{Type: integer, AsString: true, Default: `1.5`}, `"1.5" does not match the pattern "^(0|-?[1-9][0-9]*)$"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.field.Name, tt.field.DefaultPos = "a", at(3)
			got := diagnose(arguments(tt.field), schema.Portable)
			var want []string
			if tt.want != "" {
				for w := range strings.SplitSeq(tt.want, "\n") {
					if !strings.HasPrefix(w, "cannot be read") {
						w = "does not fit: " + w
					}
					want = append(want, "a.go:3:1: MCP0501: default of a "+w+": give a default that fits, or change the rule")
				}
			}
			if w := strings.Join(want, "\n"); got != w {
				t.Errorf("got  %s\nwant %s", got, w)
			}
		})
	}
}

// A default deep inside is reported once, however often its type is used.
func TestNestedDefault(t *testing.T) {
	t.Parallel()
	inner := model.Field{Name: "n", Type: integer, Default: "0", DefaultPos: at(40), Rules: model.Rules{Minimum: "1"}}
	d := use(object("P", inner))
	tl := arguments(req("a/b~c %", of(model.Slice, d)), req("b", mapOf(str, of(model.Opt, d))))
	tl.Output = model.Output{Form: model.OutputWrapped, Type: of(model.Slice, d)}
	want := "a.go:40:1: MCP0501: default of n does not fit: 0 is less than the minimum 1: give a default that fits, or change the rule"
	for _, p := range []schema.Profile{schema.Portable, schema.Full} {
		if got := diagnose(tl, p); got != want {
			t.Errorf("profile %d: got %s", p, got)
		}
	}
}

func TestExamples(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, json string
		want       []string
	}{
		{"fits", `{"city":"Oslo","days":3}`, nil},
		{"optional left out", `{"city":"Oslo"}`, nil},
		{"several mistakes", `{"citi":"Oslo","days":0,"shape":{"kind":"circle","r":"1"}}`, []string{
			`"city" is required and missing`,
			`/days: 0 is less than the minimum 1`,
			`/shape/r: "1" is a string, not a number`,
			`there is no property "citi"; did you mean "city"?`,
		}},
		{"unknown variant", `{"city":"Oslo","shape":{"kind":"square"}}`, []string{`/shape: {"kind":"square"} is none of the alternatives`}},
		{"deep in a variant", `{"city":"Oslo","shape":{"kind":"group","shapes":[{"kind":"circle"}]}}`, []string{`/shape/shapes/0: "r" is required and missing`}},
		{"not an object", `[]`, []string{`[] is an array, not an object`}},
		{"odd names", `{"city":"Oslo","a/b~c %":1}`, []string{`/a~1b~0c %: 1 is a number, not a string`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			days := opt("days", integer)
			days.Rules.Minimum = "1"
			tl := arguments(req("city", str), days, opt("shape", use(shape())), opt("a/b~c %", str))
			tl.Examples = []model.Example{{Pos: at(7), JSON: tt.json}}
			var want []string
			for _, w := range tt.want {
				want = append(want, "a.go:7:1: MCP0503: example does not fit: "+w+": change the example, or the rule that it breaks")
			}
			if got, w := diagnose(tl, schema.Portable), strings.Join(want, "\n"); got != w {
				t.Errorf("got  %s\nwant %s", got, w)
			}
		})
	}
}

func TestFieldExamplesAndEnumValues(t *testing.T) {
	t.Parallel()
	f := model.Field{Name: "a", Type: integer, Examples: []string{"2", "9"}, Pos: at(4), Rules: model.Rules{Maximum: "5", Enum: []string{"2", "7"}}}
	want := `a.go:4:1: MCP0502: example of a does not fit: 9 is more than the maximum 5: change the example, or the rule that it breaks
a.go:4:1: MCP0502: example of a does not fit: 9 is not one of 2, 7: change the example, or the rule that it breaks
a.go:4:1: MCP0509: enum value of a does not fit: 7 is more than the maximum 5: remove the value, or change the rule`
	if got := diagnose(arguments(f), schema.Portable); got != want {
		t.Errorf("got %s", got)
	}
}

func TestHandwrittenSchemas(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, schema, want string
	}{
		{"fits", `{"type":"string"}`, ""},
		{"not JSON", `{type:"string"}`, "invalid character 't'"},
		{"not an object", `true`, "it is a boolean, not an object"},
		{"no schema", `{"type":"text"}`, "/type: value must be one of"},
		{"no schema deep inside", `{"properties":{"a":{"minLength":"1"}}}`, "/properties/a/minLength: expected integer, but got string"},
		{"reference", `{"items":{"anyOf":[{"$ref":"#/$defs/x"}]}}`, "/items/anyOf/0/$ref ties it to another document"},
		{"identity", `{"$id":"https://example.com/x"}`, "/$id ties it to another document"},
		{"name like a keyword", `{"properties":{"$ref":{"type":"string"}}}`, ""},
		{"pattern of another dialect", `{"pattern":"^(?=x)"}`, "is not valid 'regex'"},
		{"huge number", `{"minimum":1e9999999}`, "has an exponent beyond 400"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := diagnose(arguments(req("a", &model.Type{Kind: model.JSON, Schema: tt.schema, SchemaPos: at(8)})), schema.Portable)
			if tt.want == "" {
				if got != "" {
					t.Errorf("got %s", got)
				}
				return
			}
			if !strings.HasPrefix(got, "a.go:8:1: MCP0504: ") || !strings.Contains(got, tt.want) || strings.Count(got, "\n") > 0 {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestOtherMistakes(t *testing.T) {
	t.Parallel()
	extra := req("a", str)
	extra.Extras = []model.KeyValue{{Key: "minLength", Value: "1"}, {Key: "x-ok", Value: "1"}}
	huge := req("a", integer)
	huge.Rules.Maximum = "1e401"
	list := returns(model.OutputStructured, &model.Type{Kind: model.JSON, Schema: `{"type":"array"}`, SchemaPos: at(9)})
	loop := node()
	loop.Fields[2].Required = true
	union := shape()
	union.Variants = union.Variants[1:]
	union.Variants[0].Def.Fields[0].Rules.MinItems = new(1)
	tests := []struct {
		name string
		tool tool
		want string
	}{
		{"extra keyword", arguments(extra), `a.go:10:1: MCP0506: the extra keyword minLength of a is one that mcpgen writes itself: use the keyword of that meaning in the jsonschema tag, or remove it`},
		{"huge number", arguments(huge), `a.go:10:1: MCP0505: a rule of a: the number 1e401 has an exponent beyond 400: give a number that the type can hold`},
		{"result", list, `a.go:9:1: MCP0507: the schema of the result of F does not say that it is an object: write "type": "object" at the top of its mcp:schema`},
		{"endless struct", arguments(req("a", use(loop))), `a.go:5:1: MCP0508: no value of Node is finite: it needs itself through required properties: make one of them optional: a pointer with omitempty, or a default`},
		{"endless union", arguments(opt("a", use(union))), `MCP0508: no value of Shape is finite: it needs itself through required properties: make one of them optional: a pointer with omitempty, or a default`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := diagnose(tt.tool, schema.Portable); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// BenchmarkBuild bounds what the schemas of one tool cost, meta-validation and
// examples included.
func BenchmarkBuild(b *testing.B) {
	days := opt("days", integer)
	days.Default = "3"
	tl := arguments(req("city", str), days, opt("shape", use(shape())), req("node", use(node())))
	tl.Output = model.Output{Form: model.OutputStructured, Type: use(node())}
	tl.Examples = []model.Example{{Pos: at(7), JSON: `{"city":"Oslo","node":{"name":"x"}}`}}
	for b.Loop() {
		if got := diagnose(tl, schema.Portable); got != "" {
			b.Fatal(got)
		}
	}
}
