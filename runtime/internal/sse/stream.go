package sse

import (
	"net/http"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
)

// Headers of a stream. Proxies must neither change nor hold back what passes.
var (
	typeHeader   = []string{ContentType}
	cacheHeader  = []string{"no-cache, no-transform"}
	bufferHeader = []string{"no"}
	closeHeader  = []string{"close"}
)

// joined is how much is written at once when many events wait, and the largest buffer
// that is used again.
const joined = 64 << 10

// A Frame is a buffer in which events are put together. No stream keeps one: most are
// idle.
type Frame struct{ B []byte }

var frames = sync.Pool{New: func() any { return new(Frame) }}

// NewFrame gives an empty frame.
func NewFrame() *Frame {
	f, _ := frames.Get().(*Frame)
	f.B = f.B[:0]
	return f
}

// Free gives the frame back. It must not be used afterwards.
func (f *Frame) Free() {
	if cap(f.B) <= joined {
		frames.Put(f)
	}
}

// A Writer writes an event stream as an HTTP response. Every write has a
// deadline, so that a reader which stands still ends its own stream. It is not
// safe for concurrent use.
type Writer struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	armed   time.Time // when the deadline was last set
	last    time.Time // when something was last written
	apart   bool      // the first flush needs a stack of its own
	leaves  bool      // after that the response is detached
}

// NewWriter sets the headers of the response, which go out with the first
// write. timeout bounds each write; 0: not at all.
func NewWriter(w http.ResponseWriter, timeout time.Duration) *Writer {
	h := w.Header()
	h["Content-Type"] = typeHeader
	h["Cache-Control"] = cacheHeader
	h["X-Accel-Buffering"] = bufferHeader
	return &Writer{w: w, control: http.NewResponseController(w), timeout: timeout}
}

// Stay says that the stream will be idle most of the time, before anything is written.
// When its header has been sent, the response is detached from net/http, if it can be:
// see [httpx.Detacher].
func (w *Writer) Stay() {
	if httpx.MayLeave(w.w) {
		w.leaves = true
		w.w.Header()["Connection"] = closeHeader
		w.Apart()
	}
}

// Apart has the header of the response written on another stack: net/http takes 3 KiB
// for that, for which the stack of the handler would grow, and stay that large.
func (w *Writer) Apart() { w.apart = true }

// Message writes one message as an event, without flushing. id is "" on streams
// that cannot be resumed.
func (w *Writer) Message(id string, msg []byte) error {
	f := NewFrame()
	defer f.Free()
	f.B = AppendMessage(f.B, id, msg)
	return w.Write(f.B)
}

// Last is when something was last written.
func (w *Writer) Last() time.Time { return w.last }

// Event writes one event, without flushing.
func (w *Writer) Event(e *Event) error {
	f := NewFrame()
	defer f.Free()
	f.B = AppendEvent(f.B, e)
	return w.Write(f.B)
}

var comment = []byte(Comment)

// Comment writes a comment and sends it.
func (w *Writer) Comment() error { return w.Send(comment) }

// Send writes events as Write does, and sends them.
func (w *Writer) Send(events []byte) error {
	if err := w.Write(events); err != nil {
		return err
	}
	return w.flush() // with the deadline of the write
}

// Write writes events that were put together before, without flushing.
func (w *Writer) Write(b []byte) error {
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
	if w.apart {
		w.apart = false
		return apart(func() error {
			if err := w.control.Flush(); err != nil {
				return err
			}
			if w.leaves {
				httpx.Leave(w.w)
				w.armed = time.Time{} // the deadline is gone with net/http
			}
			return nil
		})
	}
	return w.control.Flush()
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
	_ = w.control.SetWriteDeadline(now.Add(w.timeout))
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
	if len(items) == 1 {
		return w.Send(items[0])
	}
	f := NewFrame()
	defer f.Free()
	for _, item := range items {
		f.B = append(f.B, item...)
	}
	return w.Send(f.B)
}
