package balance_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/internal/fault"
	"github.com/mcpgen/mcpgen/runtime/client/balance"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// A network is one in memory, for tests with fake time.
type network map[string]*fault.Pipes

func (n network) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	return n[addr].Dial(ctx, network, addr)
}

// timed is the options of a client of instances in memory.
func timed(t *testing.T, instances int, calls mcp.CallStore, o *balance.Options) (all []*instance, c *balance.Client) {
	t.Helper()
	n := network{}
	var urls []string
	for i := range instances {
		addr := fmt.Sprintf("127.0.0.1:%d", i+1)
		l := fault.NewPipes(addr)
		n[addr] = l
		in := newInstanceOn(t, l, calls)
		all, urls = append(all, in), append(urls, in.URL+"/mcp")
	}
	o.Transport = &http.Transport{DialContext: n.dial, MaxIdleConnsPerHost: 10}
	return all, dial(t, urls, o)
}

// TestSilent has an instance that takes requests and never answers.
func TestSilent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		all, c := timed(t, 2, nil, &balance.Options{Timeout: 400 * time.Millisecond, Hints: true})
		hold := func(ctx context.Context) { <-ctx.Done() }
		all[0].set(nil, hold)
		for range 8 {
			if _, err := c.CallTool(t.Context(), "look", nil); err != nil {
				t.Errorf("safe call: %v", err)
			}
		}
		all[1].set(nil, hold)
		begin := time.Now()
		_, err := c.CallTool(t.Context(), "pay", nil)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "context deadline exceeded") {
			t.Errorf("unsafe call: %v", err)
		}
		if took := time.Since(begin); took != 400*time.Millisecond {
			t.Errorf("it took %v", took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		begun := make(chan struct{}, 4)
		for _, in := range all {
			in.set(nil, func(ctx context.Context) { begun <- struct{}{}; <-ctx.Done() })
		}
		done := make(chan error, 1)
		go func() {
			_, err := c.CallTool(ctx, "pay", nil)
			done <- err
		}()
		<-begun
		cancel()
		if err := <-done; err == nil {
			t.Error("a call that was given up succeeded")
		}
	})
}

// TestProbe brings an instance back that works again.
func TestProbe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		all, c := timed(t, 2, nil, &balance.Options{Hints: true})
		look := func(n int) {
			t.Helper()
			for range n {
				if _, err := c.CallTool(t.Context(), "look", nil); err != nil {
					t.Error(err)
				}
			}
		}
		all[0].set(broken(all[0], false), nil)
		look(10)
		asked := func() int64 { return all[0].asked.Load() }
		n := asked()
		look(10)
		time.Sleep(time.Second - time.Nanosecond)
		look(10)
		if again := asked() - n; again != 0 {
			t.Errorf("%d requests to an instance that was left alone", again)
		}
		all[0].set(nil, nil)
		time.Sleep(time.Nanosecond)
		look(1) // has it asked
		synctest.Wait()
		if again := asked() - n; again == 0 {
			t.Error("it was not asked after a second")
		}
		ran := all[0].runs.Load()
		look(2)
		if all[0].runs.Load() != ran+1 {
			t.Error("it is not back")
		}
	})
}

// TestKeyLost gives a call up that may have run where nobody can be asked.
func TestKeyLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		all, c := timed(t, 2, store.NewCalls(store.NewMemory().KV()), &balance.Options{Timeout: 200 * time.Millisecond})
		for _, in := range all {
			in.set(nil, func(ctx context.Context) { <-ctx.Done() })
		}
		_, err := c.CallTool(t.Context(), "pay", nil)
		if _, unsure := errors.AsType[*balance.UnsureError](err); !unsure {
			t.Fatalf("%v", err)
		}
		if runs := all[0].runs.Load() + all[1].runs.Load(); runs != 1 {
			t.Errorf("it ran %d times", runs)
		}
	})
}
