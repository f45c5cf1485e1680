package codec_test

import (
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// A tree is a union: its variants are told apart by kind.
type tree struct {
	Kind     string
	Value    int64
	Children []tree
}

var treeKinds = [...]string{"leaf", "node"}

func decodeTree(d *codec.Decoder, v *tree) {
	kind, ok := d.Discriminator("kind")
	if !ok {
		return
	}
	switch string(kind) {
	case "leaf":
		decodeLeaf(d, v)
	case "node":
		decodeNode(d, v)
	default:
		d.Enum("kind", treeKinds[:])
		d.Skip()
	}
}

func decodeLeaf(d *codec.Decoder, v *tree) {
	names := []string{"kind", "value"}
	v.Kind = "leaf"
	if !d.OpenObject("") {
		return
	}
	var seen uint64
	for d.NextMember() {
		switch string(d.Key()) {
		case "kind":
			if d.Once(&seen, 1<<0, "kind") {
				d.Skip()
			}
		case "value":
			if d.Once(&seen, 1<<1, "value") {
				v.Value, _ = d.Int("value", 64)
			}
		default:
			d.Unknown(names)
		}
	}
	d.Require(seen, 0b11, names)
}

func decodeNode(d *codec.Decoder, v *tree) {
	names := []string{"kind", "children", "note"}
	v.Kind = "node"
	if !d.OpenObject("") {
		return
	}
	var seen uint64
	for d.NextMember() {
		switch string(d.Key()) {
		case "kind":
			if d.Once(&seen, 1<<0, "kind") {
				d.Skip()
			}
		case "children":
			if d.Once(&seen, 1<<1, "children") && d.OpenArray("children") {
				m := d.Mark()
				for i := 0; d.NextElement(); i++ {
					em := d.Mark()
					v.Children = append(v.Children, tree{})
					decodeTree(d, &v.Children[i])
					d.UnderIndex(em, i)
				}
				d.Under(m, "children")
			}
		case "note":
			if d.OnceOptional(&seen, 1<<2, "note") {
				d.String("note")
			}
		default:
			d.Unknown(names)
		}
	}
	d.Require(seen, 0b011, names)
}

func (v *tree) sum() int64 {
	n := v.Value
	for i := range v.Children {
		n += v.Children[i].sum()
	}
	return n
}

func TestDiscriminator(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, doc string
		sum       int64
		want      string
	}{
		{name: "first", doc: `{"kind":"leaf","value":1}`, sum: 1},
		{name: "last", doc: ` { "value" : 1 , "kind" : "leaf" } `, sum: 1},
		{name: "escaped", doc: `{"value":1,"\u006bind":"l\u0065af"}`, sum: 1},
		{name: "nested", doc: `{"children":[{"value":1,"kind":"leaf"},{"children":[{"kind":"leaf","value":2}],"kind":"node"}],"kind":"node"}`, sum: 3},
		{name: "in strings", doc: `{"children":["{\"value\":1,\"kind\":\"leaf\"}",{"kind":"leaf","value":"2"}],"kind":"node"}`, sum: 3},
		{name: "a key like the tag in a value", doc: `{"children":[],"note":"\"kind\":\"leaf\"","kind":"node"}`},
		{name: "no object", doc: `[]`, want: `(the whole value): expected object, got array`},
		{name: "null", doc: `null`, want: `(the whole value): expected object, got null (a value is needed)`},
		{name: "missing", doc: `{"value":1}`, want: `/kind: expected a value (required), got nothing`},
		{name: "empty", doc: ` { } `, want: `/kind: expected a value (required), got nothing`},
		{name: "no string", doc: `{"kind":1}`, want: `/kind: expected string, got number 1 (put it in double quotes)`},
		{name: "an object", doc: `{"kind":{"a":1}}`, want: `/kind: expected string, got object`},
		{name: "broken", doc: `{"kind":{"a":1]}`, want: `(the whole value): expected "," or "}", got "]}"`},
		{
			name: "unknown", doc: `{"kind":"node","children":[{"kind":"laef","value":1},{"kind":"x\n"}]}`,
			want: `/children/0/kind: expected one of leaf, node, got "laef" (did you mean "leaf"?)
/children/1/kind: expected one of leaf, node, got "x\n"`,
		},
		{
			name: "twice", doc: `{"kind":"leaf","value":1,"kind":"node"}`, sum: 1,
			want: `/kind: expected each property once, got a second value (send it once)`,
		},
		{
			name: "properties of another variant", doc: `{"value":1,"kind":"node"}`,
			want: `/value: expected no property of this name (remove it, the properties are kind, children, note)
/children: expected a value (required), got nothing`,
		},
		{name: "syntax before the tag", doc: `{"value":01,"kind":"leaf"}`, want: `(the whole value): expected "," or "}", got "1,\"kind\":\"le"`},
		{name: "syntax in the tag", doc: `{"value":1,"kind":"le`, want: `/kind: expected the closing quote of a string, got the end of the input (send the complete value)`},
		{name: "syntax in a nested value", doc: `{"children":[{"a":[1,}],"kind":"node"}`, want: `(the whole value): expected a JSON value, got "}],\"kind\":\"n" (remove the comma before it)`},
		{name: "syntax: missing colon", doc: `{"value" 1,"kind":"node"}`, want: `(the whole value): expected ":" after the property name, got "1,\"kind\":\"no"`},
		{name: "syntax: wrong bracket", doc: `{"children":{"a":1],"kind":"node"}`, want: `(the whole value): expected "," or "}", got "],\"kind\":\"no"`},
		{name: "syntax: missing comma", doc: `{"children":[{}{}],"kind":"node"}`, want: `(the whole value): expected "," or "]", got "{}],\"kind\":\""`},
		{name: "syntax in a key", doc: "{\"\x01\":1,\"kind\":\"node\"}", want: `(the whole value): expected no control character in a string, got "\u0001\":1,\"kind\":" (escape it, a line break is \n)`},
		{name: "syntax after the tag", doc: `{"value":1,"kind":"leaf"]`, sum: 1, want: `(the whole value): expected "," or "}", got "]"`},
		{name: "missing and broken", doc: `{"value":1`, want: `(the whole value): expected "," or "}", got the end of the input (send the complete value)`},
		{name: "too deep", doc: `{"children":` + nested(256, "") + `,"kind":"node"}`, want: `(the whole value): expected at most 256 levels of objects and arrays`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := decoder(c.doc, codec.Options{})
			var v tree
			decodeTree(d, &v)
			d.End()
			wantLines(t, d.Err(), c.want)
			if c.sum != v.sum() {
				t.Errorf("sum %d, want %d", v.sum(), c.sum)
			}
		})
	}
}

