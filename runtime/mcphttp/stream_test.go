package mcphttp_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

// TestProgress has a call that streams in each era: as it goes, in order, with
// the answer at the end.
func TestProgress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	taken := make(chan struct{})
	w.step = func(done int) {
		if done > 0 {
			<-taken // the report before this one has been read
		}
	}
	for _, rev := range append(legacy, "2026-07-28") {
		body, head := modernCall(1, "steps", `{"text":"s","n":3}`, `,"progressToken":"p"`)
		if rev != "2026-07-28" {
			body, head = legacyCall(1, "steps", `{"text":"s","n":3}`, `"progressToken":"p"`), w.begin(rev)
		}
		ev := readEvents(t, w.open(t.Context(), "POST", body, head...))
		if h := ev.resp.Header; h.Get("X-Accel-Buffering") != "no" || h.Get("Cache-Control") != "no-cache, no-transform" {
			t.Errorf("%s: header %v", rev, h)
		}
		seq := 0
		for i := range 3 {
			e, a := ev.next()
			if i == 0 && rev == "2025-11-25" {
				if !e.HasID || e.ID != "1_0" || !e.HasData || len(e.Data) > 0 || e.Retry == 0 {
					t.Errorf("%s: the stream begins with %+v", rev, e)
				}
				e, a = ev.next()
			}
			if a.Method != "notifications/progress" || a.Params.Progress != float64(i+1) {
				t.Fatalf("%s: event %s", rev, e.Data)
			}
			seq++
			if want := fmt.Sprintf("1_%d", seq); rev != "2026-07-28" && e.ID != want || rev == "2026-07-28" && e.HasID {
				t.Errorf("%s: id %q, want %q", rev, e.ID, want)
			}
			if i < 2 {
				taken <- struct{}{}
			}
		}
		if _, a := ev.next(); a.text() != "done s" || string(a.ID) != "1" {
			t.Errorf("%s: answer %+v", rev, a)
		}
		ev.end()
	}
}

// TestNothingToStream asks for progress of calls that report none: the answer is
// JSON, with its status.
func TestNothingToStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	body, head := modernCall(1, "echo", `{"text":"hi"}`, `,"progressToken":"p","io.modelcontextprotocol/logLevel":"debug"`)
	if r := w.do("POST", body, head...); r.status != 200 || r.header.Get("Content-Type") != "application/json" {
		t.Errorf("call: %d %v", r.status, r.header)
	}
	body = strings.Replace(body, `"echo"`, `"nope"`, 1)
	if r := w.do("POST", body, append(head, "Mcp-Name", "nope")...); r.status != 400 || parse(t, r.body).code() != -32602 {
		t.Errorf("unknown tool: %d %s", r.status, r.body)
	}
	// A client that takes no stream gets the answer without the reports.
	body, head = modernCall(1, "steps", `{"text":"s","n":3}`, `,"progressToken":"p"`)
	if r := w.do("POST", body, append(head, "Accept", "application/json")...); r.status != 200 || parse(t, r.body).text() != "done s" {
		t.Errorf("without a stream: %d %s", r.status, r.body)
	}
}

// TestTwoCallsKeepApart has two calls of one session at a time, of which one
// reports.
func TestTwoCallsKeepApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-11-25")
	quiet := make(chan reply)
	go func() { quiet <- w.do("POST", legacyCall(1, "hold", `{}`, `"progressToken":"q"`), h...) }()
	<-w.held
	ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(2, "steps", `{"text":"s","n":20}`, `"progressToken":"p"`), h...))
	ev.next()
	for i := range 20 {
		if _, a := ev.next(); a.Params.Progress != float64(i+1) {
			t.Fatalf("event %d is %+v", i, a)
		}
	}
	ev.next()
	ev.end()
	close(w.release)
	if r := <-quiet; r.header.Get("Content-Type") != "application/json" || parse(t, r.body).text() != "released" {
		t.Errorf("the quiet call got %v %s", r.header, r.body)
	}
}

