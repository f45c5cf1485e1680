//go:build e2e

package cluster

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/mcpgen/mcpgen/runtime/client"
)

// TestNginxTLS has nginx, as mcpgen deploy -tls configures it, speak https and wss
// before an instance.
func TestNginxTLS(t *testing.T) {
	instance, public, plain, ssl := freeAddr(t), freeAddr(t), freeAddr(t), t.TempDir()
	roots := certificate(t, ssl)
	startRemote(t, instance, "MCP_API_KEYS=ada:"+adasKey, "MCP_RESOURCE_URL=https://"+public+"/mcp", "MCP_TRUSTED_PROXIES=127.0.0.1")
	conf := deployed(t, "nginx.conf", "-tls", "-instances", "1")
	for old, text := range map[string]string{
		"server server-1:8080": "server " + instance, "listen 80;": "listen " + plain + ";", "listen 443 ": "listen " + public + " ", "/etc/nginx/ssl/": ssl + "/",
	} {
		if !strings.Contains(conf, old) {
			t.Fatalf("nginx.conf has no %s", old)
		}
		conf = strings.ReplaceAll(conf, old, text)
	}
	runNginx(t, conf)

	trusting := &tls.Config{RootCAs: roots}
	web := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: trusting.Clone(), ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(web.CloseIdleConnections)
	res, err := web.Get("https://" + public + "/health")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK || res.ProtoMajor != 2 || strings.Join(res.Header.Values("Strict-Transport-Security"), "|") != "max-age=31536000; includeSubDomains" { // by the instance
		t.Errorf("%s %s %q", res.Proto, res.Status, res.Header)
	}
	if res, err = web.Get("http://" + plain + "/mcp?x=1"); err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusPermanentRedirect || to != "https://127.0.0.1/mcp?x=1" {
		t.Errorf("without TLS: %s to %s", res.Status, to)
	}
	if c, err := tls.Dial("tcp", public, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}); err == nil {
		_ = c.Close()
		t.Error("TLS 1.1 was spoken")
	}

	c, err := client.Dial(t.Context(), "https://"+public+"/mcp", &client.Options{HTTPClient: web, Credential: func(context.Context) (string, error) { return "ApiKey " + adasKey, nil }})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := c.CallTool(t.Context(), "whoami", nil); err != nil || !strings.Contains(r.Text(), "ada") {
		t.Errorf("%+v, %v", r, err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	d := websocket.Dialer{TLSClientConfig: trusting, Subprotocols: []string{"mcp"}}
	ws, _, err := d.Dial("wss://"+public+"/mcp", http.Header{"Authorization": {"ApiKey " + adasKey}})
	if err != nil {
		t.Fatal(err)
	}
	_ = ws.Close()
}

// certificate puts tls.crt and tls.key for this machine into dir.
func certificate(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	crt := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "tls.crt"), crt, 0o600),
		os.WriteFile(filepath.Join(dir, "tls.key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600)); err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(crt)
	return roots
}
