package mcp

import "context"

// taskKey finds the taskRun in the context of a call that may become a task.
type taskKey struct{}

// BeginTask makes the call that ctx belongs to a task, as [Call.BeginTask] does
// for generated code: if its tool and its client allow it, and the first time. It
// is for tools that know when the long part begins; without it a call becomes a
// task once it has run for a while. The error must be returned.
//
// Questions that are asked before are asked by the answer to the call, those
// after it by the task.
func BeginTask(ctx context.Context) error {
	r, _ := ctx.Value(taskKey{}).(*taskRun)
	if r == nil {
		return nil
	}
	return r.start()
}
