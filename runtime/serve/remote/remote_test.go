package remote_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/mcpgen/mcpgen/internal/fault"
	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/serve"
	"github.com/mcpgen/mcpgen/runtime/serve/remote"
)

// TestWebSocket authenticates a browser, limits its messages, and closes the
// connection when the credential is withdrawn.
func TestWebSocket(t *testing.T) {
	t.Parallel()
	keys, err := guard.ParseKeys("ci:" + key)
	if err != nil {
		t.Fatal(err)
	}
	live := guard.NewKeys(keys...)
	url := start(t, serve.Config{RateLimit: "3/1h", Origins: []string{allowed}}, serve.Auth(live), remote.With(&remote.Config{JWT: jwtConfig()}))
	ws := "ws" + strings.TrimPrefix(url, "http") + "/mcp"
	d := websocket.Dialer{Subprotocols: []string{"mcp", "mcp.bearer." + base64.RawURLEncoding.EncodeToString([]byte(token(t, url)))}}
	c, res, err := d.DialContext(t.Context(), ws, http.Header{"Origin": {allowed}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := res.Header.Get("Sec-WebSocket-Protocol"); got != "mcp" {
		t.Errorf("subprotocol %q, want mcp and nothing else", got)
	}
	ask := func(c *websocket.Conn, tool string) string {
		if err := c.WriteMessage(websocket.TextMessage, []byte(callOf(tool))); err != nil {
			t.Fatal(err)
		}
		_, b, err := c.ReadMessage()
		if err != nil {
			return err.Error()
		}
		return string(b)
	}
	if got := ask(c, "whoami"); !strings.Contains(got, "ada") || strings.Contains(got, token(t, url)[:20]) {
		t.Errorf("whoami: %s", got)
	}
	if got := ask(c, "secret"); !strings.Contains(got, `"code":403`) || !strings.Contains(got, `"requiredScopes":["admin"]`) {
		t.Errorf("without the scope: %s", got)
	}
	if got := ask(c, "whoami"); !strings.Contains(got, "Too many requests from this IP") || !strings.Contains(got, `"id":1`) {
		t.Errorf("the third message after the handshake: %s", got)
	}

	url = start(t, serve.Config{}, serve.Auth(live))
	c, _, err = websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(url, "http")+"/mcp", http.Header{"Authorization": {"ApiKey " + key}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := ask(c, "whoami"); !strings.Contains(got, "ci") {
		t.Errorf("whoami: %s", got)
	}
	live.Replace()
	if got := ask(c, "whoami"); !strings.Contains(got, "1008") || !strings.Contains(got, "withdrawn") {
		t.Errorf("with a key that was withdrawn: %s", got)
	}
}

// TestScope refuses with one 403 before anything is streamed.
func TestScope(t *testing.T) {
	t.Parallel()
	url := start(t, serve.Config{}, remote.With(&remote.Config{JWT: jwtConfig()}))
	h := with(post("secret"), "Bearer "+token(t, url))
	h["Accept"] = []string{"text/event-stream"}
	res, body := do(t, "POST", url+"/mcp", callOf("secret"), h)
	want := `Bearer error="insufficient_scope", resource_metadata="` + url + `/.well-known/oauth-protected-resource/mcp", scope="admin"`
	if c := res.Header["Www-Authenticate"]; res.StatusCode != 403 || len(c) != 1 || c[0] != want || res.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %q %s", res.StatusCode, c, body)
	}
	res, body = do(t, "POST", url+"/mcp", callOf("secret"), with(post("secret"), "Bearer "+token(t, url, "scope", "admin")))
	if res.StatusCode != 200 || !strings.Contains(body, "secret") {
		t.Errorf("with the scope: %d %s", res.StatusCode, body)
	}
}

// TestMetrics scrapes what calls have left behind.
func TestMetrics(t *testing.T) {
	t.Parallel()
	url := start(t, serve.Config{Instance: "server-1"}, remote.With(&remote.Config{Public: true, Tools: true}))
	for _, tool := range []string{"whoami", "whoami", "fails", "made-up"} {
		do(t, "POST", url+"/mcp", callOf(tool), post(tool))
	}
	h := post("x")
	h["Mcp-Method"] = []string{"made/up"}
	do(t, "POST", url+"/mcp", strings.Replace(callOf("x"), "tools/call", "made/up", 1), h)
	res, body := do(t, "GET", url+"/metrics", "", nil)
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	p := expfmt.NewTextParser(model.UTF8Validation)
	families, err := p.TextToMetricFamilies(bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, m := range families["mcp_requests_total"].GetMetric() {
		var labels []string
		for _, l := range m.GetLabel() {
			labels = append(labels, l.GetValue())
		}
		got[strings.Join(labels, " ")] = m.GetCounter().GetValue()
	}
	for labels, want := range map[string]float64{"server-1 tools/call success": 2, "server-1 tools/call error": 2, "server-1 other error": 1} {
		if got[labels] != want {
			t.Errorf("%s: %g, want %g; all: %v", labels, got[labels], want, got)
		}
	}
	if strings.Contains(body, "made-up") || strings.Contains(body, "made/up") {
		t.Error("a client's invention became a series")
	}
	if m := families["mcp_request_duration_seconds"].GetMetric(); len(m) != 2 {
		t.Errorf("%d histograms, want 2", len(m))
	}
	if res, _ := do(t, "POST", url+"/metrics", "", nil); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", res.StatusCode)
	}
}

// TestMetricsAddress serves metrics and health checks at an address of their own,
// and nothing else.
func TestMetricsAddress(t *testing.T) {
	t.Parallel()
	addr, err := fault.Addr()
	if err != nil {
		t.Fatal(err)
	}
	url := start(t, serve.Config{MetricsHTTP: addr}, remote.With(&remote.Config{JWT: jwtConfig()}))
	if code := plain(t, "GET", url+"/metrics", nil); code != http.StatusUnauthorized {
		t.Errorf("beside the endpoint: %d, want 401", code)
	}
	for path, want := range map[string]int{"/metrics": 200, "/health": 200, "/ready": 200, "/mcp": 404, "/": 404, "//metrics": 404} {
		if code := plain(t, "GET", "http://"+addr+path, nil); code != want {
			t.Errorf("%s: %d, want %d", path, code, want)
		}
	}
	if code := plain(t, "GET", "http://"+addr+"/metrics", http.Header{"Origin": {"https://evil.example"}}); code != http.StatusForbidden {
		t.Errorf("a page: %d, want 403", code)
	}
	if code := plain(t, "POST", "http://"+addr+"/metrics", nil); code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d, want 405", code)
	}
}

// TestActive counts connections of every kind out again.
func TestActive(t *testing.T) {
	t.Parallel()
	url := start(t, serve.Config{}, remote.With(nil))
	active := func() string {
		_, body := do(t, "GET", url+"/metrics", "", nil)
		_, rest, _ := strings.Cut(body, "\nmcp_active_connections ")
		n, _, _ := strings.Cut(rest, "\n")
		return n
	}
	wait := func(want string) {
		t.Helper()
		for range 1000 {
			if active() == want {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
		t.Fatalf("%s connections, want %s", active(), want)
	}
	wait("0")
	c, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(url, "http")+"/mcp", nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", url+"/mcp/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	wait("2")
	_ = c.Close()
	wait("1")
	leave()
	wait("0")
	for range 50 {
		do(t, "POST", url+"/mcp", callOf("whoami"), post("whoami"))
	}
	wait("0")
}

// TestServingPage keeps the page complete, by what the program says of itself.
func TestServingPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/serving.md")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-help")
	cmd.Env = append(os.Environ(), env+"=1")
	help, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, help)
	}
	flags := 0
	for line := range strings.Lines(string(help)) {
		name, ok := strings.CutPrefix(line, "  -")
		if !ok {
			continue
		}
		flags++
		if !strings.Contains(string(page), "\n| `-"+strings.TrimSpace(name)+"` | ") {
			t.Errorf("docs/serving.md has no row for -%s", name)
		}
	}
	if flags < 30 {
		t.Errorf("help has %d flags:\n%s", flags, help)
	}
}

