package mcphttp_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

// A flusher counts how often it is flushed, and what was written by then.
type flusher struct {
	*httptest.ResponseRecorder

	flushed []int
}

func (f *flusher) FlushError() error {
	f.flushed = append(f.flushed, strings.Count(f.Body.String(), "\ndata: "))
	return nil
}

// TestCoalesceTimes sends messages at known times: one that comes alone does not
// wait, and those of a burst leave together.
func TestCoalesceTimes(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, tt := range []struct {
		coalesce time.Duration
		pauses   []time.Duration // before each message
		want     []int           // how many messages had been written at each flush
	}{
		{0, []time.Duration{0, 0, 0, 0}, []int{1, 4}},
		{0, []time.Duration{0, 10 * ms, 10 * ms}, []int{1, 2, 3}},
		{0, []time.Duration{0, 1 * ms, 1 * ms, 10 * ms}, []int{1, 3, 4}},
		{0, []time.Duration{0, 3 * ms, 3 * ms, 3 * ms, 3 * ms}, []int{1, 2, 4, 5}},
		{20 * ms, []time.Duration{0, 10 * ms, 5 * ms, 10 * ms}, []int{1, 3, 4}},
		{-1, []time.Duration{0, 0, 0, 0}, []int{1, 2, 3, 4}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
			s.Register(mcp.ToolDef{Name: "burst", Call: func(_ context.Context, c *mcp.Call) error {
				for i, pause := range tt.pauses {
					time.Sleep(pause)
					c.Progress().Report(float64(i), 0, "")
				}
				time.Sleep(time.Second)
				c.Text("done")
				return nil
			}})
			e := mcphttp.New(s, &mcphttp.Options{Coalesce: tt.coalesce})
			defer e.Close()
			body, head := modernCall(1, "burst", `{}`, `,"progressToken":"p"`)
			r := httptest.NewRequest(http.MethodPost, "http://localhost/mcp", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			for i := 0; i < len(head); i += 2 {
				r.Header.Set(head[i], head[i+1])
			}
			w := &flusher{ResponseRecorder: httptest.NewRecorder()}
			e.ServeHTTP(w, r)
			if !slices.Equal(w.flushed, tt.want) {
				t.Errorf("pauses %v: flushed after %v messages, want %v", tt.pauses, w.flushed, tt.want)
			}
			if n := strings.Count(w.Body.String(), "\ndata: "); n != len(tt.pauses)+1 {
				t.Errorf("pauses %v: %d messages in all", tt.pauses, n)
			}
		})
	}
}

// An appender counts the steps in which events are kept, and waits in them when it is
// told to.
type appender struct {
	*mcphttp.MemoryEvents

	mu     sync.Mutex
	steps  []int
	broken bool
}

func (a *appender) Append(ctx context.Context, session, stream string, events ...mcphttp.Event) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.steps = append(a.steps, len(events))
	if a.broken {
		return errBroken
	}
	return a.MemoryEvents.Append(ctx, session, stream, events...)
}

// TestCoalesceKeeps keeps in one step what leaves together, and a client can come back
// to any of it.
func TestCoalesceKeeps(t *testing.T) {
	t.Parallel()
	store := &appender{MemoryEvents: mcphttp.NewMemoryEvents(1 << 20)}
	w := newWorld(t, &mcphttp.Options{Coalesce: time.Hour, Events: store})
	h := w.begin("2025-11-25")
	ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "steps", `{"text":"s","n":6}`, `"progressToken":"p"`), h...))
	var ids []string
	for range 8 { // the first has no message
		e, _ := ev.next()
		ids = append(ids, e.ID)
	}
	ev.end()
	if want := []string{"1_0", "1_1", "1_2", "1_3", "1_4", "1_5", "1_6", "1_7"}; !slices.Equal(ids, want) {
		t.Errorf("ids %v", ids)
	}
	if !slices.Equal(store.steps, []int{1, 6}) {
		t.Errorf("kept in steps of %v", store.steps)
	}
	for n, id := range ids[:7] {
		again := readEvents(t, w.open(t.Context(), "GET", "", append(h, "Last-Event-ID", id)...))
		for ; n < 6; n++ {
			if e, a := again.next(); a.Params.Progress != float64(n+1) || e.ID != ids[n+1] {
				t.Errorf("after %s: %+v", id, e)
			}
		}
		if e, a := again.next(); a.text() != "done s" || e.ID != ids[7] {
			t.Errorf("after %s: %+v", id, e)
		}
		again.end()
	}
}

