package emit

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

func TestUnexported(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Forecast": "forecast", "HTTPGet": "httpGet", "URL": "url", "X": "x", "already": "already", "GetURL": "getURL", "Ünit": "ünit",
	} {
		if got := unexported(in); got != want {
			t.Errorf("unexported(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCamel(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"max_items": "MaxItems", "a/b~c": "ABC", "x-y": "XY", "": "", "éa": "Éa"} {
		if got := camel(in); got != want {
			t.Errorf("camel(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSpoken(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"AddrPort": "addr port", "UUID": "uuid", "HTTPDate": "http date", "date": "date"} {
		if got := spoken(in); got != want {
			t.Errorf("spoken(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestAssumedName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"time": "time", "net/netip": "netip", "example.com/x/v2": "x", "v2": "v2", "gopkg.in/yaml.v3": "yaml.v3"} {
		if got := assumedName(in); got != want {
			t.Errorf("assumedName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	g := newGenerator(pkg(), nil, nil)
	for d, want := range map[time.Duration]string{
		0: "0", time.Hour: "time.Hour", 90 * time.Minute: "90 * time.Minute", 1500 * time.Millisecond: "1500 * time.Millisecond",
		time.Nanosecond: "time.Nanosecond", -time.Second: "-1 * time.Second",
	} {
		if got := g.duration(d).GoString(); got != want {
			t.Errorf("duration(%d) = %s, want %s", d, got, want)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain":        `"plain"`,
		`say "hi"`:     "`say \"hi\"`",
		"back`\"quote": "\"back`\\\"quote\"",
		"two\nlines":   "\"two\\n\" +\n\t\"lines\"",
		"ends\n":       `"ends\n"`,
	} {
		if got := text(in).GoString(); got != want {
			t.Errorf("text(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestCutSchema(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long ", 20)
	schema := `{"type":"object","properties":{"a":{"description":"` + long + `"},"properties":{"properties":{"x":{"type":"string"},"y":{"enum":["` +
		long + `","b"]}}}},"required":["a"],"$defs":{"N":{"oneOf":[{"const":1},{"description":"` + long + `"}]}}}`
	want := []string{
		`{"type":"object","properties":{`,
		`"a":{"description":"` + long + `"},`,
		`"properties":{"properties":{`,
		`"x":{"type":"string"},`,
		`"y":{"enum":[`,
		`"` + long + `",`,
		`"b"`,
		`]}`,
		`}}`,
		`},"required":["a"],"$defs":{`,
		`"N":{"oneOf":[`,
		`{"const":1},`,
		`{"description":"` + long + `"}`,
		`]}`,
		`}}`,
	}
	got := cutSchema(schema)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// TestCutSchemaKeepsAll cuts random documents: nothing may be added or lost.
func TestCutSchemaKeepsAll(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		doc, err := json.Marshal(randomSchema(r, 4))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(cutSchema(string(doc)), ""); got != string(doc) {
			t.Fatalf("%s became %s", doc, got)
		}
	}
}

func randomSchema(r *rand.Rand, depth int) any {
	switch n := r.IntN(6); {
	case depth == 0 || n == 0:
		return strings.Repeat(`a"\{[,]}:`, r.IntN(20))
	case n == 1:
		return r.IntN(100)
	case n == 2:
		list := make([]any, r.IntN(4))
		for i := range list {
			list[i] = randomSchema(r, depth-1)
		}
		return list
	default:
		m := map[string]any{}
		keys := []string{"properties", "$defs", "oneOf", "enum", "type", `a"b`}
		for range r.IntN(4) {
			m[keys[r.IntN(len(keys))]] = randomSchema(r, depth-1)
		}
		return m
	}
}

func TestSchemaConstantWithBackquote(t *testing.T) {
	t.Parallel()
	got := schemaConstant("c", "{\"pattern\":\"`\"}").GoString()
	if want := "const c = \"{\\\"pattern\\\":\\\"`\\\"}\""; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestGroupImports(t *testing.T) {
	t.Parallel()
	f := jen.NewFile("x")
	f.Var().Id("_").Op("=").Qual("time", "Now")
	f.Var().Id("_").Op("=").Qual("example.com/b", "B")
	f.Var().Id("_").Op("=").Qual("regexp", "MustCompile")
	var b bytes.Buffer
	if err := f.Render(&b); err != nil {
		t.Fatal(err)
	}
	want := "import (\n\t\"regexp\"\n\t\"time\"\n\n\tb \"example.com/b\"\n)\n"
	if got := string(groupImports(b.Bytes())); !strings.Contains(got, want) {
		t.Errorf("got %s", got)
	}
}

func TestImportAliases(t *testing.T) {
	t.Parallel()
	p := pkg()
	p.Taken = map[string]bool{"time": true, "json": true}
	p.Imports = map[string]bool{"json": true}
	g := newGenerator(p, nil, nil)
	for _, q := range [][3]string{
		{"time", "time", "Now"}, {"encoding/json", "json", "Marshal"}, {"example.com/json", "json", "X"}, {"example.com/go-yaml/v3", "yaml", "Y"},
		{"example.com/len", "len", "Z"}, {"example.com/d", "d", "D"}, {mcpPath, "mcp", "Server"}, {"a.com/mcp", "mcp", "M"},
	} {
		g.file.Var().Id("_").Op("=").Add(g.qual(q[0], q[1], q[2]))
	}
	src, err := g.render()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\ttime2 \"time\"\n", "\t\"encoding/json\"\n", "\tjson2 \"example.com/json\"\n", "\tyaml \"example.com/go-yaml/v3\"\n",
		"\tlen2 \"example.com/len\"\n", "\td2 \"example.com/d\"\n", "\t\"" + mcpPath + "\"\n", "\tmcp2 \"a.com/mcp\"\n",
	} {
		if !bytes.Contains(src, []byte(want)) {
			t.Errorf("no %s in\n%s", want, src)
		}
	}
}

func TestBuildConstraint(t *testing.T) {
	t.Parallel()
	p := forecast()
	p.Constraint = "linux && !cgo"
	src, err := File(p, shortSchemas(p), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(src, []byte(Header+"\n\n//go:build linux && !cgo\n\npackage weather\n")) {
		t.Errorf("got %.200s", src)
	}
}

func TestToolFields(t *testing.T) {
	t.Parallel()
	p := forecast()
	tl := p.Tools[0]
	tl.Title, tl.Doc = "The \"forecast\"", "First.\n\nSecond."
	tl.Timeout, tl.TTL = 30*time.Second, time.Hour
	tl.Scopes, tl.Tags = []string{"read"}, []string{"a", "b"}
	tl.Icons = []model.Icon{{Src: "https://example.com/i.png"}}
	tl.Meta = []model.KeyValue{{Key: "x/y", Value: `{"a":1}`}, {Key: "z", Value: `"s"`}}
	tl.Strict, tl.Hidden, tl.Errors = true, true, []model.GoType{named("ErrA"), other("example.com/store", "ErrB")}
	src, err := File(p, shortSchemas(p), nil)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "toolfields", src[bytes.Index(src, []byte("// Register")):bytes.Index(src, []byte("// forecastArgs holds"))])
}

// TestFingerprint makes sure that it depends on what the file says, and on
// nothing else.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	base := Fingerprint(forecast())
	moved := forecast()
	moved.Dir, moved.Taken["other"] = "/elsewhere", true
	moved.Tools[0].Pos.Line = 99
	moved.Tools[0].Input.Fields[0].DefaultPos.Line = 7
	if Fingerprint(moved) != base {
		t.Error("it changed when lines moved")
	}
	for name, change := range map[string]func(*model.Package){
		"description": func(p *model.Package) { p.Tools[0].Doc += "." },
		"parameter":   func(p *model.Package) { p.Tools[0].Input.Fields[0].Name = "town" },
		"rule":        func(p *model.Package) { p.Tools[0].Input.Fields[1].Rules.Maximum = "15" },
		"limit":       func(p *model.Package) { *p.Tools[0].Input.Fields[0].Rules.MaxLength = 81 },
		"hint":        func(p *model.Package) { *p.Tools[0].Hints.ReadOnly = false },
		"result":      func(p *model.Package) { p.Tools[0].Output.Type.Def.Fields[0].Doc = "x" },
		"constant":    func(p *model.Package) { p.Tools[0].Input.Fields[2].Type.Def.Values[0].Doc = "x" },
	} {
		p := forecast()
		change(p)
		if Fingerprint(p) == base {
			t.Errorf("it did not change with the %s", name)
		}
	}
}

// TestBugs makes sure that a model which scan should have refused is an error
// and no panic.
func TestBugs(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*model.Package, map[string]Schemas){
		"no schema":       func(_ *model.Package, s map[string]Schemas) { delete(s, "forecast") },
		"broken schema":   func(_ *model.Package, s map[string]Schemas) { s["forecast"] = Schemas{Input: `{"a":`} },
		"invalid type":    func(p *model.Package, _ map[string]Schemas) { p.Tools[0].Input.Fields[0].Type = &model.Type{} },
		"wrong default":   func(p *model.Package, _ map[string]Schemas) { p.Tools[0].Input.Fields[1].Default = `"x"` },
		"unknown role":    func(p *model.Package, _ map[string]Schemas) { p.Tools[0].Params[1].Role = 99 },
		"unknown form":    func(p *model.Package, _ map[string]Schemas) { p.Tools[0].Output.Form = 99 },
		"channel":         func(p *model.Package, _ map[string]Schemas) { p.Tools[0].Input.Fields[0].Type.Go.Form = model.ChanOf },
		"not Go":          func(p *model.Package, _ map[string]Schemas) { p.Tools[0].Func = "not go" },
		"float as an int": func(p *model.Package, _ map[string]Schemas) { p.Tools[0].Input.Fields[1].Rules.Const = "1.5" },
	} {
		p := forecast()
		own := *p.Tools[0].Input.Fields[0].Type
		p.Tools[0].Input.Fields[0].Type = &own
		schemas := shortSchemas(p)
		change(p, schemas)
		if src, err := File(p, schemas, nil); err == nil || !strings.HasPrefix(err.Error(), "internal error: ") {
			t.Errorf("%s: got %v and %d bytes", name, err, len(src))
		}
	}
}
