package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/observe"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// DefaultGrace is how long running calls may go on when the server stops.
const DefaultGrace = 25 * time.Second

// Config says how to serve. The zero value is stdio.
type Config struct {
	// HTTP is the address to listen on, host:port. "" with a nil Listener is
	// stdio. Without a host it is 127.0.0.1, or every interface with AllowRemote.
	HTTP string

	// AllowRemote allows addresses that other machines can reach although nobody
	// is asked who he is: anyone who can reach the server can call its tools.
	// With authentication such an address needs nothing but to be named.
	AllowRemote bool

	// Transports are what is served over HTTP: "http", "websocket" and "sse". None:
	// all of them.
	Transports []string

	Hosts   []string // see guard.Config; added to those of Guard
	Origins []string // see guard.Config; added to those of Guard

	// Guard says who is let in and how often. Keys of APIKeys and APIKeysFile are
	// added to its authenticators. Without a Resource, it is the URL of the
	// listener.
	Guard       guard.Config
	APIKeys     []guard.Key
	APIKeysFile string // in the form of guard.ParseKeys; read again when it changes

	// RateLimit is how many requests one address may send, in the form of
	// guard.ParseLimit. "": 100/15m if other machines can reach the server, and
	// otherwise any number. Guard.PerAddress counts more.
	RateLimit string

	AuditLog      string // a file that the audit log is appended to, on stdio too; "-" is standard error; "" is none
	AuditRequired bool   // refuse calls that cannot be recorded
	AuditKey      string // secret of the digests of arguments, the same on all instances; "": a random one

	TLSCert, TLSKey string      // files in PEM form, read again when they change; "": no TLS
	TLS             *tls.Config // instead of them

	// Coalesce is how long a notification of a burst may wait for the next ones, over
	// HTTP: see mcphttp.Options. 0: 5 ms; below 0: not at all.
	Coalesce time.Duration

	Linger time.Duration // how long requests are still taken once /ready fails
	Grace  time.Duration // how long running calls may go on after that; 0: DefaultGrace

	// Listener is listened on instead of HTTP. One that other machines can reach
	// needs AllowRemote or authentication too.
	Listener net.Listener

	// Routes are served beside the endpoints, by patterns of http.ServeMux, to
	// those whom the guard lets in; Public to everybody.
	Routes map[string]http.Handler
	Public map[string]http.Handler

	Checks      map[string]observe.Check // what /health asks
	ReadyChecks map[string]observe.Check // what /ready asks
	Probes      map[string]http.Handler  // further paths for health checks, open to everybody

	// Metrics is served at /metrics, to those whom the guard lets in unless
	// MetricsPublic is set. nil: nothing is.
	Metrics       http.Handler
	MetricsPublic bool
	// MetricsHTTP is an address, host:port, at which the metrics and the health
	// checks are served too, to everybody who reaches it. Without a host it is
	// 127.0.0.1; "": there is none.
	MetricsHTTP string
	Connections *observe.Connections // counts the connections; may be nil
	Observers   []mcp.Observer       // are told of every request, on stdio too

	// Instance names this instance of the server in logs, metrics and the audit
	// log. "": it has a random name where it needs one.
	Instance string
	// StateKeys are mcp.Options.StateKeys for a server that has none. Instances
	// that differ cannot go on with each other's sessions and questions.
	StateKeys [][]byte
	// StateOnce makes mcp.Options.StateUses of Store, or of this process without one.
	StateOnce bool
	// MaxResult is mcp.Options.MaxResult for a server that has none.
	MaxResult int
	// Store is shared by all instances: for rate limits, changes and the events of
	// streams. nil: this process has its own.
	Store store.Store

	// Wrap are put around everything that is served over HTTP, the first
	// outermost. Streams and WebSocket need what http.ResponseController reaches:
	// a ResponseWriter of such a handler has an Unwrap method.
	Wrap []func(http.Handler) http.Handler

	// Settings are flags and variables beside those of this package. Setup is
	// called, in order, before a server listens: when they have been read.
	Settings []Setting
	Setup    []func(ctx context.Context, s *mcp.Server, c *Config) error

	// Variables are names that the program itself reads. A server over HTTP refuses
	// to start when there is a variable MCP_… that it does not know.
	Variables []string

	// Caching says what is kept of results, on this instance and in the regions of
	// the server. The zero value: nothing.
	Caching edge.Config
	// GetResources says who may read resources that are for everybody with GET, at
	// /mcp/resources: Callers that the guard lets in, or Everybody. "": nobody.
	GetResources string

	// Stateless serves every request on its own, for platforms where nothing goes on
	// between two of them: no sessions, no streams that stay open, no tasks, no
	// files that are read again.
	Stateless bool
	// Serve serves the handler where a program cannot listen, until ctx is done; HTTP
	// and Listener are not used. nil: the program listens.
	Serve func(ctx context.Context, h http.Handler) error

	deferred []func()
	twice    []string   // what options have entered more than once
	log      *sharedLog // nil: there is only this instance
	edge     *edge.Edge // nil: nothing is kept
}

