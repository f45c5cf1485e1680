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

	// Chunk is how much is written within one timeout.
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

// A Sink knows how the peer wants its messages, and writes them. Write is used by
// one goroutine at a time, and no more after an error.
type Sink interface {
	// AppendHead appends what goes before a message of n bytes, AppendTail what
	// goes after it.
	AppendHead(b []byte, n int) []byte
	AppendTail(b []byte) []byte

	// Write writes bytes to the peer, Chunk at most: the pieces of one message
	// follow one another.
	Write(p []byte) (n int, err error)

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
	pending *out       // nil when empty
	writing bool
	closing bool  // nothing more is taken
	err     error // why nothing more is written

	done  atomic.Uint32 // counts the pieces that are written
	seen  uint32        // done at the last look
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
	for w.open() && w.full(len(msg)) {
		if w.writing {
			w.wait()
		} else {
			w.writeLocked()
		}
	}
	switch {
	case !w.open():
		defer w.mu.Unlock()
		return w.why()
	case size == 0 && !w.writing && w.pending == nil:
		w.begin()
		w.mu.Unlock()
		err := w.write(msg)
		w.mu.Lock()
		w.wrote(err)
		w.rest()
	default:
		w.add(msg)
		if !w.writing && len(w.pending.b) >= size {
			w.writeLocked()
		}
	}
	w.mu.Unlock()
	return nil
}

// Post queues a message without ever waiting, for those who write to many
// connections. A peer that has let the queue fill up loses its connection.
func (w *Writer) Post(msg []byte) error { return w.post(msg, false) }

// PostRaw is Post for what goes out as it is, without head and tail.
func (w *Writer) PostRaw(b []byte) error { return w.post(b, true) }

func (w *Writer) post(b []byte, raw bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open() && w.full(len(b)) {
		w.fail(ErrSlow)
	}
	if !w.open() {
		return w.why()
	}
	if raw {
		w.addRaw(b)
	} else {
		w.add(b)
	}
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

// Close writes what waits, and last behind it as it is, and refuses everything
// after it. Of several that come together the first one's last is written.
func (w *Writer) Close(last []byte) {
	w.mu.Lock()
	if w.open() {
		w.closing = true
		if len(last) > 0 {
			w.addRaw(last)
		}
		w.wake()
	}
	for w.err == nil && (w.writing || w.pending != nil) {
		if w.writing {
			w.wait()
		} else {
			w.writeLocked()
		}
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

// open reports whether messages are taken.
func (w *Writer) open() bool { return w.err == nil && !w.closing }

// why is the reason when none are.
func (w *Writer) why() error {
	if w.err != nil {
		return w.err
	}
	return ErrClosed
}

func (w *Writer) full(n int) bool {
	return w.pending != nil && len(w.pending.b)+n > w.queue
}

// wait waits for others to write what is pending. mu is held on entry and on
// return.
func (w *Writer) wait() {
	if w.room == nil {
		w.room = sync.NewCond(&w.mu)
	}
	w.room.Wait()
}

func (w *Writer) add(msg []byte) {
	if w.pending == nil {
		w.pending = newOut()
	}
	o := w.pending
	o.b = w.sink.AppendTail(append(w.sink.AppendHead(o.b, len(msg)), msg...))
}

func (w *Writer) addRaw(b []byte) {
	if w.pending == nil {
		w.pending = newOut()
	}
	w.pending.b = append(w.pending.b, b...)
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

// writeOnce writes what is pending. mu is held on entry and on return, not while
// writing.
func (w *Writer) writeOnce() {
	o := w.pending
	w.pending = nil
	w.wake()
	w.begin()
	w.mu.Unlock()
	err := w.pieces(o.b)
	o.free()
	w.mu.Lock()
	w.wrote(err)
}

// write writes one message: in one piece, unless it is long.
func (w *Writer) write(msg []byte) error {
	o := newOut()
	defer o.free()
	o.b = w.sink.AppendHead(o.b, len(msg))
	for len(o.b)+len(msg) > Chunk {
		n := Chunk - len(o.b)
		o.b = append(o.b, msg[:n]...)
		if err := w.pieces(o.b); err != nil {
			return err
		}
		o.b, msg = o.b[:0], msg[n:]
	}
	o.b = w.sink.AppendTail(append(o.b, msg...))
	return w.pieces(o.b)
}

// pieces writes b in pieces, each of which may take the timeout.
func (w *Writer) pieces(b []byte) error {
	for len(b) > Chunk {
		if err := w.piece(b[:Chunk]); err != nil {
			return err
		}
		b = b[Chunk:]
	}
	return w.piece(b)
}

func (w *Writer) piece(b []byte) error {
	w.done.Add(1)
	_, err := w.sink.Write(b)
	return err
}

// begin notes that a write begins, and sees to it that somebody looks whether it
// ends: a timer for many writes, since most take no time. mu is held.
func (w *Writer) begin() {
	w.writing = true
	if w.timer == nil {
		w.timer = time.AfterFunc(w.timeout/looks, w.look)
	}
}

func (w *Writer) wrote(err error) {
	if err != nil {
		w.fail(err)
	}
}

// look ends the connection when a piece takes too long to write.
func (w *Writer) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	done := w.done.Load()
	switch {
	case w.timer == nil: // the connection has ended
		return
	case done != w.seen:
		w.seen, w.stuck = done, 0
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
