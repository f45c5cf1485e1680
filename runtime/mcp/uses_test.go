package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// asksTwice has two rounds.
func asksTwice(ctx context.Context, c *Call) error {
	for _, key := range []string{"a", "b"} {
		if _, err := Elicit[yes](ctx, "Go on?", Key(key)); err != nil {
			return err
		}
	}
	c.Text("done")
	return nil
}

// retry answers a question with a state.
func retry(t *testing.T, c *Conn, state, answers string) *recorder {
	t.Helper()
	return send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","requestState":"`+state+`","inputResponses":`+answers+`,`+canAsk+`}}`)
}

// stateOf gives the state that an answer carries.
func stateOf(t *testing.T, r *recorder) string {
	t.Helper()
	var a asked
	if err := json.Unmarshal([]byte(r.answer), &a); err != nil || a.Result.RequestState == "" {
		t.Fatalf("no state: %v %s", err, r.answer)
	}
	return a.Result.RequestState
}

func TestStateIsUsedOnce(t *testing.T) {
	t.Parallel()
	uses := NewUseStore(0)
	build := func(uses UseStore) *Conn {
		return connect(t, server(t, &Options{StateKeys: [][]byte{secret(1)}, StateUses: uses}, map[string]func(context.Context, *Call) error{"x": asksTwice}))
	}
	c, same, other := build(uses), build(uses), build(NewUseStore(0))
	first := stateOf(t, send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x",`+canAsk+`}}`))
	const yes = `{"action":"accept","content":{"ok":true}}`
	// A retry that is refused uses nothing up.
	for _, bad := range []string{`{"a":7}`, `7`, `{"a":{},"a":{}}`} {
		if r := retry(t, c, first, bad); r.code != CodeInvalidParams {
			t.Errorf("%s: %s", bad, r.answer)
		}
	}
	second := stateOf(t, retry(t, c, first, `{"a":`+yes+`}`))
	for i, c := range []*Conn{c, same} {
		r := retry(t, c, first, `{"a":`+yes+`}`)
		contains(t, r.answer, errState.Error())
		if r.code != CodeInvalidParams {
			t.Errorf("replayed on connection %d: %s", i, r.answer)
		}
	}
	stateOf(t, retry(t, other, first, `{"a":`+yes+`}`)) // knows nothing of the first use
	contains(t, retry(t, c, second, `{"b":`+yes+`}`).answer, `"done"`)
	if r := retry(t, c, second, `{"b":`+yes+`}`); r.code != CodeInvalidParams {
		t.Errorf("replayed after the end: %s", r.answer)
	}
	// Without the option a state is good for as long as it lasts.
	free := build(nil)
	for range 2 {
		contains(t, retry(t, free, second, `{"b":`+yes+`}`).answer, `"done"`)
	}
}

// Of many retries at the same time one is taken.
func TestStateIsUsedByOne(t *testing.T) {
	t.Parallel()
	c := connect(t, server(t, &Options{StateUses: NewUseStore(0)}, map[string]func(context.Context, *Call) error{"x": asksTwice}))
	first := stateOf(t, send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x",`+canAsk+`}}`))
	var taken atomic.Int32
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			r := send(t.Context(), c, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"x","requestState":%q,"inputResponses":{"a":{"action":"decline"}},%s}}`, i+1, first, canAsk))
			if r.code == 0 {
				taken.Add(1)
			}
		})
	}
	all.Wait()
	if taken.Load() != 1 {
		t.Errorf("%d were taken", taken.Load())
	}
}

// brokenUses is a store that does not answer.
type brokenUses struct{}

func (brokenUses) Use(context.Context, string, time.Duration) (bool, error) {
	return true, errors.New("out of reach")
}

func TestUsesAreNotGuessed(t *testing.T) {
	t.Parallel()
	for name, uses := range map[string]UseStore{"broken": brokenUses{}, "full": full(t)} {
		c := connect(t, server(t, &Options{StateUses: uses}, map[string]func(context.Context, *Call) error{"x": asksTwice}))
		first := stateOf(t, send(t.Context(), c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x",`+canAsk+`}}`))
		if r := retry(t, c, first, `{"a":{"action":"decline"}}`); r.code != CodeOverloaded {
			t.Errorf("%s: %s", name, r.answer)
		}
	}
}

func full(t *testing.T) UseStore {
	t.Helper()
	u := NewUseStore(1)
	if first, err := u.Use(t.Context(), "x", time.Hour); !first || err != nil {
		t.Fatal(first, err)
	}
	return u
}

func TestUseStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := NewUseStore(2)
		use := func(id string, want bool, wantErr bool) {
			t.Helper()
			if got, err := u.Use(t.Context(), id, time.Minute); got != want || (err != nil) != wantErr {
				t.Errorf("%s: %v %v", id, got, err)
			}
		}
		use("a", true, false)
		use("a", false, false)
		time.Sleep(30 * time.Second)
		use("b", true, false)
		use("c", false, true) // no room, and nothing is forgotten
		use("a", false, false)
		time.Sleep(31 * time.Second)
		use("c", true, false) // in the place of a
		use("b", false, false)
		use("a", false, true)
		time.Sleep(31 * time.Second)
		use("b", true, false)
	})
}
