package mcphttp_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

func TestMemoryEvents(t *testing.T) {
	t.Parallel()
	const limit = 1000
	m := mcphttp.NewMemoryEvents(limit)
	add := func(session, stream string, seq, size int) {
		t.Helper()
		if err := m.Append(t.Context(), session, stream, mcphttp.Event{Seq: uint64(seq), Data: make([]byte, size)}); err != nil {
			t.Fatal(err)
		}
	}
	after := func(session, stream string, seq uint64) string {
		t.Helper()
		events, err := m.After(t.Context(), session, stream, seq)
		if err != nil {
			t.Fatal(err)
		}
		s := ""
		for _, ev := range events {
			s = fmt.Sprint(s, ev.Seq, " ")
		}
		return s
	}
	for i := range 3 {
		add("a", "1", i+1, 10)
		add("a", "2", i+1, 10)
		add("b", "1", i+1, 10)
	}
	for _, tt := range []struct {
		session, stream string
		seq             uint64
		want            string
	}{{"a", "1", 0, "1 2 3 "}, {"a", "1", 2, "3 "}, {"a", "1", 3, ""}, {"a", "3", 0, ""}, {"c", "1", 0, ""}} {
		if got := after(tt.session, tt.stream, tt.seq); got != tt.want {
			t.Errorf("%s/%s after %d: %q, want %q", tt.session, tt.stream, tt.seq, got, tt.want)
		}
	}
	add("b", "1", 4, 300) // the streams that had no event for longest give way
	if a1, a2, b1 := after("a", "1", 0), after("a", "2", 0), after("b", "1", 0); a1 != "" || a2 != "1 2 3 " || b1 != "1 2 3 4 " {
		t.Errorf("a/1 %q, a/2 %q, b/1 %q", a1, a2, b1)
	}
	for i := range 10 {
		add("b", "1", i+5, 100)
	}
	if a2, b1 := after("a", "2", 0), after("b", "1", 0); a2 != "" || b1 != "9 10 11 12 13 14 " {
		t.Errorf("a/2 %q, b/1 %q", a2, b1)
	}
	add("b", "2", 1, limit) // more than fits
	if b1, b2 := after("b", "1", 0), after("b", "2", 0); b1 != "" || b2 != "" {
		t.Errorf("b/1 %q, b/2 %q", b1, b2)
	}
	add("b", "1", 1, 10)
	add("a", "1", 1, 10)
	m.Drop("b")
	m.Drop("c")
	if a1, b1 := after("a", "1", 0), after("b", "1", 0); a1 != "1 " || b1 != "" {
		t.Errorf("a/1 %q, b/1 %q", a1, b1)
	}
}

// A brokenStore fails when it is told to.
type brokenStore struct {
	*mcphttp.MemoryEvents

	appends, afters bool
}

var errBroken = errors.New("broken")

func (b *brokenStore) Append(ctx context.Context, session, stream string, events ...mcphttp.Event) error {
	if b.appends {
		return errBroken
	}
	return b.MemoryEvents.Append(ctx, session, stream, events...)
}

func (b *brokenStore) After(ctx context.Context, session, stream string, seq uint64) ([]mcphttp.Event, error) {
	if b.afters {
		return nil, errBroken
	}
	return b.MemoryEvents.After(ctx, session, stream, seq)
}

// TestBrokenStore cannot keep events, or not give them back.
func TestBrokenStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{Events: &brokenStore{MemoryEvents: mcphttp.NewMemoryEvents(1000), afters: true}})
	h := w.begin("2025-11-25")
	ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "steps", `{"text":"s","n":1}`, `"progressToken":1`), h...))
	prime, _ := ev.next()
	ev.next()
	ev.next()
	ev.end()
	if r := w.do("GET", "", append(h, "Last-Event-ID", prime.ID)...); r.status != 410 {
		t.Errorf("GET: %d %s", r.status, r.body)
	}
	// What cannot be kept is delivered all the same.
	w = newWorld(t, &mcphttp.Options{Events: &brokenStore{MemoryEvents: mcphttp.NewMemoryEvents(1000), appends: true}})
	h = w.begin("2025-11-25")
	ev = readEvents(t, w.open(t.Context(), "GET", "", h...))
	ev.next()
	w.e.Broadcast(t.Context(), []byte(changed))
	if e, a := ev.next(); e.HasID || a.Method == "" {
		t.Errorf("event %+v", e)
	}
	if r := w.do("GET", "", append(h, "Last-Event-ID", "1_0")...); r.status != 410 {
		t.Errorf("GET of a stream with a gap: %d %s", r.status, r.body)
	}
	ev = readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "steps", `{"text":"s","n":1}`, `"progressToken":1`), h...))
	ev.next()
	ev.next()
	if e, a := ev.next(); e.HasID || a.text() != "done s" {
		t.Errorf("answer %+v", e)
	}
	ev.end()
	if r := w.do("GET", "", append(h, "Last-Event-ID", "2_0")...); r.status != 410 {
		t.Errorf("GET of an ended stream with a gap: %d %s", r.status, r.body)
	}
}
