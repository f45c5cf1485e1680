package serve

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
)

// DefaultGrace is how long running calls may go on when the server stops.
const DefaultGrace = 25 * time.Second

// Config says how to serve. The zero value is stdio.
type Config struct {
	// HTTP is the address to listen on, host:port. "" with a nil Listener is
	// stdio. Without a host it is 127.0.0.1, or every interface with AllowRemote.
	HTTP string

	// AllowRemote allows addresses that other machines can reach. Anyone who can
	// reach the server can call its tools.
	AllowRemote bool

	Hosts   []string // see guard.OriginConfig
	Origins []string // see guard.OriginConfig

	Linger time.Duration // how long requests are still taken once /ready fails
	Grace  time.Duration // how long running calls may go on after that; 0: DefaultGrace

	// Listener is listened on instead of HTTP. One that other machines can reach
	// needs AllowRemote too.
	Listener net.Listener

	// Routes are served beside the endpoints, by patterns of http.ServeMux, which
	// must not be theirs. Their requests pass the checks of Hosts and Origins.
	Routes map[string]http.Handler

	// Wrap are put around everything that is served over HTTP, the first
	// outermost. One that gives its handler a ResponseWriter of its own has to
	// offer Unwrap, see http.ResponseController: streams and WebSocket need it.
	Wrap []func(http.Handler) http.Handler
}

// An Option changes the configuration before the environment and the flags do.
// Any function on a Config is one.
type Option func(c *Config)

// Route serves h beside the endpoints, by a pattern of http.ServeMux.
func Route(pattern string, h http.Handler) Option {
	return func(c *Config) {
		if c.Routes == nil {
			c.Routes = map[string]http.Handler{}
		}
		c.Routes[pattern] = h
	}
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

// A setting is one flag and its variable.
type setting struct {
	flag, env string
	arg       string // what its value is called; "" for a switch
	usage     string
	set       func(c *Config, value string) error
}

var settings = []setting{
	{"http", "MCP_HTTP_ADDR", "ADDR", "listen on ADDR, host:port, instead of stdio; :port is 127.0.0.1", func(c *Config, v string) error {
		c.HTTP = v
		return nil
	}},
	{"allow-remote", "MCP_ALLOW_REMOTE", "", "listen beyond the loopback interface; anyone who reaches the server can call its tools", func(c *Config, v string) (err error) {
		c.AllowRemote, err = strconv.ParseBool(v)
		return err
	}},
	{"allowed-hosts", "MCP_ALLOWED_HOSTS", "LIST", "names that requests may be sent to, separated by commas", func(c *Config, v string) error {
		c.Hosts = list(v)
		return nil
	}},
	{"allowed-origins", "MCP_ALLOWED_ORIGINS", "LIST", "origins of web pages that may send requests, separated by commas", func(c *Config, v string) error {
		c.Origins = list(v)
		return nil
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

func (s *setting) field() string { return "-" + s.flag + " (" + s.env + ")" }

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
	given := map[*setting]string{}
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	for i := range settings {
		s := &settings[i]
		if v := getenv(s.env); v != "" {
			given[s] = v
		}
		keep := func(v string) error {
			given[s] = v
			return nil
		}
		if s.arg == "" {
			flags.BoolFunc(s.flag, "", keep)
		} else {
			flags.Func(s.flag, "", keep)
		}
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		usage(help)
		return c, err
	case err != nil:
		return c, &ConfigError{Err: err}
	case flags.NArg() > 0:
		return c, &ConfigError{Err: fmt.Errorf("unexpected argument %q", flags.Arg(0))}
	}
	for i := range settings {
		s := &settings[i]
		if v, ok := given[s]; ok {
			if err := s.set(&c, v); err != nil {
				return c, &ConfigError{s.field(), err}
			}
		}
	}
	return c, nil
}

func usage(w io.Writer) {
	var text strings.Builder
	text.WriteString("Speaks MCP on stdin and stdout, or listens with -http.\n")
	for _, s := range settings {
		text.WriteString("  -" + s.flag + " " + s.arg + "\n    \t" + s.usage + " (" + s.env + ")\n")
	}
	say(w, text.String())
}

// origins makes the checks of Host and Origin.
func (c *Config) origins() (*guard.Origins, error) {
	if _, err := guard.NewOrigins(guard.OriginConfig{Hosts: c.Hosts}); err != nil {
		return nil, &ConfigError{field("allowed-hosts"), err}
	}
	o, err := guard.NewOrigins(guard.OriginConfig{Hosts: c.Hosts, Origins: c.Origins})
	if err != nil {
		return nil, &ConfigError{field("allowed-origins"), err}
	}
	return o, nil
}

// listen opens the listener.
func (c *Config) listen() (net.Listener, error) {
	if c.Listener != nil {
		if a, ok := c.Listener.Addr().(*net.TCPAddr); ok && !a.IP.IsLoopback() && !c.AllowRemote {
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
	if c.AllowRemote || host == "localhost" {
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
		"listen on 127.0.0.1, or say " + field("allow-remote")
}

// field is how a flag is named in errors.
func field(name string) string {
	for i := range settings {
		if settings[i].flag == name {
			return settings[i].field()
		}
	}
	return "-" + name
}
