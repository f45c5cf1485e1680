package mcpws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"github.com/mcpgen/mcpgen/runtime/internal/pump"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

const (
	// closeWait is how long a client may take to answer a close frame.
	closeWait = 2 * time.Second

	// closeRead is how much of a message that is too long is read meanwhile. A
	// connection that is closed with unread input is reset, and the close frame
	// may get lost.
	closeRead = 4 << 20

	missedPings = 2
)

var (
	errSilent  = errors.New("client does not answer pings")
	errGoodbye = errors.New("client has closed the connection")
)

// A conn is one WebSocket connection: source and sink of its pump.
type conn struct {
	endpoint *Endpoint
	net      net.Conn
	conn     *mcp.Conn
	ctx      context.Context //nolint:containedctx // of the handshake, for its values
	out      pump.Writer
	pump     pump.Pump

	in      input
	msg     *pump.Buffer // the message of which a part has been read; nil: none
	counted int64        // bytes of it
	lost    bool         // what comes can be read no more

	idleUntil time.Time // what frames that carry nothing have used up; of the reader

	release func()    // what the endpoint's Hold gave
	until   time.Time // when the client must go; zero: never

	ping   *time.Timer
	heard  atomic.Bool // something came since the last ping
	missed int         // pings in a row after which nothing came; of keepAlive
	closed atomic.Bool // the server has sent a close frame
}

func newConn(e *Endpoint, nc net.Conn, r *http.Request) *conn {
	c := &conn{endpoint: e, net: nc, ctx: context.WithoutCancel(r.Context())}
	c.in = input{from: nc, wait: c.out.Flush, buf: make([]byte, readBuffer)}
	c.out.Init(c, 0, e.opts.WriteTimeout)
	var who *mcp.Principal
	if e.opts.Principal != nil {
		who = e.opts.Principal(r)
	}
	c.conn = e.server.NewConn(mcp.ConnOptions{
		Transport:       "websocket",
		Principal:       who,
		CancelByMessage: true,
		Out:             func(_ context.Context, msg []byte) error { return c.out.Post(msg) },
	})
	c.pump.Init(e.server, c.conn, c, &c.out, &e.pump)
	c.heard.Store(true)
	if e.opts.Expires != nil {
		c.until = e.opts.Expires(c.ctx)
	}
	c.ping = time.AfterFunc(time.Hour, c.keepAlive)
	return c
}

func (c *conn) start(ctx context.Context) {
	c.ping.Reset(c.untilPing())
	c.pump.Start(ctx, c.finish)
}

// Next makes conn a [pump.Source]. It waits for a frame on as little of the
// stack as it can: at a quarter of it the collector takes the rest back.
func (c *conn) Next() (*pump.Buffer, error) {
	for {
		if c.in.empty() {
			if err := c.in.fill(); err != nil {
				return nil, c.gone(err)
			}
		}
		b, err := c.frame()
		if err != nil {
			return nil, c.gone(err)
		}
		if b != nil {
			return b, nil
		}
	}
}

