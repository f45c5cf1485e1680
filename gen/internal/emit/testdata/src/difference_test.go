package weather

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	rt "github.com/mcpgen/mcpgen/runtime/codec"
)

// A differential compares a decoder and an encoder with the schemas that are
// published for them: both have to accept the same documents.
type differential[T any] struct {
	decode        func(*rt.Decoder, *T)
	encode        func(*rt.Encoder, *T)
	input, output string   // schemas
	narrower      []string // beginnings of pointers where a Go type allows less than its schema can say
}

// run tries damaged forms of a good document.
func (d differential[T]) run(t *testing.T, doc string, rounds int) {
	t.Helper()
	input, output := compileSchema(t, d.input), compileSchema(t, d.output)
	r := rand.New(rand.NewPCG(1, 2))
	accepted := 0
	for range rounds {
		text := damage(r, doc)
		var v T
		dec := rt.NewDecoder(nil)
		dec.Reset([]byte(text), rt.Options{Strict: true})
		d.decode(dec, &v)
		dec.End()
		err := dec.Err()
		if valid := input.Validate(instance(t, text)); (valid == nil) != (err == nil) && !d.excused(err) {
			t.Fatalf("%s\ndecoder: %v\nschema: %v", text, err, valid)
		}
		if err != nil {
			continue
		}
		accepted++
		enc := rt.NewEncoder(nil)
		enc.Begin()
		d.encode(enc, &v)
		err = enc.Err()
		if valid := output.Validate(instance(t, string(enc.Bytes()))); (valid == nil) != (err == nil) && !d.excused(err) {
			t.Fatalf("%s\nencoder: %v\nschema: %v", enc.Bytes(), err, valid)
		}
	}
	if accepted < rounds/30 || accepted > rounds*9/10 {
		t.Errorf("%d of %d documents were accepted; the test shows little", accepted, rounds)
	}
}

func (d differential[T]) excused(err *rt.Error) bool {
	return err != nil && !slices.ContainsFunc(err.Violations, func(v rt.Violation) bool {
		return !slices.ContainsFunc(d.narrower, func(p string) bool { return strings.HasPrefix(v.Pointer, p) })
	})
}

func compileSchema(t *testing.T, text string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	c.AssertFormat, c.AssertContent = true, true
	if err := c.AddResource("schema.json", strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("schema.json")
}

func instance(t *testing.T, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// values take the place of good ones.
var values = []string{
	`null`, `true`, `0`, `1`, `-1`, `5`, `1.0`, `1e2`, `0.5`, `0.25`, `-0`, `127`, `128`, `-128`, `-129`, `255`, `256`, `1e300`,
	`9223372036854775807`, `9223372036854775808`, `18446744073709551615`, `18446744073709551616`, `99`, `100`,
	`""`, `"x"`, `"a"`, `"red"`, `"1"`, `"true"`, `"01"`, `"AB12"`, `"a@b.c"`, `"10.0.0.1"`, `"::1"`, `"http://a"`, `"/rel"`, `"1h"`, `"-1s"`,
	`"AQ=="`, `"AQ"`, `"2026-01-31T12:00:00+23:59"`, `"2026-02-29T12:00:00Z"`, `"é"`, `"😀😀😀"`, `"\u0000"`,
	`[]`, `[1]`, `[1,1]`, `["red"]`, `["red","red"]`, `["red","blue"]`, `[null]`, `[[]]`, `{}`, `{"a":1}`, `{"1":1}`, `{"01":1}`, `{"a":"b"}`, `{"a":null}`,
}

// damage changes up to three places of a document.
func damage(r *rand.Rand, doc string) string {
	d := json.NewDecoder(strings.NewReader(doc))
	d.UseNumber()
	root := readTree(d)
	for range 1 + r.IntN(3) {
		var all []*tree
		root.list(&all)
		n := all[r.IntN(len(all))]
		switch i := r.IntN(max(1, len(n.kids))); {
		case n == root && r.IntN(2) == 0, len(n.kids) > 0 && r.IntN(4) == 0: // one part less, or one more
			if r.IntN(3) == 0 {
				n.kids = append(n.kids, tree{key: "extra" + n.kids[i].key, text: values[r.IntN(len(values))]})
			} else {
				n.kids = slices.Delete(n.kids, i, i+1)
			}
		case n != root:
			*n = tree{key: n.key, text: values[r.IntN(len(values))]}
		}
		if len(root.kids) == 0 {
			break
		}
	}
	var b bytes.Buffer
	root.write(&b, false)
	return b.String()
}

// A tree is a JSON value that can be changed: a text, or an array or object.
type tree struct {
	key  string
	text string
	open byte // '[', '{' or 0
	kids []tree
}

func readTree(d *json.Decoder) *tree {
	t, err := d.Token()
	if err != nil {
		panic(err)
	}
	open, ok := t.(json.Delim)
	if !ok {
		text, err := json.Marshal(t)
		if err != nil {
			panic(err)
		}
		return &tree{text: string(text)}
	}
	out := &tree{open: byte(open)}
	for d.More() {
		key := ""
		if open == '{' {
			k, err := d.Token()
			if err != nil {
				panic(err)
			}
			key, _ = k.(string)
		}
		kid := readTree(d)
		kid.key = key
		out.kids = append(out.kids, *kid)
	}
	if _, err := d.Token(); err != nil {
		panic(err)
	}
	return out
}

func (n *tree) list(out *[]*tree) {
	*out = append(*out, n)
	for i := range n.kids {
		n.kids[i].list(out)
	}
}

func (n *tree) write(b *bytes.Buffer, keyed bool) {
	if keyed {
		key, _ := json.Marshal(n.key)
		b.Write(key)
		b.WriteByte(':')
	}
	if n.open == 0 {
		b.WriteString(n.text)
		return
	}
	b.WriteByte(n.open)
	for i := range n.kids {
		if i > 0 {
			b.WriteByte(',')
		}
		n.kids[i].write(b, n.open == '{')
	}
	b.WriteByte(n.open + 2)
}