// Defer has f called when the server has stopped, the last f first. It is for
// functions of Setup.
func (c *Config) Defer(f func()) { c.deferred = append(c.deferred, f) }

// undefer calls what Defer was given.
func (c *Config) undefer() {
	for _, f := range slices.Backward(c.deferred) {
		f()
	}
}

// An Option changes the configuration before the environment and the flags do.
// Any function on a Config is one.
type Option func(c *Config)

// Route serves h beside the endpoints, by a pattern of http.ServeMux.
func Route(pattern string, h http.Handler) Option {
	return func(c *Config) { add(c, "route ", &c.Routes, pattern, h) }
}

// Public is Route for what everybody may ask for.
func Public(pattern string, h http.Handler) Option {
	return func(c *Config) { add(c, "route ", &c.Public, pattern, h) }
}

// Auth adds an authenticator, such as a guard.AuthFunc.
func Auth(a guard.Authenticator) Option {
	return func(c *Config) { c.Guard.Auth = append(c.Guard.Auth, a) }
}

// Check adds a check to /health.
func Check(name string, f observe.Check) Option {
	return func(c *Config) { add(c, "health check ", &c.Checks, name, f) }
}

// ReadyCheck adds a check to /ready.
func ReadyCheck(name string, f observe.Check) Option {
	return func(c *Config) { add(c, "readiness check ", &c.ReadyChecks, name, f) }
}

// Probe answers a health check at a path of its own, such as an
// [*observe.Health] with other checks.
func Probe(path string, h http.Handler) Option {
	return func(c *Config) { add(c, "health check ", &c.Probes, path, h) }
}

// Observe adds an observer of every request.
func Observe(o mcp.Observer) Option {
	return func(c *Config) { c.Observers = append(c.Observers, o) }
}

// Variables names variables that begin with MCP_ and that the program itself reads.
func Variables(names ...string) Option {
	return func(c *Config) { c.Variables = append(c.Variables, names...) }
}

// add enters what must have a name of its own. That it has not is told when the
// server starts.
func add[V any](c *Config, what string, m *map[string]V, key string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	if _, taken := (*m)[key]; taken {
		c.twice = append(c.twice, what+key)
	}
	(*m)[key] = v
}

// Wrap puts a handler around everything that is served over HTTP.
func Wrap(outer func(http.Handler) http.Handler) Option {
	return func(c *Config) { c.Wrap = append(c.Wrap, outer) }
}

// A ConfigError tells that a configuration cannot be used.
type ConfigError struct {
	Field string // the flag and its variable, such as "-http (MCP_HTTP_ADDR)"; "" for the command line itself
	Err   error
}

// Error names the field and the reason.
func (e *ConfigError) Error() string {
	if e.Field == "" {
		return e.Err.Error()
	}
	return e.Field + ": " + e.Err.Error()
}

// Unwrap gives the reason.
func (e *ConfigError) Unwrap() error { return e.Err }

func list(v string) (items []string) {
	for item := range strings.SplitSeq(v, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

func duration(v string) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is no time: want one such as 30s", v)
	case d < 0:
		return 0, fmt.Errorf("%s is less than nothing", v)
	}
	return d, nil
}

