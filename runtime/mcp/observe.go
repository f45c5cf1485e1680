package mcp

import (
	"context"
	"slices"
)

// An Outcome is how a request ended.
type Outcome struct {
	Code      int  // the JSON-RPC code of the error it was answered with; 0: a result
	Failed    bool // the result tells of a failure (isError)
	Cancelled bool // nobody waits for an answer any more, and none was sent
	Repeated  bool // the answer is that of an earlier call with the same idempotency key; nothing ran
}

// An Observer is told of every request before anything else happens to it, and
// by the function that it returns, of its end, just before it is answered. Unlike a middleware it sees the
// requests that are refused for their form, and cannot change anything but the
// context that the request is served with. It is called concurrently.
type Observer func(ctx context.Context, r *Request) (context.Context, func(Outcome))

// Observe adds an observer. It must be called before the server serves.
func (s *Server) Observe(o Observer) { s.observers = append(s.observers, o) }

// Use puts middleware around that of the options and around what an earlier Use
// added; the first is outermost. It must be called before the server serves.
func (s *Server) Use(m ...Middleware) {
	s.opts.Middleware = append(slices.Clone(m), s.opts.Middleware...)
	s.handler = chain(s.opts.Middleware, serves)
}

// Gate puts middleware around all other, that of later calls of Use as well; the
// first is outermost. It costs less than Use, and must not keep the requests that
// it sees: they are good only until it returns. Gate must be called before the
// server serves.
func (s *Server) Gate(m ...Middleware) {
	s.gates = append(slices.Clone(m), s.gates...)
	s.gate = chain(s.gates, handles)
}

// observe tells the observers that the request begins.
func (x *exchange) observe(ctx context.Context) context.Context {
	if len(x.s.observers) == 0 {
		return ctx
	}
	r := x.request()
	for _, o := range x.s.observers {
		var end func(Outcome)
		ctx, end = o(ctx, r) //nolint:fatcontext // each observer may add to the context of those before it
		if end != nil {
			x.ends = append(x.ends, end)
		}
	}
	return ctx
}

// observed tells them how it ends, in the opposite order, before the client is
// told.
func (x *exchange) observed(o Outcome) {
	for _, end := range slices.Backward(x.ends) {
		end(o)
	}
}

// Known reports whether the method is one that the server knows, in whatever
// revision. The name of any other is the client's invention.
func (r *Request) Known() bool { return parseMethod([]byte(r.method)) != methodUnknown }

// Scopes gives the scopes that the tools, resources and prompts ask for, in
// order.
func (s *Server) Scopes() []string {
	var all []string
	c := s.catalog()
	for _, t := range c.tools {
		all = append(all, t.scopes...)
	}
	for _, r := range c.resources {
		all = append(all, r.scopes...)
	}
	for _, r := range c.templates {
		all = append(all, r.scopes...)
	}
	for _, p := range c.prompts {
		all = append(all, p.scopes...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// MirrorHeaders gives the names of the headers that repeat arguments of the
// tools, in canonical form and in order (2026-07-28, server/tools,
// x-mcp-header).
func (s *Server) MirrorHeaders() []string {
	var all []string
	for _, t := range s.catalog().tools {
		for _, m := range t.mirrors {
			all = append(all, m.header)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
