package edge_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/edge"
	"github.com/mcpgen/mcpgen/runtime/edge/geo"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// A fakeStore is the store of a region, which can be killed.
type fakeStore struct {
	*store.Memory

	calls atomic.Int32 // of its values
	dead  atomic.Bool
	slow  atomic.Bool // it takes a request and does not answer

	mu    sync.Mutex
	raw   []byte // what Get gives instead; nil: what is there
	heard []store.Change
}

func newFakeStore() *fakeStore { return &fakeStore{Memory: store.NewMemory()} }

var errDead = errors.New("connection refused")

func (f *fakeStore) up(ctx context.Context) error {
	f.calls.Add(1)
	if f.slow.Load() {
		<-ctx.Done()
		return ctx.Err()
	}
	if f.dead.Load() {
		return errDead
	}
	return nil
}

func (f *fakeStore) KV() store.KV { return fakeKV{f} }

func (f *fakeStore) Publish(ctx context.Context, c store.Change) error {
	if err := f.up(ctx); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.heard = append(f.heard, c)
	return nil
}

type fakeKV struct{ f *fakeStore }

func (k fakeKV) PutNew(ctx context.Context, key string, value []byte, ttl time.Duration) (bool, error) {
	if err := k.f.up(ctx); err != nil {
		return false, err
	}
	return k.f.Memory.KV().PutNew(ctx, key, value, ttl)
}

func (k fakeKV) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if err := k.f.up(ctx); err != nil {
		return err
	}
	return k.f.Memory.KV().Put(ctx, key, value, ttl)
}

func (k fakeKV) Get(ctx context.Context, key string) ([]byte, error) {
	if err := k.f.up(ctx); err != nil {
		return nil, err
	}
	k.f.mu.Lock()
	raw := k.f.raw
	k.f.mu.Unlock()
	if raw != nil {
		return raw, nil
	}
	return k.f.Memory.KV().Get(ctx, key)
}

func (k fakeKV) Delete(ctx context.Context, key string) error {
	if err := k.f.up(ctx); err != nil {
		return err
	}
	return k.f.Memory.KV().Delete(ctx, key)
}

// three are the regions of the tests.
var three = []string{"us-east-1", "eu-west-1", "ap-southeast-1"}

// world is an instance in a region of its own, far from the three.
func world(t *testing.T, here string) (s *mcp.Server, e *edge.Edge, runs *atomic.Int32, stores map[string]*fakeStore) {
	t.Helper()
	d, runs := counted("docs://a")
	s = newServer(d)
	stores = map[string]*fakeStore{}
	c := edge.Config{Region: here}
	for _, name := range three {
		stores[name] = newFakeStore()
		c.Regions = append(c.Regions, edge.Region{Name: name, Store: stores[name]})
	}
	return s, newEdge(t, s, c), runs, stores
}

// TestAllCountries sends a request from each of the 249 countries: it goes to the
// region with the least distance. Some whose place nobody doubts are checked by
// name.
func TestAllCountries(t *testing.T) {
	t.Parallel()
	s, e, runs, stores := world(t, "")
	known := map[string]string{
		"US": "us-east-1", "CA": "us-east-1", "MX": "us-east-1", "BR": "us-east-1", "CL": "us-east-1", "CU": "us-east-1",
		"DE": "eu-west-1", "FR": "eu-west-1", "GB": "eu-west-1", "IE": "eu-west-1", "PL": "eu-west-1", "EG": "eu-west-1", "NG": "eu-west-1", "IS": "eu-west-1", "TR": "eu-west-1",
		"SG": "ap-southeast-1", "JP": "ap-southeast-1", "AU": "ap-southeast-1", "IN": "ap-southeast-1", "CN": "ap-southeast-1", "NZ": "ap-southeast-1", "ID": "ap-southeast-1", "FJ": "ap-southeast-1",
	}
	countries, last := 0, map[string]int32{}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			at, ok := geo.Country(code)
			if !ok {
				continue
			}
			countries++
			want, least := "", 1e9
			for _, name := range three {
				there, _ := geo.Region(name)
				if km := geo.Distance(at, there); km < least {
					want, least = name, km
				}
			}
			if name := known[code]; name != "" && name != want {
				t.Errorf("%s is nearest to %s", code, want)
			}
			r := read(locate(t, e, true, "Cf-Ipcountry", code), t, s, nil, "docs://a").Result.Meta.Region
			if r == nil || r.Country != code || r.Region != want || r.Hops != 1 {
				t.Errorf("%s: %+v, want %s", code, r, want)
			}
			for name, st := range stores {
				if n := st.calls.Load(); (n != last[name]) != (name == want) {
					t.Errorf("%s: the cache of %s was used: %t", code, name, n != last[name])
				}
				last[name] = st.calls.Load()
			}
		}
	}
	if countries != 249 {
		t.Errorf("%d countries", countries)
	}
	if runs.Load() != 1 {
		t.Errorf("read %d times", runs.Load())
	}
}

