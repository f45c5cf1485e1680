package guard_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
)

// certificate writes a certificate for name and its key.
func certificate(t *testing.T, dir, name string, until time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: until.Add(-48 * time.Hour), NotAfter: until, IsCA: true, BasicConstraintsValid: true,
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
	return cert, key
}

// TestCertificate changes the files while connections are made.
func TestCertificate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		later := time.Now().Add(24 * time.Hour)
		cert, key := certificate(t, dir, "first.example", later)
		c, err := guard.NewCertificate(cert, key, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		conf := c.Config()
		name := func() string {
			pair, err := conf.GetCertificate(nil)
			if err != nil {
				t.Fatal(err)
			}
			return pair.Leaf.Subject.CommonName
		}
		steps := []struct {
			what string
			do   func()
			want string
		}{
			{"at first", func() {}, "first.example"},
			{"another pair", func() { certificate(t, dir, "second.example", later) }, "second.example"},
			{"no certificate at all", func() { write(t, cert, "nonsense") }, "second.example"},
			{"one that has expired", func() { certificate(t, dir, "expired.example", time.Now().Add(-time.Hour)) }, "second.example"},
			{"no file", func() { _ = os.Remove(cert) }, "second.example"},
			{"a third pair", func() { certificate(t, dir, "third.example", later) }, "third.example"},
		}
		for i, s := range steps {
			s.do()
			for _, file := range []string{cert, key} { // what the clock of the files would do
				at := time.Now().Add(time.Duration(i) * time.Second)
				_ = os.Chtimes(file, at, at)
			}
			time.Sleep(2 * time.Second)
			if got := name(); got != s.want {
				t.Errorf("%s: %s, want %s", s.what, got, s.want)
			}
		}
	})
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestNewCertificate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := certificate(t, dir, "x.example", time.Now().Add(-time.Hour))
	for _, files := range [][2]string{{cert, key}, {cert, cert}, {key, key}, {cert, filepath.Join(dir, "none")}} {
		if _, err := guard.NewCertificate(files[0], files[1], slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%q was accepted", files)
		}
	}
}

// TestHandshake refuses what is older than TLS 1.2.
func TestHandshake(t *testing.T) {
	t.Parallel()
	cert, key := certificate(t, t.TempDir(), "x.example", time.Now().Add(time.Hour))
	c, err := guard.NewCertificate(cert, key, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for version, good := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		client, server := net.Pipe()
		go func() { _ = tls.Server(server, c.Config()).Handshake() }()
		conn := tls.Client(client, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: version, NextProtos: []string{"h2"}})
		err := conn.Handshake()
		if (err == nil) != good {
			t.Errorf("version %x: %v", version, err)
		}
		if good && conn.ConnectionState().NegotiatedProtocol != "h2" {
			t.Errorf("version %x: no HTTP/2", version)
		}
		_ = client.Close()
		_ = server.Close()
	}
}
