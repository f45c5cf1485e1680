package mcp

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/internal/jsonrpc"
)

// errUnheard is returned where the client that was asked has left.
var errUnheard = errors.New("the client that was asked can be told nothing any more")

// Complete tells the client that the user has done what the URL was for, so that
// it need not wait for the user to say so. It is called when the server notices,
// during the call or after it, once or more often, and from any goroutine. Only
// the client that was asked is told, and only by 2025-11-25, which alone has a
// message for it: otherwise Complete does nothing. It is an error if that client
// cannot be told.
func (q *URLElicitation) Complete(ctx context.Context) error {
	q.mu.Lock()
	f, id := q.asked, q.id
	q.mu.Unlock()
	if f == nil || id == "" {
		return nil
	}
	e := codec.NewEncoder(jsonrpc.AppendCall(nil, nil, "notifications/elicitation/complete"))
	e.Raw(`{"elicitationId":`)
	e.String(id)
	e.Raw("}}")
	if f.deliver(e.Bytes()) == nil {
		return nil
	}
	// The call is over: the message goes the way of those that belong to none.
	return f.conn.tell(ctx, e.Bytes())
}

// bind notes whom the question goes to.
func (q *URLElicitation) bind(f *flight) {
	if f.rev != rev20251125 { // that revision alone has ids of elicitations
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.asked, q.id = f, rand.Text()
}

// tell sends a message that belongs to no exchange.
func (c *Conn) tell(ctx context.Context, msg []byte) error {
	c.mu.Lock()
	closed := c.closed
	c.mu.Unlock()
	if closed || c.out == nil {
		return errUnheard
	}
	return c.out(ctx, msg)
}
