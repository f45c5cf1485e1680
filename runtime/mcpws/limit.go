package mcpws

import (
	"time"

	"github.com/gorilla/websocket"
)

// uncounted is how long a message may be without counting.
const uncounted = 4 << 10

// count makes room for n more bytes of the message.
func (c *conn) count(n int) error {
	o := &c.endpoint.opts
	if o.TakeMemory == nil {
		return nil
	}
	if c.counted += int64(n); c.counted <= uncounted {
		return nil
	}
	if !o.TakeMemory(int64(n)) {
		return c.sendClose(websocket.CloseTryAgainLater, "the server is busy")
	}
	c.msg.Hold(int64(n), o.ReleaseMemory)
	return nil
}

// untilPing is how long to wait before the client is looked at again.
func (c *conn) untilPing() time.Duration {
	ping := c.endpoint.opts.Ping
	if c.until.IsZero() {
		return ping
	}
	return max(0, min(ping, time.Until(c.until)))
}