// TestThreeWays configures the same server by its struct, its environment and
// its flags.
func TestThreeWays(t *testing.T) {
	t.Parallel()
	keys, err := guard.ParseKeys("ci:" + key)
	if err != nil {
		t.Fatal(err)
	}
	inCode := start(t, serve.Config{
		APIKeys: keys, RateLimit: "50/1h", Origins: []string{allowed}, Instance: "one", Guard: guard.Config{TrustedProxies: []string{"127.0.0.1"}},
	}, remote.With(&remote.Config{JWT: jwtConfig(), Public: true}))
	byEnv, _, _ := program(t, []string{
		"MCP_HTTP_ADDR=127.0.0.1:0", "MCP_API_KEYS=ci:" + key, "MCP_RATE_LIMIT=50/1h", "MCP_ALLOWED_ORIGINS=" + allowed, "SERVER_ID=one",
		"JWT_SECRET=" + secret, "MCP_METRICS_PUBLIC=1", "MCP_TRUSTED_PROXIES=127.0.0.1",
	})
	byFlag, _, _ := program(t, nil, "-http", "127.0.0.1:0", "-api-keys", "ci:"+key, "-rate-limit", "50/1h", "-allowed-origins", allowed, "-server-id", "one",
		"-jwt-secret", secret, "-metrics-public", "-trusted-proxies", "127.0.0.1")
	answers := map[string]string{}
	for name, url := range map[string]string{"code": inCode, "environment": byEnv, "flags": byFlag} {
		var b strings.Builder
		for _, h := range []http.Header{nil, {"Authorization": {"ApiKey " + key}}, {"Authorization": {"Bearer " + token(t, url)}}, {"Origin": {allowed}}, {"Origin": {"https://evil.example"}}} {
			head := post("whoami")
			maps.Copy(head, h)
			head["X-Forwarded-For"] = []string{"192.0.2.1"}
			res, body := do(t, "POST", url+"/mcp", callOf("whoami"), head)
			for _, k := range []string{"Www-Authenticate", "Ratelimit-Policy", "Access-Control-Allow-Credentials"} {
				b.WriteString(strings.ReplaceAll(strings.Join(res.Header[k], ";"), url, "URL") + "\n")
			}
			fmt.Fprintf(&b, "%d %s\n", res.StatusCode, strings.ReplaceAll(body, url, "URL"))
		}
		_, metrics := do(t, "GET", url+"/metrics", "", nil)
		fmt.Fprint(&b, strings.Contains(metrics, `instance_id="one"`))
		answers[name] = stable(b.String())
	}
	if answers["code"] != answers["environment"] || answers["code"] != answers["flags"] {
		t.Errorf("three servers differ:\n%v", answers)
	}
	if !strings.Contains(answers["code"], "q=50;w=3600") || !strings.HasSuffix(answers["code"], "true") {
		t.Errorf("answers:\n%s", answers["code"])
	}
}

