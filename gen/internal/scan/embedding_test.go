package scan_test

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/gen/internal/scan"
	"github.com/mcpgen/mcpgen/gen/internal/scan/testdata/shapes"
)

// TestFieldsAgreeWithEncodingJSON compares the properties of every struct in
// package shapes, in order, with those that encoding/json writes.
func TestFieldsAgreeWithEncodingJSON(t *testing.T) {
	t.Parallel()
	pkg := scanDir(t, "testdata/shapes")
	defs := map[string]*model.Def{}
	for _, d := range pkg.Defs {
		defs[d.Name] = d
	}
	all := reflect.TypeFor[shapes.All]()
	for f := range all.Fields() {
		got := properties(defs[f.Type.Name()])
		want := written(t, f.Type)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", f.Name, got, want)
		}
	}
	inner, ok := reflect.TypeFor[shapes.Anonymous]().FieldByName("In")
	if got, want := properties(defs["AnonymousIn"]), written(t, inner.Type); !ok || !slices.Equal(got, want) {
		t.Errorf("AnonymousIn: got %q, want %q", got, want)
	}
}

func properties(d *model.Def) []string {
	var names []string
	for _, f := range d.Fields {
		names = append(names, f.Name)
	}
	return names
}

// written gives the names that encoding/json writes for a value of a type that
// has nothing to omit.
func written(t *testing.T, typ reflect.Type) []string {
	t.Helper()
	v := reflect.New(typ).Elem()
	fill(v, 0)
	b, err := json.Marshal(v.Interface())
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for d.More() {
		tok, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		name, _ := tok.(string)
		names = append(names, name)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

// fill makes every part of a value that can be set something else than zero.
func fill(v reflect.Value, depth int) {
	if !v.CanSet() || depth > 5 {
		return
	}
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(1, 0)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, f := range v.Fields() {
			fill(f, depth+1)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Int:
		v.SetInt(1)
	case reflect.String:
		v.SetString("s")
	case reflect.Interface:
		v.Set(reflect.ValueOf(true))
	}
}

// scanDir scans one package of this module.
func scanDir(t *testing.T, dir string) *model.Package {
	t.Helper()
	abs, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	prog, diags := load.Load(t.Context(), load.Config{Dir: abs})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	pkgs, diags := scan.Scan(prog, scan.Options{Full: true})
	if len(diags) > 0 || len(pkgs) != 1 {
		t.Fatal(pkgs, diags)
	}
	return pkgs[0]
}

// TestRuntimeTypes makes sure that the types of the real runtime have the names
// and forms that scan knows them by; the cases use a stand-in.
func TestRuntimeTypes(t *testing.T) {
	t.Parallel()
	pkg := scanDir(t, "testdata/realruntime")
	var roles []model.Role
	for _, p := range pkg.Tools[0].Params {
		roles = append(roles, p.Role)
	}
	want := []model.Role{model.RoleContext, model.RoleProgress, model.RolePrincipal, model.RoleRequest, model.RoleLogger, model.RoleArgument}
	if !slices.Equal(roles, want) {
		t.Errorf("roles are %v, want %v", roles, want)
	}
	if k := pkg.Tools[0].Input.Fields[0].Type.Kind; k != model.Opt {
		t.Errorf("mcp.Opt is of kind %d", k)
	}
	if f := pkg.Tools[0].Output.Form; f != model.OutputContents {
		t.Errorf("[]mcp.Content is of form %d", f)
	}
	for _, tool := range pkg.Tools[1:] {
		if tool.Output.Form != model.OutputContent {
			t.Errorf("the result of %s is of form %d", tool.Func, tool.Output.Form)
		}
	}
}
