package codec_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// randomNumber is a JSON number of up to 40 digits and a small exponent, with
// many zeros and nines.
func randomNumber(r *rand.Rand) string {
	digits := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "000012345678999"[r.IntN(15)]
		}
		return string(b)
	}
	s := strings.TrimLeft(digits(r.IntN(25)), "0")
	if s == "" {
		s = "0"
	}
	if r.IntN(2) == 0 {
		s += "." + digits(1+r.IntN(15))
	}
	if r.IntN(2) == 0 {
		s += []string{"e", "E", "e+", "e-"}[r.IntN(4)] + digits(1+r.IntN(2))
	}
	if r.IntN(3) == 0 {
		s = "-" + s
	}
	return s
}

// The linear algorithms against math/big.
func TestExactNumbers(t *testing.T) {
	t.Parallel()
	n := 100_000
	if testing.Short() {
		n = 5_000
	}
	r := rand.New(rand.NewPCG(1, 2))
	divisors := []string{"1", "2", "3", "5", "7", "10", "0.1", "0.01", "0.25", "2.5", "1e3", "15e-1", "0.3", "123456789", "0.0001", "4", "8e-1", "1e-8", "9223372036854775807", "1000000000000000003"}
	var last, lastText = new(big.Rat), "0"
	for range n {
		text := randomNumber(r)
		x, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatal(text)
		}
		checkInteger(t, text, x)
		checkFloat(t, text)
		divisor := divisors[r.IntN(len(divisors))]
		y, _ := new(big.Rat).SetString(divisor)
		if got, want := codec.IsMultipleOf(text, divisor), y.Quo(x, y).IsInt(); got != want {
			t.Fatalf("%s of %s: %v", text, divisor, got)
		}
		if got, want := codec.CompareNumbers(text, lastText), x.Cmp(last); got != want {
			t.Fatalf("%s and %s: %d, want %d", text, lastText, got, want)
		}
		if r.IntN(3) == 0 {
			last, lastText = x, text
		}
	}
}

func checkInteger(t *testing.T, text string, x *big.Rat) {
	t.Helper()
	for _, bits := range []int{8, 16, 32, 64} {
		d := codec.NewDecoder([]byte(text))
		got, ok := d.Int("", bits)
		lo, hi := int64(-1)<<(bits-1), int64(math.MaxInt64)>>(64-bits)
		want := x.IsInt() && x.Num().IsInt64() && x.Num().Int64() >= lo && x.Num().Int64() <= hi
		if ok != want || ok && got != x.Num().Int64() {
			t.Fatalf("int%d of %s: %d, %v", bits, text, got, ok)
		}
		if err := d.Err(); !ok && (err.Violations[0].Keyword == codec.Range) != x.IsInt() {
			t.Fatalf("int%d of %s: %v", bits, text, err)
		}
		d = codec.NewDecoder([]byte(text))
		u, ok := d.Uint("", bits)
		want = x.IsInt() && x.Num().IsUint64() && x.Num().Uint64() <= math.MaxUint64>>(64-bits)
		if ok != want || ok && u != x.Num().Uint64() {
			t.Fatalf("uint%d of %s: %d, %v", bits, text, u, ok)
		}
	}
}

func checkFloat(t *testing.T, text string) {
	t.Helper()
	for _, bits := range []int{32, 64} {
		want, err := strconv.ParseFloat(text, bits)
		got, ok := codec.NewDecoder([]byte(text+" ")).Float("", bits)
		if ok != (err == nil) || ok && math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("float%d of %s: %v, want %v", bits, text, got, want)
		}
	}
}
