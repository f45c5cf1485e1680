package edge

import (
	"container/list"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// overhead is about what an entry costs besides its bytes.
const overhead = 256

// An lru holds results up to a number of bytes; those that were used least
// recently make room. Its owner guards it.
type lru struct {
	limit   int
	bytes   int
	order   list.List // of *entry; the most recently used first
	entries map[string]*list.Element
	byURI   map[string]map[*list.Element]struct{}
	evicted uint64
}

type entry struct {
	id, uri string
	result  mcp.CachedResult
	size    int
}

func newLRU(limit int) *lru {
	return &lru{limit: limit, entries: map[string]*list.Element{}, byURI: map[string]map[*list.Element]struct{}{}}
}

// get finds a result that may still be used.
func (l *lru) get(id string) (mcp.CachedResult, bool) {
	at := l.entries[id]
	if at == nil {
		return mcp.CachedResult{}, false
	}
	e := entryOf(at)
	if !time.Now().Before(e.result.Expires) {
		l.remove(at)
		return mcp.CachedResult{}, false
	}
	l.order.MoveToFront(at)
	return e.result, true
}

// put keeps a result. One that would take more than an eighth of the room is not.
func (l *lru) put(id, uri string, r mcp.CachedResult) {
	if at := l.entries[id]; at != nil {
		l.remove(at)
	}
	e := &entry{id: id, uri: uri, result: r, size: len(id) + len(uri) + len(r.Members) + len(r.Meta) + overhead}
	if e.size > l.limit/8 {
		return
	}
	for l.bytes+e.size > l.limit {
		l.remove(l.order.Back())
		l.evicted++
	}
	at := l.order.PushFront(e)
	l.entries[id] = at
	if l.byURI[uri] == nil {
		l.byURI[uri] = map[*list.Element]struct{}{}
	}
	l.byURI[uri][at] = struct{}{}
	l.bytes += e.size
}

// entryOf gives what an element of the order holds.
func entryOf(at *list.Element) *entry {
	e, _ := at.Value.(*entry) // nothing else is put in
	return e
}

func (l *lru) remove(at *list.Element) {
	e := entryOf(at)
	l.order.Remove(at)
	delete(l.entries, e.id)
	delete(l.byURI[e.uri], at)
	if len(l.byURI[e.uri]) == 0 {
		delete(l.byURI, e.uri)
	}
	l.bytes -= e.size
}

// expire removes what belongs to a resource. uri "" is all of them.
func (l *lru) expire(uri string) {
	if uri == "" {
		*l = lru{limit: l.limit, entries: map[string]*list.Element{}, byURI: map[string]map[*list.Element]struct{}{}, evicted: l.evicted}
		return
	}
	for at := range l.byURI[uri] {
		l.remove(at)
	}
}
