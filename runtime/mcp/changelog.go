package mcp

import (
	"context"
	"errors"
	"time"
)

// A Change is one of those that all instances of a server see in the same order.
type Change struct {
	Kind string // KindTools and the like, or one of a transport's own
	URI  string // of the resource, for KindContents
	Data string
	At   string // its place: later ones have greater texts
}

// ErrGap tells that some of the changes asked for are no longer kept.
var ErrGap = errors.New("changes are no longer kept")

// A ChangeLog has the changes of all instances, for transports whose streams can be
// taken up on any of them. Its methods are safe for concurrent use.
type ChangeLog interface {
	// Publish adds a change.
	Publish(ctx context.Context, c Change) error
	// Since gives the changes after a place, in order. The error is ErrGap when
	// some of them are no longer kept.
	Since(ctx context.Context, at string) ([]Change, error)
	// Place is that of the last change that this instance was told of; "" when it
	// has been told of none.
	Place() string
}

// A StateStore keeps what sessions have asked for since they began. Its methods are
// safe for concurrent use. When it does not answer, a session that goes on at
// another instance has to ask again.
type StateStore interface {
	// Save keeps the state of a session for ttl. session is not its id.
	Save(ctx context.Context, session string, state []byte, ttl time.Duration) error
	// Load gives the state of a session, nil when there is none.
	Load(ctx context.Context, session string) ([]byte, error)
}
