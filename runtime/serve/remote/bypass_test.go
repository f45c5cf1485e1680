package remote_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/guard/jwtauth"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
	"github.com/mcpgen/mcpgen/runtime/serve/remote"
)

// A fortress is a server that takes tokens with the secret, tokens of an issuer,
// and the API keys of two callers, and is attacked.
type fortress struct {
	t      *testing.T
	url    string
	issuer string           // of tokens
	own    *rsa.PrivateKey  // of the issuer
	alien  *rsa.PrivateKey  // of somebody else
	keys   *httptest.Server // serves the issuer's public key
}

const bobKey = "bob-0123456789abcdef"

func newFortress(t *testing.T, s *mcp.Server) *fortress {
	t.Helper()
	f := &fortress{t: t, issuer: "https://id.example.com"}
	f.own, f.alien, f.keys = testKeys(t)
	var err error
	c := serve.Config{HTTP: "127.0.0.1:0", GetResources: "callers"}
	remote.With(&remote.Config{JWT: jwtauth.Config{Secret: []byte(secret), JWKS: f.keys.URL, Issuer: f.issuer}})(&c)
	serve.Route("/own", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "mine") }))(&c)
	if c.APIKeys, err = guard.ParseKeys("ci:" + key + ",bob:" + bobKey); err != nil {
		t.Fatal(err)
	}
	f.url = run(t, s, c)
	return f
}

// testKeys gives the key of an issuer, that of somebody else, and a server that
// tells the first one's public half.
func testKeys(t *testing.T) (own, alien *rsa.PrivateKey, srv *httptest.Server) {
	t.Helper()
	var err error
	if own, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	if alien, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := base64.RawURLEncoding.EncodeToString(own.N.Bytes())
		_, _ = io.WriteString(w, `{"keys":[{"kty":"RSA","kid":"k","use":"sig","e":"AQAB","n":"`+n+`"}]}`)
	}))
	t.Cleanup(srv.Close)
	return own, alien, srv
}

// token makes a token with the secret, changed by pairs of names and values; nil
// removes.
func (f *fortress) token(changes ...any) string {
	return f.signed(jwt.SigningMethodHS256, []byte(secret), nil, changes...)
}

// signed makes a token with any key and header.
func (f *fortress) signed(method jwt.SigningMethod, key any, header map[string]any, changes ...any) string {
	f.t.Helper()
	c := jwt.MapClaims{"iss": f.issuer, "sub": "ada", "aud": f.url + "/mcp", "exp": time.Now().Add(time.Hour).Unix()}
	for i := 0; i < len(changes); i += 2 {
		if name := changes[i].(string); changes[i+1] == nil {
			delete(c, name)
		} else {
			c[name] = changes[i+1]
		}
	}
	token := jwt.NewWithClaims(method, c)
	maps.Copy(token.Header, header)
	s, err := token.SignedString(key)
	if err != nil {
		f.t.Fatal(err)
	}
	return s
}

// raw makes a token with the secret out of text that may be no good claims.
func (f *fortress) raw(claims string) string {
	f.t.Helper()
	b64 := base64.RawURLEncoding.EncodeToString
	head := b64([]byte(`{"alg":"HS256"}`)) + "." + b64([]byte(strings.NewReplacer("ISS", f.issuer, "AUD", f.url+"/mcp").Replace(claims)))
	sig, err := jwt.SigningMethodHS256.Sign(head, []byte(secret))
	if err != nil {
		f.t.Fatal(err)
	}
	return head + "." + b64(sig)
}

// An attempt is a request that must be refused.
type attempt struct {
	name   string
	header http.Header
	query  string
	body   string
}

