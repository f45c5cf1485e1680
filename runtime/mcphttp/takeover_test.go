package mcphttp_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

const ping = `{"jsonrpc":"2.0","id":1,"method":"ping"}`

func secrets(b ...byte) (keys [][]byte) {
	for _, b := range b {
		keys = append(keys, bytes.Repeat([]byte{b}, 32))
	}
	return keys
}

// byHeader takes the caller from a header.
func byHeader(r *http.Request) *mcp.Principal {
	if u := r.Header.Get("X-User"); u != "" {
		return &mcp.Principal{Subject: u}
	}
	return nil
}

// TestSessionIDs looks at ids, and changes each byte of one.
func TestSessionIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{Instance: "pod 1.a\x80" + strings.Repeat("x", 100)})
	big := strings.Repeat("n", 5000)
	bodies := []string{
		fmt.Sprintf(initBody, "2025-11-25"),
		strings.Replace(fmt.Sprintf(initBody, "2025-11-25"), `"name":"t"`, `"name":"`+big+`"`, 1),
		strings.Replace(fmt.Sprintf(initBody, "2025-11-25"), `"capabilities":{}`, `"capabilities":{"roots":{},"experimental":{"x":{"y":"`+big+`"}}}`, 1),
	}
	seen := map[string]bool{}
	for _, body := range slices.Concat(bodies, bodies) {
		id := w.do("POST", body).header.Get("Mcp-Session-Id")
		if !strings.HasPrefix(id, "pod-1.a-x") || len(id) > 1024 || strings.ContainsFunc(id, func(r rune) bool { return r < 0x21 || r > 0x7e }) {
			t.Errorf("%d bytes: %q", len(id), id)
		}
		if seen[id] {
			t.Errorf("%q was given twice", id)
		}
		seen[id] = true
	}
	id := w.begin("2025-11-25")[1]
	other := newInstance(t, nil, nil)
	for i := range id {
		bad := []byte(id)
		if bad[i] ^= 1; bad[i] < 0x21 {
			continue
		}
		for _, e := range []*mcphttp.Endpoint{w.e, other.e} {
			if r := direct(e, ping, string(bad)); r.Code != 404 {
				t.Errorf("byte %d changed: %d", i, r.Code)
			}
		}
	}
	for _, bad := range []string{"x", ".", id + "A", id[1:], id[:len(id)-1], id + "." + id, strings.Repeat("A", 5000)} {
		if r := direct(w.e, ping, bad); r.Code != 404 {
			t.Errorf("%q: %d", bad, r.Code)
		}
	}
}

// TestTakeover ends an instance and goes on with its sessions on another one.
func TestTakeover(t *testing.T) {
	t.Parallel()
	keys := secrets(1)
	for _, rev := range legacy {
		a := newInstance(t, &mcphttp.Options{Instance: "a"}, keys)
		b := newInstance(t, &mcphttp.Options{Instance: "b"}, secrets(2, 1))
		h := a.ready(rev)
		if err := a.e.Close(); err != nil {
			t.Fatal(err)
		}
		a.srv.Close()
		if r := b.do("POST", legacyCall(1, "client", `{}`, ""), h...); r.status != 200 || parse(t, r.body).text() != "t "+rev {
			t.Fatalf("%s: %d %s", rev, r.status, r.body)
		}
		// It can be asked what the client can do, and is told of changes.
		ev := readEvents(t, b.open(t.Context(), "POST", legacyCall(2, "roots", `{}`, ""), h...))
		if rev == "2025-11-25" {
			ev.next()
		}
		_, q := ev.next()
		b.answerTo(q, h)
		if _, a := ev.next(); a.text() != "file:///home" {
			t.Errorf("%s: answer %+v", rev, a)
		}
		ev.end()
		standing := readEvents(t, b.open(t.Context(), "GET", "", h...))
		if rev == "2025-11-25" {
			standing.next()
		}
		b.s.ToolsChanged()
		if _, n := standing.next(); n.Method != "notifications/tools/list_changed" {
			t.Errorf("%s: told %+v", rev, n)
		}
		batch := b.do("POST", `[`+ping+`]`, h...)
		if want := map[bool]int{true: 200, false: 400}[rev == "2025-03-26"]; batch.status != want {
			t.Errorf("%s: batch %d", rev, batch.status)
		}
		// Ended here, it stays so.
		if r := b.do("DELETE", "", h...); r.status != 204 {
			t.Errorf("DELETE: %d %s", r.status, r.body)
		}
		for _, method := range []string{"POST", "GET", "DELETE"} {
			if r := b.do(method, ping, h...); r.status != 404 {
				t.Errorf("%s after DELETE: %d %s", method, r.status, r.body)
			}
		}
	}
}

