package edge_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

func key(uri string) mcp.ResultKey {
	return mcp.ResultKey{Method: "resources/read", URI: uri, Revision: mcp.Revision20260728, TTL: time.Minute}
}

// result is one that may be used for a minute.
func result(text string) mcp.CachedResult {
	return mcp.CachedResult{Members: []byte(`"contents":["` + text + `"]`), Expires: time.Now().Add(time.Minute)}
}

func gives(text string) func() (mcp.CachedResult, error) {
	return func() (mcp.CachedResult, error) { return result(text), nil }
}

// ask gives what a cache says, and whether it had to be made.
func ask(t *testing.T, c mcp.ResultCache, k mcp.ResultKey, text string) (got string, made bool) {
	t.Helper()
	res, err := c.Result(t.Context(), k, func() (mcp.CachedResult, error) {
		made = true
		return result(text), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got, _ = strings.CutPrefix(string(res.Members), `"contents":["`)
	return strings.TrimSuffix(got, `"]`), made
}

func TestHitRatio(t *testing.T) {
	t.Parallel()
	c := edge.NewCache(1 << 20)
	rnd := rand.New(rand.NewPCG(1, 2))
	seen := map[int]bool{}
	for range 10_000 {
		n := int(rnd.ExpFloat64() * 20)
		if _, made := ask(t, c, key(fmt.Sprint("docs://", n)), fmt.Sprint(n)); made == seen[n] {
			t.Fatalf("made %t, seen before %t", made, seen[n])
		}
		seen[n] = true
	}
	s := c.Stats()
	t.Logf("10 000 reads of %d resources: %.1f %% hits", len(seen), float64(s.Hits)/100)
	if s.Hits != uint64(10_000-len(seen)) || s.Misses != uint64(len(seen)) || s.Entries != len(seen) {
		t.Errorf("%+v", s)
	}
}

// TestStampede has 1 000 callers come at once: the result is made once.
func TestStampede(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := edge.NewCache(1 << 20)
		var runs atomic.Int32
		release := make(chan struct{})
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				res, err := c.Result(t.Context(), key("docs://a"), func() (mcp.CachedResult, error) {
					runs.Add(1)
					<-release
					return result("a"), nil
				})
				if err != nil || string(res.Members) != `"contents":["a"]` {
					t.Errorf("%s, %v", res.Members, err)
				}
			})
		}
		synctest.Wait()
		close(release)
		wg.Wait()
		if s := c.Stats(); runs.Load() != 1 || s.Misses != 1 || s.Shared != 999 {
			t.Errorf("made %d times; %+v", runs.Load(), s)
		}
	})
}

// TestLeaderLeaves cancels those who make the result, one after the other: those
// who wait are served all the same.
func TestLeaderLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := edge.NewCache(1 << 20)
		var runs, served atomic.Int32
		var wg sync.WaitGroup
		begun := make(chan context.CancelFunc)
		release := make(chan struct{})
		for range 10 {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				_, err := c.Result(ctx, key("docs://a"), func() (mcp.CachedResult, error) {
					runs.Add(1)
					begun <- cancel
					select {
					case <-ctx.Done():
						return mcp.CachedResult{}, ctx.Err()
					case <-release:
						return result("a"), nil
					}
				})
				switch {
				case err == nil:
					served.Add(1)
				case !errors.Is(err, context.Canceled):
					t.Error(err)
				}
			})
		}
		for range 3 {
			cancel := <-begun
			synctest.Wait()
			cancel()
		}
		<-begun
		close(release)
		wg.Wait()
		if runs.Load() != 4 || served.Load() != 7 {
			t.Errorf("made %d times, %d served; want 4 and 7", runs.Load(), served.Load())
		}
	})
}

// TestFollowerLeaves does not wait for the result when nobody waits for it.
func TestFollowerLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := edge.NewCache(1 << 20)
		release := make(chan struct{})
		go func() {
			_, _ = c.Result(t.Context(), key("docs://a"), func() (mcp.CachedResult, error) {
				<-release
				return result("a"), nil
			})
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Result(ctx, key("docs://a"), gives("b")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		close(release)
	})
}

// TestErrors are told to those who made them and never kept.
func TestErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := edge.NewCache(1 << 20)
		release := make(chan struct{})
		var runs atomic.Int32
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				own := fmt.Errorf("error %d", i)
				_, err := c.Result(t.Context(), key("docs://a"), func() (mcp.CachedResult, error) {
					runs.Add(1)
					<-release
					return mcp.CachedResult{}, own
				})
				if !errors.Is(err, own) {
					t.Errorf("%v is somebody else's, want %v", err, own)
				}
			})
		}
		synctest.Wait()
		close(release)
		wg.Wait()
		if got, made := ask(t, c, key("docs://a"), "fine"); got != "fine" || !made || runs.Load() != 20 {
			t.Errorf("%s, made %t, %d runs", got, made, runs.Load())
		}
	})
}

