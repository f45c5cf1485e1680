package httpx_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
)

// A wire notes what is written on a connection, write by write.
type wire struct {
	net.Conn

	mu     sync.Mutex
	writes []string
}

func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.writes = append(w.writes, string(p))
	w.mu.Unlock()
	return w.Conn.Write(p)
}

// wired is a listener whose connections are wires.
type wired struct {
	net.Listener

	wires chan *wire
}

func (l *wired) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	w := &wire{Conn: c}
	l.wires <- w
	return w, nil
}

// exchange serves requests on one connection with h, and gives the responses and
// the writes that they came in.
func exchange(t *testing.T, h http.HandlerFunc, requests ...string) (bodies []string, headers []http.Header, writes []string) {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &wired{tcp, make(chan *wire, 1)}
	srv := &http.Server{Handler: h, ConnContext: httpx.WithConn}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(httpx.Listen(l)) }()
	defer func() {
		srv.Close()
		<-ended
	}()
	c, err := net.Dial("tcp", tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r := bufio.NewReader(c)
	w := <-l.wires
	for _, method := range requests {
		if _, err := fmt.Fprintf(c, "%s / HTTP/1.1\r\nHost: localhost\r\n\r\n", method); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		bodies, headers = append(bodies, string(b)), append(headers, res.Header)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return bodies, headers, w.writes
}

// answer writes a body with its length.
func answer(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = io.WriteString(w, body)
}

// TestConnJoins has responses of all sizes leave in one write when their handler
// says that they can.
func TestConnJoins(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 100, 3 << 10, 4 << 10, 5 << 10, 8 << 10, 12 << 10, 40 << 10, 64 << 10} {
		body := strings.Repeat("x", size)
		bodies, _, writes := exchange(t, func(w http.ResponseWriter, r *http.Request) {
			httpx.ConnOf(r).Whole()
			answer(w, body)
		}, "GET", "GET", "GET")
		for _, got := range bodies {
			if got != body {
				t.Errorf("%d bytes: got %d", size, len(got))
			}
		}
		// Both parts of a vectored write are seen here, as a wire is no TCP connection.
		most := 1
		if size > 4<<10 {
			most = 2
		}
		if len(writes) > 3*most {
			t.Errorf("%d bytes: %d writes for 3 responses", size, len(writes))
		}
	}
}

// TestConnKeepsNothingBack has responses whose handlers are wrong about them, or
// that nobody can put together.
func TestConnKeepsNothingBack(t *testing.T) {
	t.Parallel()
	large, added := strings.Repeat("x", 100<<10), "X-Added: yes\r\n"
	for name, tt := range map[string]struct {
		want string
		h    func(w http.ResponseWriter)
	}{
		"no length":      {large, func(w http.ResponseWriter) { _, _ = io.WriteString(w, large) }},
		"too large":      {large, func(w http.ResponseWriter) { answer(w, large) }},
		"piece by piece": {large[:8000], func(w http.ResponseWriter) { w.Header().Set("Content-Length", "8000"); flushed(w, large[:8000]) }},
		"stream":         {large, func(w http.ResponseWriter) { flushed(w, large) }},
		"no body":        {"", func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }},
		"long header":    {"end", func(w http.ResponseWriter) { w.Header().Set("X-Long", large[:9000]); answer(w, "end") }},
	} {
		bodies, headers, _ := exchange(t, func(w http.ResponseWriter, r *http.Request) {
			httpx.ConnOf(r).Whole()
			httpx.ConnOf(r).Fields(&added)
			tt.h(w)
		}, "GET", "GET")
		for i, got := range bodies {
			if got != tt.want || headers[i].Get("X-Added") != "yes" {
				t.Errorf("%s: got %d bytes, and %v", name, len(got), headers[i])
			}
		}
	}
}

func flushed(w http.ResponseWriter, body string) {
	for len(body) > 0 {
		n := min(len(body), 1000)
		_, _ = io.WriteString(w, body[:n])
		_ = http.NewResponseController(w).Flush()
		body = body[n:]
	}
}

// TestConnFields adds fields to one response and not to the next.
func TestConnFields(t *testing.T) {
	t.Parallel()
	n, fields := 0, "X-One: 1\r\nX-Two: 2\r\n"
	bodies, headers, writes := exchange(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 1 {
			httpx.ConnOf(r).Fields(&fields)
		}
		answer(w, "body "+strconv.Itoa(n))
	}, "GET", "GET")
	if bodies[0] != "body 1" || headers[0].Get("X-One") != "1" || headers[0].Get("X-Two") != "2" {
		t.Errorf("first: %q, %v", bodies[0], headers[0])
	}
	if bodies[1] != "body 2" || headers[1]["X-One"] != nil {
		t.Errorf("second: %q, %v", bodies[1], headers[1])
	}
	if len(writes) != 2 || !strings.HasPrefix(writes[0], "HTTP/1.1 200 OK\r\nX-One: 1\r\n") {
		t.Errorf("writes %q", writes)
	}
}

