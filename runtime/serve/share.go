package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

const (
	// untold is how many changes may wait to be told to other instances. When
	// there are more, the last ones are lost.
	untold = 1024
	// tellTimeout is how long the store may take to pass one on.
	tellTimeout = 5 * time.Second
)

// share connects this instance with others, in its region and elsewhere, until the
// function that it returns is called.
func share(s *mcp.Server, c *Config) (func(), error) {
	me := c.Instance + "-" + rand.Text()
	if c.Store == nil {
		s.UseCallStore(mcp.NewCallStore(0))
	} else {
		s.UseCallStore(store.NewCalls(c.Store.KV()))
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
	cancel, err := c.Store.Subscribe(func(ch store.Change) {
		switch {
		case ch.From == me:
		case ch.Kind == changeTask:
			tasks.told(ch.URI)
		default:
			s.Announce(ch.Kind, ch.URI)
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
	changes := make(chan store.Change, untold)
	s.OnChange(func(kind, uri string) {
		select {
		case changes <- store.Change{Kind: kind, URI: uri, From: me}:
		default:
			s.Logger().Warn("a change was not told to other instances: too many at a time", "kind", kind)
		}
	})
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case ch := <-changes:
				ctx, cancel := context.WithTimeout(context.Background(), tellTimeout)
				if err := c.Store.Publish(ctx, ch); err != nil {
					s.Logger().Warn("a change was not told to other instances", "kind", ch.Kind, "error", err)
				}
				cancel()
			case <-done:
				return
			}
		}
	}()
	return func() {
		stopRenewing()
		close(done)
		<-ended
		cancel()
	}, nil
}

// sharedEvents keeps the events of streams in a store.
type sharedEvents struct{ store.Events }

// Append implements mcphttp.EventStore.
func (e sharedEvents) Append(ctx context.Context, session, stream string, ev mcphttp.Event) error {
	return e.Events.Append(ctx, session, stream, store.Event(ev))
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
