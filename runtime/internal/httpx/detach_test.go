package httpx_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
)

// A stay is a server of one handler, whose streams can be detached.
type stay struct {
	t     *testing.T
	d     *httpx.Detacher
	srv   *httptest.Server
	ended chan error // the handler has returned: what its context says
	log   *syncBuffer
}

// A syncBuffer is a bytes.Buffer for several goroutines.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newStay(t *testing.T, h http.HandlerFunc) *stay {
	t.Helper()
	s := &stay{t: t, ended: make(chan error, 10), log: new(syncBuffer)}
	s.d = httpx.Detach(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { s.ended <- r.Context().Err() }()
		h(w, r)
	}))
	s.srv = httptest.NewUnstartedServer(s.d)
	s.srv.Config.ErrorLog = log.New(s.log, "", 0)
	s.srv.Start()
	t.Cleanup(s.srv.Close)
	return s
}

// get opens a stream; what the server sends is read from the connection.
func (s *stay) get(more string) (net.Conn, *bufio.Reader) {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.srv.Listener.Addr().String())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n%s", more); err != nil {
		s.t.Fatal(err)
	}
	return conn, bufio.NewReader(conn)
}

func response(t *testing.T, r *bufio.Reader) *http.Response {
	t.Helper()
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// write writes and sends as streams do.
func write(t *testing.T, w http.ResponseWriter, text string) {
	t.Helper()
	control := http.NewResponseController(w)
	if err := control.SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Error(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Error(err)
	}
	if err := control.Flush(); err != nil {
		t.Error(err)
	}
}

// TestDetach reads a stream whose beginning is written by net/http, and the rest
// without it. Its end is told, and the connection closed.
func TestDetach(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long ", 20_000)
	s := newStay(t, func(w http.ResponseWriter, r *http.Request) {
		if !httpx.MayLeave(w) {
			t.Error("the response cannot be detached")
		}
		w.Header()["Connection"] = []string{"close"}
		w.Header().Set("X-A", "b")
		_, _ = io.WriteString(w, "one ") // it is not sent yet
		httpx.Leave(w)
		httpx.Leave(w) // again: nothing to do
		write(t, w, "two ")
		write(t, w, "")
		write(t, w, long)
		w.WriteHeader(http.StatusTeapot) // too late
		w.Header().Set("X-B", "c")
		w.(http.Flusher).Flush()
		if err := http.NewResponseController(w).SetReadDeadline(time.Time{}); !errors.Is(err, http.ErrNotSupported) {
			t.Errorf("deadline for reading: %v", err)
		}
		if v := r.Context().Value(http.ServerContextKey); v == nil {
			t.Error("the context has lost its values")
		}
	})
	_, in := s.get("")
	res := response(t, in)
	body, err := io.ReadAll(res.Body)
	if err != nil || string(body) != "one two "+long || res.StatusCode != http.StatusOK || res.Header.Get("X-A") != "b" || !res.Close {
		t.Errorf("%d %v, %d bytes, %v", res.StatusCode, res.Header, len(body), err)
	}
	if b, err := in.ReadByte(); err == nil {
		t.Errorf("after the end comes %q", b)
	}
	if err := <-s.ended; err != nil {
		t.Errorf("the context ended: %v", err)
	}
}

// TestDetachGone ends the context of a stream when its client leaves, before it is
// detached and after.
func TestDetachGone(t *testing.T) {
	t.Parallel()
	for _, detach := range []bool{false, true} {
		s := newStay(t, func(w http.ResponseWriter, r *http.Request) {
			write(t, w, "begin\n")
			if detach {
				httpx.Leave(w)
			}
			<-r.Context().Done()
		})
		conn, in := s.get("")
		if line, err := bufio.NewReader(response(t, in).Body).ReadString('\n'); line != "begin\n" {
			t.Fatalf("%q, %v", line, err)
		}
		_ = conn.Close()
		if err := <-s.ended; !errors.Is(err, context.Canceled) {
			t.Errorf("detached %v: %v", detach, err)
		}
	}
}

// TestDetachPipelined has a client send its next request already. It gets its stream,
// and the next answer on another connection.
func TestDetachPipelined(t *testing.T) {
	t.Parallel()
	s := newStay(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Connection"] = []string{"close"}
		httpx.Leave(w)
		write(t, w, "all")
	})
	_, in := s.get("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	body, err := io.ReadAll(response(t, in).Body)
	if string(body) != "all" {
		t.Errorf("%q, %v", body, err)
	}
	<-s.ended
}

// TestDetachPanics breaks off the stream of a handler that panics. What others would
// like to know of is logged.
func TestDetachPanics(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		detach bool
		value  any
		logged string
	}{
		{false, http.ErrAbortHandler, ""},
		{false, "oops", "panic serving a stream: oops"},
		{true, http.ErrAbortHandler, ""},
		{true, "oops", "panic serving a stream: oops"},
	} {
		s := newStay(t, func(w http.ResponseWriter, _ *http.Request) {
			write(t, w, "begin")
			if tt.detach {
				httpx.Leave(w)
			}
			panic(tt.value)
		})
		_, in := s.get("")
		if body, err := io.ReadAll(response(t, in).Body); string(body) != "begin" || err == nil {
			t.Errorf("%v: %q, %v", tt.value, body, err)
		}
		<-s.ended
		if err := s.d.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		s.srv.Close()
		if got := s.log.String(); (got == "") != (tt.logged == "") || !strings.Contains(got, tt.logged) {
			t.Errorf("%v: logged %q", tt.value, got)
		}
	}
}

