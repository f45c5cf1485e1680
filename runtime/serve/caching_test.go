package serve

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// newLibrary is a server with a resource for everybody, which says how often it was
// read, and one that depends on its caller.
func newLibrary() *mcp.Server {
	var reads atomic.Int32
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1.2"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.RegisterResource(mcp.ResourceDef{URI: "docs://a", Name: "a", Call: func(_ context.Context, c *mcp.Call) error {
		c.Text(fmt.Sprint("read ", reads.Add(1)))
		return nil
	}})
	s.RegisterResource(mcp.ResourceDef{URI: "docs://me", Name: "me", Private: true, Call: func(_ context.Context, c *mcp.Call) error {
		c.Text("secret of " + c.Principal().Subject)
		return nil
	}})
	return s
}

// post sends a message and gives the answer.
func post(t *testing.T, url, body string, header http.Header) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(req.Header, header)
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// reading are the headers and the body of a request to read the resource for
// everybody.
func reading(header ...string) (http.Header, string) {
	const uri = "docs://a"
	h := http.Header{"Content-Type": {"application/json"}, "Mcp-Protocol-Version": {mcp.Revision20260728}, "Mcp-Method": {"resources/read"}, "Mcp-Name": {uri}}
	for i := 0; i < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	return h, `{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"` + uri + `",` + meta + `}}`
}

