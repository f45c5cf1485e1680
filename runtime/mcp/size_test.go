package mcp

import (
	"context"
	"strings"
	"testing"
)

// TestMaxResult replaces answers that are too long, in the way that their method
// tells of failures.
func TestMaxResult(t *testing.T) {
	t.Parallel()
	build := func(most, size int) *Conn {
		s := server(t, &Options{MaxResult: most}, map[string]func(context.Context, *Call) error{"x": func(_ context.Context, c *Call) error {
			c.Text(strings.Repeat("x", size))
			return nil
		}})
		s.RegisterResource(ResourceDef{URI: "a://1", Name: "a", Call: func(_ context.Context, c *Call) error {
			c.Text(strings.Repeat("x", size))
			return nil
		}})
		return connect(t, s)
	}
	for name, tt := range map[string]struct {
		most, size int
		fits       bool
	}{
		"within": {10_000, 5000, true}, "beyond": {10_000, 20_000, false}, "default within": {0, 9 << 20, true}, "default beyond": {0, 11 << 20, false}, "any": {-1, 11 << 20, true},
	} {
		c := build(tt.most, tt.size)
		call := send(t.Context(), c, modern("1", "tools/call", calling("x")))
		read := send(t.Context(), c, modern("2", "resources/read", `"uri":"a://1"`))
		if tt.fits {
			if call.code != 0 || read.code != 0 || len(call.answer) < tt.size || len(read.answer) < tt.size {
				t.Errorf("%s: %d %d", name, call.code, read.code)
			}
			continue
		}
		if call.code != 0 || read.code != CodeInternalError || len(call.answer)+len(read.answer) > 2000 {
			t.Errorf("%s: %d %d", name, call.code, read.code)
		}
		contains(t, call.answer, `"isError":true`, "bytes, and at most", "ask for less")
		contains(t, read.answer, "bytes, and at most")
	}
}