// TestPanic lets others go on when the making of a result does not return.
func TestPanic(t *testing.T) {
	t.Parallel()
	c := edge.NewCache(1 << 20)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		_, _ = c.Result(t.Context(), key("docs://a"), func() (mcp.CachedResult, error) { panic("broken") })
	}()
	if got, _ := ask(t, c, key("docs://a"), "fine"); got != "fine" {
		t.Error(got)
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := edge.NewCache(1 << 20)
		_, _ = ask(t, c, key("docs://a"), "old")
		time.Sleep(time.Minute - 1)
		if got, _ := ask(t, c, key("docs://a"), "new"); got != "old" {
			t.Errorf("before its time: %s", got)
		}
		time.Sleep(time.Nanosecond)
		if got, _ := ask(t, c, key("docs://a"), "new"); got != "new" {
			t.Errorf("after its time: %s", got)
		}
	})
}

func TestInvalidation(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind, uri string
		gone      string
	}{
		{mcp.KindContents, "docs://a", "a"},
		{mcp.KindContents, "docs://none", ""},
		{mcp.KindResources, "", "ab"},
		{mcp.KindTools, "", ""},
		{mcp.KindPrompts, "", ""},
		{"new", "docs://a", ""},
	} {
		c := edge.NewCache(1 << 20)
		old := key("docs://a")
		old.Revision = mcp.Revision20241105
		_, _ = ask(t, c, key("docs://a"), "a")
		_, _ = ask(t, c, key("docs://b"), "b")
		_, _ = ask(t, c, old, "a")
		c.Changed(tt.kind, tt.uri)
		for _, k := range []mcp.ResultKey{key("docs://a"), key("docs://b"), old} {
			if _, made := ask(t, c, k, "new"); made != strings.Contains(tt.gone, k.URI[len("docs://"):]) {
				t.Errorf("%s %s: %s is made again: %t", tt.kind, tt.uri, k.URI, made)
			}
		}
	}
}

// TestChangeMeanwhile has a resource change while it is read: those who come
// afterwards do not get what was read before, not even if they come while it is
// still being read, and it is not kept.
func TestChangeMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := edge.NewCache(1 << 20)
		begun, release := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			_, _ = c.Result(t.Context(), key("docs://a"), func() (mcp.CachedResult, error) {
				close(begun)
				<-release
				return result("old"), nil
			})
		})
		<-begun
		c.Changed(mcp.KindContents, "docs://a")
		if got, _ := ask(t, c, key("docs://a"), "new"); got != "new" {
			t.Errorf("after the change: %s", got)
		}
		close(release)
		wg.Wait()
		if got, _ := ask(t, c, key("docs://a"), "newer"); got != "new" {
			t.Errorf("what is kept: %s", got)
		}
	})
}

func TestByteBound(t *testing.T) {
	t.Parallel()
	const limit = 256 << 10
	c := edge.NewCache(limit)
	rnd := rand.New(rand.NewPCG(3, 4))
	for i := range 5000 {
		_, _ = ask(t, c, key(fmt.Sprint("docs://", i)), strings.Repeat("x", rnd.IntN(4000)))
		if s := c.Stats(); s.Bytes > limit {
			t.Fatalf("%d bytes after %d results, the bound is %d", s.Bytes, i+1, limit)
		}
	}
	if s := c.Stats(); s.Evicted == 0 || s.Bytes < limit/2 {
		t.Errorf("%+v", s)
	}
	// What was used last stays; what would take most of the room does not come in.
	if _, made := ask(t, c, key("docs://4999"), ""); made {
		t.Error("the last one is gone")
	}
	before := c.Stats()
	_, _ = ask(t, c, key("docs://large"), strings.Repeat("x", limit/4))
	if _, made := ask(t, c, key("docs://large"), ""); !made || c.Stats().Evicted != before.Evicted {
		t.Error("a large result was kept")
	}
}

// TestLeastRecentlyUsed goes first.
func TestLeastRecentlyUsed(t *testing.T) {
	t.Parallel()
	c := edge.NewCache(40 << 10)
	text := strings.Repeat("x", 4000)
	for i := range 9 {
		_, _ = ask(t, c, key(fmt.Sprint(i)), text)
	}
	_, _ = ask(t, c, key("0"), text)
	_, _ = ask(t, c, key("9"), text)
	if _, made := ask(t, c, key("0"), text); made {
		t.Error("what was just used is gone")
	}
	if _, made := ask(t, c, key("1"), text); !made {
		t.Error("what was used least recently is there")
	}
}
