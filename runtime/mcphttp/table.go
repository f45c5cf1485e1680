package mcphttp

import (
	"slices"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// A table holds the sessions of an endpoint. Finding one takes no lock. A single
// timer ends those that are not used, and there is none while it is empty.
type table struct {
	limit int
	idle  time.Duration
	byID  index
	ended endedSet // sessions of other endpoints that this one will not go on with

	mu     sync.Mutex
	count  int // sessions, and those being opened
	closed bool
	timer  *time.Timer // nil when there is no session
}

func newTable(limit int, idle time.Duration) *table {
	return &table{limit: limit, idle: idle, byID: newIndex(), ended: endedSet{limit: maxEnded}}
}

// acquire finds a session for its owner and notes its use.
func (t *table) acquire(id string, p *mcp.Principal) *session {
	s := t.byID.find(id)
	if s == nil || !s.owns(p) || !s.acquire() {
		return nil
	}
	return s
}

// byKey finds a session by what it is called between instances.
func (t *table) byKey(key string) *session {
	k, ok := parseKey(key)
	if !ok {
		return nil
	}
	for s := range t.byID.all() {
		if s.key == k {
			return s
		}
	}
	return nil
}

// reserve makes room for one more session; false when there is none. Room that
// is not used by add is given back by release.
func (t *table) reserve() bool {
	t.mu.Lock()
	full := !t.closed && t.limit > 0 && t.count >= t.limit
	t.mu.Unlock()
	if full {
		t.evict()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || t.limit > 0 && t.count >= t.limit {
		return false
	}
	t.count++
	return true
}

func (t *table) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count--
}

// add enters a session for which there is room.
func (t *table) add(s *session) {
	s.used.Store(time.Now().UnixNano())
	t.byID.insert(s)
	t.watch(s)
}

// share enters a session for which there is room unless there is one of its id,
// which it gives then.
func (t *table) share(s *session) *session {
	s.used.Store(time.Now().UnixNano())
	if other := t.byID.insert(s); other != nil {
		return other
	}
	t.watch(s)
	return s
}

// watch sees to the end of a session that was entered.
func (t *table) watch(s *session) {
	t.mu.Lock()
	closed := t.closed
	if !closed && t.timer == nil && t.idle != never {
		t.timer = time.AfterFunc(t.period(), t.sweep)
	}
	t.mu.Unlock()
	if closed {
		t.remove(s)
	}
}

// remove ends a session.
func (t *table) remove(s *session) {
	if s.key.endpoint != s.e.self {
		t.ended.add(s.key, time.Unix(0, s.begun))
	}
	if t.byID.remove(s) {
		t.release()
	}
	s.end()
}

// period is how often the table is swept.
func (t *table) period() time.Duration { return max(t.idle/8, time.Millisecond) }

// sweep ends the sessions that have not been used for long enough.
func (t *table) sweep() {
	limit := time.Now().Add(-t.idle).UnixNano()
	for s := range t.byID.all() {
		if s.used.Load() <= limit && s.retire() {
			t.remove(s)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.closed:
	case t.count == 0:
		t.timer = nil
	default:
		t.timer.Reset(t.period())
	}
}

// evict ends the sessions that have been unused for longest: many at a time, so
// that opening one session costs little when the table stays full.
func (t *table) evict() {
	var used []int64
	for s := range t.byID.all() {
		if s.users.Load() == 0 {
			used = append(used, s.used.Load())
		}
	}
	n := min(len(used), max(t.limit/8, 1))
	if n == 0 {
		return
	}
	slices.Sort(used)
	last := used[n-1]
	for s := range t.byID.all() {
		if n > 0 && s.users.Load() == 0 && s.used.Load() <= last && s.retire() {
			t.remove(s)
			n--
		}
	}
}

// close ends all sessions and refuses new ones.
func (t *table) close() {
	t.mu.Lock()
	t.closed = true
	if t.timer != nil {
		t.timer.Stop()
	}
	t.mu.Unlock()
	for s := range t.byID.all() {
		t.remove(s)
	}
}
