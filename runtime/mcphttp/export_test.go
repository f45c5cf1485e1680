package mcphttp

import (
	"context"
	"net/http"
	"time"
)

// Broadcast sends a message on the standing streams of all sessions.
func (e *Endpoint) Broadcast(ctx context.Context, msg []byte) {
	e.sessions.byID.Range(func(_, v any) bool {
		_ = v.(*session).out(ctx, msg)
		return true
	})
}

// Sessions counts the sessions.
func (e *Endpoint) Sessions() (n int) {
	e.sessions.byID.Range(func(any, any) bool { n++; return true })
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
	e.sessions.byID.Range(func(_, v any) bool {
		s := v.(*session)
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, st := range s.standing {
			if st.carried() {
				n++
			}
		}
		return true
	})
	return n
}
