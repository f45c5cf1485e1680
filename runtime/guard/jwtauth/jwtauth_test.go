package jwtauth_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/guard/jwtauth"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

const (
	issuerName = "https://id.example.com"
	resource   = "https://mcp.example.com/mcp"
)

var secret = []byte("0123456789abcdef0123456789abcdef")

// An issuer has keys, which it can change.
type issuer struct {
	mu      sync.Mutex
	keys    map[string]crypto.Signer
	fetched atomic.Int64
	url     string
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	is := &issuer{keys: map[string]crypto.Signer{}}
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, d, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	is.keys["rsa"], is.keys["ec"], is.keys["ed"] = r, e, d
	srv := httptest.NewServer(is)
	t.Cleanup(srv.Close)
	is.url = srv.URL + "/jwks"
	return is
}

// ServeHTTP gives the public keys.
func (is *issuer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	is.fetched.Add(1)
	is.mu.Lock()
	defer is.mu.Unlock()
	b64 := base64.RawURLEncoding.EncodeToString
	var keys []map[string]string
	for kid, k := range is.keys {
		switch p := k.Public().(type) {
		case *rsa.PublicKey:
			keys = append(keys, map[string]string{"kty": "RSA", "kid": kid, "use": "sig", "n": b64(p.N.Bytes()), "e": b64(big.NewInt(int64(p.E)).Bytes())})
		case *ecdsa.PublicKey:
			raw, err := p.Bytes()
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			keys = append(keys, map[string]string{"kty": "EC", "crv": "P-256", "kid": kid, "x": b64(raw[1:33]), "y": b64(raw[33:])})
		case ed25519.PublicKey:
			keys = append(keys, map[string]string{"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": b64(p)})
		}
	}
	if err := json.NewEncoder(w).Encode(map[string]any{"keys": keys}); err != nil {
		return // the client has left
	}
}

func (is *issuer) key(kid string) crypto.Signer {
	is.mu.Lock()
	defer is.mu.Unlock()
	return is.keys[kid]
}

// claims are good ones, changed by pairs of a name and a value; nil removes.
func claims(changes ...any) jwt.MapClaims {
	c := jwt.MapClaims{
		"iss": issuerName, "aud": resource, "sub": "ada", "exp": time.Now().Add(time.Hour).Unix(),
		"iat": time.Now().Unix(), "scope": "notes:read notes:write", "org": map[string]any{"id": 7},
	}
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == nil {
			delete(c, changes[i].(string))
		} else {
			c[changes[i].(string)] = changes[i+1]
		}
	}
	return c
}

func sign(t *testing.T, method jwt.SigningMethod, key any, header map[string]any, c jwt.MapClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(method, c)
	maps.Copy(token.Header, header)
	s, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func kid(id string) map[string]any { return map[string]any{"kid": id} }

// ask has a guard ask about a token. It gives the principal, or the text of the
// refusal.
func ask(t *testing.T, a guard.Authenticator, token string) (p *mcp.Principal, code int, body string) {
	t.Helper()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	g, err := guard.New(s, guard.Config{Auth: []guard.Authenticator{a}, Resource: resource})
	if err != nil {
		t.Fatal(err)
	}
	h := g.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { p = g.Principal(r) }), guard.Open{})
	r := httptest.NewRequest("POST", "http://mcp.example.com/mcp", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return p, w.Code, w.Body.String()
}

