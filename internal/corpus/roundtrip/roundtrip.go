// Package roundtrip compares the generated code of one struct with its schema
// and with encoding/json.
package roundtrip

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/difftest/differ"
	"github.com/mcpgen/mcpgen/runtime/codec"
)

// documents is how many are made for a struct.
const documents = 150

// Run makes documents for the schema of a struct, good ones and bad ones. The
// decoder accepts those that the schema accepts, and gives the value that
// encoding/json gives; the encoder writes what encoding/json writes; and what it
// writes is the same value when it is read again.
func Run[T any](t *testing.T, name, schema string, decode func(*codec.Decoder, *T), encode func(*codec.Encoder, *T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		oracle, err := differ.NewOracle(schema)
		if err != nil {
			t.Fatal(err)
		}
		m, err := differ.NewMaker(schema, rand.New(rand.NewPCG(1, 2)))
		if err != nil {
			t.Fatal(err)
		}
		m.Plain = true // encoding/json does not read escapes in times
		accepted := 0
		for i := range documents {
			if m.Harm = 0; i%3 == 0 {
				m.Harm = 30
			}
			doc := m.Document()
			v, problems := read(doc, decode)
			verdict, leaves := oracle.Judge(doc)
			switch {
			case verdict == differ.Accepted && problems != nil && !beyond[T](doc, problems):
				t.Fatalf("%s\nthe schema accepts it, the decoder does not: %v", doc, problems)
			case verdict == differ.Refused && problems == nil && !lax(leaves):
				t.Fatalf("%s\nthe decoder accepts it, the schema does not: %v", doc, leaves)
			case verdict == differ.Accepted && problems == nil:
				accepted++
				compare(t, doc, v, decode, encode)
			}
		}
		if accepted < documents/10 {
			t.Errorf("%d of %d documents were accepted; the test shows little", accepted, documents)
		}
	})
}

// read decodes by the letter of the schema.
func read[T any](doc []byte, decode func(*codec.Decoder, *T)) (*T, *codec.Error) {
	d := codec.NewDecoder(nil)
	d.Reset(doc, codec.Options{Strict: true, UniqueKeys: true})
	v := new(T)
	decode(d, v)
	d.End()
	return v, d.Err()
}

// beyond tells that all that is wrong are numbers beyond the Go type, and values
// that a type with its own JSON form refuses when encoding/json asks it, too.
func beyond[T any](doc []byte, err *codec.Error) bool {
	own := false
	for _, v := range err.Violations {
		switch v.Keyword {
		case codec.Range:
		case codec.Format:
			own = true
		default:
			return false
		}
	}
	return !own || json.Unmarshal(doc, new(T)) != nil
}

// compare holds a value against encoding/json, and writes it.
func compare[T any](t *testing.T, doc []byte, v *T, decode func(*codec.Decoder, *T), encode func(*codec.Encoder, *T)) {
	t.Helper()
	var want T
	std := json.NewDecoder(bytes.NewReader(doc))
	std.UseNumber()
	err := std.Decode(&want)
	if _, lower := errors.AsType[*time.ParseError](err); lower {
		return // "t" and "z" are RFC 3339, but not package time's
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && strings.HasPrefix(e.Value, "number ") {
		return // 1.0 is an integer, but not encoding/json's
	}
	if err != nil {
		t.Fatalf("%s\nencoding/json: %v", doc, err)
	}
	if !differ.Equal(v, &want) {
		t.Fatalf("%s\ngot  %+v\nwant %+v", doc, *v, want)
	}
	differ.Fill(v)
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatalf("%+v: %v", *v, err)
	}
	e := codec.NewEncoder(nil)
	e.Begin()
	encode(e, v)
	if e.Err() != nil {
		return // an enumeration without a value, which is none of its values
	}
	if text := strings.TrimSuffix(b.String(), "\n"); string(e.Bytes()) != text {
		t.Fatalf("written %s\nbut not %s", e.Bytes(), text)
	}
	d := codec.NewDecoder(e.Bytes())
	var again, other T
	decode(d, &again)
	d.End()
	problems := d.Err()
	if problems != nil && beyond[T](e.Bytes(), problems) {
		return // what a type wrote itself it does not read, such as the year 10000
	}
	std = json.NewDecoder(bytes.NewReader(e.Bytes()))
	std.UseNumber()
	if err := std.Decode(&other); err != nil || problems != nil {
		t.Fatalf("%s\nis read again with %v, %v", e.Bytes(), problems, err)
	}
	// Types may remember how a value was spelled, so what is written is compared.
	if got, want := written(&again, encode), written(&other, encode); got != want {
		t.Fatalf("%s\nis read again, and written as\n%s\nbut not\n%s", e.Bytes(), got, want)
	}
}

// written encodes a value.
func written[T any](v *T, encode func(*codec.Encoder, *T)) string {
	differ.Fill(v)
	e := codec.NewEncoder(nil)
	e.Begin()
	encode(e, v)
	return string(e.Bytes())
}

// lax tells that all that a schema has against a document are formats of texts
// which a type with its own JSON form takes: it is the one to know.
func lax(leaves []differ.Leaf) bool {
	texts := map[string]bool{}
	for _, l := range leaves {
		texts[l.Pointer] = texts[l.Pointer] || l.Keyword == "format"
	}
	for _, format := range texts {
		if !format {
			return false
		}
	}
	return true
}