// TestConnOf finds no connection where there is none, or where it is encrypted.
func TestConnOf(t *testing.T) {
	t.Parallel()
	if c := httpx.ConnOf(httptest.NewRequest(http.MethodGet, "/", nil)); c != nil {
		t.Error("a request from nowhere has a connection")
	}
	a, b := net.Pipe()
	defer b.Close()
	defer a.Close()
	inner, err := httpx.Listen(one{a}).Accept()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		c    net.Conn
		want net.Conn
	}{
		"itself": {inner, inner}, "around": {around{inner}, inner}, "other": {a, nil}, "TLS": {tls.Server(inner, nil), nil},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r = r.WithContext(httpx.WithConn(r.Context(), tt.c))
		if got := httpx.ConnOf(r); (got != nil) != (tt.want != nil) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

type one struct{ c net.Conn }

func (l one) Accept() (net.Conn, error) { return l.c, nil }
func (l one) Close() error              { return nil }
func (l one) Addr() net.Addr            { return nil }

type around struct{ net.Conn }

func (a around) NetConn() net.Conn { return a.Conn }

// TestConnReadDeadline sets deadlines before and during reads.
func TestConnReadDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		defer b.Close()
		c := &httpx.Conn{Conn: a}
		defer c.Close()
		begin := time.Now()
		read := func() (time.Duration, error) {
			_, err := c.Read(make([]byte, 1))
			return time.Since(begin), err
		}
		for range 3 { // the last one counts
			if err := c.SetReadDeadline(begin.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			if err := c.SetReadDeadline(begin.Add(time.Second)); err != nil {
				t.Fatal(err)
			}
		}
		if took, err := read(); took != time.Second || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a read with a deadline took %v, and gave %v", took, err)
		}
		if took, err := read(); took != time.Second || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a second one took %v, and gave %v", took, err)
		}
		if err := c.SetDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() {
			_, err := read()
			ended <- err
		}()
		synctest.Wait()
		if err := c.SetReadDeadline(begin.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; time.Since(begin) != time.Minute || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a read that was given a deadline ended after %v with %v", time.Since(begin), err)
		}
		if err := c.SetReadDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = b.Write([]byte("x")) }()
		if _, err := read(); err != nil {
			t.Errorf("a read without deadline gave %v", err)
		}
	})
}

// A clock notes the deadlines of a connection that takes everything.
type clock struct {
	net.Conn

	set []time.Duration // from begin; -1: none
	at  time.Time
}

func (c *clock) SetWriteDeadline(t time.Time) error {
	if t.IsZero() {
		c.set = append(c.set, -1)
	} else {
		c.set = append(c.set, t.Sub(c.at))
	}
	return nil
}

func (c *clock) Write(p []byte) (int, error) { return len(p), nil }

// TestConnArm bounds writes, with few deadlines.
func TestConnArm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := clock{at: time.Now()}
		c := &httpx.Conn{Conn: &k}
		write := func(arm bool) {
			t.Helper()
			if arm {
				if err := c.Arm(8 * time.Second); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := c.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
			if err := c.SetWriteDeadline(time.Time{}); err != nil { // as net/http does after each response
				t.Fatal(err)
			}
		}
		write(true)
		time.Sleep(500 * time.Millisecond)
		write(true) // the deadline is still good
		time.Sleep(time.Second)
		write(true)                 // it no longer is
		time.Sleep(8 * time.Second) // it has passed
		write(true)
		write(false) // without any
		write(true)
		if want := []time.Duration{8 * time.Second, 9500 * time.Millisecond, 17500 * time.Millisecond, -1, 17500 * time.Millisecond}; !slices.Equal(k.set, want) {
			t.Errorf("deadlines %v, want %v", k.set, want)
		}
	})
}

// TestConnBuffersAreNotShared answers on several connections side by side.
func TestConnBuffersAreNotShared(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpx.ConnOf(r).Whole()
		answer(w, strings.Repeat(r.URL.Query().Get("c"), 6000))
	}))
	srv.Listener = httpx.Listen(srv.Listener)
	srv.Config.ConnContext = httpx.WithConn
	srv.Start()
	defer srv.Close()
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			mark := string(rune('a' + i))
			for range 50 {
				res, err := http.Get(srv.URL + "?c=" + mark)
				if err != nil {
					t.Error(err)
					return
				}
				b, err := io.ReadAll(res.Body)
				res.Body.Close()
				if err != nil || len(b) != 6000 || len(bytes.Trim(b, mark)) != 0 {
					t.Errorf("%s: %d bytes, %v", mark, len(b), err)
					return
				}
			}
		})
	}
	group.Wait()
}
