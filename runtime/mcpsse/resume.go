package mcpsse

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// With Options.Changes, the events that tell of changes have ids: the name of the
// stream and the place of the change. A client that comes back with one goes on
// from there, on any instance. What had been asked for is kept in Options.State.
// Answers have no ids: a call ends with the stream that its answer would go to.

const (
	keepFor   = 24 * time.Hour // how long a stream can be taken up again after it last asked for something
	storeTime = time.Second    // how long the stores may take for one step
	retry     = time.Second    // how long clients wait before they come back
)

// A memory is what is kept of a stream.
type memory struct {
	Owner    string `json:"owner"`
	Snapshot []byte `json:"snapshot"`
	State    []byte `json:"state"`
}

// resumes reports whether streams can be taken up again.
func (e *Endpoint) resumes() bool {
	return e.o.Changes != nil && e.o.State != nil && e.o.Changes.Place() != ""
}

// keptAs is what the stream is kept under: whoever reads the store must not be able
// to use it.
func keptAs(name string) string {
	sum := sha256.Sum256([]byte(name))
	return "sse:" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// save keeps what the client of the stream has said and asked for.
func (c *conn) save(state []byte) {
	if !c.e.resumes() {
		return
	}
	b, err := json.Marshal(memory{c.owner, c.mcp.Snapshot(), state})
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), storeTime)
		defer cancel()
		err = c.e.o.State.Save(ctx, keptAs(c.name), b, keepFor)
	}
	if err != nil {
		c.e.s.Logger().Warn("a stream cannot be taken up again", "error", err)
	}
}

var (
	errUnknown = errors.New("there is no stream of this id, or not any more: open a new one")
	errAway    = errors.New("what followed this id cannot be read now")
)

// recall finds what is kept of the stream that an event id names.
func (e *Endpoint) recall(ctx context.Context, id, owner string) (name, at string, m memory, err error) {
	name, at, ok := strings.Cut(id, "_")
	if !ok {
		return "", "", m, errUnknown
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	b, err := e.o.State.Load(ctx, keptAs(name))
	switch {
	case err != nil:
		e.s.Logger().Warn("a stream cannot be taken up again", "error", err)
		return "", "", m, errAway
	case b == nil || json.Unmarshal(b, &m) != nil || m.Owner != owner:
		return "", "", m, errUnknown
	}
	return name, at, m, nil
}

// eventID names the place of a change on the stream.
func (c *conn) eventID(at string) string { return c.name + "_" + at }

// told sends the message of a change that has a place, unless the client has it.
func (c *conn) told(at string, msg []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = at
	if !c.attached || at <= c.floor {
		return nil // it comes from the log
	}
	if !c.queue.Push(sse.AppendMessage(nil, c.eventID(at), msg)) {
		return errGone
	}
	return nil
}

// attach has changes after a place sent from now on; false when there was a later
// one already.
func (c *conn) attach(at string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last > at {
		return false
	}
	c.attached, c.floor = true, at
	return true
}

// An event is one that a client has missed.
type event struct {
	id  string
	msg []byte
}

// missed gives what has happened since the place, and attaches the stream to what
// follows. The new place is what all of it goes up to.
func (c *conn) missed(ctx context.Context, at string) (events []event, upTo string, err error) {
	for {
		changes, err := c.e.o.Changes.Since(ctx, at)
		if err != nil {
			if errors.Is(err, mcp.ErrGap) {
				return nil, "", errUnknown
			}
			c.e.s.Logger().Warn("changes", "error", err)
			return nil, "", errAway
		}
		for _, ch := range changes {
			at = ch.At
			if msg := c.mcp.Notification(ch.Kind, ch.URI); msg != nil {
				events = append(events, event{c.eventID(at), msg})
			}
		}
		if c.attach(at) {
			return events, at, nil
		}
	}
}

// statusOf is the status for a stream that cannot be taken up.
func statusOf(err error) int {
	if errors.Is(err, errAway) {
		return http.StatusServiceUnavailable
	}
	return http.StatusGone
}
