package pump

import (
	"sync/atomic"
	"time"
)

// tick is how long the reader may be in a call before another goroutine takes
// over reading: at least one tick, at most two.
const tick = time.Millisecond

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
	turn  atomic.Uint64
	seen  atomic.Uint64 // turn at the last tick
	armed atomic.Bool   // a tick will come
	timer *time.Timer   // made by the first call
}

// lend begins a call in the goroutine that reads. It fails after stop.
func (r *role) lend(turn uint64, p *Pump) bool {
	if !r.turn.CompareAndSwap(turn, turn+1) {
		return false
	}
	if !r.armed.Load() {
		r.armed.Store(true)
		if r.timer == nil {
			r.timer = time.AfterFunc(time.Hour, p.tick)
		}
		r.timer.Reset(tick)
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

// tick looks whether the reader is in the same call as at the last tick. If so,
// it takes the role over. Ticks go on while calls come, and stop when none came
// between two of them.
func (p *Pump) tick() {
	r := &p.role
	r.armed.Store(false) // before turn is read: a lend after that arms again
	turn := r.turn.Load()
	if last := r.seen.Swap(turn); turn != last && turn != over {
		r.armed.Store(true)
		r.timer.Reset(tick)
		return
	}
	if turn%2 == 0 || !p.join() {
		return
	}
	if !r.back(turn) { // the call has just ended
		p.leave()
		return
	}
	p.slow.Add(1)
	p.out.Flush() // answers given before the slow call do not wait for it
	p.read(turn + 1)
}
