//go:build !race

// The race detector makes sync.Pool forget at random.

package mcpstdio_test

import (
	"io"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcpstdio"
)

// TestAllocations bounds what a message costs: what the call is known by while it
// runs, and nothing of the transport.
func TestAllocations(t *testing.T) { //nolint:paralleltest // it counts
	const messages, each = 10_000, 1
	line := strings.Replace(call(1, "add"), `"name":"add"`, `"name":"add","arguments":{"a":1,"b":2}`, 1) + "\n"
	s := fixture.New(nil)
	n := testing.AllocsPerRun(3, func() {
		if err := mcpstdio.Serve(t.Context(), s, &repeat{line, messages, 0}, io.Discard, nil); err != nil {
			t.Error(err)
		}
	})
	if n /= messages; n > each+0.1 {
		t.Errorf("%.2f allocations for each message, want %d", n, each)
	}
}
