package codec

import (
	"strings"
	"testing"
)

func TestPass(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{ // want is "" for a failure
		{`{}`, `{}`},
		{` [1, {"a":"]}\"]"}] ,`, `[1, {"a":"]}\"]"}]`},
		{`{"a":"\\"}x`, `{"a":"\\"}`},
		{`{"a long string without anything in it":"and one with \"quotes\" and ] brackets"}`, `{"a long string without anything in it":"and one with \"quotes\" and ] brackets"}`},
		{strings.Repeat("[", 5000) + strings.Repeat("]", 5000), strings.Repeat("[", 5000) + strings.Repeat("]", 5000)},
		{`[tru}`, `[tru}`}, // whoever reads it finds out
		{`"text"`, `"text"`},
		{`1.5 `, `1.5`},
		{`{"a":`, ``},
		{`{"a`, ``},
		{`["\`, ``},
		{`nul`, ``},
		{``, ``},
	}
	for _, tt := range tests {
		d := NewDecoder([]byte(tt.in))
		got, ok := d.Pass()
		if string(got) != tt.want || ok != (tt.want != "") {
			t.Errorf("%.40s: %.40q, %t", tt.in, got, ok)
		}
		if ok == d.Failed() || ok != (d.Err() == nil) {
			t.Errorf("%.40s: failed %t, %v", tt.in, d.Failed(), d.Err())
		}
	}
}

// FuzzPass compares Pass with RawSpan on everything that is JSON.
func FuzzPass(f *testing.F) {
	f.Add([]byte(`{"a":[1,"\\\"]",{}],"b":"text that is longer than a word"} `))
	f.Fuzz(func(t *testing.T, data []byte) {
		strict := NewDecoder(data)
		want, ok := strict.span("", false)
		if !ok {
			return
		}
		d := NewDecoder(data)
		if got, ok := d.Pass(); !ok || string(got) != string(want) || d.Offset() != strict.Offset() {
			t.Errorf("%q: %q to %d, want %q to %d", data, got, d.Offset(), want, strict.Offset())
		}
	})
}
