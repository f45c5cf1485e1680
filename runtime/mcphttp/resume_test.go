package mcphttp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

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
