package mcphttp_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

// TestIndex enters sessions, finds and removes them, as a map would.
func TestIndex(t *testing.T) {
	t.Parallel()
	x := mcphttp.NewIndex()
	if x.Find("a") || x.Remove("a") || len(x.All()) > 0 {
		t.Error("there is something at first")
	}
	var want []string
	for i := range 1000 {
		id := fmt.Sprint(i)
		if !x.Insert(id) || x.Insert(id) {
			t.Fatalf("%s was entered not once", id)
		}
		if i%3 == 0 {
			if !x.Remove(id) || x.Remove(id) || x.Find(id) {
				t.Fatalf("%s was removed not once", id)
			}
			continue
		}
		want = append(want, id)
	}
	got := x.All()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d sessions, want %d", len(got), len(want))
	}
	for _, id := range want {
		if !x.Find(id) {
			t.Errorf("%s is not found", id)
		}
	}
}

// TestIndexGrows looks for sessions that are there while others come and go, and the
// buckets become more.
func TestIndexGrows(t *testing.T) {
	t.Parallel()
	const writers, each = 4, 2000
	x := mcphttp.NewIndex()
	for i := range 10 {
		x.Insert(fmt.Sprint("stays", i))
	}
	var over atomic.Bool
	var all, readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for !over.Load() {
				for i := range 10 {
					if !x.Find(fmt.Sprint("stays", i)) {
						t.Error("a session was not found")
						return
					}
				}
			}
		})
	}
	for w := range writers {
		all.Go(func() {
			for i := range each {
				id := fmt.Sprint(w, ".", i)
				if !x.Insert(id) || !x.Find(id) || i%2 == 0 && (!x.Remove(id) || x.Find(id)) {
					t.Errorf("%s: not as it was left", id)
				}
			}
		})
	}
	all.Wait()
	over.Store(true)
	readers.Wait()
	if n := len(x.All()); n != 10+writers*each/2 {
		t.Errorf("%d sessions are left", n)
	}
}