// forms are credentials in the wrong form or place.
func (f *fortress) forms() []attempt {
	good := f.token()
	auth := func(name string, values ...string) attempt {
		return attempt{name: name, header: http.Header{"Authorization": values}}
	}
	elsewhere := func(name, header, value string) attempt {
		return attempt{name: name, header: http.Header{header: {value}}}
	}
	return []attempt{
		{name: "none"},
		auth("empty", ""), auth("scheme alone", "Bearer"), auth("scheme in lower case", "bearer "+good), auth("two spaces", "Bearer  "+good),
		auth("tab", "Bearer\t"+good), auth("two headers", "Bearer "+good, "Bearer "+good),
		auth("two kinds", "Bearer "+good, "ApiKey "+key), auth("list", "Bearer "+good+", Bearer "+good), auth("basic", "Basic "+base64.StdEncoding.EncodeToString([]byte("ci:"+key))),
		auth("unknown scheme", "Negotiate x"), auth("token as a key", "ApiKey "+good), auth("key as a token", "Bearer "+key),
		auth("unknown key", "ApiKey "+strings.Repeat("x", 20)), auth("key cut short", "ApiKey "+key[:len(key)-1]), auth("key in upper case", "ApiKey "+strings.ToUpper(key)),
		auth("digest of the key", "ApiKey sha256-"+strings.Repeat("0", 64)),
		{name: "query", query: "access_token=" + good + "&token=" + good + "&api_key=" + key + "&Authorization=Bearer+" + good},
		{name: "body", body: `{"access_token":"` + good + `","authorization":"Bearer ` + good + `"}`},
		elsewhere("cookie", "Cookie", "access_token="+good+"; Authorization=Bearer "+good), elsewhere("header of a proxy", "Proxy-Authorization", "Bearer "+good),
		elsewhere("header of its own", "X-Api-Key", key), elsewhere("header of a gateway", "X-Forwarded-Authorization", "Bearer "+good),
		elsewhere("user of a proxy", "X-Forwarded-User", "ci"),
	}
}

