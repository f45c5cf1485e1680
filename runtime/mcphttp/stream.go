package mcphttp

import (
	"context"
	"strconv"
	"strings"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
)

// A stream is one numbered event stream of a session: the response to a request
// or a standing one. It outlives the HTTP response that carries it.
type stream struct {
	s      *session
	number uint64
	post   bool // of a request

	mu    sync.Mutex
	seq   uint64     // of the last event
	away  bool       // of a request: its own response no longer carries it
	queue *sse.Queue // of the GET that carries it; nil when none does
	over  bool       // no event follows
	lossy bool       // an event could not be kept: the stream cannot be resumed

	session, name string // what an EventStore knows it by, once it has an event

	held batch    // messages that have no place yet: they wait to leave together
	one  [1]Event // what is kept by itself

	placed bool   // a standing one, whose events are known by the places of changes
	floor  string // the last place that its reader has got from the log
}

// key is what an EventStore knows the stream by.
func (st *stream) key() string { return strconv.FormatUint(st.number, 10) }

// eventID is what a client sends as Last-Event-ID to resume after an event.
func (st *stream) eventID(seq uint64) string {
	return string(st.appendID(make([]byte, 0, maxEventID), seq))
}

// maxEventID is the length of the longest event id.
const maxEventID = 2*20 + 1

func (st *stream) appendID(b []byte, seq uint64) []byte {
	b = append(strconv.AppendUint(b, st.number, 10), '_')
	return strconv.AppendUint(b, seq, 10)
}

// parseEventID takes an id apart; false when it cannot be one of ours.
func parseEventID(id string) (number, seq uint64, ok bool) {
	a, b, _ := strings.Cut(id, "_")
	number, err := strconv.ParseUint(a, 10, 64)
	if err != nil {
		return 0, 0, false
	}
	seq, err = strconv.ParseUint(b, 10, 64)
	if err != nil || id != strconv.FormatUint(number, 10)+"_"+strconv.FormatUint(seq, 10) {
		return 0, 0, false
	}
	return number, seq, true
}

// prime is the event that lets a client resume a stream which breaks before its
// first message.
func (st *stream) prime() *sse.Event {
	return &sse.Event{ID: st.eventID(0), HasID: true, Retry: st.s.e.o.Retry, HasData: true}
}

// hold takes a message that may wait for others to leave with. It is false when it may
// not: a GET carries the stream, or nothing does, or so many wait already.
func (st *stream) hold(msg []byte) (bool, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	switch {
	case st.over:
		return false, errOver
	case st.away, st.held.full(msg):
		return false, nil
	}
	st.held.add(msg)
	return true, nil
}

// record gives a message its place in the stream, after those that are held: they are
// kept, and queued for the GET that carries the stream, or appended to b as events
// when the response of the request does. The id of what is not kept is "".
func (st *stream) record(ctx context.Context, b, msg []byte, last bool) (events []byte, direct bool, err error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.over {
		return b, false, errOver
	}
	direct = st.post && !st.away
	if direct && st.held.len() > 0 {
		st.held.add(msg)
		return st.settle(ctx, b, last), true, nil
	}
	st.one[0] = Event{Seq: st.seq + 1, Data: msg, Last: last}
	kept := st.keep(ctx, st.one[:])
	st.one[0].Data = nil
	switch {
	case direct:
		return st.appendEvent(b, kept, st.seq, msg), true, nil
	case st.queue != nil:
		st.queue.Push(st.appendEvent(nil, kept, st.seq, msg)) // who does not read loses the stream, not the event
		if last {
			st.queue.Close()
		}
	case !kept:
		return b, false, errNobody
	}
	return b, false, nil
}

// settled appends what is held to b as events, when the response of the request
// carries the stream.
func (st *stream) settled(ctx context.Context, b []byte) (events []byte) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.away {
		return b // what was held is kept
	}
	return st.settle(ctx, b, false)
}

// settle gives what is held its place in the stream and appends it to b as events.
func (st *stream) settle(ctx context.Context, b []byte, last bool) []byte {
	if st.held.len() == 0 {
		return b
	}
	first := st.seq + 1
	events := st.held.events(first, last)
	kept := !st.over && st.keep(ctx, events)
	for i := range events {
		b = st.appendEvent(b, kept, events[i].Seq, events[i].Data)
	}
	st.held.reset()
	return b
}

// appendEvent appends a message as an event. One that is not kept has no id.
func (st *stream) appendEvent(b []byte, kept bool, seq uint64, msg []byte) []byte {
	if !kept {
		return sse.AppendMessage(b, "", msg)
	}
	var id [maxEventID]byte
	return sse.AppendMessage(b, st.appendID(id[:0], seq), msg)
}

// keep hands messages to the event store.
func (st *stream) keep(ctx context.Context, events []Event) bool {
	store := st.s.e.o.Events
	if store == nil || st.lossy {
		return false
	}
	if st.name == "" {
		st.session, st.name = st.s.key.text(), st.key()
	}
	if err := store.Append(ctx, st.session, st.name, events...); err != nil {
		st.s.e.s.Logger().Warn("event store", "error", err)
		st.lossy = true
		return false
	}
	st.seq += uint64(len(events))
	return true
}

// carry makes a GET the carrier of the stream, in place of what carried it. The
// events up to seq are to be taken from the store, all later ones are in the
// queue. It is nil when no event follows. When not all events are kept, nothing
// changes and ok is false.
func (st *stream) carry(ctx context.Context) (queue *sse.Queue, seq uint64, ok bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.held.len() > 0 && !st.over && st.keep(ctx, st.held.events(st.seq+1, false)) {
		st.held.reset()
	}
	if st.lossy {
		return nil, 0, false
	}
	if st.queue != nil {
		st.queue.Drop()
		st.queue = nil
	}
	st.away = true
	if !st.over {
		st.queue = st.s.e.budget.NewQueue()
	}
	return st.queue, st.seq, true
}

// drop ends the carrying of the stream by the GET with this queue.
func (st *stream) drop(queue *sse.Queue) {
	st.mu.Lock()
	if st.queue == queue {
		st.queue = nil
	}
	st.mu.Unlock()
	queue.Drop()
}

// carried reports whether a GET carries the stream.
func (st *stream) carried() bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.queue != nil
}

// direct reports whether the response of the request carries the stream.
func (st *stream) direct() bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.post && !st.away
}

// detach says that the response of the request no longer carries the stream.
func (st *stream) detach(ctx context.Context) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.settle(ctx, nil, false)
	st.away = true
}

// end says that no event follows. Whoever carries the stream gets what is queued.
func (st *stream) end() {
	st.mu.Lock()
	st.over = true
	if st.queue != nil {
		st.queue.Close()
	}
	st.mu.Unlock()
	st.s.forget(st)
}

// close ends the stream for whoever carries it.
func (st *stream) close() {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.over = true
	if st.queue != nil {
		st.queue.Drop()
	}
}
