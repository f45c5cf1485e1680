package guard

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// A Certificate is a certificate and its key in files, which are read again
// when they change: connections that are open stay, new ones get the new
// certificate. A pair that cannot be used, or has expired, leaves the old one in
// place. It is safe for concurrent use.
type Certificate struct {
	cert, key string
	log       *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	checked time.Time
	seen    [2]stamp
}

// A stamp is what tells that a file has changed.
type stamp struct {
	modified time.Time
	size     int64
}

// checkEvery is how often the files are looked at, when there are handshakes.
const checkEvery = time.Second

// NewCertificate reads a certificate and its key in PEM form.
func NewCertificate(cert, key string, log *slog.Logger) (*Certificate, error) {
	c := &Certificate{cert: cert, key: key, log: log}
	c.seen = c.stamps()
	pair, err := c.load()
	if err != nil {
		return nil, err
	}
	c.current, c.checked = pair, time.Now()
	return c, nil
}

// Config is a configuration for a server: TLS 1.2 or newer, HTTP/2 or 1.1.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.get(), nil },
	}
}

// get gives the certificate to use now.
func (c *Certificate) get() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.checked) < checkEvery {
		return c.current
	}
	c.checked = time.Now()
	now := c.stamps()
	if now == c.seen {
		return c.current
	}
	pair, err := c.load()
	if err != nil {
		// One of the files may be a moment behind the other.
		c.log.Error("the new TLS certificate cannot be used; the old one stays", "error", err)
		return c.current
	}
	c.seen, c.current = now, pair
	c.log.Info("TLS certificate read again", "file", c.cert, "expires", pair.Leaf.NotAfter)
	return c.current
}

func (c *Certificate) stamps() (s [2]stamp) {
	for i, name := range []string{c.cert, c.key} {
		if info, err := os.Stat(name); err == nil {
			s[i] = stamp{info.ModTime(), info.Size()}
		}
	}
	return s
}

func (c *Certificate) load() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return nil, err
	}
	if pair.Leaf == nil {
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return nil, err
		}
	}
	if time.Now().After(pair.Leaf.NotAfter) {
		return nil, fmt.Errorf("%s: the certificate expired on %s: %w", c.cert, pair.Leaf.NotAfter.UTC().Format(time.DateOnly), errCertExpired)
	}
	return &pair, nil
}

var errCertExpired = errors.New("expired")
