package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/internal/eventlog"
)

// Bounds of a [Memory].
const (
	maxCounters = 1 << 20  // keys that are counted at a time
	maxEvents   = 16 << 20 // bytes of events
	maxValues   = 1 << 20  // values, and as many tasks
	maxHeld     = 64 << 20 // bytes of values with their keys
	maxChanges  = 1000
)

// A Memory is a [Store] for one process. What it holds is bounded: when it is
// full, what was used least recently is forgotten.
type Memory struct {
	counters counters
	events   *eventlog.Log
	tasks    memoryTasks
	values   memoryKV

	mu          sync.Mutex
	subscribers map[*subscriber]struct{}
	published   uint64
	changes     []Change // the last ones

	order sync.Mutex // of publishing
}

// NewMemory makes an empty store.
func NewMemory() *Memory {
	return &Memory{
		counters:    counters{limit: maxCounters},
		events:      eventlog.New(maxEvents),
		subscribers: map[*subscriber]struct{}{},
	}
}

// Take implements Counter.
func (m *Memory) Take(_ context.Context, key string, l Limit, cost int) (Grant, error) {
	return m.counters.take(key, l, cost), nil
}

// Tasks gives the tasks.
func (m *Memory) Tasks() Tasks { return &m.tasks }

// KV gives the values.
func (m *Memory) KV() KV { return &m.values }

// Ping never fails.
func (m *Memory) Ping(context.Context) error { return nil }

// Close does nothing.
func (m *Memory) Close() error { return nil }

// A subscriber is called one change at a time.
type subscriber struct {
	mu   sync.Mutex
	f    func(Change)
	over bool
}

func (s *subscriber) tell(c Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.f(c)
	}
}

// placeOf is the place of the nth change.
func placeOf(n uint64) string { return fmt.Sprintf("%020d", n) }

// Publish implements Bus.
func (m *Memory) Publish(_ context.Context, c Change) error {
	m.order.Lock()
	defer m.order.Unlock()
	m.mu.Lock()
	m.published++
	c.At = placeOf(m.published)
	if m.changes = append(m.changes, c); len(m.changes) >= 2*maxChanges {
		m.changes = slices.Clone(m.changes[maxChanges:])
	}
	all := make([]*subscriber, 0, len(m.subscribers))
	for s := range m.subscribers {
		all = append(all, s)
	}
	m.mu.Unlock()
	for _, s := range all {
		s.tell(c)
	}
	return nil
}

// Subscribe implements Bus. Nothing is ever lost.
func (m *Memory) Subscribe(f func(Change), _ func()) (cancel func(), err error) {
	s := &subscriber{f: f}
	m.order.Lock()
	defer m.order.Unlock()
	m.mu.Lock()
	m.subscribers[s] = struct{}{}
	begin := Change{At: placeOf(m.published)}
	m.mu.Unlock()
	s.tell(begin)
	return func() {
		m.mu.Lock()
		delete(m.subscribers, s)
		m.mu.Unlock()
		s.mu.Lock() // waits for a call that runs
		s.over = true
		s.mu.Unlock()
	}, nil
}

// Since implements Bus.
func (m *Memory) Since(_ context.Context, at string) ([]Change, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := strconv.ParseUint(at, 10, 64)
	first := m.published - uint64(len(m.changes))
	if err != nil || n < first || n > m.published || placeOf(n) != at {
		return nil, ErrGap
	}
	return slices.Clone(m.changes[n-first:]), nil
}

// Append implements Events.
func (m *Memory) Append(_ context.Context, session, stream string, events ...Event) error {
	eventlog.Append(m.events, session, stream, events)
	return nil
}

// After implements Events.
func (m *Memory) After(_ context.Context, session, stream string, seq uint64) ([]Event, error) {
	return eventlog.After[Event](m.events, session, stream, seq), nil
}

// Drop implements Events.
func (m *Memory) Drop(session string) { m.events.Drop(session) }
