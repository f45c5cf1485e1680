package caller

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/client"
)

const wide = `{
	"type": "object",
	"$defs": {"repo": {"type": "object", "properties": {"owner": {"type": "string"}, "stars": {"type": "integer", "minimum": 0}}, "additionalProperties": false}},
	"properties": {
		"s": {"type": "string"}, "n": {"type": "integer", "maximum": 100}, "f": {"type": "number"}, "b": {"type": "boolean"},
		"maybe": {"type": ["integer", "null"]}, "either": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
		"tags": {"type": "array", "items": {"type": "string"}}, "nums": {"type": "array", "items": {"type": "integer"}},
		"repo": {"$ref": "#/$defs/repo"}, "repos": {"type": "array", "items": {"$ref": "#/$defs/repo"}},
		"any": {}, "level": {"enum": ["low", "high"]}, "map": {"type": "object", "additionalProperties": {"type": "integer"}},
		"a.b": {"type": "integer"}, "data": {"type": "string", "contentEncoding": "base64"},
		"pick": {"oneOf": [{"type": "object", "properties": {"kind": {"const": "x"}, "n": {"type": "integer"}}}, {"type": "object", "properties": {"kind": {"const": "y"}}}]}
	},
	"additionalProperties": false
}`

// TestArguments types words by the schema.
func TestArguments(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"text": "two\nlines\n", "json": `{"n":5}`, "bytes": "\xff\x00"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tool := client.Tool{Name: "t", InputSchema: []byte(wide)}
	for _, tt := range []struct {
		words, want string
	}{
		{"", `{}`},
		{"s=5", `{"s":"5"}`},
		{"s=", `{"s":""}`},
		{"s=a=b", `{"s":"a=b"}`},
		{"s=true n=5 f=1.5 b=true", `{"b":true,"f":1.5,"n":5,"s":"true"}`},
		{"n=-5 f=1e3", `{"f":1e3,"n":-5}`},
		{"maybe=null", `{"maybe":null}`},
		{"maybe=7", `{"maybe":7}`},
		{"either=7", `{"either":7}`},
		{"either=seven", `{"either":"seven"}`},
		{"tags=a", `{"tags":["a"]}`},
		{"tags=a tags=b", `{"tags":["a","b"]}`},
		{`tags=["a","b"] tags=c`, `{"tags":["a","b","c"]}`},
		{"tags=[a", `{"tags":["[a"]}`},
		{"nums=1 nums=2", `{"nums":[1,2]}`},
		{"repo.owner=ada repo.stars=3", `{"repo":{"owner":"ada","stars":3}}`},
		{`repo={"owner":"ada"}`, `{"repo":{"owner":"ada"}}`},
		{"repos.0.owner=ada repos.1.owner=bob repos.0.stars=1", `{"repos":[{"owner":"ada","stars":1},{"owner":"bob"}]}`},
		{"any=5", `{"any":5}`},
		{"any=five", `{"any":"five"}`},
		{`any={"x":[1]}`, `{"any":{"x":[1]}}`},
		{"any.x.y=1", `{"any":{"x":{"y":1}}}`},
		{`any="q"`, `{"any":"\"q\""}`},
		{"level=low", `{"level":"low"}`},
		{"map.x=1 map.y=2", `{"map":{"x":1,"y":2}}`},
		{"a.b=1", `{"a.b":1}`},
		{`s:="@x" any:=[1,2]`, `{"any":[1,2],"s":"@x"}`},
		{"s=@DIR/text", `{"s":"two\nlines\n"}`},
		{"any:=@DIR/json", `{"any":{"n":5}}`},
		{"data=@DIR/bytes", `{"data":"/wA="}`},
		{"s=@-", `{"s":"from stdin"}`},
		{"@DIR/json", `{"n":5}`},
		{`{"n":6}`, `{"n":6}`},
		{"pick.kind=x pick.n=4", `{"pick":{"kind":"x","n":4}}`},
		{"s=<&>", `{"s":"<&>"}`},
	} {
		words := strings.Fields(strings.ReplaceAll(tt.words, "DIR", dir))
		got, err := Arguments(tool, words, strings.NewReader("from stdin"))
		if err != nil {
			t.Errorf("%s: %v", tt.words, err)
			continue
		}
		if plain := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(got)); plain != tt.want {
			t.Errorf("%s: got %s, want %s", tt.words, got, tt.want)
		}
	}
}

