package main

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// A way does one piece of work.
type way struct {
	name, note string
	run        func() error
}

// A result is what one run of a way costs.
type result struct {
	way

	turns  []float64 // nanoseconds of CPU, by round
	bytes  float64   // allocated
	allocs float64
}

// A meter measures ways side by side.
type meter struct {
	rounds int
	turn   time.Duration
}

// cpu is the median of the rounds, and the least.
func (r *result) cpu() (median, least float64) {
	return middle(r.turns), slices.Min(r.turns)
}

// ratio is how much more than another way this one costs: the median of what it
// is in each round, whose turns follow one another.
func (r *result) ratio(to *result) float64 {
	ratios := make([]float64, len(r.turns))
	for i := range ratios {
		ratios[i] = r.turns[i] / to.turns[i]
	}
	return middle(ratios)
}

func middle(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// measure lets the ways take turns.
func (m meter) measure(ways []way) ([]result, error) {
	results := make([]result, len(ways))
	times := make([]int, len(ways)) // runs in a turn
	for i, w := range ways {
		results[i] = result{way: w}
		start, n := time.Now(), 0
		for time.Since(start) < m.turn/4 {
			if err := w.run(); err != nil {
				return nil, fmt.Errorf("%s: %w", w.name, err)
			}
			n++
		}
		times[i] = max(1, n*4)
	}
	for range m.rounds {
		for i := range results {
			if err := results[i].turn(times[i]); err != nil {
				return nil, err
			}
		}
	}
	return results, nil
}

// turn runs a way n times.
func (r *result) turn(n int) error {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime()
	for range n {
		if err := r.run(); err != nil {
			return err
		}
	}
	r.turns = append(r.turns, float64(cpuTime()-start)/float64(n))
	runtime.ReadMemStats(&after)
	r.bytes = float64(after.TotalAlloc-before.TotalAlloc) / float64(n)
	r.allocs = math.Round(float64(after.Mallocs-before.Mallocs) / float64(n))
	return nil
}

// cpuTime is how long all threads of the process have run.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
