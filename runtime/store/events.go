package store

import (
	"container/list"
	"sync"
)

// An eventLog keeps limit bytes of events. When it is full, the stream that has
// had no event for longest is forgotten.
type eventLog struct {
	limit int

	mu       sync.Mutex
	used     int
	sessions map[string]map[string]*list.Element // of *streamLog
	order    list.List                           // of *streamLog, least recently used first
}

type streamLog struct {
	session, stream string
	events          []Event
	size            int
}

// eventCost is what an event costs beside its data.
const eventCost = 64

func newEventLog(limit int) *eventLog {
	return &eventLog{limit: limit, sessions: map[string]map[string]*list.Element{}}
}

func (e *eventLog) append(session, stream string, ev Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	streams := e.sessions[session]
	if streams == nil {
		streams = map[string]*list.Element{}
		e.sessions[session] = streams
	}
	el := streams[stream]
	if el == nil {
		el = e.order.PushBack(&streamLog{session: session, stream: stream})
		streams[stream] = el
	}
	e.order.MoveToBack(el)
	s := logOf(el)
	s.events = append(s.events, ev)
	e.grow(s, len(ev.Data)+eventCost)
	for e.used > e.limit {
		e.shrink()
	}
}

// shrink forgets the oldest stream, or of the only one the oldest event.
func (e *eventLog) shrink() {
	oldest := e.order.Front()
	s := logOf(oldest)
	if oldest != e.order.Back() || len(s.events) == 1 {
		e.remove(oldest)
		return
	}
	e.grow(s, -len(s.events[0].Data)-eventCost)
	s.events[0] = Event{}
	s.events = s.events[1:]
}

func (e *eventLog) remove(el *list.Element) {
	s := logOf(el)
	e.order.Remove(el)
	e.used -= s.size
	delete(e.sessions[s.session], s.stream)
	if len(e.sessions[s.session]) == 0 {
		delete(e.sessions, s.session)
	}
}

func (e *eventLog) grow(s *streamLog, n int) {
	s.size += n
	e.used += n
}

func (e *eventLog) after(session, stream string, seq uint64) []Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	el := e.sessions[session][stream]
	if el == nil {
		return nil
	}
	events := logOf(el).events
	for i, ev := range events {
		if ev.Seq > seq {
			return append([]Event(nil), events[i:]...)
		}
	}
	return nil
}

func (e *eventLog) drop(session string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, el := range e.sessions[session] {
		e.remove(el)
	}
}

func logOf(el *list.Element) *streamLog {
	return el.Value.(*streamLog) //nolint:errcheck // nothing else is in the list
}
