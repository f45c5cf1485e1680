//go:build e2e

package redis_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/fault"
	"github.com/mcpgen/mcpgen/runtime/store"
	"github.com/mcpgen/mcpgen/runtime/store/redis"
	"github.com/mcpgen/mcpgen/runtime/store/storetest"
)

// A process is a redis-server.
type process struct {
	cmd  *exec.Cmd
	url  string
	port int
	dead bool
}

func (p *process) kill() {
	if !p.dead {
		p.dead = true
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
}

func (p *process) signal(t *testing.T, sig os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// serve starts redis-server on a free port, or on port if it is not 0.
func serve(t *testing.T, port int) *process {
	t.Helper()
	if port == 0 {
		addr, err := fault.Addr()
		if err == nil {
			port, err = strconv.Atoi(strings.TrimPrefix(addr, "127.0.0.1:"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("redis-server", "--bind", "127.0.0.1", "--port", fmt.Sprint(port), "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd, url: fmt.Sprintf("redis://127.0.0.1:%d", port), port: port}
	t.Cleanup(p.kill)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(strings.ToLower(lines.Text()), "ready to accept connections") {
			go func() {
				for lines.Scan() { // a full pipe would stop it
				}
			}()
			return p
		}
	}
	t.Fatal("redis-server did not start")
	return nil
}

func open(t *testing.T, url string) *redis.Store {
	t.Helper()
	s, err := redis.Open(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestContract(t *testing.T) {
	url := serve(t, 0).url
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, url) })
}

func TestBadURL(t *testing.T) {
	for _, url := range []string{"", "127.0.0.1:6379", "http://127.0.0.1", "redis://127.0.0.1/x"} {
		if s, err := redis.Open(url, nil); err == nil {
			t.Errorf("%q was accepted: %v", url, s)
		}
	}
}

// TestKilled kills the server: what is asked meanwhile fails, soon without being
// sent, and all is well when the server is there again. Subscribers are told
// that they may have missed something.
func TestKilled(t *testing.T) {
	p := serve(t, 0)
	s := open(t, p.url)
	changes, lost := make(chan store.Change, 100), make(chan struct{}, 100)
	cancel, err := s.Subscribe(func(c store.Change) { changes <- c }, func() { lost <- struct{}{} })
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	l := store.Limit{N: 2, Window: time.Hour}
	if g, err := s.Take(t.Context(), "k", l, 1); err != nil || !g.OK {
		t.Fatalf("before: %+v, %v", g, err)
	}
	publishUntil(t, s, changes)
	p.kill()
	down := false
	for range 20 {
		_, err := s.Take(t.Context(), "k", l, 1)
		if err == nil {
			t.Fatal("a dead server answered")
		}
		down = down || errors.Is(err, redis.ErrDown)
	}
	if !down {
		t.Error("a dead server was asked every time")
	}
	serve(t, p.port)
	for {
		if g, err := s.Take(t.Context(), "k", l, 1); err == nil {
			if !g.OK {
				t.Errorf("afterwards: %+v", g)
			}
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	<-lost
	publishUntil(t, s, changes)
}

// publishUntil publishes until a change arrives.
func publishUntil(t *testing.T, s *redis.Store, changes <-chan store.Change) {
	t.Helper()
	for {
		_ = s.Publish(t.Context(), store.Change{Kind: "tools"})
		select {
		case <-changes:
			return
		case <-time.After(20 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("no change arrived")
		}
	}
}
