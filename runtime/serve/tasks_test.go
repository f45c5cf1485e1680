package serve

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

func newTask(id string) mcp.Task {
	return mcp.Task{ID: id, Owner: "ada", Tool: "work", Status: mcp.TaskWorking, Created: time.Now(), Updated: time.Now(), TTL: time.Hour}
}

func finish(t *mcp.Task) error {
	t.Status, t.Result = mcp.TaskCompleted, json.RawMessage(`{"content":[]}`)
	return nil
}

// TestSharedTasks has one instance run a task and another answer for it.
func TestSharedTasks(t *testing.T) {
	t.Parallel()
	mem := store.NewMemory()
	a, b := newSharedTasks(mem, "a"), newSharedTasks(mem, "b")
	cancel, err := mem.Subscribe(func(c store.Change) {
		if c.Kind == changeTask && c.From != "b" {
			b.told(c.URI)
		}
	}, func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	task := newTask("1")
	if err := a.Create(t.Context(), task); err != nil {
		t.Fatal(err)
	}
	changed := make(chan struct{}, 1)
	stop := b.Watch("1", func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	got, err := b.Get(t.Context(), "1")
	if err != nil || got.Status != mcp.TaskWorking || got.Owner != "ada" || !got.Created.Equal(task.Created) {
		t.Errorf("as it begins: %+v, %v", got, err)
	}
	var wg sync.WaitGroup
	for range 20 { // every change counts, whoever makes it
		for _, s := range []*sharedTasks{a, b} {
			wg.Go(func() {
				if _, err := s.Update(t.Context(), "1", func(t *mcp.Task) error { t.Message += "x"; return nil }); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	<-changed
	refused := errors.New("refused")
	if _, err := b.Update(t.Context(), "1", func(*mcp.Task) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("a change that is refused: %v", err)
	}
	if _, err := a.Update(t.Context(), "1", finish); err != nil {
		t.Fatal(err)
	}
	got, err = b.Get(t.Context(), "1")
	if err != nil || got.Status != mcp.TaskCompleted || len(got.Message) != 40 || string(got.Result) != `{"content":[]}` {
		t.Errorf("as it ends: %+v, %v", got, err)
	}
	stop()
	if len(b.watchers) > 0 || len(a.running) > 0 {
		t.Errorf("left over: %v %v", b.watchers, a.running)
	}
	if n, err := b.Count(t.Context(), "ada", 10); n != 1 || err != nil {
		t.Errorf("%d tasks of ada, %v", n, err)
	}
	if n, err := b.Count(t.Context(), "", 10); n != 0 || err != nil {
		t.Errorf("%d tasks of nobody, %v", n, err)
	}
	if _, err := b.Get(t.Context(), "2"); !errors.Is(err, mcp.ErrNoTask) {
		t.Errorf("no task: %v", err)
	}
}

// TestTaskOwnerGone has the instance that runs a task disappear.
func TestTaskOwnerGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mem := store.NewMemory()
		a, b := newSharedTasks(mem, "a"), newSharedTasks(mem, "b")
		running, kill := context.WithCancel(t.Context())
		go a.renew(running)
		if err := a.Create(t.Context(), newTask("1")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if got, err := b.Get(t.Context(), "1"); err != nil || got.Status != mcp.TaskWorking {
			t.Errorf("while it runs: %+v, %v", got, err)
		}
		kill()
		time.Sleep(leaseTime + time.Second)
		got, err := b.Get(t.Context(), "1")
		if err != nil || got.Status != mcp.TaskFailed || !strings.Contains(string(got.Error), "is gone") {
			t.Errorf("afterwards: %+v, %v", got, err)
		}
	})
}
