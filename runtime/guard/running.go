package guard

import (
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
)

// running bounds the calls that run at a time.
type running struct {
	all, each int // below 0: any number

	mu    sync.Mutex
	n     int
	byKey map[caller]int
}

// A caller is who is limited: a principal, or an address where nobody was asked.
type caller struct {
	issuer, subject string
	network         netip.Prefix
}

// String is the caller as a part of a key.
func (c caller) String() string {
	switch {
	case c.subject != "":
		return c.issuer + "\x00" + c.subject
	case c.network.IsValid():
		return "ip:" + networkText(c.network)
	}
	return ""
}

// begin counts a call in; false when there are too many.
func (r *running) begin(key caller) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all >= 0 && r.n >= r.all || r.each >= 0 && r.byKey[key] >= r.each {
		return false
	}
	if r.byKey == nil {
		r.byKey = map[caller]int{}
	}
	r.n++
	r.byKey[key]++
	return true
}

func (r *running) end(key caller) {
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

// take makes room for the body of r, if there is some. It gives what has to be
// released.
func (b *budget) take(r *http.Request) (n int64, ok bool) {
	n = r.ContentLength
	switch {
	case b.limit < 0 || n == 0:
		return 0, true
	case n < 0 || n > unknownBody: // longer ones are refused unread
		n = unknownBody
	}
	if b.used.Add(n) > b.limit {
		b.used.Add(-n)
		return 0, false
	}
	return n, true
}

func (b *budget) release(n int64) {
	if n > 0 {
		b.used.Add(-n)
	}
}
