package rawschema_test

import (
	"context"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcp/rawschema"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

const schema = `{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"type": "object",
	"properties": {
		"name": {"type": "string", "minLength": 2},
		"a/b": {"type": "integer"},
		"tags": {"type": "array", "items": {"enum": ["x", "y"]}},
		"big": {"type": "number", "maximum": 10}
	},
	"required": ["name", "it's"],
	"additionalProperties": false,
	"if": {"required": ["big"]}, "then": {"required": ["tags"]}
}`

func TestCheck(t *testing.T) {
	t.Parallel()
	s, err := rawschema.Compile(schema)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		document string
		want     []string // nil when it fits
	}{
		{`{"name":"ab","it's":1}`, []string{`/it's: expected no property of this name`}},
		{`{"name":"a"}`, []string{"/it's: expected a value (required), got nothing", "/name: expected what the schema says of it: length must be >= 2"}},
		{`{"name":5,"it's":1,"a/b":1.5}`, []string{"/name: expected string, got number", "/a~1b: expected integer, got number"}},
		{`{"tags":["x","z"]}`, []string{"/tags/1: expected what the schema says of it", "/name: expected a value (required)"}},
		{`{"big":5}`, []string{"/tags: expected a value (required), got nothing"}},
		{`[]`, []string{"(the whole value): expected object, got array"}},
		{`{"big":1e9999999}`, []string{"only numbers of ordinary size", "exponent beyond 400"}},
		{`{"big":-1e-401}`, []string{"exponent beyond 400"}},
		{`{"big":` + strings.Repeat("1", 41) + `}`, []string{"more than 40 digits"}},
		{`{"name":"1e9999999 is text"}`, []string{"/it's: expected a value"}},
		{`{"name":"a","name":"b"}`, []string{"/name: expected"}},
		{`{"name":`, []string{"expected"}},
	}
	for _, tt := range tests {
		err := s.Check([]byte(tt.document))
		if err == nil {
			t.Errorf("%s fits", tt.document)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q is not in %s", tt.document, want, err)
			}
		}
	}
	plain, err := rawschema.Compile(`{"type":"object","properties":{"n":{"multipleOf":0.1}}}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range []string{`{}`, `{"n":0.3}`, `{"n":1e400,"m":12345678901234567890}`} {
		if err := plain.Check([]byte(document)); err != nil {
			t.Errorf("%s: %v", document, err)
		}
	}
}

func TestManyProblems(t *testing.T) {
	t.Parallel()
	s, err := rawschema.Compile(`{"items":{"type":"string"}}`)
	if err != nil {
		t.Fatal(err)
	}
	found := s.Check([]byte("[" + strings.Repeat("1,", 19) + "1]"))
	if len(found.Violations) != 16 || found.More != 4 {
		t.Errorf("%d problems and %d more", len(found.Violations), found.More)
	}
}

func TestSchemaMistakes(t *testing.T) {
	t.Parallel()
	for name, schema := range map[string]string{
		"no JSON":          `{"type":`,
		"no schema":        `{"type":7}`,
		"another document": `{"$ref":"https://example.com/schema.json"}`,
		"a file":           `{"$ref":"file:///etc/passwd"}`,
		"a bad pattern":    `{"pattern":"("}`,
		"a huge number":    `{"minimum":1e9999999}`,
		"nothing":          ``,
	} {
		if _, err := rawschema.Compile(schema); err == nil {
			t.Errorf("%s is compiled", name)
		}
		if _, err := rawschema.Tool(mcp.ToolDef{Name: "x", InputSchema: schema}); err == nil {
			t.Errorf("%s makes a tool", name)
		}
	}
	if _, err := rawschema.Tool(mcp.ToolDef{Name: "x", InputSchema: `{}`}); err == nil {
		t.Error("a tool without a function is made")
	}
}

func TestTool(t *testing.T) {
	t.Parallel()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil)
	tool, err := rawschema.Tool(mcp.ToolDef{
		Name: "say", InputSchema: `{"type":"object","properties":{"word":{"type":"string"}},"required":["word"]}`,
		Call: func(_ context.Context, c *mcp.Call) error { c.Text(string(c.RawArguments())); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddTool(tool); err != nil {
		t.Fatal(err)
	}
	c := mcptest.Connect(t, s)
	c.Initialize("2025-06-18")
	c.Send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"say","arguments":{"word":"hi"}}}`)
	c.Expect(`{"id":1,"result":{"content":[{"type":"text","text":"{\"word\":\"hi\"}"}]}}`)
	c.Send(`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"say"}}`)
	c.Expect(`{"id":2,"result":{"content":[{"type":"text","text":"invalid arguments for tool \"say\": 1 problem:\n- /word: expected a value (required), got nothing"}],
		"isError":true,"_meta":{"io.github.mcpgen/errors":[…]}}}`)
}

// FuzzCheck looks for documents that get past the guard and do harm.
func FuzzCheck(f *testing.F) {
	s, err := rawschema.Compile(schema)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"name":"ab","big":1e5,"tags":["x"]}`))
	f.Add([]byte(`{"big":1e9999999}`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if err := s.Check(data); err != nil {
			_ = err.Error()
		}
	})
}
