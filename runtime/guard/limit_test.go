package guard_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/guard"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

func TestParseLimit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]store.Limit{
		"100/15m": {N: 100, Window: 15 * time.Minute}, "1/s": {N: 1, Window: time.Second},
		"gcra:10/1m": {N: 10, Window: time.Minute, Smooth: true}, "5/h": {N: 5, Window: time.Hour},
	} {
		if l, err := guard.ParseLimit(text); err != nil || *l != want {
			t.Errorf("%s: %+v, %v", text, l, err)
		}
	}
	if l, err := guard.ParseLimit("off"); l != nil || err != nil {
		t.Errorf("off: %v, %v", l, err)
	}
	for _, text := range []string{"", "100", "0/1m", "-1/1m", "x/1m", "1/", "1/0s", "1/1ns", "1/-1m", "100 / 15m", "gcra:", "1/1m/1m", "gcra:99999999999/1ms"} {
		if l, err := guard.ParseLimit(text); err == nil {
			t.Errorf("%q was accepted: %+v", text, l)
		}
	}
}

// TestFixedWindow lets a hundred requests of an address through in a quarter of
// an hour, and a hundred more in the next.
func TestFixedWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGuard(t, guard.Config{PerAddress: guard.DefaultLimit()})
		h := g.Handler(seen(g), guard.Open{})
		for i := range 100 {
			w := do(h, "POST", "/mcp", nil)
			if w.Code != 200 || w.Header().Get("Ratelimit") != fmt.Sprintf(`"default";r=%d;t=900`, 99-i) {
				t.Fatalf("request %d: %d %v", i+1, w.Code, w.Header())
			}
		}
		time.Sleep(9 * time.Second)
		w := do(h, "POST", "/mcp", nil)
		if w.Code != 429 || message(t, w) != "Too many requests from this IP" || w.Header().Get("Retry-After") != "891" ||
			w.Header().Get("Ratelimit-Policy") != `"default";q=100;w=900` {
			t.Errorf("request 101: %d %s %v", w.Code, w.Body, w.Header())
		}
		if w := do(h, "GET", "/other", nil); w.Code != 200 {
			t.Errorf("another path: %d", w.Code)
		}
		time.Sleep(891 * time.Second)
		if w := do(h, "POST", "/mcp", nil); w.Code != 200 {
			t.Errorf("in the next window: %d", w.Code)
		}
	})
}

// TestAddresses counts by who is really there.
func TestAddresses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		peers [2]string   // of two requests
		xff   [2][]string // X-Forwarded-For
		same  bool
	}{
		{"one address", [2]string{"203.0.113.1:1", "203.0.113.1:2"}, [2][]string{}, true},
		{"two addresses", [2]string{"203.0.113.1:1", "203.0.113.2:1"}, [2][]string{}, false},
		{"mapped", [2]string{"203.0.113.1:1", "[::ffff:203.0.113.1]:2"}, [2][]string{}, true},
		{"IPv6 network", [2]string{"[2001:db8:1:0::1]:1", "[2001:db8:1:ff::2]:1"}, [2][]string{}, true},
		{"IPv6 networks", [2]string{"[2001:db8:1:0::1]:1", "[2001:db8:1:100::1]:1"}, [2][]string{}, false},
		{"zone", [2]string{"[fe80::1%eth0]:1", "[fe80::1%eth1]:1"}, [2][]string{}, true},
		{"forged", [2]string{"203.0.113.1:1", "203.0.113.1:1"}, [2][]string{{"1.1.1.1"}, {"2.2.2.2"}}, true},
		{"proxy", [2]string{"10.0.0.1:1", "10.0.0.1:1"}, [2][]string{{"1.1.1.1"}, {"2.2.2.2"}}, false},
		{"two proxies", [2]string{"10.0.0.1:1", "10.0.0.2:1"}, [2][]string{{"1.1.1.1, 10.0.0.9"}, {"1.1.1.1"}}, true},
		{"forged before a proxy", [2]string{"10.0.0.1:1", "10.0.0.1:1"}, [2][]string{{"9.9.9.9, 1.1.1.1"}, {"8.8.8.8", "1.1.1.1"}}, true},
		{"garbage", [2]string{"10.0.0.1:1", "10.0.0.1:1"}, [2][]string{{"1.1.1.1, unknown"}, {"2.2.2.2, :::"}}, true},
		{"with a port", [2]string{"10.0.0.1:1", "10.0.0.1:1"}, [2][]string{{"1.1.1.1:80"}, {"2.2.2.2:80"}}, true},
		{"nothing from the proxy", [2]string{"10.0.0.1:1", "10.0.0.1:2"}, [2][]string{}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, guard.Config{PerAddress: &store.Limit{N: 1, Window: time.Hour}, TrustedProxies: []string{"10.0.0.0/8"}})
			h := g.Handler(seen(g), guard.Open{})
			var codes [2]int
			for i := range codes {
				r := httptest.NewRequest("POST", "http://mcp.example.com/mcp", nil)
				r.RemoteAddr = tt.peers[i]
				r.Header["X-Forwarded-For"] = tt.xff[i]
				r.Header.Set("Forwarded", fmt.Sprintf("for=4.4.4.%d", i))
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				codes[i] = w.Code
			}
			if same := codes[1] == 429; codes[0] != 200 || same != tt.same {
				t.Errorf("answers %v, one address: %t, want %t", codes, same, tt.same)
			}
		})
	}
}

