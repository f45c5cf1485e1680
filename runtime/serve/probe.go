package serve

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// healthCommand as the first argument of a program asks the server that runs with
// the same configuration whether it works, for a container's HEALTHCHECK: an
// image needs no other program for it.
const healthCommand = "healthcheck"

// healthTimeout is how long the server may take to answer.
const healthTimeout = 3 * time.Second

// checkHealth asks /health of the server. An error means that it does not work,
// or cannot be found by this configuration.
func checkHealth(ctx context.Context, args []string, getenv func(string) string, opts []Option) error {
	c, err := configure(args, getenv, io.Discard, opts)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(c.HTTP)
	if err != nil {
		return &ConfigError{field("http"), fmt.Errorf("a server on stdio has no health: %w", err)}
	}
	if a, err := netip.ParseAddr(host); host == "" || err == nil && a.IsUnspecified() {
		host = "127.0.0.1"
		if err == nil && a.Is6() && !a.Is4In6() {
			host = "::1"
		}
	}
	scheme := "http"
	if c.TLS != nil || c.TLSCert != "" {
		scheme = "https"
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+net.JoinHostPort(host, port)+"/health", nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		// The certificate is for the name that clients know, not for this address.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // nothing secret is sent
	}}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // it was only read
	const most = 1 << 10
	body, _ := io.ReadAll(io.LimitReader(res.Body, most)) // what there is of it
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("unhealthy: %s: %s", res.Status, body)
	}
	return nil
}
