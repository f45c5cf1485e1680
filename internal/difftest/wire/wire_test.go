package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/internal/difftest/differ"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// rows are one property of Kinds each.
var rows = []struct {
	row      string
	property string
	schema   string
	good     string // "|" between values, "→" before what comes back if that differs
	bad      string // refused by the schema and by the tool
	narrow   string // refused by the tool alone, for the schema cannot say it
}{
	{row: "a field with a json name", property: "named", schema: `{"type":"integer"}`, good: `1`, bad: `"x"|1.5`},
	{row: "a field without a tag", property: "Untagged", schema: `{"type":"integer"}`, good: `1`},
	{row: "a field named by a dash", property: "-", schema: `{"type":"integer"}`, good: `1`},
	{row: "a description in the jsonschema tag", property: "text", schema: `{"type":"string","description":"Text that describes the field."}`, good: `"x"`, bad: `1`},
	{row: "enum words in the jsonschema tag", property: "enum", schema: `{"type":"string","enum":["a","b"]}`, good: `"b"`, bad: `"c"`},
	{row: "jsonschema_description", property: "old", schema: `{"type":"string","description":"Described in a tag of its own.","minLength":1}`, good: `"x"`, bad: `""`},
	{row: "bool", property: "bool", schema: `{"type":"boolean"}`, good: `true`, bad: `1`},
	{row: "float", property: "float", schema: `{"type":"number"}`, good: `1e2→100|-0.5`, bad: `"x"`, narrow: `1e999`},
	{row: "int64 beyond 2^53", property: "int", schema: `{"type":"integer"}`, good: `1.0→1|9007199254740993`, bad: `1.5`, narrow: `9223372036854775808`},
	{row: "uint64 to its maximum", property: "uint", schema: `{"type":"integer","minimum":0}`, good: `18446744073709551615`, bad: `-1`, narrow: `18446744073709551616`},
	{row: "int8 as 1.0 and 1e2", property: "int8", schema: `{"type":"integer","minimum":-128,"maximum":127}`, good: `1.0→1|1e2→100`, bad: `128|-129`},
	{row: "uint32", property: "uint32", schema: `{"type":"integer","minimum":0,"maximum":4294967295}`, good: `4294967295`, bad: `4294967296|-1`},
	{row: "a pointer", property: "pointer", schema: `{"type":"string"}`, good: `"x"`, bad: `1`},
	{row: "a slice", property: "slice", schema: `{"type":"array","items":{"type":"string"}}`, good: `["x"]`, bad: `[1]`},
	{row: "an array", property: "array", schema: `{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":2}`, good: `[1,2]`, bad: `[1]|[1,2,3]`},
	{row: "[]byte", property: "bytes", schema: `{"type":"string","contentEncoding":"base64"}`, good: `"YWJj"`, bad: `[1]|"!"`},
	{row: "json.RawMessage", property: "raw", schema: `{}`, good: `1|"x"|{"a":[1,2]}`},
	{row: "json.Number", property: "number", schema: `{"type":"number"}`, good: `3|1.50`, bad: `true`},
	{row: ",string", property: "quoted", schema: `{"type":"string","description":"An integer in a string.","pattern":"^(0|-?[1-9][0-9]*)$"}`, good: `"9007199254740993"`, bad: `5|"x"`},
	{row: "map[string]T", property: "map", schema: `{"type":"object","additionalProperties":{"type":"integer"}}`, good: `{"b":1,"a":2}→{"a":2,"b":1}`, bad: `{"a":"x"}|[]`},
	{row: "map[int]T", property: "byInt", schema: `{"type":"object","additionalProperties":{"type":"string"},"propertyNames":{"pattern":"^(0|-?[1-9][0-9]*)$"}}`, good: `{"-1":"x"}`, bad: `{"x":"x"}`},
	{row: "a map with keys that marshal themselves as text", property: "byText", schema: `{"type":"object","additionalProperties":{"type":"string"}}`, good: `{"10.0.0.1":"x"}`, narrow: `{"x":"x"}`},
	{row: "any", property: "any", schema: `{}`, good: `1|"x"|{"a":[9007199254740993]}`},
	{row: "time.Time", property: "time", schema: `{"type":"string","format":"date-time"}`, good: `"2026-01-31T12:00:00Z"`, bad: `"yesterday"`},
	{row: "*time.Time", property: "pTime", schema: `{"type":"string","format":"date-time"}`, good: `"2026-01-31T12:00:00+01:00"`, bad: `"2026-02-30T12:00:00Z"`},
	{row: "time.Duration", property: "duration", schema: `{"type":"string","description":"A duration such as \"1h30m\" or \"500ms\".","pattern":"^[+-]?(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)(h|m|s|ms|us|µs|μs|ns))+)$"}`, good: `"1s"`, bad: `1000|"x"`},
	{row: "slog.Level", property: "level", schema: `{"type":"string","pattern":"^(?:DEBUG|INFO|WARN|ERROR|debug|info|warn|error)(?:[+-][0-9]+)?$"}`, good: `"WARN"`, bad: `4|"x"`},
	{row: "big.Rat", property: "rat", schema: `{"type":"string","description":"A fraction in a string, such as \"3/4\"."}`, good: `"3/4"`, bad: `1`, narrow: `"x"`},
	{row: "big.Float", property: "bigFloat", schema: `{"type":"string","description":"A number in a string."}`, good: `"0.5"`, bad: `true`, narrow: `"x"`},
	{row: "big.Int", property: "bigInt", schema: `{"type":"integer"}`, good: `12|1e2→100|123456789012345678901234567890`, bad: `"x"|1.5`},
	{row: "a type with a text form", property: "addr", schema: `{"type":"string","description":"An IP address."}`, good: `"::1"`, bad: `1`, narrow: `"x"`},
	{row: "a type with a JSON form", property: "colour", schema: `{"type":"string","description":"Colour has its own JSON form.","pattern":"^#[0-9a-f]{6}$"}`, good: `"#00ff00"`, bad: `1|"x"`},
	{row: "url.URL", property: "url", schema: `{"type":"string","format":"uri"}`, good: `"https://example.com/?a=b"`, bad: `{}|"/rel"`},
	{row: "a named string type with constants", property: "unit", schema: `{"type":"string","description":"Unit is how weights are given.\n- \"kg\": the SI unit","enum":["kg","lb"]}`, good: `"kg"`, bad: `"st"`},
	{row: "a generic type", property: "generic", schema: `{"type":"object","description":"Page is generic.","properties":{"items":{"type":"array","items":{"type":"integer"}}},"required":["items"],"additionalProperties":false}`, good: `{"items":[1]}`, bad: `{"items":["x"]}|{}`},
	{row: "a struct used twice", property: "two", schema: `{"type":"object","description":"Point is used twice.","properties":{"x":{"type":"integer"}},"required":["x"],"additionalProperties":false}`, good: `{"x":1}`, bad: `{"y":1}|{}`},
	{row: "a recursive type", property: "node", schema: `{"$ref":"#/$defs/Node"}`, good: `{"next":{"next":{}}}`, bad: `{"next":1}|{"other":1}`},
}

