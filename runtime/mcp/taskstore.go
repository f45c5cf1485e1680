package mcp

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Bounds of a store in memory.
const (
	defaultMaxTasks = 10_000
	maxTaskBytes    = 256 << 20 // of results, errors and questions, of all tasks
)

// NewTaskStore makes a store in the memory of this process. It holds at most limit
// tasks, 10,000 when that is 0, with 256 MiB of results, and forgets those that
// have expired.
func NewTaskStore(limit int) TaskStore {
	if limit <= 0 {
		limit = defaultMaxTasks
	}
	return &taskMemory{limit: limit, tasks: make(map[string]*taskEntry)}
}

// taskMemory is a TaskStore in memory.
type taskMemory struct {
	limit int

	mu    sync.Mutex
	bytes int       // what the tasks hold
	swept time.Time // when expired tasks were last looked for
	tasks map[string]*taskEntry
	last  uint64 // number of the last watcher
}

type taskEntry struct {
	task     Task
	watchers map[uint64]func()
}

// sweepEvery is how often expired tasks are looked for when there is room.
const sweepEvery = time.Minute

func (m *taskMemory) Create(_ context.Context, t Task) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if len(m.tasks) >= m.limit || now.Sub(m.swept) > sweepEvery {
		m.sweep(now)
	}
	if len(m.tasks) >= m.limit {
		return ErrTooManyTasks
	}
	m.tasks[t.ID] = &taskEntry{task: t, watchers: make(map[uint64]func())}
	m.bytes += t.size()
	return nil
}

// Count implements TaskCounter.
func (m *taskMemory) Count(_ context.Context, owner string, most int) (n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	for _, e := range m.tasks {
		if e.task.Owner == owner && !e.task.Expired(now) {
			n++
		}
	}
	return min(n, most), nil
}

// sweep forgets what has expired.
func (m *taskMemory) sweep(now time.Time) {
	m.swept = now
	for id, e := range m.tasks {
		if e.task.Expired(now) {
			m.forget(id, e)
		}
	}
}

func (m *taskMemory) forget(id string, e *taskEntry) {
	m.bytes -= e.task.size()
	delete(m.tasks, id)
}

// size is how many bytes the task holds that others decide about.
func (t *Task) size() int {
	n := len(t.Result) + len(t.Error) + len(t.Message)
	for _, q := range t.Asked {
		n += len(q.Key) + len(q.Params) + len(q.Answer)
	}
	return n
}

func (m *taskMemory) Get(_ context.Context, id string) (Task, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.find(id)
	if e == nil {
		return Task{}, ErrNoTask
	}
	return e.task, nil
}

// find gives nil for a task that has expired.
func (m *taskMemory) find(id string) *taskEntry {
	e := m.tasks[id]
	if e != nil && e.task.Expired(time.Now()) {
		m.forget(id, e)
		return nil
	}
	return e
}

func (m *taskMemory) Update(_ context.Context, id string, change func(t *Task) error) (Task, error) {
	t, watchers, err := m.change(id, change)
	for _, changed := range watchers {
		changed()
	}
	return t, err
}

func (m *taskMemory) change(id string, change func(t *Task) error) (Task, []func(), error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.find(id)
	if e == nil {
		return Task{}, nil, ErrNoTask
	}
	t := e.task
	t.Asked = slices.Clone(t.Asked)
	if err := change(&t); err != nil {
		return Task{}, nil, err
	}
	more := t.size() - e.task.size()
	if more > 0 && m.bytes+more > maxTaskBytes {
		if m.sweep(time.Now()); m.bytes+more > maxTaskBytes {
			return Task{}, nil, ErrTooManyTasks
		}
	}
	m.bytes += more
	e.task = t
	watchers := make([]func(), 0, len(e.watchers))
	for _, changed := range e.watchers {
		watchers = append(watchers, changed)
	}
	return t, watchers, nil
}

func (m *taskMemory) Watch(id string, changed func()) (stop func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.find(id)
	if e == nil {
		return func() {}
	}
	m.last++
	n := m.last
	e.watchers[n] = changed
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(e.watchers, n)
	}
}
