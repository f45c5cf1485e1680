package mcp

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// extensionRepeat is the extension by which a server says that it honours
// idempotency keys. Before 2026-07-28 it is an experimental capability.
const extensionRepeat = "io.github.mcpgen/idempotency"

const (
	callLife  = 10 * time.Minute // how long the outcome of a call is kept
	runLife   = time.Hour        // how long a call that has not ended is remembered
	aliveLife = 6 * time.Second  // after which an instance that says nothing is gone
	aliveTell = 2 * time.Second  // how often it says that it is there

	maxRepeatKey  = 255     // bytes of a key
	maxKeptResult = 1 << 20 // bytes of an answer that is kept

	firstLook = 10 * time.Millisecond // how long a repeated call waits before it looks again
	lastLook  = 500 * time.Millisecond

	storeTime  = time.Second // how long the store may take for one step
	keepRounds = 10          // how often an outcome is tried to be kept
	maxUnkept  = 1000        // outcomes that wait for the store
)

// Phases of a call, the first byte of its record.
const (
	phaseRuns   = 'r' // it has been begun
	phaseEnded  = 'e' // with the answer in the record
	phaseUnkept = 'u' // with an answer that is too large to keep
	phaseLost   = 'l' // without an answer, by cancellation
)

func isRunning(record []byte) bool { return len(record) > 0 && record[0] == phaseRuns }

// A callRecord is what is known of a call that has a key.
type callRecord struct {
	phase    byte
	digest   []byte // of the arguments
	revision string
	owner    string // the instance that runs it, a dot, and which of its claims it is
	code     int64  // of the answer; 0: a result
	failed   bool   // the result says that the tool failed
	body     []byte // the answer without its head
}

func (r *callRecord) encode() []byte {
	b := appendField([]byte{r.phase}, r.digest)
	b = appendField(appendField(b, r.revision), r.owner)
	b = binary.AppendVarint(b, r.code)
	failed := byte(0)
	if r.failed {
		failed = 1
	}
	return appendField(append(b, failed), r.body)
}

func parseCallRecord(b []byte) (r callRecord, ok bool) {
	if len(b) == 0 {
		return r, false
	}
	r.phase = b[0]
	f := fields{rest: b[1:]}
	r.digest, r.revision, r.owner = f.next(), string(f.next()), string(f.next())
	code, n := binary.Varint(f.rest)
	if n <= 0 || len(f.rest) <= n {
		return r, false
	}
	r.code, r.failed = code, f.rest[n] == 1
	f.rest = f.rest[n+1:]
	r.body = f.next()
	return r, !f.bad && len(f.rest) == 0
}

// A repeater is what a server knows of calls with keys.
type repeater struct {
	store CallStore
	local CallStore // of calls that began while the store did not answer
	me    string    // this instance

	claims atomic.Uint64
	unkept atomic.Int64

	mu      sync.Mutex
	running int       // calls with keys
	told    time.Time // when this instance last said that it is there
	timer   *time.Timer
}

// A claim is a call that this exchange has to run, or an answer that it repeats.
type claim struct {
	key    string
	record callRecord
	local  bool // the store did not answer
	replay bool // record is the answer
}

// UseCallStore makes the server honour idempotency keys, where the program has not
// set Options.Calls. It must be called before the server serves.
func (s *Server) UseCallStore(c CallStore) {
	if s.repeats == nil && c != nil {
		s.repeats = &repeater{store: c, local: NewCallStore(0), me: rand.Text()}
		s.registry.current.Store(nil) // it is told to clients
	}
}

// repeatSettings are the settings of the extension.
func (r *repeater) settings() string {
	if r.store.Shared() {
		return `{"shared":true,"ttlMs":600000}`
	}
	return `{"shared":false,"ttlMs":600000}`
}

// SetIdempotencyKey gives the message the key that came beside it, such as in a
// header, and reports false when the message has another one.
func (m *Message) SetIdempotencyKey(key string) bool {
	if m.env.Key == nil {
		m.env.Key = []byte(key)
	}
	return string(m.env.Key) == key
}

