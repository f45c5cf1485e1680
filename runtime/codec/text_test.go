package codec_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

func TestString(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		`""`:                         "",
		`"abc"`:                      "abc",
		`"\"\\\/\b\f\n\r\t"`:         "\"\\/\b\f\n\r\t",
		`"a\u00e9\u20AC\u0000z"`:     "aé€\x00z",
		`"\ud83d\ude00\uD83D\uDE00"`: "😀😀",
		`"größe \u0041 日本"`:          "größe A 日本",
		`"12345678\n12345678"`:       "12345678\n12345678",
		`"\ufffd"`:                   "\ufffd",
		"\"\ufffd\"":                 "\ufffd",
	} {
		d := decoder(doc, codec.Options{})
		b, ok := d.String("")
		got := d.Own(b)
		if d.End(); !ok || got != want || d.Err() != nil {
			t.Errorf("%s: %q, %v", doc, got, d.Err())
		}
		var theirs string
		if err := json.Unmarshal([]byte(doc), &theirs); err != nil || theirs != want {
			t.Errorf("encoding/json: %s: %q, %v", doc, theirs, err)
		}
		if codec.Runes([]byte(got)) != len([]rune(want)) {
			t.Errorf("%s: %d characters", doc, codec.Runes([]byte(got)))
		}
	}
	// A string target is never converted.
	for doc, want := range map[string]string{
		`5`:     `/s: expected string, got number 5 (put it in double quotes)`,
		`true`:  `/s: expected string, got boolean true (put it in double quotes)`,
		`null`:  `/s: expected string, got null (a value is needed)`,
		`["a"]`: `/s: expected string, got array`,
		`{}`:    `/s: expected string, got object`,
	} {
		d := decoder(doc, codec.Options{})
		if _, ok := d.String("s"); ok || d.Conversions() != 0 {
			t.Errorf("%s is a string", doc)
		}
		wantLines(t, d.Err(), want)
	}
}

