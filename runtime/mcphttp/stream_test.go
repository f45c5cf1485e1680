package mcphttp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
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

const changed = `{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}`

// TestStandingStream has the messages that belong to no request.
func TestStandingStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, rev := range legacy {
		h := w.begin(rev)
		ev := readEvents(t, w.open(t.Context(), "GET", "", append(h, "Accept", "text/event-stream")...))
		if rev == "2025-11-25" {
			if e, _ := ev.next(); e.ID != "1_0" || len(e.Data) > 0 {
				t.Errorf("the stream begins with %+v", e)
			}
		}
		w.e.Broadcast(t.Context(), []byte(changed))
		if e, a := ev.next(); a.Method != "notifications/tools/list_changed" || e.ID != "1_1" || e.Name != "message" {
			t.Errorf("%s: event %+v", rev, e)
		}
		w.do("DELETE", "", h...)
		ev.end()
	}
	h := w.begin("2025-11-25")
	if r := w.do("GET", "", append(h, "Accept", "application/json")...); r.status != 406 {
		t.Errorf("GET that takes no stream: %d", r.status)
	}
	w.e.Broadcast(t.Context(), []byte(changed)) // nobody listens
}

// TestStandingStreams opens several in one session: each message goes to one.
func TestStandingStreams(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-06-18")
	var evs []*events
	for range 6 { // two more than are kept
		evs = append(evs, readEvents(t, w.open(t.Context(), "GET", "", h...)))
	}
	evs[0].end()
	evs[1].end()
	w.e.Broadcast(t.Context(), []byte(changed))
	if e, _ := evs[5].next(); e.ID != "6_1" {
		t.Errorf("event %+v", e)
	}
	w.do("DELETE", "", h...)
	for _, ev := range evs[2:] {
		ev.end()
	}
}

// TestResumeStanding breaks a standing stream and comes back for what it missed.
func TestResumeStanding(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-11-25")
	send := func(n int) {
		w.e.Broadcast(t.Context(), fmt.Appendf(nil, `{"jsonrpc":"2.0","method":"m%d"}`, n))
	}
	first := readEvents(t, w.open(t.Context(), "GET", "", h...))
	prime, _ := first.next()
	send(1)
	e, _ := first.next()
	// The first stream is still open on the server's side when the next arrives.
	send(2)
	again := readEvents(t, w.open(t.Context(), "GET", "", append(h, "Last-Event-ID", e.ID)...))
	if e, a := again.next(); a.Method != "m2" || e.ID != "1_2" {
		t.Errorf("event %+v", e)
	}
	send(3)
	if _, a := again.next(); a.Method != "m3" {
		t.Errorf("event %+v", a)
	}
	first.resp.Body.Close()
	again.resp.Body.Close()
	send(4)
	all := readEvents(t, w.open(t.Context(), "GET", "", append(h, "Last-Event-ID", prime.ID)...))
	for n := 1; n <= 4; n++ {
		if e, a := all.next(); a.Method != fmt.Sprintf("m%d", n) || e.ID != fmt.Sprintf("1_%d", n) {
			t.Errorf("event %d is %+v", n, e)
		}
	}
	// Another stream of the session does not get them.
	other := readEvents(t, w.open(t.Context(), "GET", "", h...))
	if e, _ := other.next(); e.ID != "2_0" {
		t.Errorf("another stream begins with %+v", e)
	}
	w.do("DELETE", "", h...)
	other.end()
	all.end()
}

func TestResumeRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h, other := w.begin("2025-11-25"), w.begin("2025-11-25")
	ev := readEvents(t, w.open(t.Context(), "GET", "", h...))
	ev.next()
	for id, status := range map[string]int{
		"x": 400, "1": 400, "1_": 400, "_0": 400, "1_0_0": 400, "01_0": 400, "1_+0": 400, "-1_0": 400,
		"0_0": 400, "2_0": 400, "99999999999999999999_0": 400, "1_1": 400, "": 400,
	} {
		r := w.request(t.Context(), "GET", "", h...)
		r.Header["Last-Event-Id"] = []string{id}
		resp, err := w.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != status {
			t.Errorf("Last-Event-ID %q: %d, want %d", id, resp.StatusCode, status)
		}
	}
	if r := w.do("GET", "", append(other, "Last-Event-ID", "1_0")...); r.status != 400 {
		t.Errorf("an id of another session: %d", r.status)
	}
	w.do("DELETE", "", h...)
	ev.end()
}