// gone gives up the message of which a part has been read. It keeps an end of
// input from looking like a peer that still reads.
func (c *conn) gone(err error) error {
	if c.msg != nil {
		c.msg.Free()
		c.msg = nil
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// frame reads a frame. It gives the message that ends with it, if one does.
func (c *conn) frame() (*pump.Buffer, error) {
	h, err := c.in.header()
	switch {
	case errors.Is(err, errProtocol):
		return nil, c.refuse(err)
	case err != nil:
		return nil, err
	case h.control():
		return nil, c.control(h)
	case h.op == websocket.BinaryMessage:
		return nil, c.sendClose(websocket.CloseUnsupportedData, "messages are text")
	case c.msg == nil:
		c.msg, c.counted = pump.GetBuffer(), 0
	}
	if err := c.payload(h); err != nil || !h.final {
		return nil, err
	}
	b := c.msg
	c.msg = nil
	if !c.heard.Load() {
		c.heard.Store(true)
	}
	if err := c.mayStay(); err != nil {
		b.Free()
		return nil, err
	}
	return b, nil
}

// payload adds the payload of a frame to the message.
func (c *conn) payload(h header) error {
	if h.length > int64(c.endpoint.opts.MaxMessage-len(c.msg.B)) {
		c.lost = true
		return c.sendClose(websocket.CloseMessageTooBig, "messages have "+strconv.Itoa(c.endpoint.opts.MaxMessage)+" bytes at most")
	}
	if h.length == 0 && !h.final {
		return c.idle()
	}
	for pos := 0; c.in.left > 0; {
		n, err := c.in.read(c.msg.Room(int(c.in.left)))
		h.unmask(c.msg.Grow(n), pos)
		if err != nil {
			return err
		}
		if err := c.count(n); err != nil {
			return err
		}
		pos += n
	}
	return nil
}

// control takes a control frame.
func (c *conn) control(h header) error {
	p, err := c.in.next(int(h.length))
	if err != nil {
		return err
	}
	c.in.left = 0
	h.unmask(p, 0)
	if h.op != websocket.CloseMessage {
		if err := c.idle(); err != nil {
			return err
		}
	}
	switch h.op {
	case websocket.PongMessage:
		c.heard.Store(true)
		return nil
	case websocket.PingMessage:
		_ = c.out.PostRaw(append(appendHead(nil, websocket.PongMessage, len(p)), p...)) // on a connection that ends nobody waits for it
		return nil
	}
	code, err := closeCode(p)
	if err != nil {
		return c.refuse(err)
	}
	c.out.Close(closeFrame(code, ""))
	return errGoodbye
}

// refuse ends the connection because of what the client sends.
func (c *conn) refuse(err error) error {
	c.lost = true
	return c.sendClose(websocket.CloseProtocolError, err.Error())
}

// mayStay closes the connection when the client may use it no longer.
func (c *conn) mayStay() error {
	if c.endpoint.opts.Alive == nil {
		return nil
	}
	if err := c.endpoint.opts.Alive(c.ctx); err != nil {
		return c.sendClose(websocket.ClosePolicyViolation, err.Error())
	}
	return nil
}

// AppendHead makes conn a [pump.Sink].
func (*conn) AppendHead(b []byte, n int) []byte { return appendHead(b, websocket.TextMessage, n) }

// AppendTail makes conn a [pump.Sink].
func (*conn) AppendTail(b []byte) []byte { return b }

// Write makes conn a [pump.Sink]. There is no deadline on the connection: the pump
// looks whether writing goes on.
func (c *conn) Write(frames []byte) (int, error) { return c.net.Write(frames) }

// Abort makes conn a [pump.Sink].
func (c *conn) Abort(error) {
	_ = c.net.Close() // interrupts what reads and writes
	c.conn.Close()
}

// keepAlive pings the client, unless nothing came after the last pings. While
// the connection is full nothing is read, so that silence means nothing.
func (c *conn) keepAlive() {
	if c.mayStay() != nil {
		_ = c.net.SetReadDeadline(time.Now().Add(closeWait)) // the reader sees the answer, or that there is none
		return
	}
	if c.heard.Swap(false) || c.pump.Full() {
		c.missed = 0
	} else if c.missed++; c.missed == missedPings {
		c.out.Fail(errSilent)
		return
	}
	if c.out.PostRaw(appendHead(nil, websocket.PingMessage, 0)) != nil {
		return // the connection has ended
	}
	c.ping.Reset(c.untilPing())
}

// sendClose tells the client why the connection ends, after everything that waits
// to be written. It gives the same as an error.
func (c *conn) sendClose(code int, reason string) error {
	c.closed.Store(true)
	c.out.Close(closeFrame(code, reason))
	return fmt.Errorf("closed with %d: %s", code, reason)
}

// goAway closes the connection because the server shuts down. The reader sees the
// client's answer, or the deadline.
func (c *conn) goAway() {
	_ = c.sendClose(websocket.CloseGoingAway, "server shuts down")
	_ = c.net.SetReadDeadline(time.Now().Add(closeWait)) // fails on a closed connection, which is fine
}

// finish ends the connection once nothing runs on it any more.
func (c *conn) finish(err error) {
	c.ping.Stop()
	switch {
	case errors.Is(err, errGoodbye): // both sides have said so
	case c.lost:
		_ = c.net.SetReadDeadline(time.Now().Add(closeWait))
		_, _ = io.CopyN(io.Discard, c.net, closeRead) // frames can be read no more
	case c.closed.Load():
		_ = c.net.SetReadDeadline(time.Now().Add(closeWait))
		for err = nil; err == nil; {
			err = c.skip()
		}
	}
	_ = c.net.Close()
	c.release()
	c.endpoint.release(c)
}

// skip passes over what is left of a frame and reads the header of the next one.
// It fails at the one that says goodbye.
func (c *conn) skip() error {
	if err := c.in.skip(); err != nil {
		return err
	}
	h, err := c.in.header()
	if err == nil && h.op == websocket.CloseMessage {
		err = errGoodbye
	}
	return err
}
