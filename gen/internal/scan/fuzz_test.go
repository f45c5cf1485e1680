package scan

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzTranslatePattern makes sure that what is translated compiles, and that
// what is refused comes with a reason and a fix.
func FuzzTranslatePattern(f *testing.F) {
	for _, seed := range []string{`^[a-z][a-z0-9-]*$`, `\p{Lu}(?<x>a|b){2,3}`, `[^\s\]]\u{1F600}`, `(?=a)`, `[[:alpha:]]`, `\uD83D\uDE00`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		re2, err := translatePattern(pattern)
		if err == nil {
			regexp.MustCompile(re2)
			return
		}
		var pe patternError
		if !errors.As(err, &pe) || pe.what == "" || pe.fix == "" {
			t.Errorf("%q: %v has no reason or no fix", pattern, err)
		}
	})
}

// FuzzWords makes sure that splitting a name into words loses nothing but
// underscores.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{"HTTPServer", "userIDs", "OAuth2Token", "a_b", "Größe", "A1B2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if !utf8.ValidString(name) {
			return // no identifier
		}
		if got, want := strings.Join(words(name), ""), strings.ReplaceAll(name, "_", ""); got != want {
			t.Errorf("%q has the words %q", name, words(name))
		}
	})
}

// FuzzSplitTag makes sure that the parts of a tag are where they say.
func FuzzSplitTag(f *testing.F) {
	f.Add(`minLength=1,pattern=^a\,b$,`)
	f.Fuzz(func(t *testing.T, tag string) {
		parts := splitTag(tag)
		var texts []string
		for _, p := range parts {
			if p.offset > len(tag) {
				t.Fatalf("%q: part %q at %d", tag, p.text, p.offset)
			}
			texts = append(texts, strings.ReplaceAll(p.text, ",", `\,`))
		}
		if got := strings.Join(texts, ","); got != tag {
			t.Errorf("%q was split into %q", tag, texts)
		}
		isDescription(parts)
	})
}
