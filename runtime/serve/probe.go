package serve

import (
	"bufio"
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
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	res, err := getHealth(ctx, net.JoinHostPort(host, port), c.TLS != nil || c.TLSCert != "")
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

// getHealth asks the server at addr. It does so by hand because a program with
// the HTTP client of the standard library is half a megabyte larger.
func getHealth(ctx context.Context, addr string, secure bool) (*http.Response, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline) // it is open
	if secure {
		// The certificate is for the name that clients know, not for this address.
		conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // nothing secret is sent
	}
	if _, err := io.WriteString(conn, "GET /health HTTP/1.1\r\nHost: "+addr+"\r\nConnection: close\r\n\r\n"); err != nil {
		_ = conn.Close() // the first error counts
		return nil, err
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		_ = conn.Close() // as above
		return nil, err
	}
	res.Body = answered{res.Body, conn}
	return res, nil
}

// An answered body closes its connection too.
type answered struct {
	io.ReadCloser
	conn net.Conn
}

func (a answered) Close() error {
	_ = a.ReadCloser.Close() // what is left of it goes with the connection
	return a.conn.Close()
}