// TestCountryHeader believes only one code of a country from a trusted proxy.
func TestCountryHeader(t *testing.T) {
	t.Parallel()
	s, e, _, _ := world(t, "")
	for _, tt := range []struct {
		name    string
		trusted bool
		header  string
		values  []string
		want    string
	}{
		{"none", true, "CF-IPCountry", nil, "US"},
		{"one", true, "CF-IPCountry", []string{"DE"}, "DE"},
		{"from somebody", false, "CF-IPCountry", []string{"DE"}, "US"},
		{"of another proxy", true, "CloudFront-Viewer-Country", []string{"DE"}, "US"},
		{"unknown", true, "CF-IPCountry", []string{"XX"}, "US"},
		{"Tor", true, "CF-IPCountry", []string{"T1"}, "US"},
		{"no country", true, "CF-IPCountry", []string{"ZZ"}, "US"},
		{"small letters", true, "CF-IPCountry", []string{"de"}, "US"},
		{"twice", true, "CF-IPCountry", []string{"DE", "DE"}, "US"},
		{"a list", true, "CF-IPCountry", []string{"DE,FR"}, "US"},
		{"empty", true, "CF-IPCountry", []string{""}, "US"},
		{"with space", true, "CF-IPCountry", []string{" DE"}, "US"},
	} {
		r := read(locate(t, e, tt.trusted, tt.header, tt.values...), t, s, nil, "docs://a").Result.Meta.Region
		if r == nil || r.Country != tt.want {
			t.Errorf("%s: %+v, want %s", tt.name, r, tt.want)
		}
	}
	other := newEdge(t, newServer(), edge.Config{Regions: []edge.Region{{Name: "eu-west-1"}}, CountryHeader: "cloudfront-viewer-country"})
	if ctx := locate(t, other, true, "CloudFront-Viewer-Country", "DE"); ctx == t.Context() {
		t.Error("another header is not read")
	}
}

// where reads from a country and says how.
func where(t *testing.T, s *mcp.Server, e *edge.Edge, country string) (string, string) {
	t.Helper()
	r := read(locate(t, e, true, "Cf-Ipcountry", country), t, s, nil, "docs://a")
	m := r.Result.Meta.Region
	if m == nil {
		t.Fatalf("%+v", r)
	}
	return r.text(), fmt.Sprint(m.Region, " ", m.Cache, " ", m.Hops)
}

// TestRegions reads from Germany, on an instance in America.
func TestRegions(t *testing.T) {
	t.Parallel()
	s, e, runs, stores := world(t, "us-east-1")
	expect := func(country, want, how string) {
		t.Helper()
		if text, got := where(t, s, e, country); text != want || got != how {
			t.Errorf("from %s: %s, %s; want %s, %s", country, text, got, want, how)
		}
	}
	expect("DE", "1", "eu-west-1 miss 1")
	expect("DE", "1", "eu-west-1 hit 1")
	expect("US", "1", "us-east-1 hit 0") // it is in this instance's memory since
	expect("SG", "1", "ap-southeast-1 miss 1")
	expect("SG", "1", "ap-southeast-1 hit 1")
	// Another instance finds what this one has left.
	d, others := counted("docs://a")
	other := newServer(d)
	var regions []edge.Region
	for _, name := range three {
		regions = append(regions, edge.Region{Name: name, Store: stores[name]})
	}
	oe := newEdge(t, other, edge.Config{Region: "eu-west-1", Regions: regions})
	if text, how := where(t, other, oe, "FR"); text != "1" || how != "eu-west-1 hit 0" || others.Load() != 0 {
		t.Errorf("%s, %s", text, how)
	}
	// One of another server of the same name does not.
	newer := mcp.NewServer(mcp.Info{Name: "test", Version: "2"}, nil)
	d, _ = counted("docs://a")
	d.Name = "r"
	newer.RegisterResource(d)
	ne := newEdge(t, newer, edge.Config{Region: "eu-west-1", Regions: regions})
	if _, how := where(t, newer, ne, "FR"); how != "eu-west-1 miss 0" {
		t.Errorf("another version: %s", how)
	}
	if runs.Load() != 1 {
		t.Errorf("read %d times", runs.Load())
	}
}

