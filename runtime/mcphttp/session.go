package mcphttp

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// maxStanding is how many standing streams a session keeps.
const maxStanding = 4

var errNobody = errors.New("the client has no stream open")

// A session is one client of the stateful era, from initialize to its end. It
// has no goroutine of its own.
type session struct {
	e     *Endpoint
	id    string // "" until initialize has been answered
	key   sessionKey
	begun time.Time
	owner string // its principal, "" for nobody
	conn  *mcp.Conn

	used  atomic.Int64 // when it was last in use, as Unix nanoseconds
	users atomic.Int64 // requests that use it; below 0: it has ended, by disuse
	over  atomic.Bool  // it has ended, for whatever reason

	moved atomic.Bool // another endpoint began it

	mu       sync.Mutex
	last     string // the place of the last change that it was told of
	numbered uint64 // streams so far
	standing []*stream
	open     map[uint64]*stream // streams of requests that run; nil when empty
}

// newSession makes a session that is not in the table yet.
func newSession(e *Endpoint, p *mcp.Principal) *session {
	s := &session{e: e, key: e.newKey(), begun: time.Now(), owner: owner(p)}
	s.conn = e.s.NewConn(mcp.ConnOptions{Transport: "http", Principal: p, Out: s.out, Changed: s.save})
	return s
}

// continued makes a session that goes on with one that another endpoint began.
func continued(e *Endpoint, p *mcp.Principal, id string, o openedID) *session {
	s := &session{e: e, id: id, key: o.key, begun: o.begun, owner: owner(p)}
	// Streams of before have low numbers: they are not mixed up with those to come.
	s.numbered = uint64(max(time.Now().UnixMicro(), 0))
	s.moved.Store(true)
	s.conn = e.s.NewConn(mcp.ConnOptions{
		Transport: "http", Principal: p, Out: s.out, Changed: s.save,
		Snapshot: o.snapshot, State: o.state,
	})
	return s
}

// owner names a principal, for comparison only.
func owner(p *mcp.Principal) string {
	if p == nil {
		return ""
	}
	return p.Issuer + "\x00" + p.Subject
}

// ended is the value of users of a session that ended by disuse.
const ended = -1 << 40

// acquire notes that a request uses the session; false when it has ended.
func (s *session) acquire() bool {
	if s.users.Add(1) < 0 || s.over.Load() {
		s.users.Add(-1)
		return false
	}
	return true
}

// release notes that a request no longer uses the session.
func (s *session) release() {
	s.used.Store(time.Now().UnixNano())
	s.users.Add(-1)
}

// retire ends the session unless a request uses it.
func (s *session) retire() bool { return s.users.CompareAndSwap(0, ended) }

func (s *session) ended() bool { return s.over.Load() }

// end cancels what runs and ends all streams. It does not wait.
func (s *session) end() {
	if s.over.Swap(true) {
		return
	}
	s.conn.Close()
	s.mu.Lock()
	streams := s.standing
	for _, st := range s.open {
		streams = append(streams, st)
	}
	s.standing, s.open = nil, nil
	s.mu.Unlock()
	for _, st := range streams {
		st.close()
	}
	if events := s.e.o.Events; events != nil {
		events.Drop(s.key.text())
	}
}

// out sends a message that belongs to no request: on the newest standing stream
// that a client reads, and on one only (2025-11-25, basic/transports). When none
// is read it is kept for the client to come back, if it can.
func (s *session) out(ctx context.Context, msg []byte) error {
	at, change := mcp.PlaceOf(ctx)
	s.mu.Lock()
	to := s.reader()
	placed := at != "" || s.e.place() != "" && (to == nil || to.placed)
	s.mu.Unlock()
	if placed {
		if !change { // it gets a place, and comes back by Told
			if s.e.o.Changes.Publish(ctx, mcp.Change{Kind: kindMessage, URI: s.key.text(), Data: string(msg)}) == nil {
				return nil
			}
		}
		if to == nil || to.placed {
			return s.told(at, msg)
		}
	}
	if to == nil {
		return errNobody
	}
	_, _, err := to.record(ctx, msg, false)
	return err
}

// primes reports whether streams begin with an event that has an id and nothing
// else. Clients of earlier revisions take it for a message.
func (s *session) primes() bool { return s.conn.Revision() == mcp.Revision20251125 }

// newStream numbers a stream of a request.
func (s *session) newStream() *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.numbered++
	st := &stream{s: s, number: s.numbered, post: true}
	if s.open == nil {
		s.open = make(map[uint64]*stream)
	}
	s.open[st.number] = st
	return st
}

// stand numbers a standing stream. The oldest gives way when there are too many.
func (s *session) stand() *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.numbered++
	st := &stream{s: s, number: s.numbered}
	s.standLocked(st)
	return st
}

func (s *session) standLocked(st *stream) {
	s.standing = append(s.standing, st)
	if len(s.standing) > maxStanding {
		oldest := s.standing[0]
		s.standing = append(s.standing[:0:0], s.standing[1:]...)
		defer oldest.close()
	}
}

// find gives a stream that may still get events, nil when there is none.
func (s *session) find(number uint64) *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.open[number]; st != nil {
		return st
	}
	for _, st := range s.standing {
		if st.number == number {
			return st
		}
	}
	return nil
}

// known reports whether the session has had a stream of this number.
func (s *session) known(number uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return number > 0 && number <= s.numbered
}

// forget removes a stream that gets no more events.
func (s *session) forget(st *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, st.number)
	for i, other := range s.standing {
		if other == st {
			s.standing = append(s.standing[:i:i], s.standing[i+1:]...)
			return
		}
	}
}
