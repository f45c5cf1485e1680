package store

import (
	"context"
	"errors"
	"time"
)

// Calls keep in a KV which calls have an idempotency key, for all instances of a
// server. They are an mcp.CallStore: serve uses them by itself, and a program that
// makes its own server gives them to mcp.Options.Calls.
type Calls struct{ kv KV }

// NewCalls makes Calls of values that all instances share.
func NewCalls(kv KV) *Calls { return &Calls{kv} }

// Shared reports that all instances see the same.
func (*Calls) Shared() bool { return true }

// Claim keeps a record under a key that has none, and gives nil then. Otherwise it
// gives what the key has.
func (c *Calls) Claim(ctx context.Context, key string, record []byte, ttl time.Duration) ([]byte, error) {
	for {
		fresh, err := c.kv.PutNew(ctx, key, record, ttl)
		if fresh || err != nil {
			return nil, err
		}
		kept, err := c.kv.Get(ctx, key)
		if !errors.Is(err, ErrNotFound) { // it has expired in between
			return kept, err
		}
	}
}

// Keep keeps a record in place of what the key has.
func (c *Calls) Keep(ctx context.Context, key string, record []byte, ttl time.Duration) error {
	return c.kv.Put(ctx, key, record, ttl)
}

// Kept gives the record of a key, nil when there is none.
func (c *Calls) Kept(ctx context.Context, key string) ([]byte, error) {
	kept, err := c.kv.Get(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return kept, err
}

// Free forgets a key.
func (c *Calls) Free(ctx context.Context, key string) error { return c.kv.Delete(ctx, key) }

// Uses remember in a KV what has been used, for all instances of a server. They
// are an mcp.UseStore, for mcp.Options.StateUses.
type Uses struct{ kv KV }

// NewUses makes Uses of values that all instances share.
func NewUses(kv KV) *Uses { return &Uses{kv} }

// Use notes the use of an id and reports whether it is the first within ttl.
func (u *Uses) Use(ctx context.Context, id string, ttl time.Duration) (first bool, err error) {
	return u.kv.PutNew(ctx, "used:"+id, []byte{1}, ttl)
}
