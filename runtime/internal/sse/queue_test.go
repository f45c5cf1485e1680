package sse_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/internal/sse"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

func TestQueue(t *testing.T) {
	t.Parallel()
	q := sse.NewBudget(1 << 20).NewQueue()
	if items, more := q.Take(10); items != nil || !more {
		t.Errorf("an empty queue gave %q, %v", items, more)
	}
	for _, s := range []string{"aaaa", "bbbb", "cccc", "a long one that is over the limit", "d"} {
		if !q.Push([]byte(s)) {
			t.Fatalf("%s was refused", s)
		}
	}
	q.Close()
	if q.Push([]byte("e")) {
		t.Error("a closed queue took an item")
	}
	for _, want := range []string{"aaaa bbbb", "cccc", "a long one that is over the limit", "d"} {
		items, more := q.Take(10)
		if got := string(bytes.Join(items, []byte(" "))); got != want || !more {
			t.Errorf("took %q, %v, want %q", got, more, want)
		}
	}
	if items, more := q.Take(10); items != nil || more {
		t.Errorf("an ended queue gave %q, %v", items, more)
	}
	if q.Lost() {
		t.Error("the queue was closed and says that its reader was too slow")
	}
}

func TestQueueDrop(t *testing.T) {
	t.Parallel()
	q := sse.NewBudget(1 << 20).NewQueue()
	q.Push([]byte("x"))
	q.Drop()
	<-q.Ready()
	if items, more := q.Take(10); items != nil || more || q.Lost() {
		t.Errorf("after Drop: %q, %v, lost %v", items, more, q.Lost())
	}
}

// TestPushWait has producers that are faster than the reader.
func TestPushWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := sse.NewBudget(1 << 20).NewQueue()
		const each, producers = 10, 3
		var pushed atomic.Int32
		for range producers {
			go func() {
				for range each {
					if q.PushWait(make([]byte, 1000), 2000) {
						pushed.Add(1)
					}
				}
			}()
		}
		synctest.Wait()
		if n := pushed.Load(); n != 2 {
			t.Errorf("%d items were taken at once, want 2", n)
		}
		taken := 0
		for taken < each*producers-5 {
			items, _ := q.Take(1)
			taken += len(items)
			synctest.Wait()
			if held := int(pushed.Load()) - taken; held > 2 {
				t.Fatalf("the queue holds %d items", held)
			}
		}
		q.Drop() // lets those that wait go
		synctest.Wait()
		if q.PushWait(nil, 2000) {
			t.Error("a queue that has ended took an item")
		}
	})
}

// TestSlowReaderGivesWay fills a budget: the queue that nobody empties ends, the
// one that is emptied gets everything.
func TestSlowReaderGivesWay(t *testing.T) {
	t.Parallel()
	b := sse.NewBudget(100 << 10)
	stalled, healthy := b.NewQueue(), b.NewQueue()
	item := make([]byte, 10<<10)
	lost := 0
	for i := range 50 {
		if !stalled.Push(item) && lost == 0 {
			lost = i
		}
		if !healthy.Push(item) {
			t.Fatalf("item %d was refused by the queue that is emptied", i)
		}
		if i%4 == 3 {
			for range 4 {
				if items, _ := healthy.Take(1); len(items) != 1 {
					t.Fatalf("took %d items at %d, want 1", len(items), i)
				}
			}
		}
	}
	if !stalled.Lost() || lost == 0 || lost > 10 {
		t.Errorf("the queue that nobody empties: lost %v, at item %d", stalled.Lost(), lost)
	}
	if healthy.Lost() {
		t.Error("the queue that is emptied was lost")
	}
}

// TestBurst fills two queues to the same level, of which one has just been read
// from.
func TestBurst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := sse.NewBudget(101 << 10)
		stalled, healthy := b.NewQueue(), b.NewQueue()
		stalled.Push(make([]byte, 40<<10))
		for range 5 {
			healthy.Push(make([]byte, 10<<10))
		}
		time.Sleep(time.Millisecond)
		healthy.Take(1)
		for range 2 {
			healthy.Push(make([]byte, 10<<10))
		}
		if stalled.Lost() || healthy.Lost() {
			t.Fatal("lost too early")
		}
		time.Sleep(time.Microsecond)
		if healthy.Push(make([]byte, 10<<10)); !stalled.Lost() || healthy.Lost() {
			t.Errorf("lost: stalled %v, healthy %v", stalled.Lost(), healthy.Lost())
		}
	})
}

// TestBudgetIsABound pushes one item that is larger than the whole budget.
func TestBudgetIsABound(t *testing.T) {
	t.Parallel()
	q := sse.NewBudget(1000).NewQueue()
	if q.Push(make([]byte, 1001)) || !q.Lost() {
		t.Error("an item over the budget was taken")
	}
	other := sse.NewBudget(1000).NewQueue()
	for range 1000 / 64 {
		other.Push(nil)
	}
	if other.Lost() {
		t.Error("lost too early")
	}
	if other.Push(nil) || !other.Lost() {
		t.Error("empty items are not counted")
	}
}

