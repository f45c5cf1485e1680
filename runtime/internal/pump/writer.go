package pump

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Defaults of a [Writer].
const (
	DefaultQueue        = 4 << 20 // bytes
	DefaultWriteTimeout = 10 * time.Second

	// Chunk is how much a sink writes within one timeout.
	Chunk = 64 << 10

	// looks is how often it is looked within a timeout whether a write goes on.
	looks = 4

	// held is how many bytes answers may amount to before they are written
	// although more input is at hand.
	held = 32 << 10
)

// Errors of a [Writer].
var (
	ErrClosed = errors.New("connection is closed")
	ErrSlow   = errors.New("peer does not read what it is sent")
)

// A Sink writes messages to the peer. It is used by one goroutine at a time, and
// no more after an error. It calls Advance of its Writer between two pieces, of
// Chunk bytes at most, of what it writes.
type Sink interface {
	// Write writes one message.
	Write(msg []byte) error

	// WriteBatch writes all messages of b.
	WriteBatch(b *Batch) error

	// Abort ends the connection at once, also for a write that is under way and
	// for a read that waits. It may be called more than once, concurrently, and
	// must not block.
	Abort(reason error)
}

// A Writer queues the messages of a connection and writes them whole, in order.
// It has no goroutine of its own: whoever finds nobody writing writes. All
// methods are safe for concurrent use.
type Writer struct {
	sink    Sink
	queue   int
	timeout time.Duration

	mu      sync.Mutex
	room    *sync.Cond // made when somebody has to wait: pending was taken, or err was set
	pending *Batch     // nil when empty
	writing bool
	err     error // why nothing more is written

	piece atomic.Uint32 // counts what is written
	seen  uint32        // piece at the last look
	stuck int           // looks since which it is the same
	timer *time.Timer   // of the next look; nil when nothing has been written for some time
}

// Init makes w ready. queue bounds the bytes that wait to be written and
// timeout the time that writing Chunk bytes may take, and a quarter more at most;
// zero values mean the defaults.
func (w *Writer) Init(sink Sink, queue int, timeout time.Duration) {
	if queue <= 0 {
		queue = DefaultQueue
	}
	if timeout <= 0 {
		timeout = DefaultWriteTimeout
	}
	w.sink, w.queue, w.timeout = sink, queue, timeout
}

// Send queues a message and sees to it that it is written. It waits while the
// queue is full: the peer reads slower than we write, but it reads. nil does
// not mean that the message has arrived.
func (w *Writer) Send(msg []byte) error { return w.put(msg, 0) }

// Hold queues a message that may wait for others to share a packet with, until
// Flush or until many have come together.
func (w *Writer) Hold(msg []byte) error { return w.put(msg, held) }

// put queues msg, and writes when at least size bytes have come together.
func (w *Writer) put(msg []byte, size int) error {
	w.mu.Lock()
	for w.err == nil && w.full(len(msg)) {
		if !w.writing {
			w.writeLocked()
			continue
		}
		if w.room == nil {
			w.room = sync.NewCond(&w.mu)
		}
		w.room.Wait()
	}
	switch {
	case w.err != nil:
		defer w.mu.Unlock()
		return w.err
	case size == 0 && !w.writing && w.pending == nil:
		w.begin()
		w.mu.Unlock()
		err := w.sink.Write(msg)
		w.mu.Lock()
		w.wrote(err)
		w.rest()
	default:
		w.add(msg)
		if !w.writing && len(w.pending.data) >= size {
			w.writeLocked()
		}
	}
	w.mu.Unlock()
	return nil
}

// Post queues a message without ever waiting, for those who write to many
// connections. A peer that has let the queue fill up loses its connection.
func (w *Writer) Post(msg []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil && w.full(len(msg)) {
		w.fail(ErrSlow)
	}
	if w.err != nil {
		return w.err
	}
	w.add(msg)
	if !w.writing {
		w.writing = true
		go w.drain()
	}
	return nil
}

// Flush writes what waits, unless somebody is at it.
func (w *Writer) Flush() {
	w.mu.Lock()
	if w.pending != nil && !w.writing {
		w.writeLocked()
	}
	w.mu.Unlock()
}

// Fail ends the connection for a reason, which later calls return.
func (w *Writer) Fail(reason error) {
	w.mu.Lock()
	w.fail(reason)
	w.mu.Unlock()
}

// Close writes what waits and refuses everything after it.
func (w *Writer) Close() {
	w.mu.Lock()
	for w.err == nil && (w.writing || w.pending != nil) {
		if !w.writing {
			w.writeLocked()
			continue
		}
		if w.room == nil {
			w.room = sync.NewCond(&w.mu)
		}
		w.room.Wait()
	}
	if w.err == nil {
		w.end(ErrClosed)
	}
	w.mu.Unlock()
}

// Err is why nothing more is written; nil while the connection works.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

func (w *Writer) full(n int) bool {
	return w.pending != nil && len(w.pending.data)+n > w.queue
}

func (w *Writer) add(msg []byte) {
	if w.pending == nil {
		w.pending = newBatch()
	}
	w.pending.add(msg)
}

// writeLocked writes what is pending now.
func (w *Writer) writeLocked() {
	w.writeOnce()
	w.rest()
}

// rest ends writing. What others have queued meanwhile gets a goroutine, so that
// nobody is kept writing for others.
func (w *Writer) rest() {
	if w.pending != nil && w.err == nil {
		go w.drain()
		return
	}
	w.writing = false
	w.wake()
}

// drain writes until nothing is pending. Its caller has set writing.
func (w *Writer) drain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.pending != nil && w.err == nil {
		w.writeOnce()
	}
	w.writing = false
	w.wake()
}

// writeOnce writes the pending batch. mu is held on entry and on return, not
// while writing.
func (w *Writer) writeOnce() {
	b := w.pending
	w.pending = nil
	w.wake()
	w.begin()
	w.mu.Unlock()
	err := w.sink.WriteBatch(b)
	b.free()
	w.mu.Lock()
	w.wrote(err)
}

// begin notes that a write begins, and sees to it that somebody looks whether it
// ends: a timer for many writes, since most take no time. mu is held.
func (w *Writer) begin() {
	w.writing = true
	w.Advance()
	if w.timer == nil {
		w.timer = time.AfterFunc(w.timeout/looks, w.look)
	}
}

func (w *Writer) wrote(err error) {
	if err != nil {
		w.fail(err)
	}
}

// Advance tells that a part of a write has been done. Sinks call it.
func (w *Writer) Advance() { w.piece.Add(1) }

// look ends the connection when a piece takes too long to write.
func (w *Writer) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	piece := w.piece.Load()
	switch {
	case w.timer == nil: // the connection has ended
		return
	case piece != w.seen:
		w.seen, w.stuck = piece, 0
	case !w.writing:
		w.timer = nil
		return
	default:
		if w.stuck++; w.stuck == looks {
			w.fail(ErrSlow)
			return
		}
	}
	w.timer.Reset(w.timeout / looks)
}

// fail ends the connection. mu is held on entry and on return, not while the
// sink aborts: calls that end by that may want to write.
func (w *Writer) fail(reason error) {
	if w.err != nil {
		return
	}
	w.end(reason)
	if w.pending != nil {
		w.pending.free()
		w.pending = nil
	}
	w.wake()
	w.mu.Unlock()
	w.sink.Abort(reason)
	w.mu.Lock()
}

// end notes why nothing more is written. mu is held.
func (w *Writer) end(reason error) {
	w.err = reason
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
}

func (w *Writer) wake() {
	if w.room != nil {
		w.room.Broadcast()
	}
}
