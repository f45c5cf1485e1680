package codec_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// Hostile numbers: every reader must be done with them at once.
var (
	hugeExponent = "1e999999999999999999999"
	tinyExponent = "1e-999999999999999999999"
	longInteger  = strings.Repeat("9", 1<<20)
	longZeros    = "1." + strings.Repeat("0", 1<<20)
	longFraction = "0." + strings.Repeat("0", 1<<20) + "1"
)

func TestInt(t *testing.T) {
	t.Parallel()
	const range8 = `(the whole value): expected an integer between -128 and 127, got `
	const range64 = `(the whole value): expected an integer between -9223372036854775808 and 9223372036854775807, got `
	const integer = `(the whole value): expected integer, got `
	for _, c := range []struct {
		doc  string
		bits int
		want int64
		err  string
	}{
		{"0", 64, 0, ""},
		{"-0", 64, 0, ""},
		{"7", 64, 7, ""},
		{"-7 ", 64, -7, ""},
		{"9007199254740993", 64, 9007199254740993, ""},
		{"999999999999999999", 64, 999999999999999999, ""},
		{"9223372036854775807", 64, math.MaxInt64, ""},
		{"-9223372036854775808", 64, math.MinInt64, ""},
		{"9223372036854775808", 64, 0, range64 + "9223372036854775808"},
		{"-9223372036854775809", 64, 0, range64 + "-9223372036854775809"},
		{"18446744073709551616", 64, 0, range64 + "18446744073709551616"},
		{"1.0", 64, 1, ""},
		{"-1.000e0", 64, -1, ""},
		{"1e2", 64, 100, ""},
		{"1E+2", 64, 100, ""},
		{"1500e-2", 64, 15, ""},
		{"0e999999999", 64, 0, ""},
		{"0.0", 64, 0, ""},
		{"-0.0e-5", 64, 0, ""},
		{"9.223372036854775807e18", 64, math.MaxInt64, ""},
		{"9.223372036854775808e18", 64, 0, range64 + "9.223372036854775808e18"},
		{"1.5", 64, 0, integer + "number 1.5 (send a whole number)"},
		{"1e-1", 64, 0, integer + "number 1e-1 (send a whole number)"},
		{longZeros, 64, 1, ""},
		{longInteger, 64, 0, range64 + strings.Repeat("9", 40) + "…"},
		{longFraction, 64, 0, integer + "number 0." + strings.Repeat("0", 38) + "… (send a whole number)"},
		{hugeExponent, 64, 0, range64 + "1e999999999999999999999"},
		{tinyExponent, 64, 0, integer + "number 1e-999999999999999999999 (send a whole number)"},
		{"127", 8, 127, ""},
		{"-128", 8, -128, ""},
		{"128", 8, 0, range8 + "128"},
		{"-129", 8, 0, range8 + "-129"},
		{"1.28e2", 8, 0, range8 + "1.28e2"},
		{"32767", 16, 32767, ""},
		{"-2147483648", 32, -2147483648, ""},
		{"2147483648", 32, 0, "(the whole value): expected an integer between -2147483648 and 2147483647, got 2147483648"},
		{`"5"`, 64, 5, ""},
		{`"-5.0"`, 64, -5, ""},
		{`"\u0035"`, 64, 5, ""},
		{`"300"`, 8, 0, range8 + `"300"`},
		{`"1.5"`, 64, 0, integer + `number 1.5 (send a whole number)`},
		{`" 5"`, 64, 0, integer + `string " 5"`},
		{`"05"`, 64, 0, integer + `string "05"`},
		{`"5 apples"`, 64, 0, integer + `string "5 apples"`},
		{`""`, 64, 0, integer + `string ""`},
		{`null`, 64, 0, integer + `null (a value is needed)`},
		{`true`, 64, 0, integer + `boolean true`},
		{`[1]`, 64, 0, integer + `array`},
		{`{"a":1}`, 64, 0, integer + `object`},
	} {
		t.Run(fmt.Sprintf("%.30s", c.doc), func(t *testing.T) {
			t.Parallel()
			d := decoder(c.doc, codec.Options{})
			got, ok := d.Int("", c.bits)
			d.End()
			if got != c.want || ok != (c.err == "") {
				t.Errorf("%d, %v", got, ok)
			}
			wantLines(t, d.Err(), c.err)
		})
	}
}

