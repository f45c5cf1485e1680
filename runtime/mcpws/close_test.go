package mcpws_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// TestClientLeaves has running calls cancelled when their client is gone.
func TestClientLeaves(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"close", "cut"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			started, ended := make(chan struct{}), make(chan struct{})
			_, url := listen(t, server("hold", func(ctx context.Context, _ *mcp.Call) error {
				close(started)
				<-ctx.Done()
				close(ended)
				return ctx.Err()
			}), nil)
			c := dial(t, url)
			send(t, c, call(1, "hold", "{}"))
			<-started
			if how == "close" {
				if err := c.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Time{}); err != nil {
					t.Fatal(err)
				}
				if got := closeCode(t, c); got != 1000 {
					t.Errorf("answered with %d, want 1000", got)
				}
			} else if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			<-ended
		})
	}
}

// TestChurn opens connections and leaves them in every state. None stays.
func TestChurn(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), &mcpws.Options{MaxConnections: 20})
	for i := range 200 {
		c, _, err := websocket.DefaultDialer.DialContext(t.Context(), url, nil)
		if err != nil { // the server has not noticed all ends yet
			continue
		}
		switch i % 4 {
		case 0:
			send(t, c, ping)
			receive(t, c)
		case 1:
			send(t, c, call(1, "wait", "{}"))
		case 2:
			if _, err := c.NetConn().Write([]byte{0x81}); err != nil { // half a header
				t.Fatal(err)
			}
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMaxConnections(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), &mcpws.Options{MaxConnections: 2})
	first := dial(t, url)
	dial(t, url)
	_, res, err := websocket.DefaultDialer.DialContext(t.Context(), url, nil)
	if err == nil || res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Fatalf("the third connection got %v, %v; want 503", res, err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	for { // until the server has noticed
		c, _, err := websocket.DefaultDialer.DialContext(t.Context(), url, nil)
		if err == nil {
			_ = c.Close()
			return
		}
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestShutdown has a call answered, everything closed with 1001 and new
// connections refused.
func TestShutdown(t *testing.T) {
	t.Parallel()
	started, release := make(chan struct{}), make(chan struct{})
	s := server("hold", func(context.Context, *mcp.Call) error {
		close(started)
		<-release
		return nil
	})
	e, url := listen(t, s, nil)
	idle, busy := dial(t, url), dial(t, url)
	send(t, busy, call(1, "hold", "{}"))
	<-started
	ended := make(chan error, 1)
	go func() {
		err := s.Shutdown(context.Background())
		ended <- errors.Join(err, e.Shutdown(context.Background()))
	}()
	close(release)
	if got := receive(t, busy); !strings.Contains(got, `"id":1,"result"`) {
		t.Errorf("received %s, want the result", got)
	}
	for _, c := range []*websocket.Conn{idle, busy} {
		if got := closeCode(t, c); got != websocket.CloseGoingAway {
			t.Errorf("closed with %d, want %d", got, websocket.CloseGoingAway)
		}
	}
	if err := <-ended; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	_, res, err := websocket.DefaultDialer.DialContext(t.Context(), url, nil)
	if err == nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a new connection got %v, %v; want 503", res, err)
	}
}

// TestShutdownCuts has a client that does not answer and a call that does not
// end.
func TestShutdownCuts(t *testing.T) {
	t.Parallel()
	started := make(chan struct{})
	e, url := listen(t, server("hold", func(ctx context.Context, _ *mcp.Call) error {
		close(started)
		<-ctx.Done()
		return ctx.Err()
	}), nil)
	c := dial(t, url)
	send(t, c, call(1, "hold", "{}"))
	<-started
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v, want %v", err, context.Canceled)
	}
}