func newAuth(t *testing.T, c jwtauth.Config) *jwtauth.Authenticator {
	t.Helper()
	c.Logger = slog.New(slog.DiscardHandler)
	a, err := jwtauth.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTokens(t *testing.T) {
	t.Parallel()
	is := newIssuer(t)
	both := newAuth(t, jwtauth.Config{Secret: secret, JWKS: is.url, Issuer: issuerName})
	for name, token := range map[string]string{
		"HS256":  sign(t, jwt.SigningMethodHS256, secret, nil, claims()),
		"RS256":  sign(t, jwt.SigningMethodRS256, is.key("rsa"), kid("rsa"), claims()),
		"PS384":  sign(t, jwt.SigningMethodPS384, is.key("rsa"), kid("rsa"), claims()),
		"ES256":  sign(t, jwt.SigningMethodES256, is.key("ec"), kid("ec"), claims()),
		"no kid": sign(t, jwt.SigningMethodRS256, is.key("rsa"), nil, claims()),
		"EdDSA":  sign(t, jwt.SigningMethodEdDSA, is.key("ed"), kid("ed"), claims()),
		"array":  sign(t, jwt.SigningMethodHS256, secret, nil, claims("aud", []string{"https://other", resource})),
		"scp":    sign(t, jwt.SigningMethodHS256, secret, nil, claims("scope", nil, "scp", []string{"notes:read", "notes:write"})),
		"clock":  sign(t, jwt.SigningMethodHS256, secret, nil, claims("exp", time.Now().Add(-30*time.Second).Unix(), "nbf", time.Now().Add(30*time.Second).Unix())),
	} {
		for range 2 { // the second time from memory
			p, code, body := ask(t, both, token)
			if code != 200 || p.Subject != "ada" || p.Issuer != issuerName || strings.Join(p.Scopes, " ") != "notes:read notes:write" ||
				fmt.Sprint(p.Claims["org"]) != "map[id:7]" {
				t.Errorf("%s: %d %s, %+v", name, code, body, p)
			}
		}
	}
}

// TestBadTokens has every known trick refused, with one text.
func TestBadTokens(t *testing.T) {
	t.Parallel()
	is := newIssuer(t)
	both := newAuth(t, jwtauth.Config{Secret: secret, JWKS: is.url, Issuer: issuerName})
	hs := func(changes ...any) string { return sign(t, jwt.SigningMethodHS256, secret, nil, claims(changes...)) }
	part := func(v string) string { return base64.RawURLEncoding.EncodeToString([]byte(v)) }
	good := hs()
	pieces := strings.Split(good, ".")
	public, err := x509.MarshalPKIXPublicKey(is.key("rsa").Public())
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	raw := func(claims string) string { // signed although it is no good JSON
		head := part(`{"alg":"HS256","typ":"JWT"}`) + "." + part(claims)
		sig, err := jwt.SigningMethodHS256.Sign(head, secret)
		if err != nil {
			t.Fatal(err)
		}
		return head + "." + base64.RawURLEncoding.EncodeToString(sig)
	}
	unsigned := func(alg string) string { return part(`{"alg":"`+alg+`"}`) + "." + pieces[1] + "." }
	past, future := time.Now().Add(-2*time.Minute).Unix(), time.Now().Add(2*time.Minute).Unix()
	tests := map[string]string{
		"no token":              "x",
		"two parts":             pieces[0] + "." + pieces[1],
		"four parts":            good + ".x",
		"many parts":            strings.Repeat(".", 10_000),
		"padding":               good + "=",
		"flipped signature":     pieces[0] + "." + pieces[1] + "." + part("wrong"),
		"empty signature":       pieces[0] + "." + pieces[1] + ".",
		"alg none":              unsigned("none"),
		"alg None":              unsigned("None"),
		"alg nOnE":              unsigned("nOnE"),
		"alg empty":             unsigned(""),
		"HS512":                 sign(t, jwt.SigningMethodHS512, secret, nil, claims()),
		"public key as secret":  sign(t, jwt.SigningMethodHS256, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), kid("rsa"), claims()),
		"public key, DER":       sign(t, jwt.SigningMethodHS256, public, kid("rsa"), claims()),
		"own jwk":               sign(t, jwt.SigningMethodRS256, stranger, map[string]any{"kid": "rsa", "jwk": map[string]any{"kty": "RSA"}}, claims()),
		"own jku":               sign(t, jwt.SigningMethodRS256, stranger, map[string]any{"kid": "rsa", "jku": is.url}, claims()),
		"own x5u":               sign(t, jwt.SigningMethodRS256, stranger, map[string]any{"kid": "rsa", "x5u": is.url}, claims()),
		"no kid, wrong key":     sign(t, jwt.SigningMethodRS256, stranger, nil, claims()),
		"unknown kid":           sign(t, jwt.SigningMethodRS256, is.key("rsa"), kid("other"), claims()),
		"path as kid":           sign(t, jwt.SigningMethodRS256, is.key("rsa"), kid("../../etc/passwd"), claims()),
		"long kid":              sign(t, jwt.SigningMethodRS256, is.key("rsa"), kid(strings.Repeat("k", 4000)), claims()),
		"number as kid":         sign(t, jwt.SigningMethodRS256, is.key("rsa"), map[string]any{"kid": 1}, claims()),
		"key of another kind":   sign(t, jwt.SigningMethodRS256, is.key("rsa"), kid("ec"), claims()),
		"crit":                  sign(t, jwt.SigningMethodHS256, secret, map[string]any{"crit": []string{"exp"}}, claims()),
		"b64":                   sign(t, jwt.SigningMethodHS256, secret, map[string]any{"b64": false}, claims()),
		"wrong secret":          sign(t, jwt.SigningMethodHS256, []byte(strings.Repeat("x", 32)), nil, claims()),
		"expired":               hs("exp", past),
		"not yet":               hs("nbf", future),
		"from the future":       hs("iat", future),
		"no exp":                hs("exp", nil),
		"exp as text":           hs("exp", fmt.Sprint(future)),
		"exp too large":         raw(`{"iss":"` + issuerName + `","aud":"` + resource + `","sub":"ada","exp":1e400}`),
		"exp twice":             raw(`{"iss":"` + issuerName + `","aud":"` + resource + `","sub":"ada","exp":9999999999,"exp":1}`),
		"claims are a list":     raw(`[]`),
		"claims are cut":        raw(`{"iss":`),
		"other issuer":          hs("iss", "https://other.example.com"),
		"issuer with a slash":   hs("iss", issuerName+"/"),
		"no issuer":             hs("iss", nil),
		"no audience":           hs("aud", nil),
		"other audience":        hs("aud", "https://other.example.com/mcp"),
		"prefix of ours":        hs("aud", "https://mcp.example.com"),
		"ours as a prefix":      hs("aud", resource+"/x"),
		"audience with a slash": hs("aud", resource+"/"),
		"array without us":      hs("aud", []string{"https://other", "client-id"}),
		"audience is a number":  hs("aud", 7),
		"ID token":              hs("aud", "client-id", "nonce", "n"),
		"no subject":            hs("sub", nil),
		"empty subject":         hs("sub", ""),
		"subject is a number":   hs("sub", 7),
	}
	for name, token := range tests {
		p, code, body := ask(t, both, token)
		if code != 401 || p != nil || !strings.Contains(body, `"message":"Invalid token"`) {
			t.Errorf("%s: %d %s, want 401 Invalid token", name, code, body)
		}
	}
}