func TestUint(t *testing.T) {
	t.Parallel()
	const range8 = `(the whole value): expected an integer between 0 and 255, got `
	const range64 = `(the whole value): expected an integer between 0 and 18446744073709551615, got `
	for _, c := range []struct {
		doc  string
		bits int
		want uint64
		err  string
	}{
		{"0 ", 64, 0, ""},
		{"-0", 64, 0, ""},
		{"-0.0", 64, 0, ""},
		{"18446744073709551615", 64, math.MaxUint64, ""},
		{"9999999999999999999 ", 64, 9999999999999999999, ""},
		{"1.8446744073709551615e19", 64, math.MaxUint64, ""},
		{"18446744073709551616", 64, 0, range64 + "18446744073709551616"},
		{"184467440737095516150", 64, 0, range64 + "184467440737095516150"},
		{"-1", 64, 0, range64 + "-1"},
		{"255 ", 8, 255, ""},
		{"256 ", 8, 0, range8 + "256"},
		{"2.56e2", 8, 0, range8 + "2.56e2"},
		{"65535", 16, 65535, ""},
		{"4294967295", 32, 4294967295, ""},
		{`"12"`, 8, 12, ""},
		{"0.5", 64, 0, `(the whole value): expected integer, got number 0.5 (send a whole number)`},
		{`"x"`, 64, 0, `(the whole value): expected integer, got string "x"`},
		{longZeros, 64, 1, ""},
		{hugeExponent, 64, 0, range64 + hugeExponent},
	} {
		t.Run(fmt.Sprintf("%.30s", c.doc), func(t *testing.T) {
			t.Parallel()
			d := decoder(c.doc, codec.Options{})
			got, ok := d.Uint("", c.bits)
			d.End()
			if got != c.want || ok != (c.err == "") {
				t.Errorf("%d, %v", got, ok)
			}
			wantLines(t, d.Err(), c.err)
		})
	}
}

func TestFloat(t *testing.T) {
	t.Parallel()
	const range64 = `(the whole value): expected a number that fits 64 bits of floating point, got `
	for _, c := range []struct {
		doc  string
		bits int
		want float64
		err  string
	}{
		{"0 ", 64, 0, ""},
		{"-0 ", 64, math.Copysign(0, -1), ""},
		{"-0.0", 64, math.Copysign(0, -1), ""},
		{"0.1 ", 64, 0.1, ""},
		{"-12.75]", 64, -12.75, ""},
		{"9007199254740992 ", 64, 9007199254740992, ""},
		{"9007199254740993 ", 64, 9007199254740992, ""},
		{"1234567890.123456789 ", 64, 1234567890.123456789, ""},
		{"1.7976931348623157e308", 64, math.MaxFloat64, ""},
		{"5e-324", 64, math.SmallestNonzeroFloat64, ""},
		{"1e-400", 64, 0, ""},
		{tinyExponent, 64, 0, ""},
		{longZeros, 64, 1, ""},
		{longFraction, 64, 0, ""},
		{"1e309", 64, 0, range64 + "1e309"},
		{hugeExponent, 64, 0, range64 + hugeExponent},
		{longInteger, 64, 0, range64 + strings.Repeat("9", 40) + "…"},
		{"0.1 ", 32, float64(float32(0.1)), ""},
		{"16777217 ", 32, 16777216, ""},
		{"3.4028234663852886e38", 32, math.MaxFloat32, ""},
		{"1e39", 32, 0, `(the whole value): expected a number that fits 32 bits of floating point, got 1e39`},
		{`"0.5"`, 64, 0.5, ""},
		{`"1e400"`, 64, 0, range64 + `"1e400"`},
		{`"NaN"`, 64, 0, `(the whole value): expected number, got string "NaN"`},
		{`false`, 64, 0, `(the whole value): expected number, got boolean false`},
	} {
		t.Run(fmt.Sprintf("%d/%.30s", c.bits, c.doc), func(t *testing.T) {
			t.Parallel()
			d := decoder(c.doc, codec.Options{})
			got, ok := d.Float("", c.bits)
			if math.Float64bits(got) != math.Float64bits(c.want) || ok != (c.err == "") {
				t.Errorf("%v, %v, want %v", got, ok, c.want)
			}
			wantLines(t, d.Err(), c.err)
		})
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		"9007199254740993": "9007199254740993",
		"\t-1.50E+5\n":     "-1.50E+5",
		`"2.5"`:            "2.5",
		hugeExponent:       hugeExponent,
	} {
		d := decoder(doc, codec.Options{})
		got, ok := d.Number("")
		if d.End(); got != want || !ok || d.Err() != nil {
			t.Errorf("%s: %q, %v", doc, got, d.Err())
		}
	}
	d := decoder(`"2.5"`, strict)
	_, ok := d.Number("n")
	if ok {
		t.Error("a string is a number")
	}
	wantLines(t, d.Err(), `/n: expected number, got string "2.5" (send 2.5 without quotes)`)
}

