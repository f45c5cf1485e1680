package serve

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// Leases of tasks: whoever runs one renews its lease, and once that has run out
// nobody runs it any more.
const (
	leaseTime  = 15 * time.Second
	leaseRenew = 5 * time.Second
	leaseCall  = 2 * time.Second // how long the store may take for it

	// changeTask is the kind of a change that tells of a task.
	changeTask = "task"
)

// sharedTasks keeps the tasks of all instances in a store. It is an
// mcp.TaskStore. A task whose instance is gone has failed.
type sharedTasks struct {
	tasks store.Tasks
	bus   store.Bus
	me    string

	mu       sync.Mutex
	running  map[string]struct{} // tasks of this instance that have not ended
	watchers map[string]map[*watcher]struct{}
}

type watcher struct{ changed func() }

func newSharedTasks(s store.Store, me string) *sharedTasks {
	return &sharedTasks{tasks: s.Tasks(), bus: s, me: me, running: map[string]struct{}{}, watchers: map[string]map[*watcher]struct{}{}}
}

// Create implements mcp.TaskStore.
func (s *sharedTasks) Create(ctx context.Context, t mcp.Task) error {
	kept, err := keep(&t)
	if err != nil {
		return err
	}
	if err := s.tasks.Create(ctx, kept); err != nil {
		return err
	}
	if err := s.tasks.Lease(ctx, t.ID, s.me, leaseTime); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[t.ID] = struct{}{}
	return nil
}

// keep makes what a store keeps of a task. Who may see it, the server looks after.
func keep(t *mcp.Task) (store.Task, error) {
	b, err := json.Marshal(t)
	kept := store.Task{ID: t.ID, Principal: t.Owner, State: b}
	if t.TTL >= 0 {
		kept.Expires = t.Created.Add(t.TTL)
		if !t.Status.Final() {
			kept.Expires = kept.Expires.Add(time.Minute)
		}
	}
	return kept, err
}

// load reads a task as it is.
func (s *sharedTasks) load(ctx context.Context, id string) (t mcp.Task, v store.Version, err error) {
	kept, v, err := s.tasks.Get(ctx, id, store.Anyone)
	if errors.Is(err, store.ErrNotFound) {
		return t, 0, mcp.ErrNoTask
	}
	if err == nil {
		err = json.Unmarshal(kept.State, &t)
	}
	return t, v, err
}

// Count implements mcp.TaskCounter.
func (s *sharedTasks) Count(ctx context.Context, owner string, most int) (int, error) {
	ids, err := s.tasks.List(ctx, owner, most)
	return len(ids), err
}

// Get implements mcp.TaskStore.
func (s *sharedTasks) Get(ctx context.Context, id string) (mcp.Task, error) {
	t, _, err := s.load(ctx, id)
	if err != nil || t.Status.Final() || s.runs(id) {
		return t, err
	}
	// Who gets the lease of a task that somebody else should run knows that nobody
	// does.
	if s.tasks.Lease(ctx, id, s.me, leaseTime) != nil {
		return t, nil //nolint:nilerr // somebody has it, or the store cannot tell
	}
	return s.Update(ctx, id, func(t *mcp.Task) error {
		if !t.Status.Final() {
			t.Status, t.Updated = mcp.TaskFailed, time.Now()
			t.Error = json.RawMessage(`{"code":-32603,"message":"the instance that ran the task is gone"}`)
		}
		return nil
	})
}

func (s *sharedTasks) runs(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.running[id]
	return ok
}

// Update implements mcp.TaskStore.
func (s *sharedTasks) Update(ctx context.Context, id string, change func(t *mcp.Task) error) (mcp.Task, error) {
	for {
		t, v, err := s.load(ctx, id)
		if err != nil {
			return t, err
		}
		if err := change(&t); err != nil {
			return t, err
		}
		kept, err := keep(&t)
		if err != nil {
			return t, err
		}
		err = s.tasks.Update(ctx, kept, v)
		switch {
		case errors.Is(err, store.ErrConflict):
			continue
		case errors.Is(err, store.ErrNotFound):
			return t, mcp.ErrNoTask
		case err != nil:
			return t, err
		}
		if t.Status.Final() {
			s.mu.Lock()
			delete(s.running, id)
			s.mu.Unlock()
		}
		s.told(id)
		_ = s.bus.Publish(ctx, store.Change{Kind: changeTask, URI: id, From: s.me}) // who watches elsewhere asks again in time
		return t, nil
	}
}

// Watch implements mcp.TaskStore.
func (s *sharedTasks) Watch(id string, changed func()) (stop func()) {
	w := &watcher{changed}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watchers[id] == nil {
		s.watchers[id] = map[*watcher]struct{}{}
	}
	s.watchers[id][w] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers[id], w)
		if len(s.watchers[id]) == 0 {
			delete(s.watchers, id)
		}
	}
}

// told passes a change of a task on to those who watch it here.
func (s *sharedTasks) told(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.watchers[id] {
		w.changed()
	}
}

// toldAll says that every task that is watched may have changed.
func (s *sharedTasks) toldAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, all := range s.watchers {
		for w := range all {
			w.changed()
		}
	}
}

// renew keeps the leases of the tasks that run here, until ctx ends. It wakes
// those who watch tasks of others, too: a task whose instance is gone changes by
// nothing but a look at it.
func (s *sharedTasks) renew(ctx context.Context) {
	tick := time.NewTicker(leaseRenew)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		s.mu.Lock()
		ids := make([]string, 0, len(s.running))
		for id := range s.running {
			ids = append(ids, id)
		}
		s.mu.Unlock()
		for _, id := range ids {
			call, cancel := context.WithTimeout(ctx, leaseCall)
			err := s.tasks.Lease(call, id, s.me, leaseTime)
			cancel()
			if errors.Is(err, store.ErrNotFound) {
				s.mu.Lock()
				delete(s.running, id)
				s.mu.Unlock()
			}
		}
		s.toldAll()
	}
}
