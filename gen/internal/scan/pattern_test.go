package scan

import (
	"regexp"
	"strings"
	"testing"
)

func TestTranslatePattern(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, want string // want is "" when nothing changes
		yes, no       []string
	}{
		{`^[a-z][a-z0-9-]*$`, `^[a-z][a-z0-9-]*$`, []string{"a-1"}, []string{"A", "a\n"}},
		{`^\d{3}-\w+$`, "", []string{"123-a_b"}, []string{"١٢٣-a"}},
		{`^a.c$`, `^a[^\n\r\x{2028}\x{2029}]c$`, []string{"abc", "aéc"}, []string{"a\u2028c", "a\nc"}},
		{`^\s$`, "", []string{" ", "\u00a0", "\ufeff", "\u2029"}, []string{"x", "\x1f"}},
		{`^\S$`, "", []string{"x", "\x1f", "\u200b"}, []string{"\u3000"}},
		{`^[\S\d]$`, "", []string{"x", "\U0010ffff", "\x00"}, []string{" ", "\u00a0", "\u205f"}},
		{`^[^\s]$`, "", []string{"x"}, []string{"\ufeff"}},
		{`^[\s\S]$`, "", []string{"\n", "x", "\u1680", "\u2027", "\u2028", "\u202a"}, nil},
		{`^[^]$`, `^(?s:.)$`, []string{"\n"}, []string{""}},
		{`^(?<year>\d{4})$`, `^(?P<year>\d{4})$`, []string{"2026"}, nil},
		{`^(?:a|b)+?$`, "", []string{"ab"}, nil},
		{`^\u00e9\u{1F600}\uD83D\uDE00$`, `^\x{e9}\x{1f600}\x{1f600}$`, []string{"é😀😀"}, nil},
		{`^\x41\cJ\0$`, `^\x{41}\x{a}\x{0}$`, []string{"A\n\x00"}, nil},
		{`^\p{Lu}\P{L}\p{Letter}\p{Script=Greek}\p{sc=Latin}\p{gc=Nd}$`, `^\p{Lu}\P{L}\p{Letter}\p{Greek}\p{Latin}\p{Nd}$`, []string{"A1bΩx5"}, nil},
		{`^[[^\]\-\b&-]$`, `^[\[\^\]\-\x{8}&-]$`, []string{"[", "^", "]", "-", "\b", "&"}, []string{"a"}},
		{`^[\w.-]+$`, "", []string{"a.b-c"}, nil},
		{`^a\/b\.\{\}\[\]$`, "", []string{"a/b.{}[]"}, nil},
		{`\bfoo\B`, "", []string{"foox"}, []string{"foo"}},
		{`^a{2}b{2,}c{0,3}$`, "", []string{"aabbbc"}, nil},
	}
	for _, tt := range tests {
		got, err := translatePattern(tt.pattern)
		if err != nil {
			t.Errorf("%s: %v", tt.pattern, err)
			continue
		}
		if tt.want != "" && got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.pattern, got, tt.want)
		}
		re := regexp.MustCompile(got)
		for _, s := range tt.yes {
			if !re.MatchString(s) {
				t.Errorf("%s as %s does not match %q", tt.pattern, got, s)
			}
		}
		for _, s := range tt.no {
			if re.MatchString(s) {
				t.Errorf("%s as %s matches %q", tt.pattern, got, s)
			}
		}
	}
}

func TestTranslatePatternRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ pattern, what string }{
		{`(?=a)`, "looks ahead"},
		{`(?<!a)b`, "looks ahead or behind"},
		{`(a)\1`, "refers back"},
		{`(?<x>a)\k<x>`, "refers back"},
		{`(?i)a`, "sets flags"},
		{`(?P<x>a)`, "(?P<"},
		{`(?<größe>a)`, "unusual name"},
		{`\Aa`, `\A`},
		{`a\z`, `\z`},
		{`\Qa\E`, `\Q`},
		{`\a`, `\a`},
		{`[[:alpha:]]`, "POSIX"},
		{`a]`, "ends or begins nothing"},
		{`a{`, "ends or begins nothing"},
		{`a{,3}`, "ends or begins nothing"},
		{`[a`, "without a closing bracket"},
		{`[a-`, "without a closing bracket"},
		{`[]`, "empty class"},
		{`[z-a]`, "down to"},
		{`[a-\d]`, "ends in a set"},
		{`[\w-z]`, "ends in a set"},
		{`\@`, "does not allow"},
		{`a\-b`, "does not allow"},
		{`\`, "ends with a backslash"},
		{`\01`, "octal"},
		{`\c1`, `\c`},
		{`\x4`, "hexadecimal"},
		{`\u12`, "hexadecimal"},
		{`\uD83D`, "surrogate"},
		{`\uD83D\u0041`, "surrogate"},
		{`\u{110000}`, "code point"},
		{`\u{+41}`, "code point"},
		{`\pL`, `\p`},
		{`\p{Greek}`, `\p`},
		{`\p{Emoji}`, `\p`},
		{`\p{L`, `\p`},
		{`^*a`, "repeats a position"},
		{`\b{2}a`, "repeats a position"},
		{`a$+?`, "repeats a position"},
		{`a**`, "cannot be compiled"},
		{`*a`, "cannot be compiled"},
		{`a{1001}`, "cannot be compiled"},
		{`(a`, "cannot be compiled"},
		{"\xff", "UTF-8"},
	}
	for _, tt := range tests {
		_, err := translatePattern(tt.pattern)
		if err == nil || !strings.Contains(err.Error(), tt.what) {
			t.Errorf("%s: got error %v, want one with %q", tt.pattern, err, tt.what)
		}
		var pe patternError
		if err != nil {
			pe = err.(patternError) //nolint:errorlint // the function's own type
			if pe.fix == "" {
				t.Errorf("%s: no fix", tt.pattern)
			}
		}
	}
}
