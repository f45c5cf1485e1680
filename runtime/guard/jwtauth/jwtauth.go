// Package jwtauth authenticates bearer tokens that are JSON Web Tokens (RFC 7519).
// It is apart from package guard because of the libraries that it needs: a
// program links them only when it takes such tokens.
package jwtauth

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// MinSecret is the length of the shortest secret, in bytes (RFC 7518, 3.2).
const MinSecret = 32

// A Config says which tokens are taken. At least one of Secret and JWKS is
// needed; a token's algorithm decides which of them it is checked with.
type Config struct {
	Secret []byte // for HS256

	// JWKS is the URL of the issuer's public keys. It must be https, except on
	// this machine. The keys are fetched again every Refresh, and when a token
	// names a key that is not known, but then at most once every five minutes.
	JWKS    string
	Refresh time.Duration // 0: 5 minutes

	// Algorithms are those that tokens checked with JWKS may have. nil: RS256,
	// RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 and EdDSA.
	Algorithms []string

	Issuer string // who must have made a token out; required with JWKS, "" for anyone who has the secret
	// Audience is what tokens must be made out for. "": the resource of the guard.
	Audience string
	Leeway   time.Duration // how far clocks may be apart; 0: 60 s; below 0: not at all

	Client *http.Client // fetches the keys; nil: one with a time limit
	Logger *slog.Logger // for what goes wrong with it; nil: slog.Default()
}

// Defaults of Config.
const (
	defaultRefresh = 5 * time.Minute
	defaultLeeway  = time.Minute

	// fetchTimeout is how long an issuer may take to give its keys.
	fetchTimeout = 5 * time.Second

	// unknownEvery is how often keys are fetched because of a token's word.
	unknownEvery = 5 * time.Minute

	// A token that was good is taken without another look for a while: checking a
	// signature costs more than all the rest.
	cacheTime = 30 * time.Second
	cacheSize = 4096
)

var asymmetric = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

// An Authenticator takes bearer tokens. It is a [guard.Authenticator] and safe
// for concurrent use.
type Authenticator struct {
	c      Config
	keys   keyfunc.Keyfunc // nil without JWKS
	parser *jwt.Parser

	mu    sync.Mutex
	known map[[32]byte]verified
}

// verified is a token that was good.
type verified struct {
	id       *guard.Identity
	audience string
	until    time.Time
}

// New makes an authenticator. Keys are fetched until ctx ends; an issuer that
// does not answer at first is no error. What cannot be is a *guard.FieldError.
func New(ctx context.Context, c Config) (*Authenticator, error) {
	if c.Leeway == 0 {
		c.Leeway = defaultLeeway
	}
	c.Leeway = max(0, c.Leeway)
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	methods, err := c.methods()
	if err != nil {
		return nil, err
	}
	a := &Authenticator{c: c, known: map[[32]byte]verified{}}
	options := []jwt.ParserOption{
		jwt.WithValidMethods(methods), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithLeeway(c.Leeway), jwt.WithStrictDecoding(), jwt.WithJSONNumber(),
	}
	if c.Issuer != "" {
		options = append(options, jwt.WithIssuer(c.Issuer))
	}
	a.parser = jwt.NewParser(options...)
	if c.JWKS == "" {
		return a, nil
	}
	if a.keys, err = fetch(ctx, &c); err != nil {
		return nil, fmt.Errorf("jwtauth: %s: %w", c.JWKS, err)
	}
	return a, nil
}

// methods gives the algorithms that tokens may have.
func (c *Config) methods() (methods []string, err error) {
	switch {
	case len(c.Secret) == 0 && c.JWKS == "":
		return nil, refused("Secret", errors.New("a secret or a JWKS URL is needed"))
	case len(c.Secret) > 0 && len(c.Secret) < MinSecret:
		return nil, refused("Secret", fmt.Errorf("it has %d bytes; at least %d are needed", len(c.Secret), MinSecret))
	}
	if len(c.Secret) > 0 {
		methods = append(methods, "HS256")
	}
	if c.JWKS == "" && c.Algorithms != nil {
		return nil, refused("Algorithms", errors.New("they are those of keys at a URL, and there is none"))
	}
	if c.JWKS == "" {
		return methods, nil
	}
	if c.Issuer == "" {
		return nil, refused("Issuer", errors.New("keys of an issuer are no use without its name"))
	}
	if u, err := url.Parse(c.JWKS); err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, refused("JWKS", fmt.Errorf("%q: the URL of the keys has to be https", c.JWKS))
	}
	if c.Algorithms == nil {
		return append(methods, asymmetric...), nil
	}
	for _, alg := range c.Algorithms {
		if !slices.Contains(asymmetric, alg) {
			return nil, refused("Algorithms", fmt.Errorf("%q: want some of %s", alg, strings.Join(asymmetric, ", ")))
		}
	}
	return append(methods, c.Algorithms...), nil
}

