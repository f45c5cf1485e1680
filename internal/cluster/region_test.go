//go:build e2e

package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/client/balance"
)

// A far place is reached through a proxy that holds back every packet, on both
// ways. It gives the address of the proxy.
func far(t *testing.T, target string, roundTrip time.Duration) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				away, err := net.Dial("tcp", target)
				if err != nil {
					_ = near.Close()
					return
				}
				go delayed(away, near, roundTrip/2)
				delayed(near, away, roundTrip/2)
			}()
		}
	}()
	return l.Addr().String()
}

// delayed copies what comes, each piece a while after it came. It ends both
// connections, as late.
func delayed(dst, src net.Conn, delay time.Duration) {
	type piece struct {
		data []byte
		due  time.Time
	}
	pieces := make(chan piece, 1024)
	go func() {
		defer close(pieces)
		for {
			b := make([]byte, 32<<10)
			n, err := src.Read(b)
			if n > 0 {
				pieces <- piece{b[:n], time.Now().Add(delay)}
			}
			if err != nil {
				pieces <- piece{nil, time.Now().Add(delay)}
				return
			}
		}
	}()
	for p := range pieces {
		time.Sleep(time.Until(p.due))
		if p.data == nil {
			break
		}
		if _, err := dst.Write(p.data); err != nil {
			break
		}
	}
	_, _ = dst.Close(), src.Close()
	for range pieces { // so that the reader ends
	}
}

// perRegion is how many instances a region has.
const perRegion = 2

// A place is a region: instances and a store of their own.
type place struct {
	t         *testing.T
	name      string
	roundTrip time.Duration
	env       []string

	redis     *process
	redisPort int
	addrs     [perRegion]string // of the instances
	urls      [perRegion]string // by which they are reached from far away
	logs      [perRegion]string
	instances [perRegion]*process
}

func (p *place) startRedis() {
	p.redis = start(p.t, "eady to accept connections", nil, "redis-server", "--bind", "127.0.0.1", "--port", fmt.Sprint(p.redisPort), "--save", "", "--appendonly", "no")
}

func (p *place) startInstance(i int) {
	p.instances[i] = startRemote(p.t, p.addrs[i], append([]string{fmt.Sprintf("SERVER_ID=%s-%d", p.name, i+1), "MCP_AUDIT_LOG=" + p.logs[i]}, p.env...)...)
}

// calls counts the calls of whoami that its instances have begun.
func (p *place) calls() (n int) {
	for _, log := range p.logs {
		b, err := os.ReadFile(log)
		if err != nil {
			p.t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			var l struct{ Event, Name string }
			if json.Unmarshal([]byte(line), &l) == nil && l.Event == "begin" && l.Name == "whoami" {
				n++
			}
		}
	}
	return n
}

// newWorld starts three regions, seen from the first.
func newWorld(t *testing.T) []*place {
	t.Helper()
	places := []*place{
		{t: t, name: "us-east-1"},
		{t: t, name: "eu-west-1", roundTrip: 40 * time.Millisecond},
		{t: t, name: "ap-southeast-1", roundTrip: 120 * time.Millisecond},
	}
	var regions []string
	for _, p := range places {
		p.redisPort = freePort(t)
		p.startRedis()
		regions = append(regions, fmt.Sprintf("%s=redis://127.0.0.1:%d", p.name, p.redisPort))
	}
	for _, p := range places {
		p.env = []string{
			"MCP_API_KEYS=e2e:" + clusterKey, "MCP_STATE_KEYS=" + strings.Repeat("k", 32), fmt.Sprintf("MCP_REDIS_URL=redis://127.0.0.1:%d", p.redisPort),
			"MCP_CACHING=1", "MCP_CACHE_REGIONS=" + strings.Join(regions, ","), "MCP_REGION=" + p.name, "MCP_TRUSTED_PROXIES=127.0.0.1", "MCP_MAX_PER_CALLER=-1",
		}
		for i := range p.instances {
			p.addrs[i], p.logs[i] = freeAddr(t), filepath.Join(t.TempDir(), "audit.log")
			p.startInstance(i)
			p.urls[i] = "http://" + far(t, p.addrs[i], p.roundTrip) + "/mcp"
		}
	}
	return places
}

