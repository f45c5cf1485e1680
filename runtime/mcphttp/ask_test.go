package mcphttp_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

// ready opens a session of a client that has roots.
func (w *world) ready(revision string) []string {
	w.t.Helper()
	r := w.do("POST", strings.Replace(fmt.Sprintf(initBody, revision), `"capabilities":{}`, `"capabilities":{"roots":{}}`, 1))
	h := []string{"Mcp-Session-Id", r.header.Get("Mcp-Session-Id"), "MCP-Protocol-Version", revision}
	w.do("POST", `{"jsonrpc":"2.0","method":"notifications/initialized"}`, h...)
	return h
}

// answerTo answers a question of the server.
func (w *world) answerTo(a answer, h []string) {
	w.t.Helper()
	if a.Method != "roots/list" {
		w.t.Fatalf("question %+v", a)
	}
	r := w.do("POST", fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":{"roots":[{"uri":"file:///home"}]}}`, a.ID), h...)
	if r.status != 202 || r.body != "" {
		w.t.Errorf("the client's answer: %d %q", r.status, r.body)
	}
}

// TestQuestion has a call that asks its client, on the stream of its response.
func TestQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, rev := range legacy {
		h := w.ready(rev)
		ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "roots", `{}`, ""), h...))
		if rev == "2025-11-25" {
			ev.next()
		}
		_, a := ev.next()
		w.answerTo(a, h)
		if _, a := ev.next(); a.text() != "file:///home" {
			t.Errorf("%s: answer %+v", rev, a)
		}
		ev.end()
	}
}

// TestQuestionAfterLoss loses the response with the question on it. The client
// finds both the question and the answer when it comes back.
func TestQuestionAfterLoss(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.ready("2025-11-25")
	ctx, cancel := context.WithCancel(t.Context())
	ev := readEvents(t, w.open(ctx, "POST", legacyCall(1, "roots", `{}`, ""), h...))
	prime, _ := ev.next()
	cancel()
	again := readEvents(t, w.open(t.Context(), "GET", "", append(h, "Last-Event-ID", prime.ID)...))
	_, a := again.next()
	w.answerTo(a, h)
	if _, a := again.next(); a.text() != "file:///home" {
		t.Errorf("answer %+v", a)
	}
	again.end()
}

// TestNobodyToAsk has clients that cannot be asked: the call fails at once.
func TestNobodyToAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	alone := newWorld(t, &mcphttp.Options{Stateless: true})
	for name, r := range map[string]reply{
		"no stream":  w.do("POST", legacyCall(1, "roots", `{}`, ""), append(w.ready("2025-11-25"), "Accept", "application/json")...),
		"no roots":   w.do("POST", legacyCall(1, "roots", `{}`, ""), w.begin("2025-11-25")...),
		"no session": alone.do("POST", legacyCall(1, "roots", `{}`, ""), "MCP-Protocol-Version", "2025-11-25"),
	} {
		if a := parse(t, r.body); r.status != 200 || a.Error == nil && (a.Result == nil || !a.Result.IsError) {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	body, head := modernCall(1, "roots", `{}`, "")
	if r := w.do("POST", body, head...); r.status != 400 || parse(t, r.body).code() != -32021 {
		t.Errorf("no roots in 2026-07-28: %d %s", r.status, r.body)
	}
	if r := w.do("POST", strings.Replace(body, `clientCapabilities":{}`, `clientCapabilities":{"roots":{}}`, 1), head...); r.status != 200 || !strings.Contains(r.body, "input_required") {
		t.Errorf("roots in 2026-07-28: %d %s", r.status, r.body)
	}
}
