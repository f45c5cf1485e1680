// Package store holds what the instances of one server share: counters of rate
// limits, news of changes, the events of streams that can be resumed, tasks, and
// small values. Each is an interface of its own, so that a server can share one
// and keep another to itself.
//
// [NewMemory] has all of them in the memory of one process. Package redis, in a
// folder of its own, has them in Redis or Valkey. Both pass the tests of package
// storetest, and so should a third.
//
// Everything here is safe for concurrent use. An error means that the store did
// not answer as it should; what a server does then is its own decision. It is
// written so that no call fails which needs nothing of the store.
package store

import (
	"context"
	"errors"
	"time"
)

// Errors of the interfaces. Test for them with errors.Is.
var (
	// ErrNotFound tells that there is no such task or value, or not for this caller.
	ErrNotFound = errors.New("store: not found")
	// ErrExists tells that there is a task of this id.
	ErrExists = errors.New("store: exists already")
	// ErrConflict tells that a task was changed since it was read.
	ErrConflict = errors.New("store: changed by somebody else")
	// ErrLeased tells that another owner holds the lease of a task.
	ErrLeased = errors.New("store: leased by somebody else")
	// ErrGap tells that some of the changes asked for are no longer kept.
	ErrGap = errors.New("store: changes are no longer kept")
)

// A Limit is how often something may happen.
type Limit struct {
	N      int           // how often; at least 1
	Window time.Duration // within which time; at least 1 ms

	// Smooth spreads the N over the window (GCRA): after a burst of N, one more
	// is allowed every Window/N. Otherwise the count begins anew with each
	// window, which starts with the first event in it.
	Smooth bool
}

// A Grant is the outcome of [Counter.Take].
type Grant struct {
	OK        bool
	Remaining int           // what could still be taken at once
	Reset     time.Duration // when all N can be taken again
	Retry     time.Duration // when to try again; 0 if OK
}

// A Counter counts events against limits.
type Counter interface {
	// Take counts cost events of a key, if that many are allowed, in one step for
	// all instances. A key is always used with the same limit.
	Take(ctx context.Context, key string, l Limit, cost int) (Grant, error)
}

// A Change is news for the clients of a server.
type Change struct {
	Kind string `json:"kind"`          // such as "tools" or "contents"
	URI  string `json:"uri,omitempty"` // of the resource, for "contents"
	From string `json:"from"`          // the instance that it happened on
	Data string `json:"data,omitempty"`

	// At is the place of the change among all of them, set by the store: later ones
	// have greater texts.
	At string `json:"-"`
}

// A Bus carries changes from each instance to all others, in one order. It keeps
// the last ones, so that a subscriber whose connection was lost gets what it
// missed, and so that others can ask for it.
type Bus interface {
	// Publish tells all subscribers, those of this instance included.
	Publish(ctx context.Context, c Change) error

	// Subscribe calls f for every change until cancel is called, which waits for
	// a call that runs. lost is called when changes may have been missed: whoever
	// depends on them has to look for himself. A change without a kind tells where
	// the subscription begins, or goes on after a loss. f and lost are called one
	// at a time and must not block.
	Subscribe(f func(Change), lost func()) (cancel func(), err error)

	// Since gives the changes after the one at a place, in order. The error is
	// ErrGap when there is none at that place, or not any more.
	Since(ctx context.Context, at string) ([]Change, error)
}

// An Event is one message of a stream.
type Event struct {
	Seq  uint64 // its place in the stream, from 1
	Data []byte // the message
	Last bool   // the stream ends with it
}

// Events keeps what was sent on streams, for clients that come back. A stream
// belongs to a session. The events of one stream are appended one after another.
type Events interface {
	// Append keeps events that follow each other, all of them or, with an error,
	// maybe some. They are valid during the call only.
	Append(ctx context.Context, session, stream string, events ...Event) error

	// After gives the events of a stream that follow seq, oldest first. Those that
	// are no longer kept are missing: the caller sees that from their numbers. Nobody
	// changes what it gives.
	After(ctx context.Context, session, stream string, seq uint64) ([]Event, error)

	// Drop forgets the streams of a session. It does not wait.
	Drop(session string)
}

// A Task is work that outlives the request that began it. What it is about is
// for others to know.
type Task struct {
	ID        string
	Principal string    // whose it is; "" for nobody's
	State     []byte    // what is known of it
	Expires   time.Time // when it is forgotten
}

// Anyone is for [Tasks.Get] where whose the task is decides somebody else.
const Anyone = "\x00anyone"

// A Version says how often a task was changed.
type Version uint64

// Tasks keeps tasks.
type Tasks interface {
	// Create keeps a new task, durably where the engine can. The error is
	// ErrExists when there is one of this id.
	Create(ctx context.Context, t Task) error

	// Get gives a task of a principal, or of whoever it is for [Anyone]. The error is
	// ErrNotFound when there is none, or it is somebody else's.
	Get(ctx context.Context, id, principal string) (Task, Version, error)

	// Update replaces the state of a task if it is still at version v: otherwise
	// the error is ErrConflict.
	Update(ctx context.Context, t Task, v Version) error

	// List gives the ids of a principal's tasks, in order, at most limit.
	List(ctx context.Context, principal string, limit int) ([]string, error)

	// Lease makes owner the one who works on a task for the next ttl, if nobody
	// else is: otherwise the error is ErrLeased. The owner renews it the same way;
	// a ttl of 0 gives it up.
	Lease(ctx context.Context, id, owner string, ttl time.Duration) error
}

// KV keeps small values for a while.
type KV interface {
	// PutNew keeps a value under a key that has none and reports whether it did.
	PutNew(ctx context.Context, key string, value []byte, ttl time.Duration) (bool, error)
	// Put keeps a value in place of what the key has.
	Put(ctx context.Context, key string, value []byte, ttl time.Duration) error
	// Get gives the value of a key. The error is ErrNotFound when there is none.
	Get(ctx context.Context, key string) ([]byte, error)
	// Delete forgets a key, if there is one.
	Delete(ctx context.Context, key string) error
}

// A Store is all of them.
type Store interface {
	Counter
	Bus
	Events
	Tasks() Tasks
	KV() KV

	// Ping reports whether the store answers.
	Ping(ctx context.Context) error
	// Close gives up what the store holds open.
	Close() error
}
