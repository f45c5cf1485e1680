package mcphttp

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"time"
)

// A session id is the name of the instance that began the session, a dot, and a
// sealed text: a key that is the session's own, when it began, and what the
// client told at initialize. The name lets a proxy route by it. The text lets
// another instance with the same secrets go on with the session when the first
// one is gone. It is bound to the name and to the session's owner.
const (
	sealPurpose = "session"
	maxID       = 1 << 10
	maxInstance = 64
)

// A sessionKey names a session among all instances. It begins with a part that
// all sessions of one endpoint have in common.
type sessionKey struct {
	endpoint [8]byte
	own      [12]byte
}

// text is what an EventStore knows the session by. It is not its id: whoever
// reads the store must not be able to use the session.
func (k sessionKey) text() string {
	return base64.RawURLEncoding.EncodeToString(slices.Concat(k.endpoint[:], k.own[:]))
}

// parseKey takes the text of a key apart; false when it is none.
func parseKey(text string) (k sessionKey, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) != len(k.endpoint)+len(k.own) {
		return k, false
	}
	copy(k.own[:], b[copy(k.endpoint[:], b):])
	return k, true
}

// newKey names a new session of the endpoint.
func (e *Endpoint) newKey() sessionKey {
	k := sessionKey{endpoint: e.self}
	_, _ = rand.Read(k.own[:]) // never fails
	return k
}

// sealID makes the id of a session whose initialize has been answered.
func (s *session) sealID() string {
	plain := append(s.key.endpoint[:], s.key.own[:]...)
	plain = binary.AppendVarint(plain, time.Unix(0, s.begun).Unix())
	plain = append(plain, s.conn.Snapshot()...)
	return s.e.o.Instance + "." + s.e.s.Seal(sealPurpose, plain, boundTo(s.e.o.Instance, owner(s.who)))
}

// boundTo is what an id is bound to.
func boundTo(instance, owner string) []byte { return []byte(instance + "\x00" + owner) }

// An openedID is what an id says.
type openedID struct {
	key      sessionKey
	begun    time.Time
	snapshot []byte
	state    []byte // what it has asked for since; nil when that is not known
}

// openID reads an id that a server with the same secrets made for the same
// owner; false for any other text.
func (e *Endpoint) openID(id, owner string) (o openedID, ok bool) {
	dot := strings.LastIndexByte(id, '.')
	if dot < 0 || len(id) > maxID {
		return o, false
	}
	plain, ok := e.s.Open(sealPurpose, []byte(id[dot+1:]), boundTo(id[:dot], owner))
	if !ok || len(plain) < len(o.key.endpoint)+len(o.key.own) {
		return o, false
	}
	plain = plain[copy(o.key.endpoint[:], plain):]
	plain = plain[copy(o.key.own[:], plain):]
	begun, n := binary.Varint(plain)
	if n <= 0 {
		return o, false
	}
	o.begun, o.snapshot = time.Unix(begun, 0), plain[n:]
	return o, true
}

var errFull = errors.New("too many sessions are in use")

// restore goes on with a session that another instance began. It is nil when
// there is no such session: the id is not ours or too old, the session has ended,
// or it is one of this endpoint, which knows all that it has.
func (e *Endpoint) restore(ctx context.Context, id, owner string, begin func(o openedID) *session) (*session, error) {
	o, ok := e.openID(id, owner)
	if !ok || o.key.endpoint == e.self || e.o.SessionTakeover < 0 ||
		time.Since(o.begun) > e.o.SessionTakeover || e.sessions.ended.has(o.key, o.begun) || e.endedElsewhere(ctx, o.key) {
		return nil, nil //nolint:nilnil // as described
	}
	if !e.sessions.reserve() {
		return nil, errFull
	}
	o.state = e.load(ctx, o.key)
	fresh := begin(o)
	s := e.sessions.share(fresh)
	if s != fresh {
		e.sessions.release()
		fresh.conn.Close()
	}
	if e.sessions.ended.has(o.key, o.begun) || s.conn.Revision() == "" { // ended meanwhile, or by no snapshot
		e.sessions.remove(s)
		return nil, nil //nolint:nilnil // as described
	}
	return s, nil
}

// instanceName gives a name that can be part of an id: visible ASCII.
func instanceName(name string) string {
	if name == "" {
		name = rand.Text()[:8]
	}
	name = strings.Map(func(r rune) rune {
		if r < 0x21 || r > 0x7e {
			return '-'
		}
		return r
	}, name)
	return name[:min(len(name), maxInstance)]
}
