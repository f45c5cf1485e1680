package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/mcpgen/mcpgen/runtime/client"
)

// Options say what to look at, and how.
type Options struct {
	// URL of the endpoint: http, https, ws, wss, sse+http or sse+https.
	URL        string
	Header     http.Header // sent with every request
	Credential string      // value of the Authorization header; "" for none. Sent to the endpoint only.
	// Timeout bounds each check. Default 10 s.
	Timeout time.Duration
	// Quiet is how long a stream may say nothing before it counts as held back.
	// Default 3 s.
	Quiet time.Duration
	// Slow is what a person notices of an answer that costs nothing. Default 500 ms.
	Slow time.Duration

	Roots  *x509.CertPool   // whose certificates are believed; nil: the system's
	Now    func() time.Time // the clock of this machine; nil: time.Now
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	// Proxy gives the proxy for a request; nil: that of the environment.
	Proxy func(*http.Request) (*url.URL, error)
}

// A patient is the server that is looked at, and what is known of it so far.
type patient struct {
	o    Options
	mode mode
	u    *url.URL // of the endpoint, http or https
	web  *http.Client

	proxy *url.URL // that of the environment, nil without
	addrs []netip.Addr

	opening  ask            // the first request that was answered
	first    *answer        // to it
	modern   bool           // it was answered in the stateless era
	client   *client.Client // once the era is known
	dropped  []string       // tools that it refuses
	session  string         // of the stateful era
	revision string         // of the session
	metadata *metadata      // of RFC 9728, when there is one
}

// A mode is the transport that the URL asks for.
type mode string

const (
	modeHTTP mode = "http"
	modeWS   mode = "ws"
	modeSSE  mode = "sse"
)

var checks = []check[*patient]{
	{"address", true, (*patient).checkAddress},
	{"dns", true, (*patient).checkDNS},
	{"tcp", true, (*patient).checkTCP},
	{"tls", true, (*patient).checkTLS},
	{"http", true, (*patient).checkHTTP},
	{"proxy", true, (*patient).checkProxy},
	{"host", true, (*patient).checkHost},
	{"limits", true, (*patient).checkLimits},
	{"clock", false, (*patient).checkClock},
	{"token", false, (*patient).checkToken},
	{"auth", true, (*patient).checkAuth},
	{"origin", false, (*patient).checkOrigin},
	{"websocket", true, (*patient).checkWebSocket},
	{"protocol", true, (*patient).checkProtocol},
	{"era", true, (*patient).checkEra},
	{"schemas", false, (*patient).checkSchemas},
	{"streaming", false, (*patient).checkStreaming},
	{"latency", false, (*patient).checkLatency},
}

// Run looks at a server, layer by layer, and tells each of every finding as it
// comes; each may be nil. It sends about fifteen requests, none of which calls a
// tool.
func Run(ctx context.Context, o Options, each func(Finding)) []Finding {
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Quiet <= 0 {
		o.Quiet = 3 * time.Second
	}
	if o.Slow <= 0 {
		o.Slow = 500 * time.Millisecond
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Proxy == nil {
		o.Proxy = http.ProxyFromEnvironment
	}
	if o.Lookup == nil {
		o.Lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	p := &patient{o: o}
	p.web = &http.Client{
		Transport: &http.Transport{
			Proxy:           o.Proxy,
			TLSClientConfig: &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
			IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
			DialContext: p.dial,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer p.web.CloseIdleConnections()
	bound := func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, o.Timeout)
	}
	findings := examine(ctx, p, checks, bound, each)
	p.leave(ctx)
	return findings
}
