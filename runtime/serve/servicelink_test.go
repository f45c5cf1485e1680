package serve

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// TestServiceLinks compares with the expression that says what a link is.
func TestServiceLinks(t *testing.T) {
	t.Parallel()
	want := regexp.MustCompile(`^[A-Z0-9_]+(_SERVICE_HOST|_SERVICE_PORT(_[A-Z0-9_]+)?|_PORT_\d+_(TCP|UDP|SCTP)(_PROTO|_PORT|_ADDR)?)=|^[A-Z0-9_]+_PORT=(tcp|udp|sctp)://`)
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{"MCP", "_SERVICE", "_HOST", "_PORT", "_80", "_TCP", "_UDP", "_SCTP", "_PROTO", "_ADDR", "_", "x", "_SERVICE_PORT", "_SERVICE_HOST"}
	values := []string{"", "tcp://10.0.0.1:80", "udp://", "sctp://a", "8080", "http://a"}
	for range 200_000 {
		var name strings.Builder
		for range r.IntN(7) {
			name.WriteString(parts[r.IntN(len(parts))])
		}
		value := values[r.IntN(len(values))]
		if entry := name.String() + "=" + value; isServiceLink(name.String(), value) != want.MatchString(entry) {
			t.Fatalf("%s: want %v", entry, want.MatchString(entry))
		}
	}
}
