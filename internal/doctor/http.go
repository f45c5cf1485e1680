package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// checkHTTP sends the first request. What later checks are for, such as 401,
// passes.
func (p *patient) checkHTTP(ctx context.Context) Finding {
	a, err := p.open(ctx)
	if err != nil {
		return p.unanswered(ctx, err)
	}
	p.first = a
	_, spoken := a.message()
	switch {
	case p.mode == modeSSE && a.status == http.StatusOK && a.media == "text/event-stream":
		return okf("%s, an event stream in %s", a.proto, round(a.took))
	case spoken && p.mode != modeSSE:
		return okf("%s %d in %s", a.proto, a.status, round(a.took))
	case a.status >= 300 && a.status < 400:
		return fail(fmt.Sprintf("%d: the server redirects to %s", a.status, a.header.Get("Location")), "use that address, if it is yours")
	case strings.Contains(string(a.body), "HTTP request to an HTTPS server"), strings.Contains(string(a.body), "plain HTTP request was sent to HTTPS port"):
		return fail("the server wants TLS there", "write https:// or wss://")
	case behind(a.status):
		return okf("%s %d in %s", a.proto, a.status, round(a.took))
	case a.status == http.StatusUnsupportedMediaType, a.status == http.StatusNotAcceptable:
		return fail(a.said(), "something on the way changes Content-Type or Accept: let it pass on application/json, text/event-stream")
	case a.status >= 500:
		return fail(a.said(), "the program fails: look into its log")
	case p.mode == modeWS:
		return okf("%s %d for what is no upgrade", a.proto, a.status)
	}
	return p.wrongPath(ctx, a)
}

// behind reports whether a status is the matter of a later check.
func behind(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMisdirectedRequest, http.StatusTooManyRequests, http.StatusProxyAuthRequired,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return status >= 520 && status <= 530 // of Cloudflare
}

// open asks in the way of the newer era, and of the older one when that gives
// nothing.
func (p *patient) open(ctx context.Context) (*answer, error) {
	p.opening = ask{method: http.MethodPost, body: discoverBody, modern: "server/discover"}
	if p.mode == modeSSE {
		p.opening = ask{method: http.MethodGet}
		return p.send(ctx, p.opening)
	}
	a, err := p.send(ctx, p.opening)
	if err != nil {
		return nil, err
	}
	if m, ok := a.message(); ok {
		p.modern = m.Result != nil
		return a, nil
	}
	if behind(a.status) || a.status >= 300 && a.status < 400 {
		return a, nil
	}
	one := ask{method: http.MethodPost, body: initializeBody}
	older, err := p.send(ctx, one)
	if err == nil {
		if _, ok := older.message(); ok {
			p.opening = one
			return older, nil
		}
	}
	return a, nil
}

// unanswered says why there is no answer.
func (p *patient) unanswered(ctx context.Context, err error) Finding {
	var invalid *tls.CertificateVerificationError
	var timeout net.Error
	late := ctx.Err() != nil || errors.As(err, &timeout) && timeout.Timeout()
	switch {
	case late && p.mode == modeSSE:
		return fail(fmt.Sprintf("the stream does not begin within %s", p.o.Timeout), heldBack)
	case late:
		return fail(fmt.Sprintf("the server accepts the connection and says nothing for %s", p.o.Timeout),
			"it hangs, or waits for something behind it: look at its load and its log, and at what its checks of /health say")
	case errors.As(err, &invalid):
		return fail("TLS: "+invalid.Error(), "see the certificate of the server, or of the proxy in between")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return fail("the connection ends without an answer", "the program or a proxy breaks off: look into their logs; a port of TLS does that to plain HTTP")
	case strings.Contains(err.Error(), "malformed HTTP"), strings.Contains(err.Error(), "readLoopPeekFailLocked"): // it has spoken first
		return fail("what listens there does not speak HTTP", "correct the port")
	}
	return fail(err.Error(), "look into the log of the server and of the proxy in front of it")
}

// elsewhere are paths that an endpoint may have.
var elsewhere = []string{"/mcp", "/", "/mcp/", "/api/mcp", "/v1/mcp"}

// streams are those of HTTP+SSE.
var streams = []string{"/mcp/events", "/sse", "/events"}

