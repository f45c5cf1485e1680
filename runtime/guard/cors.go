package guard

import (
	"net/http"
	"slices"
	"strings"
)

// Headers of CORS. What scripts may send and see is listed: a "*" does not stand
// for Authorization, nor for anything when credentials are sent.
const (
	corsMethods = "GET, POST, DELETE"
	corsSent    = "Accept, Authorization, Content-Type, Idempotency-Key, Last-Event-ID, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id"
	corsSeen    = "Mcp-Session-Id, WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy"
	corsMaxAge  = "7200"
)

// share lets the page that sent r, which has passed the check of its origin, see
// the answer. It reports whether r is a preflight request, which is answered
// with that.
func (g *Guard) share(h http.Header, r *http.Request) (preflight bool) {
	origin := r.Header["Origin"]
	if len(origin) != 1 {
		return false
	}
	h["Access-Control-Allow-Origin"] = origin
	h["Cross-Origin-Resource-Policy"] = crossOrigin
	if !g.c.NoCredentials && slices.Contains(g.origins.origins, origin[0]) {
		h["Access-Control-Allow-Credentials"] = corsTrue
	}
	if r.Method != http.MethodOptions || r.Header["Access-Control-Request-Method"] == nil {
		h["Access-Control-Expose-Headers"] = corsSeenList
		return false
	}
	h.Add("Vary", "Access-Control-Request-Method")
	h.Add("Vary", "Access-Control-Request-Headers")
	sent := corsSent
	if params := g.server.MirrorHeaders(); len(params) > 0 {
		sent += ", " + strings.Join(params, ", ")
	}
	h.Set("Access-Control-Allow-Methods", corsMethods)
	h.Set("Access-Control-Allow-Headers", sent)
	h.Set("Access-Control-Max-Age", corsMaxAge)
	return true
}

// Values of headers, shared by all answers: nobody writes to them.
var (
	corsTrue     = []string{"true"}
	corsSeenList = []string{corsSeen}
	crossOrigin  = []string{"cross-origin"}
	varyOrigin   = []string{"Origin"}
)

// A fixedHeader is a header with a value that all answers share: nobody writes to
// it.
type fixedHeader struct {
	name  string
	value []string
}

// securityHeaders are on every answer: what is served are messages, not pages.
// A route that serves pages sets its own policy. They are few, since every open
// stream holds two copies; what only old browsers understood is left out.
var securityHeaders = [...]fixedHeader{
	{"Content-Security-Policy", []string{"default-src 'none'; frame-ancestors 'none'"}},
	{"X-Content-Type-Options", []string{"nosniff"}},
	{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
}

// documentHeaders are on every answer that a browser could show, which a stream
// of events is not.
var documentHeaders = [...]fixedHeader{
	{"Referrer-Policy", []string{"no-referrer"}},
	{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
	{"Origin-Agent-Cluster", []string{"?1"}},
	{"X-Frame-Options", []string{"DENY"}},
}

var strictTransport = []string{"max-age=31536000; includeSubDomains"}

// secure sets the security headers that are known before the answer is.
func (g *Guard) secure(h http.Header, encrypted bool) {
	for i := range securityHeaders {
		h[securityHeaders[i].name] = securityHeaders[i].value
	}
	if encrypted {
		h["Strict-Transport-Security"] = strictTransport
	}
}
