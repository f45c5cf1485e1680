package serve

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// pair writes a certificate for 127.0.0.1 and its key.
func pair(t *testing.T, dir, name string) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AddCert(parsed)
	return cert, key, pool
}

// TestTLS serves https and wss on one listener, and tells whoever speaks plain
// HTTP to it.
func TestTLS(t *testing.T) {
	t.Parallel()
	cert, key, pool := pair(t, t.TempDir(), "x")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, newServer(), Config{Listener: l, TLSCert: cert, TLSKey: key}, Stdio{Err: io.Discard})
	}()
	addr := l.Addr().String()
	conf := &tls.Config{RootCAs: pool}
	for _, h2 := range []bool{true, false} {
		transport := &http.Transport{TLSClientConfig: conf.Clone(), ForceAttemptHTTP2: h2, DisableKeepAlives: true}
		res, err := (&http.Client{Transport: transport}).Get("https://" + addr + "/ready")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != 200 || h2 != (res.ProtoMajor == 2) || res.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("HTTP/2 %t: %s %s %v", h2, res.Proto, res.Status, res.Header)
		}
	}
	d := websocket.Dialer{TLSClientConfig: conf.Clone()}
	ws, _, err := d.DialContext(t.Context(), "wss://"+addr+"/mcp", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = ws.WriteMessage(websocket.TextMessage, []byte(call(1, "hello")))
	if _, msg, err := ws.ReadMessage(); err != nil || !strings.Contains(string(msg), "hello") {
		t.Errorf("wss: %s, %v", msg, err)
	}
	_ = ws.Close()
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get("http://" + addr + "/ready")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("plain HTTP: %s, want 400", res.Status)
	}
	env := map[string]string{"MCP_HTTP_ADDR": addr, "MCP_TLS_CERT": cert, "MCP_TLS_KEY": key}
	if err := checkHealth(t.Context(), nil, func(k string) string { return env[k] }, nil); err != nil {
		t.Errorf("healthcheck: %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if err := checkHealth(t.Context(), nil, func(k string) string { return env[k] }, nil); err == nil {
		t.Error("a server that has stopped is healthy")
	}
}

// TestCertificateChanges replaces the certificate while connections are in use:
// no request fails, those that are open keep theirs, and new ones get the new one.
func TestCertificateChanges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key, pool := pair(t, dir, "first")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, newServer(), Config{Listener: l, TLSCert: cert, TLSKey: key}, Stdio{Err: io.Discard})
	}()
	url := "https://" + l.Addr().String() + "/ready"
	// name asks over a connection and gives the name of its certificate.
	name := func(c *http.Client) string {
		res, err := c.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s, %v", res.Status, err)
		}
		return res.TLS.PeerCertificates[0].Subject.CommonName
	}
	connect := func(pool *x509.CertPool) *http.Client {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
		t.Cleanup(transport.CloseIdleConnections)
		return &http.Client{Transport: transport}
	}
	old := connect(pool)
	if got := name(old); got != "first" {
		t.Fatalf("at first: %s", got)
	}
	_, _, second := pair(t, dir, "second")
	pool.AppendCertsFromPEM(readFile(t, cert))
	for { // new connections get the new certificate within a second or so
		one := connect(pool)
		got := name(one)
		one.CloseIdleConnections()
		if again := name(old); again != "first" {
			t.Fatalf("the open connection: %s", again)
		}
		if got == "second" {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if got := name(connect(second)); got != "second" {
		t.Errorf("a client that trusts the new one only: %s", got)
	}
	old.CloseIdleConnections()
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestHealthCommand(t *testing.T) {
	t.Parallel()
	base, _, _ := run(t, newServer(), Config{Checks: nil})
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(base, "http://"))
	for _, addr := range []string{"127.0.0.1:" + port, "0.0.0.0:" + port, ":" + port} {
		if err := checkHealth(t.Context(), []string{"-http", addr}, func(string) string { return "" }, nil); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for _, args := range []string{"", "-http x", "-htpp :1"} {
		if err := checkHealth(t.Context(), strings.Fields(args), func(string) string { return "" }, nil); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

// TestKeysFile reads API keys again when their file changes.
func TestKeysFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a:first-0123456789abcdef\n")
	base, stop, ended := run(t, newServer(), Config{APIKeysFile: file})
	try := func(key string) int {
		code, _ := get(t, base+"/nothing", http.Header{"Authorization": {"ApiKey " + key}})
		return code
	}
	if code := try("first-0123456789abcdef"); code != 404 {
		t.Errorf("the first key: %d", code)
	}
	write("a:second-0123456789abcdef\nb:third-0123456789abcdef\n")
	for try("third-0123456789abcdef") != 404 {
		time.Sleep(50 * time.Millisecond)
	}
	if code := try("first-0123456789abcdef"); code != 401 {
		t.Errorf("a key that is gone: %d", code)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}

// TestBase names the server as its clients do.
func TestBase(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"localhost:0": "http://localhost:", "127.0.0.1:0": "http://127.0.0.1:", ":0": "http://127.0.0.1:", "[::1]:0": "http://[::1]:",
	} {
		c := Config{HTTP: addr}
		l, err := c.listen()
		if err != nil {
			t.Fatal(err)
		}
		if got := c.base(l); !strings.HasPrefix(got, want) || strings.HasSuffix(got, ":0") {
			t.Errorf("%s: %s, want %s…", addr, got, want)
		}
		_ = l.Close()
	}
}
