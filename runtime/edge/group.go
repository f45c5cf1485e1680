package edge

import (
	"context"
	"sync"
)

// A group has one of several callers do what all of them want.
type group[T any] struct {
	// find gives what is kept, keep takes what was made, unless it may be out of
	// date. Both are called with the group locked, and may be nil.
	find func(id string) (T, bool)
	keep func(id, uri string, v T)

	mu      sync.Mutex
	flights map[string]*flight[T] // those that others can still join
}

// A flight is what one caller does, for those who wait as well.
type flight[T any] struct {
	uri   string
	done  chan struct{}
	value T
	end   ending
	stale bool // what it gives may be out of date; guarded by the group
}

// An ending says what those who waited can do.
type ending uint8

const (
	endAlone  ending = iota // it failed: each does it for himself
	endGone                 // the caller who did it has left: one of the others takes over
	endShared               // take the value
)

// A source is where a value came from.
type source uint8

const (
	fromKept   source = iota // it was there
	fromLoad                 // this caller made it
	fromOthers               // another caller made it meanwhile
)

// do gives the value that is kept, or that load makes, here or in the goroutine of
// another caller who is at it. The error of a load is its own caller's.
func (g *group[T]) do(ctx context.Context, id, uri string, load func() (T, error)) (v T, from source, err error) {
	for {
		g.mu.Lock()
		if g.find != nil {
			if v, ok := g.find(id); ok {
				g.mu.Unlock()
				return v, fromKept, nil
			}
		}
		f := g.flights[id]
		if f == nil {
			f = g.begin(id, uri)
			g.mu.Unlock()
			v, err = g.lead(ctx, id, f, load)
			return v, fromLoad, err
		}
		g.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			return v, fromOthers, context.Cause(ctx)
		}
		switch f.end {
		case endShared:
			return f.value, fromOthers, nil
		case endAlone:
			v, err = load()
			return v, fromLoad, err
		case endGone:
		}
	}
}

// begin enters a flight. The group is locked.
func (g *group[T]) begin(id, uri string) *flight[T] {
	f := &flight[T]{uri: uri, done: make(chan struct{})}
	if g.flights == nil {
		g.flights = map[string]*flight[T]{}
	}
	g.flights[id] = f
	return f
}

// lead does what the flight is for.
func (g *group[T]) lead(ctx context.Context, id string, f *flight[T], load func() (T, error)) (T, error) {
	end := endAlone
	defer func() { // also when load does not return
		g.mu.Lock()
		if g.flights[id] == f {
			delete(g.flights, id)
		}
		f.end = end
		if end == endShared && !f.stale && g.keep != nil {
			g.keep(id, f.uri, f.value)
		}
		g.mu.Unlock()
		close(f.done)
	}()
	v, err := load()
	switch {
	case err == nil:
		f.value, end = v, endShared
	case ctx.Err() != nil:
		end = endGone
	}
	return v, err
}

// expire keeps what is being done for a resource from being kept, and from being
// given to those who come from now on. uri "" is all of them.
func (g *group[T]) expire(uri string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for id, f := range g.flights {
		if uri == "" || f.uri == uri {
			f.stale = true
			delete(g.flights, id)
		}
	}
}
