package mcphttp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/internal/sse"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// An era says by which rules a request is answered.
type era uint8

const (
	eraNone      era = iota // it is no message at all
	eraSession              // 2025-11-25 and before
	eraStateless            // 2026-07-28
)

// Errors of Send and Respond.
var (
	errNoStream = errors.New("the client takes no event stream")
	errOver     = errors.New("the exchange is over")
)

// An exchange is one POST and its response, which is JSON, or an event stream
// as soon as something has to be sent before the answer. It implements
// mcp.Stream.
type exchange struct {
	e   *Endpoint
	w   http.ResponseWriter
	r   *http.Request
	era era

	json, stream bool     // what the client takes
	stays        bool     // the request stays open
	sess         *session // nil: none
	opens        *session // the session that the answer, if it is a result, begins

	// mu guards what follows against the heartbeat, and against code of a tool
	// that goes on after the answer.
	mu     sync.Mutex
	done   bool        // nothing can be written any more
	events *sse.Writer // nil until the response is a stream
	log    *stream     // records the events; nil when they cannot be resumed
	beat   *time.Timer // nil when there is no heartbeat
	sent   time.Time   // when messages were last sent
	flush  *time.Timer // nil unless messages have waited
	unsent bool        // messages wait
	held   batch       // those, when they cannot be resumed; else log has them
}

var exchanges = sync.Pool{New: func() any { return new(exchange) }}

// release gives x back for reuse, unless timers know it. The server has let go of
// it: its calls forget where their messages go when they are answered.
func (x *exchange) release() {
	if x.beat == nil && x.flush == nil {
		*x = exchange{}
		exchanges.Put(x)
	}
}

// await begins the heartbeat of a request that may take long and stream: once it
// has been silent for long enough, its response becomes a stream.
func (x *exchange) await() {
	if !x.stream || x.e.o.Heartbeat == never {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.beat = time.AfterFunc(x.e.o.Heartbeat, x.heartbeat)
}

func (x *exchange) heartbeat() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.done {
		return
	}
	if x.events != nil { // the timer is not reset by every message
		if left := x.e.o.Heartbeat - time.Since(x.events.Last()); left > 0 {
			x.beat.Reset(left)
			return
		}
	}
	if x.begin() == nil && (x.log == nil || x.log.direct()) && x.events.Comment() == nil {
		x.beat.Reset(x.e.o.Heartbeat)
	}
}

// unheld takes the place of a request that stays open: of that one net/http's buffers
// hang.
var unheld = new(http.Request)

// begin makes the response an event stream, unless it is one.
func (x *exchange) begin() error {
	if x.events != nil {
		return nil
	}
	if !x.stream {
		return errNoStream
	}
	x.events = sse.NewWriter(x.w, x.e.o.WriteTimeout)
	if x.stays {
		x.events.Stay()
		x.events.Apart()
		x.r = unheld
	}
	if x.sess != nil && x.e.o.Events != nil {
		x.log = x.sess.newStream()
		if x.sess.primes() {
			return x.events.Event(x.log.prime())
		}
	}
	return nil
}

// Send implements mcp.Stream.
func (x *exchange) Send(ctx context.Context, msg []byte) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.done {
		return errOver
	}
	if err := x.begin(); err != nil && x.log == nil {
		return err
	}
	if err := x.event(ctx, msg, false); err != nil {
		return err
	}
	if x.beat == nil && x.e.o.Heartbeat != never {
		x.beat = time.AfterFunc(x.e.o.Heartbeat, x.heartbeat)
	}
	return nil
}

// event sends one event of the stream: at once, unless others were sent just before:
// then it waits for those that follow soon. The last one leaves with the end of the
// response. What has been recorded is not lost with the connection, so its failure
// is no error.
func (x *exchange) event(ctx context.Context, msg []byte, last bool) error {
	if !last && x.e.o.Coalesce > 0 {
		if held, err := x.hold(msg); held || err != nil {
			return err
		}
	}
	f := sse.NewFrame()
	defer f.Free()
	if x.log == nil {
		f.B = sse.AppendMessage(x.held.frame(f.B), "", msg)
		x.held.reset()
		return x.write(ctx, f.B, last)
	}
	events, direct, err := x.log.record(ctx, f.B, msg, last)
	f.B = events
	if err != nil || !direct {
		return err
	}
	return x.write(ctx, f.B, last)
}

// hold has a message wait; false when it is not to.
func (x *exchange) hold(msg []byte) (bool, error) {
	left := time.Duration(0)
	if !x.unsent {
		if left = x.e.o.Coalesce - time.Since(x.sent); left <= 0 {
			return false, nil
		}
	}
	switch {
	case x.log != nil:
		if held, err := x.log.hold(msg); !held || err != nil {
			return false, err
		}
	case x.held.full(msg):
		return false, nil
	default:
		x.held.add(msg)
	}
	if x.unsent {
		return true, nil
	}
	x.unsent = true
	if x.flush == nil {
		x.flush = time.AfterFunc(left, x.flushLate)
	} else {
		x.flush.Reset(left)
	}
	return true, nil
}

