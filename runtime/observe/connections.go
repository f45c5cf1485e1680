package observe

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync/atomic"
)

// Connections counts the network connections that MCP is spoken on. A probe of
// health or a scrape of metrics makes a connection none of them; keeping one
// open between two requests does not end it.
//
// The listener of a server has to be wrapped by Listen, connections announced by
// Context, and requests counted by Note.
type Connections struct {
	opened, closed func()
	open           atomic.Int64
}

// NewConnections makes a counter. opened and closed are called with each
// connection; they may be nil.
func NewConnections(opened, closed func()) *Connections {
	c := &Connections{opened: opened, closed: closed}
	if c.opened == nil {
		c.opened = func() {}
	}
	if c.closed == nil {
		c.closed = func() {}
	}
	return c
}

// Open is how many there are.
func (c *Connections) Open() int64 { return c.open.Load() }

// Listen makes the connections of l ones that can be counted.
func (c *Connections) Listen(l net.Listener) net.Listener { return &listener{l, c} }

type listener struct {
	net.Listener

	c *Connections
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &counted{Conn: conn, c: l.c}, nil
}

// States of a counted connection.
const (
	silent int32 = iota // nothing of MCP was asked on it
	speaks
	over
)

// counted is a connection that is counted once it speaks MCP.
type counted struct {
	net.Conn

	c     *Connections
	state atomic.Int32
}

// Close implements net.Conn.
func (c *counted) Close() error {
	if c.state.Swap(over) == speaks {
		c.c.open.Add(-1)
		c.c.closed()
	}
	return c.Conn.Close()
}

// NetConn is the connection that is counted.
func (c *counted) NetConn() net.Conn { return c.Conn }

// CloseWrite closes the connection for writing, as net/http does before it gives
// up a client that still sends.
func (c *counted) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

func (c *counted) note() {
	if c.state.Load() != silent {
		return
	}
	c.c.open.Add(1)
	c.c.opened()
	if !c.state.CompareAndSwap(silent, speaks) { // closed meanwhile, or noted twice
		c.c.open.Add(-1)
		c.c.closed()
	}
}

type connKey struct{}

// Context is for http.Server.ConnContext.
func (c *Connections) Context(ctx context.Context, conn net.Conn) context.Context {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if n, ok := conn.(*counted); ok {
		return context.WithValue(ctx, connKey{}, n)
	}
	return ctx
}

// Note counts the connection of r, once.
func (c *Connections) Note(r *http.Request) {
	if n, ok := r.Context().Value(connKey{}).(*counted); ok {
		n.note()
	}
}
