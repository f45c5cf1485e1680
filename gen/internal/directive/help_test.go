package directive

import (
	"strings"
	"testing"
)

// TestHelp checks that every directive has a page, and every argument a line.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, v := range Verbs() {
		page, ok := Help(v.Name)
		if !ok || !strings.HasPrefix(page, "mcp:"+v.Name+" stands ") {
			t.Errorf("mcp:%s has the page %q", v.Name, page)
		}
		if !strings.Contains(page, "//mcp:"+v.Name) {
			t.Errorf("the page of mcp:%s has no example", v.Name)
		}
		for _, a := range argumentsOf(v.newArgs()) {
			if a.key == "" {
				t.Errorf("field %s of mcp:%s has no key", a.goName, v.Name)
			}
		}
		_, args, _ := strings.Cut(page, "\nArguments:\n\n")
		for line := range strings.Lines(args) {
			if fields := strings.Fields(line); len(fields) < 3 {
				t.Errorf("mcp:%s: %q does not say what it means", v.Name, line)
			}
		}
	}
	if _, ok := Help("elephant"); ok {
		t.Error("there is no mcp:elephant")
	}
}

func TestOverview(t *testing.T) {
	t.Parallel()
	text := Overview()
	for _, v := range Verbs() {
		if !strings.Contains(text, "mcp:"+v.Name+" ") {
			t.Errorf("the overview lacks mcp:%s", v.Name)
		}
	}
	for line := range strings.Lines(text) {
		if len(line) > 90 {
			t.Errorf("too long: %s", line)
		}
	}
}

// TestExamplesInHelp parses the directives that the pages show.
func TestExamplesInHelp(t *testing.T) {
	t.Parallel()
	for _, v := range Verbs() {
		page, _ := Help(v.Name)
		for line := range strings.Lines(page) {
			i := strings.Index(line, prefix)
			if i < 0 {
				continue
			}
			verb, _ := lookup(firstWord(line[i+len(prefix):]))
			fset, cg := comments(strings.TrimSpace(line[i:]))()
			place := verb.Places & -verb.Places
			switch words := strings.Fields(line[i:]); {
			case verb.Name == "param" && strings.Contains(words[1], "="):
				place = Parameter // without the parameter's name
			case verb.Name == "schema" && !strings.HasPrefix(words[1], "for="):
				place = StructType
			}
			if ds, diags := Parse(fset, cg, place); len(ds) != 1 || len(diags) > 0 {
				t.Errorf("the page of mcp:%s shows %s: %v", v.Name, line, diags)
			}
		}
	}
}
