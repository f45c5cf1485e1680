package guard

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// Middleware limits what callers do, on every transport, and records it. It
// belongs outside of all other middleware: mcp.Server.Gate.
func (g *Guard) Middleware() mcp.Middleware {
	return func(next mcp.Handler) mcp.Handler {
		return func(ctx context.Context, r *mcp.Request) error {
			q, p := requestOf(ctx), r.Principal()
			key := q.caller(&p)
			err := g.limit(ctx, q, r, key)
			if err != nil {
				g.c.Audit.refused(q, r, err)
				return err
			}
			if !bounded(r.Method()) {
				if r.Method() == "subscriptions/listen" {
					if !g.listens.begin(key) {
						q.wait(time.Second)
						err := &mcp.WireError{Code: mcp.CodeOverloaded, Message: errStreams.Error()}
						g.c.Audit.refused(q, r, err)
						return err
					}
					defer g.listens.end(key)
				}
				ctx, cancel := q.bound(ctx, r.Method())
				defer cancel()
				return g.noted(q, next(ctx, r))
			}
			if !g.running.begin(key) {
				q.wait(time.Second)
				err := &mcp.WireError{Code: mcp.CodeClosing, Message: errBusy.Error()}
				g.c.Audit.refused(q, r, err)
				return err
			}
			defer g.running.end(key)
			return g.noted(q, g.c.Audit.around(ctx, g.log, q, g.c.Audit.call(q, r), r, next))
		}
	}
}

// bounded reports whether requests of a method run code of the server's author
// and end by themselves.
func bounded(method string) bool {
	switch method {
	case "tools/call", "resources/read", "prompts/get", "completion/complete":
		return true
	}
	return false
}

// bound ends what stays open with the credential. q may be nil.
func (q *request) bound(ctx context.Context, method string) (context.Context, context.CancelFunc) {
	if q == nil || q.id == nil || method != "subscriptions/listen" {
		return ctx, func() {}
	}
	return q.id.bound(ctx)
}

// caller is who is limited. q may be nil.
func (q *request) caller(p *mcp.Principal) caller {
	switch {
	case p.Subject != "":
		return caller{issuer: p.Issuer, subject: p.Subject}
	case q != nil:
		return caller{network: network(q.addr, q.g.c.IPv6Prefix)}
	}
	return caller{}
}

// limit refuses what is too much.
func (g *Guard) limit(ctx context.Context, q *request, r *mcp.Request, who caller) error {
	if q != nil && q.id != nil && q.id.Err() != nil {
		return &mcp.WireError{Code: mcp.CodeForbidden, Message: textInvalid}
	}
	limit := g.c.PerPrincipal
	if q != nil && q.id != nil && q.id.Limit != nil {
		limit = q.id.Limit
	}
	if limit != nil && who.subject != "" {
		if err := g.count(ctx, q, "who:"+who.String(), *limit); err != nil {
			return err
		}
	}
	if l, ok := g.c.PerTool[r.Name()]; ok && r.Method() == "tools/call" {
		return g.count(ctx, q, "tool:"+r.Name()+"\x00"+who.String(), l)
	}
	return nil
}

func (g *Guard) count(ctx context.Context, q *request, key string, l store.Limit) error {
	grant := g.limits.take(ctx, key, l)
	if grant.OK {
		return nil
	}
	q.wait(grant.Retry)
	return &mcp.WireError{Code: mcp.CodeOverloaded, Message: "Too many requests", Data: []byte(`{"retryAfter":` + seconds(grant.Retry) + `}`)}
}

// wait notes when to try again. q may be nil.
func (q *request) wait(d time.Duration) {
	if q != nil {
		q.later(d)
	}
}

// noted remembers the scopes that a request lacked, for its answer.
func (g *Guard) noted(q *request, err error) error {
	if q == nil || err == nil {
		return err
	}
	wire, ok := errors.AsType[*mcp.WireError](err)
	if !ok || wire.Code != mcp.CodeForbidden {
		return err
	}
	var data struct {
		Scopes []string `json:"requiredScopes"`
	}
	if json.Unmarshal(wire.Data, &data) == nil && data.Scopes != nil {
		q.needs(data.Scopes)
	}
	return err
}

// Admit counts a message of a connection that stays open, such as a WebSocket.
// ctx is that of the connection's first request. nil: the message may be served.
func (g *Guard) Admit(ctx context.Context) *mcp.WireError {
	q := requestOf(ctx)
	if q == nil || g.take(ctx, q, nil) {
		return nil
	}
	q.mu.Lock()
	retry := q.retry
	q.mu.Unlock()
	return &mcp.WireError{Code: mcp.CodeOverloaded, Message: errTooMany.Error(), Data: []byte(`{"retryAfter":` + seconds(retry) + `}`)}
}

// Alive says why a connection must end: its credential no longer counts. ctx is
// as that of Admit.
func (g *Guard) Alive(ctx context.Context) error {
	q := requestOf(ctx)
	if q == nil || q.id == nil {
		return nil
	}
	return q.id.Err()
}