// wrongPath looks for the endpoint where nobody answers as one.
func (p *patient) wrongPath(ctx context.Context, a *answer) Finding {
	seen := a.said()
	if a.media == "text/html" {
		seen = fmt.Sprintf("%d and a web page", a.status)
	}
	seen = "no endpoint of MCP at " + p.path() + ": " + seen
	if found := p.search(ctx); found != "" {
		return fail(seen, "use "+found+", which answers")
	}
	return fail(seen, "correct the path: servers of mcpgen have /mcp; a proxy may add or take away a prefix")
}

func (p *patient) path() string {
	if p.u.Path == "" {
		return "/"
	}
	return p.u.Path
}

func (p *patient) search(ctx context.Context) string {
	at := func(path string) string {
		u := *p.u
		u.Path, u.RawPath, u.RawQuery = path, "", ""
		return u.String()
	}
	paths := []string{p.u.Path}
	if p.mode == modeSSE {
		paths = streams
	}
	for _, path := range paths {
		a, err := p.send(ctx, ask{method: http.MethodGet, url: at(path)})
		if err == nil && a.status == http.StatusOK && a.media == "text/event-stream" {
			return "sse+" + at(path)
		}
	}
	for _, path := range elsewhere {
		if path == p.path() {
			continue
		}
		for _, one := range []ask{{method: http.MethodPost, url: at(path), body: discoverBody, modern: "server/discover"}, {method: http.MethodPost, url: at(path), body: initializeBody}} {
			a, err := p.send(ctx, one)
			if err != nil {
				continue
			}
			if _, ok := a.message(); ok {
				return at(path)
			}
		}
	}
	return ""
}

// checkProxy looks for one that does not reach the server.
func (p *patient) checkProxy(context.Context) Finding {
	a := p.first
	who := proxyName(a.header)
	_, spoken := a.message()
	switch {
	case spoken && a.status == http.StatusServiceUnavailable:
		return fail("the server is busy: "+a.said(), "wait"+retryAfter(a)+", add instances, or raise -max-in-flight")
	case a.status == http.StatusBadGateway:
		return fail(fmt.Sprintf("502: %s does not reach the server behind it", who), "start the server; compare its host and port with those that the proxy has; look into the proxy's log")
	case a.status == http.StatusGatewayTimeout:
		return fail(fmt.Sprintf("504: the server behind %s does not answer in time", who), "look what it waits for, or give it more time (proxy_read_timeout)")
	case a.status == http.StatusServiceUnavailable:
		return fail(fmt.Sprintf("503: %s has no server that is ready", who), "look at /ready of the instances")
	case a.status >= 520:
		return fail(fmt.Sprintf("%d: %s does not reach the server behind it", a.status, who), "look up the code in the documentation of the proxy")
	case a.status == http.StatusProxyAuthRequired:
		return fail("407: the proxy of the environment wants a credential", "put it into HTTPS_PROXY")
	case a.status == http.StatusForbidden && a.media == "text/html":
		return fail(fmt.Sprintf("403 and a web page: %s refuses", who), "let it pass POST requests to "+p.path())
	case who != "the proxy":
		return okf("the answer is from %s", who)
	}
	return okf("none that shows")
}

func proxyName(h http.Header) string {
	for _, name := range []string{"Server", "Via"} {
		if v := h.Get(name); v != "" {
			return v
		}
	}
	return "the proxy"
}

func retryAfter(a *answer) string {
	if v := a.header.Get("Retry-After"); v != "" {
		if _, err := strconv.Atoi(v); err == nil {
			return " " + v + " s"
		}
		return " until " + v
	}
	return ""
}

var (
	namesHost   = regexp.MustCompile(`(?i)\bhosts?\b`)
	namesOrigin = regexp.MustCompile(`(?i)\borigins?\b`)
)

// checkHost looks for a server that does not know its own name.
func (p *patient) checkHost(context.Context) Finding {
	a := p.first
	refused := a.status == http.StatusForbidden || a.status == http.StatusMisdirectedRequest
	switch {
	case refused && namesOrigin.Match(a.body) && p.o.Header.Get("Origin") != "":
		return fail(a.said(), "add "+p.o.Header.Get("Origin")+" to -allowed-origins (MCP_ALLOWED_ORIGINS)")
	case refused && namesHost.Match(a.body) || a.status == http.StatusMisdirectedRequest:
		return fail(fmt.Sprintf("the server does not know that it is called %s: %s", p.u.Host, a.said()),
			"add the name to -allowed-hosts (MCP_ALLOWED_HOSTS), and let a proxy pass it on (nginx: proxy_set_header Host $http_host)")
	}
	return okf("%s is accepted", p.u.Host)
}

