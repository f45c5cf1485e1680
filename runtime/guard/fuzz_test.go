package guard_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// FuzzCredential has every Authorization header refused but the right one.
func FuzzCredential(f *testing.F) {
	for _, seed := range []string{"", "ApiKey ", "ApiKey " + aliceKey, "Bearer x.y.z", "apikey " + aliceKey, "ApiKey\t" + aliceKey, "\x00", "ApiKey " + aliceKey + "\n"} {
		f.Add(seed, "mcp, mcp.bearer.Z29vZA")
	}
	keys, err := guard.ParseKeys("alice:" + aliceKey)
	if err != nil {
		f.Fatal(err)
	}
	g, err := guard.New(newServer(), guard.Config{Auth: []guard.Authenticator{guard.NewKeys(keys...)}})
	if err != nil {
		f.Fatal(err)
	}
	h := g.Handler(seen(g), guard.Open{})
	f.Fuzz(func(t *testing.T, value, proto string) {
		for _, upgrade := range []string{"", "websocket"} {
			r := httptest.NewRequest("GET", "http://mcp.example.com/mcp", nil)
			r.Header["Authorization"] = []string{value}
			r.Header["Sec-Websocket-Protocol"] = []string{proto}
			if upgrade != "" {
				r.Header["Upgrade"] = []string{upgrade}
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if good := value == "ApiKey "+aliceKey; good != (w.Code == http.StatusOK) || !good && w.Code != http.StatusUnauthorized {
				t.Errorf("%q: %d", value, w.Code)
			}
			if strings.Contains(w.Body.String(), "leaks") {
				t.Errorf("%q: %s", value, w.Body)
			}
		}
	})
}

// FuzzForwarded has nobody choose the address that he is counted by: whatever
// comes before the entry of a trusted proxy does not matter.
func FuzzForwarded(f *testing.F) {
	for _, seed := range []string{"", "1.2.3.4", "::1", "unknown, 9.9.9.9", "10.0.0.1, 10.0.0.2", "fe80::1%eth0", ",,,", strings.Repeat("1.1.1.1,", 1000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, forged string) {
		g, err := guard.New(newServer(), guard.Config{TrustedProxies: []string{"10.0.0.0/8"}, PerAddress: &store.Limit{N: 1, Window: time.Hour}})
		if err != nil {
			t.Fatal(err)
		}
		h := g.Handler(seen(g), guard.Open{})
		for i, chain := range []string{"203.0.113.5", forged + ", 203.0.113.5", "x, " + forged + " , 203.0.113.5 , 10.1.1.1"} {
			r := httptest.NewRequest("POST", "http://mcp.example.com/mcp", nil)
			r.RemoteAddr = "10.0.0.1:1"
			r.Header["X-Forwarded-For"] = []string{chain}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if want := map[bool]int{true: 200, false: 429}[i == 0]; w.Code != want {
				t.Errorf("%q: %d, want %d", chain, w.Code, want)
			}
		}
	})
}

// FuzzParse reads keys and limits: no crash, and no key in an error.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a:0123456789abcdef", "a:b", ";", "100/15m", "gcra:1/1h", "a:sha256-", "a:0123456789abcdef;limit=1/s;scopes=x", ",\n#"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if l, err := guard.ParseLimit(text); err == nil && l != nil && (l.N < 1 || l.Window < time.Millisecond) {
			t.Errorf("%q is %+v", text, l)
		}
		keys, err := guard.ParseKeys(text)
		for _, k := range keys {
			if err == nil && k.Name == "" {
				t.Errorf("%q: a key without a name", text)
			}
		}
	})
}
