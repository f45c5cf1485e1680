package mcphttp

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// maxStanding is how many standing streams a session keeps.
const maxStanding = 4

var errNobody = errors.New("the client has no stream open")

// A session is one client of the stateful era, from initialize to its end. It
// has no goroutine of its own. A server may hold very many that say nothing, so
// what only streams need is made by the first of them.
type session struct {
	e    *Endpoint
	id   string // "" until initialize has been answered
	who  *mcp.Principal
	conn *mcp.Conn
	next atomic.Pointer[session] // of the same bucket of the table

	begun int64        // as Unix nanoseconds
	used  atomic.Int64 // when it was last in use, as Unix nanoseconds
	users atomic.Int32 // requests that use it; below 0: it has ended, by disuse
	key   sessionKey
	over  atomic.Bool // it has ended, for whatever reason
	moved atomic.Bool // another endpoint began it

	mu      sync.Mutex
	streams *streams // nil before there is one, or a change that it was told of
}

// streams are the event streams of a session.
type streams struct {
	last     string // the place of the last change that the session was told of
	numbered uint64 // streams so far
	standing []*stream
	open     map[uint64]*stream // streams of requests that run; nil when empty
}

// newSession makes a session that is not in the table yet.
func newSession(e *Endpoint, p *mcp.Principal) *session {
	s := &session{e: e, key: e.newKey(), begun: time.Now().UnixNano(), who: p}
	s.conn = e.s.NewConn(s.options())
	return s
}

// continued makes a session that goes on with one that another endpoint began.
func continued(e *Endpoint, p *mcp.Principal, id string, o openedID) *session {
	s := &session{e: e, id: id, key: o.key, begun: o.begun.UnixNano(), who: p}
	// Streams of before have low numbers: they are not mixed up with those to come.
	s.streams = &streams{numbered: uint64(max(time.Now().UnixMicro(), 0))}
	s.moved.Store(true)
	c := s.options()
	c.Snapshot, c.State = o.snapshot, o.state
	s.conn = e.s.NewConn(c)
	return s
}

// options are those of the connection of the session.
func (s *session) options() mcp.ConnOptions {
	o := mcp.ConnOptions{Transport: "http", Principal: s.who, Out: s.out}
	if s.e.o.State != nil {
		o.Changed = s.save
	}
	return o
}

// owner names a principal, for what is bound to it.
func owner(p *mcp.Principal) string {
	if p == nil {
		return ""
	}
	return p.Issuer + "\x00" + p.Subject
}

// owns reports whether the session belongs to a principal.
func (s *session) owns(p *mcp.Principal) bool {
	if p == nil || s.who == nil {
		return p == s.who
	}
	return p.Issuer == s.who.Issuer && p.Subject == s.who.Subject
}

// age is how long ago the session began.
func (s *session) age() time.Duration { return time.Since(time.Unix(0, s.begun)) }

// ended is the value of users of a session that ended by disuse.
const ended = -1 << 30

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
	var all []*stream
	if l := s.streams; l != nil {
		all = slices.AppendSeq(l.standing, maps.Values(l.open))
		l.standing, l.open = nil, nil
	}
	s.mu.Unlock()
	for _, st := range all {
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
	to := s.streams.reader()
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
	_, _, err := to.record(ctx, nil, msg, false)
	return err
}

// primes reports whether streams begin with an event that has an id and nothing
// else. Clients of earlier revisions take it for a message.
func (s *session) primes() bool { return s.conn.Revision() == mcp.Revision20251125 }

// streamsLocked gives the streams of the session, with mu held.
func (s *session) streamsLocked() *streams {
	if s.streams == nil {
		s.streams = &streams{}
	}
	return s.streams
}

// newStream numbers a stream of a request.
func (s *session) newStream() *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.streamsLocked()
	l.numbered++
	st := &stream{s: s, number: l.numbered, post: true}
	if l.open == nil {
		l.open = make(map[uint64]*stream)
	}
	l.open[st.number] = st
	return st
}

// stand numbers a standing stream. The oldest gives way when there are too many.
func (s *session) stand() *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.streamsLocked()
	l.numbered++
	st := &stream{s: s, number: l.numbered}
	l.stand(st)
	return st
}

func (l *streams) stand(st *stream) {
	l.standing = append(l.standing, st)
	if len(l.standing) > maxStanding {
		oldest := l.standing[0]
		l.standing = append(l.standing[:0:0], l.standing[1:]...)
		defer oldest.close()
	}
}

// find gives a stream that may still get events, nil when there is none.
func (s *session) find(number uint64) *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.streams
	if l == nil {
		return nil
	}
	if st := l.open[number]; st != nil {
		return st
	}
	for _, st := range l.standing {
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
	return number > 0 && s.streams != nil && number <= s.streams.numbered
}

// forget removes a stream that gets no more events.
func (s *session) forget(st *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.streams
	delete(l.open, st.number)
	for i, other := range l.standing {
		if other == st {
			l.standing = append(l.standing[:i:i], l.standing[i+1:]...)
			return
		}
	}
}
