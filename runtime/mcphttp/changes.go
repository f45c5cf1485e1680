package mcphttp

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Kinds of changes that concern one session, whose name is the URI.
const (
	kindState   = "session"         // another instance has changed what it asked for
	kindMessage = "session-message" // Data is for it, wherever it is
)

// placePrefix begins the ids of events that are known by the place of their change.
const placePrefix = "c"

// Told takes a change that was published, for this endpoint's sessions. It is for
// whoever subscribed to the changes, beside mcp.Server.AnnounceAt.
func (e *Endpoint) Told(ctx context.Context, c mcp.Change) {
	if c.Kind != kindState && c.Kind != kindMessage {
		return
	}
	s := e.sessions.byKey(c.URI)
	switch {
	case s == nil:
	case c.Kind == kindMessage:
		_ = s.told(c.At, []byte(c.Data)) // nobody listens
	case c.Data != e.o.Instance:
		go func() { // it takes a while, and the next change does not wait
			if state := e.load(ctx, s.key); state != nil {
				s.conn.SetState(state)
			}
		}()
	}
}

// storeTime is how long the stores may take for one step.
const storeTime = time.Second

// save keeps what the session has asked for.
func (s *session) save(state []byte) {
	e := s.e
	left := e.o.SessionTakeover - s.age()
	if e.o.State == nil || left <= 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTime)
	defer cancel()
	err := e.o.State.Save(ctx, s.key.text(), state, left)
	if err == nil && e.o.Changes != nil {
		err = e.o.Changes.Publish(ctx, mcp.Change{Kind: kindState, URI: s.key.text(), Data: e.o.Instance})
	}
	if err != nil {
		e.s.Logger().Warn("other instances do not know what a session asked for", "error", err)
	}
}

// load gives what a session has asked for, nil when that is not known.
func (e *Endpoint) load(ctx context.Context, k sessionKey) []byte {
	if e.o.State == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	state, err := e.o.State.Load(ctx, k.text())
	if err != nil {
		e.s.Logger().Warn("it is not known what a session asked for", "error", err)
	}
	return state
}

// told sends a message of a change to the session, on one stream. at is the place of
// the change, "" for one without.
func (s *session) told(at string, msg []byte) error {
	s.mu.Lock()
	if at != "" {
		s.streamsLocked().last = at
	}
	to := s.streams.reader()
	s.mu.Unlock()
	if to == nil {
		return errNobody
	}
	return to.push(at, msg)
}

// reader is the newest standing stream that a client reads, or else the newest; nil
// when there is none.
func (l *streams) reader() (to *stream) {
	if l == nil {
		return nil
	}
	for _, st := range l.standing {
		if to == nil || st.carried() || !to.carried() {
			to = st
		}
	}
	return to
}

// push queues the message of a change, unless its reader has it.
func (st *stream) push(at string, msg []byte) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.over || st.queue == nil {
		return errNobody
	}
	id := ""
	if at != "" {
		if at <= st.floor {
			return nil
		}
		id = placePrefix + at
	}
	st.queue.Push(sse.AppendMessage(nil, id, msg)) // who does not read loses the stream, not the change
	return nil
}

// attach makes a standing stream that gets the changes after a place. It is nil when
// the session has been told of later ones meanwhile.
func (s *session) attach(at string) (*stream, *sse.Queue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.streamsLocked()
	if l.last > at {
		return nil, nil
	}
	st := &stream{s: s, placed: true, floor: at}
	l.stand(st)
	queue, _, _ := st.carry(context.Background()) // holds nothing
	return st, queue
}

// standAt serves a new standing stream whose events are known by their places.
func (e *Endpoint) standAt(w http.ResponseWriter, r *http.Request, s *session, at string, stop <-chan struct{}) {
	st, queue := s.attach(at)
	for ; st == nil; st, queue = s.attach(at) { // told of one more just now
		at = e.o.Changes.Place()
	}
	if queue == nil {
		e.refuse(w, http.StatusNotFound, nil, mcp.CodeInvalidRequest, "the session has ended")
		return
	}
	out := sse.NewWriter(w, e.o.WriteTimeout)
	out.Stay()
	if s.primes() {
		if out.Event(&sse.Event{ID: placePrefix + at, HasID: true, Retry: e.o.Retry, HasData: true}) != nil {
			queue.Drop()
		}
	}
	if s.moved.Swap(false) { // what it was not told of in between is not known
		for _, msg := range s.conn.Hints() {
			if out.Message("", msg) != nil {
				queue.Drop()
				break
			}
		}
	}
	e.pump(r, out, st, queue, stop)
	st.end()
}

// resumeAt serves the changes after a place, and goes on from there. When they are
// not known completely, nothing is served.
func (e *Endpoint) resumeAt(w http.ResponseWriter, r *http.Request, s *session, at string, stop <-chan struct{}) {
	type event struct{ id, msg string }
	var missed []event
	var st *stream
	var queue *sse.Queue
	for st == nil {
		changes, err := e.o.Changes.Since(r.Context(), at)
		switch {
		case errors.Is(err, mcp.ErrGap):
			e.gone(w)
			return
		case err != nil:
			e.s.Logger().Warn("changes", "error", err)
			e.refuse(w, http.StatusServiceUnavailable, nil, mcp.CodeClosing, "what followed this id cannot be read now")
			return
		}
		for _, c := range changes {
			at = c.At
			if msg := s.messageOf(&c); msg != "" {
				missed = append(missed, event{placePrefix + c.At, msg})
			}
		}
		st, queue = s.attach(at)
	}
	if queue == nil {
		e.refuse(w, http.StatusNotFound, nil, mcp.CodeInvalidRequest, "the session has ended")
		return
	}
	defer st.end()
	defer st.drop(queue)
	s.moved.Store(false)
	out := sse.NewWriter(w, e.o.WriteTimeout)
	out.Stay()
	for _, ev := range missed {
		if out.Message(ev.id, []byte(ev.msg)) != nil {
			return
		}
	}
	e.pump(r, out, st, queue, stop)
}

// messageOf makes the message of a change for the session, "" when it does not
// concern it.
func (s *session) messageOf(c *mcp.Change) string {
	switch c.Kind {
	case kindState:
		return ""
	case kindMessage:
		if c.URI != s.key.text() {
			return ""
		}
		return c.Data
	}
	return string(s.conn.Notification(c.Kind, c.URI))
}

// place is where a new stream begins; "" when changes have no places.
func (e *Endpoint) place() string {
	if e.o.Changes == nil || e.o.NoResume {
		return ""
	}
	return e.o.Changes.Place()
}

// placeIn gives the place that an event id names.
func placeIn(id string) (at string, ok bool) { return strings.CutPrefix(id, placePrefix) }
