package pump

import "sync/atomic"

// slots bounds how many calls of a connection run at once. One goroutine at a
// time enters, any number leave. It costs less than a channel with that many
// elements.
type slots struct {
	most int32
	used atomic.Int32  // calls that run, and the one that waits
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

// leave gives a place back, to who waits.
func (s *slots) leave() {
	if s.used.Add(-1) == s.most {
		s.free <- struct{}{}
	}
}
