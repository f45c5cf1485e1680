package mcphttp

import (
	"sync"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
)

// A batch is messages that wait to leave together. Empty, it takes no memory.
type batch struct{ m *messages }

type messages struct {
	data   []byte
	ends   []int // of the messages in data
	events []Event
}

// Bounds of a batch.
const (
	fullBatch = 32 << 10 // bytes with which it waits no longer
	keepBatch = 64 << 10 // bytes of a batch that is used again
)

var batches = sync.Pool{New: func() any { return new(messages) }}

func (b *batch) len() int {
	if b.m == nil {
		return 0
	}
	return len(b.m.ends)
}

// add adds a copy of a message.
func (b *batch) add(msg []byte) {
	if b.m == nil {
		b.m, _ = batches.Get().(*messages)
	}
	b.m.data = append(b.m.data, msg...)
	b.m.ends = append(b.m.ends, len(b.m.data))
}

// full reports whether a message would make it too long to wait.
func (b *batch) full(msg []byte) bool {
	n := len(msg)
	if b.m != nil {
		n += len(b.m.data)
	}
	return n > fullBatch
}

// events gives the messages as events, numbered from first. They are valid until
// reset.
func (b *batch) events(first uint64, last bool) []Event {
	b.m.events = b.m.events[:0]
	begin := 0
	for i, end := range b.m.ends {
		b.m.events = append(b.m.events, Event{Seq: first + uint64(i), Data: b.m.data[begin:end:end]})
		begin = end
	}
	b.m.events[len(b.m.events)-1].Last = last
	return b.m.events
}

// frame appends the messages to a buffer as events without ids.
func (b *batch) frame(to []byte) []byte {
	if b.m == nil {
		return to
	}
	begin := 0
	for _, end := range b.m.ends {
		to = sse.AppendMessage(to, "", b.m.data[begin:end])
		begin = end
	}
	return to
}

// reset empties the batch.
func (b *batch) reset() {
	m := b.m
	if b.m = nil; m == nil || cap(m.data) > keepBatch {
		return
	}
	clear(m.events)
	m.data, m.ends, m.events = m.data[:0], m.ends[:0], m.events[:0]
	batches.Put(m)
}
