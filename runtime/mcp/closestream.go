package mcp

import (
	"context"
	"errors"
)

// A StreamCloser is a [Stream] that can be given up before the answer, because
// the client can come back for it.
type StreamCloser interface {
	CloseStream(ctx context.Context) error
}

// CloseStream ends the stream on which the answer to the current call will be
// sent, so that a long call holds no connection. The client comes back for what
// follows: 2025-11-25 over Streamable HTTP (basic/transports, SEP-1699). ctx is
// that of the call. Where it cannot be done the error is errors.ErrUnsupported,
// and the call can go on as if nothing had happened.
func CloseStream(ctx context.Context) error {
	f := flightOf(ctx)
	if f == nil {
		return errors.ErrUnsupported
	}
	f.send.Lock()
	defer f.send.Unlock()
	if f.x == nil || f.rev != rev20251125 {
		return errors.ErrUnsupported
	}
	c, ok := f.x.out.(StreamCloser)
	if !ok {
		return errors.ErrUnsupported
	}
	return c.CloseStream(f.parent)
}
