package edge

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// Bounds of reading and writing the cache of a region.
const (
	hopTimeout = 300 * time.Millisecond
	restTime   = time.Second // how long one that did not answer is not asked
	maxShared  = 1 << 20     // bytes of a result that regions share

	// clockSkew is how far apart the clocks of instances may be: a result that was
	// made at about the time of a change may be from before it.
	clockSkew = 2 * time.Second
)

// A regionCache is the cache of one region.
type regionCache struct {
	kv    store.KV
	until atomic.Int64 // when to ask again, as Unix nanoseconds
}

// rests reports whether the cache did not answer a moment ago.
func (rc *regionCache) rests() bool { return time.Now().UnixNano() < rc.until.Load() }

// failed notes that it did not answer.
func (rc *regionCache) failed() { rc.until.Store(time.Now().Add(restTime).UnixNano()) }

// read looks for a result in the cache of a region: it has it ("hit"), has not
// ("miss"), or does not answer ("down").
func (e *Edge) read(ctx context.Context, rc *regionCache, key mcp.ResultKey) (mcp.CachedResult, string) {
	if rc.rests() {
		return mcp.CachedResult{}, "down"
	}
	hop, cancel := context.WithTimeout(ctx, hopTimeout)
	defer cancel()
	b, err := rc.kv.Get(hop, e.key(key))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return mcp.CachedResult{}, "miss"
	case err != nil:
		if ctx.Err() == nil { // otherwise it may not be its fault
			rc.failed()
		}
		return mcp.CachedResult{}, "down"
	}
	res, made, ok := unpack(b)
	if !ok || !time.Now().Before(res.Expires) || e.news.since(key.URI, made.Add(-clockSkew)) {
		return mcp.CachedResult{}, "miss"
	}
	if most := time.Now().Add(key.TTL); res.Expires.After(most) {
		res.Expires = most // clocks differ
	}
	return res, "hit"
}

// write leaves a result in the cache of a region. It is no error when it cannot.
func (e *Edge) write(ctx context.Context, rc *regionCache, key mcp.ResultKey, res mcp.CachedResult) {
	left, made := time.Until(res.Expires), res.Expires.Add(-key.TTL)
	if left <= 0 || len(res.Members)+len(res.Meta) > maxShared || rc.rests() || e.news.since(key.URI, made) {
		return
	}
	hop, cancel := context.WithTimeout(ctx, hopTimeout)
	defer cancel()
	if err := rc.kv.Put(hop, e.key(key), pack(res, made), left); err != nil && ctx.Err() == nil {
		rc.failed()
	}
}

// packing is the form of a result in the cache of a region.
const packing = 1

func pack(res mcp.CachedResult, made time.Time) []byte {
	b := make([]byte, 0, len(res.Members)+len(res.Meta)+32)
	b = append(b, packing)
	b = binary.BigEndian.AppendUint64(b, uint64(made.UnixMilli()))
	b = binary.BigEndian.AppendUint64(b, uint64(res.Expires.UnixMilli()))
	b = binary.AppendUvarint(b, uint64(len(res.Members)))
	b = append(b, res.Members...)
	return append(b, res.Meta...)
}

// unpack reads what pack made. Others can write to a store, so that nothing is
// taken which would not fit into an answer.
func unpack(b []byte) (res mcp.CachedResult, made time.Time, ok bool) {
	const head = 1 + 8 + 8
	if len(b) < head || len(b) > 2*maxShared || b[0] != packing {
		return res, made, false
	}
	made = time.UnixMilli(int64(binary.BigEndian.Uint64(b[1:])))        //nolint:gosec // what is out of range is too old or too new
	res.Expires = time.UnixMilli(int64(binary.BigEndian.Uint64(b[9:]))) //nolint:gosec // as above
	n, size := binary.Uvarint(b[head:])
	if size <= 0 {
		return res, made, false
	}
	if b = b[head+size:]; n > uint64(len(b)) {
		return res, made, false
	}
	res.Members, res.Meta = bytes.TrimSpace(b[:n:n]), bytes.TrimSpace(b[n:])
	return res, made, isMembers(res.Members) && isMembers(res.Meta)
}

// isMembers reports whether b is a list of members of a JSON object, and none that
// every result has.
func isMembers(b []byte) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(append(append([]byte{'{'}, b...), '}'), &members) != nil {
		return false
	}
	for _, name := range []string{"resultType", "_meta", "ttlMs", "cacheScope", metaRegion} {
		if members[name] != nil {
			return false
		}
	}
	return true
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// maxNews is how many changes of single resources are remembered.
const maxNews = 1024

// news remembers when what has changed. What regions keep from before does not
// count any more.
type news struct {
	mu  sync.Mutex
	all time.Time            // the last change of every resource
	uri map[string]time.Time // of single ones since
}

func (n *news) note(kind, uri string, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if kind == mcp.KindResources || len(n.uri) >= maxNews {
		n.all, n.uri = now, nil
		return
	}
	if n.uri == nil {
		n.uri = map[string]time.Time{}
	}
	n.uri[uri] = now
}

// last is when a resource has changed last, as far as is known.
func (n *news) last(uri string) time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	if t := n.uri[uri]; t.After(n.all) {
		return t
	}
	return n.all
}

// since reports whether a resource has changed at or after a time.
func (n *news) since(uri string, t time.Time) bool { return !n.last(uri).Before(t) }
