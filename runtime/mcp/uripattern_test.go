package mcp

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// expression is the regular expression that a pattern stands for.
func (p uriPattern) expression() *regexp.Regexp {
	var b strings.Builder
	b.WriteString("^")
	for _, part := range p {
		switch {
		case part.optional:
			b.WriteString("(?:" + regexp.QuoteMeta(part.literal) + ")?")
		case part.literal != "":
			b.WriteString(regexp.QuoteMeta(part.literal))
		case part.chars == unreservedChars:
			b.WriteString(`((?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+)`)
		case part.chars == pathChars:
			b.WriteString(`((?:[A-Za-z0-9._~/-]|%[0-9A-Fa-f]{2})+)`)
		default:
			b.WriteString(`((?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)`)
		}
	}
	return regexp.MustCompile(b.String() + "$")
}

// TestPatternsMatchAsExpressions compares many short patterns and URIs, in which
// literals and values can be taken for each other.
func TestPatternsMatchAsExpressions(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	for range 4000 {
		var template strings.Builder
		for i := range 1 + r.IntN(5) {
			template.WriteString(pick("", "a", "-", "/", "%", "aa", "é"))
			name := string(rune('a' + i))
			template.WriteString(pick("", "{"+name+"}", "{+"+name+"}", "{/"+name+"*}", "{;"+name+"}", "{."+name+","+name+name+"}"))
		}
		tpl, err := parseTemplate(template.String())
		if err != nil {
			t.Fatalf("%s: %v", &template, err)
		}
		want := tpl.path.expression()
		for range 20 {
			var uri strings.Builder
			for range r.IntN(9) {
				uri.WriteString(pick("a", "aa", "-", "/", ".", ";", "=", "b", "%41", "%", "%4", "é", ",", "?", "\xff", "\n"))
			}
			got, ok := tpl.path.match(uri.String())
			groups := want.FindStringSubmatch(uri.String())
			if ok != (groups != nil) || ok && !slices.Equal(got, groups[1:]) {
				t.Errorf("%v matches %q as %q (%v), want %q", want, &uri, got, ok, groups)
			}
		}
	}
}

// TestLongURIs has a pattern in which every variable can end anywhere.
func TestLongURIs(t *testing.T) {
	t.Parallel()
	tpl, err := parseTemplate("a{+a}a{+b}a{+c}a{+d}a{+e}b")
	if err != nil {
		t.Fatal(err)
	}
	uri := strings.Repeat("a", 1<<16)
	if _, ok := tpl.match(uri); ok {
		t.Error("matches without its end")
	}
	if vars, ok := tpl.match(uri + "b"); !ok || len(vars) < 1<<16 {
		t.Error("does not match")
	}
}

func TestTemplateIsText(t *testing.T) {
	t.Parallel()
	if _, err := parseTemplate("a://\xff{x}"); err == nil {
		t.Error("a template that is no UTF-8 was taken")
	}
}
