package mcp

import (
	"slices"
	"sync"
)

// Bounds of [clients].
const (
	maxClients    = 64      // kinds of clients
	maxClientText = 2 << 10 // bytes that one tells about itself
)

// clients are what the last kinds of clients told at initialize. Most sessions are
// of a few programs: what these told is held once, not by every session.
type clients struct {
	mu    sync.Mutex
	known map[clientKey]*client
}

type clientKey struct {
	rev                revision
	info, capabilities string
}

// get gives a client that told this at initialize. info and capabilities are not
// kept: they may be parts of a message.
func (l *clients) get(rev revision, info, capabilities []byte) *client {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.known[clientKey{rev, string(info), string(capabilities)}]; c != nil {
		return c
	}
	c := &client{rev: rev, initialized: true, info: slices.Clone(info), capabilities: slices.Clone(capabilities)}
	if len(info)+len(capabilities) > maxClientText {
		return c
	}
	if len(l.known) >= maxClients {
		clear(l.known) // sessions keep theirs
	}
	if l.known == nil {
		l.known = make(map[clientKey]*client)
	}
	l.known[clientKey{rev, string(info), string(capabilities)}] = c
	return c
}
