package mcptest

import (
	"slices"
	"strings"
	"testing"
)

func TestParseTranscript(t *testing.T) {
	t.Parallel()
	scenes, err := parseTranscript([]byte(`About this.

-- 2025-03-26 2026-07-28 not=sse,http bare --
# a comment
> {"id":1,
   "method":"x"}
>> "a\xff"
>> {"as it is"
<404 {"id":1,…}

<202/200
-- legacy only=stdio --
< []
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(scenes) != 2 {
		t.Fatalf("%d scenes, want 2", len(scenes))
	}
	a, b := scenes[0], scenes[1]
	if !slices.Equal(a.revisions, []string{"2025-03-26", "2026-07-28"}) || !a.bare || a.on("sse", "2025-03-26") || a.on("http", "2025-03-26") || !a.on("stdio", modern) {
		t.Errorf("head was read as %+v", a)
	}
	if !slices.Equal(b.revisions, revisions[:4]) || b.bare || b.on("sse", "2024-11-05") || !b.on("stdio", "2024-11-05") {
		t.Errorf("head was read as %+v", b)
	}
	if len(a.steps) != 5 || len(b.steps) != 1 {
		t.Fatalf("%d and %d steps, want 5 and 1", len(a.steps), len(b.steps))
	}
	if s := a.steps[0]; !s.send || s.line != 5 || s.message.String() != `{"id":1,"method":"x"}` {
		t.Errorf("step 1 was read as %+v", s)
	}
	if s := a.steps[1]; !s.send || s.message != nil || s.raw != "a\xff" {
		t.Errorf("step 2 was read as %+v", s)
	}
	if s := a.steps[2]; s.raw != `{"as it is"` {
		t.Errorf("step 3 was read as %+v", s)
	}
	if s := a.steps[3]; s.send || s.status != (status{404, 404}) || s.line != 9 || s.message.String() != `{"id":1,…}` {
		t.Errorf("step 4 was read as %+v", s)
	}
	if s := a.steps[4]; s.send || s.status != (status{202, 200}) || s.message != nil {
		t.Errorf("step 5 was read as %+v", s)
	}
	if s := b.steps[0]; s.line != 13 {
		t.Errorf("step in line %d, want 13", s.line)
	}
}

func TestParseTranscriptRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                             "no scenes",
		"-- bare --\n":                 "names no revision",
		"-- 2025-01-01 --\n":           `"2025-01-01" is no revision`,
		"-- all --\n\nhello\n":         "line 3: want >",
		"x\n-- all --\n> {\n":          "line 3: ",
		"-- all --\n<\n":               "line 2: ",
		"-- all --\n<404/ {}\n":        "line 2: ",
		"-- all --\n>> \"\\q\"\n":      "line 2: ",
		"-- all --\n> {}\n< {\"a\":\n": "line 3: ",
	} {
		if _, err := parseTranscript([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error = %v, want it to say %q", text, err, want)
		}
	}
}
