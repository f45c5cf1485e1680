package store_test

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/store"
	"github.com/mcpgen/mcpgen/runtime/store/storetest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	m := store.NewMemory()
	storetest.Run(t, func(*testing.T) store.Store { return m })
}

// TestWindow follows one key through two windows of fake time.
func TestWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := store.NewMemory()
		l := store.Limit{N: 100, Window: 15 * time.Minute}
		take := func() store.Grant {
			g, err := m.Take(t.Context(), "k", l, 1)
			if err != nil {
				t.Fatal(err)
			}
			return g
		}
		for i := range 100 {
			if g := take(); !g.OK {
				t.Fatalf("event %d: %+v", i+1, g)
			}
			time.Sleep(time.Second)
		}
		if g := take(); g.OK || g.Retry != 15*time.Minute-100*time.Second {
			t.Errorf("event 101: %+v", g)
		}
		time.Sleep(15*time.Minute - 101*time.Second)
		if g := take(); g.OK {
			t.Errorf("a second before the window ends: %+v", g)
		}
		time.Sleep(time.Second)
		if g := take(); !g.OK || g.Remaining != 99 || g.Reset != 15*time.Minute {
			t.Errorf("in the next window: %+v", g)
		}
	})
}

// TestSmooth lets one more through each hundredth of the window.
func TestSmooth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := store.NewMemory()
		l := store.Limit{N: 100, Window: 15 * time.Minute, Smooth: true}
		for i := range 100 {
			if g, _ := m.Take(t.Context(), "k", l, 1); !g.OK {
				t.Fatalf("event %d: %+v", i+1, g)
			}
		}
		if g, _ := m.Take(t.Context(), "k", l, 1); g.OK || g.Retry != 9*time.Second {
			t.Errorf("event 101: %+v, want one in 9 s", g)
		}
		time.Sleep(9 * time.Second)
		if g, _ := m.Take(t.Context(), "k", l, 1); !g.OK {
			t.Errorf("9 s later: %+v", g)
		}
		if g, _ := m.Take(t.Context(), "k", l, 1); g.OK {
			t.Errorf("and another: %+v", g)
		}
	})
}

// TestBounds fills the store with more than it keeps.
func TestBounds(t *testing.T) {
	t.Parallel()
	m := store.NewMemory()
	l := store.Limit{N: 1, Window: time.Hour}
	for i := range 1<<20 + 1000 {
		if _, err := m.Take(t.Context(), fmt.Sprint(i), l, 1); err != nil {
			t.Fatal(err)
		}
	}
	if g, _ := m.Take(t.Context(), fmt.Sprint(1<<20+999), l, 1); g.OK {
		t.Error("a recent key was forgotten")
	}
	if g, _ := m.Take(t.Context(), "0", l, 1); !g.OK {
		t.Error("the oldest key is still there")
	}
	data := make([]byte, 1<<20)
	for i := range 64 {
		if err := m.Append(t.Context(), "s", "1", store.Event{Seq: uint64(i + 1), Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	evs, _ := m.After(t.Context(), "s", "1", 0)
	if len(evs) == 0 || len(evs) > 16 || evs[len(evs)-1].Seq != 64 {
		t.Errorf("%d events are kept", len(evs))
	}
	var there int
	for i := range 128 {
		if err := m.KV().Put(t.Context(), fmt.Sprint(i), data, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 128 {
		if _, err := m.KV().Get(t.Context(), fmt.Sprint(i)); err == nil {
			there++
		}
	}
	if _, err := m.KV().Get(t.Context(), "127"); err != nil || there != 63 {
		t.Errorf("%d values of 1 MiB are kept; the last one: %v", there, err)
	}
	runtime.KeepAlive(m)
}

// TestCalls is what mcp asks of a store of calls.
func TestCalls(t *testing.T) {
	t.Parallel()
	ctx, kv := t.Context(), store.NewMemory().KV()
	c := store.NewCalls(kv)
	if kept, err := c.Claim(ctx, "k", []byte("a"), time.Hour); kept != nil || err != nil {
		t.Errorf("%q, %v", kept, err)
	}
	if kept, err := c.Claim(ctx, "k", []byte("b"), time.Hour); string(kept) != "a" || err != nil {
		t.Errorf("%q, %v", kept, err)
	}
	if err := c.Keep(ctx, "k", []byte("c"), time.Hour); err != nil {
		t.Error(err)
	}
	if kept, err := c.Kept(ctx, "k"); string(kept) != "c" || err != nil {
		t.Errorf("%q, %v", kept, err)
	}
	if err := c.Free(ctx, "k"); err != nil {
		t.Error(err)
	}
	if kept, err := c.Kept(ctx, "k"); kept != nil || err != nil || !c.Shared() {
		t.Errorf("%q, %v", kept, err)
	}
	u := store.NewUses(kv)
	for _, want := range []bool{true, false} {
		if first, err := u.Use(ctx, "x", time.Hour); first != want || err != nil {
			t.Errorf("first %v, %v", first, err)
		}
	}
}
