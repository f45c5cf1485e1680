package client

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
)

// bearing gives the options with which the credential goes to the server at u, and
// to nobody else. What is not asked for is not changed.
func (o *Options) bearing(ctx context.Context, u *url.URL) (*Options, error) {
	if o == nil || o.Credential == nil {
		return o, nil
	}
	plain := u.Scheme == "http" || u.Scheme == "ws" || u.Scheme == "sse+http"
	if plain && !o.PlainHTTP && !loopback(u.Hostname()) {
		return nil, fmt.Errorf("mcp client: %s: a credential would be sent without TLS; Options.PlainHTTP allows it", u.Redacted())
	}
	c := *o
	if u.Scheme == "ws" || u.Scheme == "wss" { // there is one request
		value, err := o.Credential(ctx)
		if err != nil {
			return nil, fmt.Errorf("mcp client: credential: %w", err)
		}
		if c.Header = o.Header.Clone(); c.Header == nil {
			c.Header = http.Header{}
		}
		c.Header.Set("Authorization", value)
		return &c, nil
	}
	full := o.withDefaults()
	courier := *full.HTTPClient
	courier.Transport = &bearer{host: u.Host, credential: o.Credential, next: courier.Transport}
	c.HTTPClient, c.ownClient = &courier, full.ownClient
	return &c, nil
}

// A bearer adds the credential to requests to one host.
type bearer struct {
	host       string
	credential func(context.Context) (string, error)
	next       http.RoundTripper // nil: http.DefaultTransport
}

// RoundTrip implements http.RoundTripper.
func (b *bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	next := b.next
	if next == nil {
		next = http.DefaultTransport
	}
	if req.URL.Host != b.host {
		return next.RoundTrip(req)
	}
	value, err := b.credential(req.Context())
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // it is not needed any more
		}
		return nil, fmt.Errorf("credential: %w", err)
	}
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", value)
	return next.RoundTrip(req)
}

// CloseIdleConnections is for http.Client.
func (b *bearer) CloseIdleConnections() {
	if c, ok := b.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}
