package codec_test

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// quoted is doc as a JSON string.
func quoted(doc string) string { return strconv.Quote(doc) }

const valid = `"repo":{"owner":"o","name":"n"}`

func TestConversion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, doc string
		count     int
		want      string // violations
		strict    string // violations when strict
	}{
		{
			name: "nothing to convert", doc: `{"title":"5","body":"[1]",` + valid + `}`,
		},
		{
			name: "numbers", doc: `{"title":"t","points":"5","ratio":"0.50",` + valid + `}`, count: 2,
			strict: `/points: expected integer, got string "5" (send 5 without quotes)
/ratio: expected number, got string "0.50" (send 0.50 without quotes)`,
		},
		{
			name: "booleans", doc: `{"title":"t","repo":{"owner":"o","name":"n","private":"true"}}`, count: 1,
			strict: `/repo/private: expected boolean, got string "true" (send true without quotes)`,
		},
		{
			name: "not a boolean", doc: `{"title":"t","repo":{"owner":"o","name":"n","private":"yes"}}`,
			want:   `/repo/private: expected boolean, got string "yes" (send true or false without quotes)`,
			strict: `/repo/private: expected boolean, got string "yes" (send true or false without quotes)`,
		},
		{
			name: "a number is no boolean", doc: `{"title":"t","repo":{"owner":"o","name":"n","private":1}}`,
			want:   `/repo/private: expected boolean, got number 1 (send true or false)`,
			strict: `/repo/private: expected boolean, got number 1 (send true or false)`,
		},
		{
			name: "an array", doc: `{"title":"t","labels":"[\"a\", \"b\\n\"]",` + valid + `}`, count: 1,
			strict: `/labels: expected array, got string "[\"a\", \"b\\n\"]" (send the JSON value itself, not a string holding JSON)`,
		},
		{
			name: "an object", doc: `{"repo":" {\"owner\":\"o\",\"name\":\"n\"} ","title":"t"}`, count: 1,
			strict: `/repo: expected object, got string " {\"owner\":\"o\",\"name\":\"n\"} " (send the JSON value itself, not a string holding JSON)`,
		},
		{
			name: "a map, empty", doc: `{"counts":"{}","title":"t",` + valid + `}`, count: 1,
			strict: `/counts: expected object, got string "{}" (send the JSON value itself, not a string holding JSON)`,
		},
		{
			name: "the whole document", doc: quoted(issueDoc), count: 1,
			strict: `(the whole value): expected object, got string "{\n  \"title\": \"Crash on start\",\n  \"body\":…" (send the JSON value itself, not a string holding JSON)`,
		},
		{
			name: "twice", doc: `{"title":"t","counts":` + quoted(`{"a":"1","b":2}`) + `,"repo":` + quoted(`{"owner":"o","name":"n","private":"false"}`) + `}`, count: 4,
			strict: `/counts: expected object, got string "{\"a\":\"1\",\"b\":2}" (send the JSON value itself, not a string holding JSON)
/repo: expected object, got string "{\"owner\":\"o\",\"name\":\"n\",\"private\":\"false…" (send the JSON value itself, not a string holding JSON)`,
		},
		{
			name: "a string in a string", doc: quoted(`{"title":"t","points":"7","repo":` + quoted(`{"owner":"o","name":"n"}`) + `}`), count: 3,
			strict: `(the whole value): expected object, got string "{\"title\":\"t\",\"points\":\"7\",\"repo\":\"{\\\"own…" (send the JSON value itself, not a string holding JSON)`,
		},
		{
			name: "problems inside", doc: `{"repo":"{\"owner\":1,\"nme\":\"n\"}","title":"t","points":"x"}`, count: 1,
			want: `/repo/owner: expected string, got number 1 (put it in double quotes)
/repo/nme: expected no property of this name (rename it to "name", which is required)
/points: expected integer, got string "x"`,
			strict: `/repo: expected object, got string "{\"owner\":1,\"nme\":\"n\"}" (send the JSON value itself, not a string holding JSON)
/points: expected integer, got string "x"`,
		},
		{
			name: "the wrong shape", doc: `{"title":"t","labels":"{}",` + valid + `}`,
			want:   `/labels: expected array, got string "{}" (send the JSON value itself, not a string holding JSON)`,
			strict: `/labels: expected array, got string "{}" (send the JSON value itself, not a string holding JSON)`,
		},
		{
			name: "not JSON inside", doc: `{"title":"t","labels":"[a]",` + valid + `}`,
			want:   `/labels: expected array, got string "[a]" (send the JSON value itself, not a string holding JSON)`,
			strict: `/labels: expected array, got string "[a]" (send the JSON value itself, not a string holding JSON)`,
		},
		{
			name: "more than one value inside", doc: `{"title":"t","labels":"[] []",` + valid + `}`,
			want:   `/labels: expected array, got string "[] []" (send the JSON value itself, not a string holding JSON)`,
			strict: `/labels: expected array, got string "[] []" (send the JSON value itself, not a string holding JSON)`,
		},
		{
			name: "one element is no array", doc: `{"title":"t","labels":"bug",` + valid + `}`,
			want:   `/labels: expected array, got string "bug" (put it in an array)`,
			strict: `/labels: expected array, got string "bug" (put it in an array)`,
		},
		{
			name: "a broken string", doc: `{"title":"t","labels":"[\x]",` + valid + `}`,
			want:   `/labels: expected a valid escape sequence, got "\\x]\",\"repo\":" (write a backslash as \\)`,
			strict: `/labels: expected a valid escape sequence, got "\\x]\",\"repo\":" (write a backslash as \\)`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, o := range []codec.Options{{}, strict} {
				d := decoder(c.doc, o)
				var v issue
				decodeIssue(d, &v)
				d.End()
				if o.Strict {
					wantLines(t, d.Err(), c.strict)
					if d.Conversions() != 0 {
						t.Errorf("%d conversions when strict", d.Conversions())
					}
					continue
				}
				wantLines(t, d.Err(), c.want)
				if d.Conversions() != c.count {
					t.Errorf("%d conversions, want %d", d.Conversions(), c.count)
				}
			}
		})
	}
}

