// Package observe lets a server be watched: health and readiness for load
// balancers, and the interfaces by which metrics and traces are kept. The
// libraries for those are in packages of their own below this one, so that a
// program links them only when it uses them.
package observe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"
)

// A Check says whether something that a server depends on works. It may run
// concurrently with other checks, and ctx ends when it has taken too long.
type Check func(ctx context.Context) error

// HealthOptions are the choices of a [Health].
type HealthOptions struct {
	Timeout time.Duration // how long a check may take; 0: 2 s
	Keep    time.Duration // how long its outcome is good for, so that probes are no load; 0: 2 s

	// Ready is whether the answer speaks of readiness: ready and not-ready, and
	// nothing about the process, instead of healthy and unhealthy.
	Ready bool

	// Trusted says who is told why a check fails, and of memory and uptime. nil:
	// nobody.
	Trusted func(r *http.Request) bool
}

// A Health answers the question whether a server works: with 200 and {"status":
// "healthy"} when all checks pass, and 503 and "unhealthy" otherwise. It is safe
// for concurrent use.
type Health struct {
	o     HealthOptions
	begun time.Time

	mu     sync.Mutex
	checks map[string]*check
}

// A check is a Check with its last outcome.
type check struct {
	f Check

	mu   sync.Mutex
	at   time.Time // of the outcome; zero: none yet
	err  error
	wait chan struct{} // closed when the run that goes on ends; nil: none does
}

// Defaults of HealthOptions.
const (
	defaultCheckTimeout = 2 * time.Second
	defaultCheckKeep    = 2 * time.Second
)

// NewHealth makes one without checks. A nil o has the defaults.
func NewHealth(o *HealthOptions) *Health {
	h := &Health{begun: time.Now(), checks: map[string]*check{}}
	if o != nil {
		h.o = *o
	}
	if h.o.Timeout <= 0 {
		h.o.Timeout = defaultCheckTimeout
	}
	if h.o.Keep <= 0 {
		h.o.Keep = defaultCheckKeep
	}
	return h
}

// Add adds a check. A name that is taken is an error.
func (h *Health) Add(name string, f Check) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case name == "" || f == nil:
		return errors.New("observe: a check needs a name and a function")
	case h.checks[name] != nil || name == "server" || name == "memory" || name == "uptime":
		return fmt.Errorf("observe: there is a check %q already", name)
	}
	h.checks[name] = &check{f: f}
	return nil
}

// errTimeout is the outcome of a check that takes too long.
var errTimeout = errors.New("timeout")

// outcome runs the check unless its last outcome is still good. A run that takes
// too long goes on, and no other begins until it has ended.
func (c *check) outcome(timeout, keep time.Duration) error {
	c.mu.Lock()
	if !c.at.IsZero() && time.Since(c.at) < keep {
		defer c.mu.Unlock()
		return c.err
	}
	wait := c.wait
	if wait == nil {
		wait = make(chan struct{})
		c.wait = wait
		go c.run(timeout, wait)
	}
	c.mu.Unlock()
	late := time.NewTimer(timeout)
	defer late.Stop()
	select {
	case <-wait:
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.err
	case <-late.C:
		return errTimeout
	}
}

func (c *check) run(timeout time.Duration, done chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	err := errors.New("the check did not return")
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
		if errors.Is(err, context.DeadlineExceeded) {
			err = errTimeout
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.at, c.err, c.wait = time.Now(), err, nil
		close(done)
	}()
	err = c.f(ctx)
}

// Run gives the outcome of every check by its name; nil is good.
func (h *Health) Run() map[string]error {
	h.mu.Lock()
	checks := maps.Clone(h.checks)
	h.mu.Unlock()
	var mu sync.Mutex
	var wg sync.WaitGroup
	out := make(map[string]error, len(checks))
	for name, c := range checks {
		wg.Go(func() {
			err := c.outcome(h.o.Timeout, h.o.Keep)
			mu.Lock()
			defer mu.Unlock()
			out[name] = err
		})
	}
	wg.Wait()
	return out
}

// ServeHTTP implements http.Handler.
func (h *Health) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "GET only", http.StatusMethodNotAllowed)
		return
	}
	trusted := h.o.Trusted != nil && h.o.Trusted(r)
	outcomes := h.Run()
	code, checks := http.StatusOK, map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(outcomes)) {
		err := outcomes[name]
		switch {
		case err == nil:
			checks[name] = "healthy"
			continue
		case trusted || errors.Is(err, errTimeout):
			checks[name] = "unhealthy: " + err.Error()
		default:
			checks[name] = "unhealthy"
		}
		code = http.StatusServiceUnavailable
	}
	body := map[string]any{"status": h.word(code == http.StatusOK), "timestamp": now()}
	if !h.o.Ready {
		checks["server"] = "healthy"
		if trusted {
			checks["memory"], checks["uptime"] = memory(), time.Since(h.begun).Seconds()
		}
	}
	if len(checks) > 0 {
		body["checks"] = checks
	}
	answer(w, code, body)
}

// NotReady answers that a server takes no requests, or no more.
func NotReady(w http.ResponseWriter) {
	answer(w, http.StatusServiceUnavailable, map[string]any{"status": "not-ready", "timestamp": now()})
}

func now() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000Z") }

func (h *Health) word(good bool) string {
	switch {
	case h.o.Ready && good:
		return "ready"
	case h.o.Ready:
		return "not-ready"
	case good:
		return "healthy"
	}
	return "unhealthy"
}

func answer(w http.ResponseWriter, code int, body map[string]any) {
	b, err := json.Marshal(body)
	if err != nil { // nothing in it can fail
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write(append(b, '\n')) // the client has left
}

// memory tells how much memory the process uses, in bytes. Reading it stops the
// process for some microseconds; package runtime/metrics would not, but its
// descriptions are in every program and read by each start.
func memory() map[string]uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return map[string]uint64{"total": m.Sys, "heapUsed": m.HeapAlloc}
}