// configure makes the configuration of a program from its options, environment
// and command line. The error is flag.ErrHelp when help was asked for and
// printed, and a *ConfigError otherwise.
func configure(args []string, getenv func(string) string, help io.Writer, opts []Option) (Config, error) {
	var c Config
	for _, o := range opts {
		o(&c)
	}
	all := slices.Concat(settings, c.Settings)
	given := map[*Setting]string{}
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	for i := range all {
		s := &all[i]
		if v := getenv(s.Env); v != "" {
			given[s] = v
		}
		keep := func(v string) error {
			given[s] = v
			return nil
		}
		if s.Arg == "" {
			flags.BoolFunc(s.Flag, "", keep)
		} else {
			flags.Func(s.Flag, "", keep)
		}
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		usage(help, all)
		return c, err
	case err != nil:
		return c, &ConfigError{Err: err}
	case flags.NArg() > 0:
		return c, &ConfigError{Err: fmt.Errorf("unexpected argument %q", flags.Arg(0))}
	}
	for i := range all {
		s := &all[i]
		if v, ok := given[s]; ok {
			if err := s.Set(&c, v); err != nil {
				return c, &ConfigError{s.field(), err}
			}
		}
	}
	var named []string
	flags.Visit(func(f *flag.Flag) { named = append(named, f.Name) })
	if err := c.listenWhere(getenv, named); err != nil {
		return c, err
	}
	return c, unsupported(getenv, &c, all)
}

// needRemote are variables that mean nothing without package remote. A server
// that passed over them would be open where it was meant to be closed.
var needRemote = []string{"JWT_SECRET", "MCP_JWKS_URL", "MCP_REDIS_URL"}

func unsupported(getenv func(string) string, c *Config, all []Setting) error {
	if !c.networked() {
		return nil
	}
	for _, name := range needRemote {
		known := slices.ContainsFunc(all, func(s Setting) bool { return s.Env == name })
		if !known && getenv(name) != "" {
			return &ConfigError{name, errors.New("this program cannot do what it asks for: give serve.Main the option remote.With() of runtime/serve/remote")}
		}
	}
	return nil
}

func usage(w io.Writer, all []Setting) {
	var text strings.Builder
	text.WriteString("Speaks MCP on stdin and stdout, or listens with -http.\n")
	for _, s := range all {
		text.WriteString("  -" + s.Flag + " " + s.Arg + "\n    \t" + s.Usage + " (" + s.Env + ")\n")
	}
	say(w, text.String())
}

// networked reports whether the server is for a network, and not for stdio.
func (c *Config) networked() bool { return c.HTTP != "" || c.Listener != nil || c.Serve != nil }

// remote reports whether the server may be reached from other machines.
func (c *Config) remote() bool { return c.AllowRemote || len(c.Guard.Auth) > 0 }

// listen opens the listener.
func (c *Config) listen() (net.Listener, error) {
	if c.Listener != nil {
		if a, ok := c.Listener.Addr().(*net.TCPAddr); ok && !a.IP.IsLoopback() && !c.remote() {
			return nil, &ConfigError{field("allow-remote"), remoteError(a.String())}
		}
		return c.Listener, nil
	}
	addr, err := c.address()
	if err != nil {
		return nil, &ConfigError{field("http"), err}
	}
	l, err := net.Listen("tcp", addr) //nolint:noctx // it does not wait
	if err != nil {
		return nil, &ConfigError{field("http"), err}
	}
	return l, nil
}

// address checks HTTP and completes it.
func (c *Config) address() (string, error) {
	host, port, err := net.SplitHostPort(c.HTTP)
	if err != nil {
		return "", fmt.Errorf("want host:port or :port: %w", err)
	}
	if host == "" && !c.AllowRemote {
		host = "127.0.0.1"
	}
	if c.remote() || host == "localhost" {
		return net.JoinHostPort(host, port), nil
	}
	if a, err := netip.ParseAddr(host); err != nil || !a.Unmap().IsLoopback() {
		return "", remoteError(c.HTTP)
	}
	return net.JoinHostPort(host, port), nil
}

// A remoteError is an address that other machines can reach.
type remoteError string

func (e remoteError) Error() string {
	return string(e) + " can be reached from other machines, and anyone who reaches the server can call its tools: " +
		"listen on 127.0.0.1, ask who they are with " + field("api-keys") + " or another way, or say " + field("allow-remote")
}

// field is how a flag is named in errors.
func field(name string) string {
	for i := range settings {
		if settings[i].Flag == name {
			return settings[i].field()
		}
	}
	return "-" + name
}