// A document inside a string gives the same value as the document.
func TestConversionGivesTheSameValue(t *testing.T) {
	t.Parallel()
	read := func(doc string) (v issue) {
		d := decoder(doc, codec.Options{})
		decodeIssue(d, &v)
		if d.End(); d.Err() != nil {
			t.Fatal(d.Err())
		}
		return v
	}
	want := read(issueDoc)
	doc := issueDoc
	for n := range 4 {
		doc = quoted(doc)
		if n > 0 {
			continue // a string in a string is no object
		}
		if got := read(doc); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// Violations inside a string have the place of the string.
func TestConversionOffset(t *testing.T) {
	t.Parallel()
	d := decoder(`{"title":"t","repo":  "{\"owner\":1,\"name\":\"n\"}","points":-1}`, codec.Options{})
	var v issue
	decodeIssue(d, &v)
	for i, want := range []int{22, 62} {
		if got := d.Err().Violations[i].Offset; got != want {
			t.Errorf("%v at %d, want %d", d.Err().Violations[i], got, want)
		}
	}
}

// Strings in strings in strings are bounded by the depth like anything else.
func TestConversionDepth(t *testing.T) {
	t.Parallel()
	var read func(d *codec.Decoder) int
	read = func(d *codec.Decoder) int {
		n := 0
		if d.OpenArray("") {
			n = 1
			for d.NextElement() {
				n += read(d)
			}
		}
		return n
	}
	doc := `[]`
	for range 10 {
		doc = `[` + quoted(doc) + `]`
	}
	d := decoder(doc, codec.Options{})
	if n := read(d); n != 11 || d.Err() != nil || d.Conversions() != 10 {
		t.Errorf("%d levels, %d conversions, %v", n, d.Conversions(), d.Err())
	}

	d = decoder(nested(200, quoted(nested(56, ""))), codec.Options{})
	if n := read(d); n != 256 || d.Err() != nil {
		t.Errorf("%d levels, %v", n, d.Err())
	}
	d = decoder(nested(200, quoted(nested(57, ""))), codec.Options{})
	read(d)
	if err := d.Err(); err == nil || err.Violations[0].Keyword != codec.Type {
		t.Errorf("%v", err)
	}
	d = decoder(nested(199, "[["+quoted("[[")+"],"+quoted("["+strings.Repeat("[", 300))+"]"), codec.Options{})
	read(d)
	if err := d.Err(); err == nil || len(err.Violations) != 2 {
		t.Errorf("%v", err)
	}
}

func TestEveryWayOutOfAString(t *testing.T) {
	t.Parallel()
	// Each element is a string that holds an object; after each way to read
	// it, reading goes on after the string.
	ways := map[string]func(d *codec.Decoder){
		"read":    func(d *codec.Decoder) { decodeSmall(d, new(small)) },
		"skip":    func(d *codec.Decoder) { d.Discriminator("k"); d.Skip() },
		"raw":     func(d *codec.Decoder) { d.Discriminator("k"); d.Raw("") },
		"any":     func(d *codec.Decoder) { d.Discriminator("k"); d.Any("") },
		"missing": func(d *codec.Decoder) { d.Discriminator("none") },
		"type":    func(d *codec.Decoder) { d.Discriminator("n") },
		"wrong":   func(d *codec.Decoder) { d.Discriminator("k"); d.Int("", 64) },
	}
	element := quoted(`{"n":1,"k":"x","m":{}}`)
	for name, way := range ways {
		d := decoder("["+element+" , "+element+", 7]", codec.Options{})
		n := 0
		for ok := d.OpenArray("") && d.NextElement(); ok; ok = d.NextElement() {
			if n++; n < 3 {
				way(d)
			} else if v, ok := d.Int("", 64); !ok || v != 7 {
				t.Errorf("%s: %d, %v", name, v, ok)
			}
		}
		if d.End(); n != 3 || d.Failed() || d.Conversions() != 2 {
			t.Errorf("%s: %d elements, %d conversions, %v", name, n, d.Conversions(), d.Err())
		}
	}
}

func ExampleDecoder_Conversions() {
	d := codec.NewDecoder([]byte(`"5"`))
	n, ok := d.Int("", 64)
	fmt.Println(n, ok, d.Conversions())
	// Output: 5 true 1
}
