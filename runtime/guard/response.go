package guard

import (
	"bufio"
	"net"
	"net/http"
	"strconv"
)

func itoa(n int) string { return strconv.Itoa(n) }

// A response adds to refusals what the guard knows about them, whoever refused.
type response struct {
	http.ResponseWriter

	q      *request
	status int // 0: nothing was written
}

// Unwrap is for http.ResponseController.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (w *response) WriteHeader(code int) {
	if w.status == 0 && code >= 200 {
		w.status = code
		w.complete(code)
		addFixed(w.Header(), w.q.conn, w.q.encrypted)
	}
	w.ResponseWriter.WriteHeader(code)
}

// Write implements io.Writer.
func (w *response) Write(b []byte) (int, error) {
	w.begin()
	return w.ResponseWriter.Write(b)
}

// FlushError is for http.ResponseController, which tells whether it could.
func (w *response) FlushError() error {
	w.begin()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Flush implements http.Flusher.
func (w *response) Flush() { _ = w.FlushError() } // it has no way to tell

// begin notes that headers go out as they are.
func (w *response) begin() {
	if w.status == 0 {
		w.status = http.StatusOK
		addFixed(w.Header(), w.q.conn, w.q.encrypted)
	}
}

// Hijack implements http.Hijacker.
func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil && w.status == 0 {
		w.status = http.StatusSwitchingProtocols
	}
	return conn, rw, err
}

// code is the status that was sent.
func (w *response) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// complete adds headers to a refusal.
func (w *response) complete(code int) {
	q, h := w.q, w.Header()
	q.mu.Lock()
	defer q.mu.Unlock()
	switch code {
	case http.StatusForbidden:
		if q.scopes != nil && q.g.Authenticates() {
			q.g.insufficient(h, q.scopes)
		}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		if q.retry > 0 {
			h.Set("Retry-After", seconds(q.retry))
		}
	}
}