// deepTree is a chain of n nodes, each with its tag last and a note of size
// bytes.
func deepTree(n, size int) string {
	note := strings.Repeat("x", size)
	return strings.Repeat(`{"note":"`+note+`","children":[`, n) + `{"value":1,"kind":"leaf"}` +
		strings.Repeat(`],"kind":"node"}`, n)
}

func TestDiscriminatorDeep(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 10, 100, 1000} {
		for _, n := range []int{1, 5, 50, 127} {
			doc := deepTree(n, size)
			d := decoder(`{"kind":"node","children":[`+doc+","+doc+`,{"children":[],"kind":"node"}]}`, codec.Options{})
			var v tree
			decodeTree(d, &v)
			if d.End(); d.Err() != nil && n < 127 || v.sum() != 2 && n < 127 {
				t.Errorf("%d nodes with %d bytes: %d, %v", n, size, v.sum(), d.Err())
			}
			if err := d.Err(); n == 127 && (err == nil || err.Violations[0].Keyword != codec.Limit) {
				t.Errorf("%d nodes: %v", n, err)
			}
		}
	}
}

func TestDiscriminatorAtTheDeepestLevel(t *testing.T) {
	t.Parallel()
	d := decoder(strings.Repeat(`{"kind":"node","children":[`, 128)+`{}`, codec.Options{})
	var v tree
	decodeTree(d, &v)
	if err := d.Err(); len(err.Violations) != 1 || err.Violations[0].Keyword != codec.Limit {
		t.Error(err)
	}
}

func BenchmarkDiscriminatorLast(b *testing.B) {
	doc := []byte(deepTree(120, 8000))
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		d := codec.Get(doc, codec.Options{})
		var v tree
		decodeTree(d, &v)
		if d.Err() != nil {
			b.Fatal(d.Err())
		}
		codec.Put(d)
	}
}
