package mcp

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// hasTasks reports whether calls of the server's tools can become tasks.
func (s *Server) hasTasks(c *catalog) bool {
	for _, t := range c.tools {
		if s.taskAfter(&t.operation) > 0 {
			return true
		}
	}
	return false
}

// task finds the task that a request is about, if the caller may see it. One of
// somebody else's does not exist for the caller.
func (x *exchange) task(ctx context.Context) (Task, error) {
	e := &x.m.env
	if !x.s.catalog().tasks {
		return Task{}, errMethod(e.Method)
	}
	if !x.handlesTasks() {
		return Task{}, &CapabilityError{extension: extensionTasks}
	}
	if e.TaskID == nil {
		return Task{}, errMissing("taskId")
	}
	t, err := x.s.tasks.Get(ctx, string(e.TaskID))
	if err == nil && t.Owner != ownerOf(x.principal()) {
		err = ErrNoTask
	}
	return t, taskError(err, e.TaskID)
}

// taskError makes the protocol's error of ErrNoTask.
func taskError(err error, id []byte) error {
	if errors.Is(err, ErrNoTask) {
		return &WireError{Code: CodeInvalidParams, Message: "there is no task " + strconv.Quote(jsonrpc.Clip(id)) + ", or it has expired"}
	}
	return err
}

// tasksGet serves tasks/get.
func (x *exchange) tasksGet(ctx context.Context) error {
	t, err := x.task(ctx)
	if err != nil {
		return err
	}
	x.call.enc.Reset(t.append(x.call.enc.Bytes(), true))
	return nil
}

// tasksCancel serves tasks/cancel. A task that has ended stays as it is.
func (x *exchange) tasksCancel(ctx context.Context) error {
	t, err := x.task(ctx)
	if err != nil {
		return err
	}
	_, err = x.s.tasks.Update(ctx, t.ID, func(t *Task) error {
		if t.Status.Final() {
			return errFinal
		}
		t.Status, t.Message, t.Updated = TaskCancelled, "cancelled by the client", time.Now().UTC()
		return nil
	})
	if errors.Is(err, errFinal) {
		return nil
	}
	return taskError(err, x.m.env.TaskID)
}

// tasksUpdate serves tasks/update, which answers questions. What is no answer to
// an open question is ignored.
func (x *exchange) tasksUpdate(ctx context.Context) error {
	t, err := x.task(ctx)
	if err != nil {
		return err
	}
	if !isObject(x.m.env.InputResponses) {
		return &WireError{Code: CodeInvalidParams, Message: "params.inputResponses must be an object"}
	}
	answers := make(map[string][]byte)
	if !members(x.m.env.InputResponses, func(key string, value []byte) { answers[key] = slices.Clone(value) }) {
		return &WireError{Code: CodeInvalidParams, Message: "params.inputResponses has a key twice"}
	}
	_, err = x.s.tasks.Update(ctx, t.ID, func(t *Task) error { return t.take(answers) })
	if errors.Is(err, errFinal) {
		return nil
	}
	return taskError(err, x.m.env.TaskID)
}

// take takes the answers to open questions.
func (t *Task) take(answers map[string][]byte) error {
	if t.Status.Final() {
		return errFinal
	}
	t.Asked = slices.Clone(t.Asked) // the store may have given the one it holds
	for i, q := range t.Asked {
		answer, ok := answers[q.Key]
		if !ok || q.Answer != nil {
			continue
		}
		if !isObject(answer) {
			return errAnswer(q.Key, errors.New("must be an object"))
		}
		if q.Method == methodElicit {
			if _, _, err := parseAction(answer); err != nil {
				return errAnswer(q.Key, err)
			}
		}
		t.Asked[i].Answer = answer
		t.Updated = time.Now().UTC()
	}
	if !t.waits() {
		t.Status = TaskWorking
	}
	return nil
}

// taskTime is the form of times in tasks: ISO 8601.
const taskTime = "2006-01-02T15:04:05.000Z"

// append appends the members of the task: those that every message about it has,
// and if details are wanted its outcome or its open questions.
func (t *Task) append(b []byte, details bool) []byte {
	e := codec.NewEncoder(b)
	e.Comma()
	e.Raw(`"taskId":`)
	e.String(t.ID)
	e.Raw(`,"status":`)
	e.String(string(t.Status))
	member(e, "statusMessage", t.Message)
	e.Raw(`,"createdAt":"` + t.Created.UTC().Format(taskTime) + `","lastUpdatedAt":"` + t.Updated.UTC().Format(taskTime) + `","ttlMs":`)
	if t.TTL < 0 {
		e.Raw("null")
	} else {
		e.Int(max(1, t.TTL.Milliseconds()))
	}
	e.Raw(`,"pollIntervalMs":`)
	e.Int(max(1, t.Poll.Milliseconds()))
	if !details {
		return e.Bytes()
	}
	switch t.Status {
	case TaskCompleted:
		e.Raw(`,"result":`)
		e.Raw(string(t.Result))
	case TaskFailed:
		e.Raw(`,"error":`)
		e.Raw(string(t.Error))
	case TaskInputRequired:
		t.appendQuestions(e)
	case TaskWorking, TaskCancelled:
	}
	return e.Bytes()
}

// appendQuestions appends the questions without an answer.
func (t *Task) appendQuestions(e *codec.Encoder) {
	e.Raw(`,"inputRequests":{`)
	for _, q := range t.Asked {
		if q.Answer != nil {
			continue
		}
		e.Comma()
		e.Key(q.Key)
		e.Raw(`{"method":`)
		e.String(q.Method)
		e.Raw(`,"params":`)
		e.Raw(string(q.Params))
		e.Raw("}")
	}
	e.Raw("}")
}
