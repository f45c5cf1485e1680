package codec_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

func TestIssue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, doc string
		o         codec.Options
		want      string
	}{
		{name: "valid", doc: issueDoc},
		{name: "least", doc: `{"title":"t","repo":{"owner":"o","name":"n"}}`},
		{name: "keys are compared unescaped", doc: `{"t\u0069tle":"t","repo":{"\u006fwner":"o","name":"n"}}`},
		{name: "null is absent", doc: `{"title":"t","repo":{"owner":"o","name":"n","private":null},"body":null,"labels":null,"counts":null,"due":null}`},
		{
			name: "null is refused when strict", o: strict,
			doc:  `{"title":"t","repo":{"owner":"o","name":"n"},"body":null}`,
			want: `/body: expected a value or no property at all, got null (omit the property instead of sending null)`,
		},
		{
			name: "null for a required property",
			doc:  `{"title":null,"repo":{"owner":"o","name":null}}`,
			want: `/title: expected string, got null (a value is needed)
/repo/name: expected string, got null (a value is needed)`,
		},
		{
			name: "not an object", doc: `[1]`,
			want: `(the whole value): expected object, got array`,
		},
		{
			name: "everything at once",
			doc: `{"titel":"t","priority":"hgih","due":"tomorrow","points":105,"ratio":0.3,"email":"me",
				"labels":["a",1,"a","b"],"repo":"x","counts":{"a":1.5,"b/c":"x","":null},"extra":1,"priority":"low"}`,
			want: `/titel: expected no property of this name (rename it to "title", which is required)
/priority: expected one of low, medium, high, urgent, got "hgih" (did you mean "high"?)
/due: expected date-time like 2026-01-31T12:00:00Z, got "tomorrow"
/points: expected at most 100, got 105
/ratio: expected a multiple of 0.25, got 0.3
/email: expected email like name@example.com, got "me"
/labels/1: expected string, got number 1 (put it in double quotes)
/repo: expected object, got string "x"
/counts/a: expected integer, got number 1.5 (send a whole number)
/counts/b~1c: expected integer, got string "x"
/counts/: expected integer, got null (a value is needed)
/extra: expected no property of this name (remove it, the properties are title, body, priority, points, ratio, due, email, labels, repo, counts)
/priority: expected each property once, got a second value (send it once)`,
		},
		{
			name: "lengths and items",
			doc:  `{"title":"","labels":["a","b","c","d","e","f"],"repo":{"owner":"o","name":"n"}}`,
			want: `/title: expected at least 1 character, got ""
/labels: expected at most 4 items, got 6 items`,
		},
		{
			name: "characters are counted, not bytes",
			doc:  `{"title":"` + strings.Repeat("ä", 20) + `","labels":["x","x"],"repo":{"owner":"o","name":"n"}}`,
			want: `/labels: expected distinct items, got equal items at 0 and 1 (remove one of them)`,
		},
		{
			name: "too long",
			doc:  `{"title":"` + strings.Repeat("ä", 21) + `","repo":{"owner":"o","name":"n"}}`,
			want: `/title: expected at most 20 characters, got 21 characters`,
		},
		{
			name: "missing",
			doc:  `{"repo":{"name":"n"}}`,
			want: `/repo/owner: expected a value (required), got nothing
/title: expected a value (required), got nothing`,
		},
		{
			name: "a misspelt name belongs to its own object",
			doc:  `{"nam":1,"title":"t","repo":{"owner":"o"}}`,
			want: `/nam: expected no property of this name (remove it, the properties are title, body, priority, points, ratio, due, email, labels, repo, counts)
/repo/name: expected a value (required), got nothing`,
		},
		{
			name: "a misspelt name in a nested object",
			doc:  `{"title":"t","repo":{"owner":"o","nme":"n"}}`,
			want: `/repo/nme: expected no property of this name (rename it to "name", which is required)`,
		},
		{
			name: "a misspelt optional name",
			doc:  `{"title":"t","repo":{"owner":"o","name":"n"},"Prio_rity":"low"}`,
			want: `/Prio_rity: expected no property of this name (did you mean "priority"?)`,
		},
		{
			name: "a misspelt name beside the right one",
			doc:  `{"titel":"t","title":"t","repo":{"owner":"o","name":"n","Name":"n"}}`,
			want: `/titel: expected no property of this name (remove it, "title" is there too)
/repo/Name: expected no property of this name (remove it, "name" is there too)`,
		},
		{
			name: "one name misspelt twice",
			doc:  `{"titel":"t","tilte":"t","repo":{"owner":"o","name":"n"}}`,
			want: `/titel: expected no property of this name (rename it to "title", which is required)
/tilte: expected no property of this name (did you mean "title"?)`,
		},
		{
			name: "syntax errors say where",
			doc:  `{"title":"t","repo":{"owner":"o" "name":"n"}}`,
			want: `/repo: expected "," or "}", got "\"name\":\"n\"}}"`,
		},
		{
			name: "a syntax error in an element",
			doc:  `{"title":"t","labels":["a","\x"]}`,
			want: `/labels/1: expected a valid escape sequence, got "\\x\"]}" (write a backslash as \\)`,
		},
		{
			name: "problems before a syntax error are kept",
			doc:  `{"title":"","points":01}`,
			want: `/title: expected at least 1 character, got ""
(the whole value): expected "," or "}", got "1}"`,
		},
		{name: "trailing bytes", doc: smallDoc + ` ]`, want: `/a: expected no property of this name (remove it, the properties are title, body, priority, points, ratio, due, email, labels, repo, counts)
/b: expected no property of this name (remove it, the properties are title, body, priority, points, ratio, due, email, labels, repo, counts)
/title: expected a value (required), got nothing
/repo: expected a value (required), got nothing
(the whole value): expected the end of the input, got "]" (send one JSON value and nothing after it)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := decoder(c.doc, c.o)
			var v issue
			decodeIssue(d, &v)
			d.End()
			wantLines(t, d.Err(), c.want)
		})
	}
}

func TestDefaultsAndPresence(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		`{"title":"t","repo":{"owner":"o","name":"n"}}`:                   "medium",
		`{"title":"t","repo":{"owner":"o","name":"n"},"priority":null}`:   "medium",
		`{"title":"t","repo":{"owner":"o","name":"n"},"priority":"high"}`: "high",
	} {
		d := decoder(doc, codec.Options{})
		var v issue
		decodeIssue(d, &v)
		if d.Err() != nil || v.Priority != want {
			t.Errorf("%s: %q, %v", doc, v.Priority, d.Err())
		}
	}
}

func TestManyProperties(t *testing.T) {
	t.Parallel()
	names := make([]string, 130)
	for i := range names {
		names[i] = fmt.Sprintf("p%d", i)
	}
	read := func(doc string) *codec.Error {
		d := decoder(doc, codec.Options{})
		if !d.OpenObject("") {
			return d.Err()
		}
		var seen [3]uint64
	members:
		for d.NextMember() {
			for i, name := range names {
				if string(d.Key()) == name {
					if d.Once(&seen[i/64], 1<<(i%64), name) {
						d.Int(name, 64)
					}
					continue members
				}
			}
			d.Unknown(names)
		}
		d.Require(seen[0], 1<<3, names)
		d.Require(seen[1], 1<<63, names[64:])
		d.Require(seen[2], 1<<1, names[128:])
		return d.Err()
	}
	wantLines(t, read(`{"p3":1,"p127":2,"p129":3}`), "")
	wantLines(t, read(`{"p64":1,"p0":1,"p128":1,"p128":2}`), `/p128: expected each property once, got a second value (send it once)
/p3: expected a value (required), got nothing
/p127: expected a value (required), got nothing
/p129: expected a value (required), got nothing`)
	if err := read(`{"zzzzzz":1,"p3":1,"p127":2,"p129":3}`); !strings.HasSuffix(err.Error(), "p28, p29 and 100 more)") {
		t.Errorf("%v", err)
	}
}

func TestNoProperties(t *testing.T) {
	t.Parallel()
	d := decoder(`{"a":1,"`+strings.Repeat("b", 70)+`":2}`, codec.Options{})
	d.OpenObject("")
	for d.NextMember() {
		d.Unknown(nil)
	}
	d.Require(0, 0, nil)
	wantLines(t, d.Err(), `/a: expected no property of this name (remove it, there are no properties)
/`+strings.Repeat("b", 64)+`…: expected no property of this name (remove it, there are no properties)`)
}

func TestContainerLimit(t *testing.T) {
	t.Parallel()
	count := func(n int, o codec.Options) (int, *codec.Error) {
		d := decoder("["+strings.Repeat("{},", n-1)+"{}]", o)
		got := 0
		for ok := d.OpenArray("") && d.NextElement(); ok; ok = d.NextElement() {
			if !d.OpenObject("") {
				break
			}
			for d.NextMember() {
				d.Skip()
			}
			got++
		}
		d.End()
		return got, d.Err()
	}
	for _, c := range []struct {
		n, limit, want int
		err            string
	}{
		{9, 10, 9, ""},
		{10, 10, 9, "(the whole value): expected fewer objects and arrays"},
		{200_000, 0, 1<<17 - 1, "(the whole value): expected fewer objects and arrays"},
		{200_000, -1, 200_000, ""},
	} {
		got, err := count(c.n, codec.Options{MaxContainers: c.limit})
		if got != c.want {
			t.Errorf("%d of %d with limit %d", got, c.n, c.limit)
		}
		wantLines(t, err, c.err)
		if err != nil && err.Violations[0].Keyword != codec.Limit {
			t.Errorf("keyword %s", err.Violations[0].Keyword)
		}
	}
}

// Neither long keys at many levels nor long values make a long answer.
// A key must not be able to forge a line of the answer.
func TestPool(t *testing.T) {
	t.Parallel()
	d := codec.Get([]byte(`{"a":"\u0041","c":1}`), codec.Options{})
	var v small
	decodeSmall(d, &v)
	err := d.Err()
	before := err.Error()
	codec.Put(d)
	for range 3 {
		d := codec.Get([]byte(`{"a":1,"b":2}`), codec.Options{})
		decodeSmall(d, &v)
		if d.End(); d.Err() != nil || d.Conversions() != 0 || d.Strict() {
			t.Errorf("%v", d.Err())
		}
		codec.Put(d)
	}
	if err.Error() != before {
		t.Error("an error changed after its decoder was given back")
	}
}

// Large buffers do not stay in the pool, and reading from it works all the same.
func TestPoolOfLargeBuffers(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200<<10)
	var trees strings.Builder
	for range 5000 {
		trees.WriteString(`{"kind":"` + strings.Repeat("z", 300) + `"},`)
	}
	doc := `{"\u0061` + long + `":"\u0062` + long + `","trees":[` + trees.String() + `0],"kind":"x"}`
	for range 3 {
		d := codec.Get([]byte(doc), codec.Options{})
		if kind, ok := d.Discriminator("kind"); !ok || string(kind) != "x" || !d.OpenObject("") || !d.NextMember() {
			t.Fatal(d.Err())
		}
		key := d.Own(d.Key())
		s, ok := d.String("")
		if !ok || key != "a"+long || string(s) != "b"+long {
			t.Error("not the long strings")
		}
		codec.Put(d)

		e := codec.GetEncoder()
		e.QuotedString(long)
		if e.Len() < len(long) {
			t.Error("not the long string")
		}
		codec.PutEncoder(e)
	}
}

func TestKindString(t *testing.T) {
	t.Parallel()
	for kind, want := range map[codec.Kind]string{
		codec.KindNull: "null", codec.KindBool: "boolean", codec.KindNumber: "number", codec.KindString: "string",
		codec.KindArray: "array", codec.KindObject: "object", codec.KindInvalid: "invalid JSON",
	} {
		if got := kind.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestPeekKind(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]codec.Kind{
		"\n{}": codec.KindObject, "\n[]": codec.KindArray, `"x"`: codec.KindString, `-1`: codec.KindNumber,
		`7`: codec.KindNumber, `true`: codec.KindBool, `false`: codec.KindBool, `null`: codec.KindNull,
		``: codec.KindInvalid, `x`: codec.KindInvalid, `]`: codec.KindInvalid,
	} {
		d := decoder(doc, codec.Options{})
		if got := d.PeekKind(); got != want || d.Err() != nil {
			t.Errorf("%q: %v, want %v", doc, got, want)
		}
	}
}

func TestMapKeys(t *testing.T) {
	t.Parallel()
	d := decoder(`{"-128":1,"127":1,"128":2,"05":3,"-0":4,"+1":5,"1.0":6,"":7,"1e1":8,"-":9}`, codec.Options{})
	var keys []int64
	d.OpenObject("m")
	m := d.Mark()
	for d.NextMember() {
		if k, ok := d.MapKeyInt(8); ok {
			keys = append(keys, k)
			d.Skip()
		}
	}
	d.Under(m, "m")
	if fmt.Sprint(keys) != "[-128 127]" {
		t.Errorf("%v", keys)
	}
	const want = `expected a property name that is an integer between -128 and 127, got `
	wantLines(t, d.Err(), `/m/128: `+want+`"128"
/m/05: `+want+`"05"
/m/-0: `+want+`"-0"
/m/+1: `+want+`"+1"
/m/1.0: `+want+`"1.0"
/m/: `+want+`""
/m/1e1: `+want+`"1e1"
/m/-: `+want+`"-"`)

	d = decoder(`{"0":1,"18446744073709551615":1,"-1":2,"18446744073709551616":3}`, codec.Options{})
	var sum uint64
	for ok := d.OpenObject("") && d.NextMember(); ok; ok = d.NextMember() {
		if k, ok := d.MapKeyUint(64); ok {
			sum |= k
			d.Skip()
		}
	}
	if err := d.Err(); sum != math.MaxUint64 || len(err.Violations) != 2 || err.Violations[0].Keyword != codec.PropertyNames {
		t.Errorf("%d, %v", sum, err)
	}
}

func TestMapDuplicates(t *testing.T) {
	t.Parallel()
	d := decoder(`{"title":"t","repo":{"owner":"o","name":"n"},"counts":{"a":1,"":2,"\u0061":3,"":[4]}}`, codec.Options{})
	var v issue
	decodeIssue(d, &v)
	wantLines(t, d.Err(), `/counts/a: expected each property once, got a second value (send it once)
/counts/: expected each property once, got a second value (send it once)`)
}

func TestDuplicatesInRawValues(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`{`)
	for i := range 100 {
		fmt.Fprintf(&b, `"k%d":%d,`, i, i)
	}
	many := b.String()
	for _, c := range []struct {
		doc, want string
	}{
		{`{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}`, ""},
		{`{"a":1,"b":[{"c":1,"d":"\"c\":","c":2}]}`, "c"},
		{`{"a":1,"\u0061":2}`, "a"},
		{`{"":1,"":2}`, ""},
		{many + `"x":1}`, ""},
		{many + `"k99":1}`, "k99"},
		{many + `"k0":1}`, "k0"},
	} {
		refused := c.want != "" || strings.Contains(c.doc, `"":1`)
		for name, read := range map[string]func(*codec.Decoder){
			"Raw":     func(d *codec.Decoder) { d.Raw("v") },
			"RawSpan": func(d *codec.Decoder) { d.RawSpan("v") },
			"Skip":    func(d *codec.Decoder) { d.Skip() },
			"Any":     func(d *codec.Decoder) { d.Any("v") },
		} {
			d := decoder("["+c.doc+",2]", codec.Options{UniqueKeys: true})
			d.OpenArray("")
			d.NextElement()
			read(d)
			err := d.Err()
			if refused != (err != nil) || err != nil && err.Violations[0].Keyword != codec.Duplicate {
				t.Errorf("%s of %.40s: %v", name, c.doc, err)
			}
			if err != nil && name != "Any" && err.Violations[0].Got != fmt.Sprintf("%q twice", c.want) {
				t.Errorf("%s of %.40s: %v", name, c.doc, err)
			}
			if !d.NextElement() || !d.Skip() || d.NextElement() || d.Failed() {
				t.Errorf("%s of %.40s: does not go on", name, c.doc)
			}
		}
		d := decoder(c.doc, codec.Options{})
		if d.Skip(); d.Err() != nil {
			t.Errorf("Skip of %.40s: %v", c.doc, d.Err())
		}
	}
}
