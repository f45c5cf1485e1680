package mcp

import (
	"sync"
	"sync/atomic"
)

// begin counts a call in; false when the server is shutting down.
func (s *Server) begin() bool { return s.running.add() }

// end counts a call out.
func (s *Server) end() { s.running.done() }

// A load counts what runs, without a lock, until it is closed.
type load struct {
	n        atomic.Int64  // running calls, plus closing
	idle     chan struct{} // closed when nothing runs any more
	draining chan struct{} // closed when nothing more may begin
	once     sync.Once
}

// closing is far above any number of calls.
const closing = 1 << 40

func (l *load) add() bool {
	if l.n.Add(1) < closing {
		return true
	}
	l.done()
	return false
}

func (l *load) done() {
	if l.n.Add(-1) == closing {
		l.signal()
	}
}

func (l *load) close() {
	for {
		n := l.n.Load()
		if n >= closing {
			return
		}
		if l.n.CompareAndSwap(n, n+closing) {
			close(l.draining)
			if n == 0 {
				l.signal()
			}
			return
		}
	}
}

// signal closes idle. A call that is refused counts in and out again, so the
// count may fall to nothing more than once.
func (l *load) signal() { l.once.Do(func() { close(l.idle) }) }
