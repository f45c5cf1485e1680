//go:build e2e

package redis_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/fault"
	"github.com/mcpgen/mcpgen/runtime/store"
	"github.com/mcpgen/mcpgen/runtime/store/redis"
)

// between puts a proxy before a server.
func between(t *testing.T, p *process) (px *fault.Proxy, url string) {
	t.Helper()
	px, err := fault.NewProxy(strings.TrimPrefix(p.url, "redis://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(px.Close)
	return px, "redis://" + px.Addr()
}

// away is how long a fault lasts, and patience how long a caller may have to wait
// for a store that does not answer: its own bound of 300 ms, and what a busy machine
// adds.
const (
	away     = 2 * time.Second
	patience = 2 * time.Second
)

// TestFaults has the server not answer, in several ways. Each caller hears of it
// within the bound, after the first ones without being sent, and all is well
// afterwards.
func TestFaults(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T) (url string, begin, end func()){
		"stopped": func(t *testing.T) (string, func(), func()) { // takes connections, and says nothing
			p := serve(t, 0)
			return p.url, func() { p.stop(t) }, func() { p.signal(t, syscall.SIGCONT) }
		},
		"partitioned": func(t *testing.T) (string, func(), func()) {
			px, url := between(t, serve(t, 0))
			return url, px.Cut, px.Mend
		},
		"killed and restarted empty": func(t *testing.T) (string, func(), func()) {
			p := serve(t, 0)
			return p.url, p.kill, func() { serve(t, p.port) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			url, begin, end := prepare(t)
			s := open(t, url)
			heard, lost := make(chan store.Change, 10_000), make(chan struct{}, 100)
			cancel, err := s.Subscribe(func(c store.Change) { heard <- c }, func() { lost <- struct{}{} })
			if err != nil {
				t.Fatal(err)
			}
			defer cancel()
			<-heard // it has begun
			limit := store.Limit{N: 1 << 30, Window: time.Hour}
			take := func() error {
				_, err := s.Take(t.Context(), "k", limit, 1)
				return err
			}
			if err := take(); err != nil {
				t.Fatal(err)
			}
			begin()
			const callers = 8
			var slowest, calls, sent atomic.Int64
			var wg sync.WaitGroup
			until := time.Now().Add(away)
			for range callers {
				wg.Go(func() {
					for time.Now().Before(until) {
						start := time.Now()
						err := take()
						took := time.Since(start)
						if err == nil {
							t.Error("it was answered")
						}
						if calls.Add(1); !errors.Is(err, redis.ErrDown) {
							sent.Add(1)
						}
						for {
							old := slowest.Load()
							if int64(took) <= old || slowest.CompareAndSwap(old, int64(took)) {
								break
							}
						}
						time.Sleep(time.Millisecond)
					}
				})
			}
			wg.Wait()
			t.Logf("%d calls while it was away: %d of them were sent, the slowest took %v", calls.Load(), sent.Load(), time.Duration(slowest.Load()).Round(time.Millisecond))
			// The third failure in a row is the last, but for calls that are on their way.
			if d := time.Duration(slowest.Load()); d > patience || sent.Load() > 3+2*callers {
				t.Errorf("the slowest took %v, %d were sent", d, sent.Load())
			}
			end()
			for take() != nil { // until it is back
				time.Sleep(10 * time.Millisecond)
			}
			// Changes go on, with a word about those that may have been missed.
			publishUntil(t, s, heard)
			if name == "killed and restarted empty" {
				<-lost
			}
			for _, op := range operations(s) {
				if err := op.f(t.Context()); err != nil {
					t.Errorf("%s afterwards: %v", op.name, err)
				}
			}
		})
	}
}

type operation struct {
	name string
	f    func(ctx context.Context) error
}

// operations are those of a store that write.
func operations(s *redis.Store) []operation {
	id := fmt.Sprint(time.Now().UnixNano())
	return []operation{
		{"Take", func(ctx context.Context) error {
			_, err := s.Take(ctx, id, store.Limit{N: 10, Window: time.Minute}, 1)
			return err
		}},
		{"Publish", func(ctx context.Context) error { return s.Publish(ctx, store.Change{Kind: "tools"}) }},
		{"Append", func(ctx context.Context) error {
			return s.Append(ctx, id, "1", store.Event{Seq: 1, Data: []byte("x")})
		}},
		{"Create", func(ctx context.Context) error {
			return s.Tasks().Create(ctx, store.Task{ID: id, Expires: time.Now().Add(time.Minute)})
		}},
		{"PutNew", func(ctx context.Context) error {
			_, err := s.KV().PutNew(ctx, id, []byte("x"), time.Minute)
			return err
		}},
		{"Put", func(ctx context.Context) error { return s.KV().Put(ctx, id, []byte("x"), time.Minute) }},
	}
}

// TestFull has a server without memory left: what writes fails, at once and for as
// long as that lasts, and what reads does not.
func TestFull(t *testing.T) {
	p := serve(t, 0)
	s := open(t, p.url)
	if err := s.KV().Put(t.Context(), "k", []byte("v"), time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := s.KV().Put(t.Context(), "large", make([]byte, 1<<20), time.Hour); err != nil {
		t.Fatal(err)
	}
	p.config(t, "maxmemory", "1mb")
	for _, op := range operations(s) {
		for range 5 {
			start := time.Now()
			err := op.f(t.Context())
			if err == nil || !strings.Contains(err.Error(), "OOM") || errors.Is(err, redis.ErrDown) {
				t.Errorf("%s without memory: %v", op.name, err)
			}
			if took := time.Since(start); took > patience {
				t.Errorf("%s took %v", op.name, took)
			}
		}
	}
	if v, err := s.KV().Get(t.Context(), "k"); err != nil || string(v) != "v" {
		t.Errorf("reading: %q, %v", v, err)
	}
	p.config(t, "maxmemory", "0")
	for _, op := range operations(s) {
		if err := op.f(t.Context()); err != nil {
			t.Errorf("%s afterwards: %v", op.name, err)
		}
	}
}

// TestMissed loses the connection of a subscriber: it gets what was published
// meanwhile, in order.
func TestMissed(t *testing.T) {
	p := serve(t, 0)
	px, url := between(t, p)
	far, near := open(t, url), open(t, p.url)
	heard := make(chan store.Change, 10_000)
	cancel, err := far.Subscribe(func(c store.Change) { heard <- c }, func() { t.Error("lost") })
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	<-heard
	const n = 500
	for i := range n {
		if i%100 == 50 {
			px.Reset()
		}
		if err := near.Publish(t.Context(), store.Change{Kind: "contents", URI: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		if c := <-heard; c.URI != fmt.Sprint(i) {
			t.Fatalf("change %d is %+v", i, c)
		}
	}
}

// TestTrimmed asks for changes that are no longer kept.
func TestTrimmed(t *testing.T) {
	p := serve(t, 0)
	s, err := redis.Open(p.url, &redis.Options{MaxChanges: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	place := func() string {
		at := make(chan string, 1)
		cancel, err := s.Subscribe(func(c store.Change) { at <- c.At }, func() {})
		if err != nil {
			t.Fatal(err)
		}
		defer cancel()
		return <-at
	}
	first := place()
	for range 500 {
		if err := s.Publish(t.Context(), store.Change{Kind: "tools"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Since(t.Context(), first); !errors.Is(err, store.ErrGap) {
		t.Errorf("after the first: %v", err)
	}
	if changes, err := s.Since(t.Context(), place()); err != nil || len(changes) > 0 {
		t.Errorf("after the last: %v, %v", changes, err)
	}
}

// TestOverrun has a subscriber that is so slow that changes are dropped before it
// gets them: it is told.
func TestOverrun(t *testing.T) {
	p := serve(t, 0)
	s, err := redis.Open(p.url, &redis.Options{MaxChanges: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	begun, release, lost, last := make(chan struct{}), make(chan struct{}), make(chan struct{}, 100), make(chan struct{})
	var n atomic.Int64
	cancel, err := s.Subscribe(func(c store.Change) {
		if n.Add(1) == 1 {
			close(begun)
			<-release
		}
		if c.Kind == "prompts" {
			close(last)
		}
	}, func() { lost <- struct{}{} })
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	<-begun
	for range 1000 {
		if err := s.Publish(t.Context(), store.Change{Kind: "tools"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Publish(t.Context(), store.Change{Kind: "prompts"}); err != nil {
		t.Fatal(err)
	}
	close(release)
	<-last
	if len(lost) == 0 || n.Load() > 500 {
		t.Errorf("told %d times of a loss, %d changes arrived", len(lost), n.Load())
	}
}

// stop stops the server, which ends with none of its connections, and returns when
// it does nothing any more.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGSTOP)
	for {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), ") T ") {
			return
		}
	}
}

// config sets a parameter of the server.
func (p *process) config(t *testing.T, name, value string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "redis://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "CONFIG SET %s %s\r\n", name, value); err != nil {
		t.Fatal(err)
	}
	ok := make([]byte, 5)
	if _, err := io.ReadFull(conn, ok); err != nil || string(ok) != "+OK\r\n" {
		t.Fatalf("%q, %v", ok, err)
	}
}
