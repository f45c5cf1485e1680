package mcpws_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// TestExpires closes an idle connection when its credential expires, long before the
// next ping.
func TestExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		until := time.Now().Add(time.Minute)
		c := dialPipe(t, mcpws.New(fixture.New(nil), &mcpws.Options{
			Ping:    time.Hour,
			Expires: func(context.Context) time.Time { return until },
			Alive: func(context.Context) error {
				if time.Now().Before(until) {
					return nil
				}
				return errors.New("expired")
			},
		}))
		send(t, c, ping)
		if got := receive(t, c); got != pong {
			t.Errorf("received %s", got)
		}
		if code := closeCode(t, c); code != websocket.ClosePolicyViolation {
			t.Errorf("closed with %d", code)
		}
		if late := time.Since(until); late < 0 || late > time.Second {
			t.Errorf("closed %v after it has expired", late)
		}
	})
}

// TestHold refuses a connection before the upgrade, and counts others out.
func TestHold(t *testing.T) {
	t.Parallel()
	held, ended := make(chan struct{}, 1), make(chan struct{}, 1)
	_, url := listen(t, fixture.New(nil), &mcpws.Options{Hold: func(*http.Request) (func(), error) {
		select {
		case held <- struct{}{}:
			return func() {
				<-held
				ended <- struct{}{}
			}, nil
		default:
			return nil, errors.New("too many")
		}
	}})
	c := dial(t, url)
	_, res, err := websocket.DefaultDialer.DialContext(t.Context(), url, nil)
	if err == nil || res == nil || res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Fatalf("%v, %+v", err, res)
	}
	_ = c.Close()
	<-ended
	dial(t, url)
}

// TestMemory counts long messages while they arrive and are served, and closes the
// connection for which there is no room.
func TestMemory(t *testing.T) {
	t.Parallel()
	var used, most atomic.Int64
	_, url := listen(t, fixture.New(nil), &mcpws.Options{
		TakeMemory: func(n int64) bool {
			now := used.Add(n)
			most.Store(max(most.Load(), now)) // one connection at a time
			if now > 100<<10 {
				used.Add(-n)
				return false
			}
			return true
		},
		ReleaseMemory: func(n int64) { used.Add(-n) },
	})
	c := dial(t, url)
	for _, size := range []int{10, 50 << 10, 90 << 10} {
		send(t, c, fmt.Sprintf(`{"jsonrpc":"2.0","id":"ping","method":"ping","params":{"x":%q}}`, strings.Repeat("x", size)))
		if got := receive(t, c); got != pong {
			t.Errorf("received %s", got)
		}
	}
	if most.Load() < 80<<10 {
		t.Errorf("%d bytes were counted at most", most.Load())
	}
	send(t, c, strings.Repeat("x", 200<<10))
	if code := closeCode(t, c); code != websocket.CloseTryAgainLater {
		t.Errorf("closed with %d", code)
	}
	for i := 0; used.Load() != 0; i++ {
		if i == 1000 {
			t.Fatalf("%d bytes are still counted", used.Load())
		}
		time.Sleep(5 * time.Millisecond)
	}
}
