//go:build e2e

package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/store"
	"github.com/mcpgen/mcpgen/runtime/store/redis"
)

var replayed = flag.Int("replayed", 2000, "how many changes are published while instances are killed")

const (
	ticks   = 100 // resources that a session subscribes to
	readers = 5   // sessions
)

// A reader is a client of an earlier revision as simple as can be: it knows its
// session and the id of the last event.
type reader struct {
	c           *cluster
	client      *http.Client
	session     string
	last        string
	next        int // the number that the next event should have
	gaps, twice int
	reconnects  int
	opened      chan struct{} // closed when the first stream is
	addresses   chan string   // where to POST to, of the transport of 2024-11-05; nil: the other one
}

// newSSEReader is a reader of the transport of 2024-11-05. Its session begins with
// its stream.
func newSSEReader(t *testing.T, c *cluster) *reader {
	t.Helper()
	r := &reader{c: c, client: &http.Client{Transport: &http.Transport{}}, opened: make(chan struct{}), addresses: make(chan string, 100)}
	t.Cleanup(r.client.CloseIdleConnections)
	return r
}

func newReader(t *testing.T, c *cluster) *reader {
	t.Helper()
	r := &reader{c: c, client: &http.Client{Transport: &http.Transport{}}, opened: make(chan struct{})}
	t.Cleanup(r.client.CloseIdleConnections)
	res, body := r.post(t, `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"reader","version":"1"}}}`)
	if r.session = res.Header.Get("Mcp-Session-Id"); r.session == "" {
		t.Fatalf("%s %s", res.Status, body)
	}
	r.post(t, `{"jsonrpc":"2.0","method":"notifications/initialized"}`)
	return r
}

func (r *reader) request(method, body string) *http.Request {
	path := "/mcp"
	if r.addresses != nil {
		path = "/mcp/events"
		if method == "POST" {
			path = r.session
		}
	}
	req, _ := http.NewRequest(method, r.c.url+path, strings.NewReader(body))
	req.Header.Set("Authorization", "ApiKey "+clusterKey)
	req.Header.Set("Accept", "application/json, text/event-stream")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.session != "" && r.addresses == nil {
		req.Header.Set("Mcp-Session-Id", r.session)
		req.Header.Set("Mcp-Protocol-Version", "2025-11-25")
	}
	return req
}