// TestRotation changes the keys, and floods with names of keys that there are
// not.
func TestRotation(t *testing.T) {
	t.Parallel()
	is := newIssuer(t)
	a := newAuth(t, jwtauth.Config{JWKS: is.url, Issuer: issuerName})
	before := sign(t, jwt.SigningMethodES256, is.key("ec"), kid("ec"), claims())
	if _, code, body := ask(t, a, before); code != 200 {
		t.Fatalf("before: %d %s", code, body)
	}
	old := is.key("ec")
	next, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	is.mu.Lock()
	is.keys = map[string]crypto.Signer{"next": next}
	is.mu.Unlock()
	if _, code, body := ask(t, a, sign(t, jwt.SigningMethodES256, next, kid("next"), claims())); code != 200 {
		t.Errorf("with a new key: %d %s", code, body)
	}
	if _, code, _ := ask(t, a, sign(t, jwt.SigningMethodES256, next, kid("ec"), claims("sub", "eve"))); code != 401 {
		t.Errorf("with the name of the old key: %d", code)
	}
	if _, code, _ := ask(t, a, sign(t, jwt.SigningMethodES256, old, kid("ec"), claims("sub", "bob"))); code != 401 {
		t.Errorf("with a key that was replaced: %d", code)
	}
	fetched := is.fetched.Load()
	var wg sync.WaitGroup
	part := base64.RawURLEncoding.EncodeToString
	for i := range 10_000 { // they are refused before a signature would be looked at
		token := part([]byte(`{"alg":"ES256","kid":"k`+fmt.Sprint(i)+`"}`)) + "." + part([]byte(`{}`)) + "." + part(make([]byte, 64))
		wg.Go(func() {
			if _, code, _ := ask(t, a, token); code != 401 {
				t.Errorf("unknown key: %d", code)
			}
		})
	}
	wg.Wait()
	if n := is.fetched.Load() - fetched; n > 1 {
		t.Errorf("ten thousand unknown keys made %d requests", n)
	}
}

// TestIssuerDown has nobody to ask at first.
func TestIssuerDown(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	a := newAuth(t, jwtauth.Config{JWKS: srv.URL, Issuer: issuerName})
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, code, body := ask(t, a, sign(t, jwt.SigningMethodES256, key, kid("k"), claims())); code != 503 {
		t.Errorf("%d %s, want 503", code, body)
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]jwtauth.Config{
		"nothing": {}, "short secret": {Secret: secret[:31]}, "no issuer": {JWKS: "https://id.example.com/keys"},
		"http": {JWKS: "http://id.example.com/keys", Issuer: "i"}, "no URL": {JWKS: "keys", Issuer: "i"},
		"algorithm": {JWKS: "https://id.example.com/keys", Issuer: "i", Algorithms: []string{"HS256"}},
		"none":      {JWKS: "https://id.example.com/keys", Issuer: "i", Algorithms: []string{"none"}},
	} {
		if _, err := jwtauth.New(context.Background(), c); err == nil {
			t.Errorf("%s was accepted", name)
		} else if strings.Contains(err.Error(), string(secret[:31])) {
			t.Errorf("%s: the error quotes the secret", name)
		}
	}
}
