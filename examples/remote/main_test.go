package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"maps"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// asProgram makes the test binary the program.
const asProgram = "REMOTE_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

const (
	jwtSecret = "0123456789abcdef0123456789abcdef"
	apiKey    = "0123456789abcdef0123"
	origin    = "https://app.example.com"
)

// TestVariables compares the table of README.md with what the program says of
// itself.
func TestVariables(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-help")
	cmd.Env = append(os.Environ(), asProgram+"=1")
	help, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, help)
	}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^ +\t.*\(([A-Z_0-9]+)\)$`).FindAllSubmatch(help, -1) {
		known[string(m[1])] = false
	}
	if len(known) < 30 {
		t.Fatalf("%d variables in\n%s", len(known), help)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	name, secretFile := regexp.MustCompile("`([A-Z_0-9]+)`"), regexp.MustCompile("`((?:JWT|MCP)_[A-Z_0-9]+)`") // some rows tell of a second one
	for line := range strings.Lines(string(readme)) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		first, rest, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		for _, m := range append(name.FindAllStringSubmatch(first, -1), secretFile.FindAllStringSubmatch(rest, -1)...) {
			if _, ok := known[m[1]]; !ok {
				t.Errorf("README.md has %s, which the program does not know", m[1])
			}
			known[m[1]] = true
		}
	}
	for _, v := range slices.Sorted(maps.Keys(known)) {
		if !known[v] {
			t.Errorf("README.md has no row for %s", v)
		}
	}
}

// A program is a running server, which its environment alone has configured.
type program struct {
	t      *testing.T
	url    string
	client *http.Client
}

func start(t *testing.T, env ...string) *program {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), asProgram+"=1", "MCP_HTTP_ADDR=127.0.0.1:0"), env...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		_, rest, ok := strings.Cut(lines.Text(), " on http")
		if !ok {
			continue // what it logs before
		}
		url, _, _ := strings.Cut("http"+rest, "/mcp")
		go func() {
			for lines.Scan() { // a full pipe would stop it
			}
		}()
		transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
		t.Cleanup(transport.CloseIdleConnections)
		return &program{t, url, &http.Client{Transport: transport}}
	}
	t.Fatal("the program has ended")
	return nil
}

// get asks for a path, with pairs of a header and its value.
func (p *program) get(path string, header ...string) (*http.Response, string) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := p.client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res, string(body)
}

// bearer makes a token for an audience.
func bearer(t *testing.T, audience string) string {
	t.Helper()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": "ada", "aud": audience, "exp": time.Now().Add(time.Hour).Unix()}).SignedString([]byte(jwtSecret))
	if err != nil {
		t.Fatal(err)
	}
	return "Bearer " + token
}

// TestEnvironment has everything on that the environment can switch on.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	cert, key := pair(t)
	p := start(t, "JWT_SECRET="+jwtSecret, "MCP_API_KEYS=ada:"+apiKey+",bob:"+strings.Repeat("b", 20), "MCP_ALLOWED_ORIGINS="+origin, "MCP_RATE_LIMIT=20/15m",
		"MCP_REDIS_URL=redis://127.0.0.1:1", "MCP_TRUSTED_PROXIES=127.0.0.1", "SERVER_ID=server-1", "MCP_TLS_CERT="+cert, "MCP_TLS_KEY="+key)
	if !strings.HasPrefix(p.url, "https://") {
		t.Fatalf("no TLS: %s", p.url)
	}
	const good = "ApiKey " + apiKey
	// A GET gets past authentication when it is told that only POST will do.
	for name, tt := range map[string]struct {
		header []string
		want   int
	}{
		"nothing":                 {nil, 401},
		"API key":                 {[]string{"Authorization", good}, 405},
		"second API key":          {[]string{"Authorization", "ApiKey " + strings.Repeat("b", 20)}, 405},
		"token":                   {[]string{"Authorization", bearer(t, p.url+"/mcp")}, 405},
		"token of somebody else":  {[]string{"Authorization", bearer(t, "https://other.example.com/mcp")}, 401},
		"page that is allowed":    {[]string{"Authorization", good, "Origin", origin}, 405},
		"page that is not":        {[]string{"Authorization", good, "Origin", "https://evil.example.com"}, 403},
		"caller behind the proxy": {[]string{"Authorization", good, "X-Forwarded-For", "192.0.2.1"}, 405},
	} {
		if res, body := p.get("/mcp", tt.header...); res.StatusCode != tt.want {
			t.Errorf("%s: %d %s, want %d", name, res.StatusCode, body, tt.want)
		}
	}
	res, _ := p.get("/mcp", "Authorization", good, "Origin", origin, "X-Forwarded-For", "192.0.2.2")
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Ratelimit-Policy": `"default";q=20;w=900`, "Ratelimit": `"default";r=19;t=900`,
		"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for range 20 {
		res, _ = p.get("/mcp", "Authorization", good, "X-Forwarded-For", "192.0.2.3")
	}
	if res.StatusCode != 405 {
		t.Errorf("request 20: %d", res.StatusCode)
	}
	if res, body := p.get("/mcp", "Authorization", good, "X-Forwarded-For", "192.0.2.3"); res.StatusCode != 429 || !strings.Contains(body, "Too many requests from this IP") {
		t.Errorf("request 21: %d %s", res.StatusCode, body)
	}
	if res, _ := p.get("/metrics"); res.StatusCode != 401 {
		t.Errorf("/metrics for everybody: %d", res.StatusCode)
	}
	if res, body := p.get("/metrics", "Authorization", good); res.StatusCode != 200 || !strings.Contains(body, `mcp_active_connections{instance_id="server-1"}`) {
		t.Errorf("/metrics: %d %.300s", res.StatusCode, body)
	}
}

// TestResource makes tokens out for the URL that clients use.
func TestResource(t *testing.T) {
	t.Parallel()
	p := start(t, "JWT_SECRET="+jwtSecret, "MCP_RESOURCE_URL=https://mcp.example.com/mcp", "MCP_METRICS_PUBLIC=1")
	for audience, want := range map[string]int{"https://mcp.example.com/mcp": 405, p.url + "/mcp": 401} {
		if res, body := p.get("/mcp", "Authorization", bearer(t, audience)); res.StatusCode != want {
			t.Errorf("%s: %d %s, want %d", audience, res.StatusCode, body, want)
		}
	}
	if res, _ := p.get("/metrics"); res.StatusCode != 200 {
		t.Errorf("/metrics for everybody: %d", res.StatusCode)
	}
	if _, body := p.get("/.well-known/oauth-protected-resource/mcp"); !strings.Contains(body, `"resource":"https://mcp.example.com/mcp"`) {
		t.Errorf("metadata: %s", body)
	}
}

// pair writes a certificate for this machine and its key.
func pair(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "remote"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
