package main

import (
	"fmt"
	"math"
	"runtime"
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

	cpu    float64 // nanoseconds
	bytes  float64 // allocated
	allocs float64
}

// A meter measures ways side by side.
type meter struct {
	rounds int
	turn   time.Duration
}

// measure lets the ways take turns and gives the least that each of them cost.
func (m meter) measure(ways []way) ([]result, error) {
	results := make([]result, len(ways))
	times := make([]int, len(ways)) // runs in a turn
	for i, w := range ways {
		results[i] = result{way: w, cpu: math.Inf(1)}
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
	cpu := float64(cpuTime()-start) / float64(n)
	runtime.ReadMemStats(&after)
	r.cpu = min(r.cpu, cpu)
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
