//go:build !race

// The race detector makes sync.Pool forget at random.

package mcpws_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
)

// A wire is a client that allocates nothing. Its frames are masked with zeros.
type wire struct {
	net.Conn
	frame, answer []byte
}

// wired opens a connection and has msg answered once, so that it knows how long
// the answer is.
func wired(t *testing.T, url, msg string) *wire {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "ws://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	w := &wire{Conn: conn, frame: binary.BigEndian.AppendUint16([]byte{0x81, 0x80 | 126}, uint16(len(msg)))}
	w.frame = append(append(w.frame, 0, 0, 0, 0), msg...)
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: "+conn.RemoteAddr().String()+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	for line := ""; line != "\r\n"; {
		if line, err = r.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.Write(w.frame); err != nil {
		t.Fatal(err)
	}
	head, err := r.Peek(4)
	if err != nil || head[0] != 0x81 || head[1] != 126 {
		t.Fatalf("%x, %v", head, err)
	}
	w.answer = make([]byte, 4+binary.BigEndian.Uint16(head[2:]))
	if _, err := io.ReadFull(r, w.answer); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *wire) roundTrip(t *testing.T) {
	t.Helper()
	if _, err := w.Write(w.frame); err != nil {
		t.Error(err)
	}
	if _, err := io.ReadFull(w, w.answer); err != nil {
		t.Error(err)
	}
}

// TestAllocations bounds what a message costs: what the call is known by while it
// runs.
func TestAllocations(t *testing.T) { //nolint:paralleltest // it counts
	const each = 1
	_, url := listen(t, fixture.New(nil), nil)
	w := wired(t, url, call(1, "add", `{"a":1,"b":2}`))
	if n := testing.AllocsPerRun(5000, func() { w.roundTrip(t) }); n > each {
		t.Errorf("%.0f allocations for each message, want %d", n, each)
	}
}

// TestGoroutines has one goroutine for each connection, whether it has made calls
// or not.
func TestGoroutines(t *testing.T) { //nolint:paralleltest // it counts
	const connections = 200
	_, url := listen(t, fixture.New(nil), nil)
	wired(t, url, call(1, "add", `{"a":1,"b":2}`)) // what there is of the server alone
	before := runtime.NumGoroutine()
	for range connections {
		w := wired(t, url, call(1, "add", `{"a":1,"b":2}`))
		for range 20 {
			w.roundTrip(t)
		}
	}
	// A goroutine more may be starting or ending: a call that the system has held
	// up is given one to read on with.
	if n := runtime.NumGoroutine() - before; n > connections+connections/20 {
		t.Errorf("%d goroutines for %d connections", n, connections)
	}
}
