// Package balance calls a server of several instances: one call after the other
// goes to the next of them, an instance that fails is left alone for a while,
// and what can safely be sent again is.
//
//	c, err := balance.Dial(ctx, []string{"https://mcp-1.example.com/mcp", "https://mcp-2.example.com/mcp"}, nil)
//	if err != nil { … }
//	defer c.Close()
//	res, err := c.CallTool(ctx, "greet", map[string]any{"name": "Ada"})
//
// It speaks the stateless era only (2026-07-28): a session of an earlier revision
// belongs to one instance.
//
// A request is sent again when it cannot have run: no connection was made, or the
// instance refused it before it began (429 and 503 of this module's servers). One
// that may have run is sent again only if that does no harm: it reads, or calls a
// tool that Options.Safe or its hints call safe. Any other call of a tool gets an
// idempotency key if the server says that its instances honour keys together
// (io.github.mcpgen/idempotency), and is sent again with it. Without that, and when
// the server cannot tell how the call has ended, it fails with an [*UnsureError],
// for the caller to decide. An answer, whatever it says, is an
// answer and never a reason to ask again.
package balance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/mcpgen/mcpgen/runtime/client"
)

// Options of [Dial]. The zero value is useful.
type Options struct {
	// Client are the options of the client: names, handlers and the like. Its Era
	// and HTTPClient are not used.
	Client client.Options

	// Timeout is how long an instance may be silent before a request to it has
	// failed. The caller's context bounds all tries together. 0: 10 s.
	Timeout time.Duration
	// Tries is how often a request is sent at most. 0: 3.
	Tries int
	// Budget is how many requests may be sent again in a burst. Each that succeeds
	// adds a tenth to it, so that retries never make up more than a tenth of a
	// long-lasting load. Requests that never left do not count. 0: 100.
	Budget int

	// Safe says which tools may be called twice. nil: none, unless Hints is set.
	Safe func(tool string) bool
	// Hints trusts what the server says of its tools: those that are read-only or
	// idempotent may be called twice. Dial lists the tools then.
	Hints bool

	// Distance says how far a server is, by its URL: such as 0 for those of the
	// caller's own region, 1 for the next one and 2 for one over the sea. The nearest
	// ones that are in use take turns, and those farther away are asked when they have
	// failed. nil: all are as near.
	Distance func(server string) int

	// Credential gives the Authorization header of each request, such as "Bearer
	// …" or "ApiKey …". It is sent to the instances and to nobody else.
	Credential func(ctx context.Context) (string, error)
	// PlainHTTP allows credentials to be sent without TLS to other machines.
	PlainHTTP bool

	// Transport makes the connections. nil: one that keeps enough of them open.
	Transport http.RoundTripper

	Logger *slog.Logger // for retries and ejections; slog.Default() when nil
}

// Defaults and fixed values.
const (
	defaultTimeout = 10 * time.Second
	defaultTries   = 3
	defaultBudget  = 100

	// An instance that failed this often in a row is left alone for a time that
	// doubles whenever the probe after it fails.
	maxFailures  = 3
	firstPause   = time.Second
	longestPause = 30 * time.Second

	// Before a request goes to an instance that it has been to, or that said when,
	// it waits: a random part of a time that doubles.
	firstWait   = 25 * time.Millisecond
	longestWait = time.Second
)

// A Client is a client of all instances. Its methods, and those of clients that
// were generated for it, may be called from several goroutines at once.
type Client struct {
	*client.Client

	t *transport
}

// Dial connects to the instances at these URLs; one that answers is enough. ctx
// bounds the connecting only. A list that is empty, names an instance twice or
// has something in it that is no URL is an error.
func Dial(ctx context.Context, servers []string, o *Options) (*Client, error) {
	t, err := newTransport(servers, o)
	if err != nil {
		return nil, err
	}
	opt := t.o.Client
	opt.Era = client.Modern
	if opt.ProbeTimeout == 0 { // every try may take its time
		opt.ProbeTimeout = time.Duration(t.o.Tries+1) * t.o.Timeout
	}
	c, err := client.Connect(ctx, t, &opt)
	if err != nil {
		return nil, err
	}
	if t.o.Hints {
		for _, err := range c.Tools(ctx) { // the transport reads what passes
			if err != nil {
				return nil, errors.Join(fmt.Errorf("mcp balance: tools: %w", err), c.Close())
			}
		}
	}
	return &Client{Client: c, t: t}, nil
}

// SetServers changes the instances. Those that stay keep their connections and
// what is known of them; requests to those that go are not disturbed.
func (c *Client) SetServers(servers []string) error { return c.t.setServers(servers) }

// parse checks a list of URLs.
func parse(servers []string, o *Options) ([]*url.URL, error) {
	if len(servers) == 0 {
		return nil, errors.New("mcp balance: no servers")
	}
	seen := map[string]bool{}
	var out []*url.URL
	for _, s := range servers {
		u, err := url.Parse(s)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" {
			return nil, fmt.Errorf("mcp balance: %q is no URL of a server: want https://host/mcp", s)
		}
		if seen[u.String()] {
			return nil, fmt.Errorf("mcp balance: %s is listed twice", s)
		}
		seen[u.String()] = true
		secret := o.Credential != nil || o.Client.Header.Get("Authorization") != ""
		if secret && u.Scheme == "http" && !o.PlainHTTP && !loopback(u.Hostname()) {
			return nil, fmt.Errorf("mcp balance: %s: a credential would be sent without TLS", s)
		}
		out = append(out, u)
	}
	return out, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}
