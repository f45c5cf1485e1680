package httpx

import (
	"context"
	"errors"
	"log"
	"maps"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Detacher is a handler whose event streams give back what net/http has for a
// request as long as its handler runs: two goroutines and buffers of 10 KiB, 20 KiB
// in all. The handler it is made of goes on with the connection alone, in a goroutine
// of its own. For that handler nothing changes, nor for those inside of it: they
// return when the stream ends. Handlers around a Detacher see a stream return when it
// begins.
//
// Streams over HTTP/2 stay as they are. It is safe for concurrent use.
type Detacher struct {
	h http.Handler

	mu   sync.Mutex
	open map[*detached]struct{}
	none chan struct{} // closed when there are none, for who waits; nil: nobody does
}

// Detach makes a Detacher of h.
func Detach(h http.Handler) *Detacher {
	return &Detacher{h: h, open: make(map[*detached]struct{})}
}

// ServeHTTP implements http.Handler.
func (d *Detacher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !mayStay(r) {
		d.h.ServeHTTP(w, r)
		return
	}
	gone := r.Context().Done()
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	s := &detached{ResponseWriter: w, d: d, cancel: cancel, left: make(chan any, 1)}
	go s.run(d.h, r.WithContext(ctx))
	for {
		select {
		case <-gone:
			cancel()
			gone = nil
		case v := <-s.left:
			if v != nil {
				panic(v) // net/http ends the connection
			}
			return
		}
	}
}

// mayStay reports whether a request may be answered by a stream that stays open.
func mayStay(r *http.Request) bool {
	if r.ProtoMajor != 1 || r.ProtoMinor < 1 || r.Header["Upgrade"] != nil {
		return false
	}
	switch r.Method {
	case http.MethodPost:
		method := r.Header["Mcp-Method"]
		return len(method) == 1 && method[0] == "subscriptions/listen"
	case http.MethodGet:
		accept := r.Header["Accept"]
		return len(accept) == 1 && strings.Contains(accept[0], "text/event-stream")
	}
	return false
}

// Shutdown waits until no stream goes on by itself. It does not end any: that is for
// whoever serves them. When ctx ends first, their connections are closed, and its
// cause is returned.
func (d *Detacher) Shutdown(ctx context.Context) error {
	d.mu.Lock()
	if len(d.open) == 0 {
		d.mu.Unlock()
		return nil
	}
	if d.none == nil {
		d.none = make(chan struct{})
	}
	none := d.none
	d.mu.Unlock()
	select {
	case <-none:
		return nil
	case <-ctx.Done():
	}
	d.mu.Lock()
	rest := slices.Collect(maps.Keys(d.open))
	d.mu.Unlock()
	for _, s := range rest {
		_ = s.conn.Close() // the stream notices
	}
	return context.Cause(ctx)
}

func (d *Detacher) add(s *detached) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open[s] = struct{}{}
}

func (d *Detacher) remove(s *detached) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.open, s)
	if len(d.open) == 0 && d.none != nil {
		close(d.none)
		d.none = nil
	}
}

// detached is the response of a request that may be detached. Before that it is the
// one of net/http.
type detached struct {
	http.ResponseWriter // nil once it is detached

	d      *Detacher
	cancel context.CancelFunc
	left   chan any // gets nil, or the value of a panic, when net/http is to go on
	conn   net.Conn // nil before it is detached
	failed bool     // nothing more can be written
}

// run calls the handler.
func (s *detached) run(h http.Handler, r *http.Request) {
	srv, _ := r.Context().Value(http.ServerContextKey).(*http.Server)
	defer func() {
		v := recover()
		if v != nil {
			v = report(srv, v)
		}
		s.cancel()
		if s.conn != nil {
			s.end(v == nil)
			return
		}
		s.left <- v
	}()
	h.ServeHTTP(s, r)
}