// broken is a store that does not answer.
type broken struct{}

func (broken) Take(context.Context, string, store.Limit, int) (store.Grant, error) {
	return store.Grant{}, errors.New("no answer")
}

func TestCounterFails(t *testing.T) {
	t.Parallel()
	failures := 0
	g := newGuard(t, guard.Config{PerAddress: &store.Limit{N: 2, Window: time.Hour}, Counter: broken{}, CounterFailed: func() { failures++ }})
	h := g.Handler(seen(g), guard.Open{})
	for i, want := range []int{200, 200, 429} {
		if w := do(h, "POST", "/mcp", nil); w.Code != want {
			t.Errorf("request %d: %d, want %d", i, w.Code, want)
		}
	}
	if failures != 3 {
		t.Errorf("%d failures were told of, want 3", failures)
	}
}

// behind serves a server of tools over HTTP behind a guard.
func behind(t *testing.T, c guard.Config, tools ...mcp.ToolDef) http.Handler {
	t.Helper()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	for _, d := range tools {
		s.Register(d)
	}
	g, err := guard.New(s, c)
	if err != nil {
		t.Fatal(err)
	}
	s.Use(g.Middleware())
	return g.Handler(mcphttp.Handler(s, &mcphttp.Options{Origins: g.Origins(), Principal: g.Principal}), guard.Open{})
}