// TestNearestKilled goes to the next region, and to no third one.
func TestNearestKilled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, e, runs, stores := world(t, "")
		_, _ = where(t, s, e, "US") // so that the next one has it
		if _, how := where(t, s, e, "DE"); how != "eu-west-1 miss 1" {
			t.Error(how)
		}
		stores["eu-west-1"].dead.Store(true)
		before := stores["ap-southeast-1"].calls.Load()
		if text, how := where(t, s, e, "DE"); text != "1" || how != "us-east-1 hit 2" {
			t.Errorf("nearest killed: %s, %s", text, how)
		}
		asked := stores["eu-west-1"].calls.Load()
		if _, how := where(t, s, e, "DE"); how != "us-east-1 hit 1" || stores["eu-west-1"].calls.Load() != asked {
			t.Errorf("while it is left alone: %s", how)
		}
		stores["us-east-1"].dead.Store(true)
		if text, how := where(t, s, e, "DE"); text != "1" || how != "us-east-1 down 1" {
			t.Errorf("both killed: %s, %s", text, how)
		}
		if n := stores["ap-southeast-1"].calls.Load(); n != before {
			t.Errorf("a third region was asked")
		}
		stores["eu-west-1"].dead.Store(false)
		time.Sleep(time.Second)
		if _, how := where(t, s, e, "DE"); how != "eu-west-1 hit 1" {
			t.Errorf("back again: %s", how)
		}
		if runs.Load() != 1 {
			t.Errorf("read %d times", runs.Load())
		}
	})
}

// TestNextIsHere needs no hop.
func TestNextIsHere(t *testing.T) {
	t.Parallel()
	s, e, _, stores := world(t, "us-east-1")
	stores["eu-west-1"].dead.Store(true)
	for _, want := range []string{"us-east-1 none 1", "us-east-1 none 0"} {
		if text, how := where(t, s, e, "DE"); text != "1" || how != want {
			t.Errorf("%s, %s; want %s", text, how, want)
		}
	}
}

// TestSlowRegion costs no more than the time that a hop may take.
func TestSlowRegion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, e, _, stores := world(t, "")
		stores["eu-west-1"].slow.Store(true)
		begin := time.Now()
		if text, how := where(t, s, e, "DE"); text != "1" || how != "us-east-1 miss 2" {
			t.Errorf("%s, %s", text, how)
		}
		if took := time.Since(begin); took > 500*time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
}

// TestStampedeOfRegion asks the region once for all who come at the same time.
func TestStampedeOfRegion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		release := make(chan struct{})
		s := newServer(mcp.ResourceDef{URI: "docs://a", Call: func(_ context.Context, c *mcp.Call) error {
			runs.Add(1)
			<-release
			c.Text("a")
			return nil
		}})
		there := newFakeStore()
		e := newEdge(t, s, edge.Config{Regions: []edge.Region{{Name: "eu-west-1", Store: there}, {Name: "us-east-1"}}, Region: "us-east-1"})
		var wg sync.WaitGroup
		for i := range 1000 {
			ctx := locate(t, e, true, "Cf-Ipcountry", []string{"DE", "FR", "US"}[i%3])
			wg.Go(func() {
				if r := read(ctx, t, s, nil, "docs://a"); r.text() != "a" {
					t.Errorf("%+v", r)
				}
			})
		}
		synctest.Wait()
		close(release)
		wg.Wait()
		if runs.Load() != 1 || there.calls.Load() != 2 { // read and written
			t.Errorf("made %d times, the region was asked %d times", runs.Load(), there.calls.Load())
		}
	})
}

