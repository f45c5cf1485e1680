package doctor

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"
)

// judge looks at the certificate of a connection.
func (p *patient) judge(s tls.ConnectionState) Finding {
	leaf := s.PeerCertificates[0]
	now := p.o.Now()
	ends := leaf.NotAfter.UTC().Format("2006-01-02 15:04 MST")
	switch {
	case now.After(leaf.NotAfter):
		return fail("the certificate has expired on "+ends, "renew it; servers of mcpgen take the new file without a restart")
	case now.Before(leaf.NotBefore):
		return fail("the certificate is good from "+leaf.NotBefore.UTC().Format("2006-01-02 15:04 MST")+" on only",
			"check the clocks of this machine and of the one that made it")
	}
	if err := leaf.VerifyHostname(p.u.Hostname()); err != nil {
		return fail(fmt.Sprintf("the certificate is for %s, not for %s", certNames(leaf), p.u.Hostname()),
			"use one of its names, or have a certificate made out for this one")
	}
	inter := x509.NewCertPool()
	for _, c := range s.PeerCertificates[1:] {
		inter.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{DNSName: p.u.Hostname(), Roots: p.o.Roots, Intermediates: inter, CurrentTime: now})
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &unknown) && leaf.Issuer.String() == leaf.Subject.String():
		return fail("the certificate is self-signed", "name it in SSL_CERT_FILE of the clients, or use one of an authority that they know")
	case errors.As(err, &unknown):
		return fail("nobody here knows the authority of the certificate, "+leaf.Issuer.String(),
			"let the server send the intermediate certificates too, or name the authority's in SSL_CERT_FILE of the clients")
	case err != nil:
		return fail("the certificate is refused: "+err.Error(), "have another one made out")
	case s.Version < tls.VersionTLS12:
		return fail(tls.VersionName(s.Version)+", which clients refuse", "allow TLS 1.2 and 1.3")
	}
	seen := fmt.Sprintf("%s, certificate for %s until %s", tls.VersionName(s.Version), certNames(leaf), ends)
	if left := leaf.NotAfter.Sub(now); left < soon {
		return warn(fmt.Sprintf("%s: %d days left", seen, int(left/(24*time.Hour))), "renew it")
	}
	return okf("%s", seen)
}

// certNames are the names that a certificate is for, a few of them.
func certNames(c *x509.Certificate) string {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	switch {
	case len(names) == 0:
		return "nobody"
	case len(names) > 5:
		return strings.Join(names[:5], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