// stable takes the times of tokens out.
func stable(s string) string {
	for {
		i := strings.Index(s, "exp:")
		if i < 0 {
			return s
		}
		j := strings.IndexByte(s[i:], ' ')
		s = s[:i] + s[i+j:]
	}
}

// TestRefused names the field of every configuration that cannot be.
func TestRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		env  []string
		want string
	}{
		"short secret":      {[]string{"JWT_SECRET=short"}, "-jwt-secret (JWT_SECRET): the secret has 5 bytes"},
		"issuer alone":      {[]string{"MCP_JWT_ISSUER=x"}, "MCP_JWT_ISSUER"},
		"keys over http":    {[]string{"MCP_JWKS_URL=http://id.example.com", "MCP_JWT_ISSUER=x"}, "MCP_JWKS_URL"},
		"redis":             {[]string{"MCP_REDIS_URL=http://x"}, "MCP_REDIS_URL"},
		"limit":             {[]string{"MCP_RATE_LIMIT=100"}, "-rate-limit (MCP_RATE_LIMIT)"},
		"keys":              {[]string{"MCP_API_KEYS=nokey"}, "-api-keys (MCP_API_KEYS)"},
		"keys file":         {[]string{"MCP_API_KEYS_FILE=/none"}, "MCP_API_KEYS_FILE"},
		"origin":            {[]string{"MCP_ALLOWED_ORIGINS=*"}, "MCP_ALLOWED_ORIGINS"},
		"proxy":             {[]string{"MCP_TRUSTED_PROXIES=nginx"}, "MCP_TRUSTED_PROXIES"},
		"certificate":       {[]string{"MCP_TLS_CERT=/none", "MCP_TLS_KEY=/none"}, "MCP_TLS_CERT"},
		"certificate alone": {[]string{"MCP_TLS_CERT=/none"}, "MCP_TLS_KEY"},
		"resource":          {[]string{"MCP_RESOURCE_URL=here"}, "MCP_RESOURCE_URL"},
		"open":              {[]string{"MCP_HTTP_ADDR=0.0.0.0:0"}, "MCP_API_KEYS"},
		"port":              {[]string{"MCP_PORT=99999"}, "MCP_PORT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			environ := append([]string{"MCP_HTTP_ADDR=127.0.0.1:0"}, tt.env...)
			if _, stderr, code := program(t, environ); code != 2 || !strings.Contains(stderr, tt.want) {
				t.Errorf("exit code %d: %s, want 2 and %s", code, stderr, tt.want)
			}
		})
	}
}

