package difftest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// The oracle is jsontext, the strictest reader of JSON for Go: it refuses
// duplicate keys, invalid UTF-8 and unpaired surrogates. Only its bound on the
// depth differs, 10 000 levels instead of 256.

const document = `{"title":"Größe \ud83d\ude00 \"x\"\n","points":-12.50e+3,"due":"2026-01-31T12:00:00Z","labels":["a","b",""],
 "repo":{"owner":"o","name":"n","private":false,"none":null},"big":9007199254740993,"deep":[[[{"a":[{}]}]]], "t":true }`

// matrix is where readers of JSON are known to differ, with what is right.
var matrix = []struct {
	doc   string
	valid bool
}{
	{`{"a":1,"a":2}`, false}, {`{"a":1,"\u0061":2}`, false}, {`{"a":{"b":1},"c":{"b":1}}`, true}, {`[{"a":1,"a":1}]`, false},
	{"\"\xff\"", false}, {"\"\xed\xa0\x80\"", false}, {"\"\xc0\x80\"", false}, {"{\"\xff\":1}", false}, {"\"\ufffd\"", true},
	{`"\ud800"`, false}, {`"\udc00\ud800"`, false}, {`"\ud800\u0061"`, false}, {`"\uD83D\uDE00"`, true}, {`"\u0000"`, true},
	{"\"\x00\"", false}, {"\"\t\"", false}, {"\"\x7f\"", true}, {"\"\u2028\"", true},
	{`01`, false}, {`-01`, false}, {`-`, false}, {`1.`, false}, {`.1`, false}, {`1e`, false}, {`+1`, false}, {`0x1`, false}, {`1_0`, false}, {`-0`, true}, {`1E+09`, true}, {`1e9999`, true},
	{`"\x"`, false}, {`"\u00G0"`, false}, {`"\'"`, false}, {`"\/"`, true},
	{`[1,]`, false}, {`[,]`, false}, {`{"a":1,}`, false}, {`{,}`, false}, {`[1 2]`, false}, {`{"a" 1}`, false}, {`{"a":1 "b":2}`, false}, {`{1:2}`, false},
	{`{} {}`, false}, {`{}x`, false}, {` {} `, true}, {``, false}, {` `, false}, {"\ufeff{}", false}, {"\v{}", false}, {"\u00a0{}", false},
	{`nul`, false}, {`nulll`, false}, {`TRUE`, false}, {`NaN`, false}, {`Infinity`, false}, {`'a'`, false}, {`{a:1}`, false}, {`/**/1`, false}, {`1//`, false},
	{`[`, false}, {`]`, false}, {`[}`, false}, {`{]`, false}, {`{"a":[}`, false}, {`"a`, false}, {`"a\`, false}, {`"a\"`, false},
	{strings.Repeat("[", 256) + strings.Repeat("]", 256), true},
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	for _, c := range matrix {
		if got := jsontext.Value(c.doc).IsValid(); got != c.valid {
			t.Errorf("jsontext: %.40q: %v", c.doc, got)
		}
		compare(t, []byte(c.doc))
	}
}

func FuzzDocument(f *testing.F) {
	f.Add([]byte(document))
	for _, c := range matrix {
		f.Add([]byte(c.doc))
	}
	f.Fuzz(func(t *testing.T, data []byte) { compare(t, data) })
}

// Mutated documents reach deeper than random ones.
func TestMutations(t *testing.T) {
	t.Parallel()
	n := 60_000
	if testing.Short() {
		n = 3_000
	}
	r := rand.New(rand.NewPCG(3, 4))
	accepted := 0
	for range n {
		data := mutate(r, []byte(document))
		if compare(t, data); t.Failed() {
			t.Fatalf("%q", data)
		}
		if jsontext.Value(data).IsValid() {
			accepted++
		}
	}
	if accepted < n/20 || accepted > n*19/20 {
		t.Errorf("%d of %d are valid: the mutations show little", accepted, n)
	}
}

// mutate changes a few places of data.
func mutate(r *rand.Rand, data []byte) []byte {
	pieces := []string{"\"", "\\", ",", ":", "{", "}", "[", "]", "0", "-", ".", "e", "1", " ", "\n", "\xff", "\xc3", "ä", `\u`, `\ud800`, "null", "true", `"a":1,`, "\x00", "\x1f"}
	for range 1 + r.IntN(3) {
		i := r.IntN(len(data) + 1)
		switch j := min(len(data), i+1+r.IntN(3)); r.IntN(4) {
		case 0:
			data = append(data[:i:i], data[j:]...)
		case 1:
			data = append(append(data[:i:i], pieces[r.IntN(len(pieces))]...), data[i:]...)
		case 2:
			data = append(append(data[:i:i], pieces[r.IntN(len(pieces))]...), data[j:]...)
		case 3:
			k := r.IntN(len(data) + 1)
			data = append(append(data[:i:i], data[k:min(len(data), k+r.IntN(12))]...), data[i:]...)
		}
	}
	return data
}

// compare reads data in every way and by jsontext.
func compare(t *testing.T, data []byte) {
	t.Helper()
	if depth(data) > codec.MaxDepth {
		return
	}
	unique := jsontext.Value(data).IsValid()
	syntax := jsontext.Value(data).IsValid(jsontext.AllowDuplicateNames(true))
	for _, c := range []struct {
		name    string
		accepts bool
		want    bool
	}{
		{"Skip", good(data, codec.Options{}, func(d *codec.Decoder) { d.Skip() }), syntax},
		{"Skip with unique keys", good(data, codec.Options{UniqueKeys: true}, func(d *codec.Decoder) { d.Skip() }), unique},
		{"Any", good(data, codec.Options{}, func(d *codec.Decoder) { d.Any("") }), unique},
		{"Raw", good(data, codec.Options{}, func(d *codec.Decoder) { d.Raw("") }), unique},
		{"RawSpan", good(data, codec.Options{}, func(d *codec.Decoder) { d.RawSpan("") }), unique},
		{"typed methods", good(data, codec.Options{}, func(d *codec.Decoder) { tokens(d, io.Discard) }), syntax},
		{"Discriminator", looksGood(data), syntax},
	} {
		if c.accepts != c.want {
			t.Errorf("%s accepts %q: %v, jsontext: %v", c.name, data, c.accepts, c.want)
		}
	}
	compareRawJSON(t, data, syntax)
	if syntax {
		var ours bytes.Buffer
		tokens(codec.NewDecoder(data), &ours)
		if theirs := theirTokens(t, data); ours.String() != theirs {
			t.Errorf("%q: %s, jsontext: %s", data, &ours, theirs)
		}
	}
}

func good(data []byte, o codec.Options, read func(d *codec.Decoder)) bool {
	d := new(codec.Decoder)
	d.Reset(data, o)
	read(d)
	d.End()
	return d.Err() == nil
}

// looksGood reads data as a union whose tag is missing. All of it is looked at
// ahead; only syntax errors count.
func looksGood(data []byte) bool {
	d := codec.NewDecoder(data)
	d.Discriminator("no such key")
	d.End()
	return !d.Failed()
}

func compareRawJSON(t *testing.T, data []byte, want bool) {
	t.Helper()
	e := codec.NewEncoder(nil)
	e.RawJSON(data)
	if data != nil && (e.Err() == nil) != want {
		t.Errorf("RawJSON of %q: %v, jsontext: %v", data, e.Err(), want)
	}
	if want {
		compact := jsontext.Value(bytes.Clone(data))
		if err := compact.Compact(jsontext.AllowDuplicateNames(true)); err != nil || string(compact) != string(e.Bytes()) {
			t.Errorf("RawJSON of %q: %s, jsontext: %s, %v", data, e.Bytes(), compact, err)
		}
	}
}

// tokens writes the tokens of the next value to b.
func tokens(d *codec.Decoder, b io.Writer) {
	switch d.PeekKind() {
	case codec.KindObject:
		io.WriteString(b, "{ ")
		for ok := d.OpenObject("") && d.NextMember(); ok; ok = d.NextMember() {
			fmt.Fprintf(b, "%q ", d.Key())
			tokens(d, b)
		}
		io.WriteString(b, "} ")
	case codec.KindArray:
		io.WriteString(b, "[ ")
		for ok := d.OpenArray("") && d.NextElement(); ok; ok = d.NextElement() {
			tokens(d, b)
		}
		io.WriteString(b, "] ")
	case codec.KindString:
		s, _ := d.String("")
		fmt.Fprintf(b, "%q ", s)
	case codec.KindNumber:
		n, _ := d.Number("")
		fmt.Fprintf(b, "%s ", n)
	case codec.KindBool:
		v, _ := d.Bool("")
		fmt.Fprintf(b, "%v ", v)
	default:
		if !d.Null() {
			d.Skip()
		}
		io.WriteString(b, "null ")
	}
}

func theirTokens(t *testing.T, data []byte) string {
	t.Helper()
	d := jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true))
	var b bytes.Buffer
	for {
		token, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if token.Kind() == '"' {
			fmt.Fprintf(&b, "%q ", token.String())
		} else {
			fmt.Fprintf(&b, "%s ", token)
		}
	}
}

// depth is an upper bound of how deep data is nested.
func depth(data []byte) int { return bytes.Count(data, []byte("[")) + bytes.Count(data, []byte("{")) }

func FuzzString(f *testing.F) {
	f.Add("größe \" \\ \n \u2028 \x00 <&>")
	f.Fuzz(func(t *testing.T, s string) {
		text := codec.AppendString(nil, s)
		got, err := jsontext.AppendUnquote(nil, text)
		if want := string([]rune(s)); err != nil || string(got) != want { // invalid bytes are replaced
			t.Fatalf("%q is written as %s and read as %q, %v", s, text, got, err)
		}
	})
}
