package redis

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	redis "github.com/redis/go-redis/v9"

	"github.com/mcpgen/mcpgen/runtime/store"
)

// Publish implements store.Bus.
func (s *Store) Publish(ctx context.Context, c store.Change) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return s.do(func() error { return s.c.Publish(ctx, s.o.Prefix+"changes", b).Err() })
}

// resubscribe is how long to wait before a broken subscription is tried again.
const resubscribe = 200 * time.Millisecond

// Subscribe implements store.Bus. Whenever the connection was lost and is there
// again, lost is called.
func (s *Store) Subscribe(f func(store.Change), lost func()) (cancel func(), err error) {
	ctx, stop := context.WithCancel(context.Background())
	var mu sync.Mutex // around f and lost
	over := false
	call := func(g func()) {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			g()
		}
	}
	s.background(func(closed context.Context) {
		defer context.AfterFunc(closed, stop)()
		for begun := false; ctx.Err() == nil; {
			ps := s.c.Subscribe(ctx, s.o.Prefix+"changes")
			begun = listen(ctx, ps, begun, call, f, lost)
			_ = ps.Close() // it is over
			select {
			case <-ctx.Done():
			case <-time.After(resubscribe):
			}
		}
	})
	return func() {
		stop()
		mu.Lock()
		defer mu.Unlock()
		over = true
	}, nil
}

// listen hands out changes until the connection breaks. It reports whether there
// has been a subscription: the next one begins with a gap then.
func listen(ctx context.Context, ps *redis.PubSub, begun bool, call func(func()), f func(store.Change), lost func()) bool {
	for {
		// Receive, unlike Channel, tells when the connection breaks.
		msg, err := ps.Receive(ctx)
		switch m := msg.(type) {
		case *redis.Subscription:
			if begun {
				call(lost)
			}
			begun = true
		case *redis.Message:
			var c store.Change
			if json.Unmarshal([]byte(m.Payload), &c) == nil {
				call(func() { f(c) })
			}
		}
		if err != nil {
			return begun
		}
	}
}