// TestCoalesceTakenOver has a client come back while messages wait to leave: it gets
// them, and the response that they waited for does not.
func TestCoalesceTakenOver(t *testing.T) {
	t.Parallel()
	for _, broken := range []bool{false, true} {
		store := &appender{MemoryEvents: mcphttp.NewMemoryEvents(1 << 20)}
		w := newWorld(t, &mcphttp.Options{Coalesce: time.Hour, Events: store})
		h := w.begin("2025-11-25")
		waits, goOn := make(chan struct{}), make(chan struct{})
		w.step = func(done int) {
			if done == 3 {
				close(waits)
				<-goOn
			}
		}
		ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "steps", `{"text":"s","n":4}`, `"progressToken":"p"`), h...))
		ev.next()
		last, _ := ev.next()
		<-waits // 2 and 3 wait
		store.mu.Lock()
		store.broken = broken
		store.mu.Unlock()
		get := slices.Concat(h, []string{"Last-Event-ID", last.ID})
		if broken { // they cannot be kept: the client cannot come back, and nothing is lost
			if r := w.do("GET", "", get...); r.status != http.StatusGone {
				t.Errorf("%d %s", r.status, r.body)
			}
			close(goOn)
			for n := 2; n <= 4; n++ {
				if e, a := ev.next(); a.Params.Progress != float64(n) || e.HasID {
					t.Errorf("event %+v, want progress %d", e, n)
				}
			}
			if e, a := ev.next(); a.text() != "done s" || e.HasID {
				t.Errorf("answer %+v", e)
			}
			ev.end()
			continue
		}
		again := readEvents(t, w.open(t.Context(), "GET", "", get...))
		close(goOn)
		for n := 2; n <= 4; n++ {
			if e, a := again.next(); a.Params.Progress != float64(n) || e.ID != fmt.Sprint("1_", n) {
				t.Errorf("event %+v, want progress %d", e, n)
			}
		}
		if e, a := again.next(); a.text() != "done s" || e.ID != "1_5" {
			t.Errorf("answer %+v", e)
		}
		again.end()
		ev.end()
	}
}

// TestCoalesceBounds has no more wait than a batch may hold.
func TestCoalesceBounds(t *testing.T) {
	t.Parallel()
	for _, start := range []func(w *world) *events{
		func(w *world) *events {
			h := w.begin("2025-11-25")
			ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "long", `{}`, `"progressToken":"p"`), h...))
			ev.next()
			return ev
		},
		func(w *world) *events {
			body, head := modernCall(1, "long", `{}`, `,"progressToken":"p"`)
			return readEvents(t, w.open(t.Context(), "POST", body, head...))
		},
	} {
		w := newWorld(t, &mcphttp.Options{Coalesce: time.Hour})
		goOn := make(chan struct{})
		w.s.Register(mcp.ToolDef{Name: "long", Call: func(_ context.Context, c *mcp.Call) error {
			for i := range 8 {
				c.Progress().Report(float64(i+1), 0, strings.Repeat("x", 10<<10))
			}
			<-goOn
			c.Text("done")
			return nil
		}})
		ev := start(w)
		for n := 1; n <= 5; n++ { // the first, and the four that are more than a batch
			if _, a := ev.next(); a.Params.Progress != float64(n) {
				t.Errorf("%+v", a)
			}
		}
		close(goOn)
		for n := 6; n <= 8; n++ {
			if _, a := ev.next(); a.Params.Progress != float64(n) {
				t.Errorf("%+v", a)
			}
		}
		ev.next()
		ev.end()
	}
}

// TestCoalesceUnanswered sends what waits although no answer comes.
func TestCoalesceUnanswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{Coalesce: time.Hour})
	h := w.begin("2025-11-25")
	w.step = func(done int) {
		if done == 3 {
			w.do("POST", `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`, h...)
		}
	}
	ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "steps", `{"text":"s","n":4}`, `"progressToken":"p"`), h...))
	ev.next()
	for n := 1; n <= 3; n++ {
		if _, a := ev.next(); a.Params.Progress != float64(n) {
			t.Errorf("%+v", a)
		}
	}
	ev.end()
}
