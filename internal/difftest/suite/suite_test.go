package suite

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/internal/difftest/page"
)

var update = flag.Bool("update", false, "rewrite testdata/outcome.txt and the counts in docs/validation.md")

// A group is a schema of the suite with its documents.
type group struct {
	Description string
	Schema      any
	Tests       []struct {
		Description string
		Data        any
		Valid       bool
	}
}

// A unit is one Go type: a group, or the part of a group whose lists have
// elements of one type.
type unit struct {
	file, name string
	*group

	typ   *node
	elem  string // type of the elements that uniqueItems compares, or ""
	decls string
	id    int
	why   string // there is no type, or mcpgen refuses it
}

// TestSuite decodes the documents of the suite. What cannot be said in Go, what
// mcpgen refuses and what comes out differently is recorded in
// testdata/outcome.txt, the last with its reason.
func TestSuite(t *testing.T) {
	t.Parallel()
	units := load(t)
	dir := newModule(t)
	for generate(t, dir, units) { // until nothing more is refused
	}
	build(t, dir, units)
	verdicts := decode(t, dir, units)
	got, counted := report(t, units, verdicts)
	page.Expect(t, "validation.md", "suite", counted, *update)
	const name = "testdata/outcome.txt"
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("run go test -update and review the difference\n--- want\n%s--- got\n%s", want, got)
	}
}

// load reads the suite and translates it.
func load(t *testing.T) []*unit {
	t.Helper()
	var units []*unit
	for _, pattern := range []string{"testdata/draft2020-12/*.json", "testdata/draft2020-12/format/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var groups []*group
			if err := readJSON(data, &groups); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			name, _ := strings.CutPrefix(filepath.ToSlash(file), "testdata/draft2020-12/")
			for _, g := range groups {
				for _, elem := range []string{"", "float64", "string", "bool"} {
					u := &unit{file: name, name: g.Description, group: g, elem: elem, id: len(units)}
					u.translate()
					if elem == "" || u.why == "" && strings.Contains(u.decls+u.typ.goType, "[]"+elem) && hasUnique(g.Schema) {
						units = append(units, u)
					}
				}
			}
		}
	}
	return units
}

func hasUnique(schema any) bool {
	s, ok := schema.(map[string]any)
	_, items := s["items"]
	return ok && s["uniqueItems"] == true && !items
}

func (u *unit) translate() {
	tr := &translator{root: u.Schema, prefix: fmt.Sprintf("T%d", u.id), elem: u.elem, refs: map[string]*node{}}
	if _, ok := u.Schema.(map[string]any); ok {
		tr.refs["#"] = &node{}
	}
	n, err := tr.translate(u.Schema)
	var no errNoType
	switch {
	case errors.As(err, &no):
		u.why = no.why
	case err == nil:
		if r := tr.refs["#"]; r != nil && r.goType != "" {
			goType := r.goType
			*r = *n
			r.goType = goType
		}
		u.typ, u.decls = n, tr.decls.String()
	}
}

// source is the Go code of the unit: its types and a tool.
func (u *unit) source() string {
	return fmt.Sprintf("%stype Args%d struct {\n\tV %s\n}\n\n//mcp:tool\nfunc Tool%[2]d(v Args%[2]d) {}\n\n", u.decls, u.id, field(u.typ, "v", true))
}

