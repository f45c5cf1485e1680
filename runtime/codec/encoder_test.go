package codec_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// marshal is what encoding/json writes without escaping HTML.
func marshal(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// encode is what write appends, which must be good.
func encode(t *testing.T, write func(e *codec.Encoder)) string {
	t.Helper()
	e := codec.NewEncoder([]byte("frame "))
	write(e)
	if e.Err() != nil {
		t.Error(e.Err())
	}
	return strings.TrimPrefix(string(e.Bytes()), "frame ")
}

func TestEncodeStrings(t *testing.T) {
	t.Parallel()
	var all []rune
	for c := range rune(0x180) {
		all = append(all, c)
	}
	for _, s := range []string{
		"", "plain", string(all), `<script>&"'\`, "größe 日本 😀", "\u2028\u2029\u2027\u2030", "\ufffd", "a\xffb\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80",
		"12345678\xff12345678", "1234567\n", strings.Repeat("x", 1000) + "\x00", "\xe2\x80", "\x7f",
	} {
		want := marshal(t, s)
		if got := encode(t, func(e *codec.Encoder) { e.String(s) }); got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
		if got := encode(t, func(e *codec.Encoder) { e.Key(s) }); got != want+":" {
			t.Errorf("key %q: %s", s, got)
		}
		if got := encode(t, func(e *codec.Encoder) { e.QuotedString(s) }); got != marshal(t, want) {
			t.Errorf("quoted %q: %s", s, got)
		}
	}
}

func TestEncodeScalars(t *testing.T) {
	t.Parallel()
	type quoted struct {
		I int64   `json:",string"`
		U uint64  `json:",string"`
		F float64 `json:",string"`
		G float32 `json:",string"`
		B bool    `json:",string"`
	}
	q := quoted{math.MinInt64, math.MaxUint64, 1e-7, 0.1, true}
	at := time.Date(2026, 1, 31, 12, 0, 0, 5000, time.FixedZone("", 90*60))
	for want, write := range map[string]func(e *codec.Encoder){
		marshal(t, int64(math.MinInt64)):      func(e *codec.Encoder) { e.Int(math.MinInt64) },
		marshal(t, uint64(math.MaxUint64)):    func(e *codec.Encoder) { e.Uint(math.MaxUint64) },
		"true":                                func(e *codec.Encoder) { e.Bool(true) },
		"false":                               func(e *codec.Encoder) { e.Bool(false) },
		"null":                                func(e *codec.Encoder) { e.Null() },
		marshal(t, []byte("a\x00\xff")):       func(e *codec.Encoder) { e.Bytes64([]byte("a\x00\xff")) },
		`""`:                                  func(e *codec.Encoder) { e.Bytes64(nil) },
		marshal(t, at):                        func(e *codec.Encoder) { e.Time(at) },
		`"1h30m0s"`:                           func(e *codec.Encoder) { e.Duration(90 * time.Minute) },
		marshal(t, json.Number("-1.50E+400")): func(e *codec.Encoder) { e.Number("-1.50E+400") },
		marshal(t, json.Number("")):           func(e *codec.Encoder) { e.Number("") },
		`{"a":[1,2],"b":{},"c":[]}`: func(e *codec.Encoder) {
			e.Raw("{")
			e.Comma()
			e.Raw(`"a":[`)
			for i := range 2 {
				e.Comma()
				e.Int(int64(i + 1))
			}
			e.Raw("]")
			e.Comma()
			e.Raw(`"b":{}`)
			e.Comma()
			e.Raw(`"c":[]`)
			e.Raw("}")
		},
		marshal(t, q): func(e *codec.Encoder) {
			e.Raw(`{"I":`)
			e.QuotedInt(q.I)
			e.Raw(`,"U":`)
			e.QuotedUint(q.U)
			e.Raw(`,"F":`)
			e.QuotedFloat(q.F, 64)
			e.Raw(`,"G":`)
			e.QuotedFloat(float64(q.G), 32)
			e.Raw(`,"B":`)
			e.QuotedBool(q.B)
			e.Raw("}")
		},
	} {
		if got := encode(t, write); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Numbers with few decimals, and those beside them, take another way.
func TestEncodeDecimals(t *testing.T) {
	t.Parallel()
	for i := range 200_000 {
		f := float64(i*7919%1_000_000_007) / 1000
		for _, f := range []float64{f, math.Nextafter(f, 0), math.Nextafter(f, math.Inf(1)), -f} {
			if got, want := encode(t, func(e *codec.Encoder) { e.Float(f, 64) }), marshal(t, f); got != want {
				t.Fatalf("%s, want %s", got, want)
			}
		}
	}
}

func TestEncodeFloats(t *testing.T) {
	t.Parallel()
	values := []float64{
		0, math.Copysign(0, -1), 1, -1, 0.1, 1.5, 100, 1e6, 123456789, 1 << 24, 1<<24 + 1, 1 << 53, 1<<53 + 2, 1e15, 1e20, 1e21, 9.99e20, 1e22, 1e-5, 1e-6, 9.99e-7, 1e-7, 1e-9, 1.5e-9, 1e-10,
		1e-100, 5e-324, math.MaxFloat64, math.MaxFloat32, math.SmallestNonzeroFloat32, math.Pi, -math.E, 3.4028235e38, 1e9, 1e10, 16777217, 123456792,
		0.001, 0.0005, 0.0015, 0.009, 0.01, 0.07, 0.3, 0.29, 0.1 + 0.2, 1.005, 2.675, 99.99, 1234.567, 1234.5678, 999999999.999, 1e9 - 1, 33554433, 0.0009999999999999998,
	}
	for _, f := range values {
		for _, f := range []float64{f, -f} {
			if got, want := encode(t, func(e *codec.Encoder) { e.Float(f, 64) }), marshal(t, f); got != want {
				t.Errorf("64 bits: %s, want %s", got, want)
			}
			if g := float32(f); !math.IsInf(float64(g), 0) {
				if got, want := encode(t, func(e *codec.Encoder) { e.Float(float64(g), 32) }), marshal(t, g); got != want {
					t.Errorf("32 bits: %s, want %s", got, want)
				}
			}
		}
	}
}

type node struct{ next any }

func (n *node) MarshalJSON() ([]byte, error) { return json.Marshal(n.next) }

type badJSON string

func (b badJSON) MarshalJSON() ([]byte, error) {
	if b == "error" {
		return nil, errors.New("no form")
	}
	return []byte(b), nil
}

type noJSON struct{}

func (noJSON) MarshalJSON() ([]byte, error) { return nil, nil }

func TestEncodeViolations(t *testing.T) {
	t.Parallel()
	cycle := map[string]any{}
	cycle["self"] = []any{cycle}
	for _, c := range []struct {
		name  string
		write func(e *codec.Encoder)
		text  string
		want  string
	}{
		{"nan", func(e *codec.Encoder) { e.Float(math.NaN(), 64) }, `0`, `(the whole value): expected a finite number, got NaN`},
		{"infinity", func(e *codec.Encoder) { e.Float(math.Inf(-1), 32) }, `0`, `(the whole value): expected a finite number, got -Inf`},
		{"quoted nan", func(e *codec.Encoder) { e.QuotedFloat(math.NaN(), 64) }, `"0"`, `(the whole value): expected a finite number, got NaN`},
		{"nan inside", func(e *codec.Encoder) { e.Any([]any{1, map[string]any{"a/b": math.NaN()}}) }, `[1,{"a/b":0}]`, `/1/a~1b: expected a finite number, got NaN`},
		{"year", func(e *codec.Encoder) { e.Time(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)) }, `"0001-01-01T00:00:00Z"`, `(the whole value): expected date-time like 2026-01-31T12:00:00Z, got a time beyond RFC 3339`},
		{"number", func(e *codec.Encoder) { e.Number("01") }, `0`, `(the whole value): expected number, got "01"`},
		{"raw", func(e *codec.Encoder) { e.RawJSON([]byte(`{"a":}`)) }, `null`, `(the whole value): expected a JSON value`},
		{"raw, empty", func(e *codec.Encoder) { e.RawJSON([]byte{}) }, `null`, `(the whole value): expected a JSON value`},
		{"raw, two", func(e *codec.Encoder) { e.RawJSON([]byte(`1 2`)) }, `null`, `(the whole value): expected the end of the input`},
		{"raw, UTF-8", func(e *codec.Encoder) { e.RawJSON([]byte("\"\xff\"")) }, `null`, `(the whole value): expected valid UTF-8`},
		{"raw, deep", func(e *codec.Encoder) { e.RawJSON([]byte(nested(257, ""))) }, `null`, `(the whole value): expected at most 256 levels of objects and arrays`},
		{"marshaler", func(e *codec.Encoder) { e.JSON(badJSON("error")) }, `null`, `(the whole value): expected a value that can be written, got no form`},
		{"marshaler, nothing", func(e *codec.Encoder) { e.JSON(noJSON{}) }, `null`, `(the whole value): expected a JSON value`},
		{"marshaler, syntax", func(e *codec.Encoder) { e.JSON(badJSON("[1,]")) }, `null`, `(the whole value): expected a JSON value`},
		{"marshaler of types", func(e *codec.Encoder) { e.JSONOf(badJSON("true"), "string or integer") }, `true`, `(the whole value): expected string or integer, got boolean`},
		{"marshaler of types, fraction", func(e *codec.Encoder) { e.JSONOf(badJSON("1.5"), "integer") }, `1.5`, `(the whole value): expected integer, got number`},
		{"marshaler of types, syntax", func(e *codec.Encoder) { e.JSONOf(badJSON("nil"), "string") }, `null`, `(the whole value): expected a JSON value`},
		{"marshaler of types, nothing", func(e *codec.Encoder) { e.JSONOf(noJSON{}, "string") }, `null`, `(the whole value): expected a JSON value`},
		{"marshaler of types, error", func(e *codec.Encoder) { e.JSONOf(badJSON("error"), "string") }, `null`, `(the whole value): expected a value that can be written, got no form`},
		{"raw of types", func(e *codec.Encoder) { e.RawJSONOf(nil, "object or array") }, `null`, `(the whole value): expected object or array, got null`},
		{"text", func(e *codec.Encoder) { e.Text(identifier("")) }, `null`, `(the whole value): expected a value that can be written, got empty identifier`},
		{"no form", func(e *codec.Encoder) { e.Any(map[string]any{"c": make(chan int)}) }, `{"c":null}`, `/c: expected a value that can be written, got json: unsupported type: chan int`},
		{"cycle", func(e *codec.Encoder) { e.Any(cycle) }, ``, `/self/0` + strings.Repeat(`/self/0`, 127) + `: expected at most 256 levels of objects and arrays (does the value contain itself?)`},
		{
			"rules", func(e *codec.Encoder) {
				e.Fail("a", codec.Minimum, "1")
				e.Fail("b", codec.Enum, "one of x, y")
				e.Fail("b", codec.MaxLength, "3")
				m := e.Mark()
				e.FailCount("c", codec.MaxItems, 1, 2)
				e.FailCount("", codec.MinProperties, 2, 1)
				e.Fail("", codec.Pattern, "^a$")
				e.UnderIndex(m, 3)
				e.Under(m, "list")
			}, ``, `/a: expected at least 1
/b: expected one of x, y
/b: expected at most 3 characters
/list/3/c: expected at most 1 item, got 2 items
/list/3: expected at least 2 properties, got 1 property
/list/3: expected a string matching ^a$`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := codec.NewEncoder(nil)
			c.write(e)
			if c.name != "cycle" && string(e.Bytes()) != c.text {
				t.Errorf("%s, want %s", e.Bytes(), c.text)
			}
			if len(e.Bytes()) > 0 && !json.Valid(e.Bytes()) {
				t.Errorf("%s is not valid", e.Bytes())
			}
			if c.name == "cycle" {
				v := e.Err().Violations[0]
				if v.Keyword != codec.Limit || !strings.HasPrefix(v.Pointer, "/self/0/self/0/") || len(v.Pointer) > 1024 {
					t.Errorf("%v", v)
				}
				return
			}
			wantLines(t, e.Err(), c.want)
			e.Reset(nil)
			if e.Err() != nil || e.Len() != 0 {
				t.Error("not reset")
			}
		})
	}
}

func TestEncodeManyViolations(t *testing.T) {
	t.Parallel()
	e := codec.NewEncoder(nil)
	for range 5000 {
		e.Float(math.NaN(), 64)
	}
	if err := e.Err(); len(err.Violations) != 16 || err.More != 5000-16 {
		t.Errorf("%v", err)
	}
}

func TestEncodeAny(t *testing.T) {
	t.Parallel()
	type inner struct {
		A int            `json:"a"`
		B map[int]string `json:"b,omitempty"`
		H string
	}
	for _, v := range []any{
		nil, true, "a<b", 1, int64(1 << 60), uint8(3), uint64(math.MaxUint64), 1.5, float32(0.1), json.Number("1e400"), json.Number(""),
		json.RawMessage(` {"b" : [1, 2 ], "a":"x y"} `), json.RawMessage(nil), []any(nil), map[string]any(nil), []any{}, map[string]any{},
		[]any{nil, []any{1, "x"}, map[string]any{"z": 1, "a": map[string]any{"m": nil}, "": 2}},
		time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), 5 * time.Second, []string{"<", "&"}, map[string]int{"b": 1, "a": 2}, []byte("abc"),
		inner{1, map[int]string{10: "x", 9: "y"}, "<&>"}, &inner{}, big.NewInt(12), netip.MustParseAddr("::1"), &node{next: []int{1}}, (*node)(nil), []float32{0.1},
		map[string]any{"\xff": 1, "\u2028": 2},
	} {
		want := marshal(t, v)
		if got := encode(t, func(e *codec.Encoder) { e.Any(v) }); got != want {
			t.Errorf("%T: %s, want %s", v, got, want)
		}
	}
}

func TestEncodeMarshalers(t *testing.T) {
	t.Parallel()
	addr := netip.MustParseAddr("2001:db8::1")
	number := new(big.Int).Lsh(big.NewInt(1), 100)
	for want, write := range map[string]func(e *codec.Encoder){
		`"<x\"y>"`:                func(e *codec.Encoder) { e.Text(identifier(`x"y`)) },
		`"<\ufffd>"`:              func(e *codec.Encoder) { e.Text(identifier("\xff")) },
		marshal(t, addr):          func(e *codec.Encoder) { e.Text(addr) },
		marshal(t, number):        func(e *codec.Encoder) { e.JSON(number) },
		`{"a":[1,"x  y"],"b":{}}`: func(e *codec.Encoder) { e.JSON(badJSON(" {\"a\" : [ 1,\n\"x  y\" ] , \"b\": { } }\n")) },
		`"a\"b\\c d"`:             func(e *codec.Encoder) { e.RawJSON([]byte(` "a\"b\\c d" `)) },
		`null`:                    func(e *codec.Encoder) { e.RawJSON(nil) },
	} {
		if got := encode(t, write); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestEncodeMaps(t *testing.T) {
	t.Parallel()
	type name string
	names := map[name]int{"b": 1, "a": 2, "": 3, "B": 4, "é": 5}
	if got := encode(t, func(e *codec.Encoder) {
		e.Raw("{")
		for _, k := range codec.SortedKeys(names) {
			e.Comma()
			e.Key(string(k))
			e.Int(int64(names[k]))
		}
		e.Raw("}")
	}); got != marshal(t, names) {
		t.Errorf("%s", got)
	}
	ints := map[int8]bool{-1: true, 10: true, 9: true, 100: true, -128: true, 0: true}
	if got := fmt.Sprint(codec.SortedInts(ints)); got != "[-1 -128 0 10 100 9]" {
		t.Errorf("%s", got)
	}
	uints := map[uint64]bool{math.MaxUint64: true, 10: true, 9: true}
	if got := fmt.Sprint(codec.SortedUints(uints)); got != "[10 18446744073709551615 9]" {
		t.Errorf("%s", got)
	}

	addrs := map[netip.Addr]int{netip.MustParseAddr("::1"): 1, netip.MustParseAddr("10.0.0.1"): 2}
	if got := encode(t, func(e *codec.Encoder) {
		e.Raw("{")
		for _, k := range codec.SortedTexts(e, addrs) {
			e.Comma()
			e.Key(k.Text)
			e.Int(int64(addrs[k.Key]))
		}
		e.Raw("}")
	}); got != marshal(t, addrs) {
		t.Errorf("%s", got)
	}
	e := codec.NewEncoder(nil)
	keys := codec.SortedTexts(e, map[identifier]int{"b": 1, "": 2, "a": 3})
	if fmt.Sprint(keys) != "[{a <a>} {b <b>}]" {
		t.Errorf("%v", keys)
	}
	wantLines(t, e.Err(), `(the whole value): expected a key that can be written, got empty identifier`)
	e.Reset(nil)
	if keys := codec.SortedTexts(e, map[sameText]int{1: 1, 2: 2}); len(keys) != 1 {
		t.Errorf("%v", keys)
	}
	wantLines(t, e.Err(), `/same: expected each key once, got two keys with the same text`)
}

type sameText int

func (sameText) MarshalText() ([]byte, error) { return []byte("same"), nil }

func TestEncodeStruct(t *testing.T) {
	t.Parallel()
	d := decoder(issueDoc, codec.Options{})
	var v issue
	decodeIssue(d, &v)
	want := marshal(t, v)
	got := encode(t, func(e *codec.Encoder) { encodeIssue(e, &v) })
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestTextCopy(t *testing.T) {
	t.Parallel()
	// The copy is of a part of the buffer it is appended to, which must grow.
	for size := range 200 {
		e := codec.NewEncoder(make([]byte, 0, size))
		e.Raw(`{"structuredContent":`)
		from := e.Len()
		e.Raw(`{"a":"x\"y\\ß\n\u2028","b":[1.5,null]}`)
		to := e.Len()
		e.Raw(`,"text":`)
		e.EscapedCopy(from, to)
		e.Raw(`}`)
		var v struct {
			StructuredContent json.RawMessage `json:"structuredContent"`
			Text              string          `json:"text"`
		}
		if err := json.Unmarshal(e.Bytes(), &v); err != nil || v.Text != string(v.StructuredContent) {
			t.Fatalf("%s: %v", e.Bytes(), err)
		}
	}
	if got := string(codec.AppendEscaped([]byte("x"), []byte("a\nb"))); got != `xa\nb` {
		t.Errorf("%s", got)
	}
}

func TestEnter(t *testing.T) {
	t.Parallel()
	var deep func(e *codec.Encoder, n int)
	deep = func(e *codec.Encoder, n int) {
		if !e.Enter() {
			return
		}
		e.Raw("[")
		if n > 1 {
			deep(e, n-1)
		}
		e.Raw("]")
		e.Leave()
	}
	if got := encode(t, func(e *codec.Encoder) { deep(e, 256); deep(e, 256) }); got != nested(256, "")+nested(256, "") {
		t.Errorf("%d bytes", len(got))
	}
	e := codec.NewEncoder(nil)
	deep(e, 257)
	if err := e.Err(); err == nil || err.Violations[0].Keyword != codec.Limit || !json.Valid(e.Bytes()) {
		t.Errorf("%v", err)
	}
}

func TestEncoderPool(t *testing.T) {
	t.Parallel()
	e := codec.GetEncoder()
	e.Float(math.NaN(), 64)
	err := e.Err()
	codec.PutEncoder(e)
	e = codec.GetEncoder()
	if e.Len() != 0 || e.Err() != nil || err.Violations[0].Got != "NaN" {
		t.Errorf("%q, %v", e.Bytes(), e.Err())
	}
	e.String("x")
	e.Truncate(1)
	if string(e.Bytes()) != `"` {
		t.Errorf("%q", e.Bytes())
	}
	codec.PutEncoder(e)
}