// call calls a tool of the stateless era.
func call(h http.Handler, tool, auth string) *httptest.ResponseRecorder {
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":%q,"arguments":{"secret":"s3cr3t"},"_meta":{"traceparent":"00-1","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`, tool)
	r := httptest.NewRequest("POST", "http://mcp.example.com/mcp", strings.NewReader(body))
	r.RemoteAddr = "203.0.113.9:4711"
	for k, v := range map[string]string{"Content-Type": "application/json", "Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": tool, "Authorization": auth} {
		if v != "" {
			r.Header.Set(k, v)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func tool(name string, f func(ctx context.Context) error, scopes ...string) mcp.ToolDef {
	return mcp.ToolDef{Name: name, Scopes: scopes, InputSchema: `{"type":"object"}`, Call: func(ctx context.Context, c *mcp.Call) error {
		c.Text("fine")
		return f(ctx)
	}}
}

func nothing(context.Context) error { return nil }

// TestCallers limits callers and tools, and refuses what they may not do.
func TestCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testCallers)
}

func testCallers(t *testing.T) {
	keys, err := guard.ParseKeys("alice:" + aliceKey + ";scopes=a b,bob:" + bobKey + ";limit=6/1h")
	if err != nil {
		t.Fatal(err)
	}
	h := behind(t, guard.Config{
		Auth:         []guard.Authenticator{guard.NewKeys(keys...)},
		PerPrincipal: &store.Limit{N: 3, Window: time.Hour},
		PerTool:      map[string]store.Limit{"one": {N: 1, Window: time.Hour}},
	}, tool("one", nothing), tool("two", nothing), tool("secret", nothing, "a", "c"))
	alice, bob := "ApiKey "+aliceKey, "ApiKey "+bobKey
	for i, tt := range []struct {
		auth, tool string
		code       int
		want       string
	}{
		{bob, "one", 200, "fine"},
		{bob, "one", 429, "Too many requests"},
		{alice, "one", 200, "fine"}, // has a count of her own
		{alice, "secret", 403, "insufficient scope"},
		{alice, "two", 200, "fine"},
		{alice, "two", 429, "Too many requests"},
		{bob, "two", 200, "fine"},                           // his key has another limit
		{bob, "../../etc", 400, "Invalid tool name format"}, // counts
		{bob, "three", 400, "unknown tool"},                 // as well
		{bob, "two", 200, "fine"},
		{bob, "two", 429, "Too many requests"},
	} {
		w := call(h, tt.tool, tt.auth)
		if w.Code != tt.code || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("call %d: %d %s, want %d %q", i, w.Code, w.Body, tt.code, tt.want)
		}
		if retry := w.Header().Get("Retry-After"); (tt.code == 429) != (retry == "3600") {
			t.Errorf("call %d: Retry-After %q", i, retry)
		}
		if c := w.Header().Get("WWW-Authenticate"); tt.code == 403 && c != `ApiKey error="insufficient_scope"` {
			t.Errorf("call %d: challenge %q", i, c)
		}
	}
}

// TestRunning bounds what runs at a time.
func TestRunning(t *testing.T) {
	t.Parallel()
	begun, release := make(chan struct{}, 10), make(chan struct{})
	hold := tool("hold", func(context.Context) error {
		begun <- struct{}{}
		<-release
		return nil
	})
	h := behind(t, guard.Config{Auth: []guard.Authenticator{newKeys(t)}, MaxInFlight: 3, MaxPerPrincipal: 2}, hold, tool("two", nothing))
	var wg sync.WaitGroup
	for _, auth := range []string{"ApiKey " + aliceKey, "ApiKey " + aliceKey, "ApiKey " + bobKey} {
		wg.Go(func() {
			if w := call(h, "hold", auth); w.Code != 200 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
		<-begun
		if auth == "ApiKey "+bobKey {
			break
		}
	}
	for _, auth := range []string{"ApiKey " + aliceKey, "ApiKey " + bobKey} { // her share; everybody's
		if w := call(h, "two", auth); w.Code != 503 || w.Header().Get("Retry-After") != "1" || message(t, w) != "the server is busy" {
			t.Errorf("%s: %d %s", auth, w.Code, w.Body)
		}
	}
	close(release)
	wg.Wait()
	if w := call(h, "two", "ApiKey "+bobKey); w.Code != 200 {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

func TestBodyMemory(t *testing.T) {
	t.Parallel()
	g := newGuard(t, guard.Config{MaxBodyMemory: 100})
	within := make(chan struct{})
	release := make(chan struct{})
	h := g.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(within)
		<-release
	}), guard.Open{})
	post := func(n int64) int {
		r := httptest.NewRequest("POST", "http://mcp.example.com/mcp", strings.NewReader("x"))
		r.ContentLength = n
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	done := make(chan int)
	go func() { done <- post(60) }()
	<-within
	for _, n := range []int64{41, -1, 1 << 40} {
		if code := post(n); code != 503 {
			t.Errorf("%d bytes more: %d, want 503", n, code)
		}
	}
	close(release)
	if code := <-done; code != 200 {
		t.Errorf("the first: %d", code)
	}
}

// TestAudit reads the log of what was allowed and refused.
func TestAudit(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	audit := guard.NewAudit(&log, guard.AuditOptions{Instance: "one", Key: []byte("k")})
	h := behind(t, guard.Config{Auth: []guard.Authenticator{newKeys(t)}, Audit: audit}, tool("two", nothing), tool("secret", nothing, "x"),
		tool("fails", func(context.Context) error { return errors.New("no") }))
	call(h, "two", "ApiKey "+aliceKey)
	call(h, "secret", "ApiKey "+aliceKey)
	call(h, "fails", "ApiKey "+bobKey)
	call(h, `two"} {"event":"forged`, "ApiKey "+aliceKey)
	call(h, "two", "ApiKey wrong-0123456789abcdef")
	var got []string
	digests := map[string]bool{}
	for i, l := range strings.Split(strings.TrimSuffix(log.String(), "\n"), "\n") {
		var m map[string]any
		if err := json.Unmarshal([]byte(l), &m); err != nil {
			t.Fatalf("line %d: %v: %s", i, err, l)
		}
		if m["seq"] != float64(i+1) || m["instance"] != "one" || m["address"] != "203.0.113.9" || m["time"] == "" {
			t.Errorf("line %d: %s", i, l)
		}
		got = append(got, fmt.Sprint(m["event"], " ", m["decision"], " ", m["principal"], " ", m["method"], " ", m["status"], " ", m["code"]))
		if m["event"] == "begin" {
			digests[fmt.Sprint(m["arguments"])] = true
			if m["trace"] != "00-1" {
				t.Errorf("line %d has no trace: %s", i, l)
			}
		}
	}
	want := []string{
		"begin allowed alice tools/call <nil> <nil>", "end allowed alice tools/call <nil> <nil>",
		"begin allowed alice tools/call <nil> <nil>", "end refused alice tools/call <nil> 403",
		"begin allowed bob tools/call <nil> <nil>", "end failed bob tools/call <nil> <nil>",
		"begin allowed alice tools/call <nil> <nil>",
		"end allowed alice tools/call <nil> -32602",
		"access refused <nil> POST 401 <nil>",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("log\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(digests) != 1 || digests["<nil>"] {
		t.Errorf("digests of the same arguments: %v", digests)
	}
	for _, secret := range []string{aliceKey, bobKey, "s3cr3t", "wrong-"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has %q in it", secret)
		}
	}
}

// full is a disk with room for some lines.
type full struct {
	io.Writer

	room int
}

func (f *full) Write(b []byte) (int, error) {
	if f.room--; f.room < 0 {
		n, _ := f.Writer.Write(b[:5])
		return n, errors.New("no space left on device")
	}
	return f.Writer.Write(b)
}

func TestAuditRequired(t *testing.T) {
	t.Parallel()
	for _, required := range []bool{true, false} {
		var log bytes.Buffer
		disk := &full{Writer: &log, room: 2}
		audit := guard.NewAudit(disk, guard.AuditOptions{Required: required})
		ran := 0
		h := behind(t, guard.Config{Audit: audit}, tool("two", func(context.Context) error { ran++; return nil }))
		call(h, "two", "")
		w := call(h, "two", "")
		if required && (w.Code != 503 || ran != 1) || !required && (w.Code != 200 || ran != 2) {
			t.Errorf("required %t: %d, and %d calls ran", required, w.Code, ran)
		}
		if audit.Dropped() == 0 {
			t.Errorf("required %t: no line was lost", required)
		}
		disk.room = 10
		call(h, "two", "")
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		if last := lines[len(lines)-1]; !json.Valid([]byte(last)) || !strings.Contains(last, `"dropped":`) {
			t.Errorf("after the disk had room again: %s", last)
		}
	}
}