// tokens are those that must not be taken.
func (f *fortress) tokens() []attempt {
	b64 := func(v string) string { return base64.RawURLEncoding.EncodeToString([]byte(v)) }
	good := strings.Split(f.token(), ".")
	public, err := x509.MarshalPKIXPublicKey(f.own.Public())
	if err != nil {
		f.t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	jwk := map[string]string{"kty": "RSA", "e": "AQAB", "n": base64.RawURLEncoding.EncodeToString(f.alien.N.Bytes())}
	hour := time.Now().Add(time.Hour)
	own := func(header map[string]any) string { return f.signed(jwt.SigningMethodRS256, f.own, header) }
	alien := func(header map[string]any) string {
		header["kid"] = "k"
		return f.signed(jwt.SigningMethodRS256, f.alien, header)
	}
	none := func(alg string) string { return b64(`{"alg":"`+alg+`","typ":"JWT"}`) + "." + good[1] + "." }
	rest := `"iss":"ISS","aud":"AUD","sub":"ada"`
	list := []struct{ name, token string }{
		{"alg none", none("none")}, {"alg None", none("None")}, {"alg nOnE", none("nOnE")}, {"alg missing", b64(`{"typ":"JWT"}`) + "." + good[1] + "." + good[2]},
		{"signature cut off", good[0] + "." + good[1] + "."}, {"signature of another token", good[0] + "." + b64(`{"sub":"eve"}`) + "." + good[2]},
		{"wrong secret", f.signed(jwt.SigningMethodHS256, []byte(strings.Repeat("x", 32)), nil)}, {"HS512", f.signed(jwt.SigningMethodHS512, []byte(secret), nil)},
		{"public key as the secret (PEM)", f.signed(jwt.SigningMethodHS256, text, map[string]any{"kid": "k"})},
		{"public key as the secret (DER)", f.signed(jwt.SigningMethodHS256, public, map[string]any{"kid": "k"})},
		{"jwk of its own", alien(map[string]any{"jwk": jwk})}, {"jku of its own", alien(map[string]any{"jku": f.keys.URL})}, {"x5u of its own", alien(map[string]any{"x5u": f.keys.URL})},
		{"key of somebody else", alien(map[string]any{})},
		{"unknown kid", own(map[string]any{"kid": "other"})}, {"long kid", own(map[string]any{"kid": strings.Repeat("k", 8000)})},
		{"path as kid", own(map[string]any{"kid": "../../../../dev/null"})}, {"query as kid", own(map[string]any{"kid": "k' OR '1'='1"})}, {"kid is a list", own(map[string]any{"kid": []string{"k"}})},
		{"crit", own(map[string]any{"kid": "k", "crit": []string{"x"}})},
		{"expired", f.token("exp", time.Now().Add(-2*time.Minute).Unix())}, {"expired, a fraction", f.raw(`{` + rest + `,"exp":1.5}`)},
		{"nbf in the future", f.token("nbf", hour.Unix())}, {"iat in the future", f.token("iat", hour.Unix())},
		{"no exp", f.token("exp", nil)}, {"exp is text", f.token("exp", fmt.Sprint(hour.Unix()))}, {"exp 1e400", f.raw(`{` + rest + `,"exp":1e400}`)}, {"exp is null", f.raw(`{` + rest + `,"exp":null}`)},
		{"exp twice", f.raw(`{` + rest + `,"exp":9999999999,"exp":1}`)},
		{"other issuer", f.token("iss", "https://evil.example.com")}, {"issuer with a slash", f.token("iss", f.issuer+"/")}, {"no issuer", f.token("iss", nil)},
		{"other tenant", f.token("iss", f.issuer+"/tenant2")}, {"issuer is a list", f.token("iss", []string{f.issuer})},
		{"no audience", f.token("aud", nil)}, {"other audience", f.token("aud", "https://other.example.com/mcp")}, {"audience list without us", f.token("aud", []string{"https://other.example.com/mcp", "client"})},
		{"audience is our prefix", f.token("aud", f.url)}, {"audience with more", f.token("aud", f.url+"/mcp/x")}, {"audience in upper case", f.token("aud", strings.ToUpper(f.url)+"/mcp")},
		{"ID token", f.token("aud", "client", "nonce", "n", "at_hash", "h")}, {"no subject", f.token("sub", nil)}, {"subject is a list", f.token("sub", []string{"ada"})},
	}
	attempts := make([]attempt, len(list))
	for i, l := range list {
		attempts[i] = attempt{name: l.name, header: http.Header{"Authorization": {"Bearer " + l.token}}}
	}
	return attempts
}

// A door is a way into the server.
type door struct {
	name, method, path, body string
	header                   http.Header
}

func doors() []door {
	const hello = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`
	return []door{
		{"POST", "POST", "/mcp", callOf("whoami"), post("whoami")},
		{"initialize", "POST", "/mcp", hello, http.Header{"Content-Type": {"application/json"}}},
		{"GET stream", "GET", "/mcp", "", http.Header{"Accept": {"text/event-stream"}}},
		{"DELETE", "DELETE", "/mcp", "", nil},
		{"SSE", "GET", "/mcp/events", "", http.Header{"Accept": {"text/event-stream"}}},
		{"SSE messages", "POST", "/mcp/messages?session=x", hello, http.Header{"Content-Type": {"application/json"}}},
		{"WebSocket", "GET", "/mcp", "", http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"AAAAAAAAAAAAAAAAAAAAAA=="}}},
		{"resources by GET", "GET", "/mcp/resources?uri=x", "", nil},
		{"metrics", "GET", "/metrics", "", nil},
		{"route of the program", "GET", "/own", "", nil},
		{"path that is not there", "GET", "/nothing", "", nil},
	}
}

// knock tries a door and gives the status of the answer.
func (f *fortress) knock(d door, a attempt) int {
	f.t.Helper()
	url, body := f.url+d.path, d.body
	if a.query != "" {
		sep := "?"
		if strings.Contains(url, "?") {
			sep = "&"
		}
		url += sep + a.query
	}
	if a.body != "" && d.method == http.MethodPost {
		body = a.body
	}
	ctx, cancel := context.WithTimeout(f.t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, d.method, url, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	maps.Copy(req.Header, d.header)
	maps.Copy(req.Header, a.header)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		f.t.Errorf("%s, %s: %v", d.name, a.name, err)
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// TestBypass tries every attempt at every door: all are refused with 401. Those
// with a good credential get in, so that the doors are real.
func TestBypass(t *testing.T) {
	t.Parallel()
	f := newFortress(t, newServer())
	attempts := slices.Concat(f.forms(), f.tokens())
	for _, d := range doors() {
		for _, a := range attempts {
			if code := f.knock(d, a); code != http.StatusUnauthorized {
				t.Errorf("%s, %s: %d, want 401", d.name, a.name, code)
			}
		}
		for _, good := range []string{"Bearer " + f.token(), "Bearer " + f.signed(jwt.SigningMethodRS256, f.own, map[string]any{"kid": "k"}), "ApiKey " + key} {
			if code := f.knock(d, attempt{header: http.Header{"Authorization": {good}}}); code == http.StatusUnauthorized || code == 0 {
				t.Errorf("%s, %.10s: %d", d.name, good, code)
			}
		}
	}
	for _, path := range []string{"/health", "/ready", "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"} {
		if code := plain(t, "GET", f.url+path, nil); code != http.StatusOK {
			t.Errorf("%s: %d, want 200", path, code)
		}
	}
}
