package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// tellTimeout is how long the store may take to pass a change on.
const tellTimeout = time.Second

// share connects this instance with others, in its region and elsewhere, until the
// function that it returns is called.
func share(s *mcp.Server, c *Config) (func(), error) {
	me := c.Instance + "-" + rand.Text()
	if c.Store == nil {
		s.UseCallStore(mcp.NewCallStore(0))
	} else {
		s.UseCallStore(store.NewCalls(c.Store.KV()))
	}
	if c.StateOnce {
		s.UseStateUses(c.uses())
	}
	var stops []func()
	if c.Store != nil && !c.Stateless { // otherwise nothing goes on between requests
		stop, err := shareChanges(s, c, me)
		if err != nil {
			return nil, err
		}
		stops = append(stops, stop)
	}
	if c.edge != nil && !c.Stateless {
		stops = append(stops, c.edge.Tell(s, me))
	}
	return func() {
		for _, stop := range slices.Backward(stops) {
			stop()
		}
	}, nil
}

// shareChanges tells other instances of changes on this one, and clients of
// changes on others, until the function that it returns is called. Tasks are
// shared as well. me is the name of this instance.
func shareChanges(s *mcp.Server, c *Config, me string) (stop func(), err error) {
	tasks := newSharedTasks(c.Store, me)
	s.UseTaskStore(tasks)
	log := &sharedLog{bus: c.Store, me: me}
	c.log = log
	others := &alike{bus: c.Store, me: me, own: s.Fingerprint, log: s.Logger()}
	cancel, err := c.Store.Subscribe(func(ch store.Change) {
		log.place.Store(&ch.At) // before anybody is told
		if ch.Kind == "" {      // the subscription stands
			others.begun()
		}
		switch {
		case ch.Kind == changeTask && ch.From != me:
			tasks.told(ch.URI)
		case ch.Kind == changeHello:
			others.heard(ch)
		case ch.Kind != changeTask:
			s.AnnounceAt(ch.At, ch.Kind, ch.URI)
			if told := log.told.Load(); told != nil {
				(*told)(context.Background(), mcp.Change{Kind: ch.Kind, URI: ch.URI, Data: ch.Data, At: ch.At})
			}
		}
	}, func() {
		s.AnnounceAll()
		tasks.toldAll()
	})
	if err != nil {
		return nil, err
	}
	renewing, stopRenewing := context.WithCancel(context.Background())
	go tasks.renew(renewing)
	s.Relay(func(kind, uri string) bool {
		if log.place.Load() == nil {
			return false // nothing would come back
		}
		ctx, cancel := context.WithTimeout(context.Background(), tellTimeout)
		defer cancel()
		err := c.Store.Publish(ctx, store.Change{Kind: kind, URI: uri, From: me})
		if err != nil {
			s.Logger().Warn("a change was not told to other instances", "kind", kind, "error", err)
		}
		return err == nil
	})
	return func() {
		stopRenewing()
		cancel()
		others.wg.Wait()
	}, nil
}

// A sharedLog is what instances tell each other of. It is a mcp.ChangeLog.
type sharedLog struct {
	bus   store.Bus
	me    string
	place atomic.Pointer[string] // nil before the subscription has begun
	told  atomic.Pointer[func(context.Context, mcp.Change)]
}

// Place implements mcp.ChangeLog.
func (l *sharedLog) Place() string {
	if at := l.place.Load(); at != nil {
		return *at
	}
	return ""
}

// Publish implements mcp.ChangeLog.
func (l *sharedLog) Publish(ctx context.Context, c mcp.Change) error {
	return l.bus.Publish(ctx, store.Change{Kind: c.Kind, URI: c.URI, Data: c.Data, From: l.me})
}

// Since implements mcp.ChangeLog.
func (l *sharedLog) Since(ctx context.Context, at string) ([]mcp.Change, error) {
	changes, err := l.bus.Since(ctx, at)
	if errors.Is(err, store.ErrGap) {
		err = mcp.ErrGap
	}
	out := make([]mcp.Change, len(changes))
	for i, c := range changes {
		out[i] = mcp.Change{Kind: c.Kind, URI: c.URI, Data: c.Data, At: c.At}
	}
	return out, err
}

// changes is what instances tell each other of; nil when there is only this one.
func (c *Config) changes() mcp.ChangeLog {
	if c.log == nil {
		return nil
	}
	return c.log
}

// uses is where it is kept which states have been used.
func (c *Config) uses() mcp.UseStore {
	if c.Store == nil {
		return mcp.NewUseStore(0)
	}
	return store.NewUses(c.Store.KV())
}

// sharedState keeps what sessions ask for in a store.
type sharedState struct{ kv store.KV }

// Save implements mcp.StateStore.
func (s sharedState) Save(ctx context.Context, session string, state []byte, ttl time.Duration) error {
	return s.kv.Put(ctx, "session:"+session, state, ttl)
}

// Load implements mcp.StateStore.
func (s sharedState) Load(ctx context.Context, session string) ([]byte, error) {
	state, err := s.kv.Get(ctx, "session:"+session)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return state, err
}

// state is where what sessions ask for is kept; nil is in this process.
func (c *Config) state() mcp.StateStore {
	if c.Store == nil {
		return nil
	}
	return sharedState{c.Store.KV()}
}

// sharedEvents keeps the events of streams in a store.
type sharedEvents struct{ store.Events }

// Append implements mcphttp.EventStore.
func (e sharedEvents) Append(ctx context.Context, session, stream string, events ...mcphttp.Event) error {
	in := make([]store.Event, len(events))
	for i, ev := range events {
		in[i] = store.Event(ev)
	}
	return e.Events.Append(ctx, session, stream, in...)
}

// After implements mcphttp.EventStore.
func (e sharedEvents) After(ctx context.Context, session, stream string, seq uint64) ([]mcphttp.Event, error) {
	events, err := e.Events.After(ctx, session, stream, seq)
	out := make([]mcphttp.Event, len(events))
	for i, ev := range events {
		out[i] = mcphttp.Event(ev)
	}
	return out, err
}

// events is where the events of streams are kept; nil is in this process.
func (c *Config) events() mcphttp.EventStore {
	if c.Store == nil {
		return nil
	}
	return sharedEvents{c.Store}
}

// sharedEnds keeps which sessions have been ended in a store.
type sharedEnds struct{ kv store.KV }

func endKey(session string) string { return "ended:" + session }

// End implements mcphttp.EndedStore.
func (e sharedEnds) End(ctx context.Context, session string, ttl time.Duration) error {
	return e.kv.Put(ctx, endKey(session), []byte{1}, ttl)
}

// Ended implements mcphttp.EndedStore.
func (e sharedEnds) Ended(ctx context.Context, session string) (bool, error) {
	_, err := e.kv.Get(ctx, endKey(session))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// ended is where the ends of sessions are kept; nil is in this process.
func (c *Config) ended() mcphttp.EndedStore {
	if c.Store == nil {
		return nil
	}
	return sharedEnds{c.Store.KV()}
}
