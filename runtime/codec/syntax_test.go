package codec_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// The documents every way of reading accepts or refuses alike. want is the
// beginning of the violation; "" is valid.
var syntaxCases = []struct{ doc, want string }{
	{`null`, ``},
	{`true`, ``},
	{`false`, ``},
	{`0`, ``},
	{`-0`, ``},
	{`-12.5e+10`, ``},
	{`1E-2`, ``},
	{`""`, ``},
	{`"a"`, ``},
	{`{}`, ``},
	{`[]`, ``},
	{" \t\r\n[ 1 , 2 ] \n", ``},
	{`{"a":{"b":[{},[],""]},"c":null}`, ``},
	{`"\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00"`, ``},
	{"\"\x7f\"", ``},
	{`"größe 日本語 😀"`, ``},
	{`"` + strings.Repeat("x", 100) + `"`, ``},
	{nested(256, ``), ``},
	{`{"":1}`, ``},
	{"\"\\u0000\"", ``},

	{``, `a JSON value, got the end of the input`},
	{`   `, `a JSON value, got the end of the input`},
	{`nul`, `a JSON value, got "nul"`},
	{`True`, `a JSON value, got "True" (write true, false and null in lower case)`},
	{`None`, `a JSON value, got "None" (write true, false and null in lower case)`},
	{`truex`, `the end of the input, got "x"`},
	{`NaN`, `a JSON value, got "NaN" (JSON has finite numbers only)`},
	{`Infinity`, `a JSON value, got "Infinity" (JSON has finite numbers only)`},
	{`-Infinity`, `a digit, got "Infinity"`},
	{`01`, `the end of the input, got "1"`},
	{`-`, `a digit, got the end of the input`},
	{`+1`, `a JSON value, got "+1" (start a number with a digit or -)`},
	{`.5`, `a JSON value, got ".5" (start a number with a digit or -)`},
	{`1.`, `a digit, got the end of the input`},
	{`1.e1`, `a digit, got "e1"`},
	{`1e`, `a digit, got the end of the input`},
	{`1e+`, `a digit, got the end of the input`},
	{`0x1`, `the end of the input, got "x1"`},
	{`1_000`, `the end of the input, got "_000"`},
	{`'a'`, `a JSON value, got "'a'" (use double quotes)`},
	{`"a`, `the closing quote of a string, got the end of the input`},
	{`"abcdefghijkl`, `the closing quote of a string`},
	{`"a\`, `a valid escape sequence`},
	{`"a\"`, `the closing quote of a string`},
	{`"\x41"`, `a valid escape sequence, got "\\x41\"" (write a backslash as \\)`},
	{`"\u12"`, `four hexadecimal digits after \u`},
	{`"\u12g4"`, `four hexadecimal digits after \u`},
	{`"\ud800"`, `a complete surrogate pair`},
	{`"\udc00"`, `a complete surrogate pair`},
	{`"\ud800\ud800"`, `a complete surrogate pair`},
	{`"\ud800\u0041"`, `a complete surrogate pair`},
	{`"\ud83dx\ude00"`, `a complete surrogate pair`},
	{`"\ud83d\ude0"`, `a complete surrogate pair`},
	{"\"a\nb\"", `no control character in a string`},
	{"\"a\x00b\"", `no control character in a string`},
	{"\"abcdefgh\x1f\"", `no control character in a string`},
	{"\"\xff\"", `valid UTF-8`},
	{"\"abcdefgh\xc3\"", `valid UTF-8`},
	{"\"\xed\xa0\x80\"", `valid UTF-8`},
	{"\"\xc0\xaf\"", `valid UTF-8`},
	{"\"\xf4\x90\x80\x80\"", `valid UTF-8`},
	{"\"\\n\xff\"", `valid UTF-8`},
	{"\ufeff{}", "a JSON value, got \"\ufeff{}\" (remove the byte order mark)"},
	{`[1,]`, `a JSON value, got "]" (remove the comma before it)`},
	{`[,1]`, `a JSON value, got ",1]"`},
	{`[1 2]`, `"," or "]", got "2]"`},
	{`[1`, `"," or "]", got the end of the input`},
	{`[`, `a JSON value, got the end of the input`},
	{`[1}`, `"," or "]", got "}"`},
	{`]`, `a JSON value, got "]"`},
	{`{`, `a property name in double quotes, got the end of the input`},
	{`{]`, `a property name in double quotes, got "]"`},
	{`{"a":1,}`, `a property name in double quotes, got "}" (remove the comma before it)`},
	{`{a:1}`, `a property name in double quotes, got "a:1}"`},
	{`{'a':1}`, `a property name in double quotes, got "'a':1}" (use double quotes)`},
	{`{1:1}`, `a property name in double quotes`},
	{`{"a"}`, `":" after the property name, got "}"`},
	{`{"a" 1}`, `":" after the property name`},
	{`{"a":}`, `a JSON value, got "}"`},
	{`{"a":1 "b":2}`, `"," or "}"`},
	{`{"a":{}"b":2}`, `"," or "}"`},
	{`{"a":[]"b":2}`, `"," or "}"`},
	{`[{}{}]`, `"," or "]"`},
	{`{"a":1]`, `"," or "}", got "]"`},
	{`{"a\ud800":1}`, `a complete surrogate pair`},
	{"{\"\xff\":1}", `valid UTF-8`},
	{`{} {}`, `the end of the input, got "{}" (send one JSON value and nothing after it)`},
	{`1 // one`, `the end of the input, got "// one"`},
	{"[1,\x00]", `a JSON value`},
	{"[1]\x00", `the end of the input`},
	{"\u00a01", `a JSON value`},
	{"\v1", `a JSON value`},
	{nested(257, ``), `at most 256 levels of objects and arrays`},
	{strings.Repeat(`{"a":`, 257) + `1` + strings.Repeat(`}`, 257), `at most 256 levels of objects and arrays`},
	{strings.Repeat("[", 1<<20), `at most 256 levels of objects and arrays`},
}

// readers are the ways to read any document.
var readers = map[string]func(d *codec.Decoder){
	"skip":  func(d *codec.Decoder) { d.Skip() },
	"raw":   func(d *codec.Decoder) { d.Raw("") },
	"any":   func(d *codec.Decoder) { d.Any("") },
	"typed": readTyped,
	"unique": func(d *codec.Decoder) {
		d.RawSpan("")
	},
}

// readTyped reads as generated code does: by the kind of each value.
func readTyped(d *codec.Decoder) {
	switch d.PeekKind() {
	case codec.KindObject:
		for ok := d.OpenObject("") && d.NextMember(); ok; ok = d.NextMember() {
			readTyped(d)
		}
	case codec.KindArray:
		for ok := d.OpenArray("") && d.NextElement(); ok; ok = d.NextElement() {
			readTyped(d)
		}
	case codec.KindString:
		d.String("")
	case codec.KindNumber:
		d.Float("", 64)
	case codec.KindNull:
		if !d.Null() {
			d.Skip()
		}
	default:
		d.Bool("")
	}
}

func TestSyntax(t *testing.T) {
	t.Parallel()
	for name, read := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range syntaxCases {
				d := decoder(c.doc, codec.Options{})
				read(d)
				d.End()
				got := ""
				if err := d.Err(); err != nil {
					if len(err.Violations) != 1 || err.More != 0 {
						t.Errorf("%.40q: %v", c.doc, err)
					}
					v := err.Violations[0]
					if _, got, _ = strings.Cut(v.String(), ": expected "); !d.Failed() {
						t.Errorf("%.40q: not failed after %v", c.doc, v)
					}
				}
				if c.want == "" && got != "" || !strings.HasPrefix(got, c.want) {
					t.Errorf("%.40q: %q, want %q", c.doc, got, c.want)
				}
			}
		})
	}
}