func TestBoundsOfNumbers(t *testing.T) {
	t.Parallel()
	d := decoder(`[0,15,0.5,2,7,3]`, codec.Options{})
	d.OpenArray("")
	limits := []struct {
		kw    codec.Keyword
		limit string
	}{
		{codec.Minimum, "1"}, {codec.Maximum, "14"}, {codec.ExclusiveMinimum, "0.5"},
		{codec.ExclusiveMaximum, "2"}, {codec.MultipleOf, "5"}, {codec.Const, "4"},
	}
	for i := 0; d.NextElement(); i++ {
		m := d.Mark()
		d.Float("", 64)
		d.Violate("", limits[i].kw, limits[i].limit)
		d.UnderIndex(m, i)
	}
	wantLines(t, d.Err(), `/0: expected at least 1, got 0
/1: expected at most 14, got 15
/2: expected more than 0.5, got 0.5
/3: expected less than 2, got 2
/4: expected a multiple of 5, got 7
/5: expected 4, got 3`)
}

func TestMultipleOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		number, divisor string
		want            bool
	}{
		{"0", "3", true},
		{"-0.00", "7", true},
		{"9", "3", true},
		{"-9", "3", true},
		{"10", "3", false},
		{"0.3", "0.1", true},
		{"0.35", "0.1", false},
		{"19.99", "0.01", true},
		{"4.35", "0.01", true},
		{"1e2", "5", true},
		{"1", "5", false},
		{"7.5", "2.5", true},
		{"9007199254740993", "2", false},
		{"9007199254740994", "2", true},
		{"1e400", "3", false},
		{"3e400", "3", true},
		{"1e999999999", "7", false},
		{"1e999999999", "1e10", true},
		{"1e-999999999", "1e-10", false},
		{"18446744073709551615e5", "9223372036854775807", false},
		{"27670116110564327421", "9223372036854775807", true},
		{longInteger, "9", true},
		{longInteger, "7", false},
		{longZeros, "1", true},
		{"5", "0", false},
		{"5", "x", false},
		{"05", "5", false},
		{"", "1", false},
	} {
		if got := codec.IsMultipleOf(c.number, c.divisor); got != c.want {
			t.Errorf("%.40s of %s: %v", c.number, c.divisor, got)
		}
	}

	d := decoder(`["0.3", 0.35, "0.35"]`, codec.Options{})
	d.OpenArray("")
	for i := 0; d.NextElement(); i++ {
		m := d.Mark()
		d.Float("", 64)
		if d.MultipleOf("", "0.1") != (i == 0) {
			t.Errorf("element %d", i)
		}
		d.UnderIndex(m, i)
	}
	wantLines(t, d.Err(), "/1: expected a multiple of 0.1, got 0.35\n/2: expected a multiple of 0.1, got \"0.35\"")
}

func TestCompareNumbers(t *testing.T) {
	t.Parallel()
	// In ascending order; those of one row are equal.
	rows := [][]string{
		{"-1e999999999999"},
		{"-" + longInteger},
		{"-2", "-2.0", "-200e-2"},
		{"-1.5"},
		{"-1e-999999999"},
		{"0", "-0", "0.000", "0e5", "-0e-5"},
		{"1e-999999999"},
		{"0.5", "5e-1", "0.50000", "500e-3"},
		{"0.51"},
		{"1", "1.0", "10e-1", longZeros},
		{"9007199254740992"},
		{"9007199254740993"},
		{"9007199254740993.1"},
		{"1e20", "100000000000000000000"},
		{longInteger},
		{"1e999999999"},
	}
	for i, row := range rows {
		for j, other := range rows {
			for _, a := range row {
				for _, b := range other {
					want := min(1, max(-1, i-j))
					if got := codec.CompareNumbers(a, b); got != want {
						t.Errorf("%.30s and %.30s: %d, want %d", a, b, got, want)
					}
				}
			}
		}
	}
}
