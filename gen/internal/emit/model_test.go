package emit

import (
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/gen/internal/schema"
)

// The models of the tests are made by hand with the functions here, so that
// emission is tested by itself.

const userPath = "example.com/weather"

func named(name string) model.GoType {
	return model.GoType{Form: model.Named, PkgPath: userPath, PkgName: "weather", Name: name}
}

func other(path, name string) model.GoType {
	return model.GoType{Form: model.Named, PkgPath: path, PkgName: path[strings.LastIndexByte(path, '/')+1:], Name: name}
}

func basicGo(name string) model.GoType { return model.GoType{Form: model.Named, Name: name} }

func pointerTo(t model.GoType) model.GoType { return model.GoType{Form: model.PointerTo, Elem: &t} }

func sliceOf(t model.GoType) model.GoType { return model.GoType{Form: model.SliceOf, Elem: &t} }

var (
	boolean  = &model.Type{Kind: model.Bool, Go: basicGo("bool"), Comparable: true}
	str      = &model.Type{Kind: model.String, Go: basicGo("string"), Comparable: true}
	integer  = &model.Type{Kind: model.Int, Go: basicGo("int"), Bits: 64, Comparable: true}
	int8s    = &model.Type{Kind: model.Int, Go: basicGo("int8"), Bits: 8, Comparable: true}
	uint64s  = &model.Type{Kind: model.Uint, Go: basicGo("uint64"), Bits: 64, Comparable: true}
	float    = &model.Type{Kind: model.Float, Go: basicGo("float64"), Bits: 64, Comparable: true}
	float32s = &model.Type{Kind: model.Float, Go: basicGo("float32"), Bits: 32, Comparable: true}
	bytesT   = &model.Type{Kind: model.Bytes, Go: sliceOf(basicGo("byte"))}
	anything = &model.Type{Kind: model.Any, Go: basicGo("any"), Comparable: true}
	rawJSON  = &model.Type{Kind: model.Raw, Go: other("encoding/json", "RawMessage")}
	number   = &model.Type{Kind: model.Number, Go: other("encoding/json", "Number"), Comparable: true}
	timeT    = &model.Type{Kind: model.Time, Go: other("time", "Time"), Comparable: true}
	duration = &model.Type{Kind: model.Duration, Go: other("time", "Duration"), Comparable: true}
	addr     = &model.Type{Kind: model.Text, Go: other("net/netip", "Addr"), Under: model.Struct, Comparable: true}
	bigInt   = &model.Type{Kind: model.JSON, Go: other("math/big", "Int"), Under: model.Struct, Schema: `{"type":"integer"}`}
)

func slice(t *model.Type) *model.Type {
	return &model.Type{Kind: model.Slice, Go: sliceOf(t.Go), Elem: t}
}

func array(n int64, t *model.Type) *model.Type {
	return &model.Type{Kind: model.Array, Go: model.GoType{Form: model.ArrayOf, Len: n, Elem: &t.Go}, Elem: t, Len: n, Comparable: t.Comparable}
}

func mapOf(k, v *model.Type) *model.Type {
	return &model.Type{Kind: model.Map, Go: model.GoType{Form: model.MapOf, Key: &k.Go, Elem: &v.Go}, Key: k, Elem: v}
}

func ptr(t *model.Type) *model.Type {
	return &model.Type{Kind: model.Pointer, Go: pointerTo(t.Go), Elem: t, Comparable: true}
}

func opt(t *model.Type) *model.Type {
	return &model.Type{Kind: model.Opt, Go: model.GoType{Form: model.Named, PkgPath: mcpPath, PkgName: "mcp", Name: "Opt", Args: []model.GoType{t.Go}}, Elem: t}
}

func of(d *model.Def) *model.Type { return &model.Type{Kind: d.Kind, Go: d.Go, Def: d} }

// field makes a field: wire name, Go name, type, and what tune sets.
func field(name, goName string, t *model.Type, tune ...func(*model.Field)) model.Field {
	f := model.Field{Name: name, Path: []model.Step{{Name: goName, Go: t.Go}}, Type: t}
	for _, set := range tune {
		set(&f)
	}
	return f
}

func required(f *model.Field)  { f.Required = true }
func omitempty(f *model.Field) { f.OmitEmpty = true }
func omitzero(f *model.Field)  { f.OmitZero = true }
func quotedOpt(f *model.Field) { f.AsString = true }

func doc(s string) func(*model.Field)       { return func(f *model.Field) { f.Doc = s } }
func preset(s string) func(*model.Field)    { return func(f *model.Field) { f.Default = s } }
func with(r model.Rules) func(*model.Field) { return func(f *model.Field) { f.Rules = r } }

func count(n int) *int { return new(n) }

func structDef(name string, fields ...model.Field) *model.Def {
	return &model.Def{Kind: model.Struct, Name: name, Go: named(name), Fields: fields}
}

func enumDef(t model.GoType, base *model.Type, constants ...string) *model.Def {
	d := &model.Def{Kind: model.Enum, Name: t.Name, Go: t, Base: base}
	for i := 0; i < len(constants); i += 2 {
		c := t
		c.Name = constants[i]
		d.Values = append(d.Values, model.EnumValue{Const: constants[i], JSON: constants[i+1], Pkg: c})
	}
	return d
}

// tool makes a tool for a plain function with one parameter per field.
func tool(fn string, out model.Output, fields ...model.Field) *model.Tool {
	t := &model.Tool{Name: strings.ToLower(fn), Function: model.Function{
		Func: fn, Doc: fn + " does it.", Output: out,
		Input: &model.Def{Kind: model.Struct, Name: fn + "Args", Synthetic: true, Fields: fields},
	}}
	for i, f := range fields {
		t.Params = append(t.Params, model.Param{Name: f.Path[0].Name, Role: model.RoleArgument, Go: f.Type.Go, Field: i})
		t.Sign.Params = append(t.Sign.Params, f.Type.Go)
	}
	t.Sign.Form = model.FuncOf
	return t
}

func withContext(t *model.Tool) *model.Tool {
	t.Params = append([]model.Param{{Name: "ctx", Role: model.RoleContext}}, t.Params...)
	t.Sign.Params = append([]model.GoType{other("context", "Context")}, t.Sign.Params...)
	return t
}

func pkg(tools ...*model.Tool) *model.Package {
	p := &model.Package{Path: userPath, Name: "weather", Tools: tools, Taken: map[string]bool{}, Imports: map[string]bool{}}
	for _, t := range tools {
		p.Taken[t.Func] = true
		if t.Service != nil {
			p.Services = append(p.Services, t.Service)
		}
	}
	return p
}

// shortSchemas makes stand-ins for schemas, so that golden files are about Go.
func shortSchemas(p *model.Package) map[string]Schemas {
	out := map[string]Schemas{}
	for _, t := range p.Tools {
		s := Schemas{Input: `{"type":"object","title":"arguments of ` + t.Name + `"}`}
		if t.Output.Form == model.OutputStructured || t.Output.Form == model.OutputWrapped {
			s.Output = `{"type":"object","title":"result of ` + t.Name + `"}`
		}
		out[t.Name] = s
	}
	return out
}

// schemasOf makes the schemas of a package as the generator does.
func schemasOf(t *testing.T, p *model.Package) map[string]Schemas {
	t.Helper()
	built, diags := schema.Build(p, schema.Full)
	for _, d := range diags {
		t.Error(d)
	}
	out := map[string]Schemas{}
	for name, s := range built {
		out[name] = Schemas(s)
	}
	return out
}
