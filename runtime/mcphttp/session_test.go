package mcphttp_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

var legacy = []string{"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}

// TestSession walks one session of each revision from its beginning to its end.
func TestSession(t *testing.T) {
	t.Parallel()
	for _, rev := range legacy {
		t.Run(rev, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			h := w.begin(rev)
			id := h[1]
			if len(id) < 22 || strings.ContainsFunc(id, func(r rune) bool { return r < 0x21 || r > 0x7e }) {
				t.Errorf("session id %q", id)
			}
			r := w.do("POST", legacyCall(1, "echo", `{"text":"hi"}`, ""), h...)
			if r.status != 200 || parse(t, r.body).text() != "hi" || r.header.Get("Content-Type") != "application/json" {
				t.Errorf("call: %d %s", r.status, r.body)
			}
			// The header may be missing, or name another revision of this era.
			for _, version := range []string{"", "2025-03-26", "2025-06-18"} {
				if r := w.do("POST", `{"jsonrpc":"2.0","id":2,"method":"ping"}`, append(h, "MCP-Protocol-Version", version)...); r.status != 200 || r.body != `{"jsonrpc":"2.0","id":2,"result":{}}` {
					t.Errorf("ping with version %q: %d %s", version, r.status, r.body)
				}
			}
			if r := w.do("POST", `{"jsonrpc":"2.0","id":2,"method":"ping"}`, append(h, "MCP-Protocol-Version", "v9")...); r.status != 400 {
				t.Errorf("version v9: %d %s", r.status, r.body)
			}
			if r := w.do("POST", `{"jsonrpc":"2.0","id":3,"method":"nope"}`, h...); r.status != 200 || parse(t, r.body).code() != -32601 {
				t.Errorf("unknown method: %d %s", r.status, r.body)
			}
			if r := w.do("POST", `{"jsonrpc":"2.0","id":9,"result":{}}`, h...); r.status != 202 || r.body != "" {
				t.Errorf("response: %d %s", r.status, r.body)
			}
			if r := w.do("POST", `{`, h...); r.status != 400 || parse(t, r.body).code() != -32700 {
				t.Errorf("no JSON: %d %s", r.status, r.body)
			}
			if r := w.do("DELETE", "", h...); r.status != 204 || r.body != "" {
				t.Errorf("DELETE: %d %s", r.status, r.body)
			}
			for _, r := range []reply{
				w.do("POST", `{"jsonrpc":"2.0","id":4,"method":"tools/list"}`, h...), w.do("DELETE", "", h...), w.do("GET", "", h...),
			} {
				if r.status != 404 {
					t.Errorf("after DELETE: %d %s", r.status, r.body)
				}
			}
		})
	}
}

func TestInitialize(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, header := range [][]string{
		nil, {"MCP-Protocol-Version", "2025-11-25"}, {"MCP-Protocol-Version", "2025-03-26"}, {"MCP-Protocol-Version", "2024-10-07"},
		{"Mcp-Session-Id", "from-another-life"}, {"Accept", "application/json"}, {"Accept", "text/event-stream"},
	} {
		if r := w.do("POST", fmt.Sprintf(initBody, "2025-11-25"), header...); r.status != 200 || len(r.header["Mcp-Session-Id"]) != 1 || r.header.Get("Mcp-Session-Id") == "from-another-life" {
			t.Errorf("with %v: %d %v %s", header, r.status, r.header, r.body)
		}
	}
	if r := w.do("POST", `{"jsonrpc":"2.0","id":1,"method":"initialize"}`); r.status != 200 || parse(t, r.body).code() != -32602 || r.header.Get("Mcp-Session-Id") != "" {
		t.Errorf("without params: %d %v %s", r.status, r.header, r.body)
	}
	if r := w.do("POST", fmt.Sprintf(initBody, "2026-07-28")); !strings.Contains(r.body, `"protocolVersion":"2025-11-25"`) {
		t.Errorf("a revision without initialize: %s", r.body)
	}
	if r := w.do("POST", fmt.Sprintf(initBody, "2025-11-25"), "MCP-Protocol-Version", "2026-07-28"); r.status != 400 || parse(t, r.body).code() != -32602 {
		t.Errorf("header of the stateless era: %d %s", r.status, r.body)
	}
	// A session is initialized once.
	h := w.begin("2025-11-25")
	first := w.do("POST", fmt.Sprintf(initBody, "2025-11-25"), h...)
	if id := first.header.Get("Mcp-Session-Id"); id == "" || id == h[1] {
		t.Errorf("initialize in a session gave the session %q", id)
	}
}

