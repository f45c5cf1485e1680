package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	redis "github.com/redis/go-redis/v9"

	"github.com/mcpgen/mcpgen/runtime/store"
)

// changesField is the field of an entry of the stream of changes.
const changesField = "c"

func (s *Store) changes() string { return s.o.Prefix + "changes" }

// Publish implements store.Bus.
func (s *Store) Publish(ctx context.Context, c store.Change) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return s.do(ctx, func(ctx context.Context) error {
		return s.c.XAdd(ctx, &redis.XAddArgs{Stream: s.changes(), MaxLen: int64(s.o.MaxChanges), Approx: true, Values: []any{changesField, b}}).Err()
	})
}

// Settings of subscriptions.
const (
	resubscribe = 200 * time.Millisecond // how long to wait before a broken one is tried again
	listenFor   = 2 * time.Second        // how long Redis waits for a change before it is asked again
	atOnce      = 1000                   // changes that are read at a time
)

// place makes the text of an id, which is a time and a number.
func place(id string) string {
	ms, n, _ := parseID(id)
	return fmt.Sprintf("%020d-%020d", ms, n)
}

// entryAt gives the id of a place; false for a text that is none.
func entryAt(at string) (id string, ok bool) {
	ms, n, err := parseID(at)
	id = fmt.Sprintf("%d-%d", ms, n)
	return id, err == nil && place(id) == at
}

func parseID(id string) (ms, n uint64, err error) {
	a, b, _ := strings.Cut(id, "-")
	ms, errA := strconv.ParseUint(a, 10, 64)
	n, errB := strconv.ParseUint(b, 10, 64)
	return ms, n, errors.Join(errA, errB)
}

// changeOf reads an entry.
func changeOf(m redis.XMessage) (c store.Change) {
	text, _ := m.Values[changesField].(string)
	if json.Unmarshal([]byte(text), &c) != nil {
		c = store.Change{} // of a newer version: only its place counts
	}
	c.At = place(m.ID)
	return c
}

// Since implements store.Bus.
func (s *Store) Since(ctx context.Context, at string) ([]store.Change, error) {
	id, ok := entryAt(at)
	if !ok {
		return nil, store.ErrGap
	}
	var found []redis.XMessage
	err := s.do(ctx, func(ctx context.Context) (err error) {
		found, err = s.c.XRange(ctx, s.changes(), id, "+").Result()
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0 || found[0].ID != id:
		return nil, store.ErrGap
	}
	out := make([]store.Change, 0, len(found)-1)
	for _, m := range found[1:] {
		out = append(out, changeOf(m))
	}
	return out, nil
}

// Subscribe implements store.Bus. What is published while the connection is lost is
// read afterwards; lost is called when the stream no longer has all of it.
func (s *Store) Subscribe(f func(store.Change), lost func()) (cancel func(), err error) {
	ctx, stop := context.WithCancel(context.Background())
	l := &listener{s: s, f: f, lost: lost}
	s.background(func(closed context.Context) {
		defer context.AfterFunc(closed, stop)()
		for ctx.Err() == nil {
			l.listen(ctx)
			select {
			case <-ctx.Done():
			case <-time.After(resubscribe):
			}
		}
	})
	return func() {
		stop()
		l.mu.Lock()
		defer l.mu.Unlock()
		l.over = true
	}, nil
}

// A listener is a subscription.
type listener struct {
	s    *Store
	f    func(store.Change)
	last string // the id of the last change; "" before the first connection

	mu   sync.Mutex // around f and lost
	lost func()
	over bool
}

func (l *listener) call(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		f()
	}
}

// listen hands out changes until the connection breaks.
func (l *listener) listen(ctx context.Context) {
	if l.begin(ctx) != nil {
		return
	}
	for ctx.Err() == nil {
		found, err := l.s.c.XRead(ctx, &redis.XReadArgs{Streams: []string{l.s.changes(), l.last}, Count: atOnce, Block: listenFor}).Result()
		if errors.Is(err, redis.Nil) {
			continue
		}
		if err != nil {
			return
		}
		messages := found[0].Messages
		// Where changes were dropped that had not been read, many follow.
		if len(messages) >= min(atOnce, l.s.o.MaxChanges) {
			still, err := l.s.c.XRange(ctx, l.s.changes(), l.last, l.last).Result()
			if err != nil {
				return
			}
			if len(still) == 0 {
				l.call(l.lost)
			}
		}
		for _, m := range messages {
			l.last = m.ID
			l.call(func() { l.f(changeOf(m)) })
		}
	}
}

// begin finds the place to go on from. Where there is none, the stream is new or has
// lost it: an entry makes one.
func (l *listener) begin(ctx context.Context) error {
	if l.last != "" {
		found, err := l.s.c.XRange(ctx, l.s.changes(), l.last, l.last).Result()
		if err != nil || len(found) == 1 {
			return err
		}
	}
	newest, err := l.s.c.XRevRangeN(ctx, l.s.changes(), "+", "-", 1).Result()
	if err != nil {
		return err
	}
	again := l.last != ""
	if len(newest) == 1 {
		l.last = newest[0].ID
	} else if l.last, err = l.s.c.XAdd(ctx, &redis.XAddArgs{Stream: l.s.changes(), Values: []any{changesField, "{}"}}).Result(); err != nil {
		return err
	}
	if again {
		l.call(l.lost)
	}
	l.call(func() { l.f(store.Change{At: place(l.last)}) })
	return nil
}