// TestDetachShutdown waits for streams, and cuts those off that do not end in time.
func TestDetachShutdown(t *testing.T) {
	t.Parallel()
	goOn := make(chan struct{})
	s := newStay(t, func(w http.ResponseWriter, r *http.Request) {
		httpx.Leave(w)
		write(t, w, "begin\n")
		select {
		case <-goOn:
			write(t, w, "end")
		case <-r.Context().Done():
		}
	})
	if err := s.d.Shutdown(t.Context()); err != nil { // there is nothing yet
		t.Error(err)
	}
	_, in := s.get("")
	res := response(t, in)
	if line, err := bufio.NewReaderSize(res.Body, 16).ReadString('\n'); line != "begin\n" {
		t.Fatalf("%q, %v", line, err)
	}
	over, cancel := context.WithCancelCause(t.Context())
	waits := make(chan error, 2)
	for range 2 {
		go func() { waits <- s.d.Shutdown(t.Context()) }()
	}
	close(goOn)
	<-s.ended
	for range 2 {
		if err := <-waits; err != nil {
			t.Error(err)
		}
	}
	if body, err := io.ReadAll(res.Body); string(body) != "end" || err != nil {
		t.Errorf("%q, %v", body, err)
	}
	goOn = make(chan struct{})
	_, in = s.get("")
	res = response(t, in)
	if line, err := bufio.NewReaderSize(res.Body, 16).ReadString('\n'); line != "begin\n" {
		t.Fatalf("%q, %v", line, err)
	}
	enough := errors.New("enough")
	cancel(enough)
	if err := s.d.Shutdown(over); !errors.Is(err, enough) {
		t.Errorf("%v", err)
	}
	if err := <-s.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("a stream that was cut off: %v", err)
	}
}

// TestNotDetached leaves to net/http what cannot be detached, or is no stream.
func TestNotDetached(t *testing.T) {
	t.Parallel()
	d := httpx.Detach(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		httpx.Leave(w)
		_, _ = fmt.Fprint(w, httpx.MayLeave(w))
	}))
	srv := httptest.NewUnstartedServer(d)
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	plain := httptest.NewServer(d)
	defer plain.Close()
	for _, tt := range []struct {
		name, method, url, header, value string
		want                             string
	}{
		{"HTTP/2", "GET", srv.URL, "Accept", "text/event-stream", "false"},
		{"no stream", "GET", plain.URL, "Accept", "application/json", "false"},
		{"a call", "POST", plain.URL, "Mcp-Method", "tools/call", "false"},
		{"an upgrade", "GET", plain.URL, "Upgrade", "x", "false"},
		{"listen", "POST", plain.URL, "Mcp-Method", "subscriptions/listen", "true"},
		{"stream", "GET", plain.URL, "Accept", "application/json, text/event-stream", "true"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tt.method, tt.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(tt.header, tt.value)
		res, err := srv.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if string(body) != tt.want || err != nil {
			t.Errorf("%s: %q, %v", tt.name, body, err)
		}
	}
	// What cannot be hijacked stays.
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept", "text/event-stream")
	d.ServeHTTP(w, r)
	if w.Body.String() != "true" {
		t.Errorf("a recorder: %q", w.Body)
	}
}
