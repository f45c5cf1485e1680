package sse

import (
	"sync"
	"time"
)

// itemCost is what an item costs a budget beside its bytes.
const itemCost = 64

// A Budget bounds what the queues of one server hold together. When a new item
// does not fit, the queue that has held the most for longest loses everything and
// ends: a reader that stands still gives way to those that read, and a burst is
// taken whole by whoever keeps up. Its methods and those of its queues are safe for
// concurrent use, and none but PushWait blocks.
type Budget struct {
	limit int

	mu   sync.Mutex // guards the queues too: they share used
	used int
	full map[*Queue]struct{} // the queues that hold something
}

// NewBudget makes a budget of limit bytes.
func NewBudget(limit int) *Budget {
	return &Budget{limit: limit, full: map[*Queue]struct{}{}}
}

// A Queue holds the items that wait for the writer of one stream.
type Queue struct {
	budget *Budget
	ready  chan struct{} // has a token when there is something to see
	room   *sync.Cond    // of who waits for room; made by the first one

	items  [][]byte
	cost   int
	since  time.Time // when the reader last took something, or had nothing to take
	closed bool
	lost   bool
}

// NewQueue makes an empty queue.
func (b *Budget) NewQueue() *Queue {
	return &Queue{budget: b, ready: make(chan struct{}, 1)}
}

// Push appends an item, which the queue keeps. It reports false when the queue
// has ended.
func (q *Queue) Push(item []byte) bool {
	q.budget.mu.Lock()
	defer q.budget.mu.Unlock()
	return q.push(item)
}

// PushWait is Push for somebody who can wait: while the queue holds more than
// limit bytes, for its reader to take some.
func (q *Queue) PushWait(item []byte, limit int) bool {
	q.budget.mu.Lock()
	defer q.budget.mu.Unlock()
	for !q.closed && q.cost > limit {
		if q.room == nil {
			q.room = sync.NewCond(&q.budget.mu)
		}
		q.room.Wait()
	}
	return q.push(item)
}

func (q *Queue) push(item []byte) bool {
	if q.closed {
		return false
	}
	if len(q.items) == 0 {
		q.since = time.Now()
	}
	q.items = append(q.items, item)
	q.add(len(item) + itemCost)
	for b := q.budget; b.used > b.limit; {
		b.worst().drop()
	}
	signal(q.ready)
	return !q.closed
}

// Take removes and gives the first items: as many as have limit bytes together,
// one at least, nil when there are none. more is false once the queue has ended
// and been emptied. What is taken no longer counts, so limit is what the budget
// can be exceeded by for each writer.
func (q *Queue) Take(limit int) (items [][]byte, more bool) {
	q.budget.mu.Lock()
	defer q.budget.mu.Unlock()
	n, size := 0, 0
	for n < len(q.items) && (n == 0 || size+len(q.items[n]) <= limit) {
		size += len(q.items[n])
		n++
	}
	items = q.items[:n:n]
	if q.items = q.items[n:]; len(q.items) == 0 {
		q.items = nil
	}
	q.add(-size - n*itemCost)
	if n > 0 {
		q.since = time.Now()
		q.wake()
	}
	return items, !q.closed || n > 0
}

// Ready has a token when Take has something new to say.
func (q *Queue) Ready() <-chan struct{} { return q.ready }

// Close ends the queue after the items that it holds.
func (q *Queue) Close() {
	q.budget.mu.Lock()
	defer q.budget.mu.Unlock()
	q.close()
}

// Drop ends the queue and forgets the items that it holds.
func (q *Queue) Drop() {
	q.budget.mu.Lock()
	defer q.budget.mu.Unlock()
	lost := q.lost
	q.drop()
	q.lost = lost
}

// Lost reports whether the queue ended because its reader was too slow.
func (q *Queue) Lost() bool {
	q.budget.mu.Lock()
	defer q.budget.mu.Unlock()
	return q.lost
}

func (q *Queue) drop() {
	q.items = nil
	q.add(-q.cost)
	q.lost = true
	q.close()
}

func (q *Queue) close() {
	q.closed = true
	q.wake()
	signal(q.ready)
}

// wake lets those who wait look for themselves.
func (q *Queue) wake() {
	if q.room != nil {
		q.room.Broadcast()
	}
}

// signal leaves a token, unless there is one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// add changes what the queue holds.
func (q *Queue) add(n int) {
	q.cost += n
	q.budget.used += n
	if q.cost > 0 {
		q.budget.full[q] = struct{}{}
	} else {
		delete(q.budget.full, q)
	}
}

// worst is the queue that has held the most for longest. There is one, as used
// is not 0.
func (b *Budget) worst() *Queue {
	var worst *Queue
	var most float64
	now := time.Now()
	for q := range b.full {
		if bad := float64(q.cost) * float64(now.Sub(q.since)+time.Microsecond); worst == nil || bad > most {
			worst, most = q, bad
		}
	}
	return worst
}
