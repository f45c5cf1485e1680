package pump

import "sync/atomic"

// slots bounds how many calls of a connection run at once. One goroutine at a
// time enters and waits, any number leave. It costs less than a channel with that
// many elements. A call in the goroutine that reads takes a place only when another
// goroutine reads on in its stead: until then nobody else could enter.
type slots struct {
	most int32
	used atomic.Int32  // places that are taken, and the one that is waited for
	free chan struct{} // gets an element for who waits
}

func newSlots(most int) slots {
	if most <= 0 {
		most = DefaultCalls
	}
	return slots{most: int32(most), free: make(chan struct{}, 1)}
}

// full reports whether the next one to enter has to wait, or one does.
func (s *slots) full() bool { return s.used.Load() >= s.most }

// enter takes a place, and waits for one when there is none.
func (s *slots) enter() {
	if s.used.Add(1) > s.most {
		<-s.free
	}
}

// wait waits until there is a place, and does not take it.
func (s *slots) wait() {
	if s.full() {
		s.enter()
		s.leave()
	}
}

// take takes a place, of which there is one.
func (s *slots) take() { s.used.Add(1) }

// leave gives a place back, to who waits.
func (s *slots) leave() {
	if s.used.Add(-1) == s.most {
		s.free <- struct{}{}
	}
}
