package codec_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

func TestInteger(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		`0`:                              "0",
		`-0`:                             "0",
		`-0.0`:                           "0",
		`7`:                              "7",
		`123456789012345678901234567890`: "123456789012345678901234567890",
		`-12.50e+3`:                      "-12500",
		`1e2`:                            "100",
		`100.000`:                        "100",
		`"42"`:                           "42",
		`1e9999`:                         "1" + strings.Repeat("0", 9999),
	} {
		d := decoder(doc, codec.Options{})
		n := new(big.Int)
		if !d.Integer("n", n) || n.String() != want {
			t.Errorf("%s: %v, %v", doc, n, d.Err())
		}
	}
}

func TestNoInteger(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		`1.5`:       `/n: expected integer, got number 1.5 (send a whole number)`,
		`1e-1`:      `/n: expected integer, got number 1e-1 (send a whole number)`,
		`1e10000`:   `/n: expected an integer of at most 10000 digits, got 1e10000`,
		`1e9999999`: `/n: expected an integer of at most 10000 digits, got 1e9999999`,
		`null`:      `/n: expected integer, got null (a value is needed)`,
		`"x"`:       `/n: expected integer, got string "x"`,
	} {
		d := decoder(doc, codec.Options{})
		if d.Integer("n", new(big.Int)) {
			t.Errorf("%s is accepted", doc)
		}
		wantLines(t, d.Err(), want)
	}
	d := decoder(`"42"`, codec.Options{Strict: true})
	if d.Integer("n", new(big.Int)) {
		t.Error("a string is an integer by the letter")
	}
}
