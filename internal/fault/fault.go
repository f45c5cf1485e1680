// Package fault has a proxy that tests put between two programs, to cut them apart,
// and addresses for programs that come and go.
package fault

import (
	"net"
	"sync"
)

// A Proxy passes on what comes over its connections.
type Proxy struct {
	l  net.Listener
	to string

	mu    sync.Mutex
	cut   bool
	ended bool
	conns map[net.Conn]struct{}
	work  sync.WaitGroup
}

// NewProxy listens on the loopback interface, for connections to an address.
func NewProxy(to string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not wait
	if err != nil {
		return nil, err
	}
	p := &Proxy{l: l, to: to, conns: map[net.Conn]struct{}{}}
	p.work.Go(p.accept)
	return p, nil
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.l.Addr().String() }

// Close ends the proxy and its connections.
func (p *Proxy) Close() {
	_ = p.l.Close() // it listens
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	p.Reset()
	p.work.Wait()
}

// Cut loses everything that is sent from now on, without a word to anybody, until
// Mend.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
}

// Mend ends the cut, and the connections that have lost something.
func (p *Proxy) Mend() {
	p.mu.Lock()
	p.cut = false
	p.mu.Unlock()
	p.Reset()
}

// Reset ends all connections.
func (p *Proxy) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close() // whoever reads hears of it
	}
	clear(p.conns)
}

func (p *Proxy) accept() {
	for {
		in, err := p.l.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", p.to) //nolint:noctx // this machine answers at once
		if err != nil {
			_ = in.Close() // as if there was no proxy
			continue
		}
		p.mu.Lock()
		ended := p.ended
		p.conns[in], p.conns[out] = struct{}{}, struct{}{}
		p.mu.Unlock()
		if ended { // nobody else would close them
			p.Reset()
		}
		p.work.Go(func() { p.pass(in, out) })
		p.work.Go(func() { p.pass(out, in) })
	}
}

// pass copies until one side ends.
func (p *Proxy) pass(from, to net.Conn) {
	const size = 32 << 10
	buf := make([]byte, size)
	for {
		n, err := from.Read(buf)
		p.mu.Lock()
		cut := p.cut
		p.mu.Unlock()
		if n > 0 && !cut {
			if _, err := to.Write(buf[:n]); err != nil {
				break
			}
		}
		if err != nil {
			break
		}
	}
	_, _ = from.Close(), to.Close() // one of them has ended
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, from)
	delete(p.conns, to)
}
