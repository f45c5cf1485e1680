package codec_test

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// The oracle is encoding/json. It accepts more than this package does; what is
// known about that is said in each target.

// FuzzDocument reads any document in every way.
func FuzzDocument(f *testing.F) {
	for _, c := range syntaxCases {
		f.Add([]byte(c.doc))
	}
	for _, doc := range []string{issueDoc, smallDoc, `{"a":1,"a":2}`, `[9007199254740993,1e400,"5"]`, deepTree(3, 10)} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		errs := map[string]*codec.Error{}
		for name, read := range readers {
			d := codec.NewDecoder(data)
			read(d)
			d.End()
			errs[name] = d.Err()
			if err := d.Err(); err != nil {
				checkError(t, data, err)
			}
		}
		valid := errs["skip"] == nil
		if valid && !json.Valid(data) {
			t.Fatalf("%q is accepted", data)
		}
		if !valid && json.Valid(data) && utf8.Valid(data) && !bytes.Contains(data, []byte(`\u`)) && !tooDeep(data) {
			t.Fatalf("%q: %v", data, errs["skip"])
		}
		for name, err := range errs {
			if broken(err) == valid {
				t.Fatalf("%s of %q: %v, valid: %v", name, data, err, valid)
			}
		}
		if (errs["any"] == nil) != (errs["unique"] == nil) || (errs["any"] == nil) != (errs["raw"] == nil) {
			t.Fatalf("%q: %v, %v, %v", data, errs["any"], errs["unique"], errs["raw"])
		}
		if errs["any"] == nil {
			sameTree(t, data)
		}
	})
}

// broken reports whether err ends with a syntax error or a limit.
func broken(err *codec.Error) bool {
	if err == nil {
		return false
	}
	kw := err.Violations[len(err.Violations)-1].Keyword
	return kw == codec.Syntax || kw == codec.Limit
}

// checkError checks what every error promises.
func checkError(t *testing.T, data []byte, err *codec.Error) {
	t.Helper()
	if len(err.Violations) == 0 || len(err.Violations) > 16 {
		t.Fatalf("%q: %d violations", data, len(err.Violations))
	}
	text := err.Error()
	if !utf8.ValidString(text) || strings.Count(text, "\n") > 17 || len(text) > 17*2000 {
		t.Fatalf("%q: %q", data, text)
	}
	for _, v := range err.Violations {
		if v.Keyword == "" || v.Want == "" || v.Offset < 0 || v.Offset > len(data) || v.Pointer != "" && v.Pointer[0] != '/' {
			t.Fatalf("%q: %+v", data, v)
		}
	}
	if b := err.AppendJSON(nil); !json.Valid(b) {
		t.Fatalf("%q: %s", data, b)
	}
}

func tooDeep(data []byte) bool {
	return bytes.Count(data, []byte("["))+bytes.Count(data, []byte("{")) > 256
}

// sameTree compares the tree of Any with that of encoding/json, and what the
// encoder makes of it with json.Marshal.
func sameTree(t *testing.T, data []byte) {
	t.Helper()
	ours, _ := codec.NewDecoder(data).Any("")
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var theirs any
	if err := d.Decode(&theirs); err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Fatalf("%q: %v", data, err)
	}
	e := codec.NewEncoder(nil)
	e.Any(ours)
	if got, want := string(e.Bytes()), marshal(t, ours); got != want || e.Err() != nil {
		t.Fatalf("%q is written as %s, want %s, %v", data, got, want, e.Err())
	}
	if !reflect.DeepEqual(floats(ours), floats(theirs)) {
		t.Fatalf("%q: %#v, want %#v", data, ours, theirs)
	}
	e.Reset(nil)
	if e.RawJSON(data); e.Err() != nil {
		t.Fatal(e.Err())
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil || compact.String() != string(e.Bytes()) {
		t.Fatalf("%q is compacted to %s, want %s", data, e.Bytes(), &compact)
	}
}

