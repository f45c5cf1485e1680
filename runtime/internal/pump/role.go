package pump

import "sync/atomic"

// over is the turn after the last.
const over = ^uint64(1)

// A role is the reading role of a connection. turn counts its changes: it is
// even while the goroutine that has the role reads, and odd while that lends
// its time to a call. Every change is a compare-and-swap, and who makes it
// decides what comes next:
//
//	even → odd    the reader handles a call
//	odd  → even   the reader is back, or another goroutine has taken over
//	any  → over   nobody reads any more
type role struct {
	turn    atomic.Uint64
	watched atomic.Bool // the clock will look at turn

	seen   uint64 // turn at the last tick; of the clock
	listed bool   // with the clock, and its
}

// lend begins a call in the goroutine that reads. It fails after stop.
func (r *role) lend(turn uint64, p *Pump) bool {
	if !r.turn.CompareAndSwap(turn, turn+1) {
		return false
	}
	if !r.watched.Load() {
		p.opts.clock.add(p)
	}
	return true
}

// has reports whether the role is still the caller's, who reads.
func (r *role) has(turn uint64) bool { return r.turn.Load() == turn }

// back ends the call. It fails when the role is another goroutine's by now.
func (r *role) back(turn uint64) bool { return r.turn.CompareAndSwap(turn, turn+1) }

// end gives the role up for good. It fails after stop.
func (r *role) end(turn uint64) bool { return r.turn.CompareAndSwap(turn, over) }

// lent reports whether the reading goroutine is in a call.
func (r *role) lent() bool { return r.turn.Load()%2 == 1 }

// stop takes the role away for good. It reports whether it did, and then the
// caller has to leave: in place of a goroutine that reads, which will notice
// nothing before its source returns, or beside one that is in a call.
func (r *role) stop(p *Pump) bool {
	for {
		turn := r.turn.Load()
		if turn == over {
			return false
		}
		inCall := turn%2 == 1
		if inCall && !p.join() {
			return false
		}
		if r.turn.CompareAndSwap(turn, over) {
			return true
		}
		if inCall {
			p.leave()
		}
	}
}
