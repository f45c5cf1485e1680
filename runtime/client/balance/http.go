package balance

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Settings of connections.
const (
	dialTimeout = 3 * time.Second
	tlsTimeout  = 5 * time.Second
	idlePerHost = 256
	idleTimeout = 30 * time.Second // shorter than any server's: a connection that it closes loses a request
)

func newRoundTripper() http.RoundTripper {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
		TLSHandshakeTimeout:   tlsTimeout,
		MaxIdleConns:          0, // of all hosts: any number
		MaxIdleConnsPerHost:   idlePerHost,
		IdleConnTimeout:       idleTimeout,
		ForceAttemptHTTP2:     true,
		ExpectContinueTimeout: time.Second,
	}
}

// A courier makes the requests to one instance: it adds the credential, and says
// of a failure whether anything was sent.
type courier struct {
	t    *transport
	host string
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (c *courier) RoundTrip(req *http.Request) (*http.Response, error) {
	if c.t.o.Credential != nil && req.URL.Host == c.host {
		cred, err := c.t.o.Credential(req.Context())
		if err != nil {
			return nil, &unsentError{fmt.Errorf("credential: %w", err)}
		}
		req = req.Clone(req.Context())
		req.Header.Set("Authorization", cred)
	}
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	res, err := c.next.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	switch {
	case err != nil && !connected.Load():
		return nil, &unsentError{err}
	case err != nil:
		return nil, err
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode == http.StatusServiceUnavailable:
		return nil, refusal(res)
	}
	return res, nil
}

// refusal reads why an instance does not take a request. Only one of this
// module's says by its Retry-After that nothing has run.
func refusal(res *http.Response) error {
	defer func() { _ = res.Body.Close() }() // it has been read
	const most = 4 << 10
	body, _ := io.ReadAll(io.LimitReader(res.Body, most)) // what there is of it
	e := &RefusedError{Status: res.StatusCode, Text: strings.TrimSpace(string(body)), Begun: true}
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n >= 0 {
		e.After, e.Begun = time.Duration(n)*time.Second, false
	}
	var m struct {
		Error struct {
			Message string `json:"message"`
			Data    struct {
				Begun bool `json:"begun"`
			} `json:"data"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &m) == nil && m.Error.Message != "" {
		e.Text, e.Begun = m.Error.Message, e.Begun || m.Error.Data.Begun
	}
	return e
}

// httpClient is what one instance is spoken to with. Redirects are not followed:
// they would carry requests, and credentials, to somebody else.
func (t *transport) httpClient(u *url.URL) *http.Client {
	return &http.Client{
		Transport:     &courier{t: t, host: u.Host, next: t.o.Transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
