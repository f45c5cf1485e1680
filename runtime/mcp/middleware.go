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

// chain makes one handler of the middleware, nil when there is none.
func chain(all []Middleware) Handler {
	if len(all) == 0 {
		return nil
	}
	var h Handler = func(ctx context.Context, r *Request) error { return r.x.serve(ctx) }
	for _, m := range slices.Backward(all) {
		h = m(h)
	}
	return h
}
