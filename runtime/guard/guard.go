package guard

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// A Config says whom a [Guard] lets in, and how often. The zero value lets
// everybody in who passes the default checks of [Origins].
type Config struct {
	Hosts   []string // see OriginConfig
	Origins []string // see OriginConfig; their pages may read the answers too (CORS)

	// NoCredentials keeps browsers from sending cookies and the like along from
	// pages of Origins. It must be set when one of them is "*".
	NoCredentials bool

	// Auth finds out who sends requests: the first that knows the kind of a
	// credential decides. Empty: nobody is asked.
	Auth []Authenticator

	// Resource is the URL by which clients know the MCP endpoint, such as
	// https://mcp.example.com/mcp. Tokens have to be made out for it, and where to
	// get some is told under it (RFC 9728). It never comes from a request.
	Resource string
	// AuthorizationServers are the issuers of tokens, told to clients.
	AuthorizationServers []string
	// Scopes are told to clients. nil: those that the server's tools ask for.
	Scopes []string

	// TrustedProxies are the addresses or networks of proxies whose
	// X-Forwarded-For and X-Forwarded-Proto headers are believed.
	TrustedProxies []string
	// IPv6Prefix is the length of the networks that count as one address; 0: 56.
	IPv6Prefix int

	PerAddress   *store.Limit           // requests and WebSocket messages of one address; nil: any number
	PerPrincipal *store.Limit           // requests of one caller; nil: any number
	PerTool      map[string]store.Limit // calls of a tool by one caller
	// Counter counts them for all instances. nil: this process counts for itself.
	Counter store.Counter
	// CounterFailed is called when Counter fails. It may be nil.
	CounterFailed func()

	MaxInFlight     int   // calls that run at a time; 0: 1024; below 0: any number
	MaxPerPrincipal int   // of one caller, or one address when nobody is asked; 0: 256; below 0: any number
	MaxBodyMemory   int64 // bytes of request bodies and WebSocket messages at a time; 0: 256 MiB; below 0: any number

	// MaxStreams is how many streams and WebSocket connections one caller, or one
	// address when nobody is asked, may have open, and as many subscriptions.
	// 0: 100; below 0: any number.
	MaxStreams int

	// Audit records who tried and did what. nil: nobody does.
	Audit *Audit
}

// Defaults of Config.
const (
	defaultMaxInFlight     = 1024
	defaultMaxPerPrincipal = 256
	defaultMaxBodyMemory   = 256 << 20
	defaultMaxStreams      = 100
)

// A FieldError says which field of a [Config] cannot be used.
type FieldError struct {
	Field string // its name in Config
	Err   error
}

// Error names the field and the reason.
func (e *FieldError) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap gives the reason.
func (e *FieldError) Unwrap() error { return e.Err }

// A Guard stands between the network and a server. It is safe for concurrent use.
type Guard struct {
	c       Config
	server  *mcp.Server
	log     *slog.Logger
	origins *Origins
	auth    chain
	proxies proxies
	limits  limiter
	running running
	streams running // that are open, WebSocket connections among them
	listens running // subscriptions
	bodies  budget

	schemes  []string // of the authenticators
	policy   []string // value of the RateLimit-Policy header
	metadata string   // URL of the resource's metadata; "" when there is none
}

// New makes the guard of a server. The error is a *FieldError.
func New(s *mcp.Server, c Config) (*Guard, error) {
	g := &Guard{c: c, server: s, log: s.Logger(), auth: c.Auth}
	def(&g.c.MaxInFlight, defaultMaxInFlight)
	def(&g.c.MaxPerPrincipal, defaultMaxPerPrincipal)
	def(&g.c.MaxBodyMemory, defaultMaxBodyMemory)
	def(&g.c.MaxStreams, defaultMaxStreams)
	def(&g.c.IPv6Prefix, defaultIPv6Prefix)
	if g.c.IPv6Prefix < 16 || g.c.IPv6Prefix > 128 {
		return nil, &FieldError{"IPv6Prefix", fmt.Errorf("%d is not between 16 and 128", g.c.IPv6Prefix)}
	}
	var err error
	if _, err = NewOrigins(OriginConfig{Hosts: c.Hosts}); err != nil {
		return nil, &FieldError{"Hosts", err}
	}
	if g.origins, err = NewOrigins(OriginConfig{Hosts: c.Hosts, Origins: c.Origins}); err != nil {
		return nil, &FieldError{"Origins", err}
	}
	if g.origins.any && !c.NoCredentials {
		return nil, &FieldError{"Origins", errors.New(`"*" would let every web page act for the user: list the pages, or keep credentials from them (NoCredentials)`)}
	}
	if g.proxies, err = parseProxies(c.TrustedProxies); err != nil {
		return nil, &FieldError{"TrustedProxies", err}
	}
	if err := g.describe(); err != nil {
		return nil, err
	}
	g.limits = limiter{shared: c.Counter, local: store.NewMemory(), log: g.log, lost: c.CounterFailed}
	if l := c.PerAddress; l != nil {
		g.policy = []string{`"default";q=` + itoa(l.N) + `;w=` + seconds(l.Window)}
	}
	g.running.all, g.running.each = g.c.MaxInFlight, g.c.MaxPerPrincipal
	g.streams.all, g.streams.each = -1, g.c.MaxStreams
	g.listens.all, g.listens.each = -1, g.c.MaxStreams
	g.bodies.limit = g.c.MaxBodyMemory
	return g, nil
}

func def[T int | int64](v *T, value T) {
	if *v == 0 {
		*v = value
	}
}

// describe works out what clients are told about authentication.
func (g *Guard) describe() error {
	for _, a := range g.auth {
		scheme := schemeBearer
		if s, ok := a.(interface{ Scheme() string }); ok {
			scheme = s.Scheme()
		}
		if !slices.Contains(g.schemes, scheme) {
			g.schemes = append(g.schemes, scheme)
		}
	}
	for _, server := range g.c.AuthorizationServers {
		if u, err := url.Parse(server); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Fragment != "" || u.RawQuery != "" {
			return &FieldError{"AuthorizationServers", fmt.Errorf("%q is no URL of an issuer: want https://host/path", server)}
		}
	}
	for _, scope := range g.c.Scopes {
		if scope == "" || strings.ContainsFunc(scope, func(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '\\' }) {
			return &FieldError{"Scopes", fmt.Errorf("%q is no scope: want visible characters without quotes and backslashes (RFC 6749, 3.3)", scope)}
		}
	}
	if g.c.Resource == "" {
		return nil
	}
	u, err := url.Parse(g.c.Resource)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Fragment != "" || u.User != nil || u.RawQuery != "" {
		return &FieldError{"Resource", fmt.Errorf("%q is no URL of a server: want https://host/path", g.c.Resource)}
	}
	if slices.Contains(g.schemes, schemeBearer) {
		g.metadata = u.Scheme + "://" + u.Host + metadataPath + strings.TrimSuffix(u.EscapedPath(), "/")
	}
	return nil
}

// Origins is the check of Host and Origin that the guard does, for transports
// that do it too.
func (g *Guard) Origins() *Origins { return g.origins }

// Principal is who sent r, as far as the guard knows: nil when nobody was asked.
func (g *Guard) Principal(r *http.Request) *mcp.Principal {
	q := requestOf(r.Context())
	if q == nil || q.id == nil {
		return nil
	}
	return &q.id.Principal
}

// Authenticates reports whether nobody gets in without saying who he is.
func (g *Guard) Authenticates() bool { return len(g.auth) > 0 }

// Schemes are the kinds of credentials that are accepted.
func (g *Guard) Schemes() []string { return slices.Clone(g.schemes) }
