// Package redis is a [store.Store] in Redis or Valkey, for servers of several
// instances. It is apart from package store because of the library that it
// needs.
//
// Counters and leases are changed by scripts that run in the server, with its
// clock. The events of a stream are a list with a time to live; changes are a
// stream. Every command has 300 ms, and after a few failures in a row nothing is
// asked until the server answers a ping in the background, so that one which is
// down, or does not answer, costs calls no time.
package redis

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	redis "github.com/redis/go-redis/v9"

	"github.com/mcpgen/mcpgen/runtime/store"
)

// Options are the choices of [Open].
type Options struct {
	Prefix    string        // before every key and the channel; "": "mcp:"
	EventTTL  time.Duration // how long events of a stream are kept after its last; 0: 1 h
	MaxEvents int           // of one stream; 0: 1000

	// MaxChanges is how many changes are kept for whoever missed them; 0: 20 000.
	MaxChanges int
}

// Defaults and settings of the connection.
const (
	defaultPrefix    = "mcp:"
	defaultEventTTL  = time.Hour
	defaultMaxEvents = 1000

	defaultMaxChanges = 20_000

	commandTimeout = 300 * time.Millisecond
	failuresInARow = 3
	pause          = 200 * time.Millisecond // between pings
)

// ErrDown tells that the server did not answer a moment ago, and was not asked.
var ErrDown = errors.New("redis: the server does not answer")

// A Store is a [store.Store].
type Store struct {
	o Options
	c *redis.Client

	failures atomic.Int64 // in a row
	down     atomic.Bool  // nothing is asked until it answers a ping

	mu     sync.Mutex
	closed bool
	stop   context.CancelFunc
	ctx    context.Context //nolint:containedctx // the life of what runs in the background
	work   sync.WaitGroup
}

// Open makes a store from a URL: redis://user:password@host:port/db, or
// rediss:// for TLS. It does not wait for the server. A nil o has the defaults.
func Open(url string, o *Options) (*Store, error) {
	opt, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("redis: the URL cannot be read: %w", err)
	}
	silence()
	opt.MaxRetries = 1
	opt.DialTimeout, opt.ReadTimeout, opt.WriteTimeout = commandTimeout, commandTimeout, commandTimeout
	opt.DialerRetries = 1
	opt.PoolTimeout = commandTimeout
	opt.ContextTimeoutEnabled = true
	s := &Store{c: redis.NewClient(opt)}
	if o != nil {
		s.o = *o
	}
	if s.o.Prefix == "" {
		s.o.Prefix = defaultPrefix
	}
	if s.o.EventTTL <= 0 {
		s.o.EventTTL = defaultEventTTL
	}
	if s.o.MaxEvents <= 0 {
		s.o.MaxEvents = defaultMaxEvents
	}
	if s.o.MaxChanges <= 0 {
		s.o.MaxChanges = defaultMaxChanges
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s, nil
}

// silence keeps the library from writing to standard error while the server is
// away, several times a second. Callers get every error.
var silence = sync.OnceFunc(func() { redis.SetLogger(nobody{}) })

type nobody struct{}

func (nobody) Printf(context.Context, string, ...any) {}

// do runs a command within its time, unless the server does not answer.
func (s *Store) do(ctx context.Context, f func(ctx context.Context) error) error {
	if s.down.Load() {
		return ErrDown
	}
	within, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	err := f(within)
	var answered redis.Error
	switch {
	case err == nil, errors.Is(err, redis.Nil), errors.As(err, &answered):
		s.failures.Store(0)
	case ctx.Err() != nil: // the caller has not waited for the answer
	case s.failures.Add(1) >= failuresInARow && s.down.CompareAndSwap(false, true):
		s.background(s.revive)
	}
	return err
}

// revive pings the server until it answers.
func (s *Store) revive(ctx context.Context) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		within, cancel := context.WithTimeout(ctx, commandTimeout)
		err := s.c.Ping(within).Err()
		cancel()
		var answered redis.Error
		if err == nil || errors.As(err, &answered) {
			s.failures.Store(0)
			s.down.Store(false)
			return
		}
	}
}

func (s *Store) key(kind, name string) string { return s.o.Prefix + kind + ":" + name }

// Ping asks the server for an answer.
func (s *Store) Ping(ctx context.Context) error { return s.c.Ping(ctx).Err() }

// Close ends subscriptions and connections.
func (s *Store) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	err := s.c.Close()
	s.work.Wait()
	return err
}

// background runs f until it returns or the store is closed.
func (s *Store) background(f func(ctx context.Context)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.work.Go(func() { f(s.ctx) })
}

var (
	// windowScript counts in windows of a fixed length.
	windowScript = redis.NewScript(`
local n = tonumber(redis.call('GET', KEYS[1]) or '0')
local left = redis.call('PTTL', KEYS[1])
if left < 0 then n, left = 0, tonumber(ARGV[2]) end
if n + tonumber(ARGV[3]) > tonumber(ARGV[1]) then return {0, tonumber(ARGV[1]) - n, left} end
n = n + tonumber(ARGV[3])
redis.call('SET', KEYS[1], n, 'PX', left)
return {1, tonumber(ARGV[1]) - n, left}`)

	// smoothScript is the generic cell rate algorithm, in microseconds.
	smoothScript = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local window = tonumber(ARGV[2]) * 1000
local step = window / tonumber(ARGV[1])
local due = tonumber(redis.call('GET', KEYS[1]) or '0')
if due < now then due = now end
local after = due + step * tonumber(ARGV[3])
local ahead = after - now - window
if ahead > 0 then return {0, math.floor((window - (due - now)) / step), math.ceil((due - now) / 1000), math.ceil(ahead / 1000)} end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1)
return {1, math.floor((window - (after - now)) / step), math.ceil((after - now) / 1000), 0}`)
)

// Take implements store.Counter.
func (s *Store) Take(ctx context.Context, key string, l store.Limit, cost int) (store.Grant, error) {
	script := windowScript
	if l.Smooth {
		script = smoothScript
	}
	var out []int64
	err := s.do(ctx, func(ctx context.Context) (err error) {
		out, err = script.Run(ctx, s.c, []string{s.key("count", key)}, l.N, l.Window.Milliseconds(), cost).Int64Slice()
		return err
	})
	if err != nil {
		return store.Grant{}, err
	}
	g := store.Grant{OK: out[0] == 1, Remaining: int(max(0, out[1])), Reset: time.Duration(out[2]) * time.Millisecond}
	switch {
	case g.OK:
	case l.Smooth:
		g.Retry = time.Duration(out[3]) * time.Millisecond
	default:
		g.Retry = g.Reset
	}
	return g, nil
}
