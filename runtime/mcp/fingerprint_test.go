package mcp

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// TestFingerprint changes with what makes a server another one, and with nothing
// else.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	old, young := []byte(strings.Repeat("a", 32)), []byte(strings.Repeat("b", 32))
	of := func(version, tool string, keys ...[]byte) Fingerprint {
		s := NewServer(Info{Name: "test", Version: version}, &Options{StateKeys: keys, Logger: quiet})
		for _, name := range []string{"one", tool} {
			s.Register(ToolDef{Name: name, Call: func(context.Context, *Call) error { return nil }})
		}
		return s.Fingerprint()
	}
	base := of("1", "two", old)
	if base.Server != "test 1" || len(base.Offers) != 12 || len(base.Keys) != 1 || len(base.Keys[0]) != 12 {
		t.Errorf("%+v", base)
	}
	if again := of("1", "two", old); again.Server != base.Server || again.Offers != base.Offers || !slices.Equal(again.Keys, base.Keys) {
		t.Errorf("%+v, and again %+v", base, again)
	}
	if other := of("2", "three", young, old); other.Server == base.Server || other.Offers == base.Offers || other.Keys[0] == base.Keys[0] || other.Keys[1] != base.Keys[0] {
		t.Errorf("%+v, and another one %+v", base, other)
	}
	if none := of("1", "two"); none.Keys != nil || none.Offers != base.Offers {
		t.Errorf("without keys: %+v", none)
	}
}
