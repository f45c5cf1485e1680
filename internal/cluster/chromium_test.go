//go:build e2e

package cluster

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// pageSecret signs the tokens of the page.
const pageSecret = "0123456789abcdef0123456789abcdef"

// A site serves the page to the browser, by any name.
type site struct {
	port string
	b    *browser
}

// newSite begins to serve it. connect is what the page's own policy lets it reach.
func newSite(t *testing.T, connect func() string) *site {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src "+connect())
		switch r.URL.Path {
		case "/":
			http.ServeFile(w, r, filepath.Join("testdata", "page.html"))
		case "/page.js":
			http.ServeFile(w, r, filepath.Join("testdata", "page.js"))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	return &site{port: srv.URL[strings.LastIndexByte(srv.URL, ':'):]}
}

// origin is that of the page under a name.
func (s *site) origin(host string) string { return "http://" + host + s.port }

// expect compares what a page saw with parts that have to be in it.
func expect(t *testing.T, what, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("%s: %s\nhas no %s", what, got, part)
		}
	}
}

// blocked is what a page sees of a request that the browser did not let it make,
// or whose answer it was not given.
const blocked = `{"error":"TypeError"}`

// TestBrowser has pages of an allowed and of another origin call the instances
// through nginx: what Chromium lets them do is what CORS and the checks of
// Origin say.
func TestBrowser(t *testing.T) {
	var c *cluster
	s := newSite(t, func() string { return c.url + " ws" + strings.TrimPrefix(c.url, "http") })
	c = newCluster(t, "JWT_SECRET="+pageSecret, "MCP_ALLOWED_ORIGINS="+s.origin("app.example"), "MCP_RATE_LIMIT=1000/15m", "MCP_TOOL_LIMITS=touch=1/1h")
	s.b = newBrowser(t)
	auth := map[string]any{"Authorization": "ApiKey " + clusterKey}
	ws, bearer := "ws"+strings.TrimPrefix(c.url, "http")+"/mcp", "mcp.bearer."+base64.RawURLEncoding.EncodeToString([]byte(pageToken(t, c.url+"/mcp")))

	t.Run("allowed", func(t *testing.T) {
		page := s.b.open(s.origin("app.example"))
		call := func(tool string, args map[string]any, headers map[string]any) string {
			return s.b.eval(page, "call", c.url, tool, args, headers)
		}
		with := func(name, value string) map[string]any {
			return map[string]any{"Authorization": "ApiKey " + clusterKey, name: value}
		}
		expect(t, "credentials", call("whoami", nil, auth), `"status":200`, `\"subject\":\"e2e\"`, `"ratelimit":`, `"ratelimit-policy":"\"default\";q=1000;w=900"`)
		expect(t, "header of a parameter", call("get_weather", map[string]any{"region": "eu-west-1"}, with("Mcp-Param-Region", "eu-west-1")), `"status":200`, "clear")
		expect(t, "header that differs", call("get_weather", map[string]any{"region": "eu-west-1"}, with("Mcp-Param-Region", "us-east-1")), `"status":400`, "-32020")
		expect(t, "events before the answer", call("work", map[string]any{"steps": 2, "pause": "1ms"}, auth), `"status":200`, "notifications/progress", "done after 2 steps")
		expect(t, "no credentials", call("whoami", nil, nil), `"status":401`, "Authentication required", `"www-authenticate":"Bearer resource_metadata=`)
		expect(t, "the first call", call("touch", nil, auth), `"status":200`)
		expect(t, "one too many", call("touch", nil, auth), `"status":429`, `"retry-after":"3`)
		if got := call("whoami", nil, with("X-Made-Up", "1")); got != blocked {
			t.Errorf("a header that may not be sent: %s", got)
		}
		if got := call("whoami", nil, auth); strings.Contains(got, "x-content-type-options") {
			t.Errorf("a header that is not exposed could be read: %s", got)
		}
		begun := s.b.eval(page, "initialize", c.url, auth)
		expect(t, "initialize", begun, `"status":200`, `"mcp-session-id":"server-`)
		var session struct{ Headers map[string]string }
		if err := json.Unmarshal([]byte(begun), &session); err != nil {
			t.Fatal(err)
		}
		expect(t, "DELETE", s.b.eval(page, "end", c.url, with("Mcp-Session-Id", session.Headers["mcp-session-id"])), `"status":2`)

		expect(t, "WebSocket", s.b.eval(page, "socket", ws, []string{"mcp", bearer}, "whoami"), `"protocol":"mcp"`, `\"subject\":\"page\"`)
		expect(t, "WebSocket without a token", s.b.eval(page, "socket", ws, []string{"mcp"}, "whoami"), `"error":"closed"`, `"code":1006`)
	})
	t.Run("refused", func(t *testing.T) {
		page := s.b.open(s.origin("evil.example"))
		for name, got := range map[string]string{
			"call":       s.b.eval(page, "call", c.url, "whoami", nil, auth),
			"initialize": s.b.eval(page, "initialize", c.url, auth),
			"DELETE":     s.b.eval(page, "end", c.url, auth),
		} {
			if got != blocked {
				t.Errorf("%s: %s", name, got)
			}
		}
		if before := c.refusals(); s.b.eval(page, "blind", c.url) != blocked || c.refusals() != before+1 {
			t.Error("a request that browsers send without asking first was not refused")
		}
		before := c.refusals()
		expect(t, "WebSocket", s.b.eval(page, "socket", ws, []string{"mcp", bearer}, "whoami"), `"error":"closed"`, `"code":1006`)
		if c.refusals() != before+1 {
			t.Error("the WebSocket was not refused for its origin")
		}
	})
	t.Run("policy", func(t *testing.T) {
		for _, path := range []string{"/health", "/ready", "/mcp", "/.well-known/oauth-protected-resource", "/nothing"} {
			s.b.open(c.url + path)
		}
		const violation = "Content Security Policy"
		if got := s.b.complaints(violation); len(got) > 0 {
			t.Errorf("violations of a policy: %s", got)
		}
		if got := s.b.eval(s.b.open(s.origin("app.example")), "call", s.origin("other.example"), "whoami"); got != blocked || len(s.b.complaints(violation)) == 0 {
			t.Errorf("the browser does not tell of violations: %s", got)
		}
	})
}

