//go:build e2e

package cluster

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/client/balance"
)

var rounds = flag.Int("rounds", 3, "how often an instance is killed")

// TestLimit counts requests of all instances together.
func TestLimit(t *testing.T) {
	c := newCluster(t, "MCP_RATE_LIMIT=100/15m")
	var ok, limited atomic.Int64
	var wg sync.WaitGroup
	for range 300 {
		wg.Go(func() {
			req, err := http.NewRequest("GET", c.url+"/mcp", nil)
			if err != nil {
				t.Error(err)
				return
			}
			req.Header.Set("Authorization", "ApiKey "+clusterKey)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			body, _ := io.ReadAll(res.Body)
			res.Body.Close()
			switch {
			case res.StatusCode == http.StatusTooManyRequests && strings.Contains(string(body), "Too many requests from this IP") && res.Header.Get("Retry-After") != "":
				limited.Add(1)
			case res.StatusCode == http.StatusMethodNotAllowed:
				ok.Add(1)
			default:
				t.Errorf("%s: %s", res.Status, body)
			}
		})
	}
	wg.Wait()
	if ok.Load() != 100 || limited.Load() != 200 {
		t.Errorf("%d passed and %d were limited, want 100 and 200", ok.Load(), limited.Load())
	}
}

// TestChanges tells clients of all instances of a change on one of them.
func TestChanges(t *testing.T) {
	c := newCluster(t)
	changed := make(chan string, 1000)
	for _, url := range c.direct() {
		cl, err := client.Dial(t.Context(), url, options())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cl.Close() })
		go func() {
			_ = cl.Listen(t.Context(), client.Filter{Tools: true}, func(client.Change) { changed <- url })
		}()
	}
	cl, err := client.Dial(t.Context(), c.url+"/mcp", options())
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	for told := map[string]bool{}; len(told) < 3; {
		if _, err := cl.CallTool(t.Context(), "touch", nil); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			select {
			case url := <-changed:
				told[url] = true
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
}

// TestSessions has sessions of an earlier revision behind nginx: each goes to
// its instance, and goes on elsewhere when that one is killed.
func TestSessions(t *testing.T) {
	c := newCluster(t)
	var clients []*client.Client
	for range 12 {
		o := options()
		o.Era = client.Legacy
		cl, err := client.Dial(t.Context(), c.url+"/mcp", o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cl.Close() })
		clients = append(clients, cl)
	}
	call := func(when string) {
		for i, cl := range clients {
			if _, err := cl.CallTool(t.Context(), "whoami", nil); err != nil {
				t.Errorf("%s, session %d: %v", when, i, err)
			}
		}
	}
	call("at first")
	call("again")
	c.instances[1].end(syscall.SIGKILL)
	call("without the second instance")
	c.startInstance(1)
	call("with it")
}

// TestKilledMidCall kills the instance that runs a call which must not run twice.
// Its caller hears that it may have run, and it has run once.
func TestKilledMidCall(t *testing.T) {
	c := newCluster(t)
	for name, w := range ways {
		var o []client.CallOption
		if w.keys {
			o = append(o, client.IdempotencyKey(rand.Text()))
		}
		cl := w.connect(c)()
		ended := make(chan error, 1)
		go func() {
			_, err := cl.CallTool(t.Context(), "add_note", map[string]any{"text": name, "pause": "1m"}, o...)
			ended <- err
		}()
		for ran := 0; ran == 0; time.Sleep(10 * time.Millisecond) {
			ran = c.count(name)
		}
		for i := range c.instances {
			if b, err := os.ReadFile(c.audit(i)); err == nil && strings.Contains(string(b), `"add_note"`) {
				c.instances[i].end(syscall.SIGKILL)
				if err := os.Remove(c.audit(i)); err != nil {
					t.Fatal(err)
				}
				c.startInstance(i)
			}
		}
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "the instance that began the call is gone: the call may have run") {
			t.Errorf("%s: %v", name, err)
		}
		if n := c.count(name); n != 1 {
			t.Errorf("%s: it ran %d times", name, n)
		}
	}
}

// count says how often a line is in the journal.
func (c *cluster) count(line string) int {
	b, err := os.ReadFile(c.journal())
	if err != nil {
		return 0 // nothing has been added yet
	}
	return strings.Count("\n"+string(b), "\n"+line+"\n")
}

// A load keeps calling: a safe tool and one that must not run twice, whose argument
// is different every time.
type load struct {
	safe, unsafe tally
	took         latencies

	mu       sync.Mutex
	answered []string // arguments of the unsafe calls that succeeded
}

// begin calls until ctx ends.
func (l *load) begin(ctx context.Context, t *testing.T, connect func() *client.Client, keys bool) (wait func()) {
	t.Helper()
	var wg sync.WaitGroup
	var n atomic.Int64
	for range 10 {
		cl := connect()
		wg.Go(func() {
			for ctx.Err() == nil {
				start := time.Now()
				_, err := cl.CallTool(t.Context(), "work", map[string]any{"steps": 2, "pause": "5ms"})
				l.took.note(time.Since(start))
				l.safe.note(err, false)
				text := fmt.Sprint(t.Name(), n.Add(1))
				var o []client.CallOption
				if keys {
					o = append(o, client.IdempotencyKey(rand.Text()))
				}
				start = time.Now()
				_, err = cl.CallTool(t.Context(), "add_note", map[string]any{"text": text}, o...)
				l.took.note(time.Since(start))
				l.unsafe.note(err, true)
				if err == nil {
					l.mu.Lock()
					l.answered = append(l.answered, text)
					l.mu.Unlock()
				}
			}
		})
	}
	return wg.Wait
}

