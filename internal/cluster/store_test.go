//go:build e2e

package cluster

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slowest is how long a call may take while Redis does not answer: what the call
// itself takes, and the time of a few commands.
const slowest = 2 * time.Second

// TestChaosStore has Redis fail in several ways under load. No call fails, and few
// take longer.
func TestChaosStore(t *testing.T) {
	for name, fault := range map[string]func(c *cluster) (end func()){
		"killed, and restarted empty": func(c *cluster) func() {
			c.redis.end(syscall.SIGKILL)
			return c.startRedis
		},
		"stopped (SIGSTOP), and continued": func(c *cluster) func() {
			_ = c.redis.cmd.Process.Signal(syscall.SIGSTOP)
			return func() { _ = c.redis.cmd.Process.Signal(syscall.SIGCONT) }
		},
		"without memory (maxmemory 1mb)": func(c *cluster) func() {
			c.redisConfig("maxmemory", "1mb")
			return func() { c.redisConfig("maxmemory", "0") }
		},
		"cut off": func(c *cluster) func() {
			c.line.Cut()
			return c.line.Mend
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t, "MCP_RATE_LIMIT=1000000/1m")
			l := under(t, c, ways["nginx"], func() {
				time.Sleep(500 * time.Millisecond)
				end := fault(c)
				time.Sleep(2 * time.Second)
				end()
				time.Sleep(time.Second)
			})
			l.check(t, c)
			t.Logf("Redis %s: %d calls, %d failed; p99 %s, the slowest %s", name, l.safe.calls+l.unsafe.calls, l.safe.lost+l.unsafe.unsure, l.took.at(99), l.took.at(100))
			if l.unsafe.unsure > 0 {
				t.Errorf("%d unsafe calls failed; the first failure: %v", l.unsafe.unsure, l.unsafe.firstFailure)
			}
			if d := l.took.at(100); d > slowest {
				t.Errorf("a call took %v, want at most %v", d, slowest)
			}
		})
	}
}

// redisConfig sets a parameter of Redis, which is filled with something before.
func (c *cluster) redisConfig(name, value string) {
	c.t.Helper()
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", c.redisPort))
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "SET large %s\r\nCONFIG SET %s %s\r\n", strings.Repeat("x", 60<<10), name, value); err != nil {
		c.t.Fatal(err)
	}
	answer := make([]byte, 64)
	if n, err := io.ReadAtLeast(conn, answer, 5); err != nil || !strings.Contains(string(answer[:n]), "OK") {
		c.t.Fatalf("%q, %v", answer[:n], err)
	}
}

// TestLimitWithoutRedis counts what passes while Redis is away: each instance grants
// the limit once more, and all of them together once more when Redis is back empty.
func TestLimitWithoutRedis(t *testing.T) {
	const limit = 20
	c := newCluster(t, fmt.Sprintf("MCP_RATE_LIMIT=%d/15m", limit))
	pass := func() (n int) {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		for range 6 * limit {
			req, err := http.NewRequest("GET", c.url+"/mcp", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "ApiKey "+clusterKey)
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			switch res.StatusCode {
			case http.StatusMethodNotAllowed:
				n++
			case http.StatusTooManyRequests:
			default:
				t.Error(res.Status)
			}
		}
		return n
	}
	before := pass()
	c.redis.end(syscall.SIGKILL)
	away := pass()
	c.startRedis()
	time.Sleep(time.Second) // until it has been found to answer
	after := pass()
	t.Logf("a limit of %d in 15 minutes: %d passed, %d more while Redis was away, %d more when it was back and empty", limit, before, away, after)
	if before != limit || away > len(c.instances)*limit || after > limit {
		t.Errorf("%d, %d and %d passed", before, away, after)
	}
}
