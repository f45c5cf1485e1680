package eventlog_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/eventlog"
	"github.com/mcpgen/mcpgen/runtime/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// add appends events numbered from first in one step.
func add(l *eventlog.Log, stream string, first uint64, data ...string) {
	a := l.Append("s", stream, len(data), len(strings.Join(data, "")))
	for i, d := range data {
		a.Add(first+uint64(i), []byte(d), d == "end")
	}
	a.Done()
}

func after(l *eventlog.Log, stream string, seq uint64) string {
	var all []string
	l.After("s", stream, seq, func(n uint64, data []byte, last bool) {
		s := fmt.Sprint(n, string(data))
		if last {
			s += "."
		}
		all = append(all, s)
	})
	return strings.Join(all, " ")
}

// TestSteps appends events by one and by many, with a gap, and reads what follows each.
func TestSteps(t *testing.T) {
	t.Parallel()
	l := eventlog.New(1 << 20)
	add(l, "1", 1, "a")
	add(l, "1", 2, "b", "", "d")
	add(l, "2", 1, "other")
	add(l, "1", 5, strings.Repeat("e", 600), "f")
	add(l, "1", 9, "i", "end")
	want := []string{"1a", "2b", "3", "4d", "5" + strings.Repeat("e", 600), "6f", "9i", "10end."}
	seqs := []uint64{1, 2, 3, 4, 5, 6, 9, 10}
	if got := after(l, "1", 0); got != strings.Join(want, " ") {
		t.Errorf("%s", got)
	}
	for i, seq := range seqs {
		if got := after(l, "1", seq); got != strings.Join(want[i+1:], " ") {
			t.Errorf("after %d: %s", seq, got)
		}
	}
	if got := after(l, "1", 7); got != "9i 10end." {
		t.Errorf("after the gap: %s", got)
	}
	l.Drop("s")
	if got := after(l, "1", 0) + after(l, "2", 0); got != "" {
		t.Errorf("dropped: %s", got)
	}
	add(l, "1", 3, "c")
	if got := after(l, "1", 0); got != "3c" {
		t.Errorf("begun anew: %s", got)
	}
}

// TestBound forgets the oldest events of the only stream, within a batch too.
func TestBound(t *testing.T) {
	t.Parallel()
	l := eventlog.New(10 * 74) // ten events of ten bytes
	ten := strings.Repeat("x", 10)
	many := make([]string, 8)
	for i := range many {
		many[i] = ten
	}
	add(l, "1", 1, many...)
	for seq, first := uint64(9), 1; seq < 40; seq++ {
		add(l, "1", seq, ten)
		first = max(first, int(seq)-9)
		if got := strings.Fields(after(l, "1", 0)); got[0] != fmt.Sprint(first, ten) || len(got) != int(seq)-first+1 {
			t.Fatalf("after %d: %v", seq, got)
		}
	}
	add(l, "2", 1, ten)
	if after(l, "1", 0) != "" || after(l, "2", 0) != "1"+ten {
		t.Error("the older stream is still there")
	}
	add(l, "2", 2, strings.Repeat("x", 1000))
	if got := after(l, "2", 0); got != "" {
		t.Errorf("more than fits: %s", got)
	}
}

// TestConcurrent has what was read stay as it is while more is appended.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	l := eventlog.New(100 << 10)
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			stream := fmt.Sprint(w)
			for i := range uint64(500) {
				add(l, stream, 2*i+1, fmt.Sprintf("<%d>", 2*i+1), fmt.Sprintf("<%d>", 2*i+2))
				l.After("s", stream, 2*i, func(seq uint64, data []byte, _ bool) {
					if string(data) != fmt.Sprintf("<%d>", seq) {
						t.Errorf("event %d is %s", seq, data)
					}
				})
			}
		})
	}
	all.Wait()
}
