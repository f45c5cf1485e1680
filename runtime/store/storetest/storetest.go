// Package storetest holds the tests that every [store.Store] has to pass.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/store"
)

// Run tests a store. open gives the store as one instance of a server sees it,
// and is called several times: all have to see the same.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	for name, f := range map[string]func(*testing.T, func(*testing.T) store.Store){
		"counter/window":   counterWindow,
		"counter/smooth":   counterSmooth,
		"counter/parallel": counterParallel,
		"bus":              bus,
		"events":           events,
		"tasks":            tasks,
		"kv":               values,
	} {
		t.Run(name, func(t *testing.T) { f(t, open) })
	}
}

// key makes a name of a test's own, so that tests may share a store.
func key(t *testing.T) string {
	return strings.ReplaceAll(t.Name(), "/", ":") + strconv.FormatInt(time.Now().UnixNano(), 10)
}

func counterWindow(t *testing.T, open func(*testing.T) store.Store) {
	a, b := open(t), open(t)
	l := store.Limit{N: 3, Window: time.Hour}
	k := key(t)
	for i, s := range []store.Store{a, b, a} {
		g, err := s.Take(t.Context(), k, l, 1)
		if err != nil || !g.OK || g.Remaining != 2-i || g.Reset <= 0 || g.Reset > time.Hour {
			t.Fatalf("event %d: %+v, %v", i, g, err)
		}
	}
	if g, err := b.Take(t.Context(), k, l, 1); err != nil || g.OK || g.Remaining != 0 || g.Retry <= 59*time.Minute {
		t.Errorf("the event after the last: %+v, %v", g, err)
	}
	if g, err := b.Take(t.Context(), k+"2", l, 4); err != nil || g.OK || g.Remaining != 3 {
		t.Errorf("more than there is at once: %+v, %v", g, err)
	}
	short := store.Limit{N: 1, Window: 20 * time.Millisecond}
	eventually(t, "a second window", func() bool {
		g, err := a.Take(t.Context(), k+"3", short, 1)
		if err != nil {
			t.Fatal(err)
		}
		again, err := a.Take(t.Context(), k+"3", short, 1)
		if err != nil {
			t.Fatal(err)
		}
		return g.OK && !again.OK
	})
}

func counterSmooth(t *testing.T, open func(*testing.T) store.Store) {
	s := open(t)
	l := store.Limit{N: 4, Window: time.Hour, Smooth: true}
	k := key(t)
	for i := range 4 {
		if g, err := s.Take(t.Context(), k, l, 1); err != nil || !g.OK || g.Remaining != max(0, 3-i) {
			t.Fatalf("event %d: %+v, %v", i, g, err)
		}
	}
	g, err := s.Take(t.Context(), k, l, 1)
	if err != nil || g.OK || g.Retry <= 10*time.Minute || g.Retry > 15*time.Minute {
		t.Errorf("after the burst: %+v, %v; want one more in a quarter of the window", g, err)
	}
}

func counterParallel(t *testing.T, open func(*testing.T) store.Store) {
	instances := []store.Store{open(t), open(t), open(t)}
	for _, smooth := range []bool{false, true} {
		k := key(t) + strconv.FormatBool(smooth)
		var passed atomic.Int64
		var wg sync.WaitGroup
		for i := range 300 {
			wg.Go(func() {
				g, err := instances[i%3].Take(t.Context(), k, store.Limit{N: 100, Window: 24 * time.Hour, Smooth: smooth}, 1)
				if err != nil {
					t.Error(err)
				}
				if g.OK {
					passed.Add(1)
				}
			})
		}
		wg.Wait()
		if passed.Load() != 100 {
			t.Errorf("smooth %v: %d of 300 passed, want 100", smooth, passed.Load())
		}
	}
}

