package contract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// TestSchemas compares two schemas as arguments and as results. A case is a file
// with the sections old, new and want.
func TestSchemas(t *testing.T) {
	t.Parallel()
	for _, c := range golden.Cases(t, "testdata/schemas") {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			before, _ := c.Section("old")
			after, _ := c.Section("new")
			var b strings.Builder
			for _, output := range []bool{false, true} {
				x := &comparison{what: "tool t"}
				if output {
					x.output([]byte(before), []byte(after))
				} else {
					x.input([]byte(before), []byte(after))
				}
				for _, d := range x.diags {
					fmt.Fprintf(&b, "%s %s\n", d.Code, d.What)
					if d.Fix == "" {
						t.Errorf("%s has no fix", d)
					}
				}
			}
			c.Expect(t, "want", b.String())
		})
	}
}

// TestSame: nothing breaks when nothing changes.
func TestSame(t *testing.T) {
	t.Parallel()
	for _, c := range golden.Cases(t, "testdata/schemas") {
		for _, name := range []string{"old", "new"} {
			text, _ := c.Section(name)
			if _, err := parse([]byte(text)); err != nil {
				continue
			}
			x := &comparison{}
			x.input([]byte(text), []byte(text))
			x.output([]byte(text), []byte(text))
			if len(x.diags) > 0 {
				t.Errorf("%s, %s: %s", c.Name, name, x.diags[0])
			}
		}
	}
}

// TestCompare compares whole contracts. A case is a file with the sections old,
// new and want.
func TestCompare(t *testing.T) {
	t.Parallel()
	for _, c := range golden.Cases(t, "testdata/contracts") {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			before, after := decode(t, c, "old"), decode(t, c, "new")
			var b strings.Builder
			for _, d := range Compare(before, after) {
				fmt.Fprintln(&b, d)
			}
			c.Expect(t, "want", b.String())
			if again := Compare(before, before); len(again) > 0 {
				t.Errorf("a contract breaks callers of itself: %s", again[0])
			}
			if gone := Compare(nil, after); len(gone) > 0 {
				t.Errorf("a contract breaks callers of nothing: %s", gone[0])
			}
		})
	}
}

func decode(t *testing.T, c *golden.Case, section string) *Contract {
	t.Helper()
	text, ok := c.Section(section)
	if !ok {
		return nil
	}
	out, err := Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestFile: what is encoded is decoded, and known to be ours.
func TestFile(t *testing.T) {
	t.Parallel()
	yes := true
	p := &model.Package{Path: "example.com/p", Tools: []*model.Tool{
		{Function: model.Function{Doc: "Says <hello> & more."}, Name: "b", Hints: model.Hints{ReadOnly: &yes}},
		{Function: model.Function{Scopes: []string{"x"}}, Name: "a", Title: "A"},
	}, Resources: []*model.Resource{
		{Function: model.Function{Input: &model.Def{Fields: []model.Field{{Name: "page", Doc: "Which."}, {Name: "lang"}}}},
			URI: "docs://{page}{?lang}", Name: "doc", Variables: []model.Variable{{Name: "page"}, {Name: "lang", Query: true}}},
	}, Prompts: []*model.Prompt{
		{Function: model.Function{Input: &model.Def{Fields: []model.Field{{Name: "diff", Required: true}, {Name: "secret", Hidden: true}}}}, Name: "review"},
	}}
	schemas := map[string]Schemas{
		"a": {Input: `{"type":"object"}`, Output: `{"type":"object","properties":{"x":{"minimum":1e400}}}`},
		"b": {Input: `{"type":"object","additionalProperties":false}`},
	}
	data, err := Of(p, schemas).Encode()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
  "mcpgen": 1,
  "package": "example.com/p",
  "tools": [
    {
      "name": "a",
      "title": "A",
      "inputSchema": {
        "type": "object"
      },
      "outputSchema": {
        "type": "object",
        "properties": {
          "x": {
            "minimum": 1e400
          }
        }
      },
      "scopes": [
        "x"
      ]
    },
    {
      "name": "b",
      "description": "Says <hello> & more.",
      "inputSchema": {
        "type": "object",
        "additionalProperties": false
      },
      "annotations": {
        "readOnlyHint": true
      }
    }
  ],
  "resources": [
    {
      "uri": "docs://{page}{?lang}",
      "name": "doc",
      "variables": [
        {
          "name": "page",
          "description": "Which.",
          "required": true
        },
        {
          "name": "lang"
        }
      ]
    }
  ],
  "prompts": [
    {
      "name": "review",
      "arguments": [
        {
          "name": "diff",
          "required": true
        }
      ]
    }
  ]
}
`
	if string(data) != want {
		t.Errorf("encoded\n%s", data)
	}
	c, err := Decode(data)
	if err != nil || len(c.Tools) != 2 || !IsFile(data) {
		t.Errorf("decoded %+v, %v", c, err)
	}
	for text, wantErr := range map[string]string{
		`{`:                           "unexpected end",
		`{"name":"my-package"}`:       "not written by mcpgen",
		`{"mcpgen":99,"package":"x"}`: "version 99",
		`[]`:                          "cannot unmarshal",
	} {
		if _, err := Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), wantErr) {
			t.Errorf("%s: %v, want %q", text, err, wantErr)
		}
	}
	for text, want := range map[string]bool{
		"": true, " \n": true, `{ "mcpgen": 1`: true, "<<<<<<< HEAD\n{\n  \"mcpgen\": 1,\n": true,
		`{"name": "mcpgen"}`: false, "{}": false,
	} {
		if IsFile([]byte(text)) != want {
			t.Errorf("IsFile(%q) is %v", text, !want)
		}
	}
}

// TestEveryCodeHasACase keeps the cases complete.
func TestEveryCodeHasACase(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, dir := range []string{"testdata/schemas", "testdata/contracts"} {
		for _, c := range golden.Cases(t, dir) {
			want, _ := c.Section("want")
			all.WriteString(want)
		}
	}
	for n := 1; n < 9; n++ {
		code := fmt.Sprintf("MCP11%02d", n)
		if _, known := diag.Explain(diag.Code(code)); !known || !strings.Contains(all.String(), code) {
			t.Errorf("%s has no case or no explanation", code)
		}
	}
}