// TestNoTakeover sends ids to instances that must not go on with the session.
func TestNoTakeover(t *testing.T) {
	t.Parallel()
	a := newInstance(t, &mcphttp.Options{Principal: byHeader, Instance: "a"}, secrets(1))
	r := a.do("POST", fmt.Sprintf(initBody, "2025-11-25"), "X-User", "ann")
	id := r.header.Get("Mcp-Session-Id")
	renamed := "b" + strings.TrimPrefix(id, "a")
	for name, tt := range map[string]struct {
		o        mcphttp.Options
		keys     [][]byte
		id, user string
		want     int
	}{
		"fine":             {mcphttp.Options{}, secrets(1), id, "ann", 200},
		"somebody else":    {mcphttp.Options{}, secrets(1), id, "bob", 404},
		"nobody":           {mcphttp.Options{}, secrets(1), id, "", 404},
		"another secret":   {mcphttp.Options{}, secrets(2), id, "ann", 404},
		"no secret":        {mcphttp.Options{}, nil, id, "ann", 404},
		"switched off":     {mcphttp.Options{SessionTakeover: -1}, secrets(1), id, "ann", 404},
		"another instance": {mcphttp.Options{Instance: "b"}, secrets(1), renamed, "ann", 404},
		"same name":        {mcphttp.Options{Instance: "a"}, secrets(1), id, "ann", 200},
	} {
		tt.o.Principal = byHeader
		b := newInstance(t, &tt.o, tt.keys)
		for _, method := range []string{"POST", "DELETE"} {
			want := tt.want
			if want == 200 && method == "DELETE" {
				want = 204
			}
			if r := b.do(method, ping, "Mcp-Session-Id", tt.id, "MCP-Protocol-Version", "2025-11-25", "X-User", tt.user); r.status != want {
				t.Errorf("%s: %s %d %s", name, method, r.status, r.body)
			}
		}
		if n := b.e.Sessions(); n != 0 {
			t.Errorf("%s: %d sessions are left", name, n)
		}
	}
}

// TestTakeoverIsBounded waits for too long, lets a session go idle on the
// instance that took it over, and leaves it no room.
func TestTakeoverIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		instance := func(o mcphttp.Options) *mcphttp.Endpoint {
			o.Heartbeat = -1
			return mcphttp.New(mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, &mcp.Options{StateKeys: secrets(1)}), &o)
		}
		a, b := instance(mcphttp.Options{}), instance(mcphttp.Options{SessionIdle: time.Minute, MaxSessions: 1})
		defer b.Close()
		begin := func() string {
			return direct(a, fmt.Sprintf(initBody, "2025-11-25"), "").Header().Get("Mcp-Session-Id")
		}
		idle, old := begin(), begin()
		if got := direct(b, ping, idle).Code; got != 200 {
			t.Errorf("taken over: %d", got)
		}
		time.Sleep(2 * time.Minute)
		if got := direct(b, ping, idle).Code; got != 404 {
			t.Errorf("idle: %d", got)
		}
		time.Sleep(24 * time.Hour)
		if got := direct(b, ping, old).Code; got != 404 {
			t.Errorf("too old: %d", got)
		}
		first, second := begin(), begin()
		for _, id := range []string{first, second} {
			if got := direct(b, ping, id).Code; got != 200 {
				t.Errorf("within the bound: %d", got)
			}
		}
		if got := direct(b, ping, first).Code; got != 404 {
			t.Errorf("beyond the bound: %d", got)
		}
		a.Close()
	})
}

// TestNoRoomToTakeOver has every place taken by a session in use.
func TestNoRoomToTakeOver(t *testing.T) {
	t.Parallel()
	a := newInstance(t, nil, secrets(1))
	b := newInstance(t, &mcphttp.Options{MaxSessions: 1}, secrets(1))
	h := b.begin("2025-11-25")
	done := make(chan reply)
	go func() { done <- b.do("POST", legacyCall(1, "hold", `{}`, ""), h...) }()
	<-b.held
	if r := b.do("POST", ping, a.begin("2025-11-25")...); r.status != 503 || r.header.Get("Retry-After") == "" {
		t.Errorf("%d %v", r.status, r.header)
	}
	close(b.release)
	<-done
}

