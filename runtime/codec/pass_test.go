package codec

import (
	"encoding/json"
	"math/rand/v2"
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

// TestPassFindsTheEnd compares Pass with RawSpan on documents that have quotes,
// brackets, escapes and long characters everywhere, at every place in a word.
func TestPassFindsTheEnd(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		doc, err := json.Marshal([]any{randomValue(r, 4), randomValue(r, 4)})
		if err != nil {
			t.Fatal(err)
		}
		for spaces := range 8 {
			data := []byte(strings.Repeat(" ", spaces) + string(doc) + `,"]":[{}]}`)
			strict, d := NewDecoder(data), NewDecoder(data)
			want, _ := strict.span("", false)
			if got, ok := d.Pass(); !ok || string(got) != string(want) || d.Offset() != strict.Offset() {
				t.Fatalf("%q: %q to %d, want %q to %d", data, got, d.Offset(), want, strict.Offset())
			}
		}
	}
}

func randomValue(r *rand.Rand, depth int) any {
	switch n := r.IntN(8); {
	case n < 2 && depth > 0:
		list := []any{}
		for range r.IntN(5) {
			list = append(list, randomValue(r, depth-1))
		}
		return list
	case n < 4 && depth > 0:
		object := map[string]any{}
		for range r.IntN(5) {
			object[randomText(r)] = randomValue(r, depth-1)
		}
		return object
	case n < 7:
		return randomText(r)
	}
	return r.IntN(1 << r.IntN(40))
}

func randomText(r *rand.Rand) string {
	parts := []string{"a", "word", "}", "]", "{", "[", `"`, `\`, "\n", "é", "日本", "ܐ", "\x7f", "Y_y", "text of some length "}
	var b strings.Builder
	for range r.IntN(9) {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
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
