package gen_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/printer"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// TestTypesPage makes docs/types.md from testdata/types.txtar: for each file a
// table with the fields of its struct Args on the left and what they become on
// the right.
func TestTypesPage(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("testdata/types.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := newModule(t, "example.com/types")
	for _, f := range archive.Files {
		if filepath.Ext(f.Name) == ".go" {
			writeFile(t, filepath.Join(dir, strings.TrimSuffix(f.Name, ".go"), "a.go"), f.Data)
		}
	}
	var page strings.Builder
	page.Write(archive.Comment)
	for _, f := range archive.Files {
		if filepath.Ext(f.Name) == ".md" {
			fmt.Fprintf(&page, "\n%s", f.Data)
			continue
		}
		writeChapter(t, &page, dir, strings.TrimSuffix(f.Name, ".go"))
	}
	const name = "../docs/types.md"
	if golden.Updating() {
		if err := os.WriteFile(name, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	same(t, "docs/types.md", readFile(t, name), []byte(page.String()))
}

// writeChapter writes the table of one package.
func writeChapter(t *testing.T, page *strings.Builder, dir, name string) {
	t.Helper()
	result, err := gen.Generate(t.Context(), gen.Config{Dir: filepath.Join(dir, name)})
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, filepath.Join(dir, name, "a.go"), nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	becomes := refusals(result.Diagnostics)
	right := "Refused because"
	if i := slices.IndexFunc(result.Files, func(f gen.File) bool { return filepath.Base(f.Path) == outputFile }); i >= 0 {
		becomes, right = properties(t, result.Files[i].Content), "JSON Schema"
	}
	fmt.Fprintf(page, "\n#%s\n| Go | %s |\n|---|---|\n", file.Doc.Text(), right)
	for _, f := range argsFields(file) {
		left, note := goCell(fset, f)
		property := cmp.Or(becomes[f.Names[0].Name], becomes[strconv.Itoa(fset.Position(f.Pos()).Line)])
		if property == "" {
			t.Errorf("%s: nothing is known about %s", name, left)
		}
		fmt.Fprintf(page, "| %s | %s%s |\n", left, cell(property), note)
	}
}

// refusals maps lines to the messages about them.
func refusals(diags []gen.Diagnostic) map[string]string {
	out := map[string]string{}
	for _, d := range diags {
		_, reason, _ := strings.Cut(d.What, ", ")
		out[strconv.Itoa(d.Line)] = "!" + strings.TrimPrefix(reason, "which ") + ": " + d.Fix
	}
	return out
}

// properties maps names to schemas, from the constant in the generated file.
func properties(t *testing.T, src []byte) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	obj := file.Scope.Lookup("useInputSchema")
	spec, ok := obj.Decl.(*ast.ValueSpec)
	if !ok {
		t.Fatal("there is no schema")
	}
	value, err := types.Eval(token.NewFileSet(), nil, token.NoPos, exprText(t, spec.Values[0]))
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if err := json.Unmarshal([]byte(constant.StringVal(value.Value)), &schema); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for name, raw := range schema.Properties {
		out[name] = string(raw)
	}
	return out
}

func exprText(t *testing.T, e ast.Expr) string {
	t.Helper()
	var b strings.Builder
	if err := printer.Fprint(&b, token.NewFileSet(), e); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// argsFields gives the fields of the struct Args.
func argsFields(file *ast.File) []*ast.Field {
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range g.Specs {
			if s, ok := s.(*ast.TypeSpec); ok && s.Name.Name == "Args" {
				return s.Type.(*ast.StructType).Fields.List
			}
		}
	}
	return nil
}

// goCell shows a field: its type, its options and its tag. The key note of the
// tag is what the page says beside the schema.
func goCell(fset *token.FileSet, f *ast.Field) (left, note string) {
	var b strings.Builder
	if err := printer.Fprint(&b, fset, f.Type); err != nil {
		return err.Error(), ""
	}
	left = strings.Join(strings.Fields(b.String()), " ")
	if f.Tag == nil {
		return cell(left), ""
	}
	text, err := strconv.Unquote(f.Tag.Value)
	if err != nil {
		return err.Error(), ""
	}
	tag := reflect.StructTag(text)
	if name := tag.Get("json"); strings.HasPrefix(name, ",") {
		left += ` json:"` + name + `"`
	}
	if rules := tag.Get("jsonschema"); rules != "" {
		left += ` jsonschema:"` + rules + `"`
	}
	if extras := tag.Get("jsonschema_extras"); extras != "" {
		left += ` jsonschema_extras:"` + extras + `"`
	}
	if n := tag.Get("note"); n != "" {
		note = " " + n
	}
	return cell(left), note
}

// cell is code in a table, or text when it begins with an exclamation mark.
func cell(s string) string {
	s = strings.ReplaceAll(s, "|", `\|`)
	if text, ok := strings.CutPrefix(s, "!"); ok {
		return text
	}
	if strings.Contains(s, "`") {
		return "`` " + s + " ``"
	}
	return "`" + s + "`"
}
