package mcphttp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

// TestHTTP2 has what depends on the version of HTTP: deadlines, streams, the
// end of a connection.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{ReadTimeout: 3 * time.Second, Heartbeat: 10 * time.Millisecond})
	srv := httptest.NewUnstartedServer(w.e)
	srv.EnableHTTP2 = true
	srv.StartTLS()
	w.srv.Close()
	w.client, w.url, w.srv = srv.Client(), srv.URL, srv // closed when the test ends
	t.Cleanup(w.client.CloseIdleConnections)

	body, head := modernCall(1, "hold", `{}`, "")
	done := make(chan reply)
	go func() { done <- w.do("POST", body, head...) }()
	<-w.held
	time.Sleep(3100 * time.Millisecond) // the deadline was for the body only
	w.release <- struct{}{}
	if r := <-done; r.status != http.StatusOK || parse(t, r.body).text() != "released" {
		t.Errorf("call: %d %s", r.status, r.body)
	}

	h := w.begin("2025-11-25")
	ev := readEvents(t, w.open(t.Context(), "POST", legacyCall(1, "steps", `{"text":"s","n":3}`, `"progressToken":1`), h...))
	if ev.resp.ProtoMajor != 2 {
		t.Fatalf("HTTP/%d", ev.resp.ProtoMajor)
	}
	ev.next()
	for i := range 3 {
		if _, a := ev.next(); a.Params.Progress != float64(i+1) {
			t.Errorf("event %+v", a)
		}
	}
	ev.next()
	ev.end()

	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	r := w.request(ctx, "POST", body, head...)
	go func() {
		resp, err := w.client.Do(r)
		if err == nil {
			resp.Body.Close()
		}
		left <- err
	}()
	<-w.held
	cancel()
	<-w.ended
	if err := <-left; err == nil {
		t.Error("the request succeeded")
	}

	get := readEvents(t, w.open(t.Context(), "GET", "", h...))
	get.next()
	w.e.Broadcast(t.Context(), []byte(changed))
	if _, a := get.next(); a.Method == "" {
		t.Errorf("event %+v", a)
	}
	if err := srv.Config.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	get.next()
	get.end()
}
