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

	placed bool   // a standing one, whose events are known by the places of changes
	floor  string // the last place that its reader has got from the log
}

// key is what an EventStore knows the stream by.
func (st *stream) key() string { return strconv.FormatUint(st.number, 10) }

// eventID is what a client sends as Last-Event-ID to resume after an event.
func (st *stream) eventID(seq uint64) string {
	b := strconv.AppendUint(make([]byte, 0, 41), st.number, 10)
	return string(strconv.AppendUint(append(b, '_'), seq, 10))
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

// record gives a message its place in the stream: it is kept, and queued for the
// GET that carries the stream. direct reports whether the response of the
// request carries it and has to be written to. The id of a message that is not
// kept is "".
func (st *stream) record(ctx context.Context, msg []byte, last bool) (id string, direct bool, err error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.over {
		return "", false, errOver
	}
	direct = st.post && !st.away
	if st.keep(ctx, msg, last) {
		id = st.eventID(st.seq)
	} else if !direct && st.queue == nil {
		return "", false, errNobody
	}
	if st.queue != nil {
		st.queue.Push(sse.AppendMessage(nil, id, msg)) // who does not read loses the stream, not the event
		if last {
			st.queue.Close()
		}
	}
	return id, direct, nil
}

// keep hands a message to the event store.
func (st *stream) keep(ctx context.Context, msg []byte, last bool) bool {
	events := st.s.e.o.Events
	if events == nil || st.lossy {
		return false
	}
	ev := Event{Seq: st.seq + 1, Data: append([]byte(nil), msg...), Last: last}
	if st.name == "" {
		st.session, st.name = st.s.key.text(), st.key()
	}
	if err := events.Append(ctx, st.session, st.name, ev); err != nil {
		st.s.e.s.Logger().Warn("event store", "error", err)
		st.lossy = true
		return false
	}
	st.seq++
	return true
}

// carry makes a GET the carrier of the stream, in place of what carried it. The
// events up to seq are to be taken from the store, all later ones are in the
// queue. It is nil when no event follows.
func (st *stream) carry() (queue *sse.Queue, seq uint64) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.queue != nil {
		st.queue.Drop()
		st.queue = nil
	}
	st.away = true
	if !st.over {
		st.queue = st.s.e.budget.NewQueue()
	}
	return st.queue, st.seq
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

// complete reports whether all events of the stream were kept.
func (st *stream) complete() bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	return !st.lossy
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
func (st *stream) detach() {
	st.mu.Lock()
	defer st.mu.Unlock()
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
