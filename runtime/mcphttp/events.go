package mcphttp

import (
	"container/list"
	"context"
	"sync"
)

// An Event is one message that was sent on a stream.
type Event struct {
	Seq  uint64 // its place in the stream, from 1
	Data []byte // the message, which nobody changes
	Last bool   // the stream ends with it
}

// An EventStore keeps what was sent on the streams of sessions, as far as it
// likes. Its methods are safe for concurrent use; the events of one stream are
// appended one after the other.
type EventStore interface {
	// Append keeps an event of a stream of a session. After an error the stream
	// goes on, and cannot be resumed.
	Append(ctx context.Context, session, stream string, ev Event) error

	// After gives the events of a stream that follow seq, oldest first. Those
	// that are no longer kept are missing; the caller checks that the rest begins
	// where it should.
	After(ctx context.Context, session, stream string, seq uint64) ([]Event, error)

	// Drop forgets all streams of a session, some time after it has ended. It does
	// not wait.
	Drop(session string)
}

// MemoryEvents is an EventStore in memory. When it is full, the stream that has
// had no event for longest is forgotten.
type MemoryEvents struct {
	limit int

	mu       sync.Mutex
	used     int
	sessions map[string]map[string]*list.Element // of *eventLog
	order    list.List                           // of *eventLog, least recently used first
}

type eventLog struct {
	session, stream string
	events          []Event
	size            int
}

// eventCost is what an event costs beside its data.
const eventCost = 64

// NewMemoryEvents makes a store that keeps limit bytes.
func NewMemoryEvents(limit int) *MemoryEvents {
	return &MemoryEvents{limit: limit, sessions: make(map[string]map[string]*list.Element)}
}

// Append implements EventStore.
func (m *MemoryEvents) Append(_ context.Context, session, stream string, ev Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	streams := m.sessions[session]
	if streams == nil {
		streams = make(map[string]*list.Element)
		m.sessions[session] = streams
	}
	el := streams[stream]
	if el == nil {
		el = m.order.PushBack(&eventLog{session: session, stream: stream})
		streams[stream] = el
	}
	m.order.MoveToBack(el)
	l := logOf(el)
	l.events = append(l.events, ev)
	m.grow(l, len(ev.Data)+eventCost)
	for m.used > m.limit {
		m.shrink()
	}
	return nil
}

// shrink forgets the oldest stream, or of the only one the oldest event.
func (m *MemoryEvents) shrink() {
	oldest := m.order.Front()
	l := logOf(oldest)
	if oldest != m.order.Back() || len(l.events) == 1 {
		m.remove(oldest)
		return
	}
	m.grow(l, -len(l.events[0].Data)-eventCost)
	l.events[0] = Event{}
	l.events = l.events[1:]
}

func (m *MemoryEvents) remove(el *list.Element) {
	l := logOf(el)
	m.order.Remove(el)
	m.used -= l.size
	delete(m.sessions[l.session], l.stream)
	if len(m.sessions[l.session]) == 0 {
		delete(m.sessions, l.session)
	}
}

func (m *MemoryEvents) grow(l *eventLog, n int) {
	l.size += n
	m.used += n
}

// After implements EventStore.
func (m *MemoryEvents) After(_ context.Context, session, stream string, seq uint64) ([]Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	el := m.sessions[session][stream]
	if el == nil {
		return nil, nil
	}
	events := logOf(el).events
	for i, ev := range events {
		if ev.Seq > seq {
			return append([]Event(nil), events[i:]...), nil
		}
	}
	return nil, nil
}

// Drop implements EventStore.
func (m *MemoryEvents) Drop(session string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, el := range m.sessions[session] {
		m.remove(el)
	}
}

func logOf(el *list.Element) *eventLog {
	return el.Value.(*eventLog) //nolint:errcheck // nothing else is in the list
}
