package mcptest

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// A Peer is the client's end of a connection to a server. It carries bytes and
// knows of the protocol only what its transport demands, so that tests can send
// anything.
type Peer interface {
	// Send sends one message as it is. It waits until the server has taken what
	// is no request, but not for answers.
	Send(ctx context.Context, msg []byte) error

	// Receive waits for what the server sends next. It returns io.EOF once the
	// connection has ended.
	Receive(ctx context.Context) (Received, error)

	// Close tells the server that nothing more will be sent. What it still sends
	// can be received, up to io.EOF, which says that nothing of the connection
	// is left.
	Close() error
}

// Received is what came from a server.
type Received struct {
	Message []byte // nil for an HTTP response without a body
	Status  int    // of the HTTP response that it came in; 0 on other transports
}

// An inbox keeps what was received until it is asked for.
type inbox struct {
	mu    sync.Mutex
	items []Received
	err   error         // after the last item
	ready chan struct{} // has a token when there is something to see
}

func newInbox() *inbox { return &inbox{ready: make(chan struct{}, 1)} }

// put adds a copy of msg.
func (b *inbox) put(msg []byte, status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.items = append(b.items, Received{bytes.Clone(msg), status})
	b.wake()
}

// end says that nothing more comes.
func (b *inbox) end(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.err = err
	}
	b.wake()
}

func (b *inbox) wake() {
	select {
	case b.ready <- struct{}{}:
	default:
	}
}

// Receive makes an inbox part of a [Peer].
func (b *inbox) Receive(ctx context.Context) (Received, error) {
	for {
		b.mu.Lock()
		if len(b.items) > 0 {
			r := b.items[0]
			b.items = b.items[1:]
			b.mu.Unlock()
			return r, nil
		}
		err := b.err
		b.mu.Unlock()
		if err != nil {
			return Received{}, err
		}
		select {
		case <-b.ready:
		case <-ctx.Done():
			return Received{}, context.Cause(ctx)
		}
	}
}

// Memory connects to a server in this process, with no transport between.
func Memory(s *mcp.Server) Peer {
	p := &memory{inbox: newInbox(), drain: make(chan struct{})}
	p.conn = s.NewConn(mcp.ConnOptions{
		Transport:       "memory",
		CancelByMessage: true,
		Out: func(_ context.Context, msg []byte) error {
			p.put(msg, 0)
			return nil
		},
	})
	return p
}

// memory is its own [mcp.Stream].
type memory struct {
	*inbox

	conn  *mcp.Conn
	calls sync.WaitGroup
	drain chan struct{} // closed by Close: requests that stay open end
}

func (p *memory) Send(ctx context.Context, msg []byte) error {
	m := mcp.Parse(bytes.Clone(msg))
	if m.Inline() {
		p.handle(ctx, m)
		return nil
	}
	p.calls.Go(func() { p.handle(mcp.WithDrain(context.WithoutCancel(ctx), p.drain), m) })
	return nil
}

func (p *memory) handle(ctx context.Context, m *mcp.Message) {
	p.conn.Handle(ctx, m, stream{p.inbox})
	m.Release()
}

func (p *memory) Close() error {
	close(p.drain)
	go func() {
		end := time.AfterFunc(patience/2, p.conn.Close) // calls that do not end
		p.calls.Wait()
		end.Stop()
		p.conn.Close()
		p.end(io.EOF)
	}()
	return nil
}

// A stream puts what belongs to an exchange where everything goes.
type stream struct{ in *inbox }

func (s stream) Send(_ context.Context, msg []byte) error {
	s.in.put(msg, 0)
	return nil
}

func (s stream) Respond(_ context.Context, msg []byte, _ int) error {
	s.in.put(msg, 0)
	return nil
}

// Lines speaks to a server with one message a line, as on stdio: out is what
// the server reads and in what it writes.
func Lines(in io.Reader, out io.WriteCloser) Peer {
	p := &lines{inbox: newInbox(), out: out}
	go func() {
		for r := bufio.NewReader(in); ; {
			line, err := r.ReadBytes('\n')
			if line = bytes.TrimSuffix(line, []byte("\n")); len(line) > 0 {
				p.put(line, 0)
			}
			if err != nil {
				p.end(err)
				return
			}
		}
	}()
	return p
}

type lines struct {
	*inbox

	out io.WriteCloser
}

func (p *lines) Send(_ context.Context, msg []byte) error {
	_, err := p.out.Write(append(bytes.Clone(msg), '\n'))
	return err
}

func (p *lines) Close() error { return p.out.Close() }