// TestErasSideBySide sends requests of the stateless era with a session id, and
// the other way round.
func TestErasSideBySide(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-11-25")
	body, head := modernCall(7, "echo", `{"text":"hi"}`, "")
	if r := w.do("POST", body, append(head, "Mcp-Session-Id", h[1])...); r.status != 200 || !strings.Contains(r.body, "resultType") || r.header.Get("Mcp-Session-Id") != "" {
		t.Errorf("stateless call with a session id: %d %v %s", r.status, r.header, r.body)
	}
	if r := w.do("POST", legacyCall(8, "echo", `{"text":"hi"}`, ""), h...); r.status != 200 || strings.Contains(r.body, "resultType") {
		t.Errorf("call in the session: %d %s", r.status, r.body)
	}
	if r := w.do("POST", legacyCall(8, "echo", `{"text":"hi"}`, ""), "Mcp-Session-Id", h[1], "MCP-Protocol-Version", "2026-07-28"); r.status != 400 || parse(t, r.body).code() != -32602 {
		t.Errorf("call without _meta, by its header of the stateless era: %d %s", r.status, r.body)
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	batch := `[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"},` + legacyCall(2, "echo", `{"text":"hi"}`, "") + `]`
	h := w.begin("2025-03-26")
	r := w.do("POST", batch, h...)
	if r.status != 200 || !strings.HasPrefix(r.body, `[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":2,`) {
		t.Errorf("batch: %d %s", r.status, r.body)
	}
	for _, body := range []string{`[{"jsonrpc":"2.0","method":"notifications/x"}]`, `[{"jsonrpc":"2.0","id":1,"result":{}}]`} {
		if r := w.do("POST", body, h...); r.status != 202 || r.body != "" {
			t.Errorf("%s: %d %s", body, r.status, r.body)
		}
	}
	if r := w.do("POST", `[]`, h...); r.status != 400 || parse(t, r.body).code() != -32600 {
		t.Errorf("empty batch: %d %s", r.status, r.body)
	}
	for _, rev := range []string{"2024-11-05", "2025-06-18", "2025-11-25"} {
		if r := w.do("POST", batch, w.begin(rev)...); r.status != 400 || parse(t, r.body).code() != -32600 {
			t.Errorf("batch in %s: %d %s", rev, r.status, r.body)
		}
	}
}

// TestStateless serves the earlier revisions without sessions.
func TestStateless(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{Stateless: true})
	r := w.do("POST", fmt.Sprintf(initBody, "2025-06-18"))
	if r.status != 200 || r.header.Get("Mcp-Session-Id") != "" || !strings.Contains(r.body, `"2025-06-18"`) {
		t.Errorf("initialize: %d %v %s", r.status, r.header, r.body)
	}
	for _, h := range [][]string{nil, {"MCP-Protocol-Version", "2025-03-26"}, {"MCP-Protocol-Version", "2025-11-25", "Mcp-Session-Id", "any"}} {
		if r := w.do("POST", legacyCall(1, "echo", `{"text":"hi"}`, ""), h...); r.status != 200 || parse(t, r.body).text() != "hi" {
			t.Errorf("%v: %d %s", h, r.status, r.body)
		}
	}
	steps := w.open(t.Context(), "POST", legacyCall(1, "steps", `{"text":"s","n":2}`, `"progressToken":1`), "MCP-Protocol-Version", "2025-11-25")
	ev := readEvents(t, steps)
	for i := range 2 {
		if e, a := ev.next(); a.Params.Progress != float64(i+1) || e.HasID {
			t.Errorf("event %+v", e)
		}
	}
	ev.next()
	ev.end()
	batch := `[{"jsonrpc":"2.0","id":1,"method":"ping"}]`
	if r := w.do("POST", batch); r.status != 200 || r.body != `[{"jsonrpc":"2.0","id":1,"result":{}}]` {
		t.Errorf("batch: %d %s", r.status, r.body)
	}
	if r := w.do("POST", batch, "MCP-Protocol-Version", "2025-06-18"); r.status != 400 {
		t.Errorf("batch in 2025-06-18: %d %s", r.status, r.body)
	}
	for _, method := range []string{"GET", "DELETE"} {
		if r := w.do(method, "", "MCP-Protocol-Version", "2025-11-25", "Mcp-Session-Id", "any"); r.status != 405 || r.header.Get("Allow") != "POST" {
			t.Errorf("%s: %d %v", method, r.status, r.header)
		}
	}
	// Two clients with the same request id do not meet.
	done := make(chan reply)
	go func() {
		done <- w.do("POST", legacyCall(1, "hold", `{"text":"a"}`, ""), "MCP-Protocol-Version", "2025-11-25")
	}()
	<-w.held
	w.do("POST", `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`, "MCP-Protocol-Version", "2025-11-25")
	if r := w.do("POST", legacyCall(1, "echo", `{"text":"hi"}`, ""), "MCP-Protocol-Version", "2025-11-25"); r.status != 200 || parse(t, r.body).text() != "hi" {
		t.Errorf("same id: %d %s", r.status, r.body)
	}
	close(w.release)
	if r := <-done; parse(t, r.body).text() != "released" {
		t.Errorf("the held call: %s", r.body)
	}
}

