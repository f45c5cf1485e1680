package mcphttp

import (
	"slices"
	"sync"
	"time"
)

// An endedSet remembers the sessions of other endpoints that have ended on this
// one, so that their ids do not bring them back. It holds no more than limit: of
// sessions that began before the youngest one that it had to forget, it says
// that they have ended, whether they have or not.
type endedSet struct {
	limit int

	mu    sync.Mutex
	begun map[sessionKey]time.Time
	floor time.Time // all that began by then have ended
}

// maxEnded is how many sessions an endedSet remembers.
const maxEnded = 100_000

// add notes that a session has ended.
func (e *endedSet) add(k sessionKey, begun time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.begun == nil {
		e.begun = make(map[sessionKey]time.Time)
	}
	e.begun[k] = begun
	if len(e.begun) > e.limit {
		e.forget()
	}
}

// forget drops the older half.
func (e *endedSet) forget() {
	times := make([]time.Time, 0, len(e.begun))
	for _, begun := range e.begun {
		times = append(times, begun)
	}
	slices.SortFunc(times, time.Time.Compare)
	e.floor = times[len(times)/2]
	for k, begun := range e.begun {
		if !begun.After(e.floor) {
			delete(e.begun, k)
		}
	}
}

// has reports whether a session must be taken for ended.
func (e *endedSet) has(k sessionKey, begun time.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, ok := e.begun[k]
	return ok || !e.floor.IsZero() && !begun.After(e.floor)
}
