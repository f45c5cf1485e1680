package mcp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// sharedCalls is a CallStore of several servers, which can be switched off.
type sharedCalls struct {
	CallStore

	down  atomic.Bool
	slow  chan struct{} // claims wait until it is closed; nil: they do not
	twice bool          // claims are sent again, as after a connection that broke
}

func newSharedCalls() *sharedCalls { return &sharedCalls{CallStore: NewCallStore(0)} }

func (*sharedCalls) Shared() bool { return true }

var errOff = errors.New("switched off")

func (s *sharedCalls) Claim(ctx context.Context, key string, record []byte, ttl time.Duration) ([]byte, error) {
	if s.down.Load() {
		return nil, errOff
	}
	if s.slow != nil {
		select {
		case <-s.slow:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if s.twice {
		if kept, err := s.CallStore.Claim(ctx, key, record, ttl); kept != nil || err != nil {
			return kept, err
		}
	}
	return s.CallStore.Claim(ctx, key, record, ttl)
}

func (s *sharedCalls) Keep(ctx context.Context, key string, record []byte, ttl time.Duration) error {
	if s.down.Load() {
		return errOff
	}
	return s.CallStore.Keep(ctx, key, record, ttl)
}

func (s *sharedCalls) Kept(ctx context.Context, key string) ([]byte, error) {
	if s.down.Load() {
		return nil, errOff
	}
	return s.CallStore.Kept(ctx, key)
}

// keyed is a call with an idempotency key.
func keyed(id int, tool, key, args string, more ...string) string {
	meta := append([]string{`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}`, `"io.github.mcpgen/idempotencyKey":"` + key + `"`}, more...)
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,"arguments":%s,"_meta":{%s}}}`, id, tool, args, strings.Join(meta, ","))
}

const again = `"io.github.mcpgen/attempt":2`

// TestRepeat sends calls again: to the same server and to another one.
func TestRepeat(t *testing.T) {
	t.Parallel()
	var runs atomic.Int32
	calls := newSharedCalls()
	tools := map[string]func(context.Context, *Call) error{
		"count": func(_ context.Context, c *Call) error {
			c.Text(fmt.Sprint(runs.Add(1)))
			return nil
		},
		"fails":  func(context.Context, *Call) error { return Errorf("failed %d times", runs.Add(1)) },
		"breaks": func(context.Context, *Call) error { runs.Add(1); panic("no") },
		"large": func(_ context.Context, c *Call) error {
			runs.Add(1)
			c.Text(strings.Repeat("x", maxKeptResult))
			return nil
		},
	}
	s1, s2 := server(t, &Options{Calls: calls}, tools), server(t, &Options{Calls: calls}, tools)
	one, two := connect(t, s1), connect(t, s2)
	for tool, want := range map[string]string{"count": `"text":"`, "fails": "failed ", "breaks": "internal error"} {
		runs.Store(0)
		first := send(t.Context(), one, keyed(1, tool, tool, `{"a":1,"b":2}`))
		contains(t, first.answer, want)
		for i, c := range []*Conn{one, two} {
			r := send(t.Context(), c, keyed(i+7, tool, tool, `{"b":2, "a":1}`, again))
			if r.answer != strings.Replace(first.answer, `"id":1`, fmt.Sprintf(`"id":%d`, i+7), 1) || r.code != first.code {
				t.Errorf("%s again: %s, want %s", tool, r.answer, first.answer)
			}
		}
		if n := runs.Load(); n != 1 {
			t.Errorf("%s ran %d times", tool, n)
		}
	}
	r := send(t.Context(), two, keyed(3, "count", "count", `{"a":2}`))
	contains(t, r.answer, "other arguments")
	if r.code != CodeInvalidParams {
		t.Errorf("code %d", r.code)
	}
	runs.Store(0)
	send(t.Context(), two, keyed(3, "count", "another", `{}`))
	send(t.Context(), two, modern("4", "tools/call", calling("count")))
	if runs.Load() != 2 {
		t.Error("calls with another key, or without one, do not run")
	}
	send(t.Context(), one, keyed(5, "large", "large", `{}`))
	r = send(t.Context(), two, keyed(6, "large", "large", `{}`))
	contains(t, r.answer, "too large to be kept", `"begun":true`)
	for _, key := range []string{"", strings.Repeat("k", 256)} {
		if r := send(t.Context(), one, keyed(8, "count", key, `{}`)); r.code != CodeInvalidParams {
			t.Errorf("key %q: %s", key, r.answer)
		}
	}
	// A session of an earlier revision has keys too, but not those of another one.
	old := session(t, s1, Revision20251125)
	for range 2 {
		r := send(t.Context(), old, legacy("9", "tools/call", `"name":"count","arguments":{},"_meta":{"io.github.mcpgen/idempotencyKey":"old"}`))
		contains(t, r.answer, `"text":"4"`)
	}
	r = send(t.Context(), old, legacy("10", "tools/call", `"name":"count","arguments":{"a":1,"b":2},"_meta":{"io.github.mcpgen/idempotencyKey":"count"}`))
	contains(t, r.answer, "revision 2026-07-28")
}