// TestClientLeaves ends the request of a running call: that cancels it in the
// stateless era, and not before.
func TestClientLeaves(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, extra := range []string{"", `,"progressToken":1`} {
		ctx, cancel := context.WithCancel(t.Context())
		body, head := modernCall(1, "hold", `{}`, extra)
		r := w.request(ctx, "POST", body, head...)
		done := make(chan error)
		go func() {
			_, err := w.client.Do(r)
			done <- err
		}()
		<-w.held
		cancel()
		if cause := <-w.ended; cause == nil {
			t.Error("the call ended without a cause")
		}
		if err := <-done; err == nil {
			t.Error("the request succeeded")
		}
	}
	h := w.begin("2025-11-25")
	ctx, cancel := context.WithCancel(t.Context())
	r := w.request(ctx, "POST", legacyCall(5, "hold", `{}`, ""), h...)
	done := make(chan error)
	go func() {
		_, err := w.client.Do(r)
		done <- err
	}()
	<-w.held
	cancel()
	<-done
	select {
	case cause := <-w.ended:
		t.Errorf("the call was cancelled by the end of its connection: %v", cause)
	default:
	}
	// It can still be cancelled, by message: so it was running.
	if r := w.do("POST", `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}`, h...); r.status != 202 {
		t.Errorf("cancelled: %d", r.status)
	}
	<-w.ended
}

// TestCancelledByMessage has a call that is cancelled while its client waits.
func TestCancelledByMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-11-25")
	done := make(chan reply)
	go func() { done <- w.do("POST", legacyCall(5, "hold", `{}`, ""), h...) }()
	<-w.held
	w.do("POST", `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}`, h...)
	<-w.ended
	if r := <-done; r.status != 202 || r.body != "" {
		t.Errorf("the cancelled call was answered: %d %s", r.status, r.body)
	}
}

// TestDeleteDuringCall ends a session whose call runs: the DELETE does not wait
// for it, and the call is cancelled.
func TestDeleteDuringCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-11-25")
	done := make(chan reply)
	go func() { done <- w.do("POST", legacyCall(5, "hold", `{}`, ""), h...) }()
	stream := readEvents(t, w.open(t.Context(), "GET", "", h...))
	<-w.held
	if r := w.do("DELETE", "", h...); r.status != 204 {
		t.Errorf("DELETE: %d %s", r.status, r.body)
	}
	<-w.ended
	if r := <-done; r.status != 404 {
		t.Errorf("the call: %d %s", r.status, r.body)
	}
	stream.end()
}

// TestHeartbeat has comments on streams that are idle, of all kinds.
func TestHeartbeat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{Heartbeat: time.Millisecond})
	h := w.begin("2025-06-18")
	body, head := modernCall(1, "hold", `{}`, `,"progressToken":1`)
	var wg sync.WaitGroup
	for _, open := range []func() *http.Response{
		func() *http.Response { return w.open(t.Context(), "GET", "", h...) },
		func() *http.Response { return w.open(t.Context(), "POST", body, head...) },
		func() *http.Response {
			return w.open(t.Context(), "POST", legacyCall(1, "hold", `{}`, `"progressToken":1`), h...)
		},
	} {
		wg.Go(func() {
			resp := open()
			defer resp.Body.Close()
			buf := make([]byte, 2*len(sse.Comment))
			if _, err := io.ReadFull(resp.Body, buf); err != nil || string(buf) != sse.Comment+sse.Comment {
				t.Errorf("an idle stream got %q, %v", buf, err)
			}
		})
	}
	wg.Wait()
	close(w.release)
}

// TestAnswerAfterHeartbeat has an error after its response became a stream.
func TestAnswerAfterHeartbeat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{Heartbeat: time.Millisecond})
	body, head := modernCall(1, "hold", `{}`, `,"progressToken":1`)
	resp := w.open(t.Context(), "POST", body, head...) // returns with the first comment
	close(w.release)
	ev := readEvents(t, resp)
	if _, a := ev.next(); a.text() != "released" {
		t.Errorf("answer %+v", a)
	}
	ev.end()
}