// TestRegions has three regions far from each other.
func TestRegions(t *testing.T) {
	places := newWorld(t)
	t.Run("tokens", func(t *testing.T) { testTokens(t, places) })
	t.Run("failing over", func(t *testing.T) { testFailover(t, places) })
	t.Run("countries", func(t *testing.T) { testCountries(t, places) })
}

// testFailover has a client prefer its region, go on in the next one when it is
// gone, and come back.
func testFailover(t *testing.T, places []*place) {
	t.Helper()
	home, next, last := places[0], places[1], places[2]
	distance := map[string]int{}
	var urls []string
	for i, p := range slices.Backward(places) { // their order does not matter
		for _, url := range p.urls {
			distance[url] = i
			urls = append(urls, url)
		}
	}
	c, err := balance.Dial(t.Context(), urls, &balance.Options{
		Hints: true, Client: *options(), Logger: slog.New(slog.DiscardHandler), Distance: func(url string) int { return distance[url] },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	// call gives the median of how long calls took.
	call := func(n int) time.Duration {
		t.Helper()
		var took []time.Duration
		for range n {
			begin := time.Now()
			if _, err := c.CallTool(t.Context(), "whoami", nil); err != nil {
				t.Fatalf("a call was lost: %v", err)
			}
			took = append(took, time.Since(begin))
		}
		slices.Sort(took)
		return took[n/2]
	}
	before, elsewhere := home.calls(), last.calls()
	near := call(50)
	if n := home.calls() - before; n != 50 {
		t.Errorf("%d of 50 calls stayed in the region", n)
	}
	ctx, stop := context.WithCancel(t.Context())
	var safe tally
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for ctx.Err() == nil {
				_, err := c.CallTool(t.Context(), "whoami", nil)
				safe.note(err, false)
			}
		})
	}
	time.Sleep(200 * time.Millisecond)
	home.redis.end(syscall.SIGKILL)
	for _, in := range home.instances {
		in.end(syscall.SIGKILL)
	}
	time.Sleep(time.Second)
	stop()
	wg.Wait()
	away := call(50)
	t.Logf("three regions: a call takes %v in the region and %v in the next one (40 ms away); %d calls while the region was killed, %d lost",
		near.Round(100*time.Microsecond), away.Round(100*time.Microsecond), safe.calls, safe.lost)
	if safe.lost > 0 {
		t.Errorf("the first failure: %v", safe.firstFailure)
	}
	if away < next.roundTrip || last.calls() != elsewhere {
		t.Errorf("%v a call; %d in the next region, %d in the last", away, next.calls(), last.calls())
	}
	home.startRedis()
	for i := range home.instances {
		home.startInstance(i)
	}
	before = home.calls()
	for begin := time.Now(); home.calls() == before; call(1) {
		if time.Since(begin) > 30*time.Second {
			t.Fatal("the client does not come back to its region")
		}
	}
}

// testTokens begins a session in one region and goes on with it in the others, which
// share keys and nothing else.
func testTokens(t *testing.T, places []*place) {
	t.Helper()
	header := []string{"Content-Type", "application/json", "Authorization", "ApiKey " + clusterKey, "Mcp-Protocol-Version", "2025-11-25"}
	res, text := fetch(t, "POST", places[0].urls[0], `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`, header...)
	id := res.Header.Get("Mcp-Session-Id")
	if res.StatusCode != 200 || !strings.HasPrefix(id, "us-east-1-1.") {
		t.Fatalf("%s %v %s", res.Status, res.Header, text)
	}
	for _, p := range places {
		for _, url := range p.urls {
			res, text := fetch(t, "POST", url, `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"whoami"}}`, append(header, "Mcp-Session-Id", id)...)
			if res.StatusCode != 200 || !strings.Contains(text, `"subject":"e2e"`) {
				t.Errorf("%s: %s %s", p.name, res.Status, text)
			}
			if res, _ := fetch(t, "POST", url, `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"whoami"}}`, append(header, "Mcp-Session-Id", id[:len(id)-1]+string(id[len(id)-1]^1))...); res.StatusCode != 404 {
				t.Errorf("%s, with a changed id: %s", p.name, res.Status)
			}
		}
	}
}

