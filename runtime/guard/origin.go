package guard

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// OriginConfig says what is served beyond the default of [Origins].
type OriginConfig struct {
	// Hosts are names that requests may be sent to, such as "mcp.example.com" or
	// "mcp.example.com:8443"; without a port, any port will do. When there are
	// any, a Host header that is neither listed nor a loopback name on a
	// loopback connection is refused.
	Hosts []string
	// Origins are web origins whose pages may send requests, exactly as browsers
	// write them: "https://app.example.com". "*" allows every origin, and with
	// that any web page that a user opens.
	Origins []string
}

// Origins checks the Host and Origin headers of requests, so that a web page
// cannot reach a server through the browser of someone who may (DNS rebinding,
// requests across origins). MCP requires it of every HTTP transport
// (2026-07-28, basic/transports/streamable-http, security).
//
// The zero value, like nil, is the default for a server with nothing configured:
//
//   - A connection to a loopback address has a loopback name as Host: localhost,
//     127.0.0.0/8 or [::1], with any port. A proxy on the same machine that
//     passes on a public name needs that name in OriginConfig.Hosts.
//   - An Origin, which only browsers send, is a loopback one on a loopback
//     connection.
//
// Requests of programs, which have no Origin, pass on every other connection.
// An Origins is immutable and safe for concurrent use.
type Origins struct {
	hosts   []string
	origins []string
	any     bool
}

// NewOrigins checks a configuration. An error names the entry that cannot be.
func NewOrigins(c OriginConfig) (*Origins, error) {
	o := &Origins{}
	for _, h := range c.Hosts {
		u, err := url.Parse("http://" + h)
		if err != nil || u.Host != h || u.Hostname() == "" || strings.Contains(h, "*") {
			return nil, fmt.Errorf("guard: host %q: want a name such as mcp.example.com or mcp.example.com:8443", h)
		}
		o.hosts = append(o.hosts, strings.ToLower(h))
	}
	for _, s := range c.Origins {
		if s == "*" {
			o.any = true
			continue
		}
		u, err := url.Parse(s)
		if err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != s || s != strings.ToLower(s) || strings.Contains(s, "*") {
			return nil, fmt.Errorf("guard: origin %q: want scheme and host in lower case and nothing else, such as https://app.example.com", s)
		}
		o.origins = append(o.origins, s)
	}
	return o, nil
}

// Errors of Check, to be answered with 403. They say what to configure, and
// nothing about the server that the request does not.
var (
	errHost    = errors.New("the Host header names a host that this server is not: allow it in the server's list of hosts")
	errOrigin  = errors.New("requests from this web origin are not accepted: allow it in the server's list of origins")
	errOrigins = errors.New("more than one Origin header")
)

// Check reports why a request must be refused, nil when it may pass. It looks
// at the headers and at the address that the connection came in on. Where a guard
// with the same Origins has let the request in, it is not looked at again.
func (o *Origins) Check(r *http.Request) error {
	if o == nil {
		o = &Origins{}
	}
	if q := requestOf(r.Context()); q != nil && q.g.origins == o {
		return nil
	}
	return o.check(r)
}

func (o *Origins) check(r *http.Request) error {
	local := onLoopback(r)
	trusted := o.listed(r.Host) || local && isLoopback(hostname(r.Host))
	if !trusted && (local || len(o.hosts) > 0) {
		return errHost
	}
	values := r.Header["Origin"]
	switch {
	case len(values) == 0:
		return nil
	case len(values) > 1:
		return errOrigins
	case o.any, slices.Contains(o.origins, values[0]):
		return nil
	}
	_, host, ok := strings.Cut(values[0], "://")
	if !ok || !trusted {
		return errOrigin
	}
	if host == r.Host || local && isLoopback(hostname(host)) {
		return nil
	}
	return errOrigin
}

// listed reports whether host is one of those configured.
func (o *Origins) listed(host string) bool {
	if len(o.hosts) == 0 {
		return false
	}
	host = strings.ToLower(host)
	return slices.Contains(o.hosts, host) || slices.Contains(o.hosts, hostname(host))
}

// onLoopback reports whether r came in on a loopback address of this machine.
func onLoopback(r *http.Request) bool {
	switch a := r.Context().Value(http.LocalAddrContextKey).(type) {
	case *net.TCPAddr:
		return a.IP.IsLoopback()
	case net.Addr:
		ap, err := netip.ParseAddrPort(a.String())
		return err == nil && ap.Addr().Unmap().IsLoopback()
	}
	return false
}

// hostname cuts the port off a Host header. Brackets of an IPv6 address stay.
func hostname(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && strings.IndexByte(host[i:], ']') < 0 {
		return host[:i]
	}
	return host
}

// isLoopback reports whether a host, without its port, is this machine.
func isLoopback(host string) bool {
	switch host {
	case "127.0.0.1", "localhost", "[::1]":
		return true
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	return err == nil && a.Unmap().IsLoopback()
}
