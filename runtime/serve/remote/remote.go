// Package remote adds to serve.Main what a server on a network may want and
// other servers should not have to link: bearer tokens, metrics, and state that
// several instances share.
//
//	serve.Main(s, remote.With(nil))
//
// Each is switched on by a flag or a variable:
//
//	-jwt-secret SECRET      JWT_SECRET          take tokens signed with it (HS256); at least 32 bytes
//	-jwt-secret-file FILE   JWT_SECRET_FILE     the same, from a file
//	-jwks-url URL           MCP_JWKS_URL        take tokens signed with the keys found there
//	-jwt-issuer NAME        MCP_JWT_ISSUER      who must have made tokens out; needed with -jwks-url
//	-jwt-audience URL       MCP_JWT_AUDIENCE    what tokens must be made out for, instead of the URL of the endpoint
//	-jwt-algorithms LIST    MCP_JWT_ALGORITHMS  those of tokens that are checked with -jwks-url
//	-jwt-leeway TIME        MCP_JWT_LEEWAY      how far clocks may be apart
//	-jwks-refresh TIME      MCP_JWKS_REFRESH    how often keys are fetched again
//	-redis-url URL          MCP_REDIS_URL       share limits, changes and streams through Redis or Valkey
//	-metrics-public         MCP_METRICS_PUBLIC  serve /metrics to everybody
//	-metrics-tools          MCP_METRICS_TOOLS   count calls by tool too
//
// /metrics is there in any case, for those who are let in.
package remote

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/guard/jwtauth"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/observe"
	"github.com/mcpgen/mcpgen/runtime/observe/prom"
	"github.com/mcpgen/mcpgen/runtime/serve"
	"github.com/mcpgen/mcpgen/runtime/store"
	"github.com/mcpgen/mcpgen/runtime/store/redis"
)

// A Config is what the flags and variables set. The zero value has metrics and
// nothing else.
type Config struct {
	JWT      jwtauth.Config // without Secret and JWKS: no tokens
	RedisURL string         // "": every instance stands alone
	Tools    bool           // count calls by tool too
	Public   bool           // metrics for everybody
}

// With is the option for serve.Main. c is what the program itself sets; nil is
// nothing.
func With(c *Config) serve.Option {
	return func(sc *serve.Config) {
		var own Config
		if c != nil {
			own = *c
		}
		sc.Settings = append(sc.Settings, own.settings()...)
		sc.Setup = append(sc.Setup, own.setup)
	}
}