// claim sees to it that a call with a key runs once. It reports whether the
// outcome is there already: then nothing runs.
func (x *exchange) claim(ctx context.Context, op *operation, args []byte) (repeated bool, err error) {
	r, key := x.s.repeats, x.m.env.Key
	if r == nil || key == nil || op.kind != "tool" {
		return false, nil
	}
	if len(key) == 0 || len(key) > maxRepeatKey || !utf8.Valid(key) {
		return false, &WireError{Code: CodeInvalidParams, Message: "the idempotency key must have 1 to 255 bytes"}
	}
	c := &claim{key: x.repeatKey(op), record: callRecord{phase: phaseRuns, digest: digest(args), revision: x.rev.String(), owner: r.me + "." + strconv.FormatUint(r.claims.Add(1), 36)}}
	for {
		kept, store, err := r.claim(ctx, c, x.again())
		if err != nil {
			return false, err
		}
		if kept == nil {
			x.claimed = c
			if ctx.Err() != nil { // nobody waits any more, and nothing has run
				x.unclaim()
				return false, context.Cause(ctx)
			}
			return false, nil
		}
		had, ok := parseCallRecord(kept)
		switch {
		case !ok:
			return false, errBegun("the record of the call cannot be read")
		case string(had.digest) != string(c.record.digest):
			return false, &WireError{Code: CodeInvalidParams, Message: "the idempotency key was used with other arguments"}
		case had.revision != c.record.revision:
			return false, &WireError{Code: CodeInvalidParams, Message: "the idempotency key was used with revision " + had.revision}
		}
		if had.phase == phaseRuns {
			if had, err = r.await(ctx, store, c.key, had); err != nil {
				return false, err
			}
		}
		switch had.phase {
		case phaseEnded:
			c.record, c.replay = had, true
			x.claimed = c
			return true, nil
		case phaseUnkept:
			return false, errBegun("the call has run; its result was too large to be kept")
		case phaseLost:
			return false, errBegun("the call was cancelled; it may have run in part")
		}
		// It did not run after all.
	}
}

// errBegun tells of a call that may have run, and will not run again.
func errBegun(text string) error {
	return &WireError{Code: CodeInternalError, Message: text, Data: []byte(`{"begun":true}`)}
}

// repeatKey is what a call is remembered by. Each round of questions is a call of
// its own.
func (x *exchange) repeatKey(op *operation) string {
	var b []byte
	if p := x.principal(); p != nil {
		b = appendField(appendField(b, p.Issuer), p.Subject)
	}
	b = appendField(b, op.name)
	b = appendField(b, x.m.env.Key)
	b = appendField(b, x.m.env.RequestState)
	b = appendField(b, digest(x.m.env.InputResponses))
	sum := sha256.Sum256(b)
	return "call:" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// again reports whether the client says that it has sent the call before.
func (x *exchange) again() bool {
	again := false
	members(x.m.env.Meta, func(key string, value []byte) {
		if key == jsonrpc.MetaAttempt {
			again = string(value) != "1"
		}
	})
	return again
}

// claim keeps the record of a call unless there is one. store is the one that has
// it.
func (r *repeater) claim(ctx context.Context, c *claim, again bool) (kept []byte, store CallStore, err error) {
	if kept, _ := r.local.Kept(ctx, c.key); kept != nil { // memory does not fail
		return kept, r.local, nil
	}
	// A caller that leaves is no store that does not answer: that would run the call
	// here, while it is sent again to somebody who hears nothing of it.
	step, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	if err = r.begin(step); err == nil {
		record := c.record.encode()
		if kept, err = r.store.Claim(step, c.key, record, runLife); err == nil {
			if bytes.Equal(kept, record) { // told again after a broken connection
				kept = nil
			}
			if kept != nil {
				r.end()
			}
			return kept, r.store, nil
		}
		r.end()
	}
	if again { // it may have run where nobody can be asked now
		return nil, nil, &WireError{Code: CodeClosing, Message: "it cannot be told now whether the call has run before", Data: []byte(`{"begun":true}`)}
	}
	c.local = true
	kept, err = r.local.Claim(ctx, c.key, c.record.encode(), runLife)
	return kept, r.local, err
}

// await waits for the end of a call that runs elsewhere. The phase of what it
// gives is 0 when the call did not run.
func (r *repeater) await(ctx context.Context, store CallStore, key string, had callRecord) (callRecord, error) {
	timer := time.NewTimer(firstLook)
	defer timer.Stop()
	for wait := firstLook; ; wait = min(2*wait, lastLook) {
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return had, context.Cause(ctx)
		case <-timer.C:
		}
		// Whether it is alive comes first: it may end the call before it is gone.
		gone, err := r.gone(ctx, had.owner)
		if err != nil {
			return had, errBegun("it cannot be told now how the call has ended")
		}
		kept, err := store.Kept(ctx, key)
		if err != nil {
			return had, errBegun("it cannot be told now how the call has ended")
		}
		if kept == nil {
			return callRecord{}, nil
		}
		now, ok := parseCallRecord(kept)
		if !ok {
			return had, errBegun("the record of the call cannot be read")
		}
		if now.phase != phaseRuns {
			return now, nil
		}
		if gone {
			return had, errBegun("the instance that began the call is gone: the call may have run")
		}
	}
}

