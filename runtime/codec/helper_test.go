package codec_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// lines are the violations of err, one a line, without the leading count.
func lines(err *codec.Error) []string {
	if err == nil {
		return nil
	}
	text := strings.Split(err.Error(), "\n- ")
	return text[1:]
}

// wantLines compares the violations of err with want, which is one a line.
func wantLines(t *testing.T, err *codec.Error, want string) {
	t.Helper()
	var wanted []string
	if want != "" {
		wanted = strings.Split(want, "\n")
	}
	if got := lines(err); !slices.Equal(got, wanted) {
		t.Errorf("violations:\n\t%s\nwant:\n\t%s", strings.Join(got, "\n\t"), strings.Join(wanted, "\n\t"))
	}
}

var strict = codec.Options{Strict: true}

// decoder returns a decoder of text.
func decoder(text string, o codec.Options) *codec.Decoder {
	d := new(codec.Decoder)
	d.Reset([]byte(text), o)
	return d
}

// nested is n opening brackets, inside and n closing ones.
func nested(n int, inside string) string {
	return strings.Repeat("[", n) + inside + strings.Repeat("]", n)
}
