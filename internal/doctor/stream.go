package doctor

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6455 wants it
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"
)

const notThrough = "look whether the server has a WebSocket there at all; if so, let the proxy pass the upgrade on (nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\")"

// checkWebSocket shakes hands. A server need not have one unless the URL says so.
func (p *patient) checkWebSocket(ctx context.Context) Finding {
	if p.mode == modeSSE {
		return skipf("not asked for")
	}
	a, err := p.upgrade(ctx, nil, "")
	if err == nil && a.status == http.StatusSwitchingProtocols {
		return okf("the upgrade works, in %s", round(a.took))
	}
	if p.mode == modeHTTP {
		if err != nil {
			return skipf("not offered")
		}
		return skipf("not offered: %d", a.status)
	}
	switch {
	case errors.Is(err, errAccept):
		return fail(err.Error(), "something on the way answers for the server: look at the proxy")
	case err != nil:
		return fail("the upgrade is not answered: "+err.Error(), notThrough)
	case a.status == http.StatusBadGateway || a.status == http.StatusGatewayTimeout:
		return fail(fmt.Sprintf("%d: the proxy does not reach the server", a.status), "start the server; look into the proxy's log")
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
		return fail("the upgrade is refused: "+a.said(), "give the credential that HTTP takes, and allow the origin")
	}
	if plain, err := p.send(ctx, ask{method: http.MethodGet}); err == nil && plain.status == a.status {
		return fail(fmt.Sprintf("the upgrade is answered like a plain GET, by %d: it does not get through, or there is no WebSocket at %s", a.status, p.path()), notThrough)
	}
	return fail("the upgrade is refused: "+a.said(), notThrough)
}

var errAccept = errors.New("the answer to the upgrade does not belong to it (Sec-WebSocket-Accept)")

// upgrade asks for a WebSocket (RFC 6455, section 4) and gives it up at once.
func (p *patient) upgrade(ctx context.Context, header http.Header, host string) (*answer, error) {
	key := base64.StdEncoding.EncodeToString([]byte(rand.Text()[:16]))
	h := http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-WebSocket-Version": {"13"},
		"Sec-WebSocket-Key": {key}, "Sec-WebSocket-Protocol": {"mcp"},
	}
	maps.Copy(h, header)
	req, err := p.request(ctx, ask{method: http.MethodGet, header: h, host: host})
	if err != nil {
		return nil, err
	}
	req.Header.Del("Accept")
	var one http.Protocols
	one.SetHTTP1(true)
	t := &http.Transport{Proxy: p.o.Proxy, DialContext: p.dial, Protocols: &one, DisableKeepAlives: false, TLSClientConfig: &tls.Config{RootCAs: p.o.Roots, MinVersion: tls.VersionTLS12}}
	defer t.CloseIdleConnections()
	began := time.Now()
	res, err := t.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // it is given up
	a := &answer{status: res.StatusCode, proto: res.Proto, header: res.Header, took: time.Since(began)}
	if a.status != http.StatusSwitchingProtocols {
		a.body, err = io.ReadAll(io.LimitReader(res.Body, maxBody))
		return a, err
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) //nolint:gosec // as above
	if res.Header.Get("Sec-WebSocket-Accept") != base64.StdEncoding.EncodeToString(sum[:]) {
		return a, errAccept
	}
	return a, nil
}

const heldBack = "something on the way collects answers until they end: use the streaming mode of a gateway or function, and let a proxy pass them on as they come (nginx: proxy_buffering off, no cache for this path)"

// checkStreaming measures how long the first event of a stream takes.
func (p *patient) checkStreaming(ctx context.Context) Finding {
	switch {
	case p.mode == modeWS:
		return skipf("a WebSocket is not buffered")
	case p.mode == modeSSE:
		return okf("the first event came after %s", round(p.first.took))
	case p.client.Revision() >= modernRevision:
		return p.listen(ctx, ask{method: http.MethodPost, body: listenBody, modern: "subscriptions/listen"}, fail)
	}
	if err := p.begin(ctx); err != nil {
		return warn("a session cannot be opened again: "+err.Error(), "look into the log of the server")
	}
	if p.session == "" {
		return skipf("the server has no sessions, and so no stream of its own")
	}
	return p.listen(ctx, ask{method: http.MethodGet, header: p.sessionHeader()}, warn)
}

// listen opens a stream. late makes the finding when nothing comes of it in time.
func (p *patient) listen(ctx context.Context, one ask, late func(seen, fix string) Finding) Finding {
	ctx, cancel := context.WithTimeout(ctx, p.o.Quiet)
	defer cancel()
	req, err := p.request(ctx, one)
	if err != nil {
		return fail(err.Error(), "")
	}
	began := time.Now()
	res, err := p.web.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return late(fmt.Sprintf("the stream says nothing for %s", p.o.Quiet), heldBack)
		}
		return fail("the stream cannot be opened: "+err.Error(), "look into the log of the server")
	}
	defer res.Body.Close() //nolint:errcheck // it is given up
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		return skipf("the server pushes nothing: %d", res.StatusCode)
	}
	if one.method == http.MethodGet {
		return okf("the stream opens in %s", round(time.Since(began)))
	}
	if _, err := bufio.NewReader(res.Body).ReadByte(); err != nil {
		if ctx.Err() != nil {
			return late(fmt.Sprintf("the stream opens, but its first event does not come within %s", p.o.Quiet), heldBack)
		}
		return late("the stream ends before its first event: "+err.Error(), "something on the way ends streams: raise its time-outs for this path")
	}
	return okf("the first byte came after %s", round(time.Since(began)))
}

// begin opens a session of the stateful era.
func (p *patient) begin(ctx context.Context) error {
	a := p.first
	if p.first.header.Get("Mcp-Session-Id") == "" {
		var err error
		if a, err = p.send(ctx, ask{method: http.MethodPost, body: initializeBody}); err != nil {
			return err
		}
	}
	p.session, p.revision = a.header.Get("Mcp-Session-Id"), p.client.Revision()
	_, err := p.send(ctx, ask{method: http.MethodPost, body: `{"jsonrpc":"2.0","method":"notifications/initialized"}`, header: p.sessionHeader()})
	return err
}

// sessionHeader names the session.
func (p *patient) sessionHeader() http.Header {
	h := http.Header{}
	if p.session != "" {
		h.Set("Mcp-Session-Id", p.session)
	}
	if p.revision != "" {
		h.Set("Mcp-Protocol-Version", p.revision)
	}
	return h
}

// leave ends what was opened.
func (p *patient) leave(ctx context.Context) {
	if p.client != nil {
		_ = p.client.Close() // nobody waits for it
	}
	if p.session != "" {
		ctx, cancel := context.WithTimeout(ctx, p.o.Quiet)
		defer cancel()
		_, _ = p.send(ctx, ask{method: http.MethodDelete, header: p.sessionHeader()}) // a courtesy
	}
}
