package mcpstdio_test

import (
	"io"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcpstdio"
)

// BenchmarkServe is one small call, of many that are piped in.
func BenchmarkServe(b *testing.B) {
	line := strings.Replace(call(1, "add"), `"name":"add"`, `"name":"add","arguments":{"a":1,"b":2}`, 1) + "\n"
	b.ReportAllocs()
	if err := mcpstdio.Serve(b.Context(), fixture.New(nil), &repeat{line, b.N, 0}, io.Discard, nil); err != nil {
		b.Fatal(err)
	}
}

// repeat reads as a line n times over.
type repeat struct {
	line string
	n    int
	at   int
}

func (r *repeat) Read(b []byte) (n int, err error) {
	for n < len(b) && r.n > 0 {
		c := copy(b[n:], r.line[r.at:])
		n += c
		if r.at += c; r.at == len(r.line) {
			r.at = 0
			r.n--
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}
