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
)
