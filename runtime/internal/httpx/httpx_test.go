package httpx_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

func TestRead(t *testing.T) {
	t.Parallel()
	var pool httpx.Pool
	read := func(body io.Reader, length, limit int64) (string, error) {
		r := httptest.NewRequest(http.MethodPost, "/", body)
		r.ContentLength = length
		b, err := pool.Read(httptest.NewRecorder(), r, limit, time.Second)
		if err != nil {
			return "", err
		}
		defer pool.Put(b)
		return string(b.Bytes()), nil
	}
	for _, size := range []int{0, 1, 4 << 10, 5 << 10, 64 << 10, 100 << 10, 1 << 20} {
		body := strings.Repeat("x", size)
		for _, src := range []io.Reader{strings.NewReader(body), iotest.HalfReader(strings.NewReader(body)), iotest.DataErrReader(strings.NewReader(body))} {
			if got, err := read(src, int64(size), 1<<20); err != nil || got != body {
				t.Errorf("%d bytes: got %d, %v", size, len(got), err)
			}
		}
		for _, src := range []io.Reader{strings.NewReader(body), iotest.HalfReader(strings.NewReader(body)), iotest.DataErrReader(strings.NewReader(body))} {
			if got, err := read(src, -1, 1<<20); err != nil || got != body {
				t.Errorf("%d bytes of unknown length: got %d, %v", size, len(got), err)
			}
		}
	}
	if _, err := read(strings.NewReader("abc"), 4, 100); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("short body: error = %v", err)
	}
	if _, err := read(iotest.ErrReader(io.ErrClosedPipe), -1, 100); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("broken body: error = %v", err)
	}
}

func TestReadLimit(t *testing.T) {
	t.Parallel()
	var pool httpx.Pool
	src := &counting{}
	r := httptest.NewRequest(http.MethodPost, "/", src)
	r.ContentLength = 101
	if _, err := pool.Read(httptest.NewRecorder(), r, 100, 0); !errors.Is(err, httpx.ErrTooLarge) || src.n != 0 {
		t.Errorf("known length: error = %v after %d bytes", err, src.n)
	}
	r.ContentLength = -1
	if _, err := pool.Read(httptest.NewRecorder(), r, 100, 0); !errors.Is(err, httpx.ErrTooLarge) || src.n != 101 {
		t.Errorf("unknown length: error = %v after %d bytes, want 101", err, src.n)
	}
}

// counting is an endless body.
type counting struct{ n int }

func (c *counting) Read(p []byte) (int, error) {
	c.n += len(p)
	return len(p), nil
}

// TestBuffersAreNotShared fills a buffer while an earlier one is still in use.
func TestBuffersAreNotShared(t *testing.T) {
	t.Parallel()
	var pool httpx.Pool
	read := func(s string) *httpx.Buffer {
		b, err := pool.Read(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", strings.NewReader(s)), 100, 0)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first := read("first")
	pool.Put(first)
	second := read("second")
	third := read("third")
	if string(second.Bytes()) != "second" || string(third.Bytes()) != "third" {
		t.Errorf("bodies = %q, %q", second.Bytes(), third.Bytes())
	}
}

// TestReadTimeout sends headers and no body.
func TestReadTimeout(t *testing.T) {
	t.Parallel()
	var pool httpx.Pool
	got := make(chan error, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := pool.Read(w, r, 100, time.Millisecond)
		got <- err
	}))
	defer srv.Close()
	c, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n12"); err != nil {
		t.Fatal(err)
	}
	if err := <-got; !errors.Is(err, httpx.ErrTimeout) {
		t.Errorf("error = %v, want %v", err, httpx.ErrTimeout)
	}
}

func TestIsJSON(t *testing.T) {
	t.Parallel()
	for v, want := range map[string]bool{
		"application/json":                   true,
		"application/json; charset=utf-8":    true,
		"Application/JSON;charset=\"UTF-8\"": true,
		"application/json; charset=latin1":   false,
		"application/json; charset":          false,
		"application/jsonx":                  false,
		"application/problem+json":           false,
		"text/plain":                         false,
		"text/plain, application/json":       false,
		"":                                   false,
	} {
		if got := httpx.IsJSON([]string{v}); got != want {
			t.Errorf("IsJSON(%q) = %v", v, got)
		}
	}
	if httpx.IsJSON(nil) || httpx.IsJSON([]string{"application/json", "application/json"}) {
		t.Error("none or two were accepted")
	}
}

func TestAccepts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		accept       []string
		json, stream bool
	}{
		{nil, true, true},
		{[]string{"application/json, text/event-stream"}, true, true},
		{[]string{"text/event-stream,application/json"}, true, true},
		{[]string{"application/json", "text/event-stream"}, true, true},
		{[]string{"*/*"}, true, true},
		{[]string{"text/html, */*;q=0.1"}, true, true},
		{[]string{"application/*"}, true, false},
		{[]string{"text/*"}, false, true},
		{[]string{"application/json"}, true, false},
		{[]string{"Application/JSON; q=0.5"}, true, false},
		{[]string{"text/event-stream"}, false, true},
		{[]string{"*/*, text/event-stream;q=0"}, true, false},
		{[]string{"text/event-stream; q=0.0, */*"}, true, false},
		{[]string{"application/json;q=oops"}, true, false},
		{[]string{"text/html"}, false, false},
		{[]string{""}, false, false},
	} {
		if j, s := httpx.Accepts(tt.accept); j != tt.json || s != tt.stream {
			t.Errorf("Accepts(%q) = %v, %v, want %v, %v", tt.accept, j, s, tt.json, tt.stream)
		}
	}
}

