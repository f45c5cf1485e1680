package mcpws

import (
	"errors"
	"io"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/pump"
)

// uncounted is how long a message may be without counting.
const uncounted = 4 << 10

var errMemory = errors.New("the server is busy")

// counted makes room for a message as it arrives.
type counted struct {
	io.Reader

	b    *pump.Buffer
	o    *Options
	read int64
}

// Read implements io.Reader.
func (r *counted) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.read += int64(n)
	if r.read <= uncounted || n == 0 {
		return n, err
	}
	if !r.o.TakeMemory(int64(n)) {
		return 0, errMemory
	}
	r.b.Hold(int64(n), r.o.ReleaseMemory)
	return n, err
}

// untilPing is how long to wait before the client is looked at again.
func (c *conn) untilPing() time.Duration {
	ping := c.endpoint.opts.Ping
	if c.until.IsZero() {
		return ping
	}
	return max(0, min(ping, time.Until(c.until)))
}