// TestCaching reads over HTTP what was read before, and believes what a trusted
// proxy says of the country.
func TestCaching(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		proxies []string
		where   string
	}{
		"from a trusted proxy": {[]string{"127.0.0.1"}, `"country":"DE","region":"eu-west-1","cache":"none","hops":0`},
		"from anybody":         {nil, `"country":"US","region":"us-east-1","cache":"hit","hops":0`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newLibrary()
			base, stop, ended := run(t, s, Config{
				Caching: edge.Config{Enabled: true, TTL: time.Minute, Region: "us-east-1", Regions: []edge.Region{{Name: "us-east-1"}, {Name: "eu-west-1"}}},
				Guard:   guard.Config{TrustedProxies: tt.proxies},
			})
			for range 2 {
				h, body := reading("CF-IPCountry", "DE")
				text := post(t, base+"/mcp", body, h)
				if !strings.Contains(text, `"text":"read 1"`) || !strings.Contains(text, `"cacheScope":"public"`) {
					t.Error(text)
				}
			}
			h, body := reading("CF-IPCountry", "DE")
			if text := post(t, base+"/mcp", body, h); !strings.Contains(text, `"io.github.mcpgen/region":{`+tt.where+`}`) {
				t.Errorf("%s does not say %s", text, tt.where)
			}
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// TestCachingEverywhere keeps one result for all transports and revisions, in the
// form of each.
func TestCachingEverywhere(t *testing.T) {
	t.Parallel()
	const (
		opening = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`
		old     = `{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"docs://a"}}`
	)
	_, modern := reading()
	base, stop, ended := run(t, newLibrary(), Config{Caching: edge.Config{Enabled: true}})
	all := peers(t, base)
	for _, name := range []string{"http", "websocket", "sse"} {
		p, want := all[name], `"text":"read 1"}],"ttlMs":`
		msg := modern
		if name == "sse" { // another form, for which it is read again
			msg, want = old, `"text":"read 2"}]}`
			if err := p.Send(t.Context(), []byte(opening)); err != nil {
				t.Fatal(err)
			}
			expect(t, p, "protocolVersion")
		}
		for range 2 {
			if err := p.Send(t.Context(), []byte(msg)); err != nil {
				t.Fatal(err)
			}
			expect(t, p, want)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	var out strings.Builder
	if err := Run(t.Context(), newLibrary(), Config{Caching: edge.Config{Enabled: true, Regions: []edge.Region{{Name: "eu-west-1", URL: "redis://h"}}}},
		Stdio{In: strings.NewReader(modern + "\n" + strings.Replace(modern, `"id":1`, `"id":2`, 1) + "\n"), Out: &out, Err: io.Discard}); err != nil {
		t.Fatal(err)
	}
	if strings.Count(out.String(), `"text":"read 1"`) != 2 || strings.Contains(out.String(), "io.github.mcpgen/region") {
		t.Errorf("stdio: %s", &out)
	}
}

// TestCachingWithoutState places callers of a server without state as well.
func TestCachingWithoutState(t *testing.T) {
	t.Parallel()
	h, closing, err := Handler(t.Context(), newLibrary(), Config{
		AllowRemote: true, Stateless: true, Guard: guard.Config{TrustedProxies: []string{"192.0.2.0/24"}},
		Caching: edge.Config{Enabled: true, Regions: []edge.Region{{Name: "us-east-1"}, {Name: "eu-west-1"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer closing()
	header, body := reading("CF-IPCountry", "FR")
	var pairs []string
	for name, values := range header {
		pairs = append(pairs, name, values[0])
	}
	if _, text := ask(t, h, http.MethodPost, "/mcp", body, pairs...); !strings.Contains(text, `"country":"FR","region":"eu-west-1"`) {
		t.Error(text)
	}
}

// TestGetResources: resources for everybody are given to those whom the
// configuration names, and nothing else to nobody, by the rules of /mcp.
func TestGetResources(t *testing.T) {
	t.Parallel()
	key, err := guard.NewKey("ada", "0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	const mine = "ApiKey 0123456789abcdef"
	for _, tt := range []struct {
		who, uri string
		keys     bool // callers are asked who they are
		auth     string
		origin   string
		status   int
		cache    string // of the answer
	}{
		{"", "docs://a", false, "", "", 404, ""},
		{Callers, "docs://a", false, "", "", 200, "public, max-age=60"},
		{Callers, "docs://a", true, mine, "", 200, "private, max-age=60"},
		{Callers, "docs://a", true, "", "", 401, "no-store"},
		{Callers, "docs://a", true, "ApiKey 0123456789abcdex", "", 401, "no-store"},
		{Callers, "docs://a", true, "", "https://evil.example", 403, "no-store"},
		{Callers, "docs://me", true, mine, "", 404, "no-store"},
		{Callers, "docs://me", true, "", "", 401, "no-store"},
		{Everybody, "docs://a", true, "", "", 200, "public, max-age=60"},
		{Everybody, "docs://a", true, mine, "", 200, "public, max-age=60"},
		{Everybody, "docs://a", true, "", "https://evil.example", 403, "no-store"},
		{Everybody, "docs://me", true, "", "", 404, "no-store"},
		{Everybody, "docs://me", true, mine, "", 404, "no-store"},
	} {
		t.Run(fmt.Sprintf("%s %s %t %s %s", tt.who, tt.uri, tt.keys, tt.auth, tt.origin), func(t *testing.T) {
			t.Parallel()
			s := newLibrary()
			h, closing, err := Handler(t.Context(), s, Config{GetResources: tt.who, AllowRemote: true, APIKeys: keysIf(tt.keys, key), Caching: edge.Config{Enabled: true, TTL: time.Minute}})
			if err != nil {
				t.Fatal(err)
			}
			defer closing()
			var header []string
			if tt.auth != "" {
				header = append(header, "Authorization", tt.auth)
			}
			if tt.origin != "" {
				header = append(header, "Origin", tt.origin)
			}
			res, text := ask(t, h, http.MethodGet, "/mcp/resources?uri="+tt.uri, "", header...)
			if res.StatusCode != tt.status || tt.cache != "" && res.Header.Get("Cache-Control") != tt.cache || strings.Contains(text, "secret") {
				t.Errorf("%s %v %s", res.Status, res.Header, text)
			}
			if ok := strings.Contains(text, "read 1"); ok != (tt.status == 200) {
				t.Error(text)
			}
			vary := strings.Join(res.Header.Values("Vary"), ", ")
			if tt.status == 200 && (!strings.Contains(vary, "Origin") || strings.Contains(vary, "Authorization") != strings.HasPrefix(tt.cache, "private")) {
				t.Errorf("Vary: %s", vary)
			}
		})
	}
}

func keysIf(yes bool, key guard.Key) []guard.Key {
	if yes {
		return []guard.Key{key}
	}
	return nil
}

// TestGetResourcesCounts: what everybody may read counts like all other requests.
func TestGetResourcesCounts(t *testing.T) {
	t.Parallel()
	for _, who := range []string{Callers, Everybody} {
		s := newLibrary()
		h, closing, err := Handler(t.Context(), s, Config{GetResources: who, AllowRemote: true, RateLimit: "2/1m", Caching: edge.Config{Enabled: true}})
		if err != nil {
			t.Fatal(err)
		}
		defer closing()
		for i := range 3 {
			res, _ := ask(t, h, http.MethodHead, "/mcp/resources?uri=docs://a", "")
			if limited := res.StatusCode == http.StatusTooManyRequests; limited != (i == 2) || limited && res.Header.Get("Retry-After") == "" {
				t.Errorf("%s, request %d: %s %v", who, i+1, res.Status, res.Header)
			}
		}
	}
}
