package mcphttp

import (
	"context"

	"github.com/mcpgen/mcpgen/runtime/internal/eventlog"
)

// An Event is one message that was sent on a stream.
type Event struct {
	Seq  uint64 // its place in the stream, from 1
	Data []byte // the message
	Last bool   // the stream ends with it
}

// An EventStore keeps what was sent on the streams of sessions, as far as it
// likes. Its methods are safe for concurrent use; the events of one stream are
// appended one after the other.
type EventStore interface {
	// Append keeps events of a stream of a session, which follow each other. They
	// are valid during the call only. After an error the stream goes on, and
	// cannot be resumed.
	Append(ctx context.Context, session, stream string, events ...Event) error

	// After gives the events of a stream that follow seq, oldest first. Those
	// that are no longer kept are missing; the caller checks that the rest begins
	// where it should. Nobody changes what it gives.
	After(ctx context.Context, session, stream string, seq uint64) ([]Event, error)

	// Drop forgets all streams of a session, some time after it has ended. It does
	// not wait.
	Drop(session string)
}

// MemoryEvents is an EventStore in memory. When it is full, the stream that has
// had no event for longest is forgotten.
type MemoryEvents struct{ log *eventlog.Log }

// NewMemoryEvents makes a store that keeps limit bytes.
func NewMemoryEvents(limit int) *MemoryEvents { return &MemoryEvents{eventlog.New(limit)} }

// Append implements EventStore.
func (m *MemoryEvents) Append(_ context.Context, session, stream string, events ...Event) error {
	eventlog.Append(m.log, session, stream, events)
	return nil
}

// After implements EventStore.
func (m *MemoryEvents) After(_ context.Context, session, stream string, seq uint64) ([]Event, error) {
	return eventlog.After[Event](m.log, session, stream, seq), nil
}

// Drop implements EventStore.
func (m *MemoryEvents) Drop(session string) { m.log.Drop(session) }