// TestTakeoverOnce has many requests of one session come at the same time.
func TestTakeoverOnce(t *testing.T) {
	t.Parallel()
	a, b := newInstance(t, nil, secrets(1)), newInstance(t, nil, secrets(1))
	h := a.begin("2025-11-25")
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if r := direct(b.e, ping, h[1]); r.Code != 200 {
				t.Errorf("%d %s", r.Code, r.Body)
			}
		})
	}
	all.Wait()
	if n := b.e.Sessions(); n != 1 {
		t.Errorf("%d sessions", n)
	}
}

// TestResumeElsewhere loses the response to a call together with its instance.
// What was recorded is found by the next one, and its own streams have other
// numbers.
func TestResumeElsewhere(t *testing.T) {
	t.Parallel()
	events := mcphttp.NewMemoryEvents(1 << 20)
	a := newInstance(t, &mcphttp.Options{Events: events}, secrets(1))
	b := newInstance(t, &mcphttp.Options{Events: events}, secrets(1))
	h := a.begin("2025-11-25")
	call := func(w *world, text string) string {
		ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "steps", `{"text":"`+text+`","n":1}`, `"progressToken":1`), h...))
		prime, _ := ev.next()
		ev.next()
		ev.next()
		ev.end()
		return prime.ID
	}
	first := call(a, "one")
	second := call(b, "two")
	if first == second {
		t.Fatalf("two streams of a session have the id %q", first)
	}
	for last, text := range map[string]string{first: "one", second: "two"} {
		ev := readEvents(t, b.open(t.Context(), "GET", "", append(h, "Last-Event-ID", last)...))
		ev.next()
		if _, a := ev.next(); a.text() != "done "+text {
			t.Errorf("after %s: %+v", last, a)
		}
		ev.end()
	}
}

// TestEndedIsBounded forgets ended sessions without bringing them back.
func TestEndedIsBounded(t *testing.T) {
	t.Parallel()
	begun := []int64{5, 1, 9, 3, 7}
	for _, tt := range []struct {
		limit int
		ask   int64
		want  bool
	}{{5, 1, false}, {4, 5, true}, {4, 4, true}, {4, 6, false}} {
		if got := mcphttp.Ended(tt.limit, begun, tt.ask); got != tt.want {
			t.Errorf("of %d, begun at %d: %v", tt.limit, tt.ask, got)
		}
	}
}

// ends is an EndedStore of several instances.
type ends struct {
	mu     sync.Mutex
	ended  map[string]time.Duration
	broken bool
}

func (e *ends) End(_ context.Context, session string, ttl time.Duration) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.broken {
		return errBroken
	}
	e.ended[session] = ttl
	return nil
}

func (e *ends) Ended(_ context.Context, session string) (bool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.broken {
		return true, errBroken
	}
	_, ok := e.ended[session]
	return ok, nil
}

// TestEndedForAll ends a session on the instance that began it, and on one that
// took it over; a third one knows. A store that does not answer ends nothing.
func TestEndedForAll(t *testing.T) {
	t.Parallel()
	store := &ends{ended: map[string]time.Duration{}}
	var all [3]*world
	for i := range all {
		all[i] = newInstance(t, &mcphttp.Options{Ended: store}, secrets(1))
	}
	for _, by := range all[:2] {
		h := all[0].begin("2025-11-25")
		if r := by.do("DELETE", "", h...); r.status != 204 {
			t.Errorf("DELETE: %d %s", r.status, r.body)
		}
		if r := all[2].do("POST", ping, h...); r.status != 404 {
			t.Errorf("after DELETE: %d %s", r.status, r.body)
		}
		for session, ttl := range store.ended {
			if strings.Contains(h[1], session) || ttl > 24*time.Hour || ttl < 23*time.Hour {
				t.Errorf("%s is kept for %v", session, ttl)
			}
		}
	}
	store.broken = true
	h := all[0].begin("2025-11-25")
	if r := all[2].do("POST", ping, h...); r.status != 200 {
		t.Errorf("without the store: %d %s", r.status, r.body)
	}
	if r := all[2].do("DELETE", "", h...); r.status != 204 {
		t.Errorf("DELETE without the store: %d %s", r.status, r.body)
	}
	if r := all[2].do("POST", ping, h...); r.status != 404 {
		t.Errorf("after DELETE without the store: %d %s", r.status, r.body)
	}
}