// TestWrongArguments: nothing that does not fit gets past, and every mistake is
// named.
func TestWrongArguments(t *testing.T) {
	t.Parallel()
	tool := client.Tool{Name: "t", InputSchema: []byte(wide)}
	for words, want := range map[string][]string{
		"n=x b=maybe":        {`n: want a whole number, got "x"`, `b: want true or false, got "maybe"`},
		"n=":                 {`n: want a whole number, got ""`},
		"n=1.5":              {"/n: expected integer"},
		"n=101":              {"/n: ", "must be <= 100"},
		"n=1e9999999":        {"ordinary size"},
		"level=mid":          {"/level: "},
		"nums=1 nums=x":      {`nums: want a whole number, got "x"`},
		"n=1 n=2":            {"n: given twice, and it is no list"},
		"levl=low":           {`levl: there is no argument "levl": did you mean level?`},
		"zzz=low":            {`zzz: there is no argument "zzz": there are a.b, any, b`},
		"repo.ownr=ada":      {`repo.ownr: there is no argument "ownr": did you mean owner?`},
		"repo.stars=-1":      {"/repo/stars: "},
		"repos.1.owner=ada":  {"repos.1.owner: there is no element 0 before it"},
		"s.x=1 s=y":          {"s: given twice"},
		"s=y s.x=1":          {"s.x: a member of what is no object"},
		"word":               {"word: want name=value, name:=JSON or name=@file"},
		"=x":                 {"=x: want name=value"},
		"any:={":             {`any: what follows := is no JSON: "{"`},
		"{":                  {"{: this is no JSON"},
		"s=@/does/not/exist": {"s: open /does/not/exist"},
		"@/does/not/exist":   {"open /does/not/exist"},
		`{"n":"x"}`:          {"/n: expected integer, got string"},
		"map.x=y":            {`map.x: want a whole number, got "y"`},
	} {
		_, err := Arguments(tool, strings.Fields(words), strings.NewReader(""))
		if err == nil {
			t.Errorf("%s fits", words)
			continue
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q is not in %v", words, w, err)
			}
		}
	}
	for schema, want := range map[string]string{
		`{`:                                "the input schema of t is no JSON",
		`{"type":"objekt"}`:                "the input schema of t cannot be used",
		`{"$ref":"https://example.com/x"}`: "nothing is fetched",
	} {
		if _, err := Arguments(client.Tool{Name: "t", InputSchema: []byte(schema)}, nil, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", schema, err, want)
		}
	}
	// A schema that refers to itself is followed for a while only.
	loop := client.Tool{Name: "t", InputSchema: []byte(`{"type":"object","properties":{"a":{"$ref":"#/properties/a"}}}`)}
	if got, err := build(must(t, loop), []string{"a=1"}, nil); err != nil || string(got) != `{"a":1}` {
		t.Errorf("a reference to itself: %s, %v", got, err)
	}
	wide := client.Tool{InputSchema: []byte(`{"properties":{"a":{"anyOf":[{"$ref":"#/properties/a"},{"$ref":"#/properties/a"},{"type":"integer"}]}}}`)}
	if got, err := build(must(t, wide), []string{"a=1"}, nil); err != nil || string(got) != `{"a":1}` {
		t.Errorf("alternatives that lead to themselves: %s, %v", got, err)
	}
}

func must(t *testing.T, tool client.Tool) schema {
	t.Helper()
	s, err := parseSchema(tool.InputSchema)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// FuzzArguments: whatever the words and the schema are, what comes out fits the
// schema, or there is an error.
func FuzzArguments(f *testing.F) {
	f.Add(wide, "repos.0.owner=ada", "tags=x")
	f.Add(`{"$ref":"#"}`, "a=1", "a.b.c:=[1]")
	f.Add(`{"allOf":[{"$ref":"#/allOf/0"}]}`, "x=1", "0.1=2")
	f.Fuzz(func(_ *testing.T, schema, a, b string) {
		if strings.HasPrefix(a, "@") || strings.HasPrefix(b, "@") || strings.Contains(a, "=@") || strings.Contains(b, "=@") {
			return // names of files
		}
		_, _ = Arguments(client.Tool{Name: "t", InputSchema: []byte(schema)}, []string{a, b}, strings.NewReader(""))
	})
}
