package mcpstdio_test

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcpstdio"
)

// FuzzServe feeds any bytes to a server. What comes out is whole messages, one
// at most for every line that is not blank, the same however the bytes arrive,
// and a ping on a line of its own at the end is always answered.
func FuzzServe(f *testing.F) {
	for _, s := range []string{
		"", "\n\n", "x", ping, ping + "\n" + ping, ping + ping, "\ufeff" + ping, "[" + ping + "]", "\r\n \t\n",
		strings.Repeat("y", 600), strings.Repeat("y", 513) + "\n" + ping, call(1, "bare"), call(1, "none") + "\n" + call(2, "content"),
		`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}` + "\n[" + ping + "," + ping + "]",
		`{"jsonrpc":"2.0","id":1e400,"method":"ping"}`, "{\"jsonrpc\":\"2.0\",\"id\":\"\xff\",\"method\":\"ping\"}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if bytes.Contains(in, []byte("wait")) || bytes.Contains(in, []byte("slow")) {
			return // tools that take their time
		}
		in = append(in, "\n"+ping...)
		lines := 0
		for line := range bytes.Lines(in) {
			if len(bytes.TrimSpace(line)) > 0 {
				lines++
			}
		}
		var outs [][]string
		for _, r := range []io.Reader{bytes.NewReader(in), iotest.OneByteReader(bytes.NewReader(in)), iotest.DataErrReader(bytes.NewReader(in))} {
			var out bytes.Buffer
			if err := mcpstdio.Serve(t.Context(), fixture.New(nil), r, &out, &mcpstdio.Options{MaxMessage: 512}); err != nil {
				t.Fatal(err)
			}
			var got []string
			for line := range bytes.Lines(out.Bytes()) {
				if !json.Valid(line) || line[len(line)-1] != '\n' {
					t.Fatalf("no message: %q", line)
				}
				got = append(got, string(line))
			}
			if len(got) > lines {
				t.Fatalf("%d answers to %d lines", len(got), lines)
			}
			slices.Sort(got) // calls may overtake one another
			outs = append(outs, got)
		}
		if want := `{"jsonrpc":"2.0","id":"ping","result":{}}` + "\n"; !slices.Contains(outs[0], want) {
			t.Fatalf("the ping was not answered: %q", outs[0])
		}
		for _, o := range outs[1:] {
			if len(o) != len(outs[0]) {
				t.Fatalf("how the bytes arrive matters:\n%q\n%q", outs[0], o)
			}
		}
	})
}