// write writes events, all that have waited among them, and sends them unless the
// response ends with them.
func (x *exchange) write(ctx context.Context, events []byte, last bool) (err error) {
	x.unsent = false
	if last {
		err = x.events.Write(events)
	} else {
		err = x.events.Send(events)
		x.sent = x.events.Last()
	}
	if err != nil && x.log != nil {
		x.log.detach(ctx)
		return nil
	}
	return err
}

// settle sends what has waited; unless it is the last of the response, at once.
func (x *exchange) settle(ctx context.Context, last bool) error {
	x.unsent = false
	f := sse.NewFrame()
	defer f.Free()
	if x.log == nil {
		f.B = x.held.frame(f.B)
		x.held.reset()
	} else {
		f.B = x.log.settled(ctx, f.B)
	}
	if len(f.B) == 0 {
		return nil
	}
	return x.write(ctx, f.B, last)
}

// flushLate sends what has waited long enough.
func (x *exchange) flushLate() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.done && x.unsent {
		_ = x.settle(detached(x.r), false) // the next message tells
	}
}

// CloseStream implements mcp.StreamCloser: it ends the response before the answer
// is there and tells the client to come back for the rest. Where the client could
// not, or the connection carries other streams too, it is errors.ErrUnsupported.
func (x *exchange) CloseStream(ctx context.Context) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.done {
		return errOver
	}
	if !x.stream || x.sess == nil || x.e.o.Events == nil || x.r.ProtoMajor != 1 {
		return errors.ErrUnsupported
	}
	if err := x.begin(); err != nil {
		return err
	}
	if !x.log.direct() {
		return nil // the client has come back already, or has been sent away
	}
	if err := x.settle(ctx, true); err != nil {
		return err
	}
	if err := x.events.Event(&sse.Event{Retry: x.e.o.Retry}); err != nil {
		return err
	}
	if err := x.hangUp(); err != nil {
		return err
	}
	x.log.detach(ctx)
	return nil
}

// hangUp completes the response although its handler goes on.
func (x *exchange) hangUp() error {
	if err := x.events.Flush(); err != nil {
		return err
	}
	conn, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // whatever was to be said has been written
	if x.e.o.WriteTimeout > 0 {
		if err := conn.SetWriteDeadline(time.Now().Add(x.e.o.WriteTimeout)); err != nil {
			return err
		}
	}
	if x.r.ProtoAtLeast(1, 1) {
		_, err = io.WriteString(conn, "0\r\n\r\n") // the last chunk
	}
	return err
}

// Respond implements mcp.Stream.
func (x *exchange) Respond(ctx context.Context, msg []byte, code int) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.done {
		return errOver
	}
	if x.opens != nil && code == 0 {
		x.opens.id = x.opens.sealID()
		x.w.Header()["Mcp-Session-Id"] = []string{x.opens.id}
		x.e.sessions.add(x.opens)
		x.opens = nil
	}
	status := statusOf(code, x.era)
	stream := !x.json || x.e.o.AlwaysStream && x.sess != nil && x.stream
	if x.events == nil && stream && status == http.StatusOK {
		if err := x.begin(); err != nil && x.log == nil {
			return err
		}
	}
	x.done = true
	if x.events != nil {
		return x.event(ctx, msg, true)
	}
	return x.answer(msg, status)
}

// answer writes a JSON response.
func (x *exchange) answer(msg []byte, status int) error {
	h := x.w.Header()
	h["Content-Type"] = jsonType
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		h["Retry-After"] = retryAfter
	}
	return httpx.Answer(x.w, x.r, status, msg, x.e.o.WriteTimeout)
}

// refuse answers a request with an error of the stateless era.
func (x *exchange) refuse(m *mcp.Message, err *mcp.WireError) {
	x.done = true
	_ = x.answer(x.e.s.Fail(m, err.Code, err.Message, err.Data), statusOf(err.Code, eraStateless)) // the client has left
}

// reject answers a request that does not get as far as the server.
func (x *exchange) reject(status int, m *mcp.Message, text string) {
	x.done = true
	x.e.refuse(x.w, status, m, mcp.CodeInvalidRequest, text)
}

// finish ends the exchange, after which nothing touches its response. A message
// that had no answer is accepted without one.
func (x *exchange) finish() {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, t := range []*time.Timer{x.beat, x.flush} {
		if t != nil {
			t.Stop()
		}
	}
	answered := x.done || x.events != nil
	if x.unsent { // there is no answer
		_ = x.settle(detached(x.r), true) // nobody is left to tell
	}
	x.done = true
	switch {
	case x.log != nil:
		x.log.end()
	case answered:
	case x.sess != nil && x.sess.ended():
		x.e.refuse(x.w, http.StatusNotFound, nil, mcp.CodeInvalidRequest, "the session has ended")
	default:
		x.w.WriteHeader(http.StatusAccepted)
	}
}
