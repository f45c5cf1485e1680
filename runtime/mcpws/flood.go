package mcpws

import (
	"time"

	"github.com/gorilla/websocket"
)

// Frames that carry nothing, pings above all, cost work and are counted by nobody
// else. A client that pings once a second for as long as nothing of it is read
// must not be cut off when it is.
const (
	idleEvery = time.Second / 10 // one such frame on average
	idleBurst = 100              // and so many at once
)

// idle counts a frame that carries nothing, and closes the connection of a client
// that sends too many of them.
func (c *conn) idle() error {
	now := time.Now()
	if c.idleUntil.Before(now) {
		c.idleUntil = now
	}
	if c.idleUntil = c.idleUntil.Add(idleEvery); c.idleUntil.Sub(now) > idleBurst*idleEvery {
		return c.sendClose(websocket.ClosePolicyViolation, "too many pings, pongs or empty frames")
	}
	return nil
}