// report tells of a panic as net/http does, and gives the value of one that it would
// not tell of: here is the stack that it came from.
func report(srv *http.Server, v any) any {
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		return v
	}
	to := log.Default()
	if srv != nil && srv.ErrorLog != nil {
		to = srv.ErrorLog
	}
	to.Printf("http: panic serving a stream: %v\n%s", v, debug.Stack())
	return http.ErrAbortHandler
}

// endTime is how long the end of a stream may take to be written.
const endTime = 10 * time.Second

// end completes the body, unless it was broken off, and closes the connection.
func (s *detached) end(complete bool) {
	if complete && !s.failed && s.conn.SetWriteDeadline(time.Now().Add(endTime)) == nil {
		_, _ = s.conn.Write([]byte("0\r\n\r\n")) // the client has left
	}
	_ = s.conn.Close() // as above
	s.d.remove(s)
}

// detachedOf finds the response that w writes to, nil when it cannot be detached.
func detachedOf(w http.ResponseWriter) *detached {
	for {
		if s, ok := w.(*detached); ok {
			return s
		}
		inner, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return nil
		}
		w = inner.Unwrap()
	}
}

// MayLeave reports whether the response of w can be detached. Its header has to tell
// that the connection ends with it.
func MayLeave(w http.ResponseWriter) bool { return detachedOf(w) != nil }

// Leave detaches the response of w, if it can be. What was written before is sent.
// Whoever calls it is the only one that writes.
func Leave(w http.ResponseWriter) {
	if s := detachedOf(w); s != nil {
		s.leave()
	}
}

func (s *detached) leave() {
	if s.conn != nil {
		return
	}
	control := http.NewResponseController(s.ResponseWriter)
	if control.Flush() != nil {
		return
	}
	conn, buffered, err := control.Hijack()
	if err != nil {
		return
	}
	s.conn, s.ResponseWriter = conn, nil
	s.d.add(s)
	if buffered.Reader.Buffered() == 0 { // otherwise only a write tells that the client has left
		go watch(conn, s.cancel)
	}
	s.left <- nil
}

// watch calls gone when the client has left. One that sends something is not
// watched any longer, as net/http does it.
func watch(conn net.Conn, gone func()) {
	var b [1]byte
	if _, err := conn.Read(b[:]); err != nil {
		gone()
	}
}

// Unwrap is for http.ResponseController.
func (s *detached) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// Header implements http.ResponseWriter. That of a detached response was sent.
func (s *detached) Header() http.Header {
	if s.conn != nil {
		return http.Header{}
	}
	return s.ResponseWriter.Header()
}

// WriteHeader implements http.ResponseWriter.
func (s *detached) WriteHeader(status int) {
	if s.conn == nil {
		s.ResponseWriter.WriteHeader(status)
	}
}

// Write implements io.Writer. Each write is one chunk.
func (s *detached) Write(b []byte) (int, error) {
	switch {
	case s.conn == nil:
		return s.ResponseWriter.Write(b)
	case len(b) == 0:
		return 0, nil
	}
	buf, _ := buffers.Get().(*[]byte)
	chunk := append(strconv.AppendInt((*buf)[:0], int64(len(b)), 16), crlf...)
	chunk = append(append(chunk, b...), crlf...)
	_, err := s.conn.Write(chunk)
	if cap(chunk) <= 4*firstRead {
		*buf = chunk
		buffers.Put(buf)
	}
	if err != nil {
		s.failed = true
		return 0, err
	}
	return len(b), nil
}

// FlushError is for http.ResponseController.
func (s *detached) FlushError() error {
	if s.conn != nil {
		return nil
	}
	return http.NewResponseController(s.ResponseWriter).Flush()
}

// Flush implements http.Flusher.
func (s *detached) Flush() { _ = s.FlushError() } // it has no way to tell

// SetWriteDeadline is for http.ResponseController.
func (s *detached) SetWriteDeadline(t time.Time) error {
	if s.conn != nil {
		return s.conn.SetWriteDeadline(t)
	}
	return http.NewResponseController(s.ResponseWriter).SetWriteDeadline(t)
}