// TestRepeatIsTold says in both eras whether keys are honoured.
func TestRepeatIsTold(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		calls CallStore
		want  string
	}{
		"shared": {newSharedCalls(), `"io.github.mcpgen/idempotency":{"shared":true`},
		"alone":  {NewCallStore(0), `"io.github.mcpgen/idempotency":{"shared":false`},
	} {
		s := server(t, &Options{Calls: tt.calls}, nil)
		contains(t, send(t.Context(), connect(t, s), modern("1", "server/discover", "")).answer, `"extensions":{`, tt.want)
		r := send(t.Context(), connect(t, s), legacy("1", "initialize", `"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}`))
		contains(t, r.answer, `"experimental":{`, tt.want)
		_ = name
	}
	if r := send(t.Context(), connect(t, server(t, nil, nil)), modern("1", "server/discover", "")); strings.Contains(r.answer, extensionRepeat) {
		t.Error(r.answer)
	}
}

// TestRepeatWaits sends a call again while it runs: the second waits for the end of
// the first, or hears that nobody runs it any more.
func TestRepeatWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		calls := newSharedCalls()
		tools := map[string]func(context.Context, *Call) error{"slow": func(ctx context.Context, c *Call) error {
			runs.Add(1)
			select {
			case <-time.After(20 * time.Second):
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			c.Text("done")
			return nil
		}}
		one, two := connect(t, server(t, &Options{Calls: calls}, tools)), connect(t, server(t, &Options{Calls: calls}, tools))
		first := begin(t.Context(), one, keyed(1, "slow", "k", `{}`))
		synctest.Wait()
		second, third := begin(t.Context(), two, keyed(2, "slow", "k", `{}`, again)), begin(t.Context(), one, keyed(3, "slow", "k", `{}`, again))
		for _, wait := range []func() *recorder{first, second, third} {
			contains(t, wait().answer, `"done"`)
		}
		if runs.Load() != 1 {
			t.Errorf("%d runs", runs.Load())
		}
		// A call that its client gives up is not run again either.
		first = begin(t.Context(), one, keyed(4, "slow", "given up", `{}`))
		synctest.Wait()
		send(t.Context(), one, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":4}}`)
		if r := first(); r.answers != 0 {
			t.Error(r.answer)
		}
		contains(t, send(t.Context(), two, keyed(5, "slow", "given up", `{}`, again)).answer, "cancelled", `"begun":true`)
		// Nor one whose instance is gone: it has kept a record and says nothing.
		dead := callRecord{phase: phaseRuns, digest: digest(nil), revision: Revision20260728, owner: "gone"}
		key := (&exchange{conn: two, m: Parse([]byte(keyed(1, "slow", "orphan", `{}`)))}).repeatKey(&operation{name: "slow"})
		if kept, err := calls.Claim(t.Context(), key, dead.encode(), time.Hour); kept != nil || err != nil {
			t.Fatal(kept, err)
		}
		contains(t, send(t.Context(), two, keyed(6, "slow", "orphan", `{}`, again)).answer, "gone", `"begun":true`)
		if runs.Load() != 2 {
			t.Errorf("%d runs", runs.Load())
		}
		time.Sleep(2 * aliveTell) // the last beat
	})
}

// TestRepeatWithoutStore goes on when the store does not answer: a call is served,
// and one that was sent before is not.
func TestRepeatWithoutStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		calls := newSharedCalls()
		tools := map[string]func(context.Context, *Call) error{"count": func(_ context.Context, c *Call) error {
			c.Text(fmt.Sprint(runs.Add(1)))
			return nil
		}}
		one, two := connect(t, server(t, &Options{Calls: calls}, tools)), connect(t, server(t, &Options{Calls: calls}, tools))
		calls.down.Store(true)
		contains(t, send(t.Context(), one, keyed(1, "count", "k", `{}`)).answer, `"text":"1"`)
		contains(t, send(t.Context(), one, keyed(2, "count", "k", `{}`, again)).answer, `"text":"1"`)
		r := send(t.Context(), two, keyed(3, "count", "k", `{}`, again))
		if r.code != CodeClosing {
			t.Errorf("served without knowing: %s", r.answer)
		}
		contains(t, r.answer, `"begun":true`)
		calls.down.Store(false)
		time.Sleep(2 * time.Second) // the first one is told to the store
		contains(t, send(t.Context(), two, keyed(4, "count", "k", `{}`, again)).answer, `"text":"1"`)
		time.Sleep(2 * aliveTell)
	})
}

