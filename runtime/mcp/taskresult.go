package mcp

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// errFinal leaves a task alone that does not change any more.
var errFinal = errors.New("the task has ended")

// finish keeps the outcome of the task.
func (r *taskRun) finish(err error) {
	result, failure := r.outcome(err)
	err = r.keep(result, failure)
	if err == nil || errors.Is(err, errFinal) || errors.Is(err, ErrNoTask) {
		return
	}
	r.s.opts.Logger.Error("the outcome of a task cannot be kept", "task", r.seed.ID, "tool", r.op.name, "error", err)
	_ = r.keep(nil, []byte(`{"code":-32603,"message":"the result cannot be kept"}`)) // if not even this can, the task expires
}

// keep ends the task with a result or an error.
func (r *taskRun) keep(result, failure []byte) error {
	message := ""
	if failure != nil {
		message, _, _ = member3(failure, "message", "", "")
	}
	_, err := r.s.tasks.Update(r.detached(), r.seed.ID, func(t *Task) error {
		if t.Status.Final() {
			return errFinal
		}
		t.Status, t.Message, t.Result, t.Error = TaskCompleted, message, result, failure
		if failure != nil {
			t.Status = TaskFailed
		}
		t.Updated = time.Now().UTC()
		if t.TTL >= 0 { // the result is kept for as long as the task could have run
			t.TTL += t.Updated.Sub(t.Created)
		}
		return nil
	})
	return err
}

// report makes progress the status message of the task. It reports whether there is
// a task.
func (r *taskRun) report(done, total float64, message string) bool {
	r.mu.Lock()
	task := r.phase == phaseTask
	due := task && time.Since(r.told) >= r.seed.Poll
	if due {
		r.told = time.Now()
	}
	r.mu.Unlock()
	if !due {
		return task
	}
	if message == "" {
		message = strconv.FormatFloat(done, 'g', -1, 64)
		if total != 0 {
			message += " of " + strconv.FormatFloat(total, 'g', -1, 64)
		}
	}
	_, err := r.s.tasks.Update(r.detached(), r.seed.ID, func(t *Task) error {
		if t.Status.Final() {
			return errFinal
		}
		t.Message, t.Updated = message, time.Now().UTC()
		return nil
	})
	if err != nil {
		r.s.opts.Logger.Debug("progress of a task not kept", "task", r.seed.ID, "error", err)
	}
	return true
}

// outcome makes what the request would have been answered with: the result, or
// the error of the protocol.
func (r *taskRun) outcome(err error) (result, failure []byte) {
	if cause := context.Cause(r.ctx); err != nil && errors.Is(cause, errShutdown) {
		err = &WireError{Code: CodeClosing, Message: errShutdown.Error()}
	} else if err != nil && errors.Is(cause, errTaskExpired) {
		err = &WireError{Code: CodeInternalError, Message: errTaskExpired.Error()}
	}
	m := &Message{method: methodToolsCall}
	m.env.ID = []byte("0")
	x := &exchange{s: r.s, conn: r.f.conn, m: m, rev: r.f.rev, f: r.f, call: r.c}
	if err == nil {
		err = r.c.violation()
	}
	if err == nil {
		err = x.finishTool(r.c)
	}
	if err == nil {
		err = x.fits()
	}
	var msg []byte
	if err == nil {
		msg = x.result()
	} else {
		msg, _ = x.failure(r.ctx, err)
	}
	members(msg, func(key string, value []byte) {
		switch key {
		case "result":
			result = append(result, value...)
		case "error":
			failure = append(failure, value...)
		}
	})
	return result, failure
}
