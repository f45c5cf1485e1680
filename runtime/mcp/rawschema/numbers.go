package rawschema

import (
	"fmt"
	"strconv"
	"strings"
)

// Bounds of the numbers that are passed on. The library computes with exact
// fractions, for which a short text such as 1e9999999 is an enormous number.
const (
	maxDigits   = 40
	maxExponent = 400
)

// checkNumbers refuses numbers outside the bounds. text need not be valid JSON:
// whatever could be taken for a number is looked at.
func checkNumbers(text []byte) error {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			i = endOfString(text, i)
		case c >= '0' && c <= '9' || c == '-':
			end := i
			for end < len(text) && strings.IndexByte("0123456789+-.eE", text[end]) >= 0 {
				end++
			}
			if err := checkNumber(string(text[i:end])); err != nil {
				return err
			}
			i = end - 1
		}
	}
	return nil
}

// endOfString gives the index of the quote that closes the string begun at i.
func endOfString(text []byte, i int) int {
	for i++; i < len(text) && text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i
}

func checkNumber(lexeme string) error {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(lexeme), "e")
	if digits := len(strings.Trim(mantissa, "-.")); digits > maxDigits {
		return fmt.Errorf("a number has more than %d digits", maxDigits)
	}
	if exponent == "" {
		return nil
	}
	if n, err := strconv.Atoi(exponent); err != nil || n > maxExponent || n < -maxExponent {
		return fmt.Errorf("a number has an exponent beyond %d", maxExponent)
	}
	return nil
}
