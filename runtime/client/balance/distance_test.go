package balance_test

import (
	"testing"

	"github.com/mcpgen/mcpgen/runtime/client/balance"
)

// TestDistance prefers the servers of the caller's region, goes to the next one
// while they are down, to no farther one, and comes back.
func TestDistance(t *testing.T) {
	t.Parallel()
	all, urls := instances(t, 5)
	far := map[string]int{urls[0]: 1, urls[1]: 0, urls[2]: 2, urls[3]: 0, urls[4]: 1}
	// On a slow machine servers that are down may be asked again at any time: a call
	// must get past all of them.
	c := dial(t, urls, &balance.Options{Tries: len(urls), Hints: true, Distance: func(server string) int { return far[server] }})
	call := func(n int) (runs [5]int64) {
		t.Helper()
		for i := range all {
			runs[i] = -all[i].runs.Load()
		}
		for range n {
			if _, err := c.CallTool(t.Context(), "look", nil); err != nil {
				t.Fatal(err)
			}
		}
		for i := range all {
			runs[i] += all[i].runs.Load()
		}
		return runs
	}
	if got := call(20); got != [5]int64{0, 10, 0, 10, 0} {
		t.Errorf("calls by server: %v, want the near ones to take turns", got)
	}
	all[1].set(broken(all[1], false), nil)
	if got := call(10); got[1] != 0 || got[3] != 10 {
		t.Errorf("without one of the near ones: %v", got)
	}
	all[3].set(broken(all[3], false), nil)
	if got := call(20); got[0]+got[4] != 20 || got[2] != 0 || got[0] == 0 || got[4] == 0 {
		t.Errorf("without the near ones: %v, want the next to take turns", got)
	}
	all[0].set(broken(all[0], false), nil)
	all[4].set(broken(all[4], false), nil)
	if got := call(10); got[2] != 10 {
		t.Errorf("with the far one only: %v", got)
	}
	for _, in := range all {
		in.set(nil, nil)
	}
	for back := false; !back; { // when they have been asked
		got := call(1)
		back = got[1]+got[3] == 1
	}
}
