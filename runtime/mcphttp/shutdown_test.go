package mcphttp_test

import (
	"fmt"
	"testing"
)

// TestShutdown ends open streams with their http.Server.
func TestShutdown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-11-25")
	ev := readEvents(t, w.open(t.Context(), "GET", "", h...))
	ev.next()
	if err := w.srv.Config.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if e, _ := ev.next(); e.Retry == 0 {
		t.Errorf("the stream closes with %+v", e)
	}
	ev.end()
}

// TestDrain ends open streams and refuses new ones, and nothing else.
func TestDrain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-11-25")
	ev := readEvents(t, w.open(t.Context(), "GET", "", h...))
	ev.next()
	w.e.Drain()
	ev.next()
	ev.end()
	if r := w.do("GET", "", h...); r.status != 503 || r.header.Get("Retry-After") == "" {
		t.Errorf("GET: %d %v", r.status, r.header)
	}
	if r := w.do("POST", legacyCall(1, "echo", `{"text":"hi"}`, ""), h...); r.status != 200 {
		t.Errorf("POST: %d", r.status)
	}
	if err := w.e.Close(); err != nil {
		t.Fatal(err)
	}
	if r := w.do("POST", legacyCall(1, "echo", `{"text":"hi"}`, ""), h...); r.status != 404 {
		t.Errorf("POST after Close: %d", r.status)
	}
	if r := w.do("POST", fmt.Sprintf(initBody, "2025-11-25")); r.status != 503 {
		t.Errorf("initialize after Close: %d", r.status)
	}
}

// TestShutdownOfTheServer refuses calls with a status that proxies understand.
func TestShutdownOfTheServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-11-25")
	if err := w.s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	body, head := modernCall(1, "echo", `{}`, "")
	for _, r := range []reply{w.do("POST", body, head...), w.do("POST", legacyCall(1, "echo", `{}`, ""), h...)} {
		if r.status != 503 || r.header.Get("Retry-After") == "" || parse(t, r.body).code() == 0 {
			t.Errorf("call: %d %v %s", r.status, r.header, r.body)
		}
	}
}