func refused(field string, err error) error { return &guard.FieldError{Field: field, Err: err} }

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// fetch begins to fetch keys.
func fetch(ctx context.Context, c *Config) (keyfunc.Keyfunc, error) {
	client := c.Client
	if client == nil {
		client = &http.Client{Timeout: fetchTimeout, Transport: &http.Transport{
			Proxy:       http.ProxyFromEnvironment,
			DialContext: (&net.Dialer{Timeout: fetchTimeout}).DialContext,
		}}
	}
	refresh := c.Refresh
	if refresh <= 0 {
		refresh = defaultRefresh
	}
	return keyfunc.NewDefaultOverrideCtx(ctx, []string{c.JWKS}, keyfunc.Override{
		Client:          client,
		HTTPTimeout:     fetchTimeout,
		RefreshInterval: refresh,
		// This bounds the fetching too. Whoever would have to wait for longer for
		// his turn is refused at once, so that at most one request waits.
		RateLimitWaitMax:  fetchTimeout,
		RefreshUnknownKID: rate.NewLimiter(rate.Every(unknownEvery), 1),
		RefreshErrorHandlerFunc: func(u string) func(context.Context, error) {
			return func(ctx context.Context, err error) {
				c.Logger.WarnContext(ctx, "keys of the token issuer cannot be fetched", "url", u, "error", err)
			}
		},
	})
}

// Scheme is the authentication scheme, for the WWW-Authenticate header.
func (a *Authenticator) Scheme() string { return "Bearer" }

// Authenticate implements guard.Authenticator.
func (a *Authenticator) Authenticate(r *http.Request) (*guard.Identity, error) {
	c := guard.CredentialOf(r)
	if c.Scheme != "Bearer" {
		return nil, guard.ErrNext
	}
	if c.Err != nil {
		return nil, guard.InvalidToken(c.Err)
	}
	audience := a.c.Audience
	if audience == "" {
		audience = guard.Resource(r)
	}
	digest := sha256.Sum256([]byte(c.Value))
	if id := a.recall(digest, audience); id != nil {
		return id, nil
	}
	id, err := a.verify(r.Context(), c.Value, audience)
	if err != nil {
		return nil, err
	}
	a.remember(digest, audience, id)
	return id, nil
}

func (a *Authenticator) recall(digest [32]byte, audience string) *guard.Identity {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, ok := a.known[digest]
	if !ok || v.audience != audience || !time.Now().Before(v.until) {
		return nil
	}
	return v.id
}

func (a *Authenticator) remember(digest [32]byte, audience string, id *guard.Identity) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= cacheSize {
		clear(a.known)
	}
	until := time.Now().Add(cacheTime)
	if id.Expires.Before(until) {
		until = id.Expires
	}
	a.known[digest] = verified{id, audience, until}
}

var (
	errAudience = errors.New("no audience is configured")
	errCritical = errors.New("the token has critical extensions")
	errSubject  = errors.New("the token names no subject")
)

// verify checks a token: its form, signature, times, issuer and audience.
func (a *Authenticator) verify(ctx context.Context, token, audience string) (*guard.Identity, error) {
	if audience == "" {
		return nil, guard.InvalidToken(errAudience)
	}
	claims := jwt.MapClaims{}
	parsed, err := a.parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) { return a.key(ctx, t) })
	if err != nil {
		if a.keyless(ctx, err) {
			return nil, guard.Unavailable(err)
		}
		return nil, guard.InvalidToken(err)
	}
	for _, name := range []string{"crit", "b64"} {
		if _, ok := parsed.Header[name]; ok {
			return nil, guard.InvalidToken(errCritical)
		}
	}
	// The parser takes an audience for good that it finds in any form; exactly
	// ours has to be among them.
	if aud, err := claims.GetAudience(); err != nil || !slices.Contains(aud, audience) {
		return nil, guard.InvalidToken(fmt.Errorf("made out for %q", aud))
	}
	expires, err := claims.GetExpirationTime()
	if err != nil || expires == nil {
		return nil, guard.InvalidToken(err)
	}
	subject, err := claims.GetSubject()
	if err != nil || subject == "" {
		return nil, guard.InvalidToken(errSubject)
	}
	issuer, err := claims.GetIssuer()
	if err != nil {
		return nil, guard.InvalidToken(err)
	}
	return &guard.Identity{
		Principal: mcp.Principal{Subject: subject, Issuer: issuer, Scopes: scopes(claims), Claims: plain(claims)},
		Expires:   expires.Add(a.c.Leeway),
	}, nil
}

// key gives the key that a token has to be signed with. Which kind it is depends
// on the algorithm, so that a public key is never taken for a secret.
func (a *Authenticator) key(ctx context.Context, t *jwt.Token) (any, error) {
	if t.Method.Alg() == "HS256" {
		return a.c.Secret, nil
	}
	return a.keys.KeyfuncCtx(ctx)(t)
}

// keyless reports whether a token could not be checked because the issuer's keys
// have never been had.
func (a *Authenticator) keyless(ctx context.Context, err error) bool {
	if a.keys == nil || !errors.Is(err, jwt.ErrTokenUnverifiable) {
		return false
	}
	keys, err := a.keys.Storage().KeyReadAll(ctx)
	return err == nil && len(keys) == 0
}

// scopes reads the claim "scope", a list in a string (RFC 8693, 4.2), or "scp".
func scopes(claims jwt.MapClaims) (list []string) {
	for _, name := range []string{"scope", "scp"} {
		switch v := claims[name].(type) {
		case string:
			list = append(list, strings.Fields(v)...)
		case []any:
			for _, s := range v {
				if s, ok := s.(string); ok {
					list = append(list, s)
				}
			}
		}
	}
	return list
}

// plain gives the claims as encoding/json would, with float64 for numbers.
func plain(claims jwt.MapClaims) map[string]any {
	b, err := json.Marshal(claims)
	if err != nil {
		return nil
	}
	var out map[string]any
	if json.Unmarshal(b, &out) != nil {
		return nil
	}
	return out
}
