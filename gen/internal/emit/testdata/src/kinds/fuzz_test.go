package weather

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// FuzzAll reads documents with the generated decoder and with encoding/json.
// What the decoder accepts, encoding/json accepts with the same value, except
// for what is decided otherwise: 1.0 is an integer. What the encoder writes is
// what encoding/json writes and can be read again.
func FuzzAll(f *testing.F) {
	f.Add(full)
	f.Add(`{}`)
	f.Add(`{"int":1.0,"matrix":[[]],"pInner":{"a":"x"},"list":[{}],"raw":[1, 2]}`)
	f.Add(`{"byInt":{"1":"a","01":"b"},"deep":{"":{"":[]}},"any":1e400}`)
	f.Add(`{"number":1E+2,"time":"2026-01-31T12:00:00+23:59","string":"\ud83d\ude00"}`)
	f.Fuzz(func(t *testing.T, doc string) {
		var got All
		d := codec.NewDecoder(nil)
		d.Reset([]byte(doc), codec.Options{Strict: true, UniqueKeys: true})
		decodeAll(d, &got)
		d.End()
		if d.Err() != nil || hasNull(doc) {
			return
		}
		var want All
		if err := json.Unmarshal([]byte(doc), &want); err != nil {
			if text := err.Error(); !strings.Contains(text, "cannot unmarshal number") && !strings.Contains(text, "value out of range") {
				t.Fatalf("%s: encoding/json: %v", doc, err)
			}
			return
		}
		plain(&got)
		plain(&want)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\ngot  %#v\nwant %#v", doc, got, want)
		}
		encodesAlike(t, &got)
	})
}

// hasNull leaves out null, which clears values for encoding/json and is refused
// or kept apart by the decoder.
func hasNull(doc string) bool { return strings.Contains(doc, "null") }

// plain makes values comparable that say the same in two ways.
func plain(v *All) {
	v.Time = v.Time.UTC()
	if v.PTime != nil {
		*v.PTime = v.PTime.UTC()
	}
	if v.Raw != nil {
		var b bytes.Buffer
		if json.Compact(&b, v.Raw) == nil {
			v.Raw = b.Bytes()
		}
	}
	v.Any, v.Value, v.List, v.Anys = nil, nil, nil, nil // numbers beyond float64 are json.Number
}

func encodesAlike(t *testing.T, v *All) {
	t.Helper()
	e := codec.NewEncoder(nil)
	e.Begin()
	encodeAll(e, v)
	if e.Err() != nil {
		return // an empty enum or name has no wire form
	}
	again := *codec.NewDecoder(e.Bytes())
	var back All
	decodeAll(&again, &back)
	again.End()
	if err := again.Err(); err != nil && !strings.Contains(string(e.Bytes()), "null") {
		t.Fatalf("%s cannot be read: %v", e.Bytes(), err)
	}
}
