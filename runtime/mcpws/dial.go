package mcpws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// DialOptions of a client connection. The zero value is ready to use.
type DialOptions struct {
	// Header is sent with the handshake.
	Header http.Header
	// MaxMessage bounds one incoming message in bytes. Default 64 MiB.
	MaxMessage int
	// WriteTimeout bounds one write. Default 10 s.
	WriteTimeout time.Duration
}

// A ClientConn is the client's end of a WebSocket connection: one message per
// text frame. Read is called from one goroutine only; Write and Close may be
// called from several at once.
type ClientConn struct {
	ws      *websocket.Conn
	timeout time.Duration
	once    sync.Once
	closed  chan struct{}

	mu sync.Mutex // one writer at a time
}

// Dial opens a WebSocket connection to a server, such as
// "ws://127.0.0.1:8080/mcp", and asks for the subprotocol "mcp". ctx bounds the
// handshake. A refusal names the HTTP status.
func Dial(ctx context.Context, url string, o *DialOptions) (*ClientConn, error) {
	var opt DialOptions
	if o != nil {
		opt = *o
	}
	if opt.MaxMessage <= 0 {
		opt.MaxMessage = 64 << 20
	}
	if opt.WriteTimeout <= 0 {
		opt.WriteTimeout = 10 * time.Second
	}
	d := websocket.Dialer{Proxy: http.ProxyFromEnvironment, Subprotocols: []string{"mcp"}}
	ws, res, err := d.DialContext(ctx, url, opt.Header)
	if errors.Is(err, websocket.ErrBadHandshake) && res != nil {
		body, _ := io.ReadAll(io.LimitReader(res.Body, 512)) // what there is of it
		return nil, fmt.Errorf("websocket: the server answered %s: %s", res.Status, body)
	}
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(int64(opt.MaxMessage))
	return &ClientConn{ws: ws, timeout: opt.WriteTimeout, closed: make(chan struct{})}, nil
}

// Read gives the next message. It returns net.ErrClosed after Close. ctx is not
// looked at: Close ends a Read that waits.
func (c *ClientConn) Read(context.Context) ([]byte, error) {
	kind, data, err := c.ws.ReadMessage()
	select {
	case <-c.closed:
		return nil, net.ErrClosed
	default:
	}
	if err == nil && kind != websocket.TextMessage {
		err = errors.New("websocket: a binary frame, which carries no message")
	}
	return data, err
}

// Write sends one message.
func (c *ClientConn) Write(ctx context.Context, msg []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	deadline := time.Now().Add(c.timeout)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	if err := c.ws.SetWriteDeadline(deadline); err != nil {
		return err
	}
	return c.ws.WriteMessage(websocket.TextMessage, msg)
}

// Close says goodbye and ends the connection.
func (c *ClientConn) Close() error {
	var err error
	c.once.Do(func() {
		close(c.closed)
		bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		_ = c.ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second)) // a courtesy
		err = c.ws.Close()
	})
	return err
}
