package sse

import (
	"net/http"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
)

// Headers of a stream. Proxies must neither change nor hold back what passes.
var (
	typeHeader   = []string{ContentType}
	cacheHeader  = []string{"no-cache, no-transform"}
	bufferHeader = []string{"no"}
)

const (
	// keepIdle is the largest buffer that a stream keeps while it is idle.
	keepIdle = 4 << 10
	// joined is how much is written at once when many events wait.
	joined = 64 << 10
)

// A Writer writes an event stream as an HTTP response. Every write has a
// deadline, so that a reader which stands still ends its own stream. It is not
// safe for concurrent use.
type Writer struct {
	w       http.ResponseWriter
	timeout time.Duration
	armed   time.Time // when the deadline was last set
	last    time.Time // when something was last written
	buf     []byte
	stays   bool // it is idle most of the time, and keeps no buffer
	apart   bool // the first flush needs a stack of its own
}

// NewWriter sets the headers of the response, which go out with the first
// write. timeout bounds each write; 0: not at all.
func NewWriter(w http.ResponseWriter, timeout time.Duration) *Writer {
	h := w.Header()
	h["Content-Type"] = typeHeader
	h["Cache-Control"] = cacheHeader
	h["X-Accel-Buffering"] = bufferHeader
	return &Writer{w: w, timeout: timeout}
}

// Stay says that the stream will be idle most of the time. It keeps no buffer then.
// The header of its response is written on another stack: net/http takes 3 KiB for
// that, for which the stack of the handler would grow to 16 KiB and stay that large.
func (w *Writer) Stay() { w.stays, w.apart = true, true }

// Message writes one message as an event, without flushing. id is "" on streams
// that cannot be resumed.
func (w *Writer) Message(id string, msg []byte) error {
	return w.own(AppendMessage(w.buf[:0], id, msg))
}

// Send writes one message as an event and sends it.
func (w *Writer) Send(id string, msg []byte) error {
	if err := w.Message(id, msg); err != nil {
		return err
	}
	return w.flush() // with the deadline of the write
}

// Last is when something was last written.
func (w *Writer) Last() time.Time { return w.last }

// Event writes one event, without flushing.
func (w *Writer) Event(e *Event) error {
	return w.own(AppendEvent(w.buf[:0], e))
}

// Comment writes a comment and sends it.
func (w *Writer) Comment() error {
	if err := w.own(append(w.buf[:0], Comment...)); err != nil {
		return err
	}
	return w.Flush()
}

// own writes b, which was made in the writer's buffer.
func (w *Writer) own(b []byte) error {
	if cap(b) <= keepIdle && !w.stays {
		w.buf = b
	}
	return w.write(b)
}

func (w *Writer) write(b []byte) error {
	w.last = time.Now()
	if len(b) > joined {
		w.armed = w.last
		return httpx.Write(w.w, b, w.timeout)
	}
	w.arm(w.last)
	_, err := w.w.Write(b)
	return err
}

// Flush sends what was written, and the headers if nothing was.
func (w *Writer) Flush() error {
	w.arm(time.Now())
	return w.flush()
}

func (w *Writer) flush() error {
	flush := http.NewResponseController(w.w).Flush
	if w.apart {
		w.apart = false
		return apart(flush)
	}
	return flush()
}

// apart calls f in a goroutine of its own, on its stack.
func apart(f func() error) (err error) {
	done := make(chan any)
	go func() {
		defer func() { done <- recover() }()
		err = f()
	}()
	if v := <-done; v != nil {
		panic(v) // as if f had been called here
	}
	return err
}

// arm sets the write deadline. It does so again only when a good part of the
// time is used up, as streams write often.
func (w *Writer) arm(now time.Time) {
	if w.timeout <= 0 {
		return
	}
	if now.Sub(w.armed) < w.timeout/8 {
		return
	}
	w.armed = now
	// A ResponseWriter without deadlines is not from a network.
	_ = http.NewResponseController(w.w).SetWriteDeadline(now.Add(w.timeout))
}

// An End is why Pump returned.
type End uint8

// The reasons.
const (
	Complete End = iota // the queue has ended and all of it was written
	Lost                // the reader has gone or is too slow
	Stopped             // the writer was told to stop
)

// Pump writes what q holds until q ends, gone is closed because the reader has
// left, or stop is and what q holds then is written. A comment is written whenever
// the stream has been idle for beat. Channels may be nil.
func (w *Writer) Pump(q *Queue, beat time.Duration, gone, stop <-chan struct{}) End {
	idle := time.NewTimer(beat)
	defer idle.Stop()
	for {
		items, more := q.Take(joined)
		if !more {
			if q.Lost() {
				return Lost
			}
			return Complete
		}
		if len(items) > 0 {
			if w.writeAll(items) != nil {
				return Lost
			}
			idle.Reset(beat)
			continue
		}
		select {
		case <-q.Ready():
		case <-gone:
			return Lost
		case <-stop:
			return w.rest(q)
		case <-idle.C:
			if w.Comment() != nil {
				return Lost
			}
			idle.Reset(beat)
		}
	}
}

// rest writes what waits when the writer is told to stop.
func (w *Writer) rest(q *Queue) End {
	for {
		items, _ := q.Take(joined)
		if len(items) == 0 {
			return Stopped
		}
		if w.writeAll(items) != nil {
			return Lost
		}
	}
}

// writeAll writes items, which are whole events, as one.
func (w *Writer) writeAll(items [][]byte) error {
	var err error
	if len(items) == 1 {
		err = w.write(items[0])
	} else {
		b := w.buf[:0]
		for _, item := range items {
			b = append(b, item...)
		}
		err = w.own(b)
	}
	if err != nil {
		return err
	}
	return w.Flush()
}
