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
			case verdict == differ.Accepted && problems != nil && !beyond(problems):
				t.Fatalf("%s\nthe schema accepts it, the decoder does not: %v", doc, problems)
			case verdict == differ.Refused && problems == nil:
				t.Fatalf("%s\nthe decoder accepts it, the schema does not: %v", doc, leaves)
			case problems == nil:
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

// beyond tells that numbers beyond the Go type are all that is wrong.
func beyond(err *codec.Error) bool {
	for _, v := range err.Violations {
		if v.Keyword != codec.Range {
			return false
		}
	}
	return true
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
	var again T
	decode(d, &again)
	d.End()
	differ.Fill(&again)
	if err := d.Err(); err != nil || !differ.Equal(v, &again) {
		t.Fatalf("%s\nis read again as %+v, %v", e.Bytes(), again, err)
	}
}