// TestSessionsBelongToTheirPrincipal uses a session as somebody else.
func TestSessionsBelongToTheirPrincipal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{Principal: func(r *http.Request) *mcp.Principal {
		if u := r.Header.Get("X-User"); u != "" {
			return &mcp.Principal{Subject: u}
		}
		return nil
	}})
	r := w.do("POST", fmt.Sprintf(initBody, "2025-11-25"), "X-User", "ann")
	id := r.header.Get("Mcp-Session-Id")
	h := []string{"Mcp-Session-Id", id, "MCP-Protocol-Version", "2025-11-25"}
	for _, user := range []string{"bob", ""} {
		for _, method := range []string{"POST", "GET", "DELETE"} {
			if r := w.do(method, `{"jsonrpc":"2.0","id":1,"method":"ping"}`, append(h, "X-User", user)...); r.status != 404 {
				t.Errorf("%s as %q: %d %s", method, user, r.status, r.body)
			}
		}
	}
	if r := w.do("POST", `{"jsonrpc":"2.0","id":1,"method":"ping"}`, append(h, "X-User", "ann")...); r.status != 200 {
		t.Errorf("as ann: %d %s", r.status, r.body)
	}
}

// TestIdleSessionsEnd has a session that is not used, one that is, and one with
// nothing but an open stream.
func TestIdleSessionsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, nil)
		e := mcphttp.New(s, &mcphttp.Options{SessionIdle: 10 * time.Minute, Heartbeat: -1})
		defer e.Close()
		begin := func() string {
			return direct(e, fmt.Sprintf(initBody, "2025-11-25"), "").Header().Get("Mcp-Session-Id")
		}
		ping := func(id string) int {
			return direct(e, `{"jsonrpc":"2.0","id":1,"method":"ping"}`, id).Code
		}
		unused, used, streaming := begin(), begin(), begin()
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan struct{})
		go func() {
			defer close(left)
			r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
			r.Header.Set("Mcp-Session-Id", streaming)
			r.Header.Set("Mcp-Protocol-Version", "2025-11-25")
			e.ServeHTTP(httptest.NewRecorder(), r)
		}()
		for range 5 {
			time.Sleep(5 * time.Minute)
			if got := ping(used); got != 200 {
				t.Errorf("the used session: %d", got)
			}
		}
		if a, b := ping(unused), ping(streaming); a != 404 || b != 200 {
			t.Errorf("unused: %d, want 404; with an open stream: %d, want 200", a, b)
		}
		cancel()
		<-left
		time.Sleep(12 * time.Minute)
		if a, b := ping(used), ping(streaming); a != 404 || b != 404 {
			t.Errorf("after all went idle: %d and %d, want 404", a, b)
		}
		// With no session left there is no timer either: synctest would wait for it.
	})
}

