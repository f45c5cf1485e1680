package codec_test

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

func TestAny(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]any{
		`null`:       nil,
		`true`:       true,
		`"a\n"`:      "a\n",
		`[]`:         []any{},
		`{}`:         map[string]any{},
		`[1,[2],{}]`: []any{1.0, []any{2.0}, map[string]any{}},
		"\n{\"a\":{\"b\":null},\"c\":[false,\"x\"]}\n": map[string]any{"a": map[string]any{"b": nil}, "c": []any{false, "x"}},
		// Strings stay strings: any is not a target to convert to.
		`"5"`: "5", `"[1]"`: "[1]",

		`0`:                      0.0,
		`-0`:                     math.Copysign(0, -1),
		`1.0`:                    1.0,
		`1e2`:                    100.0,
		`0.1`:                    0.1,
		`-12.375`:                -12.375,
		`123456789012345`:        123456789012345.0,
		`9007199254740992`:       9007199254740992.0,
		`-9007199254740992`:      -9007199254740992.0,
		`9007199254740993`:       json.Number("9007199254740993"),
		`9007199254740994`:       json.Number("9007199254740994"),
		`18446744073709551615`:   json.Number("18446744073709551615"),
		`0.1000000000000000055`:  json.Number("0.1000000000000000055"),
		`0.10000000000000001`:    json.Number("0.10000000000000001"),
		`3.141592653589793`:      3.141592653589793,
		`3.1415926535897932`:     json.Number("3.1415926535897932"),
		`1.7976931348623157e308`: math.MaxFloat64,
		`1e22`:                   1e22,
		`1e309`:                  json.Number("1e309"),
		`5e-324`:                 5e-324,
		`1e-400`:                 json.Number("1e-400"),
		`4e-324`:                 json.Number("4e-324"),
		`0e999`:                  0.0,
		hugeExponent:             json.Number(hugeExponent),
		tinyExponent:             json.Number(tinyExponent),
		longInteger:              json.Number(longInteger),
		longZeros:                1.0,
	} {
		d := decoder(doc, codec.Options{})
		got, ok := d.Any("")
		d.End()
		if !ok || !reflect.DeepEqual(got, want) || d.Err() != nil || d.Conversions() != 0 {
			t.Errorf("%.40s: %T %.40v, want %T %.40v, %v", doc, got, got, want, want, d.Err())
		}
		if f, isFloat := got.(float64); isFloat && math.Signbit(f) != math.Signbit(want.(float64)) {
			t.Errorf("%.40s: wrong sign", doc)
		}
	}
}

func TestAnyViolations(t *testing.T) {
	t.Parallel()
	d := decoder(`{"a":[1,{"x":1,"x":[2]}],"b":{"":1,"":2},"a":3}`, codec.Options{})
	v, ok := d.Any("v")
	if ok || v == nil {
		t.Errorf("%v, %v", v, ok)
	}
	wantLines(t, d.Err(), `/v/a/1/x: expected each property once, got a second value (send it once)
/v/b/: expected each property once, got a second value (send it once)
/v/a: expected each property once, got a second value (send it once)`)

	d = decoder(`{"a":[1,{"x":}]}`, codec.Options{})
	if _, ok := d.Any("v"); ok {
		t.Error("accepted")
	}
	wantLines(t, d.Err(), `/v/a/1/x: expected a JSON value, got "}]}"`)

	d = decoder("["+strings.Repeat("[],", 20)+"[]]", codec.Options{MaxContainers: 10})
	if _, ok := d.Any(""); ok {
		t.Error("too many containers are accepted")
	}
	wantLines(t, d.Err(), `/9: expected fewer objects and arrays`)
}

// A value is reported as bad even when the violation was only counted.
func TestAnyAfterTheCap(t *testing.T) {
	t.Parallel()
	d := decoder(`{"a":1,"a":1}`, codec.Options{})
	for range 20 {
		d.Fail("x", "nothing")
	}
	if _, ok := d.Any(""); ok {
		t.Error("accepted")
	}
}

func TestAnyAgainstEncodingJSON(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{issueDoc, smallDoc, `[1.5,"a",{"b":[null]},9007199254740993,1e400]`, manyDoc} {
		d := decoder(doc, codec.Options{MaxContainers: -1})
		ours, ok := d.Any("")
		if !ok {
			t.Fatal(d.Err())
		}
		theirs := json.NewDecoder(strings.NewReader(doc))
		theirs.UseNumber()
		var want any
		if err := theirs.Decode(&want); err != nil {
			t.Fatal(err)
		}
		a, err := json.Marshal(floats(ours))
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(floats(want))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%.100s\n%.100s", a, b)
		}
	}
}

// floats replaces numbers by json.Number in one form.
func floats(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = floats(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = floats(v[k])
		}
	case json.Number:
		if f, err := v.Float64(); err == nil && codec.CompareNumbers(string(v), string(appendFloat(f))) == 0 {
			return f
		}
	}
	return v
}

func appendFloat(f float64) []byte {
	e := codec.NewEncoder(nil)
	e.Float(f, 64)
	return e.Bytes()
}

func TestFirstDuplicate(t *testing.T) {
	t.Parallel()
	many := make([]int, 1000)
	for i := range many {
		many[i] = i
	}
	twice := slices.Clone(many)
	twice[999] = 500
	for _, c := range []struct {
		s     []int
		i, j  int
		found bool
	}{
		{nil, 0, 0, false},
		{[]int{1}, 0, 0, false},
		{[]int{1, 2, 1, 2}, 0, 2, true},
		{many, 0, 0, false},
		{twice, 500, 999, true},
	} {
		if i, j, found := codec.FirstDuplicate(c.s); i != c.i || j != c.j || found != c.found {
			t.Errorf("%d items: %d, %d, %v", len(c.s), i, j, found)
		}
	}
}

func TestFirstDuplicateOfValues(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]bool{
		`[1,"1",[1],{"a":1},{"a":2},{"b":1},true,null,false,[],{}]`: false,
		`[1,1.0]`:                             true,
		`[10,1e1]`:                            true,
		`[0,-0.0]`:                            true,
		`[1,-1]`:                              false,
		`[9007199254740992,9007199254740993]`: false,
		`[1e400,10e399]`:                      true,
		`[{"a":1,"b":[2]},{"b":[2.0],"a":1}]`: true,
		`[{"a":{"b":1}},{"a":{"b":2}}]`:       false,
		`["a,b",["a","b"],"a"]`:               false,
		`[["a"],["a"]]`:                       true,
		`["\u0061","a"]`:                      true,
		`[null,null]`:                         true,
	} {
		var raws []json.RawMessage
		d := decoder(doc, codec.Options{})
		v, _ := d.Any("")
		list, ok := v.([]any)
		if !ok {
			t.Fatal(d.Err())
		}
		d = decoder(doc, codec.Options{})
		for ok := d.OpenArray("") && d.NextElement(); ok; ok = d.NextElement() {
			b, _ := d.Raw("")
			raws = append(raws, b)
		}
		if _, _, found := codec.FirstDuplicateAny(list); found != want {
			t.Errorf("trees of %s: %v", doc, found)
		}
		if _, _, found := codec.FirstDuplicateRaw(raws); found != want {
			t.Errorf("texts of %s: %v", doc, found)
		}
	}
}