func TestRows(t *testing.T) {
	t.Parallel()
	s := server()
	var input struct{ Properties map[string]json.RawMessage }
	if err := json.Unmarshal([]byte(echoInputSchema), &input); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		t.Run(r.row, func(t *testing.T) {
			t.Parallel()
			if got := string(input.Properties[r.property]); got != r.schema {
				t.Errorf("schema\n%s, want\n%s", got, r.schema)
			}
			for _, v := range list(r.good) {
				v, back, other := strings.Cut(v, "→")
				if !other {
					back = v
				}
				answer := s.call(t, "echo", arguments(r.property, v))
				answer.wantMember(t, r.property, back)
				answer.wantValid(t, echoOutputSchema)
				judge(t, echoInputSchema, arguments(r.property, v), differ.Accepted)
			}
			for _, v := range list(r.bad) {
				s.call(t, "echo", arguments(r.property, v)).wantRefused(t, "/"+r.property)
				judge(t, echoInputSchema, arguments(r.property, v), differ.Refused)
			}
			for _, v := range list(r.narrow) {
				s.call(t, "echo", arguments(r.property, v)).wantRefused(t, "/"+r.property)
			}
		})
	}
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

func arguments(property, value string) string {
	if property == "Untagged" {
		return `{"Untagged":` + value + `}`
	}
	return `{"Untagged":0,` + strconv.Quote(property) + `:` + value + `}`
}