func (c *Config) settings() []serve.Setting {
	text := func(to *string) func(*serve.Config, string) error {
		return func(_ *serve.Config, v string) error {
			*to = v
			return nil
		}
	}
	truth := func(to *bool) func(*serve.Config, string) error {
		return func(_ *serve.Config, v string) (err error) {
			if *to, err = strconv.ParseBool(v); err != nil {
				return fmt.Errorf("%q is neither true nor false", v)
			}
			return nil
		}
	}
	clock := func(to *time.Duration) func(*serve.Config, string) error {
		return func(_ *serve.Config, v string) (err error) {
			if *to, err = time.ParseDuration(v); err != nil {
				return fmt.Errorf("%q is no time: want one such as 30s", v)
			}
			return nil
		}
	}
	return []serve.Setting{
		{Flag: "jwt-secret", Env: "JWT_SECRET", Arg: "SECRET", Usage: "take bearer tokens signed with SECRET (HS256), of at least 32 bytes", Set: func(_ *serve.Config, v string) error {
			return c.secret([]byte(v))
		}},
		{Flag: "jwt-secret-file", Env: "JWT_SECRET_FILE", Arg: "FILE", Usage: "the same, with the secret in a file", Set: func(_ *serve.Config, v string) error {
			b, err := os.ReadFile(v)
			if err != nil {
				return err
			}
			return c.secret([]byte(strings.TrimRight(string(b), "\r\n")))
		}},
		{Flag: "jwks-url", Env: "MCP_JWKS_URL", Arg: "URL", Usage: "take bearer tokens signed with the keys at URL", Set: text(&c.JWT.JWKS)},
		{Flag: "jwt-issuer", Env: "MCP_JWT_ISSUER", Arg: "NAME", Usage: "who must have made tokens out", Set: text(&c.JWT.Issuer)},
		{Flag: "jwt-audience", Env: "MCP_JWT_AUDIENCE", Arg: "URL", Usage: "what tokens must be made out for (default the URL of the endpoint)", Set: text(&c.JWT.Audience)},
		{Flag: "jwt-algorithms", Env: "MCP_JWT_ALGORITHMS", Arg: "LIST", Usage: "algorithms of tokens that are checked with -jwks-url (default all but HS256)", Set: func(_ *serve.Config, v string) error {
			c.JWT.Algorithms = nil
			for alg := range strings.SplitSeq(v, ",") {
				c.JWT.Algorithms = append(c.JWT.Algorithms, strings.TrimSpace(alg))
			}
			return nil
		}},
		{Flag: "jwt-leeway", Env: "MCP_JWT_LEEWAY", Arg: "TIME", Usage: "how far clocks may be apart (default 60s; -1s for not at all)", Set: clock(&c.JWT.Leeway)},
		{Flag: "jwks-refresh", Env: "MCP_JWKS_REFRESH", Arg: "TIME", Usage: "how often keys are fetched again (default 5m)", Set: clock(&c.JWT.Refresh)},
		{Flag: "redis-url", Env: "MCP_REDIS_URL", Arg: "URL", Usage: "share limits, changes and streams of all instances through Redis or Valkey", Set: text(&c.RedisURL)},
		{Flag: "metrics-public", Env: "MCP_METRICS_PUBLIC", Usage: "serve /metrics to everybody", Set: truth(&c.Public)},
		{Flag: "metrics-tools", Env: "MCP_METRICS_TOOLS", Usage: "count calls by tool too", Set: truth(&c.Tools)},
	}
}

// secret takes a secret. Its text never gets into an error.
func (c *Config) secret(secret []byte) error {
	if len(secret) < jwtauth.MinSecret {
		return fmt.Errorf("the secret has %d bytes; at least %d are needed, such as from: openssl rand -hex 32", len(secret), jwtauth.MinSecret)
	}
	c.JWT.Secret = secret
	return nil
}

// setup makes what was asked for.
func (c *Config) setup(ctx context.Context, s *mcp.Server, sc *serve.Config) error {
	if err := c.tokens(ctx, s, sc); err != nil {
		return err
	}
	if len(sc.StateKeys) == 0 && len(c.JWT.Secret) > 0 {
		// The instances have this secret in common already.
		key, err := hkdf.Key(sha256.New, c.JWT.Secret, nil, "mcpgen state keys", jwtauth.MinSecret)
		if err != nil {
			return err
		}
		sc.StateKeys = [][]byte{key}
	}
	o := &prom.Options{Tools: c.Tools, Instance: sc.Instance, Lost: func() uint64 {
		if sc.Guard.Audit == nil {
			return 0
		}
		return sc.Guard.Audit.Dropped()
	}}
	if sc.Caching.Enabled {
		o.Cache = sc.CacheStats
	}
	m := prom.New(o)
	sc.Metrics, sc.MetricsPublic = m.Handler(), sc.MetricsPublic || c.Public
	sc.Observers = append(sc.Observers, m.Observe)
	sc.Connections = observe.NewConnections(m.Opened, m.Closed)
	if err := regions(sc); err != nil {
		return err
	}
	if c.RedisURL == "" {
		return nil
	}
	st, err := redis.Open(c.RedisURL, nil)
	if err != nil {
		return &serve.ConfigError{Field: "-redis-url (MCP_REDIS_URL)", Err: errors.New("want redis://[user:password@]host:port[/db], or rediss:// for TLS")}
	}
	if err := st.Ping(ctx); err != nil {
		s.Logger().Warn("Redis does not answer yet; until it does, this instance stands alone", "error", err)
	}
	sc.Store, sc.Guard.CounterFailed = st, m.StoreFailed
	if len(sc.StateKeys) == 0 {
		if key := sharedKey(ctx, st.KV()); key != nil {
			sc.StateKeys = [][]byte{key}
		}
	}
	sc.Defer(func() { _ = st.Close() }) // nothing is unwritten
	return nil
}

