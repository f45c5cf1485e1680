package mcptest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// A Client sends and expects raw messages for a test, which fails when
// something else comes. It is used by the test's own goroutine.
type Client struct {
	tb   testing.TB
	peer Peer
	vars vars
}

// Connect opens a connection to s in memory, closed when the test ends.
func Connect(tb testing.TB, s *mcp.Server) *Client {
	tb.Helper()
	return NewClient(tb, Memory(s))
}

// NewClient makes a client of a connection, which it closes when the test ends.
// What the server has sent by then must have been received.
func NewClient(tb testing.TB, p Peer) *Client {
	tb.Helper()
	c := &Client{tb: tb, peer: p, vars: vars{}}
	tb.Cleanup(func() {
		if err := drain(p); err != nil && !tb.Failed() {
			tb.Error(err)
		}
	})
	return c
}

// Send sends msg as it is.
func (c *Client) Send(msg string) {
	c.tb.Helper()
	ctx, cancel := within()
	defer cancel()
	if err := c.peer.Send(ctx, []byte(msg)); err != nil {
		c.tb.Fatalf("send %.200s: %v", msg, err)
	}
}

// Receive waits for the next message.
func (c *Client) Receive() string {
	c.tb.Helper()
	ctx, cancel := within()
	defer cancel()
	for {
		r, err := c.peer.Receive(ctx)
		if err != nil {
			c.tb.Fatalf("receive: %v", err)
		}
		if r.Message != nil {
			return string(r.Message)
		}
	}
}

// Expect waits for the next message, which must be as pattern says: JSON, in
// which … as a value stands for any value, as a member of an object or the last
// item of an array for any others, and within a string for any text. $name
// stands for the value that it had when it was first expected. A message is not
// expected to say "jsonrpc":"2.0": it always must.
func (c *Client) Expect(pattern string) {
	c.tb.Helper()
	want, err := parse(pattern, true)
	if err != nil {
		c.tb.Fatalf("pattern: %v", err)
	}
	msg := c.Receive()
	got, err := parseMessage(msg)
	if err == nil {
		err = c.vars.match(want, got, "")
	}
	if err != nil {
		c.tb.Fatalf("%v\nreceived %s", err, msg)
	}
}

// Initialize opens a session of the stateful era in the given revision.
func (c *Client) Initialize(revision string) {
	c.tb.Helper()
	ctx, cancel := within()
	defer cancel()
	if err := initialize(ctx, c.peer, revision); err != nil {
		c.tb.Fatalf("%v", err)
	}
}

// initialize makes the handshake, which must settle on revision.
func initialize(ctx context.Context, p Peer, revision string) error {
	err := p.Send(ctx, fmt.Appendf(nil, `{"jsonrpc":"2.0","id":"initialize","method":"initialize","params":{"protocolVersion":%q,"capabilities":{},"clientInfo":{"name":"mcptest","version":"1"}}}`, revision))
	if err != nil {
		return err
	}
	r, err := p.Receive(ctx)
	if err != nil {
		return fmt.Errorf("initialize: %w", err)
	}
	answer, err := parseMessage(string(r.Message))
	if err != nil {
		return fmt.Errorf("initialize: %w", err)
	}
	if v := answer.get("result", "protocolVersion"); v == nil || v.text != revision {
		return fmt.Errorf("initialize with %s: received %s", revision, r.Message)
	}
	return p.Send(ctx, []byte(`{"jsonrpc":"2.0","method":"notifications/initialized"}`))
}

// parseMessage reads what a server sent, and takes "jsonrpc" off it, which must
// be there.
func parseMessage(msg string) (*value, error) {
	v, err := parse(msg, false)
	if err != nil {
		return nil, fmt.Errorf("received no JSON: %w", err)
	}
	each := []*value{v}
	if v.kind == array {
		each = v.items // a batch
	}
	for _, m := range each {
		if ver := m.get("jsonrpc"); ver == nil || ver.text != "2.0" {
			return nil, errors.New(`received no JSON-RPC: "jsonrpc" is not "2.0"`)
		}
		for i := range m.members {
			if m.members[i].key == "jsonrpc" {
				m.members = append(m.members[:i], m.members[i+1:]...)
				break
			}
		}
	}
	return v, nil
}

// drain closes p and reads up to its end. It reports messages that nobody has
// received.
func drain(p Peer) error {
	if err := p.Close(); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	ctx, cancel := within()
	defer cancel()
	var left error
	for {
		r, err := p.Receive(ctx)
		switch {
		case errors.Is(err, io.EOF):
			return left
		case err != nil:
			return errors.Join(left, fmt.Errorf("after close: %w", err))
		case r.Message != nil && left == nil:
			left = fmt.Errorf("received what nobody wanted: %s", r.Message)
		}
	}
}

func within() (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(context.Background(), patience, fmt.Errorf("nothing came within %v", patience))
}
