package client

import (
	"encoding/json"
	"strings"
	"sync"
	"time"
)

const (
	maxCached = 256                 // pages that are kept
	maxTTL    = 24 * 60 * 60 * 1000 // ms: longer ones are taken as this
)

// A cache keeps results for as long as the server says that they hold
// (2026-07-28, server/utilities/caching). A change notification drops what it
// is about.
type cache struct {
	mu    sync.Mutex
	pages map[string]cached // by method, a NUL, and the cursor or URI
	drops int               // so far
}

type cached struct {
	result json.RawMessage
	until  time.Time
}

// get gives a result that holds. Otherwise put wants since, as what is dropped
// while the server is asked may be what it answers.
func (c *cache) get(key string) (result json.RawMessage, ok bool, since int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.pages[key]
	if !ok || time.Now().After(p.until) {
		return nil, false, c.drops
	}
	return p.result, true, 0
}

// put keeps a complete result that has a time to live, unless something has been
// dropped since.
func (c *cache) put(key string, result json.RawMessage, since int) {
	var r struct {
		Type string `json:"resultType"`
		TTL  int64  `json:"ttlMs"`
	}
	if json.Unmarshal(result, &r) != nil || r.Type != "complete" || r.TTL <= 0 {
		return
	}
	ttl := time.Duration(min(r.TTL, maxTTL)) * time.Millisecond
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.drops != since {
		return
	}
	if c.pages == nil || len(c.pages) >= maxCached {
		c.pages = map[string]cached{} // starting anew is simpler than choosing, and rare
	}
	c.pages[key] = cached{result, time.Now().Add(ttl)}
}

// drop forgets every page whose key begins with prefix.
func (c *cache) drop(prefix string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	for key := range c.pages {
		if strings.HasPrefix(key, prefix) {
			delete(c.pages, key)
		}
	}
}

// changed drops what a notification says has changed.
func (c *cache) changed(method string) {
	switch method {
	case "notifications/tools/list_changed":
		c.drop("tools/list")
	case "notifications/prompts/list_changed":
		c.drop("prompts/list")
	case "notifications/resources/list_changed":
		c.drop("resources/")
	case "notifications/resources/updated":
		c.drop("resources/read")
	}
}
