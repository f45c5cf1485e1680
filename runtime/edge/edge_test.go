package edge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// A reading is what a client gets for a resource.
type reading struct {
	Result struct {
		Contents []struct{ Text string }
		Type     string  `json:"resultType"`
		TTL      float64 `json:"ttlMs"`
		Scope    string  `json:"cacheScope"`
		Meta     struct {
			Region *region `json:"io.github.mcpgen/region"`
		} `json:"_meta"`
	}
	Error *struct {
		Code    int
		Message string
	}
}

type region struct {
	Country, Region, Cache string
	Hops                   int
}

func (r *reading) text() string {
	if len(r.Result.Contents) != 1 {
		return ""
	}
	return r.Result.Contents[0].Text
}

// answerTo keeps the answer of an exchange.
type answerTo struct{ msg []byte }

func (a *answerTo) Send(context.Context, []byte) error { return nil }

func (a *answerTo) Respond(_ context.Context, msg []byte, _ int) error {
	a.msg = []byte(string(msg))
	return nil
}

// request sends a request of 2026-07-28 for somebody; nil is nobody.
func request(ctx context.Context, t *testing.T, s *mcp.Server, who *mcp.Principal, method, params string) (r reading) {
	t.Helper()
	conn := s.NewConn(mcp.ConnOptions{Transport: "memory", Principal: who})
	defer conn.Close()
	m := mcp.Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"` + method + `","params":{` + params + `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"roots":{}}}}}`))
	defer m.Release()
	var a answerTo
	conn.Handle(ctx, m, &a)
	if err := json.Unmarshal(a.msg, &r); err != nil {
		t.Errorf("answer %s: %v", a.msg, err)
	}
	return r
}

func read(ctx context.Context, t *testing.T, s *mcp.Server, who *mcp.Principal, uri string) reading {
	t.Helper()
	return request(ctx, t, s, who, "resources/read", `"uri":"`+uri+`",`)
}

func newServer(resources ...mcp.ResourceDef) *mcp.Server {
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	for _, d := range resources {
		d.Name = "r"
		s.RegisterResource(d)
	}
	return s
}

func newEdge(t *testing.T, s *mcp.Server, c edge.Config) *edge.Edge {
	t.Helper()
	c.Enabled = true
	e, err := edge.New(s, c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// counted is a resource that says how often it was read.
func counted(uri string) (mcp.ResourceDef, *atomic.Int32) {
	var n atomic.Int32
	return mcp.ResourceDef{URI: uri, Call: func(_ context.Context, c *mcp.Call) error {
		c.Text(fmt.Sprint(n.Add(1)))
		return nil
	}}, &n
}

// TestHints: the definition says for how long something may be kept, then the
// configuration; without either it may not be.
func TestHints(t *testing.T) {
	t.Parallel()
	day, _ := counted("docs://day")
	day.TTL = 24 * time.Hour
	silent, _ := counted("docs://silent")
	private, _ := counted("docs://private")
	private.Private = true
	scoped, _ := counted("docs://scoped")
	scoped.Scopes = []string{"read"}
	never, _ := counted("docs://never")
	never.TTL = -1
	const five = 300_000
	for _, tt := range []struct {
		uri     string
		without float64 // ttlMs without a configuration
		with    float64
		scope   string // with it
	}{
		{"docs://day", 86_400_000, 86_400_000, "public"},
		{"docs://silent", 0, five, "public"},
		{"docs://private", 0, five, "private"},
		{"docs://scoped", 0, five, "private"},
		{"docs://never", 0, 0, "private"},
	} {
		for _, enabled := range []bool{false, true} {
			s := newServer(day, silent, private, scoped, never)
			if _, err := edge.New(s, edge.Config{Enabled: enabled}); err != nil {
				t.Fatal(err)
			}
			want, scope := tt.without, "private"
			if enabled {
				want, scope = tt.with, tt.scope
			} else if want > 0 {
				scope = "public"
			}
			got := read(t.Context(), t, s, nil, tt.uri).Result
			if got.TTL > want || got.TTL < want-1000 || got.Scope != scope {
				t.Errorf("%s, enabled %t: %v %s, want %v %s", tt.uri, enabled, got.TTL, got.Scope, want, scope)
			}
		}
	}
}

// TestHintsOfLists: the other five results have the same.
func TestHintsOfLists(t *testing.T) {
	t.Parallel()
	for _, enabled := range []bool{false, true} {
		d, _ := counted("docs://a")
		s := newServer(d)
		s.Register(mcp.ToolDef{Name: "t", Call: func(context.Context, *mcp.Call) error { return nil }})
		s.RegisterPrompt(mcp.PromptDef{Name: "p", Call: func(context.Context, *mcp.Call) error { return nil }})
		if _, err := edge.New(s, edge.Config{Enabled: enabled, TTL: time.Minute}); err != nil {
			t.Fatal(err)
		}
		ttl, scope := 0.0, "private"
		if enabled {
			ttl, scope = 60_000, "public"
		}
		for _, method := range []string{"server/discover", "tools/list", "prompts/list", "resources/list", "resources/templates/list"} {
			if got := request(t.Context(), t, s, nil, method, "").Result; got.TTL != ttl || got.Scope != scope {
				t.Errorf("%s, enabled %t: %v %s", method, enabled, got.TTL, got.Scope)
			}
		}
	}
}

// TestRemaining: what has been kept for a while may be kept for the rest only.
func TestRemaining(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, n := counted("docs://a")
		s := newServer(d)
		newEdge(t, s, edge.Config{TTL: time.Minute})
		_ = read(t.Context(), t, s, nil, "docs://a")
		time.Sleep(40 * time.Second)
		if got := read(t.Context(), t, s, nil, "docs://a").Result; got.TTL != 20_000 || n.Load() != 1 {
			t.Errorf("%v ms, read %d times", got.TTL, n.Load())
		}
		time.Sleep(20 * time.Second)
		if got := read(t.Context(), t, s, nil, "docs://a").Result; got.TTL != 60_000 || n.Load() != 2 {
			t.Errorf("%v ms, read %d times", got.TTL, n.Load())
		}
	})
}

// TestEvents: changes on this instance and on others make results be read again.
func TestEvents(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(s *mcp.Server)
		again  bool
	}{
		"of the resource":         {func(s *mcp.Server) { s.ResourceUpdated("docs://a") }, true},
		"of another one":          {func(s *mcp.Server) { s.ResourceUpdated("docs://b") }, false},
		"of the list":             {func(s *mcp.Server) { s.ResourcesChanged() }, true},
		"of tools":                {func(s *mcp.Server) { s.ToolsChanged() }, false},
		"elsewhere":               {func(s *mcp.Server) { s.Announce(mcp.KindContents, "docs://a") }, true},
		"elsewhere, of the list":  {func(s *mcp.Server) { s.Announce(mcp.KindResources, "") }, true},
		"some that was not heard": {func(s *mcp.Server) { s.AnnounceAll() }, true},
	} {
		d, n := counted("docs://a")
		s := newServer(d)
		newEdge(t, s, edge.Config{})
		_ = read(t.Context(), t, s, nil, "docs://a")
		tt.change(s)
		_ = read(t.Context(), t, s, nil, "docs://a")
		if again := n.Load() == 2; again != tt.again {
			t.Errorf("a change %s: read %d times", name, n.Load())
		}
	}
}

// TestNotKept has results that are never kept.
func TestNotKept(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	failing := mcp.ResourceDef{URI: "docs://failing", Call: func(context.Context, *mcp.Call) error {
		n.Add(1)
		return errors.New("broken")
	}}
	missing := mcp.ResourceDef{URI: "docs://missing", Call: func(context.Context, *mcp.Call) error {
		n.Add(1)
		return mcp.ErrNotFound
	}}
	asking := mcp.ResourceDef{URI: "docs://asking", Call: func(ctx context.Context, c *mcp.Call) error {
		n.Add(1)
		c.Text("never")
		return mcp.Ask(ctx, mcp.NewRootsQuestion())
	}}
	panicking := mcp.ResourceDef{URI: "docs://panicking", Call: func(context.Context, *mcp.Call) error {
		n.Add(1)
		panic("broken")
	}}
	s := newServer(failing, missing, asking, panicking)
	e := newEdge(t, s, edge.Config{})
	for _, uri := range []string{"docs://failing", "docs://missing", "docs://asking", "docs://panicking"} {
		n.Store(0)
		for range 3 {
			r := read(t.Context(), t, s, nil, uri)
			if asked := r.Result.Type == "input_required"; asked != (uri == "docs://asking") || !asked && r.Error == nil {
				t.Errorf("%s: %+v", uri, r)
			}
		}
		if n.Load() != 3 {
			t.Errorf("%s was read %d times, want 3", uri, n.Load())
		}
	}
	if s := e.Stats(); s.Entries != 0 {
		t.Errorf("%+v", s)
	}
}

// TestScopesOfKept: what is kept is given to those only who may read it.
func TestScopesOfKept(t *testing.T) {
	t.Parallel()
	d, _ := counted("docs://secret")
	d.Scopes = []string{"read"}
	s := newServer(d)
	newEdge(t, s, edge.Config{})
	may := &mcp.Principal{Subject: "ada", Scopes: []string{"read"}}
	for range 2 {
		if r := read(t.Context(), t, s, may, "docs://secret"); r.text() != "1" {
			t.Errorf("%+v", r)
		}
		if r := read(t.Context(), t, s, &mcp.Principal{Subject: "ada"}, "docs://secret"); r.Error == nil || r.Error.Code != mcp.CodeForbidden {
			t.Errorf("without the scope: %+v", r)
		}
	}
}

// somebody gives one of some hundred callers, who differ in one thing or another.
func somebody(rnd *rand.Rand) *mcp.Principal {
	pick := func(from ...string) string { return from[rnd.IntN(len(from))] }
	p := &mcp.Principal{Subject: pick("a", "b", "ab", ""), Issuer: pick("", "a", "b", "ba")}
	for range rnd.IntN(3) {
		p.Scopes = append(p.Scopes, pick("x", "y", "x y"))
	}
	if rnd.IntN(2) == 0 {
		p.Claims = map[string]any{"tenant": pick("1", "2"), "admin": rnd.IntN(2) == 0}
	}
	if rnd.IntN(10) == 0 {
		return nil
	}
	return p
}

// TestPoisoning has callers of all kinds read what depends on them: nobody ever gets
// what was made for somebody else, and none of it gets into the cache of a region.
func TestPoisoning(t *testing.T) {
	t.Parallel()
	text := func(p mcp.Principal) string {
		b, err := json.Marshal([]any{p.Subject, p.Issuer, p.Scopes, p.Claims})
		if err != nil {
			t.Error(err)
		}
		return string(b)
	}
	s := newServer(mcp.ResourceDef{URI: "docs://me", Private: true, Call: func(_ context.Context, c *mcp.Call) error {
		c.Text(text(c.Principal()))
		return nil
	}})
	there := newFakeStore()
	e := newEdge(t, s, edge.Config{Regions: []edge.Region{{Name: "us-east-1", Store: there}, {Name: "eu-west-1"}}, Region: "eu-west-1"})
	rnd := rand.New(rand.NewPCG(5, 6))
	nobody := 0
	for i := range 5000 {
		p := somebody(rnd)
		var want mcp.Principal
		if p != nil {
			want = *p
		}
		if p == nil || p.Subject == "" {
			nobody++
		}
		r := read(t.Context(), t, s, p, "docs://me")
		if r.Result.Scope != "private" {
			t.Fatalf("scope %s", r.Result.Scope)
		}
		// The order of scopes says nothing, so that callers who differ in it only may
		// share.
		if got := r.text(); got != text(want) && !sameButForOrder(got, text(want)) {
			t.Fatalf("request %d: %s got what is for %s", i, text(want), got)
		}
	}
	stats := e.Stats()
	t.Logf("5000 reads of %d callers: %d hits, %d of nobody", stats.Entries, stats.Hits, nobody)
	if stats.Hits == 0 || int(stats.Hits+stats.Misses)+nobody != 5000 {
		t.Errorf("%+v", stats)
	}
	if there.calls.Load() != 0 {
		t.Errorf("the cache of a region was used %d times", there.calls.Load())
	}
}

func sameButForOrder(a, b string) bool {
	var x, y []any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	for i := range x {
		if i == 2 {
			continue
		}
		if fmt.Sprint(x[i]) != fmt.Sprint(y[i]) {
			return false
		}
	}
	count := map[any]int{}
	for _, l := range []any{x[2], y[2]} {
		sign := 1
		if len(count) > 0 {
			sign = -1
		}
		scopes, _ := l.([]any)
		for _, scope := range scopes {
			count[scope] += sign
		}
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// TestDiscovery tells clients of the caching.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	d, _ := counted("docs://a")
	s := newServer(d)
	newEdge(t, s, edge.Config{TTL: 300 * time.Second, Region: "eu-west-1", Regions: []edge.Region{{Name: "us-east-1"}, {Name: "eu-west-1"}, {Name: "ap-southeast-1"}}})
	conn := s.NewConn(mcp.ConnOptions{Transport: "memory"})
	defer conn.Close()
	m := mcp.Parse([]byte(`{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`))
	defer m.Release()
	var a answerTo
	conn.Handle(t.Context(), m, &a)
	want := `"io.github.mcpgen/caching":{"ttlMs":300000,"regions":["us-east-1","eu-west-1","ap-southeast-1"],"region":"eu-west-1"}`
	if !strings.Contains(string(a.msg), want) {
		t.Errorf("%s has no %s", a.msg, want)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		c     edge.Config
		field string
		text  string
	}{
		{edge.Config{TTL: -1}, "TTL", "less than nothing"},
		{edge.Config{TTL: 1 << 62}, "TTL", "longer than caches count"},
		{edge.Config{Memory: -1}, "Memory", "less than nothing"},
		{edge.Config{CountryHeader: "a b"}, "CountryHeader", "no name of a header"},
		{edge.Config{Region: "eu-west-1"}, "Region", "none of the regions"},
		{edge.Config{Regions: []edge.Region{{Name: "a b"}}}, "Regions", "want letters"},
		{edge.Config{Regions: []edge.Region{{Name: "eu-west-1"}, {Name: "eu-west-1"}}}, "Regions", "twice"},
		{edge.Config{Regions: []edge.Region{{Name: "eu-wset-1"}}}, "Regions", "did you mean eu-west-1"},
	} {
		tt.c.Enabled = true
		_, err := edge.New(newServer(), tt.c)
		var bad *edge.FieldError
		if !errors.As(err, &bad) || bad.Field != tt.field || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%+v: error %v, want one of %s that says %q", tt.c, err, tt.field, tt.text)
		}
	}
}

func TestParseRegions(t *testing.T) {
	t.Parallel()
	got, err := edge.ParseRegions(" us-east-1, home@52.5:13.4=redis://h:1/2?a=b ,eu-west-1=redis://eu,")
	if err != nil || len(got) != 3 || got[0].Name != "us-east-1" || got[1].Name != "home" || got[1].URL != "redis://h:1/2?a=b" || got[1].At.Lat != 52.5 || got[1].At.Lon != 13.4 || got[2].URL != "redis://eu" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, list := range []string{"mars", "a@", "a@1", "a@1:x", "a@91:0", "a@0:181", "a@NaN:0", "=redis://a", "us-east-1,us-east-1"} {
		if got, err := edge.ParseRegions(list); err == nil {
			t.Errorf("%q gives %+v", list, got)
		}
	}
}

// locate gives the context of a request with the header.
func locate(t *testing.T, e *edge.Edge, trusted bool, header string, values ...string) context.Context {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/mcp", nil)
	for _, v := range values {
		r.Header.Add(header, v)
	}
	var ctx context.Context
	e.Locate(func(*http.Request) bool { return trusted }, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx = r.Context()
	})).ServeHTTP(httptest.NewRecorder(), r)
	return ctx
}
