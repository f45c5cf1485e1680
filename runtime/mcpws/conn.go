package mcpws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
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

var errSilent = errors.New("client does not answer pings")

// A conn is one WebSocket connection: source and sink of its pump.
type conn struct {
	endpoint *Endpoint
	ws       *websocket.Conn
	conn     *mcp.Conn
	ctx      context.Context //nolint:containedctx // of the handshake, for its values
	out      pump.Writer
	pump     pump.Pump

	release func()    // what the endpoint's Hold gave
	until   time.Time // when the client must go; zero: never

	ping   *time.Timer
	heard  atomic.Bool // something came since the last ping
	missed int         // pings in a row after which nothing came; of keepAlive
	closed atomic.Bool // the server has sent a close frame
}

func newConn(e *Endpoint, ws *websocket.Conn, r *http.Request) *conn {
	c := &conn{endpoint: e, ws: ws, ctx: context.WithoutCancel(r.Context())}
	ws.SetReadLimit(int64(e.opts.MaxMessage))
	ws.SetPongHandler(func(string) error {
		c.heard.Store(true)
		return nil
	})
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

// Next makes conn a [pump.Source]. It waits for a message on as little of the
// stack as it can: at a quarter of it the collector takes the rest back.
func (c *conn) Next() (*pump.Buffer, error) {
	kind, r, err := c.ws.NextReader()
	if err != nil {
		return nil, gone(err)
	}
	return c.message(kind, r)
}

func (c *conn) message(kind int, r io.Reader) (*pump.Buffer, error) {
	if kind != websocket.TextMessage {
		return nil, c.sendClose(websocket.CloseUnsupportedData, "messages are text")
	}
	b := pump.GetBuffer()
	if c.endpoint.opts.TakeMemory != nil {
		r = &counted{Reader: r, b: b, o: &c.endpoint.opts}
	}
	if _, err := b.ReadFrom(r); err != nil {
		b.Free()
		if errors.Is(err, errMemory) {
			return nil, c.sendClose(websocket.CloseTryAgainLater, err.Error())
		}
		return nil, gone(err)
	}
	if !c.heard.Load() {
		c.heard.Store(true)
	}
	if err := c.mayStay(); err != nil {
		b.Free()
		return nil, err
	}
	return b, nil
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

// gone keeps an end of input from looking like a peer that still reads.
func gone(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// WriteBatch makes conn a [pump.Sink].
func (c *conn) WriteBatch(b *pump.Batch) error {
	for i := range b.Len() {
		if i > 0 {
			c.out.Advance()
		}
		if err := c.Write(b.At(i)); err != nil {
			return err
		}
	}
	return nil
}

// Write makes conn a [pump.Sink]. A long message is sent in fragments. There is
// no deadline on the connection: the pump looks whether writing goes on.
func (c *conn) Write(msg []byte) error {
	if len(msg) <= pump.Chunk {
		return c.ws.WriteMessage(websocket.TextMessage, msg)
	}
	w, err := c.ws.NextWriter(websocket.TextMessage)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(msg, pump.Chunk) {
		c.out.Advance()
		if _, err := w.Write(chunk); err != nil {
			return err
		}
	}
	return w.Close()
}

// Abort makes conn a [pump.Sink].
func (c *conn) Abort(error) {
	_ = c.ws.Close() // interrupts what reads and writes
	c.conn.Close()
}

// keepAlive pings the client, unless nothing came after the last pings. While
// the connection is full nothing is read, so that silence means nothing.
func (c *conn) keepAlive() {
	if c.mayStay() != nil {
		_ = c.ws.SetReadDeadline(time.Now().Add(closeWait)) // the reader sees the answer, or that there is none
		return
	}
	if c.heard.Swap(false) || c.pump.Full() {
		c.missed = 0
	} else if c.missed++; c.missed == missedPings {
		c.out.Fail(errSilent)
		return
	}
	if err := c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.endpoint.opts.WriteTimeout)); err != nil {
		if !c.closed.Load() {
			c.out.Fail(err)
		}
		return
	}
	c.ping.Reset(c.untilPing())
}

// sendClose tells the client why the connection ends. It gives the same as an
// error.
func (c *conn) sendClose(code int, reason string) error {
	c.closed.Store(true)
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(closeWait))
	return fmt.Errorf("closed with %d: %s", code, reason)
}

// goAway writes what waits and closes the connection because the server shuts
// down. The reader sees the client's answer, or the deadline.
func (c *conn) goAway() {
	c.out.Close()
	_ = c.sendClose(websocket.CloseGoingAway, "server shuts down")
	_ = c.ws.SetReadDeadline(time.Now().Add(closeWait)) // fails on a closed connection, which is fine
}

// finish ends the connection once nothing runs on it any more.
func (c *conn) finish(err error) {
	c.ping.Stop()
	var answered *websocket.CloseError
	switch {
	case errors.As(err, &answered): // both sides have said goodbye
	case errors.Is(err, websocket.ErrReadLimit):
		_ = c.ws.SetReadDeadline(time.Now().Add(closeWait))
		_, _ = io.CopyN(io.Discard, c.ws.NetConn(), closeRead) // frames can be read no more
	case c.closed.Load():
		_ = c.ws.SetReadDeadline(time.Now().Add(closeWait))
		for err = nil; err == nil; {
			_, _, err = c.ws.NextReader()
		}
	}
	_ = c.ws.Close()
	c.release()
	c.endpoint.release(c)
}
