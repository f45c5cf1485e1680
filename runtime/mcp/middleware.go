package mcp

import "context"

// A Handler serves one request. It returns nil when the request has its result,
// or the error that it is answered with.
type Handler func(ctx context.Context, r *Request) error

// A Middleware wraps the handler of every request, over every transport. It may
// refuse a request by returning an error without calling next, and sees the
// error that next returns before it is made into an answer.
type Middleware func(next Handler) Handler
