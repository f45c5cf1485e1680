package redis

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	redis "github.com/redis/go-redis/v9"

	"github.com/mcpgen/mcpgen/runtime/store"
)

// Tasks gives the tasks.
func (s *Store) Tasks() store.Tasks { return tasks{s} }

// tasks keeps each task in a hash, with the ids of a principal's tasks in a sorted
// set, by the time at which they expire.
type tasks struct{ s *Store }

// Answers of the scripts.
const (
	done     = 1
	exists   = 2
	missing  = 3
	conflict = 4
	leased   = 5
)

var (
	createScript = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 2 end
redis.call('HSET', KEYS[1], 'principal', ARGV[1], 'state', ARGV[2], 'expires', ARGV[3], 'version', 1)
if ARGV[3] ~= '0' then redis.call('PEXPIREAT', KEYS[1], ARGV[3]) end
redis.call('ZADD', KEYS[2], ARGV[3] == '0' and '+inf' or ARGV[3], ARGV[4])
return 1`)

	updateScript = redis.NewScript(`
if redis.call('HGET', KEYS[1], 'principal') ~= ARGV[1] then return 3 end
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[5] then return 4 end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'expires', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'version', 1)
if ARGV[3] ~= '0' then redis.call('PEXPIREAT', KEYS[1], ARGV[3]) else redis.call('PERSIST', KEYS[1]) end
redis.call('ZADD', KEYS[2], ARGV[3] == '0' and '+inf' or ARGV[3], ARGV[4])
return 1`)

	leaseScript = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 3 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local owner, till = redis.call('HGET', KEYS[1], 'owner'), tonumber(redis.call('HGET', KEYS[1], 'leased') or '0')
if owner and owner ~= ARGV[1] and now < till then return 5 end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'leased', string.format('%.0f', now + tonumber(ARGV[2])))
return 1`)
)

// run runs a script that answers with one of the codes.
func (t tasks) run(ctx context.Context, script *redis.Script, keys []string, args ...any) error {
	var code int
	err := t.s.do(ctx, func(ctx context.Context) (err error) {
		code, err = script.Run(ctx, t.s.c, keys, args...).Int()
		return err
	})
	if err != nil {
		return err
	}
	switch code {
	case done:
		return nil
	case exists:
		return store.ErrExists
	case conflict:
		return store.ErrConflict
	case leased:
		return store.ErrLeased
	}
	return store.ErrNotFound
}

func (t tasks) keys(task *store.Task) []string {
	return []string{t.s.key("task", task.ID), t.s.key("tasks", task.Principal)}
}

func millis(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli()
}

// Create implements store.Tasks.
func (t tasks) Create(ctx context.Context, task store.Task) error {
	return t.run(ctx, createScript, t.keys(&task), task.Principal, task.State, millis(task.Expires), task.ID)
}

// Update implements store.Tasks.
func (t tasks) Update(ctx context.Context, task store.Task, v store.Version) error {
	return t.run(ctx, updateScript, t.keys(&task), task.Principal, task.State, millis(task.Expires), task.ID, uint64(v))
}

// Get implements store.Tasks.
func (t tasks) Get(ctx context.Context, id, principal string) (store.Task, store.Version, error) {
	var h map[string]string
	err := t.s.do(ctx, func(ctx context.Context) (err error) {
		h, err = t.s.c.HGetAll(ctx, t.s.key("task", id)).Result()
		return err
	})
	if err != nil {
		return store.Task{}, 0, err
	}
	version, errV := strconv.ParseUint(h["version"], 10, 64)
	expires, errE := strconv.ParseInt(h["expires"], 10, 64)
	if errors.Join(errV, errE) != nil || h["principal"] != principal && principal != store.Anyone {
		return store.Task{}, 0, store.ErrNotFound
	}
	task := store.Task{ID: id, Principal: h["principal"], State: []byte(h["state"])}
	if expires != 0 {
		task.Expires = time.UnixMilli(expires)
	}
	return task, store.Version(version), nil
}

// List implements store.Tasks.
func (t tasks) List(ctx context.Context, principal string, limit int) ([]string, error) {
	key := t.s.key("tasks", principal)
	var ids []string
	err := t.s.do(ctx, func(ctx context.Context) (err error) {
		now := strconv.FormatInt(time.Now().UnixMilli(), 10)
		if err = t.s.c.ZRemRangeByScore(ctx, key, "-inf", "("+now).Err(); err != nil {
			return err
		}
		ids, err = t.s.c.ZRange(ctx, key, 0, -1).Result()
		return err
	})
	slices.Sort(ids)
	return ids[:min(limit, len(ids))], err
}

// Lease implements store.Tasks.
func (t tasks) Lease(ctx context.Context, id, owner string, ttl time.Duration) error {
	return t.run(ctx, leaseScript, []string{t.s.key("task", id)}, owner, ttl.Milliseconds())
}

// KV gives the values.
func (s *Store) KV() store.KV { return kv{s} }

type kv struct{ s *Store }

// PutNew implements store.KV.
func (k kv) PutNew(ctx context.Context, key string, value []byte, ttl time.Duration) (ok bool, err error) {
	err = k.s.do(ctx, func(ctx context.Context) (err error) {
		ok, err = k.s.c.SetNX(ctx, k.s.key("value", key), value, ttl).Result()
		return err
	})
	return ok, err
}

// Put implements store.KV.
func (k kv) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return k.s.do(ctx, func(ctx context.Context) error { return k.s.c.Set(ctx, k.s.key("value", key), value, ttl).Err() })
}

// Get implements store.KV.
func (k kv) Get(ctx context.Context, key string) (value []byte, err error) {
	err = k.s.do(ctx, func(ctx context.Context) (err error) {
		value, err = k.s.c.Get(ctx, k.s.key("value", key)).Bytes()
		return err
	})
	if errors.Is(err, redis.Nil) {
		err = store.ErrNotFound
	}
	return value, err
}

// Delete implements store.KV.
func (k kv) Delete(ctx context.Context, key string) error {
	return k.s.do(ctx, func(ctx context.Context) error { return k.s.c.Del(ctx, k.s.key("value", key)).Err() })
}