func judge(t *testing.T, schema, doc string, want differ.Verdict) {
	t.Helper()
	o, err := differ.NewOracle(schema)
	if err != nil {
		t.Fatal(err)
	}
	if got, leaves := o.Judge([]byte(doc)); got != want {
		t.Errorf("the schema says %d of %s, want %d: %v", got, doc, want, leaves)
	}
}

// A session calls tools as a client does.
type session struct{ conn *mcp.Conn }

func server() *session {
	s := mcp.NewServer(mcp.Info{Name: "wire", Version: "1"}, &mcp.Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	Register(s)
	return &session{s.NewConn(mcp.ConnOptions{Transport: "memory"})}
}

// An answer is the result of a call.
type answer struct {
	Content           []struct{ Text string }
	StructuredContent json.RawMessage
	IsError           bool
}

type sink struct{ text []byte }

func (s *sink) Send(context.Context, []byte) error { return nil }

func (s *sink) Respond(_ context.Context, msg []byte, _ int) error {
	s.text = bytes.Clone(msg)
	return nil
}

const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"wire","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}`

func (s *session) call(t *testing.T, tool, arguments string) answer {
	t.Helper()
	m := mcp.Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"` + tool + `","arguments":` + arguments + `,` + meta + `}}`))
	defer m.Release()
	var out sink
	s.conn.Handle(t.Context(), m, &out)
	var envelope struct {
		Result answer
		Error  json.RawMessage
	}
	if err := json.Unmarshal(out.text, &envelope); err != nil || envelope.Error != nil {
		t.Fatalf("%s: %s", arguments, out.text)
	}
	a := envelope.Result
	if a.StructuredContent != nil && (len(a.Content) != 1 || a.Content[0].Text != string(a.StructuredContent)) {
		t.Errorf("the text is not a copy of %s: %q", a.StructuredContent, a.Content)
	}
	return a
}

func (a answer) text() string {
	if len(a.Content) == 0 {
		return ""
	}
	return a.Content[0].Text
}

func (a answer) wantMember(t *testing.T, name, want string) {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal(a.StructuredContent, &members); err != nil || a.IsError {
		t.Errorf("%v: %s", err, a.text())
		return
	}
	if got := string(members[name]); got != want {
		t.Errorf("%s is %s, want %s", name, got, want)
	}
}

func (a answer) want(t *testing.T, want string) {
	t.Helper()
	if string(a.StructuredContent) != want {
		t.Errorf("got %s (%s), want %s", a.StructuredContent, a.text(), want)
	}
}

func (a answer) wantValid(t *testing.T, schema string) {
	t.Helper()
	if !a.IsError {
		judge(t, schema, string(a.StructuredContent), differ.Accepted)
	}
}

func (a answer) wantRefused(t *testing.T, pointer string) {
	t.Helper()
	text := a.text()
	if !a.IsError || !strings.Contains(text, "\n- "+pointer+":") && !strings.Contains(text, "\n- "+pointer+"/") {
		t.Errorf("%s is not refused: %s %s", pointer, a.StructuredContent, text)
	}
	for _, leak := range []string{"json:", "Go struct", "wire.", "*big", "strconv", "time.Time"} {
		if strings.Contains(text, leak) {
			t.Errorf("%q is shown to the model: %s", leak, text)
		}
	}
}

func TestRequired(t *testing.T) {
	t.Parallel()
	s := server()
	s.call(t, "echo", `{}`).wantRefused(t, "/Untagged")
	s.call(t, "echo", `{"Untagged":1,"pointer":null}`).wantMember(t, "Untagged", "1")
	s.call(t, "echo", `{"Untagged":1,"unknown":1}`).wantRefused(t, "/unknown")
	s.call(t, "echo", `{"Untagged":1,"Named":1}`).wantRefused(t, "/Named")
	if strings.Contains(echoInputSchema, `"Never"`) || strings.Contains(echoInputSchema, `"hidden"`) {
		t.Error("what encoding/json leaves out is in the schema")
	}
}

func TestEmbedding(t *testing.T) {
	t.Parallel()
	s := server()
	a := s.call(t, "echo_embedded", `{"id":1,"name":"x"}`)
	a.want(t, `{"id":1,"name":"x"}`)
	a.wantValid(t, echoEmbeddedOutputSchema)

	a = s.call(t, "echo_nested", `{"base":{"id":1},"name":"x"}`)
	a.want(t, `{"base":{"id":1},"name":"x"}`)
	a.wantValid(t, echoNestedOutputSchema)
	s.call(t, "echo_nested", `{"id":1,"name":"x"}`).wantRefused(t, "/id")

	a = s.call(t, "echo_promoted", `{"id":1,"name":"x"}`)
	a.want(t, `{"name":"x"}`)
	a.wantValid(t, echoPromotedOutputSchema)
}

func TestNil(t *testing.T) {
	t.Parallel()
	a := server().call(t, "nil_results", `{}`)
	a.want(t, `{"slice":[],"map":{}}`)
	a.wantValid(t, nilResultsOutputSchema)
}

func TestOrderAndEscapes(t *testing.T) {
	t.Parallel()
	server().call(t, "echo_order", `{"alpha":"1","zeta":"<b>&\u2028"}`).want(t, "{\"zeta\":\"<b>&\\u2028\",\"alpha\":\"1\"}")
}

func TestArgumentsAreAlwaysAnObject(t *testing.T) {
	t.Parallel()
	s := server()
	if a := s.call(t, "echo_text", `{"text":"x","list":[1]}`); a.text() != "x" {
		t.Errorf("got %q", a.text())
	}
	for name, schema := range map[string]string{"string": echoTextInputSchema, "pointer": echoOrderInputSchema, "none": nilResultsInputSchema} {
		if !strings.HasPrefix(schema, `{"type":"object",`) {
			t.Errorf("%s: %s", name, schema)
		}
	}
	if want := `"text":{"type":"string","description":"Any text."}`; !strings.Contains(echoTextInputSchema, want) {
		t.Errorf("%s is not in %s", want, echoTextInputSchema)
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	s := server()
	const want = `invalid arguments for tool "take_several": 4 problems:
- /d: expected date-time like 2026-01-31T12:00:00Z, got "yesterday"
- /c: expected boolean, got number 1 (send true or false)
- /b: expected string, got number 4 (put it in double quotes)
- /a: expected an integer between -128 and 127, got 300`
	for range 20 {
		if got := s.call(t, "take_several", `{"d":"yesterday","c":1,"b":4,"a":300}`).text(); got != want {
			t.Fatalf("got %s\nwant %s", got, want)
		}
	}
}

func TestLongValuesAreNotEchoed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20)
	a := server().call(t, "take_several", `{"d":"`+long+`","c":"`+long+`","b":[1],"a":"`+long+`"}`)
	if !a.IsError || len(a.text()) > 1000 {
		t.Errorf("%d bytes of answer", len(a.text()))
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	result, err := gen.Generate(t.Context(), gen.Config{Dir: "testdata/refused"})
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, d := range result.Diagnostics {
		lines.WriteString(d.String() + "\n")
	}
	for _, want := range []string{"refused.go:6:", "chan int, which has no form in JSON", "refused.go:7:", "func(), which has no form in JSON",
		"refused.go:8:", `"a" in the tag of field Prose of Args is no keyword`, "refused.go:9:", "keys of type bool"} {
		if !strings.Contains(lines.String(), want) {
			t.Errorf("%q is missing in\n%s", want, lines.String())
		}
	}
	if len(result.Files) > 0 {
		t.Error("code was generated")
	}
}
