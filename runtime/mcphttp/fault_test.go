package mcphttp_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

// dial opens a connection on which a test writes and reads for itself.
func (w *world) dial() net.Conn {
	w.t.Helper()
	c, err := net.Dial("tcp", w.srv.Listener.Addr().String())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { c.Close() })
	return c
}

const postHead = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

// TestHugeBody offers 512 MiB: with its length, as a stream, and with
// Expect. It is refused without being read.
func TestHugeBody(t *testing.T) { //nolint:paralleltest // it measures memory
	w := newWorld(t, nil)
	const huge = 512 << 20
	for _, head := range []string{
		fmt.Sprintf("Content-Length: %d\r\n\r\n", huge),
		"Transfer-Encoding: chunked\r\n\r\n",
		fmt.Sprintf("Content-Length: %d\r\nExpect: 100-continue\r\n\r\n", huge),
	} {
		before := heap()
		c := w.dial()
		if _, err := io.WriteString(c, postHead+head); err != nil {
			t.Fatal(err)
		}
		sent := make(chan int)
		go func() {
			n := 0
			piece := make([]byte, 1<<20)
			if strings.Contains(head, "chunked") {
				piece = fmt.Appendf(nil, "%x\r\n%s\r\n", len(piece), piece)
			}
			for n < huge && !strings.Contains(head, "Expect") {
				m, err := c.Write(piece)
				if n += m; err != nil {
					break
				}
			}
			sent <- n
		}()
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusRequestEntityTooLarge || !resp.Close {
			t.Errorf("%q: %d, close %v", head, resp.StatusCode, resp.Close)
		}
		resp.Body.Close()
		c.Close()
		if n := <-sent; n > 64<<20 {
			t.Errorf("%q: the server took %d bytes", head, n)
		}
		if grown := heap() - before; grown > 8<<20 {
			t.Errorf("%q: %d bytes more in use", head, grown)
		}
	}
	// At the limit, a body is read.
	body, head := modernCall(1, "echo", `{"text":"%s"}`, "")
	body = fmt.Sprintf(body, strings.Repeat("x", 1<<20-len(body)+2))
	if r := w.do("POST", body, head...); len(body) != 1<<20 || r.status != 200 {
		t.Errorf("%d bytes: %d", len(body), r.status)
	}
	if r := w.do("POST", body+" ", head...); r.status != 413 {
		t.Errorf("%d bytes: %d", len(body)+1, r.status)
	}
}

// TestAnnouncedBodies announces large bodies on many connections and sends
// nothing: that must not cost their size.
func TestAnnouncedBodies(t *testing.T) { //nolint:paralleltest // it measures memory
	w := newWorld(t, nil)
	before := heap()
	const conns = 50
	for range conns {
		if _, err := fmt.Fprintf(w.dial(), postHead+"Content-Length: %d\r\n\r\n{", 1<<20); err != nil {
			t.Fatal(err)
		}
	}
	for reading() < conns {
		time.Sleep(time.Millisecond)
	}
	if grown := heap() - before; grown > conns*200<<10 {
		t.Errorf("%d bytes for each connection", grown/conns)
	}
}

// reading counts the goroutines that read a body.
func reading() int {
	buf := make([]byte, 1<<20)
	return strings.Count(string(buf[:runtime.Stack(buf, true)]), "httpx.(*Pool).Read(")
}

// TestSlowBody never sends the end of a body.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{ReadTimeout: 10 * time.Millisecond})
	for _, head := range []string{"Content-Length: 10\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"} {
		c := w.dial()
		if _, err := io.WriteString(c, postHead+head); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusRequestTimeout || !resp.Close {
			t.Errorf("%q: %d, close %v", head, resp.StatusCode, resp.Close)
		}
	}
	// The deadline is that of one body, not of the connection or the call.
	c := w.dial()
	br := bufio.NewReader(c)
	for range 2 {
		body, _ := modernCall(1, "hold", "{}", "")
		if _, err := fmt.Fprintf(c, postHead+"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: hold\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
			t.Fatal(err)
		}
		<-w.held
		time.Sleep(20 * time.Millisecond)
		select {
		case cause := <-w.ended:
			t.Fatalf("the call was cancelled: %v", cause)
		case w.release <- struct{}{}:
		}
		resp, err := http.ReadResponse(br, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%d, %v", resp.StatusCode, err)
		}
	}
}

// TestBrokenBody ends the connection, or the chunks, within a body.
func TestBrokenBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	c := w.dial()
	if _, err := io.WriteString(c, postHead+"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest || !resp.Close {
		t.Errorf("broken chunks: %d, close %v", resp.StatusCode, resp.Close)
	}
}