// What is valid here is valid for encoding/json; what encoding/json accepts
// beyond that is known.
func TestSyntaxAgainstEncodingJSON(t *testing.T) {
	t.Parallel()
	for _, c := range syntaxCases {
		ours, theirs := c.want == "", json.Valid([]byte(c.doc))
		laxer := strings.Contains(c.want, "surrogate") || strings.Contains(c.want, "UTF-8") || strings.Contains(c.want, "levels")
		if ours && !theirs || !ours && theirs && !laxer {
			t.Errorf("%.40q: valid %v, encoding/json says %v", c.doc, ours, theirs)
		}
	}
}

// Every proper beginning of a document is refused, and no step after that does
// anything.
func TestTruncated(t *testing.T) {
	t.Parallel()
	doc := strings.TrimSpace(issueDoc)
	for n := range len(doc) {
		for name, read := range readers {
			d := decoder(doc[:n], codec.Options{})
			read(d)
			d.End()
			if err := d.Err(); err == nil || len(err.Violations) != 1 || err.Violations[0].Keyword != codec.Syntax {
				t.Fatalf("%s of %d bytes: %v", name, n, err)
			}
		}
	}
}

func TestFailedDecoderDoesNothing(t *testing.T) {
	t.Parallel()
	d := decoder(`{"a" 1}`, codec.Options{})
	d.OpenObject("")
	if d.NextMember() {
		t.Error("a member without a colon")
	}
	seen := uint64(0)
	d.Require(seen, 1, []string{"a"})
	d.Violate("a", codec.Minimum, "1")
	d.ViolateCount("a", codec.MinItems, 1, 0)
	d.Enum("a", []string{"x"})
	d.Unique("a", 0, 1)
	if d.OpenObject("") || d.OpenArray("") || d.NextMember() || d.NextElement() || d.Skip() || d.Null() {
		t.Error("reading goes on after a syntax error")
	}
	if !d.MultipleOf("a", "2") {
		t.Error("there is no number to check")
	}
	if d.OnceOptional(&seen, 1, "a") && d.Once(&seen, 1, "a") {
		t.Error("a property seen twice is once")
	}
	d.End()
	wantLines(t, d.Err(), `(the whole value): expected ":" after the property name, got "1}"`)
}

func TestSpan(t *testing.T) {
	t.Parallel()
	data := []byte(`{"jsonrpc":"2.0", "id" : 1.50 , "params":{"a": [1, 2]} }`)
	d := codec.NewDecoder(data)
	got := map[string]string{}
	for ok := d.OpenObject("") && d.NextMember(); ok; ok = d.NextMember() {
		key := string(d.Key())
		span, ok := d.RawSpan(key)
		if !ok {
			t.Fatal(d.Err())
		}
		if i := d.Offset() - len(span); &span[0] != &data[i] {
			t.Errorf("%s: not the bytes of the input at %d", key, i)
		}
		got[key] = string(span)
	}
	d.End()
	if d.Err() != nil || got["jsonrpc"] != `"2.0"` || got["id"] != `1.50` || got["params"] != `{"a": [1, 2]}` {
		t.Errorf("%v, %v", got, d.Err())
	}
	if d.Offset() != len(data) {
		t.Errorf("ended at %d", d.Offset())
	}
}

func TestRawIsACopy(t *testing.T) {
	t.Parallel()
	data := []byte(` [1, 2] `)
	d := codec.NewDecoder(data)
	raw, ok := d.Raw("")
	copy(data, bytes.Repeat([]byte("x"), len(data)))
	if !ok || string(raw) != "[1, 2]" {
		t.Errorf("%q, %v", raw, ok)
	}
}
