// Package mcpstdio serves MCP over a pair of byte streams, such as the standard
// input and output of a process: one JSON-RPC message a line (2026-07-28,
// basic/transports/stdio), in both eras, decided message by message.
//
// A line that is no message is answered with the JSON-RPC error and reading
// goes on. Everything that was read before the input ended is answered before
// [Serve] returns. Nothing but messages is written to the output.
package mcpstdio

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/pump"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Defaults of [Options].
const (
	DefaultMaxMessage   = 4 << 20
	DefaultCalls        = pump.DefaultCalls
	DefaultWriteTimeout = time.Minute
	DefaultGrace        = 25 * time.Second
)

// Options are the limits of a connection. The zero value has the defaults.
type Options struct {
	// MaxMessage bounds a line, in bytes. A longer one is answered with -32600
	// and skipped, without being kept in memory.
	MaxMessage int

	// Calls is how many requests run at once. Nothing is read while they do.
	Calls int

	// WriteTimeout is how long a write may be held up by a client that does not
	// read, before the connection is given up.
	WriteTimeout time.Duration

	// Grace is how long running calls may go on after the input has ended or the
	// context is done. Then they are cancelled.
	Grace time.Duration
}

// Serve serves s on in and out until in ends or ctx is done, and answers what
// it has read. It closes in and out, where they can be closed, when it returns.
//
// The error is nil when in has ended, the cause of ctx when that was first, the
// error of in or out when the connection broke, and says so when calls did not
// end although they were cancelled. o may be nil.
func Serve(ctx context.Context, s *mcp.Server, in io.Reader, out io.Writer, o *Options) error {
	c := newConn(s, in, out, o)
	defer c.close()
	ended := make(chan error, 1)
	c.pump.Start(ctx, func(err error) { ended <- err })
	select {
	case err := <-ended:
		return err
	case reason := <-c.aborted:
		c.pump.Stop()
		select { // a write that cannot be interrupted would keep us
		case <-ended: //nolint:errcheck // the reason of the abort counts
		case <-time.After(lastWait):
		}
		return reason
	case <-ctx.Done():
		c.pump.Stop()
		c.closeIn()
		select {
		case err := <-ended:
			if err != nil {
				return err
			}
			return context.Cause(ctx)
		case reason := <-c.aborted:
			return reason
		}
	}
}

// lastWait is how long Serve waits for the calls of a broken connection.
const lastWait = time.Second

// A conn is the connection: the sink of its pump, and what belongs to it.
type conn struct {
	lines lines
	conn  *mcp.Conn
	out   pump.Writer
	pump  pump.Pump
	opts  pump.Options

	w       io.Writer
	once    sync.Once  // around the first abort
	aborted chan error // gets the reason of the first abort
}

func newConn(s *mcp.Server, in io.Reader, out io.Writer, o *Options) *conn {
	var opts Options
	if o != nil {
		opts = *o
	}
	c := &conn{w: out, aborted: make(chan error, 1)}
	c.lines = lines{in: in, max: opts.MaxMessage, wait: c.out.Flush}
	if c.lines.max <= 0 {
		c.lines.max = DefaultMaxMessage
	}
	if opts.WriteTimeout <= 0 {
		opts.WriteTimeout = DefaultWriteTimeout
	}
	if opts.Grace <= 0 {
		opts.Grace = DefaultGrace
	}
	c.opts = pump.Options{Calls: opts.Calls, Grace: opts.Grace}
	c.out.Init(c, 0, opts.WriteTimeout)
	c.conn = s.NewConn(mcp.ConnOptions{
		Transport:       "stdio",
		CancelByMessage: true,
		Out:             func(_ context.Context, msg []byte) error { return c.out.Post(msg) },
	})
	c.pump.Init(s, c.conn, &c.lines, &c.out, &c.opts)
	return c
}

// AppendHead makes conn a [pump.Sink]. A message is a line.
func (*conn) AppendHead(b []byte, _ int) []byte { return b }

// AppendTail makes conn a [pump.Sink].
func (*conn) AppendTail(b []byte) []byte { return append(b, '\n') }

// Write makes conn a [pump.Sink].
func (c *conn) Write(lines []byte) (int, error) { return c.w.Write(lines) }

// Abort makes conn a [pump.Sink]. Closing interrupts reads and writes that wait.
func (c *conn) Abort(reason error) {
	c.once.Do(func() {
		c.aborted <- reason
		c.conn.Close()
		c.close()
	})
}

func (c *conn) closeIn() {
	if in, ok := c.lines.in.(io.Closer); ok {
		_ = in.Close() // it is read no more
	}
}

func (c *conn) close() {
	c.closeIn()
	if out, ok := c.w.(io.Closer); ok {
		_ = out.Close() // everything was written, or cannot be
	}
}
