package pump

import (
	"slices"
	"sync"
	"time"
)

// tick is how long the reader may be in a call before another goroutine takes
// over reading: at least one tick, at most two.
const tick = time.Millisecond

// busy is how many calls a connection must have had since the last tick to be
// looked at in the next one although none runs.
const busy = 8

// A clock looks at the connections of a transport that are in a call, once a
// tick, and has reading go on where one is in the same call as before. One timer
// does for all of them: calls come and go without one. The zero value is ready.
type clock struct {
	mu    sync.Mutex
	watch []*Pump
	runs  bool
	timer *time.Timer // made by the first call
}

// add has p looked at, whose reader has just begun a call.
func (c *clock) add(p *Pump) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !p.role.listed {
		p.role.listed = true
		c.watch = append(c.watch, p)
	}
	p.role.watched.Store(true)
	if c.runs {
		return
	}
	c.runs = true
	p.role.seen = p.role.turn.Load() // the next tick is a whole one away
	if c.timer == nil {
		c.timer = time.AfterFunc(tick, c.tick)
	} else {
		c.timer.Reset(tick)
	}
}

// tick looks at all, and goes on while there are any.
func (c *clock) tick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watch = slices.DeleteFunc(c.watch, func(p *Pump) bool {
		p.role.listed = p.look()
		return !p.role.listed
	})
	if c.runs = len(c.watch) > 0; c.runs {
		c.timer.Reset(tick)
	} else if cap(c.watch) > keepWatch {
		c.watch = nil
	}
}

// keepWatch is the largest list that is kept when nothing happens.
const keepWatch = 64

// look has another goroutine read on when the reader is in the same call as at
// the last tick. It reports whether to look again.
func (p *Pump) look() bool {
	r := &p.role
	turn, seen := r.turn.Load(), r.seen
	r.seen = turn
	switch {
	case turn == over:
		return false
	case turn%2 == 0 && turn-seen < 2*busy:
		r.watched.Store(false)
		if r.turn.Load() == turn {
			return false // the next call adds p again
		}
		r.watched.Store(true) // it has begun, perhaps before it could see that
		return true
	case turn%2 == 1 && turn == seen && p.join():
		go p.follow(turn)
	}
	return true
}

// follow reads on in place of the goroutine that is in the call of turn, unless
// that has just ended.
func (p *Pump) follow(turn uint64) {
	if !p.role.back(turn) {
		p.leave()
		return
	}
	p.calls.take()
	p.slow.Add(1)
	p.out.Flush() // answers given before the slow call do not wait for it
	p.read(turn + 1)
}
