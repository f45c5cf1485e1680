//go:build e2e

package cluster

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
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

// load keeps calling until ctx ends: a safe tool and one that must not run twice,
// whose argument is different every time.
func load(ctx context.Context, t *testing.T, connect func() *client.Client, safe, unsafe *tally) (wait func()) {
	t.Helper()
	var wg sync.WaitGroup
	var n atomic.Int64
	for range 10 {
		cl := connect()
		wg.Go(func() {
			for ctx.Err() == nil {
				_, err := cl.CallTool(t.Context(), "work", map[string]any{"steps": 2, "pause": "5ms"})
				safe.note(err, false)
				_, err = cl.CallTool(t.Context(), "add_note", map[string]any{"text": fmt.Sprint(t.Name(), n.Add(1))})
				if _, full := errors.AsType[*client.ToolError](err); full {
					err = nil // it ran
				}
				unsafe.note(err, true)
			}
		})
	}
	return wg.Wait
}

// ranTwice counts calls of add_note that several instances, or one several times,
// have begun to run.
func (c *cluster) ranTwice() (calls, twice int) {
	seen := map[string]int{}
	for i := range c.instances {
		f, err := os.Open(c.audit(i))
		if err != nil {
			c.t.Fatal(err)
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var l struct{ Event, Name, Arguments string }
			if json.Unmarshal(lines.Bytes(), &l) == nil && l.Event == "begin" && l.Name == "add_note" {
				seen[l.Arguments]++
			}
		}
		f.Close()
	}
	for _, n := range seen {
		if n > 1 {
			twice++
		}
	}
	return len(seen), twice
}

// ways are the two ways to several instances.
var ways = map[string]func(c *cluster) func() *client.Client{
	"nginx": func(c *cluster) func() *client.Client {
		return func() *client.Client {
			cl, err := client.Dial(c.t.Context(), c.url+"/mcp", options())
			if err != nil {
				c.t.Fatal(err)
			}
			c.t.Cleanup(func() { _ = cl.Close() })
			return cl
		}
	},
	"balanced client": func(c *cluster) func() *client.Client {
		cl, err := balance.Dial(c.t.Context(), c.direct(), &balance.Options{Hints: true, Client: *options(), Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			c.t.Fatal(err)
		}
		c.t.Cleanup(func() { _ = cl.Close() })
		return func() *client.Client { return cl.Client }
	},
}

// TestChaosKill kills one instance after the other under load.
func TestChaosKill(t *testing.T) {
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t)
			ctx, stop := context.WithCancel(t.Context())
			var safe, unsafe tally
			wait := load(ctx, t, way(c), &safe, &unsafe)
			for i := range *rounds {
				time.Sleep(500 * time.Millisecond)
				c.instances[i%3].end(syscall.SIGKILL)
				time.Sleep(500 * time.Millisecond)
				c.startInstance(i % 3)
			}
			time.Sleep(500 * time.Millisecond)
			stop()
			wait()
			ran, twice := c.ranTwice()
			t.Logf("%d kills through %s: %d safe calls, %d lost; %d unsafe calls ran, %d of them twice, %d were reported as unsure",
				*rounds, name, safe.calls, safe.lost, ran, twice, unsafe.unsure)
			if safe.lost > 0 || twice > 0 {
				t.Errorf("lost %d, twice %d; the first failure: %v", safe.lost, twice, safe.firstFailure)
			}
		})
	}
}

// TestChaosRestart restarts all instances, one after the other, twice.
func TestChaosRestart(t *testing.T) {
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t, "MCP_SHUTDOWN_LINGER=500ms")
			ctx, stop := context.WithCancel(t.Context())
			var safe, unsafe tally
			wait := load(ctx, t, way(c), &safe, &unsafe)
			for i := range 6 {
				time.Sleep(300 * time.Millisecond)
				if code := c.instances[i%3].end(syscall.SIGTERM); code != 0 {
					t.Errorf("exit code %d", code)
				}
				c.startInstance(i % 3)
			}
			stop()
			wait()
			ran, twice := c.ranTwice()
			t.Logf("two rolling restarts through %s: %d safe calls, %d lost; %d unsafe calls ran, %d of them twice, %d failed",
				name, safe.calls, safe.lost, ran, twice, unsafe.unsure)
			if safe.lost > 0 || twice > 0 {
				t.Errorf("lost %d, twice %d; the first failure: %v", safe.lost, twice, safe.firstFailure)
			}
		})
	}
}

// TestChaosRedis kills Redis: calls go on, and limits are kept by each instance.
func TestChaosRedis(t *testing.T) {
	c := newCluster(t, "MCP_RATE_LIMIT=1000000/1m")
	ctx, stop := context.WithCancel(t.Context())
	var safe, unsafe tally
	wait := load(ctx, t, ways["nginx"](c), &safe, &unsafe)
	time.Sleep(500 * time.Millisecond)
	c.redis.end(syscall.SIGKILL)
	time.Sleep(2 * time.Second)
	c.startRedis()
	time.Sleep(time.Second)
	stop()
	wait()
	t.Logf("Redis killed: %d calls, %d failed", safe.calls+unsafe.calls, safe.lost+unsafe.unsure)
	if safe.lost+unsafe.unsure > 0 {
		t.Errorf("the first failure: %v %v", safe.firstFailure, unsafe.firstFailure)
	}
}
