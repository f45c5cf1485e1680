package mcp

import "context"

type drainKey struct{}

// WithDrain gives a context for [Conn.Handle]: when drain is closed, a request
// that stays open ends with its result. It is for transports that can be shut
// down by themselves, without the server.
func WithDrain(ctx context.Context, drain <-chan struct{}) context.Context {
	return context.WithValue(ctx, drainKey{}, drain)
}

// drainOf is nil, which is never closed, in other contexts.
func drainOf(ctx context.Context) <-chan struct{} {
	drain, _ := ctx.Value(drainKey{}).(<-chan struct{})
	return drain
}

// Stays reports whether the request stays open until the client leaves or the
// server shuts down: subscriptions/listen does.
func (m *Message) Stays() bool { return m.method == methodListen }
