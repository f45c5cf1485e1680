package client

import (
	"bytes"
	"context"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// InProcess connects to a server in the same process, without a transport
// between. Messages are the same bytes as on any other.
func InProcess(ctx context.Context, s *mcp.Server, o *Options) (*Client, error) {
	m := &memory{events: make(chan Event, 64), done: make(chan struct{})}
	m.ctx, m.stop = context.WithCancel(context.Background())
	m.conn = s.NewConn(mcp.ConnOptions{Transport: "memory", Out: m.deliver, CancelByMessage: true})
	return Connect(ctx, m, o)
}

// memory is the transport of InProcess. A request is served in a goroutine of
// its own, as a remote server would; whatever has to keep its order is served
// before Send returns.
type memory struct {
	conn   *mcp.Conn
	events chan Event
	ctx    context.Context // ends with Close
	stop   context.CancelFunc
	done   chan struct{} // closed by Close
	once   sync.Once
	calls  sync.WaitGroup
}

func (m *memory) Send(_ context.Context, msg Message) error {
	if m.ctx.Err() != nil {
		return ErrClosed
	}
	parsed := mcp.Parse(bytes.Clone(msg.Data))
	serve := func() {
		defer parsed.Release()
		m.conn.Handle(m.ctx, parsed, exchangeStream{m})
	}
	if parsed.Inline() {
		serve()
		return nil
	}
	m.calls.Go(serve)
	return nil
}

func (m *memory) Receive(ctx context.Context) (Event, error) {
	select {
	case ev := <-m.events:
		return ev, nil
	case <-m.done:
		return Event{}, ErrClosed
	case <-ctx.Done():
		return Event{}, context.Cause(ctx)
	}
}

// Close cancels what runs and waits for it.
func (m *memory) Close() error {
	m.once.Do(func() {
		m.stop()
		close(m.done)
		m.conn.Close()
		m.calls.Wait()
	})
	return nil
}

func (m *memory) deliver(ctx context.Context, msg []byte) error {
	select {
	case m.events <- Event{Data: bytes.Clone(msg)}:
		return nil
	case <-m.done:
		return ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// exchangeStream is where the server answers one request.
type exchangeStream struct{ m *memory }

func (s exchangeStream) Send(ctx context.Context, msg []byte) error { return s.m.deliver(ctx, msg) }

func (s exchangeStream) Respond(ctx context.Context, msg []byte, _ int) error {
	return s.m.deliver(context.WithoutCancel(ctx), msg)
}
