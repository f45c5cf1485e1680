package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

// checkAddress reads the URL.
func (p *patient) checkAddress(context.Context) Finding {
	forms := "want http, https, ws, wss, sse+http or sse+https, such as https://mcp.example.com/mcp"
	u, err := url.Parse(p.o.URL)
	if err != nil {
		return fail(err.Error(), forms)
	}
	scheme, sse := strings.CutPrefix(u.Scheme, "sse+")
	p.mode = modeHTTP
	switch scheme {
	case "http", "https":
	case "ws", "wss":
		p.mode, scheme = modeWS, "http"+strings.TrimPrefix(scheme, "ws")
	default:
		return fail(fmt.Sprintf("%q is no URL of a server", p.o.URL), forms)
	}
	if sse {
		p.mode = modeSSE
	}
	if u.Hostname() == "" {
		return fail(fmt.Sprintf("%q names no host", p.o.URL), forms)
	}
	u.Scheme = scheme
	p.u = u
	p.proxy, err = p.o.Proxy(&http.Request{URL: u, Header: http.Header{}})
	if err != nil {
		return fail("HTTP_PROXY or HTTPS_PROXY: "+err.Error(), "correct the variable")
	}
	if scheme == "http" && p.o.Credential != "" && !local(u.Hostname()) {
		return warn("the credential is sent in the clear", "use "+strings.Replace(u.String(), "http", "https", 1))
	}
	if p.proxy != nil {
		return okf("%s, through the proxy %s of the environment", u, p.proxy.Host)
	}
	return okf("%s", u)
}

// local reports whether a host is this machine.
func local(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.Unmap().IsLoopback()
}

// checkDNS finds the addresses of the host, or of the proxy in front of it.
func (p *patient) checkDNS(ctx context.Context) Finding {
	host := p.dialled().Hostname()
	if addr, err := netip.ParseAddr(host); err == nil {
		p.addrs = []netip.Addr{addr}
		return okf("%s is an address", host)
	}
	addrs, err := p.o.Lookup(ctx, host)
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fail("there is no host "+host, "correct the name, or enter it into DNS; a name of a cluster or of Compose is known inside only")
	case err != nil:
		return fail(fmt.Sprintf("%s cannot be looked up: %v", host, err), "check the DNS server of this machine: the name may well be right")
	case len(addrs) == 0:
		return fail(host+" has no address", "enter an A or AAAA record into DNS")
	}
	for i := range addrs {
		addrs[i] = addrs[i].Unmap()
	}
	slices.SortFunc(addrs, netip.Addr.Compare) // IPv4 first
	p.addrs = slices.Compact(addrs)
	return okf("%s is %s", host, join(p.addrs))
}

// dialled is where connections go: to the endpoint or to the proxy.
func (p *patient) dialled() *url.URL {
	if p.proxy != nil {
		return p.proxy
	}
	return p.u
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	default:
		return "80"
	}
}

func join[T fmt.Stringer](list []T) string {
	var words []string
	for _, one := range list {
		words = append(words, one.String())
	}
	return strings.Join(words, ", ")
}

// maxAddresses is how many addresses of a name are tried.
const maxAddresses = 4

// checkTCP connects to each address.
func (p *patient) checkTCP(ctx context.Context) Finding {
	var worked, failed []string
	var last error
	var took time.Duration
	addrs := p.addrs[:min(len(p.addrs), maxAddresses)]
	each := p.o.Timeout / time.Duration(len(addrs)+1)
	for _, addr := range addrs {
		at := net.JoinHostPort(addr.String(), port(p.dialled()))
		began := time.Now()
		conn, err := (&net.Dialer{Timeout: each}).DialContext(ctx, "tcp", at)
		if err != nil {
			failed, last = append(failed, at), err
			continue
		}
		took = time.Since(began)
		worked = append(worked, at)
		_ = conn.Close() // nothing was sent
	}
	switch {
	case len(worked) == 0:
		return fail(fmt.Sprintf("no connection to %s: %s", strings.Join(failed, ", "), reason(last)), p.tcpAdvice(last))
	case len(failed) > 0:
		return warn(fmt.Sprintf("%s answers, %s does not: %s", strings.Join(worked, ", "), strings.Join(failed, ", "), reason(last)),
			"take the addresses that do not answer out of DNS, or let the server listen on them")
	}
	return okf("%s in %s", strings.Join(worked, ", "), round(took))
}

func reason(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "nothing answers in time"
	}
	return err.Error()
}

func (p *patient) tcpAdvice(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED) && local(p.dialled().Hostname()):
		return "nothing listens there: start the server, or correct the port"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there: start the server, correct the port, or let it listen on more than 127.0.0.1 (-http 0.0.0.0:8080)"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "a firewall drops the packets, or the machine is off: open the port for this machine"
	}
	return "check the route to that network"
}

func round(d time.Duration) time.Duration {
	if d > 10*time.Millisecond {
		return d.Round(time.Millisecond)
	}
	return d.Round(10 * time.Microsecond)
}

// dial connects to the addresses that were found out before.
func (p *patient) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	d := new(net.Dialer)
	host, at, err := net.SplitHostPort(addr)
	if err != nil || host != p.dialled().Hostname() || len(p.addrs) == 0 {
		return d.DialContext(ctx, network, addr)
	}
	var errs []error
	for _, a := range p.addrs[:min(len(p.addrs), maxAddresses)] {
		conn, err := d.DialContext(ctx, network, net.JoinHostPort(a.String(), at))
		if err == nil {
			return conn, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// soon is how long a certificate must still be good for.
const soon = 14 * 24 * time.Hour

// checkTLS shakes hands and looks at the certificate as a client would.
func (p *patient) checkTLS(ctx context.Context) Finding {
	switch {
	case p.u.Scheme != "https":
		return skipf("the URL is plain HTTP")
	case p.proxy != nil:
		return skipf("the proxy is in between: see http")
	}
	raw, err := p.dial(ctx, "tcp", net.JoinHostPort(p.u.Hostname(), port(p.u)))
	if err != nil {
		return fail(err.Error(), p.tcpAdvice(err))
	}
	conn := tls.Client(raw, &tls.Config{
		ServerName: p.u.Hostname(), MinVersion: tls.VersionTLS10, NextProtos: []string{"h2", "http/1.1"},
		InsecureSkipVerify: true, //nolint:gosec // judged below, so as to say what a client refuses
	})
	defer conn.Close() //nolint:errcheck // nothing was sent
	if err := conn.HandshakeContext(ctx); err != nil {
		return handshakeFailed(err)
	}
	return p.judge(conn.ConnectionState())
}

func handshakeFailed(err error) Finding {
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &record):
		return fail("the server does not speak TLS there", "write http:// or ws://, or give the server a certificate (-tls-cert, -tls-key)")
	case strings.Contains(err.Error(), "remote error: tls:"):
		return fail("the server ends the handshake: "+err.Error(), "it has no certificate for this name, or wants one from the client")
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return fail("the handshake does not end", "what listens there does not speak TLS: correct the port")
	}
	return fail("the handshake fails: "+err.Error(), "look into the log of the server or of the proxy in front of it")
}
