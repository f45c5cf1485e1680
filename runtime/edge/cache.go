package edge

import (
	"context"
	"encoding/binary"
	"sync/atomic"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// A Cache keeps results in the memory of this process. It is an [mcp.ResultCache].
// Callers that come at the same time for a result which is not there wait for one of
// them to make it: when that one leaves, another goes on; when it fails, each tries
// for himself.
type Cache struct {
	group group[mcp.CachedResult]
	kept  *lru // guarded by group

	hits, misses, shared atomic.Uint64
}

// NewCache makes an empty cache for results of so many bytes in all.
func NewCache(limit int) *Cache {
	c := &Cache{kept: newLRU(limit)}
	c.group.find, c.group.keep = c.kept.get, c.kept.put
	return c
}

// Result implements mcp.ResultCache.
func (c *Cache) Result(ctx context.Context, key mcp.ResultKey, load func() (mcp.CachedResult, error)) (mcp.CachedResult, error) {
	res, _, err := c.result(ctx, key, load)
	return res, err
}

func (c *Cache) result(ctx context.Context, key mcp.ResultKey, load func() (mcp.CachedResult, error)) (mcp.CachedResult, source, error) {
	res, from, err := c.group.do(ctx, identity(key), key.URI, load)
	switch {
	case from == fromLoad:
		c.misses.Add(1)
	case err != nil: // the caller has left
	case from == fromKept:
		c.hits.Add(1)
	default:
		c.shared.Add(1)
	}
	return res, from, err
}

// Changed implements mcp.ResultCache.
func (c *Cache) Changed(kind, uri string) {
	switch kind {
	case mcp.KindContents:
	case mcp.KindResources:
		uri = ""
	default:
		return
	}
	c.group.expire(uri)
	c.group.mu.Lock()
	defer c.group.mu.Unlock()
	c.kept.expire(uri)
}

// Stats are counts since the start, but for those of what is there.
type Stats struct {
	Hits    uint64 // answered from what was there
	Misses  uint64 // had to be made
	Shared  uint64 // waited for somebody else's
	Evicted uint64 // made room for others
	Entries int
	Bytes   int
}

// Stats gives the counts.
func (c *Cache) Stats() Stats {
	c.group.mu.Lock()
	defer c.group.mu.Unlock()
	return Stats{c.hits.Load(), c.misses.Load(), c.shared.Load(), c.kept.evicted, len(c.kept.entries), c.kept.bytes}
}

// identity is a key as one string. Different keys have different ones.
func identity(k mcp.ResultKey) string {
	var b []byte
	for _, part := range []string{k.Owner, k.Method, k.Revision, k.URI} {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	return string(b)
}
