package guard

import (
	"net/http"
	"sync"
	"sync/atomic"
)

// running bounds the calls that run at a time.
type running struct {
	all, each int // below 0: any number

	mu    sync.Mutex
	n     int
	byKey map[string]int
}

// begin counts a call in; false when there are too many.
func (r *running) begin(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all >= 0 && r.n >= r.all || r.each >= 0 && r.byKey[key] >= r.each {
		return false
	}
	if r.byKey == nil {
		r.byKey = map[string]int{}
	}
	r.n++
	r.byKey[key]++
	return true
}

func (r *running) end(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n--
	if r.byKey[key]--; r.byKey[key] == 0 {
		delete(r.byKey, key)
	}
}

// A budget bounds the memory of the bodies that are read or being used.
type budget struct {
	limit int64
	used  atomic.Int64
}

// unknownBody is what a body of unknown length counts: no transport takes more.
const unknownBody = 1 << 20

// take makes room for the body of r; nil when there is none.
func (b *budget) take(r *http.Request) (release func()) {
	n := r.ContentLength
	switch {
	case b.limit < 0 || n == 0:
		return func() {}
	case n < 0 || n > unknownBody: // longer ones are refused unread
		n = unknownBody
	}
	if b.used.Add(n) > b.limit {
		b.used.Add(-n)
		return nil
	}
	return func() { b.used.Add(-n) }
}
