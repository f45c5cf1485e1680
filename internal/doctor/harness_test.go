package doctor_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"log/slog"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mcpgen/mcpgen/internal/doctor"
	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/guard/jwtauth"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
	"github.com/mcpgen/mcpgen/runtime/serve/remote"
)

// quiet is how long tests wait for what does not come, and patience for what does,
// however busy the machine is.
const (
	quiet    = 2 * time.Second
	patience = time.Minute
)

// diagnose is a run with patience for what the test is not about.
func diagnose(t *testing.T, o doctor.Options, each func(doctor.Finding)) []doctor.Finding {
	t.Helper()
	for _, limit := range []*time.Duration{&o.Timeout, &o.Quiet, &o.Slow} {
		if *limit == 0 {
			*limit = patience
		}
	}
	return doctor.Run(t.Context(), o, each)
}

func newServer() *mcp.Server {
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1.2"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{
		Name: "hello", Description: "Says hello.", InputSchema: `{"type":"object"}`, OutputSchema: `{"type":"object"}`,
		Call: func(context.Context, *mcp.Call) error { return nil },
	})
	return s
}

// ours serves as programs do, on the loopback interface, and gives the URL of the
// endpoint.
func ours(t *testing.T, opts ...serve.Option) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := serve.Config{Listener: l}
	for _, o := range opts {
		o(&c)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve.Run(ctx, newServer(), c, serve.Stdio{Err: io.Discard}) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	scheme := "http://"
	if c.TLS != nil {
		scheme = "https://"
	}
	return scheme + l.Addr().String() + "/mcp"
}

const apiKey = "0123456789abcdef0123"

func withKeys(t *testing.T) serve.Option {
	keys, err := guard.ParseKeys("ada:" + apiKey)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *serve.Config) { c.APIKeys = keys }
}

const jwtSecret = "0123456789abcdef0123456789abcdef"

// withTokens lets in who has a token.
func withTokens() serve.Option {
	return remote.With(&remote.Config{JWT: jwtauth.Config{Secret: []byte(jwtSecret)}})
}

// token makes one out.
func token(t *testing.T, claims jwt.MapClaims) string {
	t.Helper()
	all := jwt.MapClaims{"sub": "ada", "exp": time.Now().Add(time.Hour).Unix()}
	maps.Copy(all, claims)
	s, err := jwt.NewWithClaims(jwt.SigningMethodHS256, all).SignedString([]byte(jwtSecret))
	if err != nil {
		t.Fatal(err)
	}
	return "Bearer " + s
}

// fake serves a handler.
func fake(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL + "/mcp"
}

// says answers every request in the same way.
func says(status int, header, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for line := range strings.SplitSeq(header, "\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				w.Header().Add(name, value)
			}
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// proxy stands in front of a server. change may be nil.
func proxy(t *testing.T, target string, change func(*httputil.ReverseProxy)) string {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &httputil.ReverseProxy{
		FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = u.Scheme, u.Host
		},
	}
	if change != nil {
		change(p)
	}
	s := httptest.NewServer(p)
	t.Cleanup(s.Close)
	return s.URL + "/mcp"
}

// A cert is what a test certificate says.
type cert struct {
	names    []string
	from, to time.Duration // from now
	signed   bool          // by an authority, whose certificate is not sent
}

// create gives the certificate, and a pool with whoever has signed it.
func (c cert) create(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "leaf"}, DNSNames: c.names,
		NotBefore: time.Now().Add(c.from), NotAfter: time.Now().Add(c.to),
		IsCA: !c.signed, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	parent := template
	if c.signed {
		parent = &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Some Authority"}, IsCA: true, BasicConstraintsValid: true, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, pool
}

// secure serves our server with a certificate, as localhost.
func secure(t *testing.T, c cert) (target string, roots *x509.CertPool) {
	t.Helper()
	pair, pool := c.create(t)
	target = ours(t, func(c *serve.Config) {
		c.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	})
	return strings.Replace(target, "127.0.0.1", "localhost", 1), pool
}

// find gives the finding of a check.
func find(t *testing.T, findings []doctor.Finding, check string) doctor.Finding {
	t.Helper()
	for _, f := range findings {
		if f.Check == check {
			return f
		}
	}
	t.Fatalf("there is no check %s", check)
	return doctor.Finding{}
}

func show(findings []doctor.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		b.WriteString(string(f.Status) + " " + f.Check + ": " + f.Seen)
		if f.Fix != "" {
			b.WriteString(" -> " + f.Fix)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// legacy is a server of the older era, without sessions, with the tools given as JSON.
func legacy(w http.ResponseWriter, r *http.Request, tools string) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	id := "1"
	if _, rest, ok := strings.Cut(string(body), `"id":`); ok {
		id, _, _ = strings.Cut(rest, ",")
	}
	answer := func(s string) { _, _ = io.WriteString(w, `{"jsonrpc":"2.0","id":`+id+`,`+s+`}`) }
	switch {
	case r.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case strings.Contains(string(body), `"initialize"`):
		answer(`"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"old","version":"0"}}`)
	case strings.Contains(string(body), `"tools/list"`):
		answer(`"result":{"tools":[` + tools + `]}`)
	case strings.Contains(string(body), `"notifications/`):
		w.WriteHeader(http.StatusAccepted)
	case strings.Contains(string(body), `"ping"`):
		answer(`"result":{}`)
	default:
		w.WriteHeader(http.StatusBadRequest)
		answer(`"error":{"code":-32601,"message":"unknown method"}`)
	}
}
