package redis

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"github.com/mcpgen/mcpgen/runtime/store"
)

// head is the length of what is written before the data of an event.
const head = 9

var errEvent = errors.New("redis: an event that was not written by this package")

// Append implements store.Events. The streams of a session are remembered, so
// that Drop finds them.
func (s *Store) Append(ctx context.Context, session, stream string, events ...store.Event) error {
	if len(events) == 0 {
		return nil
	}
	items := make([]any, len(events))
	for i, ev := range events {
		item := binary.BigEndian.AppendUint64(make([]byte, 0, head+len(ev.Data)), ev.Seq)
		last := byte(0)
		if ev.Last {
			last = 1
		}
		items[i] = append(append(item, last), ev.Data...)
	}
	list, index := s.key("events", session+":"+stream), s.key("streams", session)
	return s.do(ctx, func(ctx context.Context) error {
		p := s.c.Pipeline()
		p.RPush(ctx, list, items...)
		p.LTrim(ctx, list, int64(-s.o.MaxEvents), -1)
		p.PExpire(ctx, list, s.o.EventTTL)
		p.SAdd(ctx, index, stream)
		p.PExpire(ctx, index, s.o.EventTTL)
		_, err := p.Exec(ctx)
		return err
	})
}

// After implements store.Events.
func (s *Store) After(ctx context.Context, session, stream string, seq uint64) ([]store.Event, error) {
	var items []string
	err := s.do(ctx, func(ctx context.Context) (err error) {
		items, err = s.c.LRange(ctx, s.key("events", session+":"+stream), 0, -1).Result()
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []store.Event
	for _, item := range items {
		if len(item) < head {
			return nil, errEvent
		}
		ev := store.Event{Seq: binary.BigEndian.Uint64([]byte(item)), Last: item[head-1] == 1, Data: []byte(item[head:])}
		if ev.Seq > seq {
			out = append(out, ev)
		}
	}
	return out, nil
}

// dropTimeout is how long forgetting a session may take.
const dropTimeout = 5 * time.Second

// Drop implements store.Events.
func (s *Store) Drop(session string) {
	s.background(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, dropTimeout)
		defer cancel()
		index := s.key("streams", session)
		_ = s.do(ctx, func(ctx context.Context) error { // what is left expires
			streams, err := s.c.SMembers(ctx, index).Result()
			if err != nil {
				return err
			}
			keys := []string{index}
			for _, stream := range streams {
				keys = append(keys, s.key("events", session+":"+stream))
			}
			return s.c.Del(ctx, keys...).Err()
		})
	})
}