func bus(t *testing.T, open func(*testing.T) store.Store) {
	a, b := open(t), open(t)
	mark := key(t)
	got, begun := make(chan store.Change, 1000), make(chan string, 1)
	cancel, err := b.Subscribe(func(c store.Change) {
		switch {
		case c.Kind == "":
			begun <- c.At
		case strings.HasPrefix(c.URI, mark):
			got <- c
		}
	}, func() { t.Error("something was lost") })
	if err != nil {
		t.Fatal(err)
	}
	at := <-begun // whatever is published from now on arrives
	first := at
	for i := range 100 {
		from := a
		if i%2 > 0 {
			from = b
		}
		if err := from.Publish(t.Context(), store.Change{Kind: "contents", URI: fmt.Sprint(mark, i), From: "me", Data: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	var places []string
	for i := range 100 {
		c := <-got
		if c.Kind != "contents" || c.URI != fmt.Sprint(mark, i) || c.From != "me" || c.Data != "x" || c.At <= at {
			t.Fatalf("change %d is %+v, after %s", i, c, at)
		}
		at = c.At
		places = append(places, at)
	}
	since(t, a, mark, first, places)
	cancel()
	if err := a.Publish(t.Context(), store.Change{Kind: "contents", URI: mark + "late"}); err != nil {
		t.Fatal(err)
	}
	if len(got) > 0 {
		t.Error("a change arrived after cancel")
	}
}

// since asks again for what was published.
func since(t *testing.T, s store.Store, mark, first string, places []string) {
	t.Helper()
	for i, at := range append([]string{first}, places...) {
		changes, err := s.Since(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		n := i
		for _, c := range changes {
			if !strings.HasPrefix(c.URI, mark) {
				continue // of another test
			}
			if c.URI != fmt.Sprint(mark, n) || c.At != places[n] {
				t.Fatalf("after %d changes comes %+v", i, c)
			}
			n++
		}
		if n != len(places) {
			t.Errorf("after %d changes there are %d", i, n-i)
		}
	}
	for _, at := range []string{"", "x", "00", places[0] + "0", strings.Repeat("9", len(places[0])), strings.Replace(places[0], "0", "-", 1)} {
		if changes, err := s.Since(t.Context(), at); !errors.Is(err, store.ErrGap) {
			t.Errorf("after %q: %v, %v", at, changes, err)
		}
	}
}

func events(t *testing.T, open func(*testing.T) store.Store) {
	a, b := open(t), open(t)
	session := key(t)
	if evs, err := b.After(t.Context(), session, "1", 0); err != nil || len(evs) > 0 {
		t.Errorf("before anything: %v, %v", evs, err)
	}
	var five []store.Event
	for i := range 5 {
		five = append(five, store.Event{Seq: uint64(i + 1), Data: []byte{'"', byte('a' + i), 0, 0xff}, Last: i == 4})
	}
	for _, step := range [][]store.Event{five[:1], five[1:4], nil, five[4:]} {
		if err := a.Append(t.Context(), session, "1", step...); err != nil {
			t.Fatal(err)
		}
		for _, ev := range step { // valid during the call only
			clear(ev.Data)
		}
	}
	if err := a.Append(t.Context(), session, "2", store.Event{Seq: 1, Data: []byte("other")}); err != nil {
		t.Fatal(err)
	}
	evs, err := b.After(t.Context(), session, "1", 2)
	if err != nil || len(evs) != 3 {
		t.Fatalf("after 2: %v, %v", evs, err)
	}
	for i, ev := range evs {
		if ev.Seq != uint64(i+3) || string(ev.Data) != string([]byte{'"', byte('c' + i), 0, 0xff}) || ev.Last != (i == 2) {
			t.Errorf("event %d is %+v", i, ev)
		}
	}
	if evs, err := b.After(t.Context(), session, "1", 5); err != nil || len(evs) > 0 {
		t.Errorf("after the last: %v, %v", evs, err)
	}
	a.Drop(session)
	for _, stream := range []string{"1", "2"} {
		eventually(t, "a dropped stream to be forgotten", func() bool {
			evs, err := b.After(t.Context(), session, stream, 0)
			return err == nil && len(evs) == 0
		})
	}
}

func tasks(t *testing.T, open func(*testing.T) store.Store) {
	a, b := open(t).Tasks(), open(t).Tasks()
	ctx, id := t.Context(), key(t)
	who := "who" + id
	task := store.Task{ID: id, Principal: who, State: []byte(`{"n":1}`), Expires: time.Now().Add(time.Hour).Truncate(time.Millisecond)}
	if err := a.Create(ctx, task); err != nil {
		t.Fatal(err)
	}
	if err := b.Create(ctx, task); !errors.Is(err, store.ErrExists) {
		t.Errorf("created twice: %v", err)
	}
	got, v, err := b.Get(ctx, id, who)
	if err != nil || got.ID != id || got.Principal != who || string(got.State) != `{"n":1}` || !got.Expires.Equal(task.Expires) {
		t.Fatalf("got %+v, %v", got, err)
	}
	for _, other := range []string{"", "else", who + " "} {
		if _, _, err := b.Get(ctx, id, other); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("read by %q: %v", other, err)
		}
	}
	if got, _, err := b.Get(ctx, id, store.Anyone); err != nil || got.Principal != who {
		t.Errorf("read for somebody else: %+v, %v", got, err)
	}
	got.State = []byte(`{"n":2}`)
	if err := a.Update(ctx, got, v); err != nil {
		t.Fatal(err)
	}
	if err := b.Update(ctx, got, v); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an update of an old version: %v", err)
	}
	if err := b.Update(ctx, store.Task{ID: id, Principal: "else"}, v+1); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an update by somebody else: %v", err)
	}
	if again, _, err := b.Get(ctx, id, who); err != nil || string(again.State) != `{"n":2}` {
		t.Errorf("after the update: %s, %v", again.State, err)
	}
	if ids, err := b.List(ctx, who, 10); err != nil || !slices.Equal(ids, []string{id}) {
		t.Errorf("list: %q, %v", ids, err)
	}
	leases(t, a, b, id)
	if err := a.Create(ctx, store.Task{ID: id + "x", Expires: time.Now().Add(20 * time.Millisecond)}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a task to expire", func() bool {
		_, _, err := b.Get(ctx, id+"x", "")
		return errors.Is(err, store.ErrNotFound)
	})
}

