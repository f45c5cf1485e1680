package guard

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// A request is what the guard knows of an HTTP request, and of everything that
// is sent over a connection which began as one. It is the context of all that.
type request struct {
	context.Context //nolint:containedctx // it is a context itself

	g    *Guard
	conn *httpx.Conn // nil when it is none that takes fields
	addr netip.Addr
	id   *Identity // nil: nobody was asked
	kind string    // the transport: "http", "sse" or "websocket"

	encrypted bool // the client's connection

	recorded atomic.Bool // the audit log has a call of it

	mu     sync.Mutex
	scopes []string      // what the operation would have needed
	retry  time.Duration // when to try again; 0: unknown
}

type requestKey struct{}

func requestOf(ctx context.Context) *request {
	q, _ := ctx.Value(requestKey{}).(*request)
	return q
}

// Value implements context.Context.
func (q *request) Value(key any) any {
	if key == (requestKey{}) {
		return q
	}
	return q.Context.Value(key)
}

// Resource is the URL by which clients know the endpoint that r came to, as
// configured, for authenticators: tokens are made out for it.
func Resource(r *http.Request) string {
	if q := requestOf(r.Context()); q != nil {
		return q.g.c.Resource
	}
	return ""
}

// Open is what everybody may ask for. Its keys are paths without patterns.
type Open struct {
	// Probes answer health checks, which come from inside and know no public name
	// of the server: Host and Origin do not matter.
	Probes map[string]http.Handler
	// Public are all others.
	Public *http.ServeMux
}

// Handler serves what is open to everybody, and next to those who are let in.
func (g *Guard) Handler(next http.Handler, open Open) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &request{Context: r.Context(), g: g, conn: httpx.ConnOf(r), addr: g.proxies.client(r), kind: transport(r), encrypted: g.proxies.secure(r)}
		out := &response{ResponseWriter: w, q: q}
		if h := open.Probes[r.URL.Path]; h != nil {
			h.ServeHTTP(out, r)
			out.begin() // if nothing was written
			return
		}
		if g.c.Audit == nil {
			g.serve(out, r.WithContext(q), q, next, open.Public)
			out.begin() // as above
			return
		}
		begin := time.Now()
		method, path := r.Method, r.URL.Path // r is not kept while a stream is open
		g.serve(out, r.WithContext(q), q, next, open.Public)
		out.begin() // as above
		if !q.recorded.Load() {
			g.c.Audit.access(q, method, path, out.code(), time.Since(begin))
		}
	})
}

// serve decides about one request.
func (g *Guard) serve(w *response, r *http.Request, q *request, next http.Handler, public *http.ServeMux) {
	out := w.Header()
	if err := g.origins.check(r); err != nil {
		g.refuse(w, http.StatusForbidden, mcp.CodeInvalidRequest, err.Error())
		return
	}
	if g.share(out, r) {
		w.WriteHeader(http.StatusNoContent) // a preflight request, which has no credentials
		return
	}
	if public != nil && r.URL.Path != endpoint && path.Clean(r.URL.Path) == r.URL.Path {
		if _, pattern := public.Handler(r); pattern != "" {
			conceal(r)
			public.ServeHTTP(w, r)
			return
		}
	}
	if limited(r.URL.Path) && !g.take(r.Context(), q, out) {
		g.tooMany(w, q)
		return
	}
	if len(g.auth) > 0 {
		id, err := g.auth.authenticate(r)
		if err != nil {
			if !limited(r.URL.Path) && !g.take(r.Context(), q, out) {
				g.tooMany(w, q)
				return
			}
			g.deny(w, r, err)
			return
		}
		q.id = id
	}
	conceal(r)
	body, ok := g.bodies.take(r)
	if !ok {
		w.Header().Set("Connection", "close")
		g.busy(w, q)
		return
	}
	defer g.bodies.release(body)
	if opensStream(r) {
		release, err := g.Hold(r)
		if err != nil {
			q.later(time.Second)
			g.refuse(w, http.StatusTooManyRequests, mcp.CodeOverloaded, err.Error())
			return
		}
		defer release()
	}
	if q.id != nil && r.Method == http.MethodGet && q.kind != "websocket" { // which outlives its handler, and looks by itself
		ctx, cancel := q.id.bound(r.Context())
		defer cancel()
		r = r.WithContext(ctx)
	}
	next.ServeHTTP(w, r)
}

// bound gives a context that ends with the credential.
func (i *Identity) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	cancel := context.CancelFunc(func() {})
	if !i.Expires.IsZero() {
		ctx, cancel = context.WithDeadlineCause(ctx, i.Expires, errExpired)
	}
	if i.Life == nil {
		return ctx, cancel
	}
	ctx, withdraw := context.WithCancelCause(ctx)
	stop := context.AfterFunc(i.Life, func() { withdraw(errWithdrawn) })
	return ctx, func() {
		stop()
		withdraw(context.Canceled)
		cancel()
	}
}

