package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// extensionTasks is the tasks extension, of 2026-07-28 and later.
const extensionTasks = "io.modelcontextprotocol/tasks"

// A TaskMode says whether calls of a tool become tasks: the client gets the id of
// a task instead of a result, asks how it stands, and can cancel it
// (io.modelcontextprotocol/tasks). Only clients that declare the extension get a
// task; before 2026-07-28 there are none.
type TaskMode uint8

const (
	// TaskIfSlow makes a call a task when it runs for longer than
	// TaskOptions.After, and never when that is 0.
	TaskIfSlow TaskMode = iota

	// TaskOptional makes a call a task when [Call.BeginTask] is called or, without
	// that, after TaskOptions.After or a second. Other clients wait for the result.
	TaskOptional

	// TaskRequired is TaskOptional for tools that cannot answer at once: clients
	// that do not declare the extension are refused.
	TaskRequired

	// TaskNever makes no call a task.
	TaskNever
)

// TaskOptions are the choices of a server about tasks.
type TaskOptions struct {
	Store TaskStore     // nil: NewTaskStore(0)
	After time.Duration // how long a call runs before it becomes a task, if its tool does not say; 0: for ever
	TTL   time.Duration // how long a task may run, and how long its result is kept; 0: an hour; negative: without limit
	Poll  time.Duration // how often clients should ask for the state of a task; 0: once a second

	// Running is how many tasks run in this process at a time, and PerOwner how many
	// are kept of one caller who was authenticated, those that have ended included;
	// 0: 256 and 100; below 0: any number. A call that cannot become a task for that
	// is answered as any other, or refused where its tool needs tasks.
	Running, PerOwner int
}

// Defaults of TaskOptions, and of tools that are tasks.
const (
	defaultTaskTTL   = time.Hour
	defaultTaskPoll  = time.Second
	defaultTaskAfter = time.Second

	defaultTasksRunning  = 256
	defaultTasksPerOwner = 100
)

// A TaskStatus is how a task stands.
type TaskStatus string

// The states of a task. A task that has one of the last three keeps it.
const (
	TaskWorking       TaskStatus = "working"
	TaskInputRequired TaskStatus = "input_required" // the client has questions to answer
	TaskCompleted     TaskStatus = "completed"      // with a result, which may say that the tool failed
	TaskFailed        TaskStatus = "failed"         // with an error of the protocol
	TaskCancelled     TaskStatus = "cancelled"
)

// Final reports whether the status does not change any more.
func (s TaskStatus) Final() bool {
	return s == TaskCompleted || s == TaskFailed || s == TaskCancelled
}

// A Task is a call of a tool that outlives its request. It is what a [TaskStore]
// keeps: encoding/json writes and reads all of it.
type Task struct {
	ID      string          `json:"id"`    // not to be guessed
	Owner   string          `json:"owner"` // who may see it: whoever called the tool; "" when nobody was authenticated
	Tool    string          `json:"tool"`
	Status  TaskStatus      `json:"status"`
	Message string          `json:"message,omitempty"` // for people
	Created time.Time       `json:"created"`
	Updated time.Time       `json:"updated"`
	TTL     time.Duration   `json:"ttl"` // from Created; negative: without limit
	Poll    time.Duration   `json:"poll"`
	Result  json.RawMessage `json:"result,omitempty"` // an object, of a completed task
	Error   json.RawMessage `json:"error,omitempty"`  // a JSON-RPC error object, of a failed one
	Asked   []TaskQuestion  `json:"asked,omitempty"`  // all questions so far, in order
}

// A TaskQuestion is a question of a task to its client.
type TaskQuestion struct {
	Key    string          `json:"key"`              // unique in the task
	Method string          `json:"method"`           // such as "elicitation/create"
	Params json.RawMessage `json:"params"`           // an object
	Answer json.RawMessage `json:"answer,omitempty"` // an object; nil until it is there
}

// Expired reports whether a store should forget the task. One that has not ended
// gets a minute more, in which the instance that runs it ends it.
func (t *Task) Expired(now time.Time) bool {
	end := t.Created.Add(t.TTL)
	if !t.Status.Final() {
		end = end.Add(time.Minute)
	}
	return t.TTL >= 0 && now.After(end)
}

// waits reports whether a question has no answer.
func (t *Task) waits() bool {
	return slices.ContainsFunc(t.Asked, func(q TaskQuestion) bool { return q.Answer == nil })
}

// Errors of a TaskStore.
var (
	ErrNoTask       = errors.New("there is no such task")
	ErrTooManyTasks = errors.New("there are too many tasks")
)

// A TaskCounter is a TaskStore that can tell how many tasks it keeps of an owner.
type TaskCounter interface {
	// Count gives that number, most at most.
	Count(ctx context.Context, owner string, most int) (int, error)
}

// A TaskStore keeps tasks. With one that several instances of a server share, a
// task runs on the instance that was called, and all of them answer for it. The
// methods may be called concurrently. What the slices of a task hold is never
// changed.
type TaskStore interface {
	// Create keeps a new task. When it returns, Get of every instance finds it.
	Create(ctx context.Context, t Task) error

	// Get gives a task, or ErrNoTask when there is none or it has expired.
	Get(ctx context.Context, id string) (Task, error)

	// Update changes a task, one caller at a time: change gets the task as it is and
	// what it leaves is kept, unless it returns an error, which Update returns. It
	// may be called more than once, and must not call the store.
	Update(ctx context.Context, id string, change func(t *Task) error) (Task, error)

	// Watch has changed called after each Update of a task, by any instance, until
	// stop is called. changed returns at once; it may be called for nothing.
	Watch(id string, changed func()) (stop func())
}