func newModule(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	const module = "github.com/mcpgen/mcpgen"
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(mod), "\n")
	write(t, filepath.Join(dir, "go.mod"), "module example.com/suite\n"+rest+"\nrequire "+module+" v0.0.0\n\nreplace "+module+" => "+root+"\n")
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.sum"), string(sum))
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// generate runs the generator on all units that have a type. It marks those that
// are refused, and tells that there were some.
func generate(t *testing.T, dir string, units []*unit) bool {
	t.Helper()
	var src strings.Builder
	src.WriteString("package main\n\n")
	owner := map[int]*unit{} // by line
	line := 3
	for _, u := range units {
		if u.why != "" {
			continue
		}
		text := u.source()
		src.WriteString(text)
		for range strings.Count(text, "\n") {
			owner[line] = u
			line++
		}
	}
	src.WriteString("func main() {}\n")
	write(t, filepath.Join(dir, "types.go"), src.String())
	result, err := gen.Generate(t.Context(), gen.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range result.Diagnostics {
		u := owner[d.Line]
		if u == nil {
			t.Fatalf("%s\n%s", d, src.String())
		}
		u.why = "mcpgen: " + d.Code
	}
	for _, f := range result.Files {
		write(t, f.Path, string(f.Content))
	}
	return len(result.Diagnostics) > 0
}

// build makes a program that decodes documents.
func build(t *testing.T, dir string, units []*unit) {
	t.Helper()
	var cases strings.Builder
	for _, u := range units {
		if u.why == "" {
			fmt.Fprintf(&cases, "\tcase %d:\n\t\tdecodeArgs%[1]d(d, new(Args%[1]d))\n", u.id)
		}
	}
	write(t, filepath.Join(dir, "decode.go"), `package main

import (
	"encoding/json"
	"os"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

func init() {
	var docs []struct {
		ID  int
		Doc string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&docs); err != nil {
		panic(err)
	}
	var verdicts []string
	for _, x := range docs {
		d := codec.NewDecoder(nil)
		d.Reset([]byte(x.Doc), codec.Options{Strict: true})
		switch x.ID {
`+cases.String()+`		}
		d.End()
		text := ""
		if err := d.Err(); err != nil {
			text = err.Error()
		}
		verdicts = append(verdicts, text)
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		panic(err)
	}
}
`)
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", "decode", ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// A result is what became of one document of a unit.
type result struct {
	unit  *unit
	index int
	text  string // the violations; "" when it was accepted
}

// decode runs the program on the documents that a type can say something about.
func decode(t *testing.T, dir string, units []*unit) []result {
	t.Helper()
	type doc struct {
		ID  int
		Doc string
	}
	var docs []doc
	var results []result
	for _, u := range units {
		if u.why != "" {
			continue
		}
		for i, test := range u.Tests {
			if u.typ.passes(test.Data) {
				continue
			}
			data, err := json.Marshal(test.Data)
			if err != nil {
				t.Fatal(err)
			}
			docs = append(docs, doc{u.id, `{"v":` + string(data) + `}`})
			results = append(results, result{unit: u, index: i})
		}
	}
	input, err := json.Marshal(docs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "decode"))
	cmd.Stdin = strings.NewReader(string(input))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var verdicts []string
	if err := json.Unmarshal(out, &verdicts); err != nil || len(verdicts) != len(results) {
		t.Fatalf("%v: %d verdicts of %d documents", err, len(verdicts), len(results))
	}
	for i := range results {
		results[i].text = verdicts[i]
	}
	return results
}

// reasons are those of what comes out differently, by the beginning of the place.
var reasons = []struct{ place, reason string }{
	{"bignum.json: integer: ", "the Go type is int64; *big.Int takes any integer"},
	{"format/email.json: validation of e-mail addresses: a quoted string ", "local parts in quotes are refused on purpose: what a model makes of them is a mistake"},
	{"format/email.json: validation of e-mail addresses: an IPv", "addresses in place of a host are refused on purpose"},
	{"format/hostname.json: validation of A-label (punycode) host names: ", "labels in punycode are not decoded: that takes the tables of Unicode"},
}

func report(t *testing.T, units []*unit, results []result) (text, counted string) {
	t.Helper()
	type line struct{ groups, translated, tests, run, same int }
	files := map[string]*line{}
	why := map[string]int{}
	seen := map[string]map[string]bool{}
	count := func(file string) *line {
		if files[file] == nil {
			files[file] = &line{}
			seen[file] = map[string]bool{}
		}
		return files[file]
	}
	for _, u := range units {
		l := count(u.file)
		if u.elem == "" {
			l.groups++
			l.tests += len(u.Tests)
		}
		if u.why == "" && !seen[u.file][u.name] {
			seen[u.file][u.name] = true
			l.translated++
		}
	}
	for _, u := range units {
		if u.elem == "" && !seen[u.file][u.name] {
			why[u.why]++
		}
	}
	var differ []string
	causes := map[string]int{}
	for _, r := range results {
		l, test := count(r.unit.file), r.unit.Tests[r.index]
		l.run++
		if (r.text == "") == test.Valid {
			l.same++
			continue
		}
		place := fmt.Sprintf("%s: %s: %s", r.unit.file, r.unit.name, test.Description)
		i := slices.IndexFunc(reasons, func(x struct{ place, reason string }) bool { return strings.HasPrefix(place, x.place) })
		if i < 0 {
			t.Errorf("%s\nvalid: %v, decoder: %s", place, test.Valid, r.text)
			continue
		}
		differ = append(differ, place+": "+reasons[i].reason)
		causes[reasons[i].reason]++
	}
	var b strings.Builder
	var sum line
	b.WriteString("groups of which Go has a type, and their documents that are not of another type than the schema says nothing about\n\n")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		l := files[name]
		fmt.Fprintf(&b, "%-30s groups %3d of %3d  documents %4d of %4d  as expected %4d\n", name, l.translated, l.groups, l.run, l.tests, l.same)
		sum.groups, sum.translated, sum.tests, sum.run, sum.same = sum.groups+l.groups, sum.translated+l.translated, sum.tests+l.tests, sum.run+l.run, sum.same+l.same
	}
	fmt.Fprintf(&b, "%-30s groups %3d of %3d  documents %4d of %4d  as expected %4d\n", "all", sum.translated, sum.groups, sum.run, sum.tests, sum.same)
	b.WriteString("\ngroups without a type, by what stands in the way\n\n")
	for _, w := range slices.Sorted(maps.Keys(why)) {
		fmt.Fprintf(&b, "%3d %s\n", why[w], w)
	}
	b.WriteString("\nwhat comes out differently\n\n")
	for _, d := range differ {
		b.WriteString(d + "\n")
	}
	counted = fmt.Sprintf("| schemas | with a Go type | documents for them | as the suite says |\n|--:|--:|--:|--:|\n| %d | %d | %d | %d |\n\n| documents | why they come out differently |\n|--:|---|\n",
		sum.groups, sum.translated, sum.run, sum.same)
	for _, cause := range slices.SortedFunc(maps.Keys(causes), func(a, b string) int { return cmp.Or(causes[b]-causes[a], cmp.Compare(a, b)) }) {
		counted += fmt.Sprintf("| %d | %s |\n", causes[cause], cause)
	}
	return b.String(), counted
}