// checkLimits looks for a rate limit that is used up.
func (p *patient) checkLimits(context.Context) Finding {
	a := p.first
	if a.status == http.StatusTooManyRequests {
		return fail("too many requests: "+a.said(), "wait"+retryAfter(a)+
			"; if all clients come through one proxy, name it in -trusted-proxies (MCP_TRUSTED_PROXIES)")
	}
	limit, left, known := budget(a.header)
	switch {
	case !known:
		return okf("none that shows")
	case left < examRequests:
		return warn(fmt.Sprintf("%s: %d requests left", limit, left), "wait before the next ones, these checks among them")
	}
	return okf("%s: %d requests left", limit, left)
}

// examRequests is about how many requests the checks make.
const examRequests = 15

// budget reads what a server says of its limits, in the form of the IETF draft or
// the older one.
func budget(h http.Header) (limit string, left int, known bool) {
	for part := range strings.SplitSeq(h.Get("Ratelimit"), ";") {
		if v, ok := strings.CutPrefix(strings.TrimSpace(part), "r="); ok {
			if n, err := strconv.Atoi(v); err == nil {
				return strings.TrimSpace("RateLimit-Policy " + h.Get("Ratelimit-Policy")), n, true
			}
		}
	}
	for _, prefix := range []string{"X-Ratelimit-", "Ratelimit-"} {
		if n, err := strconv.Atoi(h.Get(prefix + "Remaining")); err == nil {
			return "limit " + h.Get(prefix+"Limit"), n, true
		}
	}
	return "", 0, false
}

// How far clocks may be apart.
const (
	skewNoted   = 30 * time.Second
	skewRefused = 2 * time.Minute // tokens are refused from about here on
)

// checkClock compares the clocks.
func (p *patient) checkClock(context.Context) Finding {
	date, err := http.ParseTime(p.first.header.Get("Date"))
	if err != nil {
		return skipf("the answer has no Date")
	}
	skew := date.Sub(p.first.began)
	if skew > -time.Second && skew < p.first.took {
		skew = 0 // as exact as the header is
	}
	seen := fmt.Sprintf("the clock of the server is %s %s", skew.Abs().Round(time.Second), map[bool]string{true: "ahead", false: "behind"}[skew > 0])
	switch {
	case skew.Abs() > skewRefused:
		return fail(seen, "set the clock of either machine (timedatectl): tokens and certificates are judged by it")
	case skew.Abs() > skewNoted:
		return warn(seen, "set the clock of either machine (timedatectl)")
	}
	return okf("the same within %s", skewNoted)
}

// checkLatency repeats a request that costs nothing.
func (p *patient) checkLatency(ctx context.Context) Finding {
	if p.mode != modeHTTP {
		return skipf("measured over HTTP only")
	}
	one := ask{method: http.MethodPost, body: `{"jsonrpc":"2.0","id":1,"method":"ping"}`, header: p.sessionHeader()}
	if p.modern {
		one = ask{method: http.MethodPost, body: discoverBody, modern: "server/discover"}
	}
	const times = 5
	var all []time.Duration
	reused := 0
	for range times {
		a, err := p.send(ctx, one)
		if err != nil {
			return fail("an answer fails that came before: "+err.Error(), "the server or a proxy is not steady: look into their logs")
		}
		if a.status == http.StatusTooManyRequests {
			return skipf("the rate limit is used up")
		}
		all = append(all, a.took)
		if a.reused || a.media == "text/event-stream" { // which is not read to its end
			reused++
		}
	}
	mid := median(all)
	switch {
	case mid > p.o.Slow:
		return warn(fmt.Sprintf("%s for an answer that costs nothing", round(mid)), "look at the load of the server and at the way to it; count mcp_request_duration_seconds at /metrics")
	case reused < times-1:
		return warn(fmt.Sprintf("%s, but %d of %d answers needed a connection of their own", round(mid), times-reused, times),
			"let the server or the proxy keep connections open (nginx: keepalive in upstream, proxy_http_version 1.1)")
	}
	return okf("%s for an answer, the median of %d", round(mid), times)
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

func sameHost(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host)
}
