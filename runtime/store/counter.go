package store

import (
	"container/list"
	"sync"
	"time"
)

// counters are the counters of a Memory: at most limit, of which those that were
// used least recently give way.
type counters struct {
	limit int

	mu    sync.Mutex
	byKey map[string]*list.Element
	order list.List // of *count, least recently used first
}

// A count is the state of one key.
type count struct {
	key   string
	n     int       // events of the window; not used when smooth
	until time.Time // the end of the window, or when all would be available again
}

func (c *counters) take(key string, l Limit, cost int) Grant {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	k := c.count(key)
	if l.Smooth {
		return k.smooth(l, cost, now)
	}
	return k.window(l, cost, now)
}

// count finds the state of a key, or begins one.
func (c *counters) count(key string) *count {
	if el := c.byKey[key]; el != nil {
		c.order.MoveToBack(el)
		return el.Value.(*count) //nolint:errcheck // nothing else is in the list
	}
	if c.byKey == nil {
		c.byKey = make(map[string]*list.Element)
	}
	for len(c.byKey) >= c.limit {
		oldest := c.order.Front()
		delete(c.byKey, oldest.Value.(*count).key) //nolint:errcheck // as above
		c.order.Remove(oldest)
	}
	k := &count{key: key}
	c.byKey[key] = c.order.PushBack(k)
	return k
}

// window counts in windows of a fixed length.
func (k *count) window(l Limit, cost int, now time.Time) Grant {
	if !now.Before(k.until) {
		k.n, k.until = 0, now.Add(l.Window)
	}
	g := Grant{Reset: k.until.Sub(now)}
	if k.n+cost > l.N {
		g.Remaining, g.Retry = max(0, l.N-k.n), g.Reset
		return g
	}
	k.n += cost
	g.OK, g.Remaining = true, l.N-k.n
	return g
}

// smooth is the generic cell rate algorithm: until is the time at which all
// events so far would have been due, had they come evenly.
func (k *count) smooth(l Limit, cost int, now time.Time) Grant {
	step := l.Window / time.Duration(l.N)
	due := k.until
	if due.Before(now) {
		due = now
	}
	next := due.Add(step * time.Duration(cost))
	if ahead := next.Sub(now) - l.Window; ahead > 0 {
		return Grant{Remaining: int((l.Window - due.Sub(now)) / step), Reset: due.Sub(now), Retry: ahead}
	}
	k.until = next
	return Grant{OK: true, Remaining: int((l.Window - next.Sub(now)) / step), Reset: next.Sub(now)}
}