// TestResumeCall loses the response of a call and gets the rest by GET.
func TestResumeCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-11-25")
	next := make(chan struct{})
	w.step = func(done int) {
		if done > 0 {
			<-next
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	ev := readEvents(t, w.open(ctx, "POST", legacyCall(1, "steps", `{"text":"s","n":4}`, `"progressToken":"p"`), h...))
	ev.next()
	last, _ := ev.next()
	cancel()
	next <- struct{}{} // 2: to nobody, or to the GET
	again := readEvents(t, w.open(t.Context(), "GET", "", append(h, "Last-Event-ID", last.ID)...))
	next <- struct{}{}
	next <- struct{}{}
	for n := 2; n <= 4; n++ {
		if e, a := again.next(); a.Params.Progress != float64(n) || e.ID != fmt.Sprintf("1_%d", n) {
			t.Errorf("event %+v, want progress %d", e, n)
		}
	}
	if e, a := again.next(); a.text() != "done s" || e.ID != "1_5" {
		t.Errorf("answer %+v", e)
	}
	again.end()
	// The stream is over, and can still be read again.
	late := readEvents(t, w.open(t.Context(), "GET", "", append(h, "Last-Event-ID", "1_3")...))
	if _, a := late.next(); a.Params.Progress != 4 {
		t.Errorf("event %+v", a)
	}
	if _, a := late.next(); a.text() != "done s" {
		t.Errorf("answer %+v", a)
	}
	late.end()
	if r := w.do("GET", "", append(h, "Last-Event-ID", "1_5")...); r.status != 410 {
		t.Errorf("after the end: %d", r.status)
	}
}

// TestEventsAreBounded comes back for events that are no longer kept: there is
// no partial replay.
func TestEventsAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{Events: mcphttp.NewMemoryEvents(1000)})
	h := w.begin("2025-11-25")
	ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "steps", `{"text":"s","n":20}`, `"progressToken":"p"`), h...))
	ev.next()
	for range 20 {
		ev.next()
	}
	last, _ := ev.next()
	ev.end()
	if r := w.do("GET", "", append(h, "Last-Event-ID", "1_2")...); r.status != 410 || r.header.Get("Content-Type") != "application/json" {
		t.Errorf("events that are gone: %d %s", r.status, r.body)
	}
	late := readEvents(t, w.open(t.Context(), "GET", "", append(h, "Last-Event-ID", "1_20")...))
	if e, _ := late.next(); e.ID != last.ID {
		t.Errorf("event %+v", e)
	}
	late.end()
}

// TestNoResume has streams that end with their connection.
func TestNoResume(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{NoResume: true})
	h := w.begin("2025-11-25")
	ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "steps", `{"text":"s","n":1}`, `"progressToken":"p"`), h...))
	if e, a := ev.next(); e.HasID || a.Params.Progress != 1 {
		t.Errorf("event %+v", e)
	}
	ev.next()
	ev.end()
	get := readEvents(t, w.open(t.Context(), "GET", "", append(h, "Last-Event-ID", "1_0")...))
	w.e.Broadcast(t.Context(), []byte(changed))
	if e, a := get.next(); e.HasID || a.Method == "" {
		t.Errorf("event %+v", e)
	}
}

// TestCloseStream ends the response of a call that goes on.
func TestCloseStream(t *testing.T) {
	t.Parallel()
	for _, sends := range []int{0, 2} {
		t.Run(strconv.Itoa(sends), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			h := w.begin("2025-11-25")
			back := make(chan struct{})
			played := make(chan error, 10)
			player := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				w.e.Play(rw, r, func(x mcphttp.Exchange) {
					for i := range sends {
						played <- x.Send(t.Context(), fmt.Appendf(nil, `{"method":"m%d"}`, i+1))
					}
					played <- x.CloseStream(t.Context())
					played <- x.CloseStream(t.Context()) // again: nothing left to do
					<-back
					played <- x.Send(t.Context(), []byte(`{"method":"later"}`))
					played <- x.Respond(t.Context(), []byte(`{"id":1,"result":{}}`), 0)
				})
				close(played)
			}))
			defer player.Close()
			r := w.request(t.Context(), "POST", "{}", h...)
			r.URL.Host = player.Listener.Addr().String()
			resp, err := w.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			ev := readEvents(t, resp)
			last, _ := ev.next()
			if last.ID != "1_0" || last.Retry != time.Second {
				t.Errorf("the stream begins with %+v", last)
			}
			for range sends {
				last, _ = ev.next()
			}
			if e, _ := ev.next(); e.Retry == 0 || e.HasData {
				t.Errorf("the stream closes with %+v", e)
			}
			ev.end()
			again := readEvents(t, w.open(t.Context(), "GET", "", append(h, "Last-Event-ID", last.ID)...))
			close(back)
			if e, a := again.next(); a.Method != "later" || e.ID != fmt.Sprintf("1_%d", sends+1) {
				t.Errorf("event %+v", e)
			}
			if _, a := again.next(); string(a.ID) != "1" {
				t.Errorf("answer %+v", a)
			}
			again.end()
			for err := range played {
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
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

// TestReconnect has a tool that gives up the stream of its call.
func TestReconnect(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-11-25")
	ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "reconnect", `{}`, ""), h...))
	prime, _ := ev.next()
	ev.end()
	again := readEvents(t, w.open(t.Context(), "GET", "", append(h, "Last-Event-ID", prime.ID, "MCP-Protocol-Version", "2025-03-26")...))
	close(w.release)
	if _, a := again.next(); a.text() != "came back" {
		t.Errorf("answer %+v", a)
	}
	again.end()

	body, head := modernCall(1, "reconnect", `{}`, "")
	off := newWorld(t, &mcphttp.Options{NoResume: true})
	for name, r := range map[string]reply{
		"2026-07-28":        w.do("POST", body, head...),
		"2025-06-18":        w.do("POST", legacyCall(1, "reconnect", `{}`, ""), w.begin("2025-06-18")...),
		"no stream":         w.do("POST", legacyCall(1, "reconnect", `{}`, ""), append(h, "Accept", "application/json")...),
		"not to be resumed": off.do("POST", legacyCall(1, "reconnect", `{}`, ""), off.begin("2025-11-25")...),
	} {
		if r.status != http.StatusOK || parse(t, r.body).text() != errors.ErrUnsupported.Error() {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}
