package caller

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os/exec"
	"strings"

	"github.com/mcpgen/mcpgen/runtime/client"
)

// A Target is a server and how to reach it.
type Target struct {
	URL     string   // of the endpoint, in the forms of client.Dial; "" with a Command
	Command []string // a program that speaks MCP on stdio, and its arguments

	Header http.Header // beside the credential
	// Credential is the value of the Authorization header, such as "Bearer …"; ""
	// for none. It is never sent to another address than URL.
	Credential string
	Era        client.Era
	Handlers   client.Handlers // answer the server's questions
	Roots      *x509.CertPool  // whose certificates are believed; nil: the system's

	Trace  io.Writer // gets the exchange without credentials; nil: nobody
	Stderr io.Writer // of the Command
}

// Name is how messages call the target.
func (t *Target) Name() string {
	if t.URL == "" {
		return strings.Join(t.Command, " ")
	}
	u, err := url.Parse(t.URL)
	if err != nil {
		return t.URL
	}
	return hideURL(u)
}

// Dial connects. done ends the connection, and the command if there is one.
func (t *Target) Dial(ctx context.Context) (c *client.Client, done func(), err error) {
	o := &client.Options{Name: "mcpgen", Era: t.Era, Handlers: t.Handlers, Header: t.headers()}
	var trace *tracer
	if t.Trace != nil {
		trace = newTracer(t.Trace, o.Header)
	}
	idle := func() {}
	if t.URL == "" {
		c, err = t.start(ctx, o, trace)
	} else {
		if o.HTTPClient, err = t.httpClient(trace); err != nil {
			return nil, nil, err
		}
		idle = o.HTTPClient.CloseIdleConnections
		if strings.HasPrefix(t.URL, "ws") && trace != nil {
			trace.upgrade(t.URL, o.Header)
			o.OnMessage = trace.message
		}
		c, err = client.Dial(ctx, t.URL, o)
	}
	if err != nil {
		idle()
		return nil, nil, err
	}
	return c, func() {
		_ = c.Close() // the answer has been given
		idle()
	}, nil
}

// start runs the command.
func (t *Target) start(ctx context.Context, o *client.Options, trace *tracer) (*client.Client, error) {
	if len(t.Command) == 0 {
		return nil, errors.New("neither a URL nor a command")
	}
	cmd := exec.Command(t.Command[0], t.Command[1:]...) //nolint:noctx // Close ends it, as the protocol wants it
	cmd.Stderr = t.Stderr
	if trace != nil {
		trace.started(t.Command)
		o.OnMessage = trace.message
	}
	o.Header = nil
	return client.Command(ctx, cmd, o)
}

// headers are those of every request.
func (t *Target) headers() http.Header {
	h := http.Header{}
	maps.Copy(h, t.Header)
	if t.Credential != "" {
		h.Set("Authorization", t.Credential)
	}
	return h
}

// httpClient makes requests, and follows no redirect: it would take credentials
// to an address that nobody has named.
func (t *Target) httpClient(trace *tracer) (*http.Client, error) {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the program has replaced http.DefaultTransport")
	}
	own := base.Clone()
	if t.Roots != nil {
		own.TLSClientConfig = &tls.Config{RootCAs: t.Roots, MinVersion: tls.VersionTLS12}
	}
	c := &http.Client{Transport: own, CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		return fmt.Errorf("the server redirects to %s: name that address if it is the right one", hideURL(req.URL))
	}}
	if trace != nil {
		c.Transport = &tracing{own, trace}
	}
	return c, nil
}