func (r *reader) post(t *testing.T, body string) (*http.Response, string) {
	t.Helper()
	res, err := r.client.Do(r.request("POST", body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode/100 != 2 || strings.Contains(string(answer), `"error"`) {
		t.Fatalf("%s %s %v", res.Status, answer, err)
	}
	return res, string(answer)
}

// subscribe asks for the changes of all ticks.
func (r *reader) subscribe(t *testing.T) {
	t.Helper()
	for i := range ticks {
		r.post(t, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"resources/subscribe","params":{"uri":"ticks://%d"}}`, i+2, i))
	}
}

// open begins the stream, or takes it up after the last event.
func (r *reader) open(ctx context.Context) (*http.Response, error) {
	req := r.request("GET", "").WithContext(ctx)
	req.Header.Set("Accept", "text/event-stream")
	if r.last != "" {
		req.Header.Set("Last-Event-ID", r.last)
	}
	return r.client.Do(req)
}

// read follows the stream over all its connections until want events have come.
func (r *reader) read(ctx context.Context, want int) error {
	for ctx.Err() == nil {
		res, err := r.open(ctx)
		if err == nil && res.StatusCode != http.StatusOK {
			_ = res.Body.Close()
			err = errors.New(res.Status)
		}
		if err != nil {
			return fmt.Errorf("after %q: %w", r.last, err)
		}
		if r.reconnects == 0 {
			close(r.opened)
		}
		done := r.events(res.Body, want)
		_ = res.Body.Close()
		if done {
			return nil
		}
		r.reconnects++
	}
	return ctx.Err()
}

// events takes what comes over one connection. It reports whether all has come.
func (r *reader) events(body io.Reader, want int) bool {
	var rest []byte
	buf := make([]byte, 64<<10)
	for {
		n, err := body.Read(buf)
		rest = append(rest, buf[:n]...)
		for {
			event, after, whole := bytes.Cut(rest, []byte("\n\n"))
			if !whole {
				break
			}
			r.take(string(event))
			rest = after
			if r.next >= want {
				return true
			}
		}
		if err != nil {
			return false
		}
	}
}

// take reads one event.
func (r *reader) take(event string) {
	for line := range strings.SplitSeq(event, "\n") {
		if id, ok := strings.CutPrefix(line, "id: "); ok {
			r.last = id
		}
		if address, ok := strings.CutPrefix(line, "data: /mcp/messages"); ok && r.addresses != nil {
			r.addresses <- "/mcp/messages" + address
		}
		_, number, ok := strings.Cut(line, "ticks://")
		if !ok {
			continue
		}
		var n int
		if _, err := fmt.Sscanf(number, "%d", &n); err != nil {
			continue
		}
		switch ahead := (n - r.next%ticks + ticks) % ticks; {
		case ahead == 0:
			r.next++
		case ahead < ticks/2:
			r.gaps += ahead
			r.next += ahead + 1
		default:
			r.twice++
		}
	}
}

// TestChaosReplay publishes changes while instances are killed: every session of an
// earlier revision hears of each of them once, in order.
func TestChaosReplay(t *testing.T) {
	c := newCluster(t)
	st, err := redis.Open(fmt.Sprintf("redis://127.0.0.1:%d", c.redisPort), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var all []*reader
	var wg sync.WaitGroup
	for range readers {
		r := newReader(t, c)
		r.subscribe(t)
		all = append(all, r)
		wg.Go(func() {
			if err := r.read(ctx, *replayed); err != nil {
				t.Error(err)
			}
		})
	}
	for range readers {
		r := newSSEReader(t, c)
		all = append(all, r)
		wg.Go(func() {
			if err := r.read(ctx, *replayed); err != nil {
				t.Error(err)
			}
		})
		r.session = <-r.addresses
		r.post(t, `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{"name":"reader","version":"1"}}}`)
		r.subscribe(t)
	}
	for _, r := range all {
		<-r.opened
	}
	var published atomic.Int64
	wg.Go(func() {
		for n := range *replayed {
			for st.Publish(ctx, store.Change{Kind: mcp.KindContents, URI: fmt.Sprintf("ticks://%d", n%ticks), From: "test"}) != nil {
				t.Error("a change could not be published")
				return
			}
			published.Add(1)
			time.Sleep(time.Millisecond)
		}
	})
	kills := 0
	for ; kills < 6; kills++ {
		for published.Load() < int64(*replayed*(kills+1)/8) && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		c.instances[kills%3].end(syscall.SIGKILL)
		c.startInstance(kills % 3)
	}
	wg.Wait()
	gaps, twice, reconnects := 0, 0, 0
	for _, r := range all {
		gaps, twice, reconnects = gaps+r.gaps, twice+r.twice, reconnects+r.reconnects
	}
	t.Logf("%d changes to each of %d sessions of 2025-11-25 and %d streams of 2024-11-05 through nginx, %d kills of instances: %d gaps, %d duplicates, %d reconnects", published.Load(), readers, readers, kills, gaps, twice, reconnects)
	if gaps > 0 || twice > 0 || reconnects < kills {
		t.Errorf("%d gaps, %d duplicates, %d reconnects", gaps, twice, reconnects)
	}
}

// TestReplayGap has more changes than are kept: the stream is refused, and nothing
// of it is served.
func TestReplayGap(t *testing.T) {
	c := newCluster(t)
	st, err := redis.Open(fmt.Sprintf("redis://127.0.0.1:%d", c.redisPort), &redis.Options{MaxChanges: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	r := newReader(t, c)
	r.subscribe(t)
	ctx, cancel := context.WithCancel(t.Context())
	res, err := r.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	publish := func(n int) {
		for i := range n {
			if err := st.Publish(t.Context(), store.Change{Kind: mcp.KindContents, URI: fmt.Sprintf("ticks://%d", i%ticks), From: "test"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	publish(10)
	if !r.events(res.Body, 10) || r.gaps+r.twice > 0 {
		t.Fatalf("%+v", r)
	}
	cancel()
	_ = res.Body.Close()
	publish(1000)
	res, err = r.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	var answer struct{ Error struct{ Message string } }
	if res.StatusCode != http.StatusGone || json.Unmarshal(body, &answer) != nil || answer.Error.Message != "events after this id are no longer kept" {
		t.Errorf("%s %s", res.Status, body)
	}
}

// TestSessionState kills the instance of a session: the next one knows the level of
// its log, and its subscriptions.
func TestSessionState(t *testing.T) {
	c := newCluster(t)
	r := newReader(t, c)
	r.post(t, `{"jsonrpc":"2.0","id":2,"method":"logging/setLevel","params":{"level":"info"}}`)
	r.post(t, `{"jsonrpc":"2.0","id":3,"method":"resources/subscribe","params":{"uri":"ticks://7"}}`)
	speak := `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"speak","arguments":{"text":"heard"}}}`
	if _, answer := r.post(t, speak); !strings.Contains(answer, `"data":"heard"`) {
		t.Fatalf("before: %s", answer)
	}
	var at int
	if _, err := fmt.Sscanf(r.session, "server-%d.", &at); err != nil {
		t.Fatal(err)
	}
	c.instances[at-1].end(syscall.SIGKILL)
	if _, answer := r.post(t, speak); !strings.Contains(answer, `"data":"heard"`) {
		t.Errorf("the level is lost: %s", answer)
	}
	res, err := r.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	// The stream is a new one: it begins with what may have been missed.
	var seen strings.Builder
	for buf := make([]byte, 4096); !strings.Contains(seen.String(), "ticks://7"); {
		n, err := res.Body.Read(buf)
		seen.Write(buf[:n])
		if err != nil {
			t.Fatalf("%v after %s", err, seen.String())
		}
	}
	if !strings.Contains(seen.String(), "tools/list_changed") {
		t.Errorf("%s", seen.String())
	}
}
