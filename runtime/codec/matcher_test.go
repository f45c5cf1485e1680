package codec_test

import (
	"math/rand/v2"
	"regexp"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// Expressions of both kinds: those matched by a loop, and those that only look
// like it.
var expressions = []string{
	`^[a-z]+$`, `^[a-z][a-z0-9-]*$`, `^[A-Z]{2}[0-9]{2,4}$`, `^a?b?c?$`, `^abc$`, `^$`, `^x{0}$`, `^x{2,}y$`, `^[0-9]+\.[0-9]+$`,
	`^v[0-9]+(\.[0-9]+)*$`, `^(a|b)c$`, `^[ab]*b$`, `^a*ab?$`, `^a?a$`, `^(?i)ab$`, `^[^a]$`, `^.$`, `^é+$`, `^[a-é]$`, `a`, `^a`, `a$`, `^a$|^b$`,
	`^a*?b$`, `^[a-c]?[d-f]?[a-c]+$`, `^[a-c]?[d-f]+[a-c]+$`, `^\d{3}-\w+$`, `(?m)^a$`, `^a{1,2}b{1,2}$`, `^-?[0-9]+$`,
}

func TestMatcher(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	const letters = "aabbccd09-.xyAB1é\n_v"
	for _, e := range expressions {
		m, re := codec.MustMatcher(e), regexp.MustCompile(e)
		for range 3000 {
			var s []rune
			for range r.IntN(7) {
				s = append(s, []rune(letters)[r.IntN(len([]rune(letters)))])
			}
			if got, want := m.Match([]byte(string(s))), re.MatchString(string(s)); got != want {
				t.Fatalf("%s on %q: got %v, want %v", e, string(s), got, want)
			}
			if got, want := m.MatchString(string(s)), re.MatchString(string(s)); got != want {
				t.Fatalf("%s on string %q: got %v, want %v", e, string(s), got, want)
			}
		}
	}
}

func FuzzMatcher(f *testing.F) {
	for _, e := range expressions {
		f.Add(e, "ab-12")
	}
	f.Fuzz(func(t *testing.T, expression, text string) {
		re, err := regexp.Compile(expression)
		if err != nil {
			return
		}
		if got, want := codec.MustMatcher(expression).Match([]byte(text)), re.MatchString(text); got != want {
			t.Errorf("%s on %q: got %v, want %v", expression, text, got, want)
		}
	})
}

func BenchmarkMatcher(b *testing.B) {
	m := codec.MustMatcher(`^[a-z][a-z0-9-]*$`)
	text := []byte("good-first-issue")
	b.ReportAllocs()
	for b.Loop() {
		m.Match(text)
	}
}