// direct POSTs to a handler without a network.
func direct(h http.Handler, body, session string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if session != "" {
		r.Header.Set("Mcp-Session-Id", session)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// TestSessionsAreBounded opens more sessions than there may be: those that were
// used last stay, and those in use always do.
func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{MaxSessions: 8})
	busy := w.begin("2025-11-25")
	done := make(chan reply)
	go func() { done <- w.do("POST", legacyCall(1, "hold", `{}`, ""), busy...) }()
	<-w.held
	first := w.begin("2025-11-25")
	var last []string
	for range 20 {
		last = w.begin("2025-11-25")
	}
	status := func(h []string) int {
		return w.do("POST", `{"jsonrpc":"2.0","id":2,"method":"ping"}`, h...).status
	}
	if a, b, c := status(first), status(last), status(busy); a != 404 || b != 200 || c != 200 {
		t.Errorf("first %d, last %d, busy %d", a, b, c)
	}
	close(w.release)
	if r := <-done; r.status != 200 {
		t.Errorf("the call of the busy session: %d %s", r.status, r.body)
	}
}

// TestAllSessionsInUse leaves no room for another one.
func TestAllSessionsInUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{MaxSessions: 1})
	h := w.begin("2025-11-25")
	done := make(chan reply)
	go func() { done <- w.do("POST", legacyCall(1, "hold", `{}`, ""), h...) }()
	<-w.held
	if r := w.do("POST", fmt.Sprintf(initBody, "2025-11-25")); r.status != 503 || r.header.Get("Retry-After") == "" || r.header.Get("Mcp-Session-Id") != "" {
		t.Errorf("one more: %d %v %s", r.status, r.header, r.body)
	}
	close(w.release)
	<-done
	// An initialize that fails takes no room.
	w2 := newWorld(t, &mcphttp.Options{MaxSessions: 1})
	for range 3 {
		w2.do("POST", `{"jsonrpc":"2.0","id":1,"method":"initialize"}`)
	}
	w2.begin("2025-11-25")
}

// TestAbandonedSessions opens 20 000 sessions that nobody ends.
func TestAbandonedSessions(t *testing.T) { //nolint:paralleltest // it measures memory
	s := mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, nil)
	e := mcphttp.New(s, nil)
	defer e.Close()
	body := fmt.Sprintf(initBody, "2025-11-25")
	direct(e, body, "")
	goroutines, before := runtime.NumGoroutine(), heap()
	var failed atomic.Int32
	for range 20_000 {
		if direct(e, body, "").Code != 200 {
			failed.Add(1)
		}
	}
	if failed.Load() > 0 {
		t.Errorf("%d were refused", failed.Load())
	}
	if n := runtime.NumGoroutine() - goroutines; n > 2 {
		t.Errorf("%d goroutines more", n)
	}
	const sessions = 10_000 // the default bound
	if used := heap() - before; used > 1.5*1024*sessions {
		t.Errorf("%d bytes in use, %d for each session that is kept", used, used/sessions)
	} else {
		t.Logf("%d bytes for each session", used/sessions)
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