func TestPump(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := httptest.NewRecorder()
		w := sse.NewWriter(rec, 0)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		q := sse.NewBudget(1 << 20).NewQueue()
		q.Push([]byte("1"))
		q.Push([]byte("2"))
		done := make(chan sse.End)
		go func() { done <- w.Pump(q, 15*time.Second, nil, nil) }()
		time.Sleep(31 * time.Second) // two comments
		q.Push([]byte("3"))
		synctest.Wait()
		time.Sleep(14 * time.Second) // none: the stream was not idle for long enough
		q.Close()
		if end := <-done; end != sse.Complete {
			t.Errorf("Pump = %d, want %d", end, sse.Complete)
		}
		if got, want := rec.Body.String(), "12:\n\n:\n\n3"; got != want {
			t.Errorf("wrote %q, want %q", got, want)
		}
		if h := rec.Header(); h.Get("Content-Type") != "text/event-stream" || h.Get("X-Accel-Buffering") != "no" ||
			h.Get("Cache-Control") != "no-cache, no-transform" {
			t.Errorf("header = %v", h)
		}
	})
}

func TestPumpEnds(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	close(ended)
	b := sse.NewBudget(1 << 20)
	full, small := b.NewQueue(), sse.NewBudget(1).NewQueue()
	full.Push([]byte("x"))
	small.Push([]byte("x"))
	for _, tt := range []struct {
		name       string
		w          http.ResponseWriter
		q          *sse.Queue
		gone, stop <-chan struct{}
		want       sse.End
	}{
		{"reader gone", httptest.NewRecorder(), b.NewQueue(), ended, nil, sse.Lost},
		{"stopped", httptest.NewRecorder(), b.NewQueue(), nil, ended, sse.Stopped},
		{"write fails", failing{httptest.NewRecorder()}, full, nil, nil, sse.Lost},
		{"too slow", httptest.NewRecorder(), small, nil, nil, sse.Lost},
	} {
		if got := sse.NewWriter(tt.w, 0).Pump(tt.q, time.Hour, tt.gone, tt.stop); got != tt.want {
			t.Errorf("%s: Pump = %d, want %d", tt.name, got, tt.want)
		}
	}
}

type failing struct{ http.ResponseWriter }

func (failing) Write([]byte) (int, error) { return 0, errors.New("broken") }

func TestWriter(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	w := sse.NewWriter(rec, time.Second)
	big := `"` + strings.Repeat("x", 9000) + `"`
	for _, err := range []error{
		w.Event(&sse.Event{Name: "endpoint", Data: []byte("/m?s=1"), HasData: true}),
		w.Message("1", []byte(big)), w.Message("", []byte("{}")), w.Comment(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := "event: endpoint\ndata: /m?s=1\n\nevent: message\nid: 1\ndata: " + big + "\n\nevent: message\ndata: {}\n\n:\n\n"
	if got := rec.Body.String(); got != want {
		t.Errorf("wrote %q", got)
	}
}

// aborting is a response whose writing a middleware ends.
type aborting struct{ *httptest.ResponseRecorder }

func (aborting) FlushError() error { panic(http.ErrAbortHandler) }

// TestStay writes the header of a stream that stays on another stack, and has a
// panic come back from there.
func TestStay(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	w := sse.NewWriter(rec, 0)
	w.Stay()
	for range 2 {
		if err := w.Send(sse.AppendMessage(nil, "", []byte("{}"))); err != nil || !rec.Flushed {
			t.Fatalf("Send: %v, flushed: %v", err, rec.Flushed)
		}
	}
	defer func() {
		if v := recover(); v != http.ErrAbortHandler { //nolint:errorlint // the very same
			t.Errorf("recovered %v, want %v", v, http.ErrAbortHandler)
		}
	}()
	w = sse.NewWriter(aborting{rec}, 0)
	w.Stay()
	_ = w.Send(sse.AppendMessage(nil, "", []byte("{}")))
	t.Error("Send returned")
}

// TestPumpStops: what was pushed before the stop is written.
func TestPumpStops(t *testing.T) {
	t.Parallel()
	for range 200 { // the writer sees one of the two first
		synctest.Test(t, func(t *testing.T) {
			q := sse.NewBudget(1 << 20).NewQueue()
			rec, stop, ended := httptest.NewRecorder(), make(chan struct{}), make(chan sse.End, 1)
			go func() { ended <- sse.NewWriter(rec, 0).Pump(q, time.Hour, nil, stop) }()
			synctest.Wait()
			q.Push([]byte("last"))
			close(stop)
			if end := <-ended; end != sse.Stopped || rec.Body.String() != "last" {
				t.Errorf("ended with %v after %q", end, rec.Body)
			}
		})
	}
}