const listen = `{"jsonrpc":"2.0","id":"L","method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`

var listenHead = []string{"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "subscriptions/listen"}

// TestListen has a subscription: acknowledged at once, told of changes, kept
// open, and ended with a result by whatever is shut down.
func TestListen(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*world) error{
		"http.Server": func(w *world) error { return w.srv.Config.Shutdown(w.t.Context()) },
		"mcp.Server":  func(w *world) error { return w.s.Shutdown(w.t.Context()) },
		"Endpoint":    func(w *world) error { w.e.Drain(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			ev := readEvents(t, w.open(t.Context(), "POST", listen, listenHead...))
			if e, a := ev.next(); a.Method != "notifications/subscriptions/acknowledged" || e.HasID {
				t.Fatalf("the stream begins with %s", e.Data)
			}
			w.s.ToolsChanged()
			if _, a := ev.next(); a.Method != "notifications/tools/list_changed" {
				t.Errorf("event %+v", a)
			}
			ended := make(chan error)
			go func() { ended <- end(w) }()
			if _, a := ev.next(); string(a.ID) != `"L"` || a.Result == nil {
				t.Errorf("the subscription ends with %+v", a)
			}
			ev.end()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// TestListenRefused has a client that takes no stream.
func TestListenRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	if r := w.do("POST", listen, append(listenHead, "Accept", "application/json")...); parse(t, r.body).code() == 0 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// TestListChanged reaches the sessions that have a stream open.
func TestListChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-06-18")
	ev := readEvents(t, w.open(t.Context(), "GET", "", h...))
	w.s.ToolsChanged()
	if _, a := ev.next(); a.Method != "notifications/tools/list_changed" {
		t.Errorf("event %+v", a)
	}
}

// TestCoalesce lets notifications wait for each other: they arrive all the same,
// in order, and without the answer.
func TestCoalesce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{Coalesce: time.Millisecond})
	taken := make(chan struct{})
	w.step = func(done int) {
		if done == 50 {
			<-taken
		}
	}
	h := w.begin("2025-06-18")
	modern, head := modernCall(1, "steps", `{"text":"s","n":100}`, `,"progressToken":"p"`)
	for _, open := range []func() *http.Response{
		func() *http.Response { return w.open(t.Context(), "POST", modern, head...) },
		func() *http.Response {
			return w.open(t.Context(), "POST", legacyCall(1, "steps", `{"text":"s","n":100}`, `"progressToken":"p"`), h...)
		},
	} {
		ev := readEvents(t, open())
		for i := range 100 {
			if _, a := ev.next(); a.Params.Progress != float64(i+1) {
				t.Fatalf("event %d is %+v", i, a)
			}
			if i == 49 {
				taken <- struct{}{}
			}
		}
		if _, a := ev.next(); a.text() != "done s" {
			t.Errorf("answer %+v", a)
		}
		ev.end()
	}
}

// TestAlwaysStream has an answer that could be JSON.
func TestAlwaysStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{AlwaysStream: true})
	h := w.begin("2025-11-25")
	ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "echo", `{"text":"hi"}`, ""), h...))
	if e, _ := ev.next(); e.ID != "1_0" {
		t.Errorf("the stream begins with %+v", e)
	}
	if e, a := ev.next(); a.text() != "hi" || e.ID != "1_1" {
		t.Errorf("answer %+v", e)
	}
	ev.end()
	if r := w.do("POST", legacyCall(1, "echo", `{"text":"hi"}`, ""), append(h, "Accept", "application/json")...); r.header.Get("Content-Type") != "application/json" {
		t.Errorf("a client that takes JSON only got %v", r.header)
	}
	body, head := modernCall(1, "echo", `{"text":"hi"}`, "")
	if r := w.do("POST", body, head...); r.header.Get("Content-Type") != "application/json" {
		t.Errorf("stateless call: %v", r.header)
	}
}
