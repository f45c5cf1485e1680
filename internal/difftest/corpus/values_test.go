package corpus

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/difftest/differ"
)

// TestValues writes Go values of all kinds, good and bad ones, by the encoders
// and by encoding/json. Both write the same, unless the encoder refuses a value:
// then its schema or encoding/json has to refuse it too.
func TestValues(t *testing.T) {
	t.Parallel()
	list, err := subjects()
	if err != nil {
		t.Fatal(err)
	}
	var all counts
	all.whenDone(t, len(slices.DeleteFunc(slices.Clone(list), func(s *subject) bool { return s.own })), func() { all.valuesPage(t) })
	for i, s := range list {
		if s.own {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			var count tally
			r := rand.New(rand.NewPCG(uint64(i), 2))
			for range *rounds {
				v := s.decodeNothing()
				scatter(r, reflect.ValueOf(v).Elem(), 0)
				if msg := s.compareValue(v, &count); msg != "" {
					t.Fatal(msg)
				}
			}
			all.add(s.name, &count)
		})
	}
}

// compareValue writes a value in both ways. It gives what is wrong, or "".
func (s *subject) compareValue(v any, count *tally) string {
	differ.Fill(v)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	failure := enc.Encode(v)
	want := strings.TrimSuffix(b.String(), "\n")
	got, err := s.write(v)
	switch {
	case failure != nil && err == nil:
		return fmt.Sprintf("encoding/json does not write what becomes %s: %v", got, failure)
	case failure != nil:
		count.broken++
		return ""
	}
	verdict, leaves := s.out.Judge([]byte(want))
	switch {
	case err != nil && verdict == differ.Accepted:
		reason := s.excuse([]byte(want), err)
		if reason == "" {
			return fmt.Sprintf("the encoder refuses %s: %v", want, err)
		}
		count.explain(reason)
	case err != nil:
		count.broken++
	case verdict == differ.Refused && excuseLeaves([]byte(want), leaves) == "":
		return fmt.Sprintf("the encoder writes %s, the schema has %v", want, leaves)
	case string(got) != want:
		return fmt.Sprintf("written %s\nbut not %s", got, want)
	default:
		count.written++
	}
	return ""
}

// decodeNothing gives a pointer to a new value.
func (s *subject) decodeNothing() any {
	v, _ := s.strictly([]byte(`{}`))
	p := reflect.ValueOf(v)
	p.Elem().SetZero() // without defaults
	return v
}

var (
	letters = []string{"a", "B", "9", " ", "<", ">", "&", `"`, `\`, "/", "\x00", "\x1f", "\x7f", "\n", "\t", "\xff", "\xc3\x28", "\xed\xa0\x80", "é", "\u2028", "\u2029", "\ufffd", "😀"}
	wholes  = []int64{0, 1, -1, 7, 100, 127, -128, 255, 32767, 65535, 1 << 31, -1 << 31, 1<<53 + 1, math.MaxInt64, math.MinInt64}
	floats  = []float64{0, math.Copysign(0, -1), 1, 0.1, 0.5, -2.5, 1e20, 1e21, 1e-6, 1e-7, 123456789, 1.0 / 3, math.MaxFloat64, math.SmallestNonzeroFloat64, math.NaN(), math.Inf(1), 3.4e38, 100, 0.25}
	texts   = []string{"10.0.0.1", "::1", "10.0.0.0/8", "10.0.0.1:80", "3/4", "12", "-0.5", "123e4567-e89b-12d3-a456-426614174000", "#0a0b0c", "abc"}
	lexemes = []json.Number{"", "0", "-0", "1.50", "1e400", "12345678901234567890", "-3", "50", "x", "01", "0x1"}
	raws    = []string{"null", "1", `{"a":[1,  2]}`, `"\u003c"`, "[]", "", "{", `{"a":1,"a":2}`}
)

// scatter sets everything that a value consists of.
func scatter(r *rand.Rand, v reflect.Value, depth int) {
	if !v.CanSet() || r.IntN(8) == 0 {
		return
	}
	if scatterSpecial(r, v) {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(wholes[r.IntN(len(wholes))])
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(wholes[r.IntN(len(wholes))]))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(floats[r.IntN(len(floats))])
		if r.IntN(4) > 0 && math.IsNaN(v.Float()*0) { // fewer of those that have no form
			v.SetFloat(0.75)
		}
	case reflect.String:
		var b strings.Builder
		for range r.IntN(6) {
			b.WriteString(letters[r.IntN(len(letters))])
		}
		v.SetString(b.String())
	case reflect.Pointer:
		if depth < 8 {
			v.Set(reflect.New(v.Type().Elem()))
			scatter(r, v.Elem(), depth+1)
		}
	case reflect.Interface:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf([]any{"a<b\u2028", 1.5, true, map[string]any{"b": 1, "a": []any{nil}}, json.Number("7"), 12, []string(nil), uint8(3)}[r.IntN(8)]))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			scatter(r, v.Field(i), depth+1)
		}
	case reflect.Array:
		for i := range v.Len() {
			scatter(r, v.Index(i), depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(max(1, 4-depth/2)), 8))
		for i := range v.Len() {
			scatter(r, v.Index(i), depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range r.IntN(max(1, 4-depth/2)) {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			scatter(r, key, depth+1)
			scatter(r, elem, depth+1)
			v.SetMapIndex(key, elem)
		}
	}
}

// scatterSpecial sets values whose parts are not free.
func scatterSpecial(r *rand.Rand, v reflect.Value) bool {
	switch p := v.Addr().Interface().(type) {
	case *json.Number:
		*p = lexemes[r.IntN(len(lexemes))]
		return true
	case *json.RawMessage:
		*p = json.RawMessage(raws[r.IntN(len(raws))])
		return true
	case *time.Time:
		*p = time.Unix(r.Int64N(1<<36)-1<<35, r.Int64N(1e9)).In(time.FixedZone("", (r.IntN(49)-24)*1800))
		if r.IntN(20) == 0 {
			*p = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		return true
	case encoding.TextUnmarshaler:
		for range 20 {
			if p.UnmarshalText([]byte(texts[r.IntN(len(texts))])) == nil {
				break
			}
		}
		return true
	case json.Unmarshaler:
		_ = p.UnmarshalJSON([]byte(`"` + texts[r.IntN(len(texts))] + `"`)) // stays as it is
		return true
	}
	switch v.Type() {
	case reflect.TypeFor[Unit]():
		v.SetString(string([]Unit{Kilogram, Pound, Stone, "x"}[r.IntN(4)]))
		return true
	case reflect.TypeFor[Level]():
		v.SetInt(int64(r.IntN(4)) - 1)
		return true
	}
	return false
}
