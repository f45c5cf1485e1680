package store

import (
	"context"
	"slices"
	"sync"
	"time"
)

// memoryTasks are the tasks of a Memory.
type memoryTasks struct {
	mu   sync.Mutex
	byID map[string]*memoryTask
}

type memoryTask struct {
	Task

	version Version
	owner   string
	leased  time.Time // until when
}

// find gives a task that has not expired.
func (m *memoryTasks) find(id string) *memoryTask {
	t := m.byID[id]
	if t != nil && !t.Expires.IsZero() && !time.Now().Before(t.Expires) {
		delete(m.byID, id)
		return nil
	}
	return t
}

// Create implements Tasks. When there are too many, those that have expired are
// forgotten.
func (m *memoryTasks) Create(_ context.Context, t Task) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.find(t.ID) != nil {
		return ErrExists
	}
	if len(m.byID) >= maxValues {
		for id := range m.byID {
			m.find(id)
		}
	}
	if m.byID == nil {
		m.byID = map[string]*memoryTask{}
	}
	t.State = slices.Clone(t.State)
	m.byID[t.ID] = &memoryTask{Task: t, version: 1}
	return nil
}

// Get implements Tasks.
func (m *memoryTasks) Get(_ context.Context, id, principal string) (Task, Version, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.find(id)
	if t == nil || t.Principal != principal && principal != Anyone {
		return Task{}, 0, ErrNotFound
	}
	out := t.Task
	out.State = slices.Clone(t.State)
	return out, t.version, nil
}

// Update implements Tasks.
func (m *memoryTasks) Update(_ context.Context, t Task, v Version) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	have := m.find(t.ID)
	switch {
	case have == nil || have.Principal != t.Principal:
		return ErrNotFound
	case have.version != v:
		return ErrConflict
	}
	have.State, have.Expires = slices.Clone(t.State), t.Expires
	have.version++
	return nil
}

// List implements Tasks.
func (m *memoryTasks) List(_ context.Context, principal string, limit int) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	ids := []string{}
	for id, t := range m.byID {
		if t.Principal == principal && m.find(id) != nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids[:min(limit, len(ids))], nil
}

// Lease implements Tasks.
func (m *memoryTasks) Lease(_ context.Context, id, owner string, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.find(id)
	now := time.Now()
	switch {
	case t == nil:
		return ErrNotFound
	case t.owner != owner && now.Before(t.leased):
		return ErrLeased
	}
	t.owner, t.leased = owner, now.Add(ttl)
	return nil
}

// memoryKV are the values of a Memory.
type memoryKV struct {
	mu     sync.Mutex
	held   int // bytes
	values map[string]memoryValue
}

type memoryValue struct {
	data  []byte
	until time.Time
}

func (m *memoryKV) find(key string) (memoryValue, bool) {
	v, ok := m.values[key]
	if ok && !time.Now().Before(v.until) {
		m.remove(key)
		return v, false
	}
	return v, ok
}

func (m *memoryKV) remove(key string) {
	if v, ok := m.values[key]; ok {
		m.held -= len(key) + len(v.data)
		delete(m.values, key)
	}
}

// put keeps a value. When there are too many, those that have expired go, and
// any other if that does not help.
func (m *memoryKV) put(key string, value []byte, ttl time.Duration) {
	m.remove(key)
	size := len(key) + len(value)
	full := func() bool { return len(m.values) >= maxValues || m.held+size > maxHeld }
	if full() {
		for k := range m.values {
			m.find(k)
		}
		for k := range m.values {
			if !full() {
				break
			}
			m.remove(k)
		}
	}
	m.held += size
	if m.values == nil {
		m.values = map[string]memoryValue{}
	}
	m.values[key] = memoryValue{slices.Clone(value), time.Now().Add(ttl)}
}

// PutNew implements KV.
func (m *memoryKV) PutNew(_ context.Context, key string, value []byte, ttl time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.find(key); ok {
		return false, nil
	}
	m.put(key, value, ttl)
	return true, nil
}

// Put implements KV.
func (m *memoryKV) Put(_ context.Context, key string, value []byte, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key, value, ttl)
	return nil
}

// Get implements KV.
func (m *memoryKV) Get(_ context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.find(key)
	if !ok {
		return nil, ErrNotFound
	}
	return slices.Clone(v.data), nil
}

// Delete implements KV.
func (m *memoryKV) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remove(key)
	return nil
}
