package mcp

import (
	"context"
	"errors"
	"maps"
)

// The kinds of changes, by which the instances of one server tell each other of
// them: of the lists of tools, prompts and resources, and of the contents of one
// resource.
const (
	KindTools     = "tools"
	KindPrompts   = "prompts"
	KindResources = "resources"
	KindContents  = "contents"
)

var changeKinds = [...]struct {
	kind string
	bit  changes
}{
	{KindTools, changedTools},
	{KindPrompts, changedPrompts},
	{KindResources, changedResources},
	{KindContents, changedContents},
}

// OnChange calls f for every change on this instance that clients are told of,
// so that other instances can tell theirs. uri is that of the resource, for
// KindContents. f must not block. OnChange must be called before the server
// serves; further calls add to it.
func (s *Server) OnChange(f func(kind, uri string)) { s.onChange = append(s.onChange, f) }

// Announce tells the clients of this instance of a change on another one.
// Unknown kinds are passed over: they may be of a newer version.
func (s *Server) Announce(kind, uri string) {
	for _, k := range changeKinds {
		if k.kind == kind {
			s.publish(k.bit, uri)
		}
	}
}

// AnnounceAt is Announce for a change that has a place among those of all
// instances: a text that is greater than those of earlier changes. [PlaceOf] gives
// it to ConnOptions.Out.
func (s *Server) AnnounceAt(at, kind, uri string) {
	for _, k := range changeKinds {
		if k.kind == kind {
			s.publishAt(at, k.bit, uri)
		}
	}
}

type placeKey struct{}

// PlaceOf reports whether a message tells of a change, and its place, "" when it has
// none. ctx is that of ConnOptions.Out.
func PlaceOf(ctx context.Context) (at string, change bool) {
	at, change = ctx.Value(placeKey{}).(string)
	return at, change
}

// Relay has f pass on the changes on this instance that clients are told of. When f
// returns true, the clients of this instance are told by AnnounceAt like those of
// all others; otherwise at once. Relay must be called before the server serves.
func (s *Server) Relay(f func(kind, uri string) bool) { s.relay = f }

// AnnounceAll tells the clients of this instance that everything they watch may
// have changed, for when changes elsewhere were missed.
func (s *Server) AnnounceAll() {
	s.publish(changedTools|changedPrompts|changedResources, "")
	for uri := range s.watched() {
		s.publish(changedContents, uri)
	}
}

// watched are the resources that somebody subscribed to.
func (s *Server) watched() map[string]bool {
	all := map[string]bool{}
	a := &s.audience
	a.mu.Lock()
	defer a.mu.Unlock()
	for l := range a.listeners {
		maps.Copy(all, l.uris)
	}
	for c := range a.sessions {
		c.mu.Lock()
		maps.Copy(all, c.subscriptions)
		c.mu.Unlock()
	}
	return all
}

// changed tells everybody of a change on this instance.
func (s *Server) changed(what changes, uri string) {
	for _, k := range changeKinds {
		switch {
		case what&k.bit == 0:
		case s.relay != nil && s.relay(k.kind, uri):
			s.expire(k.bit, uri)
		default:
			s.publish(k.bit, uri)
		}
	}
	for _, f := range s.onChange {
		for _, k := range changeKinds {
			if what&k.bit != 0 {
				f(k.kind, uri)
			}
		}
	}
}

// UseStateKeys sets Options.StateKeys where the program has not: all instances of
// a server need the same. It must be called before the server serves. A key of
// less than 32 bytes is an error.
func (s *Server) UseStateKeys(keys ...[]byte) error {
	for _, key := range keys {
		if len(key) < minStateKey {
			return errors.New("mcp: a state key has less than 32 bytes")
		}
	}
	if len(s.opts.StateKeys) == 0 {
		s.opts.StateKeys = keys
	}
	return nil
}

// UseTaskStore sets TaskOptions.Store where the program has not. It must be
// called before the server serves.
func (s *Server) UseTaskStore(t TaskStore) {
	if s.opts.Tasks.Store == nil {
		s.opts.Tasks.Store, s.tasks = t, t
	}
}

// UseMaxResult sets Options.MaxResult where the program has not. It must be called
// before the server serves.
func (s *Server) UseMaxResult(n int) {
	if s.opts.MaxResult == 0 {
		s.opts.MaxResult = n
	}
}

// UseStateUses sets Options.StateUses where the program has not. It must be called
// before the server serves.
func (s *Server) UseStateUses(u UseStore) {
	if s.opts.StateUses == nil {
		s.opts.StateUses = u
	}
}
