// Package taskstore keeps the tasks of a server (mcp.TaskOptions.Store) in a store
// that its instances share, such as that of package store/redis: a task runs on
// the instance that was called, and every instance answers for it.
package taskstore

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// kind is that of the changes by which instances tell each other of tasks.
const kind = "task"

// A Store keeps tasks. It is safe for concurrent use.
type Store struct {
	tasks store.Tasks
	bus   store.Bus
	stop  func()

	mu       sync.Mutex
	last     uint64
	watchers map[string]map[uint64]func() // by task
}

var _ mcp.TaskStore = (*Store)(nil)

// New makes a store of tasks, which hears of changes over bus. It must be closed,
// before what it stands on.
func New(tasks store.Tasks, bus store.Bus) (*Store, error) {
	s := &Store{tasks: tasks, bus: bus, watchers: make(map[string]map[uint64]func())}
	stop, err := bus.Subscribe(func(c store.Change) {
		if c.Kind == kind {
			s.tell(c.URI)
		}
	}, s.tellAll)
	s.stop = stop
	return s, err
}

// Close ends listening to other instances.
func (s *Store) Close() { s.stop() }

// expires is when a task may be forgotten: some time after it says so itself.
func expires(t *mcp.Task) time.Time {
	if t.TTL < 0 {
		return time.Time{}
	}
	return t.Created.Add(t.TTL + 2*time.Minute)
}

// Create implements [mcp.TaskStore]. Who owns a task is part of its state: the
// server decides who may see it.
func (s *Store) Create(ctx context.Context, t mcp.Task) error {
	state, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return s.tasks.Create(ctx, store.Task{ID: t.ID, Principal: t.Owner, State: state, Expires: expires(&t)})
}

// Count implements [mcp.TaskCounter].
func (s *Store) Count(ctx context.Context, owner string, most int) (int, error) {
	ids, err := s.tasks.List(ctx, owner, most)
	return len(ids), err
}

// Get implements [mcp.TaskStore].
func (s *Store) Get(ctx context.Context, id string) (mcp.Task, error) {
	t, _, err := s.get(ctx, id)
	return t, err
}

func (s *Store) get(ctx context.Context, id string) (mcp.Task, store.Version, error) {
	kept, version, err := s.tasks.Get(ctx, id, store.Anyone)
	if errors.Is(err, store.ErrNotFound) {
		return mcp.Task{}, 0, mcp.ErrNoTask
	}
	var t mcp.Task
	if err == nil {
		err = json.Unmarshal(kept.State, &t)
	}
	if err == nil && t.Expired(time.Now()) {
		err = mcp.ErrNoTask
	}
	if err != nil {
		return mcp.Task{}, 0, err
	}
	return t, version, nil
}

// Update implements [mcp.TaskStore]. It begins anew when another instance was
// faster.
func (s *Store) Update(ctx context.Context, id string, change func(t *mcp.Task) error) (mcp.Task, error) {
	for {
		t, version, err := s.get(ctx, id)
		if err != nil {
			return mcp.Task{}, err
		}
		if err := change(&t); err != nil {
			return mcp.Task{}, err
		}
		state, err := json.Marshal(t)
		if err != nil {
			return mcp.Task{}, err
		}
		err = s.tasks.Update(ctx, store.Task{ID: id, Principal: t.Owner, State: state, Expires: expires(&t)}, version)
		switch {
		case errors.Is(err, store.ErrConflict):
			continue // ends when ctx does: Get says so
		case errors.Is(err, store.ErrNotFound):
			return mcp.Task{}, mcp.ErrNoTask
		case err != nil:
			return mcp.Task{}, err
		}
		if s.bus.Publish(ctx, store.Change{Kind: kind, URI: id}) != nil {
			s.tell(id) // the others find out when they look
		}
		return t, nil
	}
}

// Watch implements [mcp.TaskStore].
func (s *Store) Watch(id string, changed func()) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	n := s.last
	if s.watchers[id] == nil {
		s.watchers[id] = make(map[uint64]func())
	}
	s.watchers[id][n] = changed
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers[id], n)
		if len(s.watchers[id]) == 0 {
			delete(s.watchers, id)
		}
	}
}

// tell tells whoever watches a task.
func (s *Store) tell(id string) {
	s.mu.Lock()
	watchers := slices.Collect(maps.Values(s.watchers[id]))
	s.mu.Unlock()
	for _, changed := range watchers {
		changed()
	}
}

// tellAll tells everybody, when changes may have been missed.
func (s *Store) tellAll() {
	s.mu.Lock()
	ids := slices.Collect(maps.Keys(s.watchers))
	s.mu.Unlock()
	for _, id := range ids {
		s.tell(id)
	}
}
