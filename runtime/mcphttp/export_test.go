package mcphttp

import (
	"context"
	"net/http"
	"time"
)

// Broadcast sends a message on the standing streams of all sessions.
func (e *Endpoint) Broadcast(ctx context.Context, msg []byte) {
	for s := range e.sessions.byID.all() {
		_ = s.out(ctx, msg)
	}
}

// Sessions counts the sessions.
func (e *Endpoint) Sessions() (n int) {
	for range e.sessions.byID.all() {
		n++
	}
	return n
}

// Ended remembers ended sessions, each named by when it began; it then tells
// which it takes for ended.
func Ended(limit int, add []int64, ask int64) bool {
	set := endedSet{limit: limit}
	for i, begun := range add {
		set.add(sessionKey{own: [12]byte{byte(i), byte(i >> 8)}}, time.Unix(begun, 0))
	}
	return set.has(sessionKey{endpoint: [8]byte{1}}, time.Unix(ask, 0))
}

// An Exchange is an exchange in a session, for tests that play the server.
type Exchange interface {
	Send(ctx context.Context, msg []byte) error
	CloseStream(ctx context.Context) error
	Respond(ctx context.Context, msg []byte, code int) error
}

// Play serves one request of a session by play.
func (e *Endpoint) Play(w http.ResponseWriter, r *http.Request, play func(Exchange)) {
	s, _, _ := e.session(r, nil)
	defer s.release()
	x := &exchange{e: e, w: w, r: r, era: eraSession, json: true, stream: true, sess: s}
	play(x)
	x.finish()
}

// Carried counts the standing streams that a client reads.
func (e *Endpoint) Carried() (n int) {
	for s := range e.sessions.byID.all() {
		s.mu.Lock()
		if s.streams != nil {
			for _, st := range s.streams.standing {
				if st.carried() {
					n++
				}
			}
		}
		s.mu.Unlock()
	}
	return n
}

// An Index is the index of a table, of sessions that are nothing but their ids.
type Index struct{ x index }

// NewIndex makes an index.
func NewIndex() *Index { return &Index{newIndex()} }

// Insert enters a session and reports whether there was none with its id.
func (i *Index) Insert(id string) bool { return i.x.insert(&session{id: id}) == nil }

// Find reports whether there is a session with an id.
func (i *Index) Find(id string) bool { return i.x.find(id) != nil }

// Remove removes a session and reports whether it was there.
func (i *Index) Remove(id string) bool {
	s := i.x.find(id)
	return s != nil && i.x.remove(s)
}

// All gives the ids.
func (i *Index) All() (ids []string) {
	for s := range i.x.all() {
		ids = append(ids, s.id)
	}
	return ids
}