// testCountries reads on an instance in Asia from other countries: from the cache
// of the region that is nearest to them, and from the next one's when that is
// killed.
func testCountries(t *testing.T, places []*place) {
	t.Helper()
	asia := places[2].urls[0]
	read := func(url, country string) (text, how string) {
		t.Helper()
		_, body := readWith(t, url, "docs://almanac", "Authorization", "ApiKey "+clusterKey, "CF-IPCountry", country)
		var a struct {
			Result struct {
				Contents []struct{ Text string }
				Meta     struct {
					Region struct {
						Country, Region, Cache string
						Hops                   int
					} `json:"io.github.mcpgen/region"`
				} `json:"_meta"`
			}
		}
		if err := json.Unmarshal([]byte(body), &a); err != nil || len(a.Result.Contents) != 1 {
			t.Fatalf("answer %s: %v", body, err)
		}
		r := a.Result.Meta.Region
		return a.Result.Contents[0].Text, fmt.Sprint(r.Country, " ", r.Region, " ", r.Cache, " ", r.Hops)
	}
	expect := func(url, country, wantText, want string) string {
		t.Helper()
		text, how := read(url, country)
		if how != country+" "+want || wantText != "" && text != wantText {
			t.Errorf("%s, %s; want %s", text, how, want)
		}
		return text
	}
	first := expect(asia, "DE", "", "eu-west-1 miss 1")
	expect(asia, "DE", first, "eu-west-1 hit 1")
	expect(asia, "FR", first, "eu-west-1 hit 1")
	expect(asia, "US", first, "us-east-1 miss 1")
	expect(places[1].urls[0], "DE", first, "eu-west-1 hit 0") // an instance there has it without having made it
	if _, how := read(places[1].urls[1], "XX"); how != "US us-east-1 hit 1" {
		t.Error(how)
	}
	// A change in America reaches all of them.
	if _, text := fetch(t, "POST", places[0].urls[0], `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"touch","arguments":{},`+modernMeta+`}}`,
		"Content-Type", "application/json", "Authorization", "ApiKey "+clusterKey, "Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "touch"); !strings.Contains(text, `"result"`) {
		t.Fatal(text)
	}
	for _, p := range places {
		for _, url := range p.urls {
			for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
				if text, how := read(url, "DE"); text != first {
					break
				} else if time.Since(begin) > 5*time.Second {
					t.Fatalf("%s still gives what was before the change: %s", p.name, how)
				}
			}
		}
	}
	// What is made within two seconds of a change does not count for others yet.
	for begin := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		if _, how := read(asia, "US"); how == "US us-east-1 hit 1" {
			if _, how = read(asia, "DE"); how == "DE eu-west-1 hit 1" {
				break
			}
		}
		if time.Since(begin) > 10*time.Second {
			t.Fatal("nothing is kept after the change")
		}
	}
	places[1].redis.end(syscall.SIGKILL)
	expect(asia, "DE", "", "us-east-1 hit 2")
	expect(asia, "DE", "", "us-east-1 hit 1") // which is left alone for a while
	places[0].redis.end(syscall.SIGKILL)
	if text, how := read(asia, "DE"); !strings.HasPrefix(how, "DE us-east-1 down") || text == "" {
		t.Errorf("%s, %s", text, how)
	}
}
