package serve

import (
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// keysEvery is how often the file of API keys is looked at.
const keysEvery = 2 * time.Second

// prepare completes the configuration with what only a server over HTTP needs.
// The files that it opens are closed by the function that it returns.
func (c *Config) prepare(ctx context.Context, s *mcp.Server, std Stdio) (closing func(), err error) {
	closing = c.undefer
	c.Guard.Auth = slices.Clone(c.Guard.Auth)
	for _, setup := range c.Setup {
		if err := setup(ctx, s, c); err != nil {
			return closing, err
		}
	}
	if len(c.twice) > 0 {
		return closing, &ConfigError{c.twice[0], errors.New("there are two of them")}
	}
	if err := checkInstance(c.Instance); err != nil {
		return closing, &ConfigError{field("server-id"), err}
	}
	if err := c.brief(s); err != nil {
		return closing, err
	}
	if err := c.caches(s); err != nil {
		return closing, err
	}
	if err := s.UseStateKeys(c.StateKeys...); err != nil {
		return closing, &ConfigError{field("state-keys"), err}
	}
	if len(c.StateKeys) == 0 && c.Store != nil {
		s.Logger().Warn("instances share a store but no state keys: they cannot go on with each other's sessions and questions", "setting", field("state-keys"))
	}
	if err := c.keys(ctx, s); err != nil {
		return closing, &ConfigError{field("api-keys-file"), err}
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return closing, &ConfigError{field("tls-key"), errors.New("a certificate and its key belong together")}
	}
	if c.TLSCert != "" && c.TLS == nil {
		cert, err := guard.NewCertificate(c.TLSCert, c.TLSKey, s.Logger())
		if err != nil {
			return closing, &ConfigError{field("tls-cert"), err}
		}
		c.TLS = cert.Config()
	}
	return closing, c.audit(std)
}

// keys makes the authenticator of API keys, and watches their file.
func (c *Config) keys(ctx context.Context, s *mcp.Server) error {
	if len(c.APIKeys) == 0 && c.APIKeysFile == "" {
		return nil
	}
	keys := guard.NewKeys(c.APIKeys...)
	c.Guard.Auth = append(c.Guard.Auth, keys)
	if c.APIKeysFile == "" {
		return nil
	}
	if len(c.APIKeys) > 0 {
		return errors.New("keys come either from " + field("api-keys") + " or from a file")
	}
	seen, err := os.Stat(c.APIKeysFile)
	if err != nil {
		return err
	}
	if err := keys.Load(c.APIKeysFile); err != nil {
		return err
	}
	if c.Stateless {
		return nil
	}
	go watch(ctx, c.APIKeysFile, seen, func() {
		if err := keys.Load(c.APIKeysFile); err != nil {
			s.Logger().Error("the API keys cannot be read again; the old ones stay", "error", err)
			return
		}
		s.Logger().Info("API keys read again", "file", c.APIKeysFile)
	})
	return nil
}

// watch calls f when a file has changed, until ctx ends.
func watch(ctx context.Context, file string, seen os.FileInfo, f func()) {
	tick := time.NewTicker(keysEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, err := os.Stat(file)
		if err != nil || now.ModTime().Equal(seen.ModTime()) && now.Size() == seen.Size() && os.SameFile(now, seen) {
			continue
		}
		seen = now
		f()
	}
}

// guard makes the guard, for a server that listens on l.
func (c *Config) guard(s *mcp.Server, l net.Listener) (*guard.Guard, error) {
	g := c.Guard
	g.Hosts = append(slices.Clone(g.Hosts), c.Hosts...)
	g.Origins = append(slices.Clone(g.Origins), c.Origins...)
	if g.Resource == "" && l != nil {
		g.Resource = c.base(l) + "/mcp"
	}
	if g.Counter == nil && c.Store != nil {
		g.Counter = c.Store
	}
	if g.PerAddress == nil {
		limit := c.RateLimit
		if limit == "" && !onLoopback(l) {
			g.PerAddress = guard.DefaultLimit()
		} else if limit != "" {
			var err error
			if g.PerAddress, err = guard.ParseLimit(limit); err != nil {
				return nil, &ConfigError{field("rate-limit"), err}
			}
		}
	}
	made, err := guard.New(s, g)
	if bad, ok := errors.AsType[*guard.FieldError](err); ok {
		return nil, &ConfigError{fieldOf(bad.Field), bad.Err}
	}
	return made, err
}

// fieldOf gives the flag that stands for a field of the guard.
func fieldOf(name string) string {
	switch name {
	case "Hosts":
		return field("allowed-hosts")
	case "Origins":
		return field("allowed-origins")
	case "TrustedProxies":
		return field("trusted-proxies")
	case "Resource":
		return field("resource-url")
	case "IPv6Prefix":
		return field("ipv6-prefix")
	case "AuthorizationServers":
		return field("authorization-servers")
	case "Scopes":
		return field("scopes")
	}
	return name
}

func onLoopback(l net.Listener) bool {
	if l == nil {
		return false
	}
	a, ok := l.Addr().(*net.TCPAddr)
	return !ok || a.IP.IsLoopback()
}

// base is the URL of the listener: with the host that was configured, since that
// is what clients call it, and the port that it has.
func (c *Config) base(l net.Listener) string {
	scheme := "http"
	if c.TLS != nil {
		scheme = "https"
	}
	addr := l.Addr().String()
	if _, ok := l.Addr().(*net.TCPAddr); ok && c.Listener == nil {
		host, _, errHost := net.SplitHostPort(c.HTTP)
		_, port, errPort := net.SplitHostPort(addr)
		if host != "" && errors.Join(errHost, errPort) == nil {
			addr = net.JoinHostPort(host, port)
		}
	}
	return scheme + "://" + addr
}
