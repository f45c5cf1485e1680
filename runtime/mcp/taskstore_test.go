package mcp

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestTaskStoreBytes fills a store with results.
func TestTaskStoreBytes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := NewTaskStore(0)
		result := make([]byte, maxTaskBytes/2-100)
		keep := func(id string) error {
			if err := s.Create(t.Context(), Task{ID: id, Status: TaskCompleted, Created: time.Now(), TTL: time.Minute}); err != nil {
				t.Fatal(err)
			}
			_, err := s.Update(t.Context(), id, func(t *Task) error { t.Result = result; return nil })
			return err
		}
		for _, id := range []string{"a", "b"} {
			if err := keep(id); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
		if err := keep("c"); !errors.Is(err, ErrTooManyTasks) {
			t.Errorf("a third result: %v", err)
		}
		time.Sleep(2 * time.Minute)
		if err := keep("d"); err != nil {
			t.Errorf("there is room again: %v", err)
		}
	})
}

// hoarder keeps no results.
type hoarder struct{ TaskStore }

func (h hoarder) Update(ctx context.Context, id string, change func(t *Task) error) (Task, error) {
	return h.TaskStore.Update(ctx, id, func(t *Task) error {
		if err := change(t); err != nil {
			return err
		}
		if t.Result != nil {
			return ErrTooManyTasks
		}
		return nil
	})
}

// TestTaskResultLost checks that a task whose result cannot be kept fails.
func TestTaskResultLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, c := taskServer(t, TaskOptions{Store: hoarder{NewTaskStore(0)}}, TaskRequired, begun(0, nil))
		id := create(t, c)
		synctest.Wait()
		time.Sleep(time.Second)
		if a := get(t, c, id); a.Result.Status != TaskFailed || a.Result.Error.Message != "the result cannot be kept" {
			t.Errorf("got %s", a.raw)
		}
	})
}

func TestTaskStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		s := NewTaskStore(2)
		task := func(id string, ttl time.Duration) Task {
			return Task{ID: id, Status: TaskCompleted, Created: time.Now(), TTL: ttl}
		}
		for _, want := range []Task{task("a", time.Minute), task("b", -1)} {
			if err := s.Create(ctx, want); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Create(ctx, task("c", -1)); !errors.Is(err, ErrTooManyTasks) {
			t.Errorf("a third task: %v", err)
		}
		told := 0
		stop := s.Watch("a", func() { told++ })
		refused := errors.New("refused")
		if _, err := s.Update(ctx, "a", func(t *Task) error { t.Tool, t.Asked = "x", append(t.Asked, TaskQuestion{}); return refused }); !errors.Is(err, refused) {
			t.Errorf("Update: %v", err)
		}
		if got, err := s.Get(ctx, "a"); err != nil || got.Tool != "" || got.Asked != nil || told != 0 {
			t.Errorf("a refused change was kept: %+v, %v", got, err)
		}
		got, err := s.Update(ctx, "a", func(t *Task) error { t.Tool = "x"; return nil })
		if again, _ := s.Get(ctx, "a"); err != nil || got.Tool != "x" || fmt.Sprint(again) != fmt.Sprint(got) || told != 1 {
			t.Errorf("changed to %+v, %v, told %d times", got, err, told)
		}
		stop()
		if _, err := s.Update(ctx, "a", func(*Task) error { return nil }); err != nil || told != 1 {
			t.Errorf("%v, told %d times", err, told)
		}
		time.Sleep(time.Minute + 1)
		for _, id := range []string{"a", "never"} {
			if _, err := s.Get(ctx, id); !errors.Is(err, ErrNoTask) {
				t.Errorf("Get %s: %v", id, err)
			}
			if _, err := s.Update(ctx, id, func(*Task) error { return nil }); !errors.Is(err, ErrNoTask) {
				t.Errorf("Update %s: %v", id, err)
			}
			s.Watch(id, func() { t.Error("told of no task") })()
		}
		if err := s.Create(ctx, task("c", time.Second)); err != nil {
			t.Errorf("there is room again: %v", err)
		}
		time.Sleep(2 * time.Second)
		if err := s.Create(ctx, task("d", time.Second)); err != nil {
			t.Errorf("and once more: %v", err)
		}
		if _, err := s.Get(ctx, "b"); err != nil {
			t.Errorf("a task without limit: %v", err)
		}
	})
}
