package mcp

import (
	"context"
	"slices"
)

// A Handler serves one request. It returns nil when the request has its result,
// or the error that it is answered with.
type Handler func(ctx context.Context, r *Request) error

// A Middleware wraps the handler of every request, over every transport. It may
// refuse a request by returning an error without calling next, and sees the
// error that next returns before it is made into an answer. A panic of a tool
// is such an error.
type Middleware func(next Handler) Handler

// serves and handles are the innermost handlers of middleware and of gates.
func serves(ctx context.Context, r *Request) error  { return r.x.serve(ctx) }
func handles(ctx context.Context, r *Request) error { return r.x.handle(ctx) }

// chain makes one handler of the middleware around h, nil when there is none.
func chain(all []Middleware, h Handler) Handler {
	if len(all) == 0 {
		return nil
	}
	for _, m := range slices.Backward(all) {
		h = m(h)
	}
	return h
}