// TestRepeatLeft loses the connection of a call while the store is asked, and sends it
// to another server: it runs there only.
func TestRepeatLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs [2]atomic.Int32
		calls := newSharedCalls()
		calls.slow = make(chan struct{})
		var conns [2]*Conn
		for i := range conns {
			conns[i] = connect(t, server(t, &Options{Calls: calls}, map[string]func(context.Context, *Call) error{"count": func(_ context.Context, c *Call) error {
				c.Text(fmt.Sprint(runs[i].Add(1)))
				return nil
			}}))
		}
		ctx, leave := context.WithCancel(t.Context())
		first := begin(ctx, conns[0], keyed(1, "count", "k", `{}`))
		synctest.Wait()
		leave()
		synctest.Wait()
		second := begin(t.Context(), conns[1], keyed(1, "count", "k", `{}`))
		synctest.Wait()
		close(calls.slow)
		if r := first(); r.answers != 0 {
			t.Errorf("who has left is answered %s", r.answer)
		}
		contains(t, second().answer, `"text":"1"`)
		if runs[0].Load() != 0 || runs[1].Load() != 1 {
			t.Errorf("it ran %d times on the first server and %d times on the second", runs[0].Load(), runs[1].Load())
		}
		time.Sleep(2 * aliveTell) // the last beat
	})
}

// TestRepeatSentTwice has the store be told twice of a claim: its answer to the first
// time was lost.
func TestRepeatSentTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		calls := newSharedCalls()
		calls.twice = true
		c := connect(t, server(t, &Options{Calls: calls}, map[string]func(context.Context, *Call) error{"count": func(_ context.Context, c *Call) error {
			time.Sleep(time.Second)
			c.Text(fmt.Sprint(runs.Add(1)))
			return nil
		}}))
		first, second := begin(t.Context(), c, keyed(1, "count", "k", `{}`)), begin(t.Context(), c, keyed(2, "count", "k", `{}`))
		for _, wait := range []func() *recorder{first, second} {
			contains(t, wait().answer, `"text":"1"`)
		}
		if runs.Load() != 1 {
			t.Errorf("%d runs", runs.Load())
		}
		time.Sleep(2 * aliveTell) // the last beat
	})
}

// TestRepeatByOne sends a call with the same key many times at once.
func TestRepeatByOne(t *testing.T) {
	t.Parallel()
	var runs atomic.Int32
	c := connect(t, server(t, &Options{Calls: NewCallStore(0)}, map[string]func(context.Context, *Call) error{"count": func(_ context.Context, c *Call) error {
		c.Text(fmt.Sprint(runs.Add(1)))
		return nil
	}}))
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			if r := send(t.Context(), c, keyed(i+1, "count", "k", `{}`)); !strings.Contains(r.answer, `"text":"1"`) {
				t.Error(r.answer)
			}
		})
	}
	all.Wait()
	if runs.Load() != 1 {
		t.Errorf("%d runs", runs.Load())
	}
}

// TestRepeatRound asks the client on the way: each round is repeated by itself.
func TestRepeatRound(t *testing.T) {
	t.Parallel()
	c := connect(t, server(t, &Options{Calls: NewCallStore(0), StateUses: NewUseStore(0)}, map[string]func(context.Context, *Call) error{"x": asksTwice}))
	const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}},"io.github.mcpgen/idempotencyKey":"k"}`
	ask := func(more string) *recorder {
		return send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x",`+more+meta+`}}`)
	}
	first := stateOf(t, ask(""))
	if stateOf(t, ask("")) != first {
		t.Error("another question")
	}
	answer := fmt.Sprintf(`"requestState":%q,"inputResponses":{"a":{"action":"accept","content":{"ok":true}}},`, first)
	second := stateOf(t, ask(answer))
	if stateOf(t, ask(answer)) != second { // its state has been used: only the record knows
		t.Error("another second question")
	}
	// What is refused before the tool runs can be sent again.
	bad := fmt.Sprintf(`"requestState":%q,"inputResponses":7,`, second)
	for range 2 {
		if r := ask(bad); r.code != CodeInvalidParams {
			t.Error(r.answer)
		}
	}
}

// TestCallStore holds no more than it may, and forgets nothing that runs.
func TestCallStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := NewCallStore(10 * (callCost + 100))
		ctx := t.Context()
		running := (&callRecord{phase: phaseRuns}).encode()
		if kept, err := s.Claim(ctx, "runs", running, time.Hour); kept != nil || err != nil {
			t.Fatal(kept, err)
		}
		for i := range 100 {
			if err := s.Keep(ctx, fmt.Sprint(i), append([]byte{phaseEnded}, make([]byte, 90)...), time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		there := 0
		for i := range 100 {
			if kept, _ := s.Kept(ctx, fmt.Sprint(i)); kept != nil {
				there++
			}
		}
		if kept, _ := s.Claim(ctx, "runs", nil, time.Hour); kept == nil || there > 10 || there < 9 {
			t.Errorf("%d kept; the running one: %q", there, kept)
		}
		time.Sleep(2 * time.Minute)
		if kept, _ := s.Kept(ctx, "99"); kept != nil {
			t.Error("kept for too long")
		}
		if err := s.Free(ctx, "runs"); err != nil {
			t.Fatal(err)
		}
		if kept, _ := s.Kept(ctx, "runs"); kept != nil {
			t.Error("not freed")
		}
	})
}
