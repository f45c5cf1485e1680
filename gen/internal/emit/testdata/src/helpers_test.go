package weather

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	rt "github.com/mcpgen/mcpgen/runtime/codec"
)

// read decodes a document that has to be good.
func read[T any](t *testing.T, decode func(*rt.Decoder, *T), doc string) T {
	t.Helper()
	var v T
	d := rt.NewDecoder([]byte(doc))
	decode(d, &v)
	d.End()
	if err := d.Err(); err != nil {
		t.Errorf("%s: %v", doc, err)
	}
	return v
}

// refuse decodes a document that has one mistake.
func refuse[T any](t *testing.T, decode func(*rt.Decoder, *T), doc, want string) {
	t.Helper()
	var v T
	d := rt.NewDecoder([]byte(doc))
	decode(d, &v)
	d.End()
	err := d.Err()
	if err == nil {
		t.Errorf("%s was accepted", doc)
		return
	}
	if text := err.Error(); !strings.HasPrefix(text, "1 problem:") || !strings.Contains(text, want) {
		t.Errorf("%s: got %s, want %q", doc, text, want)
	}
}

// same compares two Go values.
func same[T any](t *testing.T, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
}

// write encodes a value that has to be good.
func write[T any](t *testing.T, encode func(*rt.Encoder, *T), v *T, want string) {
	t.Helper()
	e := rt.NewEncoder(nil)
	encode(e, v)
	if err := e.Err(); err != nil {
		t.Errorf("%#v: %v", v, err)
	}
	if got := string(e.Bytes()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// fail encodes a value that breaks its schema.
func fail[T any](t *testing.T, encode func(*rt.Encoder, *T), v *T, want string) {
	t.Helper()
	e := rt.NewEncoder(nil)
	e.Begin()
	encode(e, v)
	err := e.Err()
	if err == nil {
		t.Errorf("%#v was written: %s", v, e.Bytes())
		return
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
	if !json.Valid(e.Bytes()) {
		t.Errorf("not JSON: %s", e.Bytes())
	}
}

// agree reads a document with the generated decoder and with encoding/json, and
// writes what came with both encoders.
func agree[T any](t *testing.T, decode func(*rt.Decoder, *T), encode func(*rt.Encoder, *T), doc string) {
	t.Helper()
	got := read(t, decode, doc)
	var want T
	if err := json.Unmarshal([]byte(doc), &want); err != nil {
		t.Fatalf("%s: %v", doc, err)
	}
	same(t, got, want)
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(&want); err != nil {
		t.Fatal(err)
	}
	write(t, encode, &got, strings.TrimSuffix(b.String(), "\n"))
}

func codecFor(doc string) *rt.Decoder { return rt.NewDecoder([]byte(doc)) }

// asStandard compares what the generated encoder writes with encoding/json.
func asStandard[T any](t *testing.T, encode func(*rt.Encoder, *T), v *T) {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	write(t, encode, v, strings.TrimSuffix(b.String(), "\n"))
}
