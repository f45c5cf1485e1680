package mcpws_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// burst is how many frames that carry nothing may come at once.
const burst = 100

// TestFlood cuts off clients that send frames which carry nothing: pings, pongs, and
// parts of a message that have no bytes.
func TestFlood(t *testing.T) {
	t.Parallel()
	for name, frame := range map[string][]byte{
		"pings": {0x89, 0x80, 0, 0, 0, 0}, "pongs": {0x8a, 0x80, 0, 0, 0, 0}, "pings with text": {0x89, 0x81, 0, 0, 0, 0, 'x'}, "parts": {0x00, 0x80, 0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := dialPipe(t, mcpws.New(fixture.New(nil), nil))
				closed := make(chan int, 1)
				go func() { closed <- closeCode(t, c) }()
				if name == "parts" { // of one message, the first one too
					if _, err := c.NetConn().Write([]byte{0x01, 0x80, 0, 0, 0, 0}); err != nil {
						t.Fatal(err)
					}
				}
				sent := 0
				for ; sent < 10*burst; sent++ {
					if _, err := c.NetConn().Write(frame); err != nil {
						break
					}
					synctest.Wait()
					if len(closed) > 0 {
						break
					}
				}
				if code := <-closed; code != websocket.ClosePolicyViolation || sent < burst-1 || sent > burst+1 {
					t.Errorf("closed with %d after %d frames", code, sent)
				}
			})
		})
	}
}

// TestSteadyPings lets a client ping nearly as often as it may, for an hour in
// which it answers pings as well.
func TestSteadyPings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := dialPipe(t, mcpws.New(fixture.New(nil), nil))
		answers := make(chan string, 1)
		go func() {
			for {
				_, msg, err := c.ReadMessage()
				if err != nil {
					close(answers)
					return
				}
				answers <- string(msg)
			}
		}()
		pongs := 0
		c.SetPongHandler(func(string) error {
			pongs++
			return nil
		})
		const pings = 9 * 3600
		for i := range pings {
			if err := c.WriteControl(websocket.PingMessage, nil, time.Time{}); err != nil {
				t.Fatalf("after %d pings: %v", i, err)
			}
			time.Sleep(time.Second / 9)
		}
		for range burst - 1 { // and some at once
			if err := c.WriteControl(websocket.PingMessage, nil, time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		send(t, c, ping)
		if got := <-answers; got != pong {
			t.Errorf("received %s", got)
		}
		if pongs != pings+burst-1 {
			t.Errorf("%d pongs", pongs)
		}
		_ = c.Close()
		<-answers
	})
}