// TestRemoteAddress lets a server with authentication listen on every address.
func TestRemoteAddress(t *testing.T) {
	t.Parallel()
	url, line, _ := program(t, []string{"MCP_HOST=0.0.0.0", "MCP_PORT=0", "MCP_API_KEYS=ci:" + key})
	if !strings.HasPrefix(url, "http://0.0.0.0:") || !strings.Contains(line, "authentication ApiKey") {
		t.Fatalf("start line %q", line)
	}
	port := url[strings.LastIndexByte(url, ':'):]
	res, _ := do(t, "POST", "http://127.0.0.1"+port+"/mcp", callOf("whoami"), with(post("whoami"), "ApiKey "+key))
	if res.StatusCode != 200 || res.Header.Get("Ratelimit-Policy") != `"default";q=100;w=900` {
		t.Errorf("%d %v, want the default limit", res.StatusCode, res.Header)
	}
}

// TestHealth has checks that pass, fail and hang.
func TestHealth(t *testing.T) {
	t.Parallel()
	url := start(t, serve.Config{},
		serve.Check("database", func(context.Context) error { return nil }),
		serve.Check("externalServices", func(context.Context) error { panic("secret") }),
		serve.ReadyCheck("cache", func(context.Context) error { return errors.New("cold") }),
		serve.Probe("/live", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })),
		remote.With(&remote.Config{JWT: jwtConfig()}))
	res, body := do(t, "GET", url+"/health", "", http.Header{"X-Forwarded-For": {"192.0.2.1"}, "Host": {"pod"}})
	var m struct {
		Status    string
		Timestamp time.Time
		Checks    map[string]any
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 503 || m.Status != "unhealthy" || m.Timestamp.IsZero() || m.Checks["database"] != "healthy" || m.Checks["server"] != "healthy" ||
		m.Checks["externalServices"] != "unhealthy" || m.Checks["memory"] != nil {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if _, body := do(t, "GET", url+"/health", "", nil); !strings.Contains(body, "heapUsed") || !strings.Contains(body, "panic: secret") || !strings.Contains(body, "uptime") {
		t.Errorf("from this machine: %s", body)
	}
	if res, body := do(t, "GET", url+"/ready", "", nil); res.StatusCode != 503 || !strings.Contains(body, "not-ready") {
		t.Errorf("ready: %d %s", res.StatusCode, body)
	}
	if code := plain(t, "GET", url+"/live", nil); code != http.StatusTeapot {
		t.Errorf("own probe: %d", code)
	}
	if code := plain(t, "POST", url+"/health", nil); code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", code)
	}
}

// TestConflicts refuses routes that are in each other's way.
func TestConflicts(t *testing.T) {
	t.Parallel()
	h := http.NotFoundHandler()
	fine := func(context.Context) error { return nil }
	twice := func(o serve.Option) serve.Option { return func(c *serve.Config) { o(c); o(c) } }
	for name, o := range map[string]serve.Option{
		"endpoint": serve.Route("/mcp", h), "public endpoint": serve.Public("/mcp", h), "probe": serve.Probe("/mcp/x", h),
		"health twice": serve.Probe("/health", h), "pattern": serve.Route("no pattern at all {", h), "check": serve.Check("server", fine),
		"metrics": serve.Public("/metrics", h), "probe of metrics": serve.Probe("/metrics", h), "probe of a pattern": serve.Probe("/{x}", h), "probe of everything": serve.Probe("/", h),
		"two probes": twice(serve.Probe("/live", h)), "two routes": twice(serve.Route("/own", h)), "two checks": twice(serve.Check("a", fine)), "two ready checks": twice(serve.ReadyCheck("a", fine)),
		"route and public route": func(c *serve.Config) { serve.Route("/own", h)(c); serve.Public("/own", h)(c) },
		"public route that hides a route": func(c *serve.Config) {
			serve.Route("/own/a", h)(c)
			serve.Public("/own/{x}", h)(c)
			serve.Public("/{x}/a", h)(c)
		},
		"route of the metadata of resources": func(c *serve.Config) { serve.Public("/.well-known/oauth-protected-resource", h)(c) },
	} {
		c := serve.Config{HTTP: "127.0.0.1:0"}
		o(&c)
		remote.With(&remote.Config{JWT: jwtConfig()})(&c)
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // what is not refused ends
		err := serve.Run(ctx, newServer(), c, serve.Stdio{Err: io.Discard})
		if _, ok := errors.AsType[*serve.ConfigError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