// endpoint is the path of messages, which is never open to everybody.
const endpoint = "/mcp"

// opensStream reports whether a request is answered by a stream that stays open. A
// WebSocket connection outlives its request, and is counted by its transport.
func opensStream(r *http.Request) bool {
	return r.Method == http.MethodGet && (r.URL.Path == endpoint || r.URL.Path == endpoint+"/events") && !upgrades(r)
}

// Hold counts a stream, or a connection that stays open, for whoever sent r, until
// release is called. An error says that there are too many.
func (g *Guard) Hold(r *http.Request) (release func(), err error) {
	q := requestOf(r.Context())
	if q == nil || g.streams.each < 0 {
		return func() {}, nil
	}
	var p mcp.Principal
	if q.id != nil {
		p = q.id.Principal
	}
	key := q.caller(&p)
	if !g.streams.begin(key) {
		return nil, errStreams
	}
	return func() { g.streams.end(key) }, nil
}

// Expires is when the credential of a connection does; zero when it does not. ctx is
// as that of Admit.
func (g *Guard) Expires(ctx context.Context) time.Time {
	if q := requestOf(ctx); q != nil && q.id != nil {
		return q.id.Expires
	}
	return time.Time{}
}

// TakeMemory makes room for n bytes of a message, with the bodies of requests; false
// when there is none.
func (g *Guard) TakeMemory(n int64) bool {
	if g.bodies.limit >= 0 && g.bodies.used.Add(n) > g.bodies.limit {
		g.bodies.used.Add(-n)
		return false
	}
	return true
}

// ReleaseMemory gives back what TakeMemory took.
func (g *Guard) ReleaseMemory(n int64) {
	if g.bodies.limit >= 0 {
		g.bodies.used.Add(-n)
	}
}

// limited reports whether requests to a path are counted.
func limited(p string) bool {
	if p == endpoint {
		return true
	}
	p = path.Clean(p)
	return p == endpoint || strings.HasPrefix(p, endpoint+"/")
}

// transport names the transport that r belongs to.
func transport(r *http.Request) string {
	switch {
	case upgrades(r):
		return "websocket"
	case strings.HasPrefix(r.URL.Path, "/mcp/") && r.URL.Path != "/mcp/resources":
		return "sse"
	}
	return "http"
}

// take counts a request, or a message, of an address. out gets the headers that
// tell of the limit (draft-ietf-httpapi-ratelimit-headers-08); it may be nil.
func (g *Guard) take(ctx context.Context, q *request, out http.Header) bool {
	limit := g.c.PerAddress
	if limit == nil {
		return true
	}
	grant := g.limits.take(ctx, "ip:"+networkText(network(q.addr, g.c.IPv6Prefix)), *limit)
	if out != nil {
		out["Ratelimit-Policy"] = g.policy
		out["Ratelimit"] = []string{`"default";r=` + itoa(grant.Remaining) + `;t=` + seconds(grant.Reset)}
	}
	if !grant.OK {
		q.later(grant.Retry)
	}
	return grant.OK
}

// later notes when to try again.
func (q *request) later(d time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.retry = d
}

func (g *Guard) tooMany(w *response, _ *request) {
	g.refuse(w, http.StatusTooManyRequests, mcp.CodeOverloaded, errTooMany.Error())
}

func (g *Guard) busy(w *response, q *request) {
	q.later(time.Second)
	g.refuse(w, http.StatusServiceUnavailable, mcp.CodeClosing, errBusy.Error())
}

// deny refuses a request whose sender is not known well enough.
func (g *Guard) deny(w *response, r *http.Request, err error) {
	var a *AuthError
	if !errors.As(err, &a) {
		a = &AuthError{Text: textInvalid, Err: err}
	}
	status := a.Status
	if status == 0 {
		status = http.StatusUnauthorized
	}
	level := g.log.Debug
	switch status {
	case http.StatusUnauthorized:
		g.challenge(w.Header(), CredentialOf(r), g.scopes())
	case http.StatusForbidden:
		w.q.needs(a.Scopes)
	case http.StatusServiceUnavailable:
		w.q.later(time.Second)
		level = g.log.Warn
	default:
		level = g.log.Error
	}
	level("request refused", "text", a.Text, "reason", a.Err, "address", w.q.addr.String())
	g.refuse(w, status, status, a.Text)
}

// refuse answers with a JSON-RPC error.
func (g *Guard) refuse(w *response, status, code int, text string) {
	w.Header()["Content-Type"] = []string{"application/json"}
	w.Header()["Cache-Control"] = []string{"no-store"}
	w.WriteHeader(status)
	_, _ = w.Write(g.server.Fail(nil, code, text, nil)) // the client has left
}

// needs notes which scopes an operation would have needed.
func (q *request) needs(scopes []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.scopes = scopes
}
