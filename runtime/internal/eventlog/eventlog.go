// Package eventlog keeps the events of streams in memory, for clients that come
// back, within a bound.
package eventlog

import (
	"container/list"
	"slices"
	"sync"
)

// cost is what an event costs beside its data.
const cost = 64

// Sizes of the memory that a stream which goes on takes at a time.
const (
	minChunk = 512
	maxChunk = 16 << 10
)

// A Log keeps limit bytes of events. When it is full, the stream that has had no
// event for longest is forgotten. It is safe for concurrent use.
type Log struct {
	limit int

	mu       sync.Mutex
	used     int
	sessions map[string]map[string]*list.Element // of *stream
	order    list.List                           // of *stream, least recently used first
}

// A stream is the events of one stream: one after another in few pieces of memory,
// in which there is nothing for a garbage collector to look at.
type stream struct {
	session, name string
	chunks        []chunk
	size          int
}

// A chunk is events that follow each other.
type chunk struct {
	first uint64 // the number of the first one
	data  []byte
	ends  []uint32 // of the events in data
	gone  int      // how many of the first ones are forgotten
	last  bool     // the stream ends with the last one
}

// New makes a log of limit bytes.
func New(limit int) *Log {
	return &Log{limit: limit, sessions: make(map[string]map[string]*list.Element)}
}

// An Appender appends events to a stream in one step. The log is locked until Done.
type Appender struct {
	l *Log
	s *stream
}

// Append begins to append n events to a stream of a session, one at least, with size
// bytes of data in all.
func (l *Log) Append(session, name string, n, size int) Appender {
	l.mu.Lock()
	streams := l.sessions[session]
	if streams == nil {
		streams = make(map[string]*list.Element)
		l.sessions[session] = streams
	}
	el := streams[name]
	if el == nil {
		el = l.order.PushBack(&stream{session: session, name: name})
		streams[name] = el
	} else {
		l.order.MoveToBack(el)
	}
	s := streamOf(el)
	s.reserve(n, size)
	return Appender{l, s}
}

// reserve makes room for n events of size bytes in one piece. Many streams get events
// once, and take no more than these need.
func (s *stream) reserve(n, size int) {
	if len(s.chunks) > 0 {
		tail := &s.chunks[len(s.chunks)-1]
		if cap(tail.data)-len(tail.data) >= size {
			return
		}
		size = max(size, min(max(2*cap(tail.data), minChunk), maxChunk))
	}
	s.chunks = append(s.chunks, chunk{data: slices.Grow([]byte(nil), size), ends: make([]uint32, 0, n)})
}

// Add appends a copy of an event.
func (a Appender) Add(seq uint64, data []byte, last bool) {
	s := a.s
	c := &s.chunks[len(s.chunks)-1]
	if n := len(c.ends); n == 0 {
		c.first = seq
	} else if seq != c.first+uint64(n) { // some in between were not kept
		s.chunks = append(s.chunks, chunk{first: seq, data: c.data[len(c.data):]})
		c = &s.chunks[len(s.chunks)-1]
	}
	c.data = append(c.data, data...)
	c.ends = append(c.ends, uint32(len(c.data))) //nolint:gosec // messages are far shorter
	c.last = last
	s.size += len(data) + cost
	a.l.used += len(data) + cost
}

// Done ends what Append began.
func (a Appender) Done() {
	for a.l.used > a.l.limit {
		a.l.shrink()
	}
	a.l.mu.Unlock()
}

// shrink forgets the oldest stream, or of the only one the oldest event.
func (l *Log) shrink() {
	oldest := l.order.Front()
	s := streamOf(oldest)
	if oldest == l.order.Back() {
		if n := s.forget(); n < s.size {
			s.size -= n
			l.used -= n
			return
		}
	}
	l.remove(oldest)
}

// forget forgets the oldest event of the stream, and gives what it cost. Its memory
// is free when the others of its chunk are forgotten too.
func (s *stream) forget() int {
	c := &s.chunks[0]
	n := len(c.event(c.gone)) + cost
	if c.gone++; c.gone == len(c.ends) {
		s.chunks[0] = chunk{}
		s.chunks = s.chunks[1:]
	}
	return n
}

func (c *chunk) event(i int) []byte {
	begin := uint32(0)
	if i > 0 {
		begin = c.ends[i-1]
	}
	return c.data[begin:c.ends[i]:c.ends[i]]
}

func (l *Log) remove(el *list.Element) {
	s := streamOf(el)
	l.order.Remove(el)
	l.used -= s.size
	delete(l.sessions[s.session], s.name)
	if len(l.sessions[s.session]) == 0 {
		delete(l.sessions, s.session)
	}
}

// After calls f with the events of a stream that follow seq, oldest first, as far as
// they are kept. Nobody changes the data of an event.
func (l *Log) After(session, name string, seq uint64, f func(seq uint64, data []byte, last bool)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	el := l.sessions[session][name]
	if el == nil {
		return
	}
	s := streamOf(el)
	for i := range s.chunks {
		c := &s.chunks[i]
		for j, n := 0, c.first; j < len(c.ends); j, n = j+1, n+1 {
			if j >= c.gone && n > seq {
				f(n, c.event(j), c.last && j == len(c.ends)-1)
			}
		}
	}
}

// Drop forgets all streams of a session.
func (l *Log) Drop(session string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, el := range l.sessions[session] {
		l.remove(el)
	}
}

func streamOf(el *list.Element) *stream {
	return el.Value.(*stream) //nolint:errcheck // nothing else is in the list
}