// FuzzTyped decodes into a struct. What is accepted strictly has the value that
// encoding/json gives.
func FuzzTyped(f *testing.F) {
	f.Add([]byte(issueDoc))
	f.Add([]byte(`{"title":"t","repo":{"owner":"o","name":"n"},"points":1e1,"due":"2026-01-31t12:00:00.5z","counts":{"a":1}}`))
	f.Add([]byte(`{"titel":"t","repo":"{\"owner\":\"o\",\"name\":\"n\"}","points":"1","labels":"[\"x\",1]","priority":"hgih"}`))
	f.Add([]byte(`{"title":"","labels":["a","a"],"repo":{"owner":null,"name":1},"email":"x","ratio":0.3,"ratio":"y"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d := codec.NewDecoder(data)
		var lenient issue
		decodeIssue(d, &lenient)
		d.End()
		lenientErr := d.Err()
		if lenientErr != nil {
			checkError(t, data, lenientErr)
		}
		conversions := d.Conversions()

		d.Reset(data, codec.Options{Strict: true})
		var ours issue
		decodeIssue(d, &ours)
		d.End()
		if d.Conversions() != 0 {
			t.Fatalf("%q: a conversion when strict", data)
		}
		if d.Err() != nil {
			checkError(t, data, d.Err())
			return
		}
		if lenientErr != nil || conversions != 0 || !reflect.DeepEqual(ours, lenient) {
			t.Fatalf("%q: what is strictly good is not read as it is: %v", data, lenientErr)
		}
		theirs := issue{Priority: "medium"}
		if err := json.Unmarshal(data, &theirs); err != nil {
			// 1.0 is no int there, and t and z in lower case no time.
			if strings.Contains(err.Error(), "cannot unmarshal number") || strings.Contains(err.Error(), "parsing time") {
				return
			}
			t.Fatalf("%q: %v", data, err)
		}
		if !reflect.DeepEqual(ours, theirs) {
			t.Fatalf("%q: %+v, want %+v", data, ours, theirs)
		}
		e := codec.NewEncoder(nil)
		encodeIssue(e, &ours)
		if ours.Labels == nil {
			theirs.Labels = []string{}
		}
		if ours.Counts == nil {
			theirs.Counts = map[string]int{}
		}
		if got, want := string(e.Bytes()), marshal(t, theirs); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	})
}

// FuzzUnion decodes a union, whose look-ahead has a scanner of its own.
func FuzzUnion(f *testing.F) {
	f.Add([]byte(deepTree(3, 10)))
	f.Add([]byte(`{"kind":"node","children":["{\"value\":\"1\",\"kind\":\"leaf\"}",{"value":2,"kind":"leaf"}]}`))
	f.Add([]byte(`{"children":[{"children":[],"note":"` + strings.Repeat("x", 300) + `","kind":"node"},{}],"kind":"node"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d := codec.NewDecoder(data)
		var v tree
		decodeTree(d, &v)
		d.End()
		err := d.Err()
		if err != nil {
			checkError(t, data, err)
		}
		d.Reset(data, codec.Options{})
		d.Skip()
		d.End()
		if d.Failed() && err == nil {
			t.Fatalf("%q is accepted: %v", data, d.Err())
		}
		if !d.Failed() && err != nil && err.Violations[len(err.Violations)-1].Keyword == codec.Syntax {
			t.Fatalf("%q: %v", data, err)
		}
	})
}

func FuzzString(f *testing.F) {
	for _, s := range []string{"", "a\nb", "<&>\u2028", "\xff", "größe", "12345678\"12345678", "\\u0041", `{"a":1}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := codec.AppendString(nil, s)
		if want := marshal(t, s); string(text) != want {
			t.Fatalf("%q: %s, want %s", s, text, want)
		}
		d := codec.NewDecoder(text)
		b, ok := d.String("")
		if !ok || utf8.ValidString(s) && string(b) != s {
			t.Fatalf("%q is read back as %q, %v", s, b, d.Err())
		}
	})
}

func FuzzFloat(f *testing.F) {
	for _, n := range []float64{0, 1, -1.5, 1e21, 1e-7, 5e-324, 1 << 53} {
		f.Add(n, float32(n))
	}
	f.Fuzz(func(t *testing.T, n float64, m float32) {
		for bits, v := range map[int]any{64: n, 32: m} {
			want, err := json.Marshal(v)
			e := codec.NewEncoder(nil)
			if bits == 64 {
				e.Float(n, 64)
			} else {
				e.Float(float64(m), 32)
			}
			if (err != nil) != (e.Err() != nil) || err == nil && string(want) != string(e.Bytes()) {
				t.Fatalf("%v: %s, want %s, %v", v, e.Bytes(), want, e.Err())
			}
			if err != nil {
				continue
			}
			got, ok := codec.NewDecoder(want).Float("", bits)
			if !ok || bits == 64 && got != n || bits == 32 && float32(got) != m {
				t.Fatalf("%s is read back as %v", want, got)
			}
		}
	})
}
