package mcp

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// A state is what a call takes along from run to run, by way of the client.
type state struct {
	answers map[string][]byte
	memo    map[string][]byte
	asked   []string // keys of the questions of the last run

	expires time.Time // of a state that was opened
}

// Bounds of a sealed state.
const (
	maxState        = 8 << 10
	defaultStateTTL = 10 * time.Minute
)

// errState is told to whoever sends a state that is not this server's, not for
// this request, or too old. It does not say which.
var errState = errors.New("is not a valid state of this request; start again without it")

// A sealer makes states that the client can neither read nor change, bound to
// the request they belong to.
type sealer struct {
	ttl  time.Duration
	keys keyring
}

// stateLabel separates these keys from others that are made of the same secret.
const stateLabel = "mcpgen request state 1"

// newSealer makes a sealer of secrets, or of a random one when there are none.
func newSealer(secrets [][]byte, ttl time.Duration) *sealer {
	if ttl <= 0 {
		ttl = defaultStateTTL
	}
	return &sealer{ttl: ttl, keys: newKeyring(secretsOr(secrets), stateLabel)}
}

// seal makes the text of a state. claims are what it is bound to.
func (s *sealer) seal(st state, claims []byte) (string, error) {
	plain := binary.AppendVarint(nil, time.Now().Add(s.ttl).Unix())
	text := s.keys.seal(st.append(plain), claims)
	if len(text) > maxState {
		return "", fmt.Errorf("the state of the call has %d bytes, more than %d: its answers or what Once keeps are too large", len(text), maxState)
	}
	return text, nil
}

// open reads the text of a state that was sealed with the same claims.
func (s *sealer) open(text, claims []byte) (state, error) {
	if len(text) > maxState {
		return state{}, errState
	}
	plain, ok := s.keys.open(text, claims)
	if !ok {
		return state{}, errState
	}
	expiry, n := binary.Varint(plain)
	if n <= 0 || time.Now().Unix() > expiry {
		return state{}, errState
	}
	st, err := parseState(plain[n:])
	st.expires = time.Unix(expiry, 0)
	return st, err
}

// append appends a state: two maps and a list.
func (st *state) append(b []byte) []byte {
	for _, m := range []map[string][]byte{st.answers, st.memo} {
		b = binary.AppendUvarint(b, uint64(len(m)))
		for _, key := range slices.Sorted(maps.Keys(m)) {
			b = appendField(b, key)
			b = appendField(b, m[key])
		}
	}
	b = binary.AppendUvarint(b, uint64(len(st.asked)))
	for _, key := range st.asked {
		b = appendField(b, key)
	}
	return b
}

func appendField[T string | []byte](b []byte, s T) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// parseState reads what append wrote. Nobody else could have written it, but a
// former version of this package.
func parseState(b []byte) (st state, err error) {
	r := fields{rest: b}
	for _, m := range []*map[string][]byte{&st.answers, &st.memo} {
		*m = make(map[string][]byte)
		for range r.count() {
			key := r.next()
			(*m)[string(key)] = r.next()
		}
	}
	st.asked = []string{}
	for range r.count() {
		st.asked = append(st.asked, string(r.next()))
	}
	if r.bad || len(r.rest) > 0 {
		return state{}, errState
	}
	return st, nil
}

// fields reads what appendField wrote.
type fields struct {
	rest []byte
	bad  bool
}

// count gives a number of fields, which cannot be more than there are bytes.
func (r *fields) count() int {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return int(n) //nolint:gosec // bounded above
}

func (r *fields) next() []byte {
	n := r.count()
	if n > len(r.rest) {
		r.bad, n = true, len(r.rest)
	}
	field := r.rest[:n:n]
	r.rest = r.rest[n:]
	return field
}

// claims are what a state is bound to: the method, what it is about and with
// which arguments, who sent it, and the code that asked the questions.
func (x *exchange) claims(op *operation, args []byte) []byte {
	b := appendField(nil, methods[x.m.method].name)
	b = appendField(b, x.m.name())
	b = appendField(b, digest(args))
	schema := sha256.Sum256([]byte(op.schema))
	b = appendField(b, schema[:])
	if p := x.principal(); p != nil {
		b = appendField(b, p.Issuer)
		b = appendField(b, p.Subject)
	}
	return b
}
