package pump

import (
	"sync/atomic"
	"time"
)

// tick is how long the reader may be in a call before another goroutine takes
// over reading: at least one tick, at most two.
const tick = time.Millisecond

// A role is the reading role of a connection. turn counts its changes: it is
// even while the goroutine that has the role reads, and odd while that lends
// its time to a call. Whoever moves an odd turn on has the role from then on.
type role struct {
	turn  atomic.Uint64
	seen  atomic.Uint64 // turn at the last tick
	armed atomic.Bool   // a tick will come
	timer *time.Timer   // made by the first call
}

// lend begins a call in the reading goroutine.
func (r *role) lend(p *Pump) uint64 {
	turn := r.turn.Add(1)
	if !r.armed.Load() {
		r.armed.Store(true)
		if r.timer == nil {
			r.timer = time.AfterFunc(time.Hour, p.tick)
		}
		r.timer.Reset(tick)
	}
	return turn
}

// back ends the call. It reports whether the goroutine still has the role.
func (r *role) back(turn uint64) bool { return r.turn.CompareAndSwap(turn, turn+1) }

// lent reports whether the reading goroutine is in a call.
func (r *role) lent() bool { return r.turn.Load()%2 == 1 }

// stop ends the ticks, once nobody reads any more.
func (r *role) stop() {
	if r.timer != nil {
		r.timer.Stop()
	}
}

// tick looks whether the reader is in the same call as at the last tick. If so,
// it takes the role over. Ticks go on while calls come, and stop when none came
// between two of them.
func (p *Pump) tick() {
	r := &p.role
	r.armed.Store(false) // before turn is read: a lend after that arms again
	turn := r.turn.Load()
	if last := r.seen.Swap(turn); turn != last {
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
	p.out.Flush() // answers given before the slow call do not wait for it
	p.read()
}
