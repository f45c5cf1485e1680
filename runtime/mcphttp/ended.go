package mcphttp

import (
	"context"
	"slices"
	"sync"
	"time"
)

// An EndedStore remembers the sessions that have been ended, for all instances.
// Its methods are safe for concurrent use. When it does not answer, an ended
// session may go on where it has not been ended.
type EndedStore interface {
	// End notes the end of a session, for ttl at least. session is not its id.
	End(ctx context.Context, session string, ttl time.Duration) error

	// Ended reports whether the end of a session was noted.
	Ended(ctx context.Context, session string) (bool, error)
}

// endForAll tells the other instances that a session has ended.
func (e *Endpoint) endForAll(ctx context.Context, s *session) {
	left := e.o.SessionTakeover - s.age()
	if e.o.Ended == nil || left <= 0 {
		return
	}
	if err := e.o.Ended.End(ctx, s.key.text(), left); err != nil {
		e.s.Logger().Warn("other instances do not know of the end of a session", "error", err)
	}
}

// endedElsewhere reports whether another instance has told that a session has
// ended.
func (e *Endpoint) endedElsewhere(ctx context.Context, k sessionKey) bool {
	if e.o.Ended == nil {
		return false
	}
	ended, err := e.o.Ended.Ended(ctx, k.text())
	if err != nil {
		e.s.Logger().Warn("it is not known whether a session has ended", "error", err)
	}
	return ended && err == nil
}

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
	times := make([]int64, 0, len(e.begun)) // as in evict: one way to sort is enough for a program
	for _, begun := range e.begun {
		times = append(times, begun.UnixNano())
	}
	slices.Sort(times)
	e.floor = time.Unix(0, times[len(times)/2])
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
