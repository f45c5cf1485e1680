package mcphttp

import (
	"cmp"
	"net/http"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Options are the choices of an [Endpoint]. The zero value is useful; a
// duration below 0 switches off what it bounds.
type Options struct {
	// Origins checks Host and Origin. nil: its default, which protects servers
	// on loopback addresses and refuses foreign web pages.
	Origins *guard.Origins

	// Principal says who sent a request that was authenticated before it got
	// here; nil, or a nil result: nobody. Sessions belong to their principal.
	Principal func(r *http.Request) *mcp.Principal

	MaxBody      int64         // bytes of one request body; 0: 1 MiB
	ReadTimeout  time.Duration // for reading one body; 0: 30 s
	WriteTimeout time.Duration // for each write; a large answer has as many as it needs; 0: 10 s
	Heartbeat    time.Duration // how long a stream may be idle before it gets a comment; 0: 15 s

	// Coalesce is how long a message of a stream may wait for others, to leave in
	// one packet with them, when another one has left just before. The first one
	// never waits, nor one that comes alone. 0: 5 ms; below 0: not at all.
	Coalesce time.Duration

	// AlwaysStream answers every request of a session as an event stream, where
	// the client takes one, and not only those that send something on the way.
	AlwaysStream bool

	// StreamMemory is how many bytes of messages may wait for the readers of all
	// standing streams together. When it is used up, the reader that is furthest
	// behind loses its stream. 0: 64 MiB.
	StreamMemory int

	// Stateless serves the revisions before 2026-07-28 without sessions: every
	// request stands alone, and nothing can be asked of clients or told to them.
	Stateless bool

	SessionIdle time.Duration // sessions unused for this long end; 0: 1 h
	MaxSessions int           // when there are more, those unused for longest end; 0: 10 000; below 0: no bound

	// Instance is what the ids of sessions begin with, before a dot, so that a proxy
	// can send the requests of a session to the instance that has it. What is not
	// visible ASCII, or beyond 64 characters, is replaced or left out. "": a random
	// name.
	Instance string
	// SessionTakeover is how long after its beginning a session can go on here that
	// another instance with the same mcp.Options.StateKeys began, for when that one
	// is gone: with what it asked for, if State is set, and with its standing
	// streams, if Changes is. Sessions that have ended here stay ended. 0: 24 h;
	// below 0: not at all.
	SessionTakeover time.Duration

	// State keeps what sessions ask for, such as subscriptions, for all instances.
	// nil: a session that goes on at another instance has to ask again.
	State mcp.StateStore
	// Changes are those of all instances. With them a standing stream that breaks is
	// resumed on any instance, and the events of it are kept nowhere else. nil: a
	// standing stream is resumed on its instance only.
	Changes mcp.ChangeLog

	// Ended tells all instances which sessions clients have ended with DELETE, so
	// that none goes on with them. nil: this instance remembers its own.
	Ended EndedStore

	// Events keeps what was sent on the streams of sessions, so that clients can
	// resume them. nil: in the memory of this process, 16 MiB in all.
	Events EventStore
	// NoResume makes streams end with their connection.
	NoResume bool
	// Retry is how long clients are told to wait before they resume a stream that
	// the server ended; 0: 1 s.
	Retry time.Duration
}

// Defaults of Options.
const (
	defaultMaxBody      = 1 << 20
	defaultReadTimeout  = 30 * time.Second
	defaultWriteTimeout = 10 * time.Second
	defaultHeartbeat    = 15 * time.Second
	defaultStreamMemory = 64 << 20
	defaultSessionIdle  = time.Hour
	defaultMaxSessions  = 10_000
	defaultTakeover     = 24 * time.Hour
	defaultEventMemory  = 16 << 20
	defaultRetry        = time.Second
	defaultCoalesce     = 5 * time.Millisecond

	never = 1 << 62 * time.Nanosecond
)

// withDefaults gives a copy with every choice made.
func (o *Options) withDefaults() Options {
	var c Options
	if o != nil {
		c = *o
	}
	c.MaxBody = cmp.Or(c.MaxBody, defaultMaxBody)
	c.ReadTimeout = cmp.Or(c.ReadTimeout, defaultReadTimeout)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, defaultWriteTimeout)
	c.Heartbeat = cmp.Or(c.Heartbeat, defaultHeartbeat)
	c.StreamMemory = cmp.Or(c.StreamMemory, defaultStreamMemory)
	c.SessionIdle = cmp.Or(c.SessionIdle, defaultSessionIdle)
	c.MaxSessions = cmp.Or(c.MaxSessions, defaultMaxSessions)
	c.SessionTakeover = cmp.Or(c.SessionTakeover, defaultTakeover)
	c.Retry = cmp.Or(c.Retry, defaultRetry)
	c.Coalesce = cmp.Or(c.Coalesce, defaultCoalesce)
	c.Instance = instanceName(c.Instance)
	if c.Heartbeat < 0 {
		c.Heartbeat = never
	}
	if c.SessionIdle < 0 {
		c.SessionIdle = never
	}
	switch {
	case c.NoResume:
		c.Events = nil
	case c.Events == nil:
		c.Events = NewMemoryEvents(defaultEventMemory)
	}
	return c
}
