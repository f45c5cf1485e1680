package codec_test

import (
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

func TestLengths(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "a", "é", "😀", "ab", "éé", "😀😀", "abc", "aé😀", "😀😀😀", "abcd", "😀😀😀😀"} {
		b := []byte(s)
		for n := range 6 {
			if got, want := codec.Shorter(b, n), codec.Runes(b) < n; got != want {
				t.Errorf("Shorter(%q, %d) = %v", s, n, got)
			}
			if got, want := codec.Longer(b, n), codec.Runes(b) > n; got != want {
				t.Errorf("Longer(%q, %d) = %v", s, n, got)
			}
		}
	}
}