// TestStalledReader broadcasts 40 messages of 1 MiB to a reader that reads and
// one that does not. The first gets them all, and the broadcast waits for nobody.
func TestStalledReader(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ev := readEvents(t, w.open(t.Context(), "GET", "", w.begin("2025-06-18")...))
	w.stall()
	for w.e.Carried() < 2 {
		time.Sleep(time.Millisecond)
	}
	const messages = 40
	const ahead = 16 // of who reads: on a busy machine that one would be behind as well
	got, read := make(chan int, 1), make(chan struct{}, messages)
	go func() {
		defer close(read)
		n := 0
		for n < messages {
			e, err := ev.r.Next()
			if err != nil || len(e.Data) < 1<<20 {
				t.Errorf("event %d: %d bytes, %v", n, len(e.Data), err)
				break
			}
			n++
			read <- struct{}{}
		}
		got <- n
	}()
	for i := range messages {
		if i >= ahead {
			<-read
		}
		w.e.Broadcast(t.Context(), large)
	}
	if n := <-got; n != messages {
		t.Errorf("the reader that reads got %d of %d", n, messages)
	}
}

// large is a message of 1 MiB.
var large = []byte(`{"jsonrpc":"2.0","method":"m","params":{"x":"` + strings.Repeat("x", 1<<20) + `"}}`)

// stall opens the standing stream of a new session and does not read it.
func (w *world) stall() {
	w.t.Helper()
	id := w.begin("2025-06-18")[1]
	c := w.dial()
	if err := c.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		w.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: localhost\r\nMcp-Session-Id: %s\r\n\r\n", id); err != nil {
		w.t.Fatal(err)
	}
}

// TestStalledStreamEnds has a reader that does not read: it loses its stream
// when a write takes too long, or when too much waits for it.
func TestStalledStreamEnds(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]*mcphttp.Options{
		"deadline": {WriteTimeout: 100 * time.Millisecond},
		"memory":   {StreamMemory: 5 << 20, WriteTimeout: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, o)
			w.stall()
			for w.e.Carried() < 1 {
				time.Sleep(time.Millisecond)
			}
			for range 20 {
				w.e.Broadcast(t.Context(), large)
			}
			for w.e.Carried() > 0 {
				time.Sleep(time.Millisecond)
			}
		})
	}
}

// TestStalledCaller calls a tool that floods its caller, who does not read. The
// call is cancelled in the stateless era. Before it, the stream is lost.
func TestStalledCaller(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &mcphttp.Options{WriteTimeout: 200 * time.Millisecond})
	send := func(body string, head []string) {
		c := w.dial()
		if err := c.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
			t.Fatal(err)
		}
		var h strings.Builder
		for i := 0; i < len(head); i += 2 {
			h.WriteString(head[i] + ": " + head[i+1] + "\r\n")
		}
		if _, err := fmt.Fprintf(c, postHead+"%sContent-Length: %d\r\n\r\n%s", &h, len(body), body); err != nil {
			t.Fatal(err)
		}
	}
	send(modernCall(1, "flood", `{}`, `,"progressToken":1`))
	<-w.ended
	h := w.begin("2025-11-25")
	send(legacyCall(9, "flood", `{}`, `"progressToken":1`), h)
	other := w.do("POST", legacyCall(1, "echo", `{"text":"hi"}`, ""), h...)
	if parse(t, other.body).text() != "hi" {
		t.Errorf("another call of the session: %s", other.body)
	}
	for len(w.ended) == 0 { // the call may not have begun
		w.do("POST", `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}}`, h...)
	}
}

// TestAnswersDoNotMix makes many calls at a time, of all sizes, on few
// connections: every answer is that of its own call.
func TestAnswersDoNotMix(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := w.begin("2025-06-18")
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 40 {
				text := strings.Repeat(fmt.Sprintf("%d.%d ", g, i), 1+(i%5)*(i%5)*200)
				var r reply
				if i%2 == 0 {
					body, head := modernCall(i, "echo", fmt.Sprintf(`{"text":%q}`, text), "")
					r = w.do("POST", body, head...)
				} else {
					r = w.do("POST", legacyCall(1000*g+i, "echo", fmt.Sprintf(`{"text":%q}`, text), ""), h...)
				}
				if got := parse(t, r.body).text(); got != text {
					t.Errorf("call %d.%d got %.60q", g, i, got)
					return
				}
			}
		})
	}
	wg.Wait()
}
