package mcp

import (
	doubly "container/list"
	"context"
	"slices"
	"sync"
	"time"
)

// A CallStore remembers calls that came with an idempotency key, so that one which
// is sent again does not run again. Instances of one server need one that they
// share. The methods may be called concurrently; an error means that the store
// did not answer.
type CallStore interface {
	// Claim keeps a record under a key that has none, and gives nil then. Otherwise
	// it gives what the key has.
	Claim(ctx context.Context, key string, record []byte, ttl time.Duration) (kept []byte, err error)
	// Keep keeps a record in place of what the key has.
	Keep(ctx context.Context, key string, record []byte, ttl time.Duration) error
	// Kept gives the record of a key, nil when there is none.
	Kept(ctx context.Context, key string) ([]byte, error)
	// Free forgets a key.
	Free(ctx context.Context, key string) error
	// Shared reports whether all instances of the server see the same records.
	Shared() bool
}

// Bounds of a CallStore in memory.
const (
	defaultCallBytes = 64 << 20
	callCost         = 256 // what a record costs beside its bytes
)

// NewCallStore makes a CallStore in the memory of this process, which holds at
// most limit bytes; 0: 64 MiB. When it is full, the calls that ended first are
// forgotten, and never those that run.
func NewCallStore(limit int) CallStore {
	if limit <= 0 {
		limit = defaultCallBytes
	}
	return &callMemory{limit: limit, byKey: make(map[string]*doubly.Element)}
}

type callMemory struct {
	limit int

	mu    sync.Mutex
	used  int
	byKey map[string]*doubly.Element // of *callEntry
	order doubly.List                // of *callEntry, in the order of the last change
}

type callEntry struct {
	key    string
	record []byte
	until  time.Time
}

func (e *callEntry) cost() int { return len(e.key) + len(e.record) + callCost }

// Shared implements CallStore.
func (*callMemory) Shared() bool { return false }

// Claim implements CallStore.
func (m *callMemory) Claim(_ context.Context, key string, record []byte, ttl time.Duration) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.find(key); e != nil {
		return e.record, nil
	}
	m.put(key, record, ttl)
	return nil, nil
}

// Keep implements CallStore.
func (m *callMemory) Keep(_ context.Context, key string, record []byte, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remove(key)
	m.put(key, record, ttl)
	return nil
}

// Kept implements CallStore.
func (m *callMemory) Kept(_ context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.find(key); e != nil {
		return e.record, nil
	}
	return nil, nil
}

// Free implements CallStore.
func (m *callMemory) Free(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remove(key)
	return nil
}

// find gives the entry of a key that has not expired.
func (m *callMemory) find(key string) *callEntry {
	el := m.byKey[key]
	if el == nil {
		return nil
	}
	e := entryOf(el)
	if time.Now().After(e.until) {
		m.remove(key)
		return nil
	}
	return e
}

func (m *callMemory) put(key string, record []byte, ttl time.Duration) {
	e := &callEntry{key, slices.Clone(record), time.Now().Add(ttl)}
	m.byKey[key] = m.order.PushBack(e)
	m.used += e.cost()
	for el := m.order.Front(); el != nil && m.used > m.limit; {
		next, old := el.Next(), entryOf(el)
		if !isRunning(old.record) {
			m.remove(old.key)
		}
		el = next
	}
	for el := m.order.Front(); el != nil && time.Now().After(entryOf(el).until); el = m.order.Front() {
		m.remove(entryOf(el).key)
	}
}

func (m *callMemory) remove(key string) {
	el := m.byKey[key]
	if el == nil {
		return
	}
	m.used -= entryOf(el).cost()
	m.order.Remove(el)
	delete(m.byKey, key)
}

func entryOf(el *doubly.Element) *callEntry {
	return el.Value.(*callEntry) //nolint:errcheck // nothing else is in the list
}
