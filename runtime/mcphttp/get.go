package mcphttp

import (
	"net/http"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/internal/sse"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// get opens a standing stream of a session, or resumes one of its streams.
func (e *Endpoint) get(w http.ResponseWriter, r *http.Request) {
	if !e.legacyOnly(w, r) {
		return
	}
	if _, stream := httpx.Accepts(r.Header["Accept"]); !stream {
		e.refuse(w, http.StatusNotAcceptable, nil, mcp.CodeInvalidRequest, "Accept must allow text/event-stream")
		return
	}
	stop := e.stops.Of(r) // known before the client hears of the stream
	if e.stops.Ended() {
		e.refuse(w, http.StatusServiceUnavailable, nil, mcp.CodeClosing, "the server is shutting down")
		return
	}
	s, status, text := e.session(r, e.principal(r))
	if s == nil {
		e.refuse(w, status, nil, mcp.CodeInvalidRequest, text)
		return
	}
	defer s.release()
	switch last := r.Header["Last-Event-Id"]; {
	case len(last) == 0 || e.o.Events == nil:
		if at := e.place(); at != "" {
			e.standAt(w, r, s, at, stop)
			return
		}
		e.stand(w, r, s, stop)
	case len(last) == 1:
		e.resume(w, r, s, last[0], stop)
	default:
		e.refuse(w, http.StatusBadRequest, nil, mcp.CodeInvalidRequest, "more than one Last-Event-ID header")
	}
}

// stand serves a new standing stream.
func (e *Endpoint) stand(w http.ResponseWriter, r *http.Request, s *session, stop <-chan struct{}) {
	st := s.stand()
	queue, _, _ := st.carry(r.Context())
	if queue == nil {
		e.refuse(w, http.StatusNotFound, nil, mcp.CodeInvalidRequest, "the session has ended")
		return
	}
	out := sse.NewWriter(w, e.o.WriteTimeout)
	out.Stay()
	if e.o.Events != nil && s.primes() {
		if out.Event(st.prime()) != nil {
			queue.Drop()
		}
	}
	e.pump(r, out, st, queue, stop)
	if e.o.Events == nil {
		st.end()
	}
}

// resume serves what a stream has had after the event with the id last, and
// goes on with it. When that is not known completely, nothing is.
func (e *Endpoint) resume(w http.ResponseWriter, r *http.Request, s *session, last string, stop <-chan struct{}) {
	if at, ok := placeIn(last); ok && e.o.Changes != nil {
		e.resumeAt(w, r, s, at, stop)
		return
	}
	number, seq, ok := parseEventID(last)
	if !ok || !s.known(number) {
		e.refuse(w, http.StatusBadRequest, nil, mcp.CodeInvalidRequest, "Last-Event-ID is no id of this session")
		return
	}
	st := s.find(number)
	if st == nil {
		st = &stream{s: s, number: number, over: true}
	}
	queue, upTo, ok := st.carry(r.Context())
	if !ok {
		e.gone(w)
		return
	}
	if queue != nil {
		defer st.drop(queue)
	}
	if queue != nil && seq > upTo {
		e.refuse(w, http.StatusBadRequest, nil, mcp.CodeInvalidRequest, "Last-Event-ID is no id of this session")
		return
	}
	missed, ok := e.missed(r, st, seq, upTo, queue != nil)
	if !ok {
		e.gone(w)
		return
	}
	out := sse.NewWriter(w, e.o.WriteTimeout)
	if queue != nil {
		out.Stay()
	}
	for _, ev := range missed {
		if out.Message(st.eventID(ev.Seq), ev.Data) != nil {
			return
		}
	}
	if queue == nil {
		return
	}
	e.pump(r, out, st, queue, stop)
}

// gone answers a client that comes back for what is not there any more.
func (e *Endpoint) gone(w http.ResponseWriter) {
	e.refuse(w, http.StatusGone, nil, mcp.CodeInvalidRequest, "events after this id are no longer kept")
}

// missed gives the events of a stream after seq: up to upTo when the stream goes
// on, and to its end when it does not. ok is false when one of them is missing.
func (e *Endpoint) missed(r *http.Request, st *stream, seq, upTo uint64, goesOn bool) (events []Event, ok bool) {
	if goesOn && seq == upTo {
		return nil, true
	}
	events, err := e.o.Events.After(r.Context(), st.s.key.text(), st.key(), seq)
	if err != nil {
		e.s.Logger().Warn("event store", "error", err)
		return nil, false
	}
	if goesOn {
		for len(events) > 0 && events[len(events)-1].Seq > upTo {
			events = events[:len(events)-1]
		}
	}
	for i, ev := range events {
		if ev.Seq != seq+1+uint64(i) {
			return nil, false
		}
	}
	if len(events) == 0 {
		return nil, false
	}
	last := events[len(events)-1]
	return events, goesOn && last.Seq == upTo || !goesOn && last.Last
}

// pump writes what is queued for a stream until it ends, the client leaves, or
// the server shuts down. Then the client is told when to come back.
func (e *Endpoint) pump(r *http.Request, out *sse.Writer, st *stream, queue *sse.Queue, stop <-chan struct{}) {
	defer st.drop(queue)
	if out.Flush() != nil {
		return
	}
	if out.Pump(queue, e.o.Heartbeat, r.Context().Done(), stop) == sse.Stopped {
		_ = out.Event(&sse.Event{Retry: e.o.Retry}) // flushed with the end of the response
	}
}
