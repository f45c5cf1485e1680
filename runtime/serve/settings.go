package serve

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/codec"
	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// A Setting is one flag and the variable that stands for it.
type Setting struct {
	Flag, Env string
	Arg       string // what its value is called; "" for a switch
	Usage     string
	Set       func(c *Config, value string) error
}

func (s *Setting) field() string { return "-" + s.Flag + " (" + s.Env + ")" }

// settings are those of every program.
var settings = []Setting{
	{"http", "MCP_HTTP_ADDR", "ADDR", "listen on ADDR, host:port, instead of stdio; :port is 127.0.0.1", func(c *Config, v string) error {
		c.HTTP = v
		return nil
	}},
	{"host", "MCP_HOST", "HOST", "listen on HOST, at port 8080 or what -port says", func(c *Config, v string) error {
		return c.listenOn(v, "")
	}},
	{"port", "MCP_PORT", "PORT", "listen on PORT, at 127.0.0.1 or what -host says", setPort},
	{"allow-remote", "MCP_ALLOW_REMOTE", "", "listen beyond the loopback interface without authentication; anyone who reaches the server can call its tools", boolean(func(c *Config) *bool { return &c.AllowRemote })},
	{"transports", "MCP_TRANSPORTS", "LIST", "what to serve over HTTP: some of http, websocket and sse, separated by commas (default all)", func(c *Config, v string) error {
		c.Transports = list(v)
		return checkTransports(c.Transports)
	}},
	{"allowed-hosts", "MCP_ALLOWED_HOSTS", "LIST", "names that requests may be sent to, separated by commas", func(c *Config, v string) error {
		c.Hosts = list(v)
		return nil
	}},
	{"allowed-origins", "MCP_ALLOWED_ORIGINS", "LIST", "origins of web pages that may send requests and read answers, separated by commas", func(c *Config, v string) error {
		c.Origins = list(v)
		return nil
	}},
	{"cors-no-credentials", "MCP_CORS_NO_CREDENTIALS", "", "keep browsers from sending cookies along; needed for the origin *", boolean(func(c *Config) *bool { return &c.Guard.NoCredentials })},
	{"api-keys", "MCP_API_KEYS", "LIST", "API keys as name:key[;scopes=…][;limit=…], separated by commas", func(c *Config, v string) (err error) {
		c.APIKeys, err = guard.ParseKeys(v)
		return err
	}},
	{"api-keys-file", "MCP_API_KEYS_FILE", "FILE", "a file of such keys, read again when it changes", text(func(c *Config) *string { return &c.APIKeysFile })},
	{"resource-url", "MCP_RESOURCE_URL", "URL", "the URL by which clients know the endpoint, and what tokens are made out for (default that of the listener)", text(func(c *Config) *string { return &c.Guard.Resource })},
	{"authorization-servers", "MCP_AUTHORIZATION_SERVERS", "LIST", "URLs of the issuers of tokens, for clients", func(c *Config, v string) error {
		c.Guard.AuthorizationServers = list(v)
		return nil
	}},
	{"scopes", "MCP_SCOPES", "LIST", "scopes told to clients (default those that the tools ask for)", func(c *Config, v string) error {
		c.Guard.Scopes = list(v)
		return nil
	}},
	{"trusted-proxies", "MCP_TRUSTED_PROXIES", "LIST", "addresses or networks of proxies whose X-Forwarded-For is believed", func(c *Config, v string) error {
		c.Guard.TrustedProxies = list(v)
		return nil
	}},
	{"ipv6-prefix", "MCP_IPV6_PREFIX", "BITS", "length of the IPv6 networks that count as one address (default 56)", number(func(c *Config) *int { return &c.Guard.IPv6Prefix })},
	{"rate-limit", "MCP_RATE_LIMIT", "LIMIT", "requests of one address, such as 100/15m, gcra:100/15m or off (default 100/15m beyond loopback)", func(c *Config, v string) error {
		_, err := guard.ParseLimit(v)
		c.RateLimit = v
		return err
	}},
	{"caller-limit", "MCP_CALLER_LIMIT", "LIMIT", "requests of one authenticated caller, in the same form", func(c *Config, v string) (err error) {
		c.Guard.PerPrincipal, err = guard.ParseLimit(v)
		return err
	}},
	{"tool-limits", "MCP_TOOL_LIMITS", "LIST", "calls of a tool by one caller, as tool=limit, separated by commas", toolLimits},
	{"max-in-flight", "MCP_MAX_IN_FLIGHT", "N", "calls that run at a time (default 1024; -1 for any number)", number(func(c *Config) *int { return &c.Guard.MaxInFlight })},
	{"max-per-caller", "MCP_MAX_PER_CALLER", "N", "of one caller (default 256; -1 for any number)", number(func(c *Config) *int { return &c.Guard.MaxPerPrincipal })},
	{"max-body-memory", "MCP_MAX_BODY_MEMORY", "BYTES", "bytes of request bodies at a time (default 268435456; -1 for any number)", func(c *Config, v string) (err error) {
		if c.Guard.MaxBodyMemory, err = strconv.ParseInt(v, 10, 64); err != nil {
			return fmt.Errorf("%q is no number", v)
		}
		return nil
	}},
	{"max-streams", "MCP_MAX_STREAMS", "N", "streams and WebSocket connections of one caller (default 100; -1 for any number)", number(func(c *Config) *int { return &c.Guard.MaxStreams })},
	{"max-result", "MCP_MAX_RESULT", "BYTES", "of one answer (default 10485760; -1 for any number)", number(func(c *Config) *int { return &c.MaxResult })},
	{"audit-log", "MCP_AUDIT_LOG", "FILE", "append a line for every attempt and call to FILE; - is standard error", text(func(c *Config) *string { return &c.AuditLog })},
	{"audit-required", "MCP_AUDIT_REQUIRED", "", "refuse calls that cannot be recorded", boolean(func(c *Config) *bool { return &c.AuditRequired })},
	{"audit-key", "MCP_AUDIT_KEY", "SECRET", "makes digests of arguments comparable between instances and starts", text(func(c *Config) *string { return &c.AuditKey })},
	{"metrics-addr", "MCP_METRICS_ADDR", "ADDR", "serve the metrics and health checks at ADDR too, to everybody who reaches it", text(func(c *Config) *string { return &c.MetricsHTTP })},
	{"tls-cert", "MCP_TLS_CERT", "FILE", "serve https with this certificate, in PEM form", text(func(c *Config) *string { return &c.TLSCert })},
	{"tls-key", "MCP_TLS_KEY", "FILE", "and its key", text(func(c *Config) *string { return &c.TLSKey })},
	{"server-id", "SERVER_ID", "NAME", "names this instance in logs, metrics and the audit log", instance},
	{"state-keys", "MCP_STATE_KEYS", "LIST", "secrets of at least 32 bytes that all instances share, the first one in use, separated by commas", func(c *Config, v string) error {
		c.StateKeys = nil
		for _, key := range list(v) {
			c.StateKeys = append(c.StateKeys, []byte(key))
		}
		return nil
	}},
	{"state-once", "MCP_STATE_ONCE", "", "take each state of a call that asks its client once, on whichever instance", boolean(func(c *Config) *bool { return &c.StateOnce })},
	{"caching", "MCP_CACHING", "", "keep results, and tell clients to", boolean(func(c *Config) *bool { return &c.Caching.Enabled })},
	{"cache-ttl", "MCP_CACHE_TTL", "TIME", "for how long, where nothing else is said (default 5m)", cacheTTL},
	{"cache-memory", "MCP_CACHE_MEMORY", "BYTES", "of results that this instance keeps (default 67108864)", number(func(c *Config) *int { return &c.Caching.Memory })},
	{"cache-regions", "MCP_CACHE_REGIONS", "LIST", "regions of the server as name, name@latitude:longitude, either with =URL of its store, separated by commas", cacheRegions},
	{"region", "MCP_REGION", "NAME", "the one that this instance is in", text(func(c *Config) *string { return &c.Caching.Region })},
	{"country-header", "MCP_COUNTRY_HEADER", "NAME", "by which a trusted proxy names the country of a client (default CF-IPCountry)", text(func(c *Config) *string { return &c.Caching.CountryHeader })},
	{"get-resources", "MCP_GET_RESOURCES", "WHO", "may read resources that are for everybody with GET, at /mcp/resources: callers or everybody (default nobody)", getResources},
	{"stateless", "MCP_STATELESS", "", "serve every request on its own: no sessions, no streams that stay open, no tasks", boolean(func(c *Config) *bool { return &c.Stateless })},
	{"coalesce", "MCP_COALESCE", "TIME", "let a notification of a burst wait this long for the next ones (default 5ms; 0 for not at all)", func(c *Config, v string) (err error) {
		if c.Coalesce, err = duration(v); err == nil && c.Coalesce == 0 {
			c.Coalesce = -1
		}
		return err
	}},
	{"shutdown-linger", "MCP_SHUTDOWN_LINGER", "TIME", "take requests this long after /ready fails", func(c *Config, v string) (err error) {
		c.Linger, err = duration(v)
		return err
	}},
	{"shutdown-grace", "MCP_SHUTDOWN_GRACE", "TIME", "wait this long for running calls (default 25s)", func(c *Config, v string) (err error) {
		c.Grace, err = duration(v)
		return err
	}},
}

