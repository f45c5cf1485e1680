package gen_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// TestReferencePages keeps two pages of the documentation equal to what the
// command explains.
func TestReferencePages(t *testing.T) {
	t.Parallel()
	var annotations, diagnostics strings.Builder
	annotations.WriteString("# Annotations\n\nMade from the help pages: `mcpgen explain VERB` prints the same. " +
		"A directive is a comment without a space after the slashes, right above what it belongs to.\n")
	for _, verb := range directive.Verbs() {
		section(t, &annotations, "mcp:"+verb.Name, verb.Name)
	}
	diagnostics.WriteString("# Diagnostics\n\nMade from the explanations: `mcpgen explain MCP0104` prints the same. " +
		"Every message has the form `file:line:col: MCP0104: what: what to do`.\n")
	codes := 0
	for n := range 2000 {
		code := fmt.Sprintf("MCP%04d", n)
		if _, ok := gen.Explain(code); ok {
			section(t, &diagnostics, code, code)
			codes++
		}
	}
	if codes < 50 {
		t.Errorf("found %d codes only", codes)
	}
	compare(t, "annotations.md", annotations.String())
	compare(t, "diagnostics.md", diagnostics.String())
}

// TestReadme keeps the table of annotations in the README complete: a row for
// every directive, and all arguments of those whose rows list them.
func TestReadme(t *testing.T) {
	t.Parallel()
	readme := string(readFile(t, "../README.md"))
	for _, verb := range directive.Verbs() {
		name := "`//mcp:" + verb.Name
		at := strings.Index(readme, "\n| "+name)
		if at < 0 && !strings.Contains(readme, ", "+name+"` |") {
			t.Errorf("no row of mcp:%s", verb.Name)
		}
		if verb.Name != "tool" && verb.Name != "server" {
			continue
		}
		row, _, _ := strings.Cut(readme[at+1:], "\n")
		listed := strings.Split(row, "`")
		words := strings.Fields(listed[len(listed)-2])
		page, _ := gen.Explain(verb.Name)
		_, page, _ = strings.Cut(page, "\nArguments:\n")
		var wanted []string
		for line := range strings.Lines(page) {
			if word, ok := strings.CutPrefix(line, "    "); ok && !strings.HasPrefix(word, " ") {
				word, _, _ = strings.Cut(strings.Fields(word)[0], "=")
				wanted = append(wanted, word)
			}
		}
		slices.Sort(words)
		slices.Sort(wanted)
		if len(wanted) < 5 || !slices.Equal(words, wanted) {
			t.Errorf("the row of mcp:%s lists\n%q, want\n%q", verb.Name, words, wanted)
		}
	}
}

// section writes the page of a topic under a heading.
func section(t *testing.T, b *strings.Builder, title, topic string) {
	t.Helper()
	text, ok := gen.Explain(topic)
	if !ok {
		t.Errorf("nothing explains %s", topic)
	}
	if rest, ok := strings.CutPrefix(text, topic+": "); ok { // a diagnostic: its first line is the title
		head, body, _ := strings.Cut(rest, "\n\n")
		title, text = topic+": "+head, body
	}
	fmt.Fprintf(b, "\n## %s\n\n%s\n", title, indent(text))
}

// indent makes the lists of arguments a block of their own in Markdown.
func indent(text string) string {
	text = strings.TrimSpace(text)
	return strings.ReplaceAll(text, "\nArguments:\n", "\nArguments:\n\n```text") + closing(text)
}

func closing(text string) string {
	if strings.Contains(text, "\nArguments:\n") {
		return "\n```"
	}
	return ""
}

// compare checks a page of docs, or writes it with -update.
func compare(t *testing.T, name, want string) {
	t.Helper()
	path := filepath.Join("..", "docs", name)
	if golden.Updating() {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(path)
	if err != nil || string(have) != want {
		t.Errorf("docs/%s is not what the command explains (%v); run make golden", name, err)
	}
}