func TestDecodeValue(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want, err string }{
		{"Hello", "Hello", ""},
		{"=?base64?SGVsbG8=?=", "Hello", ""},
		{"=?base64?SGVsbG8?=", "", "Base64"},
		{"=?base64?SGVs!!!bG8=?=", "", "Base64"},
		{"SGVsbG8=", "SGVsbG8=", ""},
		{"=?base64?SGVsbG8=", "=?base64?SGVsbG8=", ""},
		{"=?BASE64?SGVsbG8=?=", "=?BASE64?SGVsbG8=?=", ""},
		{"SGVsbG8=?=", "SGVsbG8=?=", ""},
		{"=?base64?=", "=?base64?=", ""}, // the markers overlap
		{"=?base64??=", "", ""},
		{"=?base64?w6k=?=", "é", ""},
		{"=?base64?/w==?=", "", "Base64"},     // not UTF-8
		{"=?base64?SGVsbG9=?=", "", "Base64"}, // bits beyond the end
		{"=?base64?SGVsbG8-?=", "", "Base64"}, // the other alphabet
		{"=?base64?SGVs\r\nbG8=?=", "", "Base64"},
		{"=?base64? SGVsbG8=?=", "", "Base64"},
		{"a b\tc", "a b\tc", ""},
		{"", "", ""},
		{"é", "", "must be sent"},
		{"a\x00b", "", "must be sent"},
		{"a\x7f", "", "must be sent"},
	} {
		got, err := httpx.DecodeValue(tt.in)
		if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("DecodeValue(%q) = %q, %v, want %q, %q", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func FuzzDecodeValue(f *testing.F) {
	for _, s := range []string{"a", "=?base64?SGVsbG8=?=", "=?base64??=", "=?base64?=", "=?base64?SGVsbG9=?=", "é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, v string) {
		got, err := httpx.DecodeValue(v)
		if err != nil {
			return
		}
		if !utf8.ValidString(got) {
			t.Fatalf("%q gives %q, which is not UTF-8", v, got)
		}
		// There is one way to write a value in each form, so none can be
		// understood differently by another reader.
		if wrapped := "=?base64?" + base64.StdEncoding.EncodeToString([]byte(got)) + "?="; v != got && v != wrapped {
			t.Fatalf("%q gives %q", v, got)
		}
	})
}

func TestStops(t *testing.T) {
	t.Parallel()
	var stops httpx.Stops
	elsewhere := stops.Of(httptest.NewRequest(http.MethodGet, "/", nil))
	opened := make(chan struct{}, 2)
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		stop := stops.Of(r)
		if stops.Of(r) != stop {
			t.Error("two ends for one server")
		}
		opened <- struct{}{}
		<-stop
	}))
	defer srv.Close()
	client := srv.Client()
	replies := make(chan error, 2)
	for range 2 {
		go func() {
			resp, err := client.Get(srv.URL)
			if err == nil {
				_, err = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
			replies <- err
		}()
	}
	<-opened
	<-opened
	for range 2 { // the second call of Shutdown runs the functions again
		if err := srv.Config.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := <-replies; err != nil {
			t.Error(err)
		}
	}
	select {
	case <-elsewhere:
		t.Error("a request from elsewhere was stopped too")
	default:
	}
	if stops.Ended() {
		t.Error("ended")
	}
	stops.End()
	<-elsewhere
	<-stops.Of(httptest.NewRequest(http.MethodGet, "/", nil))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	<-stops.Of(r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, new(http.Server))))
	if !stops.Ended() {
		t.Error("not ended")
	}
}

// TestWrite writes in pieces, each with a deadline of its own.
func TestWrite(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 256 << 10, 256<<10 + 1, 1 << 20} {
		w := &pieces{ResponseRecorder: httptest.NewRecorder()}
		body := strings.Repeat("x", size)
		if err := httpx.Write(w, []byte(body), time.Second); err != nil || w.Body.String() != body {
			t.Errorf("%d bytes: wrote %d, %v", size, w.Body.Len(), err)
		}
		if want := max(1, (size+256<<10-1)/(256<<10)); w.deadlines != want {
			t.Errorf("%d bytes: %d deadlines, want %d", size, w.deadlines, want)
		}
	}
	if err := httpx.Write(&pieces{ResponseRecorder: httptest.NewRecorder(), err: io.ErrClosedPipe}, []byte("x"), 0); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error = %v", err)
	}
}

type pieces struct {
	*httptest.ResponseRecorder

	deadlines int
	err       error
}

func (p *pieces) SetWriteDeadline(time.Time) error { p.deadlines++; return nil }

func (p *pieces) Write(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	return p.ResponseRecorder.Write(b)
}