func text(at func(*Config) *string) func(*Config, string) error {
	return func(c *Config, v string) error {
		*at(c) = v
		return nil
	}
}

func boolean(at func(*Config) *bool) func(*Config, string) error {
	return func(c *Config, v string) error {
		b, err := strconv.ParseBool(v)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", v)
		}
		*at(c) = b
		return nil
	}
}

func number(at func(*Config) *int) func(*Config, string) error {
	return func(c *Config, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil {
			return fmt.Errorf("%q is no number", v)
		}
		*at(c) = n
		return nil
	}
}

func setPort(c *Config, v string) error {
	if _, err := strconv.ParseUint(v, 10, 16); err != nil {
		return fmt.Errorf("%q is no port: want a number up to 65535", v)
	}
	return c.listenOn("", v)
}

// listenOn changes one part of the address.
func (c *Config) listenOn(host, port string) error {
	h, p := "127.0.0.1", "8080"
	if c.HTTP != "" {
		var err error
		if h, p, err = net.SplitHostPort(c.HTTP); err != nil {
			return fmt.Errorf("the address %q has no such part: %w", c.HTTP, err)
		}
	}
	if host != "" {
		h = host
	}
	if port != "" {
		p = port
	}
	c.HTTP = net.JoinHostPort(h, p)
	return nil
}