func leases(t *testing.T, a, b store.Tasks, id string) {
	t.Helper()
	ctx := t.Context()
	steps := []struct {
		s     store.Tasks
		owner string
		ttl   time.Duration
		want  error
	}{
		{a, "a", time.Hour, nil},
		{b, "b", time.Hour, store.ErrLeased},
		{a, "a", time.Hour, nil}, // renewed
		{a, "a", 0, nil},         // given up
		{b, "b", time.Hour, nil},
		{a, "a", time.Hour, store.ErrLeased},
	}
	for i, s := range steps {
		if err := s.s.Lease(ctx, id, s.owner, s.ttl); !errors.Is(err, s.want) {
			t.Errorf("lease %d: %v, want %v", i, err, s.want)
		}
	}
	if err := a.Lease(ctx, id+"none", "a", time.Hour); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("lease of no task: %v", err)
	}
}

func values(t *testing.T, open func(*testing.T) store.Store) {
	a, b := open(t).KV(), open(t).KV()
	ctx, k := t.Context(), key(t)
	if _, err := a.Get(ctx, k); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nothing there: %v", err)
	}
	for i, s := range []store.KV{a, b} {
		if ok, err := s.PutNew(ctx, k, fmt.Append(nil, "v", i), time.Hour); err != nil || ok != (i == 0) {
			t.Errorf("put %d: %v, %v", i, ok, err)
		}
	}
	if v, err := b.Get(ctx, k); err != nil || string(v) != "v0" {
		t.Errorf("got %q, %v", v, err)
	}
	if err := b.Put(ctx, k, []byte{0, 0xff}, time.Hour); err != nil {
		t.Fatal(err)
	}
	if v, err := a.Get(ctx, k); err != nil || string(v) != "\x00\xff" {
		t.Errorf("got %q, %v", v, err)
	}
	if err := a.Delete(ctx, k); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(ctx, k); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleted: %v", err)
	}
	if _, err := a.PutNew(ctx, k, nil, 20*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a value to expire", func() bool {
		_, err := b.Get(ctx, k)
		return errors.Is(err, store.ErrNotFound)
	})
}

// eventually waits for something that takes a moment; the test's own time limit
// is what bounds it.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for !ok() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain for %s", what)
		case <-time.After(2 * time.Millisecond):
		}
	}
}