// gone reports whether an instance says nothing any more.
func (r *repeater) gone(ctx context.Context, owner string) (bool, error) {
	owner, _, _ = strings.Cut(owner, ".")
	if owner == r.me || !r.store.Shared() {
		return false, nil
	}
	kept, err := r.store.Kept(ctx, "alive:"+owner)
	return kept == nil, err
}

// begin counts a call in. While there is one, this instance says that it is there.
func (r *repeater) begin(ctx context.Context) error {
	if !r.store.Shared() {
		return nil
	}
	r.mu.Lock()
	due := time.Since(r.told) > aliveTell
	r.mu.Unlock()
	if due {
		if err := r.tell(ctx); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running++
	if r.timer == nil {
		r.timer = time.AfterFunc(aliveTell, r.beat)
	}
	return nil
}

// end counts a call out.
func (r *repeater) end() {
	if !r.store.Shared() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running--
}

func (r *repeater) tell(ctx context.Context) error {
	now := time.Now()
	if err := r.store.Keep(ctx, "alive:"+r.me, []byte{1}, aliveLife); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = now
	return nil
}

// beat says that this instance is there, until no call with a key runs.
func (r *repeater) beat() {
	ctx, cancel := context.WithTimeout(context.Background(), storeTime)
	_ = r.tell(ctx) // the next beat tries again
	cancel()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running == 0 {
		r.timer = nil
		return
	}
	r.timer.Reset(aliveTell)
}

// unclaim lets a call that has not run be sent again.
func (x *exchange) unclaim() {
	c := x.claimed
	if c == nil || c.replay {
		return
	}
	x.claimed = nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.f.parent), storeTime)
	defer cancel()
	if c.local {
		_ = x.s.repeats.local.Free(ctx, c.key) // memory does not fail
		return
	}
	if err := x.s.repeats.store.Free(ctx, c.key); err != nil {
		x.s.opts.Logger.Warn("a call that did not run cannot be sent again with its key", "error", err)
	}
	x.s.repeats.end()
}

// settle remembers the answer of a call that had a key, before it is sent.
func (x *exchange) settle(msg []byte, code int, failed bool) {
	if x.claimed == nil || x.claimed.replay {
		return
	}
	rec := &x.claimed.record
	rec.phase, rec.code, rec.failed = phaseUnkept, int64(code), failed
	if code == CodeClosing { // it was stopped
		rec.phase = phaseLost
	} else if body := msg[len(jsonrpc.AppendHead(nil, x.m.env.ID)):]; len(body) <= maxKeptResult {
		rec.phase, rec.body = phaseEnded, body
	}
	x.s.keepCall(x.claimed)
	x.claimed = nil
}

// forsake remembers that a call with a key was given up, with its answer if there
// is one all the same.
func (x *exchange) forsake(err error) {
	switch {
	case x.claimed == nil || x.claimed.replay:
	case err == nil:
		x.settle(x.result(), 0, x.call.failed)
	default:
		x.claimed.record.phase = phaseLost
		x.s.keepCall(x.claimed)
		x.claimed = nil
	}
}

// keepCall keeps how a call has ended. When the store does not answer it is tried
// again for a while.
func (s *Server) keepCall(c *claim) {
	r, record := s.repeats, c.record.encode()
	if c.local {
		_ = r.local.Keep(context.Background(), c.key, record, callLife) // memory does not fail
	}
	var try func(round int)
	try = func(round int) {
		ctx, cancel := context.WithTimeout(context.Background(), storeTime)
		defer cancel()
		err := r.store.Keep(ctx, c.key, record, callLife)
		switch {
		case err == nil:
		case round == 0 && r.unkept.Add(1) <= maxUnkept, round > 0 && round < keepRounds:
			time.AfterFunc(time.Second, func() { try(round + 1) })
			return
		default:
			s.opts.Logger.Warn("the outcome of a call with an idempotency key cannot be kept", "error", err)
		}
		if err != nil || round > 0 {
			r.unkept.Add(-1)
		}
		if !c.local {
			r.end()
		}
	}
	try(0)
}

// repeat sends the answer that the call had before.
func (x *exchange) repeat(ctx context.Context) {
	rec := &x.claimed.record
	code := int(rec.code)
	x.observed(Outcome{Code: code, Failed: rec.failed, Repeated: true})
	msg := append(jsonrpc.AppendHead(x.call.enc.Bytes()[:0], x.m.env.ID), rec.body...)
	x.call.enc.Reset(msg)
	x.s.sent(x.out.Respond(ctx, msg, code))
}