func toolLimits(c *Config, v string) error {
	limits := map[string]store.Limit{}
	for _, entry := range list(v) {
		tool, limit, ok := strings.Cut(entry, "=")
		if !ok || tool == "" {
			return errors.New("want tool=limit, such as search=10/1m")
		}
		l, err := guard.ParseLimit(limit)
		if err != nil {
			return fmt.Errorf("%s: %w", tool, err)
		}
		if l != nil {
			limits[tool] = *l
		}
	}
	c.Guard.PerTool = limits
	return nil
}

func instance(c *Config, v string) error {
	c.Instance = v
	return checkInstance(v)
}

// checkInstance takes a name that can be part of session ids, and of the patterns
// of a proxy.
func checkInstance(name string) error {
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' {
			return fmt.Errorf("%q: want letters, digits, - and _ only", name)
		}
	}
	return nil
}

// strangers are variables that begin like ours and belong to clients, whose shells
// servers are started from.
var strangers = []string{"MCP_TIMEOUT", "MCP_TOOL_TIMEOUT", "MCP_TOKEN"}

// unknown finds a variable that begins like ours and is none: a server that passed
// over MCP_API_KEY would be open where it was meant to be closed.
func unknown(environ []string, all []Setting, own []string) error {
	names := slices.Concat(own, strangers)
	for i := range all {
		names = append(names, all[i].Env)
	}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "MCP_") || slices.Contains(names, name) || isServiceLink(name, value) {
			continue
		}
		hint := "a variable of the program's own is named by serve.Variables"
		if near := codec.Nearest(name, names); near != "" {
			hint = "did you mean " + near + "?"
		}
		return &ConfigError{name, errors.New("there is no such variable; " + hint)}
	}
	return nil
}
