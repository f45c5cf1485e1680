package mcp

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"sync"
	"time"
)

// A UseStore remembers what has been used, so that it is used once. Instances of
// one server need one that they share. The methods may be called concurrently.
type UseStore interface {
	// Use notes the use of an id and reports whether it is the first. It may
	// forget the id after ttl, and nothing before: when it has no room, or cannot
	// tell, that is an error, and the use is refused.
	Use(ctx context.Context, id string, ttl time.Duration) (first bool, err error)
}

// defaultUses is how many ids NewUseStore remembers.
const defaultUses = 100_000

var errUsesFull = errors.New("too many states are in use")

// NewUseStore makes a UseStore in the memory of this process, which remembers at
// most limit ids at a time; 0: 100 000.
func NewUseStore(limit int) UseStore {
	if limit <= 0 {
		limit = defaultUses
	}
	return &memoryUses{limit: limit, until: make(map[string]time.Time)}
}

type memoryUses struct {
	limit int

	mu    sync.Mutex
	until map[string]time.Time
	swept time.Time
}

// lookEvery is how often a full store looks for what it may forget.
const lookEvery = time.Second

// Use implements UseStore.
func (u *memoryUses) Use(_ context.Context, id string, ttl time.Duration) (bool, error) {
	now := time.Now()
	u.mu.Lock()
	defer u.mu.Unlock()
	if until, ok := u.until[id]; ok && !now.After(until) {
		return false, nil
	}
	if len(u.until) >= u.limit && now.Sub(u.swept) >= lookEvery {
		u.swept = now
		for id, until := range u.until {
			if now.After(until) {
				delete(u.until, id)
			}
		}
	}
	if len(u.until) >= u.limit {
		return false, errUsesFull
	}
	u.until[id] = now.Add(ttl)
	return true, nil
}

// useState notes the use of a state that was opened, where one use is all that it
// is good for.
func (x *exchange) useState(text []byte, st *state) error {
	if x.s.opts.StateUses == nil {
		return nil
	}
	sum := sha256.Sum256(text)
	// A second more than it is accepted for: expiry is in whole seconds.
	ttl := time.Until(st.expires) + time.Second
	first, err := x.s.opts.StateUses.Use(x.f, "state:"+base64.RawURLEncoding.EncodeToString(sum[:]), ttl)
	switch {
	case err != nil:
		x.s.opts.Logger.Warn("the use of a state was refused: it may not be the first", "error", err)
		return &WireError{Code: CodeOverloaded, Message: "params.requestState cannot be checked now; try again later"}
	case !first:
		return &WireError{Code: CodeInvalidParams, Message: "params.requestState: " + errState.Error()}
	}
	return nil
}
