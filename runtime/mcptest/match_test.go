package mcptest

import (
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		want, got string
		err       string // part of the error; "": matches
	}{
		{`{"a":1}`, `{ "a" : 1 }`, ""},
		{`{"a":1,"b":2}`, `{"b":2,"a":1}`, ""},
		{`{"a":1}`, `{"a":1.0}`, "a is 1.0, want 1"},
		{`{"a":"1"}`, `{"a":1}`, `a is 1, want "1"`},
		{`{"a":null}`, `{"a":null}`, ""},
		{`{"a":1}`, `{"a":1,"b":2}`, `message has "b": 2, which is not wanted`},
		{`{"a":1,…}`, `{"a":1,"b":2}`, ""},
		{`{…}`, `{}`, ""},
		{`{…}`, `[]`, "message is [], want {…}"},
		{`{"a":1}`, `{}`, `message has no "a", want 1`},
		{`{"a":{"b":[1,{"c":2}]}}`, `{"a":{"b":[1,{"c":3}]}}`, "a.b[1].c is 3, want 2"},
		{`…`, `[1,{}]`, ""},
		{`{"a":…}`, `{"a":null}`, ""},
		{`{"a":…}`, `{}`, `no "a"`},
		{`[1,…]`, `[1,2,3]`, ""},
		{`[1,…]`, `[1]`, ""},
		{`[1,…]`, `[]`, "has 0 items, want 1"},
		{`[1]`, `[1,2]`, "has 2 items, want 1"},
		{`[…]`, `[]`, ""},
		{`"id …"`, `"id 7"`, ""},
		{`"… (id …): …"`, `"oops (id 7): x"`, ""},
		{`"… (id …)"`, `"oops (id 7"`, "want"},
		{`"aXa"`, `"aXa"`, ""},
		{`"a…a"`, `"a"`, "want"},
		{`"a…b…a"`, `"abba"`, ""},
		{`"\u00e9"`, `"é"`, ""},
		{`{"a":$x,"b":$x}`, `{"a":[1],"b":[1]}`, ""},
		{`{"a":$x,"b":$x}`, `{"a":[1],"b":[2]}`, "b[0] is 2, want 1"},
	}
	for _, tt := range tests {
		want, err := parse(tt.want, true)
		if err != nil {
			t.Fatalf("%s: %v", tt.want, err)
		}
		got, err := parse(tt.got, false)
		if err != nil {
			t.Fatalf("%s: %v", tt.got, err)
		}
		err = vars{}.match(want, got, "")
		switch {
		case tt.err == "" && err != nil:
			t.Errorf("%s does not match %s: %v", tt.got, tt.want, err)
		case tt.err != "" && err == nil:
			t.Errorf("%s matches %s", tt.got, tt.want)
		case tt.err != "" && !strings.Contains(err.Error(), tt.err):
			t.Errorf("%s, %s: error = %q, want it to say %q", tt.want, tt.got, err, tt.err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, ` `, `{`, `[`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1 "b":2}`, `[1 2]`, `[1,]`, `{a:1}`, `"`, `"\x"`, "\"\xff\"",
		`01`, `+1`, `nul`, `1 2`, `{} {}`, `{"a":1,"a":2}`, `…`, `{…}`, `[…]`, `$x`,
	} {
		if v, err := parse(text, false); err == nil {
			t.Errorf("%q was read as %s", text, v)
		}
	}
	for _, text := range []string{`[…,1]`, `$`, `{…:1}`} {
		if v, err := parse(text, true); err == nil {
			t.Errorf("the pattern %q was read as %s", text, v)
		}
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	v, err := parse(`{"a":[$x,1],"b":{"c":$x}}`, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (vars{}).fill(v); err == nil {
		t.Error("a variable without a value was filled")
	}
	x, err := parse(`{"<":"é\n"}`, false)
	if err != nil {
		t.Fatal(err)
	}
	got, err := vars{"x": x}.fill(v)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"a":[{"<":"é\n"},1],"b":{"c":{"<":"é\n"}}}`; got.String() != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if want := `{"a":[$x,1],"b":{"c":$x}}`; v.String() != want {
		t.Errorf("the pattern was changed to %s", v)
	}
}
