package fault

import (
	"context"
	"net"
	"sync"
)

// Pipes is a listener of connections in memory, for tests with fake time. It is safe
// for concurrent use.
type Pipes struct {
	addr   string
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// NewPipes makes a listener at addr, which is a name only. The connections given wait
// to be accepted; others are made by Dial.
func NewPipes(addr string, waiting ...net.Conn) *Pipes {
	p := &Pipes{addr: addr, conns: make(chan net.Conn, len(waiting)), closed: make(chan struct{})}
	for _, c := range waiting {
		p.conns <- c
	}
	return p
}

// Accept implements net.Listener.
func (p *Pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p *Pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// Addr implements net.Listener.
func (p *Pipes) Addr() net.Addr { return &net.UnixAddr{Name: p.addr, Net: "pipe"} }

// Dial connects to the listener, whatever the address says.
func (p *Pipes) Dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