// refusals counts the requests that instances have answered with 403.
func (c *cluster) refusals() (n int) {
	for i := range c.instances {
		log, err := os.ReadFile(c.audit(i))
		if err != nil {
			c.t.Fatal(err)
		}
		n += strings.Count(string(log), `"status":403`)
	}
	return n
}

// pageToken is one for the endpoint.
func pageToken(t *testing.T, audience string) string {
	t.Helper()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": "page", "aud": audience, "exp": time.Now().Add(time.Hour).Unix()}).SignedString([]byte(pageSecret))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// TestEventSource has a page listen through nginx while instances are killed. An
// EventSource cannot send a credential, so that nobody is asked for one.
func TestEventSource(t *testing.T) {
	var c *cluster
	s := newSite(t, func() string { return c.url })
	c = newCluster(t, "MCP_API_KEYS=", "MCP_ALLOWED_ORIGINS="+s.origin("app.example"))
	s.b = newBrowser(t)

	page := s.b.open(s.origin("app.example"))
	s.b.eval(page, "listen", c.url)
	const open = `"state":1`
	for n := 1; n <= 3; n++ {
		got := s.b.eval(page, "address", n)
		expect(t, "addresses", got, open)
		expect(t, "exchange", s.b.eval(page, "exchange()"), `"status":202`, "clear")
		var told struct{ Addresses []string }
		if err := json.Unmarshal([]byte(got), &told); err != nil || len(told.Addresses) != n {
			t.Fatalf("addresses after %d connections: %s", n, got)
		}
		// The address names the instance that the stream is on.
		for i := range c.instances {
			if name := "server-" + string(rune('1'+i)) + "."; n < 3 && strings.Contains(told.Addresses[n-1], name) {
				c.instances[i].end(syscall.SIGKILL)
			}
		}
	}
	refused := s.b.open(s.origin("evil.example"))
	s.b.eval(refused, "listen", c.url)
	expect(t, "refused", s.b.eval(refused, "address", 1), `"state":2`, `"addresses":[]`)
}