// Every position of a special character relative to the words that are looked
// at as one.
func TestStringPositions(t *testing.T) {
	t.Parallel()
	room := make([]byte, 0, 256)
	for n := range 34 {
		for m := range 34 {
			left, right := strings.Repeat("x", n), strings.Repeat("y", m)
			for in, out := range map[string]string{`\n`: "\n", `ä`: "ä", `\u00e4`: "ä", "\x7f": "\x7f", `\\`: `\`, "日": "日"} {
				doc := `"` + left + in + right + `"`
				d := decoder(doc, codec.Options{})
				b, ok := d.String("")
				if d.End(); !ok || string(b) != left+out+right || d.Err() != nil {
					t.Fatalf("%q: %q, %v", doc, b, d.Err())
				}
				for _, buf := range [][]byte{nil, room} {
					if got := string(codec.AppendString(buf, string(b))); in != `\u00e4` && got != doc {
						t.Fatalf("written as %q, want %q", got, doc)
					}
				}
			}
			for _, bad := range []string{"\n", "\x00", "\x1f", "\xff", "\xc3", `\x`, `\ud800`} {
				d := decoder(`"`+left+bad+right+`"`, codec.Options{})
				if _, ok := d.String(""); ok {
					t.Fatalf("%q in %d and %d is accepted", bad, n, m)
				}
				if got := d.Err().Violations[0].Offset; got != n+1 {
					t.Fatalf("%q at %d, want %d", bad, got, n+1)
				}
			}
		}
	}
}

func TestBytes(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		`""`:          "",
		`"YQ=="`:      "a",
		`"YWJj"`:      "abc",
		`"YW\nJj"`:    "abc",
		`"\u0059WJj"`: "abc",
		`"+/+/"`:      "\xfb\xff\xbf",
	} {
		d := decoder(doc, codec.Options{})
		if got, ok := d.Bytes(""); !ok || got == nil || string(got) != want {
			t.Errorf("%s: %q, %v", doc, got, d.Err())
		}
	}
	for doc, got := range map[string]string{
		`"YQ"`: `"YQ"`, `"-_-_"`: `"-_-_"`, `"Y"`: `"Y"`, `"YWJj="`: `"YWJj="`, `"äöü="`: `"äöü="`,
	} {
		d := decoder(doc, codec.Options{})
		if _, ok := d.Bytes("b"); ok {
			t.Errorf("%s is accepted", doc)
		}
		wantLines(t, d.Err(), `/b: expected base64 text, got `+got+` (encode the bytes in standard base64 with padding)`)
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-01-31T12:00:00Z":                                  "2026-01-31T12:00:00Z",
		"2026-01-31t12:00:00z":                                  "2026-01-31T12:00:00Z",
		"2026-01-31T12:00:00.5+02:30":                           "2026-01-31T12:00:00.5+02:30",
		"2026-01-31T12:00:00.123456789-23:59":                   "2026-01-31T12:00:00.123456789-23:59",
		"2026-01-31t12:00:00.000000001+00:00":                   "2026-01-31T12:00:00.000000001Z",
		"0000-01-01T00:00:00Z":                                  "0000-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z":                                  "9999-12-31T23:59:59Z",
		"2024-02-29T00:00:00Z":                                  "2024-02-29T00:00:00Z",
		"2026-01-31T12:00:00." + strings.Repeat("1", 100) + "Z": "2026-01-31T12:00:00.111111111Z",
	} {
		d := decoder(quoted(text), codec.Options{})
		got, ok := d.Time("")
		wanted, err := time.Parse(time.RFC3339Nano, want)
		if !ok || err != nil || !got.Equal(wanted) {
			t.Errorf("%s: %v, %v", text, got, d.Err())
		}
	}
	for _, text := range []string{
		"", "tomorrow", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "2026-01-31T12:00Z",
		"2026-01-31T12:00:00,5Z", "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00+02", "2026-01-31T12:00:00+0200",
		"2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z",
		"2026-06-30T23:59:60Z", "2026-01-31T12:00:00.Z", "26-01-31T12:00:00Z", "2026-1-31T12:00:00Z",
		"2026-01-31T12:00:00Z ", "２026-01-31T12:00:00Z", "2026-01-31T12:00:00-00:60",
	} {
		d := decoder(quoted(text), codec.Options{})
		if got, ok := d.Time("at"); ok {
			t.Errorf("%s: %v", text, got)
		}
		wantLines(t, d.Err(), `/at: expected date-time like 2026-01-31T12:00:00Z, got `+string(codec.AppendString(nil, text)))
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"1h30m": 90 * time.Minute, "0": 0, "-1.5s": -1500 * time.Millisecond, "250ms": 250 * time.Millisecond, "1µs": time.Microsecond,
	} {
		d := decoder(quoted(text), codec.Options{})
		if got, ok := d.Duration(""); !ok || got != want {
			t.Errorf("%s: %v, %v", text, got, d.Err())
		}
	}
	for doc, want := range map[string]string{
		`"soon"`:     `/d: expected a duration like "1h30m" or "250ms", got "soon"`,
		`"PT1H"`:     `/d: expected a duration like "1h30m" or "250ms", got "PT1H"`,
		`"90"`:       `/d: expected a duration like "1h30m" or "250ms", got "90"`,
		`"9999999h"`: `/d: expected a duration like "1h30m" or "250ms", got "9999999h"`,
		`90`:         `/d: expected string, got number 90 (put it in double quotes)`,
	} {
		d := decoder(doc, codec.Options{})
		if got, ok := d.Duration("d"); ok {
			t.Errorf("%s: %v", doc, got)
		}
		wantLines(t, d.Err(), want)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	d := decoder(`["192.0.2.1","::1%eth0","nowhere",7]`, codec.Options{})
	var got []netip.Addr
	for ok := d.OpenArray("a") && d.NextElement(); ok; ok = d.NextElement() {
		var a netip.Addr
		if d.Text("a", &a, "an IP address") {
			got = append(got, a)
		}
	}
	if fmt.Sprint(got) != "[192.0.2.1 ::1%eth0]" {
		t.Errorf("%v", got)
	}
	wantLines(t, d.Err(), `/a: expected an IP address, got "nowhere"
/a: expected string, got number 7 (put it in double quotes)`)

	d = decoder(`{"192.0.2.1":1,"x":2}`, codec.Options{})
	d.OpenObject("")
	d.NextMember()
	var a netip.Addr
	if !d.MapKeyText(&a, "an IP address") || a.String() != "192.0.2.1" || !d.Skip() || !d.NextMember() {
		t.Fatal(d.Err())
	}
	if d.MapKeyText(&a, "an IP address") || d.NextMember() {
		t.Error("x is an address")
	}
	wantLines(t, d.Err(), `/x: expected a property name that is an IP address, got "x"`)
}

// shape is a type with its own JSON form.
type shape struct{ text string }

func (s *shape) UnmarshalJSON(b []byte) error {
	if string(b) == `"bad"` || string(b) == `[0]` {
		return errors.New("main.shape: no")
	}
	s.text = string(b)
	return nil
}

func TestJSON(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		"\n{\"a\": [1]}\n": "",
		`null`:             `/s: expected a shape, got null (a value is needed)`,
		`nil`:              `/s: expected a JSON value, got "nil"`,
		`"bad"`:            `/s: expected a shape, got "bad"`,
		`[0]`:              `/s: expected a shape`,
		`{"a":1,"a":2}`:    `/s: expected each property once, got "a" twice (send it once)`,
		`{"a":}`:           `/s: expected a JSON value, got "}"`,
	} {
		d := decoder(doc, codec.Options{})
		var s shape
		ok := d.JSON("s", &s, "a shape")
		d.End()
		wantLines(t, d.Err(), want)
		if ok != (want == "") || ok && s.text != strings.TrimSpace(doc) {
			t.Errorf("%s: %q, %v", doc, s.text, ok)
		}
	}
}

// Strings of a document share memory; none sees another, or what was read.
func TestOwn(t *testing.T) {
	t.Parallel()
	var want []string
	for n := range 300 {
		want = append(want, strings.Repeat(string(rune('a'+n%26)), n%140))
	}
	doc, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	d := decoder(string(doc), codec.Options{})
	var got []string
	for d.OpenArray(""); d.NextElement(); {
		s, _ := d.String("")
		got = append(got, d.Own(s))
	}
	clear(doc)
	d.Reset([]byte(`"another text"`), codec.Options{})
	s, _ := d.String("")
	if another := d.Own(s); another != "another text" || !slices.Equal(got, want) {
		t.Errorf("%q, %q", another, got)
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0000-01-01T00:00:00Z", "0001-02-03T04:05:06Z", "1999-12-31T23:59:59Z", "2024-02-29T10:20:30Z", "9999-11-30T19:08:07Z",
		"2024-02-29T10:20:30.5Z", "2024-02-29T10:20:30+01:00"} {
		d := decoder(`"`+text+`"`, codec.Options{})
		got, ok := d.Time("")
		want, err := time.Parse(time.RFC3339, text)
		if !ok || err != nil || !got.Equal(want) || got.Location() == time.UTC != (want.Location() == time.UTC) {
			t.Errorf("%s is read as %v, %v", text, got, d.Err())
		}
		e := codec.NewEncoder(nil)
		e.Time(got)
		if string(e.Bytes()) != `"`+text+`"` {
			t.Errorf("%s is written as %s", text, e.Bytes())
		}
	}
	for _, text := range []string{"2024-02-29T10:20:60Z", "2016-12-31T23:59:60Z", "2023-02-29T10:20:30Z", "2024-02-29T24:00:00Z"} {
		if got, ok := decoder(`"`+text+`"`, codec.Options{}).Time(""); ok {
			t.Errorf("%s is read as %v", text, got)
		}
	}
}

func TestJSONOrNull(t *testing.T) {
	t.Parallel()
	d := decoder(`null`, codec.Options{})
	var s shape
	if !d.JSONOrNull("s", &s, "a shape") || s.text != "null" {
		t.Errorf("%q, %v", s.text, d.Err())
	}
}

func TestIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ doc, types, want string }{
		{`"x"`, "string", ``},
		{` 5`, "string", `/s: expected string, got number 5 (put it in double quotes)`},
		{`5`, "string or number", ``},
		{`5.5`, "string or number", ``},
		{`5.5`, "string, integer or null", `/s: expected integer, got number 5.5 (send a whole number)`},
		{`5.0`, "string or integer", ``},
		{`-5e3`, "integer", ``},
		{`null`, "string, integer or null", ``},
		{`null`, "string or integer", `/s: expected string or integer, got null (a value is needed)`},
		{`true`, "array or object", `/s: expected array or object, got boolean true`},
		{`{"a":1}`, "array or object", ``},
		{`[0]`, "array", `/s: expected a shape`},
		{`[`, "array", `/s: expected a JSON value, got the end of the input (send the complete value)`},
		{`nil`, "string", `/s: expected a JSON value, got "nil"`},
		{`1.`, "integer", `/s: expected a digit, got the end of the input (send the complete value)`},
	} {
		d := decoder(c.doc, codec.Options{})
		var s shape
		ok := d.Is("s", c.types) && d.JSONOrNull("s", &s, "a shape")
		d.End()
		wantLines(t, d.Err(), c.want)
		if ok != (c.want == "") || ok && s.text != strings.TrimSpace(c.doc) {
			t.Errorf("%s: %q, %v", c.doc, s.text, ok)
		}
	}
}

// Types that hold numbers of any size do not get the chance to expand them.
func TestHugeNumbersInOwnTypes(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{`1e1000000`, `1e-1000000`, longInteger, hugeExponent, `1E+99999`} {
		for name, read := range map[string]func(d *codec.Decoder) bool{
			"rat":   func(d *codec.Decoder) bool { return d.Text("", new(big.Rat), "a number") },
			"float": func(d *codec.Decoder) bool { return d.Text("", new(big.Float), "a number") },
		} {
			d := decoder(quoted(doc), codec.Options{})
			if read(d) {
				t.Errorf("%s of %.20s is accepted", name, doc)
			}
			if text := d.Err().Error(); len(text) > 150 {
				t.Errorf("%.200s", text)
			}
		}
	}
	d := decoder(`123456789012345678901234567890`, codec.Options{})
	n := new(big.Int)
	if !d.JSON("", n, "an integer") || n.String() != "123456789012345678901234567890" {
		t.Errorf("%v, %v", n, d.Err())
	}
	d = decoder(`{"1e99999":1}`, codec.Options{})
	if d.OpenObject("") && d.NextMember() && d.MapKeyText(new(big.Rat), "a number") {
		t.Error("a huge key is accepted")
	}
	// Other types may read like numbers.
	d = decoder(`"1e99999"`, codec.Options{})
	var id identifier
	if !d.Text("", &id, "an identifier") || id != "1e99999" {
		t.Errorf("%v", d.Err())
	}
}

type identifier string

func (i *identifier) UnmarshalText(b []byte) error { *i = identifier(b); return nil }

func (i identifier) MarshalText() ([]byte, error) {
	if i == "" {
		return nil, errors.New("empty identifier")
	}
	return []byte("<" + i + ">"), nil
}

func TestQuoted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, doc, want, err string
	}{
		{"int", `"-5"`, "-5", ""},
		{"int", `"9223372036854775807"`, "9223372036854775807", ""},
		{"int", `"9223372036854775808"`, "", `/q: expected a string holding an integer between -9223372036854775808 and 9223372036854775807, got "9223372036854775808"`},
		{"int", `"-0"`, "", `/q: expected a string holding an integer, got "-0"`},
		{"uint", `"-0"`, "", `/q: expected a string holding an integer, got "-0"`},
		{"int", `"1.0"`, "", `/q: expected a string holding an integer, got "1.0"`},
		{"int", `" 1"`, "", `/q: expected a string holding an integer, got " 1"`},
		{"int", `""`, "", `/q: expected a string holding an integer, got ""`},
		{"int", `5`, "", `/q: expected a string holding an integer, got number 5 (put it in double quotes)`},
		{"int", `null`, "", `/q: expected a string holding an integer, got null (a value is needed)`},
		{"int8", `"128"`, "", `/q: expected a string holding an integer between -128 and 127, got "128"`},
		{"uint", `"18446744073709551615"`, "18446744073709551615", ""},
		{"uint", `"-1"`, "", `/q: expected a string holding an integer between 0 and 18446744073709551615, got "-1"`},
		{"float", `"1.50"`, "1.5", ""},
		{"float", `"1e999"`, "", `/q: expected a string holding a number that fits 64 bits of floating point, got "1e999"`},
		{"float", `"NaN"`, "", `/q: expected a string holding a number, got "NaN"`},
		{"bool", `"true"`, "true", ""},
		{"bool", `"false"`, "false", ""},
		{"bool", `true`, "", `/q: expected a string holding true or false, got boolean true (put it in double quotes)`},
		{"bool", `"yes"`, "", `/q: expected a string holding true or false, got "yes"`},
		{"string", `"\"a\\n\""`, "a\n", ""},
		{"string", `"a"`, "", `/q: expected a string holding a quoted string, got "a"`},
		{"string", `"\""`, "", `/q: expected a string holding a quoted string, got "\""`},
		{"string", `""`, "", `/q: expected a string holding a quoted string, got ""`},
	} {
		d := decoder(c.doc, codec.Options{})
		var v any
		var ok bool
		switch c.kind {
		case "int":
			v, ok = d.QuotedInt("q", 64)
		case "int8":
			v, ok = d.QuotedInt("q", 8)
		case "uint":
			v, ok = d.QuotedUint("q", 64)
		case "float":
			v, ok = d.QuotedFloat("q", 64)
		case "bool":
			v, ok = d.QuotedBool("q")
		case "string":
			v, ok = d.QuotedString("q")
		}
		if d.End(); ok != (c.err == "") || ok && fmt.Sprint(v) != c.want || d.Conversions() != 0 {
			t.Errorf("%s of %s: %v, %v", c.kind, c.doc, v, ok)
		}
		wantLines(t, d.Err(), c.err)
	}
}
