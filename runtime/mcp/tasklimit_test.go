package mcp

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestTasksRunning bounds the tasks of this process. What cannot become a task is
// answered as any other call, unless it needs to be one.
func TestTasksRunning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := taskServer(t, TaskOptions{Running: 2}, TaskRequired, begun(time.Minute, nil))
		s.Register(ToolDef{Name: "may", Task: TaskOptional, Call: begun(time.Minute, nil)})
		first, second := create(t, c), create(t, c)
		if a := tasked(t, c, "tools/call", `"name":"x"`); a.Error == nil || a.Error.Code != CodeOverloaded {
			t.Errorf("a third one: %s", a.raw)
		}
		if a := tasked(t, c, "tools/call", `"name":"may"`); a.Error != nil || a.Result.TaskID != "" || len(a.Result.Content) != 1 {
			t.Errorf("a call that need not be a task: %s", a.raw)
		}
		time.Sleep(time.Minute) // the first two have ended
		for _, id := range []string{first, second, create(t, c), create(t, c)} {
			if a := tasked(t, c, "tasks/get", `"taskId":"`+id+`"`); a.Error != nil {
				t.Errorf("%s", a.raw)
			}
		}
		time.Sleep(time.Hour)
	})
}

// TestTasksPerOwner bounds the tasks that are kept of one caller.
func TestTasksPerOwner(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, nobody := taskServer(t, TaskOptions{PerOwner: 2, TTL: time.Minute}, TaskRequired, begun(0, nil))
		as := func(who string) *Conn {
			c := s.NewConn(ConnOptions{Transport: "http", Principal: &Principal{Subject: who}})
			t.Cleanup(c.Close)
			return c
		}
		ada, bob := as("ada"), as("bob")
		create(t, ada)
		create(t, ada)
		synctest.Wait() // they have ended, and are kept
		if a := tasked(t, ada, "tools/call", `"name":"x"`); a.Error == nil || a.Error.Code != CodeOverloaded {
			t.Errorf("a third one: %s", a.raw)
		}
		create(t, bob)
		for range 3 { // nobody is everybody
			create(t, nobody)
		}
		time.Sleep(3 * time.Minute) // they have expired
		create(t, ada)
		if n, err := s.tasks.(TaskCounter).Count(context.Background(), ownerOf(&Principal{Subject: "bob"}), 10); n != 0 || err != nil {
			t.Errorf("%d of bob, %v", n, err)
		}
		time.Sleep(time.Hour)
	})
}
