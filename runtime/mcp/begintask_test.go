package mcp

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestBeginTask(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, c := taskServer(t, TaskOptions{}, TaskOptional, func(ctx context.Context, c *Call) error {
			if err := BeginTask(ctx); err != nil {
				return err
			}
			time.Sleep(time.Second)
			c.Text("done")
			return BeginTask(ctx) // does nothing the second time
		})
		start := time.Now()
		id := create(t, c)
		if time.Since(start) != 0 {
			t.Errorf("it took %v", time.Since(start))
		}
		time.Sleep(2 * time.Second)
		contains(t, get(t, c, id).raw, `"status":"completed"`, `"text":"done"`)

		// A client that knows no tasks waits, and outside of a call nothing happens.
		contains(t, send(t.Context(), c, modern("1", "tools/call", calling("x"))).answer, `"text":"done"`)
		if err := BeginTask(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
