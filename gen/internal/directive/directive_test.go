package directive

import (
	"fmt"
	"go/ast"
	goparser "go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/internal/diag"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// TestCases reads the file in.go of each case. The section want lists, in the
// order of the file, every directive with its arguments and every diagnostic
// that Strays gives. Tabs in want are columns of in.go.
func TestCases(t *testing.T) {
	t.Parallel()
	for _, c := range golden.Cases(t, "testdata") {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			src, _ := c.Section("in.go")
			fset := token.NewFileSet()
			file, err := goparser.ParseFile(fset, "in.go", src, goparser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			all := Strays(fset, file)
			places := placesOf(file)
			for _, group := range file.Comments {
				place, ok := places[group]
				if !ok {
					place = Elsewhere
					if inParameters(file, group) {
						place = Parameter
					}
				}
				ds, diags := Parse(fset, group, place)
				for _, d := range ds {
					lines = append(lines, describe(d))
				}
				all = append(all, diags...) // Strays says the same: Sort drops them
			}
			all.Sort()
			for _, d := range all {
				lines = append(lines, d.String())
				if d.Fix == "" || d.End.Offset < d.Pos.Offset {
					t.Errorf("%v has no fix or a bad end %v", d, d.End)
				}
			}
			c.Expect(t, "want", strings.Join(lines, "\n")+"\n")
		})
	}
}

// describe writes a directive with its arguments: "in.go:3:1 tool name@3:12=x".
func describe(d Directive) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s-%d %s", d.Pos, d.End.Column, d.Verb)
	keys := make([]string, 0, len(d.given))
	for k := range d.given {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return d.At(a).Offset - d.At(b).Offset })
	for _, k := range keys {
		v := ""
		for _, a := range argumentsOf(d.Args) {
			if a.key == k || a.prefix && strings.HasPrefix(k, a.key) {
				v = show(reflect.Indirect(a.field).Interface())
			}
		}
		fmt.Fprintf(&b, " %s@%d=%s", k, d.At(k).Column, v)
	}
	return b.String()
}

func show(v any) string {
	switch v := v.(type) {
	case Literal:
		if v.Quoted {
			return fmt.Sprintf("%q@%d", v.Text, v.Pos.Column)
		}
		return fmt.Sprintf("%s@%d", v.Text, v.Pos.Column)
	case []Literal:
		var parts []string
		for _, l := range v {
			parts = append(parts, show(l))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case Ident:
		return fmt.Sprintf("%s@%d", v, v.Pos.Column)
	case []Ident:
		var parts []string
		for _, id := range v {
			parts = append(parts, show(id))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case JSON:
		return v.Text
	case TypePath:
		return fmt.Sprintf("%s@%d", v, v.Pos.Column)
	case []KeyValue:
		var parts []string
		for _, kv := range v {
			parts = append(parts, fmt.Sprintf("%s:%s@%d", kv.Key, kv.Value, kv.Pos.Column))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case string, []string:
		return fmt.Sprintf("%q", v)
	default:
		return fmt.Sprint(v)
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	group := comments("//mcp:tool destructive=false", "//mcp:param a minimum=1", "//mcp:param b")
	fset, cg := group()
	ds, diags := Parse(fset, cg, Func)
	if len(diags) > 0 || len(ds) != 3 {
		t.Fatal(ds, diags)
	}
	tool, d := Get[Tool](ds)
	if tool == nil || *tool.Destructive || !d.Has("destructive") || d.Has("readonly") {
		t.Errorf("got %+v %+v", tool, d)
	}
	if got := d.At("destructive"); got.Column != 24 {
		t.Errorf("destructive is at %v", got)
	}
	if got := d.At("readonly"); got != d.Pos {
		t.Errorf("an absent argument is at %v", got)
	}
	if p, _ := Get[Param](ds); p == nil || p.Parameter.Name != "a" {
		t.Errorf("the first parameter is %+v", p)
	}
	if s, d := Get[Server](ds); s != nil || d != nil {
		t.Error("there is no server")
	}
	if ds, diags := Parse(fset, nil, Func); ds != nil || diags != nil {
		t.Error("a missing comment has no directives")
	}
}

// comments makes a comment group out of lines.
func comments(lines ...string) func() (*token.FileSet, *ast.CommentGroup) {
	return func() (*token.FileSet, *ast.CommentGroup) {
		fset := token.NewFileSet()
		src := "package p\n\n" + strings.Join(lines, "\n") + "\nfunc f() {}\n"
		file, err := goparser.ParseFile(fset, "f.go", src, goparser.ParseComments)
		if err != nil {
			panic(err)
		}
		return fset, file.Decls[0].(*ast.FuncDecl).Doc
	}
}

// FuzzParse reads any line as a directive: it must end, and what it reports must
// lie within the comment and have a fix.
func FuzzParse(f *testing.F) {
	for _, c := range golden.Cases(f, "testdata") {
		src, _ := c.Section("in.go")
		for line := range strings.Lines(src) {
			if i := strings.Index(line, "//"); i >= 0 {
				f.Add(strings.TrimSuffix(line[i:], "\n"))
			}
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\n\r") || !strings.HasPrefix(line, "//") {
			return
		}
		fset := token.NewFileSet()
		file := fset.AddFile("f.go", -1, len(line)+2)
		group := &ast.CommentGroup{List: []*ast.Comment{{Slash: file.Pos(0), Text: line}}}
		for place := PackageDoc; place <= Elsewhere; place <<= 1 {
			ds, diags := Parse(fset, group, place)
			check(t, line, ds, diags)
		}
	})
}

func check(t *testing.T, line string, ds []Directive, diags diag.List) {
	t.Helper()
	if len(ds) > 1 {
		t.Errorf("%q gave %d directives", line, len(ds))
	}
	if strings.HasPrefix(line, prefix) && len(ds)+len(diags) == 0 {
		t.Errorf("%q was skipped in silence", line)
	}
	for _, d := range diags {
		if d.Fix == "" || d.Pos.Column < 1 || d.Pos.Column > len(line)+1 || d.End.Column < d.Pos.Column || d.End.Column > len(line)+1 {
			t.Errorf("%q: %v to %v: %v", line, d.Pos, d.End, d)
		}
	}
	for _, d := range ds {
		for key, pos := range d.given {
			if pos.Column < 1 || pos.Column > len(line)+1 {
				t.Errorf("%q: %s at %v", line, key, pos)
			}
		}
	}
}