// tokens makes the authenticator of bearer tokens, if there are to be any.
func (c *Config) tokens(ctx context.Context, s *mcp.Server, sc *serve.Config) error {
	if len(c.JWT.Secret) == 0 && c.JWT.JWKS == "" {
		for _, set := range []struct {
			field string
			is    bool
		}{
			{"-jwt-issuer (MCP_JWT_ISSUER)", c.JWT.Issuer != ""},
			{"-jwt-audience (MCP_JWT_AUDIENCE)", c.JWT.Audience != ""},
			{"-jwt-algorithms (MCP_JWT_ALGORITHMS)", c.JWT.Algorithms != nil},
			{"-jwt-leeway (MCP_JWT_LEEWAY)", c.JWT.Leeway != 0},
			{"-jwks-refresh (MCP_JWKS_REFRESH)", c.JWT.Refresh != 0},
		} {
			if set.is {
				return &serve.ConfigError{Field: set.field, Err: errors.New("it is about tokens, which need -jwks-url or -jwt-secret")}
			}
		}
		return nil
	}
	if c.JWT.Logger == nil {
		c.JWT.Logger = s.Logger()
	}
	a, err := jwtauth.New(ctx, c.JWT)
	if bad, ok := errors.AsType[*guard.FieldError](err); ok {
		return &serve.ConfigError{Field: fieldOf(bad.Field), Err: bad.Err}
	}
	if err != nil {
		return err
	}
	sc.Guard.Auth = append(sc.Guard.Auth, a)
	if c.JWT.Issuer != "" && sc.Guard.AuthorizationServers == nil && c.JWT.JWKS != "" {
		sc.Guard.AuthorizationServers = []string{c.JWT.Issuer}
	}
	return nil
}

// fieldOf gives the flag that stands for a field of jwtauth.Config.
func fieldOf(name string) string {
	switch name {
	case "Secret":
		return "-jwt-secret (JWT_SECRET)"
	case "JWKS":
		return "-jwks-url (MCP_JWKS_URL)"
	case "Issuer":
		return "-jwt-issuer (MCP_JWT_ISSUER)"
	case "Algorithms":
		return "-jwt-algorithms (MCP_JWT_ALGORITHMS)"
	}
	return name
}

// regions opens the stores of regions. One that does not answer is left alone by
// those who ask.
func regions(sc *serve.Config) error {
	sc.Caching.Regions = slices.Clone(sc.Caching.Regions) // the program may have others of the same
	for i := range sc.Caching.Regions {
		r := &sc.Caching.Regions[i]
		if r.URL == "" || r.Store != nil {
			continue
		}
		st, err := redis.Open(r.URL, nil)
		if err != nil {
			return &serve.ConfigError{Field: "-cache-regions (MCP_CACHE_REGIONS)", Err: fmt.Errorf("region %s: want redis://[user:password@]host:port[/db], or rediss:// for TLS", r.Name)}
		}
		r.Store = st
		sc.Defer(func() { _ = st.Close() }) // nothing is unwritten
	}
	return nil
}

// keyLife is how long the key that instances agree on lasts from the start of the
// first one. Sessions do not live as long.
const keyLife = 365 * 24 * time.Hour

// sharedKey agrees with the other instances on a state key: the first one makes
// it. nil: the store does not answer.
func sharedKey(ctx context.Context, kv store.KV) []byte {
	const name = "state-key"
	key := make([]byte, jwtauth.MinSecret)
	_, _ = rand.Read(key) // never fails
	if _, err := kv.PutNew(ctx, name, key, keyLife); err != nil {
		return nil
	}
	key, err := kv.Get(ctx, name)
	if err != nil || len(key) < jwtauth.MinSecret {
		return nil
	}
	return key
}
