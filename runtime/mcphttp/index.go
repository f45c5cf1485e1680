package mcphttp

import (
	"hash/maphash"
	"iter"
	"sync"
	"sync/atomic"
)

// An index finds sessions by their ids. Finding takes no lock. It costs a session
// little more than the pointer that links it to the next one of its bucket, where
// a sync.Map takes 125 bytes.
type index struct {
	seed    maphash.Seed
	buckets atomic.Pointer[buckets]

	mu sync.Mutex // of whoever changes it
	n  int
}

// buckets are the first sessions of each bucket; their number is a power of 2.
type buckets []atomic.Pointer[session]

// firstBuckets is how many buckets there are at first.
const firstBuckets = 8

func newIndex() index { return index{seed: maphash.MakeSeed()} }

// of gives the bucket of an id.
func (b buckets) of(hash uint64) *atomic.Pointer[session] {
	return &b[hash&uint64(len(b)-1)] //nolint:gosec // there is one at least
}

// find gives the session with an id, nil when there is none.
func (x *index) find(id string) *session {
	hash := maphash.String(x.seed, id)
	if s := x.look(hash, id); s != nil {
		return s
	}
	// While the buckets become more, a session may be in none that was looked at.
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.look(hash, id)
}

func (x *index) look(hash uint64, id string) *session {
	b := x.buckets.Load()
	if b == nil {
		return nil
	}
	s := b.of(hash).Load()
	for s != nil && s.id != id {
		s = s.next.Load()
	}
	return s
}

// insert enters a session, unless there is one with its id, which it gives then.
func (x *index) insert(s *session) (other *session) {
	hash := maphash.String(x.seed, s.id)
	x.mu.Lock()
	defer x.mu.Unlock()
	if other = x.look(hash, s.id); other != nil {
		return other
	}
	x.grow()
	x.n++
	first := x.buckets.Load().of(hash)
	s.next.Store(first.Load())
	first.Store(s)
	return nil
}

// grow makes twice as many buckets when there is a session for each of them.
func (x *index) grow() {
	old := x.buckets.Load()
	if old == nil {
		b := make(buckets, firstBuckets)
		x.buckets.Store(&b)
		return
	}
	if x.n < len(*old) {
		return
	}
	b := make(buckets, 2*len(*old))
	for i := range *old {
		for s := (*old)[i].Load(); s != nil; {
			next := s.next.Load()
			first := b.of(maphash.String(x.seed, s.id))
			s.next.Store(first.Load())
			first.Store(s)
			s = next
		}
	}
	x.buckets.Store(&b)
}

// remove removes a session and reports whether it was there. Its own link stays, for
// whoever is looking at it just now.
func (x *index) remove(s *session) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	b := x.buckets.Load()
	if b == nil {
		return false
	}
	at := b.of(maphash.String(x.seed, s.id))
	for at.Load() != s {
		if at.Load() == nil {
			return false
		}
		at = &at.Load().next
	}
	at.Store(s.next.Load())
	x.n--
	return true
}

// all gives the sessions that there are now; they may be removed meanwhile.
func (x *index) all() iter.Seq[*session] {
	return func(yield func(*session) bool) {
		x.mu.Lock()
		all := make([]*session, 0, x.n)
		if b := x.buckets.Load(); b != nil {
			for i := range *b {
				for s := (*b)[i].Load(); s != nil; s = s.next.Load() {
					all = append(all, s)
				}
			}
		}
		x.mu.Unlock()
		for _, s := range all {
			if !yield(s) {
				return
			}
		}
	}
}