// TestChangesReachRegions removes what regions have of a resource that changes,
// and tells their instances.
func TestChangesReachRegions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, e, _, stores := world(t, "us-east-1")
		stop := e.Tell(s, "me")
		for _, country := range []string{"DE", "SG", "US"} {
			_, _ = where(t, s, e, country)
		}
		stores["ap-southeast-1"].dead.Store(true) // no harm to others
		s.ResourceUpdated("docs://a")
		synctest.Wait()
		// What another instance finds that has not heard of the change.
		d, _ := counted("docs://a")
		other := newServer(d)
		oe := newEdge(t, other, edge.Config{Regions: []edge.Region{{Name: "eu-west-1", Store: stores["eu-west-1"]}}})
		if _, how := where(t, other, oe, "DE"); how != "eu-west-1 miss 1" {
			t.Errorf("after the change: %s", how)
		}
		// And what this one does with what is left.
		stores["ap-southeast-1"].dead.Store(false)
		time.Sleep(time.Second)
		if text, how := where(t, s, e, "SG"); text != "2" || how != "ap-southeast-1 miss 1" {
			t.Errorf("after the change: %s, %s", text, how)
		}
		// Once it is clear that what is made is newer than the change, regions keep it.
		time.Sleep(time.Second + time.Millisecond)
		for _, want := range []string{"3 ap-southeast-1 miss 1", "3 ap-southeast-1 hit 1"} {
			if text, how := where(t, s, e, "SG"); text+" "+how != want {
				t.Errorf("some time after the change: %s %s, want %s", text, how, want)
			}
		}
		s.ResourcesChanged()
		synctest.Wait()
		stop()
		want := []store.Change{{Kind: mcp.KindContents, URI: "docs://a", From: "me"}, {Kind: mcp.KindResources, From: "me"}}
		if got := stores["eu-west-1"].heard; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("heard %v, want %v", got, want)
		}
		if got := stores["us-east-1"].heard; len(got) != 0 {
			t.Errorf("its own region heard %v", got)
		}
	})
}

// TestForeignBytes takes nothing from a store that would not fit into an answer.
func TestForeignBytes(t *testing.T) {
	t.Parallel()
	s, e, _, stores := world(t, "")
	_, _ = where(t, s, e, "DE")
	kv := stores["eu-west-1"]
	head := "\x01\x00\x00\x01\x9a\x00\x00\x00\x00\x00\x00\x0f\xff\x00\x00\x00\x00"
	for _, raw := range []string{
		"x", "\x01", head, head + "\x05", head + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", head + "\x04a:{}", head + "\x0c\"contents\":}", head + "\x0d}}}{\"a\":{\"b\":",
		head + "\x06\"a\":[]" + "}", head + "\x05\"a\":1" + `"b":`, strings.Repeat("y", 3<<20),
		head + "\x0b\"ttlMs\":1e9", head + "\x0c\"_meta\":null",
	} {
		kv.mu.Lock()
		kv.raw = []byte(raw)
		kv.mu.Unlock()
		if text, how := where(t, s, e, "DE"); text != "1" || how != "eu-west-1 miss 1" {
			t.Errorf("%.40q: %s, %s", raw, text, how)
		}
	}
	kv.raw = []byte(head + "\x0d\"contents\":[]")
	if text, how := where(t, s, e, "DE"); text != "" || how != "eu-west-1 hit 1" {
		t.Errorf("what fits: %s, %s", text, how)
	}
}

func FuzzForeignBytes(f *testing.F) {
	f.Add([]byte("\x01\x00\x00\x01\x9a\x00\x00\x00\x00\x00\x00\x0f\xff\x00\x00\x00\x00\x0d\"contents\":[]"))
	s := newServer(mcp.ResourceDef{URI: "docs://a", Call: func(_ context.Context, c *mcp.Call) error { c.Text("1"); return nil }})
	there := newFakeStore()
	if _, err := edge.New(s, edge.Config{Enabled: true, Regions: []edge.Region{{Name: "eu-west-1", Store: there}}}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		there.raw = raw
		_ = read(t.Context(), t, s, nil, "docs://a") // fails the test when the answer is no JSON
	})
}