// check compares with the journal: whatever succeeded is in it, and nothing is in
// it twice. It gives how many calls of add_note have run.
func (l *load) check(t *testing.T, c *cluster) (ran int) {
	t.Helper()
	b, err := os.ReadFile(c.journal())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for line := range strings.Lines(string(b)) {
		seen[strings.TrimSpace(line)]++
	}
	for text, n := range seen {
		if n > 1 {
			t.Errorf("%s ran %d times", text, n)
		}
	}
	for _, text := range l.answered {
		if seen[text] == 0 {
			t.Errorf("%s was answered and did not run", text)
		}
	}
	if l.safe.lost > 0 {
		t.Errorf("%d safe calls were lost; the first failure: %v", l.safe.lost, l.safe.firstFailure)
	}
	return len(seen)
}

// line is what a test prints.
func (l *load) line(ran int) string {
	return fmt.Sprintf("%d safe calls, %d lost; %d unsafe calls ran, 0 of them twice, %d were reported as unsure; p99 %s, the slowest %s",
		l.safe.calls, l.safe.lost, ran, l.unsafe.unsure, l.took.at(99), l.took.at(100))
}

// A way leads to several instances.
type way struct {
	keys    bool // calls need keys of the caller
	connect func(c *cluster) func() *client.Client
}

// ways are the two of them. Both have unsafe calls sent again, with a key.
var ways = map[string]way{
	"nginx": {true, func(c *cluster) func() *client.Client {
		return func() *client.Client {
			cl, err := client.Dial(c.t.Context(), c.url+"/mcp", options())
			if err != nil {
				c.t.Fatal(err)
			}
			c.t.Cleanup(func() { _ = cl.Close() })
			return cl
		}
	}},
	"balanced client": {false, func(c *cluster) func() *client.Client {
		cl, err := balance.Dial(c.t.Context(), c.direct(), &balance.Options{Hints: true, Client: *options(), Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			c.t.Fatal(err)
		}
		c.t.Cleanup(func() { _ = cl.Close() })
		return func() *client.Client { return cl.Client }
	}},
}

// under runs f while a load is on, and gives what came of it.
func under(t *testing.T, c *cluster, w way, f func()) *load {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	l := new(load)
	wait := l.begin(ctx, t, w.connect(c), w.keys)
	f()
	stop()
	wait()
	return l
}

// TestChaosKill kills one instance after the other under load.
func TestChaosKill(t *testing.T) {
	for name, w := range ways {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t)
			l := under(t, c, w, func() {
				for i := range *rounds {
					time.Sleep(500 * time.Millisecond)
					c.instances[i%3].end(syscall.SIGKILL)
					time.Sleep(500 * time.Millisecond)
					c.startInstance(i % 3)
				}
				time.Sleep(500 * time.Millisecond)
			})
			t.Logf("%d kills through %s: %s", *rounds, name, l.line(l.check(t, c)))
		})
	}
}

// TestChaosRestart restarts all instances, one after the other, twice.
func TestChaosRestart(t *testing.T) {
	for name, w := range ways {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t, "MCP_SHUTDOWN_LINGER=500ms")
			l := under(t, c, w, func() {
				for i := range 6 {
					time.Sleep(300 * time.Millisecond)
					if code := c.instances[i%3].end(syscall.SIGTERM); code != 0 {
						t.Errorf("exit code %d", code)
					}
					c.startInstance(i % 3)
				}
			})
			t.Logf("two rolling restarts through %s: %s", name, l.line(l.check(t, c)))
		})
	}
}

// TestKeysOverTransports sends one call over every transport, to instances that
// share nothing but Redis: it runs once in each era.
func TestKeysOverTransports(t *testing.T) {
	c := newCluster(t)
	add := func(key, target string, legacy bool) {
		t.Helper()
		o := options()
		if legacy {
			o.Era = client.Legacy
		}
		cl, err := client.Dial(t.Context(), target, o)
		if err != nil {
			t.Fatal(err)
		}
		defer cl.Close()
		res, err := cl.CallTool(t.Context(), "add_note", map[string]any{"text": key}, client.IdempotencyKey(key))
		if err != nil || len(res.Content) != 1 {
			t.Errorf("%s %s: %+v, %v", key, target, res, err)
		}
	}
	for i, url := range c.direct() {
		base := strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/mcp")
		add("modern", url, false)
		add("modern", "ws://"+base+"/mcp", false)
		add("legacy", url, true)
		add("legacy", "ws://"+base+"/mcp", true)
		add("legacy", "http://"+base+"/mcp/events", true)
		for _, key := range []string{"modern", "legacy"} {
			if n := c.count(key); n != 1 {
				t.Errorf("after instance %d, %s ran %d times", i+1, key, n)
			}
		}
	}
}
