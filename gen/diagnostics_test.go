package gen_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/internal/diag"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// TestErr generates the code of every case in testdata/err and compares the
// diagnostics: in full with the section of that name, and each with the mark
//
//	// want "some words" "of the second"
//
// at the end of its line. The marks are cut off before anybody sees them.
func TestErr(t *testing.T) {
	t.Parallel()
	cases := golden.Cases(t, "testdata/err")
	dir := newModule(t, "example.com/err")
	got := map[string][]gen.Diagnostic{}
	var together []*golden.Case
	for _, c := range cases {
		if alone(c) {
			got[c.Name] = diagnoseAlone(t, c)
			continue
		}
		writeCase(t, c, filepath.Join(dir, c.Name))
		together = append(together, c)
	}
	diagnoseTogether(t, dir, together, got)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			var lines strings.Builder
			for _, d := range got[c.Name] {
				fmt.Fprintln(&lines, d)
			}
			if lines.Len() == 0 {
				t.Error("no diagnostics")
			}
			c.Expect(t, diagnostics, lines.String())
			compareMarks(t, c, got[c.Name])
		})
	}
}

// alone tells that a case has settings or a module of its own.
func alone(c *golden.Case) bool {
	_, module := c.Section("go.mod")
	return module || c.Setting("patterns") != "" || c.Setting("profile") != "" || c.Setting("tags") != "" || c.Setting("require-docs") != ""
}

func diagnoseAlone(t *testing.T, c *golden.Case) []gen.Diagnostic {
	t.Helper()
	dir := newModule(t, "example.com/err")
	writeCase(t, c, dir)
	patterns := strings.Fields(c.Setting("patterns"))
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	cfg := gen.Config{Dir: dir, Patterns: patterns, Profile: gen.Profile(c.Setting("profile")), RequireDocs: c.Setting("require-docs") == "true"}
	if tags := c.Setting("tags"); tags != "" {
		cfg.Tags = strings.Split(tags, ",")
	}
	result, err := gen.Generate(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return result.Diagnostics
}

// diagnoseTogether generates all cases in few runs. The generator stops between
// its stages when there are diagnostics, so the cases that got theirs leave and
// the rest goes on. Each gets what it would get by itself.
func diagnoseTogether(t *testing.T, dir string, cases []*golden.Case, got map[string][]gen.Diagnostic) {
	t.Helper()
	for len(cases) > 0 {
		result, err := gen.Generate(t.Context(), gen.Config{Dir: dir, Patterns: patternsOf(cases)})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range result.Diagnostics {
			name, file, ok := strings.Cut(filepath.ToSlash(d.File), "/")
			if !ok {
				t.Fatalf("a diagnostic of no case: %s", d)
			}
			d.File, d.What = file, strings.ReplaceAll(d.What, name+"/", "")
			got[name] = append(got[name], d)
		}
		left := slices.DeleteFunc(slices.Clone(cases), func(c *golden.Case) bool { return len(got[c.Name]) > 0 })
		if len(left) == len(cases) {
			return // the test of each says that it got none
		}
		cases = left
	}
}

var mark = regexp.MustCompile(`[ \t]*// want((?: "(?:[^"\\]|\\.)*")+)$`)

// unmark cuts the marks off.
func unmark(src []byte) []byte {
	lines := strings.SplitAfter(string(src), "\n")
	for i, line := range lines {
		if text, ok := strings.CutSuffix(line, "\n"); ok && mark.MatchString(text) {
			lines[i] = mark.ReplaceAllString(text, "") + "\n"
		}
	}
	return []byte(strings.Join(lines, ""))
}

// compareMarks pairs the diagnostics of each line with the marks there.
func compareMarks(t *testing.T, c *golden.Case, got []gen.Diagnostic) {
	t.Helper()
	left := slices.Clone(got)
	for _, f := range c.Files {
		if f.Name == diagnostics {
			continue
		}
		for i, line := range strings.Split(string(f.Data), "\n") {
			for _, want := range marksOf(t, line) {
				at := slices.IndexFunc(left, func(d gen.Diagnostic) bool {
					return d.File == f.Name && d.Line == i+1 && strings.Contains(d.String(), want)
				})
				if at < 0 {
					t.Errorf("%s:%d: want a diagnostic with %q", f.Name, i+1, want)
					continue
				}
				left = slices.Delete(left, at, at+1)
			}
		}
	}
	for _, d := range left {
		if d.File != "" {
			t.Errorf("not wanted: %s", d)
		}
	}
}

func marksOf(t *testing.T, line string) []string {
	t.Helper()
	m := mark.FindStringSubmatch(line)
	if m == nil {
		return nil
	}
	var marks []string
	for rest := strings.TrimSpace(m[1]); rest != ""; rest = strings.TrimSpace(rest) {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		text, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		marks, rest = append(marks, text), rest[len(quoted):]
	}
	return marks
}

// TestEveryCodeHasACase keeps the cases complete: each code of package diag is
// in the wanted diagnostics of a case, or in elsewhere with the test that has it.
func TestEveryCodeHasACase(t *testing.T) {
	t.Parallel()
	var wanted strings.Builder
	for _, c := range golden.Cases(t, "testdata/err") {
		text, _ := c.Section(diagnostics)
		wanted.WriteString(text)
	}
	for name, code := range codes(t) {
		where := elsewhere[code]
		switch has := strings.Contains(wanted.String(), code); {
		case !has && where == "":
			t.Errorf("%s (%s) has no case in testdata/err", code, name)
		case has && where != "":
			t.Errorf("%s (%s) has a case; elsewhere need not list it", code, name)
		}
		if _, ok := diag.Explain(diag.Code(code)); !ok {
			t.Errorf("%s (%s) has no explanation", code, name)
		}
	}
}

// elsewhere lists the codes that need more than source to come about.
var elsewhere = map[string]string{
	"MCP0006": "names the version of Go: gen/internal/load",
	"MCP0215": "needs a C compiler: gen/internal/scan",
	"MCP0302": "load has reported such a type before",
	"MCP0902": "needs links and directories: cmd/mcpgen",
	"MCP0599": "a bug of ours",
	"MCP1005": "needs two packages and their order: cmd/mcpgen",
	"MCP1101": "compares two contracts: gen/internal/contract",
	"MCP1102": "compares two contracts: gen/internal/contract",
	"MCP1103": "compares two contracts: gen/internal/contract",
	"MCP1104": "compares two contracts: gen/internal/contract",
	"MCP1105": "compares two contracts: gen/internal/contract",
	"MCP1106": "compares two contracts: gen/internal/contract",
	"MCP1107": "compares two contracts: gen/internal/contract",
	"MCP1108": "compares two contracts: gen/internal/contract",
	"MCP1109": "needs a second contract: cmd/mcpgen",
	"MCP1201": "needs a call: gen/analyzer",
	"MCP1202": "needs old output: gen/analyzer",
}

// codes reads the constants of type Code of package diag, by name.
func codes(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../internal/diag/codes_*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no codes: %v", err)
	}
	found := map[string]string{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if code, err := strconv.Unquote(lit.Value); err == nil && strings.HasPrefix(code, "MCP") {
					found[spec.Names[0].Name] = code
				}
			}
			return true
		})
	}
	return found
}
