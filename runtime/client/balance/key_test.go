package balance_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/client/balance"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// keyed are instances that honour idempotency keys together.
func keyed(t *testing.T, n int) (all []*instance, urls []string) {
	t.Helper()
	calls := store.NewCalls(store.NewMemory().KV())
	for range n {
		in := newInstance(t, calls)
		all, urls = append(all, in), append(urls, in.URL+"/mcp")
	}
	return all, urls
}

// swallow serves calls of tools and drops the connection instead of the answer.
func swallow(in *instance, times int64) func(http.ResponseWriter, *http.Request) bool {
	var n atomic.Int64
	return func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Mcp-Method") != "tools/call" || n.Add(1) > times {
			return false
		}
		in.Config.Handler.(*hooked).next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}
}

// TestKey sends a call that must not run twice again when its answer is lost.
func TestKey(t *testing.T) {
	all, urls := keyed(t, 3)
	for _, in := range all {
		in.set(swallow(in, 1), nil)
	}
	c := dial(t, urls, &balance.Options{Tries: 4})
	res, err := c.CallTool(t.Context(), "pay", nil)
	if err != nil || len(res.Content) != 1 {
		t.Fatalf("%+v, %v", res, err)
	}
	runs := int64(0)
	for _, in := range all {
		runs += in.runs.Load()
	}
	if runs != 1 {
		t.Errorf("it ran %d times", runs)
	}
	// Each call has a key of its own, and one of the caller is kept.
	for range 2 {
		if _, err := c.CallTool(t.Context(), "pay", nil, client.IdempotencyKey("mine")); err != nil {
			t.Fatal(err)
		}
		if _, err := c.CallTool(t.Context(), "pay", nil); err != nil {
			t.Fatal(err)
		}
	}
	runs = 0
	for _, in := range all {
		runs += in.runs.Load()
	}
	if runs != 1+1+2 {
		t.Errorf("%d runs of calls with four keys", runs)
	}
}

// TestKeyNotShared does not trust instances that know their own calls only.
func TestKeyNotShared(t *testing.T) {
	one, two := newInstance(t, mcp.NewCallStore(0)), newInstance(t, mcp.NewCallStore(0))
	one.set(swallow(one, 1), nil)
	two.set(swallow(two, 1), nil)
	c := dial(t, []string{one.URL + "/mcp", two.URL + "/mcp"}, nil)
	_, err := c.CallTool(t.Context(), "pay", nil)
	if _, unsure := errors.AsType[*balance.UnsureError](err); !unsure || one.runs.Load()+two.runs.Load() != 1 {
		t.Errorf("%v after %d runs", err, one.runs.Load()+two.runs.Load())
	}
}
