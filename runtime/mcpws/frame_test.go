package mcpws_test

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// frame is a frame of a client with the mask 0.
func frame(first byte, payload string) string {
	head := []byte{first, 0x80 | 126}
	if n := len(payload); n < 126 {
		head[1] = 0x80 | byte(n)
	} else {
		head = binary.BigEndian.AppendUint16(head, uint16(n))
	}
	return string(append(head, 0, 0, 0, 0)) + payload
}

// write sends bytes as they are.
func write(t *testing.T, c *websocket.Conn, b string) {
	t.Helper()
	if _, err := io.WriteString(c.NetConn(), b); err != nil {
		t.Fatal(err)
	}
}

// TestProtocolErrors sends what no client may (RFC 6455, sections 5 and 7.4), alone
// or within a message.
func TestProtocolErrors(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	tests := []struct{ name, frames string }{
		{"reserved bit", frame(0xc1, ping)},
		{"not masked", "\x81\x02{}"},
		{"unknown op", frame(0x83, ping)},
		{"unknown control op", frame(0x8b, "")},
		{"long control frame", frame(0x89, strings.Repeat("x", 126))},
		{"control frame in parts", frame(0x09, "")},
		{"nothing to go on with", frame(0x80, ping)},
		{"a message within another", frame(0x01, ping[:5]) + frame(0x81, ping)},
		{"length with a sign", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"},
		{"half a close code", frame(0x88, "\x03")},
		{"close code that is never sent", frame(0x88, "\x03\xed")},
		{"close code of nobody", frame(0x88, "\x07\xd0")},
		{"reason that is not UTF-8", frame(0x88, "\x03\xe8\xff")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, url)
			write(t, c, tt.frames)
			if got := closeCode(t, c); got != websocket.CloseProtocolError {
				t.Errorf("closed with %d, want %d", got, websocket.CloseProtocolError)
			}
		})
	}
}

// TestControlFrames has pings between the parts of a message, which are answered
// with their data, also when they come byte by byte.
func TestControlFrames(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	c := dial(t, url)
	var pongs []string
	c.SetPongHandler(func(s string) error {
		pongs = append(pongs, s)
		return nil
	})
	data := strings.Repeat("p", 125)
	frames := frame(0x01, ping[:10]) + frame(0x89, data) + frame(0x8a, "nobody asked") + frame(0x00, "") +
		frame(0x00, ping[10:20]) + frame(0x89, "") + frame(0x80, ping[20:])
	write(t, c, frames)
	if got := receive(t, c); got != pong {
		t.Errorf("received %s, want %s", got, pong)
	}
	for i := range frames {
		write(t, c, frames[i:i+1])
	}
	if got := receive(t, c); got != pong {
		t.Errorf("received %s, want %s", got, pong)
	}
	if got := strings.Join(pongs, "|"); got != data+"||"+data+"|" {
		t.Errorf("pongs %q", got)
	}
}

// TestLengths has answers of all three forms of lengths.
func TestLengths(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	c := dial(t, url)
	send(t, c, call(1, "echo", `{"text":""}`))
	least := len(receive(t, c))
	for _, n := range []int{125, 126, 127, 1023, 1024, 1025, 1<<16 - 20, 1<<16 - 1, 1 << 16, 1<<16 + 1, 300_000} {
		text := strings.Repeat("x", max(0, n-least))
		send(t, c, call(1, "echo", `{"text":"`+text+`"}`))
		if got := receive(t, c); !strings.Contains(got, `"`+text) || len(got) < n {
			t.Errorf("of %d bytes: %d bytes, %.100s", n, len(got), got)
		}
	}
}

// TestAnswersShareWrites has requests that come together answered together. In
// fake time no call is slow.
func TestAnswersShareWrites(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := dialPipe(t, mcpws.New(fixture.New(nil), nil))
		requests, one := "", frame(0x81, call(1, "bare", "{}"))
		for range 4 {
			requests += one
		}
		go func() { _, _ = io.WriteString(c.NetConn(), requests[:len(requests)-len(one)/2]) }()
		got := make([]byte, 10_000)
		n, err := c.NetConn().Read(got) // a pipe gives what was written at once, and no more
		if err != nil || strings.Count(string(got[:n]), `"id":1`) != 3 {
			t.Errorf("received %q, %v; want three answers", got[:n], err)
		}
		go func() { _, _ = io.WriteString(c.NetConn(), requests[len(requests)-len(one)/2:]) }()
		n, err = c.NetConn().Read(got)
		if err != nil || strings.Count(string(got[:n]), `"id":1`) != 1 {
			t.Errorf("received %q, %v; want the last answer", got[:n], err)
		}
	})
}

// TestGoodbye closes connections from both sides. None waits for a time limit.
func TestGoodbye(t *testing.T) {
	t.Parallel()
	code := func(c int) string { return string(binary.BigEndian.AppendUint16(nil, uint16(c))) }
	tests := []struct {
		name  string
		sends string // frames
		want  string // frames
		then  string // frames that are sent after those
	}{
		{"client, without a code", frame(0x88, ""), "\x88\x00", ""},
		{"client, with a code", frame(0x88, code(1000)+"bye"), "\x88\x02" + code(1000), ""},
		{"client, with a code of its own", frame(0x88, code(4321)), "\x88\x02" + code(4321), ""},
		{"server", frame(0x82, ping), "\x88\x13" + code(1003) + "messages are text", frame(0x81, ping) + frame(0x88, code(1003))},
		{"server, in a fragment", frame(0x02, ping), "\x88\x13" + code(1003) + "messages are text", frame(0x80, ping) + frame(0x88, code(1003))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				e := mcpws.New(fixture.New(nil), nil)
				c := dialPipe(t, e)
				begin := time.Now()
				go func() { _, _ = io.WriteString(c.NetConn(), tt.sends) }()
				got := make([]byte, len(tt.want))
				if _, err := io.ReadFull(c.NetConn(), got); err != nil || string(got) != tt.want {
					t.Fatalf("received %q, %v; want %q", got, err, tt.want)
				}
				if tt.then != "" {
					write(t, c, tt.then)
				}
				if rest, err := io.ReadAll(c.NetConn()); len(rest) > 0 || err != nil && !errors.Is(err, io.ErrClosedPipe) {
					t.Errorf("received %q, %v after it", rest, err)
				}
				if d := time.Since(begin); d > 0 {
					t.Errorf("it took %v", d)
				}
			})
		})
	}
}

// TestMasks has messages whose parts are masked with other keys than 0.
func TestMasks(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	c := dial(t, url)
	for n := range 40 {
		msg := ping[:len(ping)-1] + strings.Repeat(" ", n) + "}"
		key := [4]byte{byte(n), 0x5a, 0xa5, byte(7 * n)}
		b := []byte(frame(0x81, msg))
		copy(b[2:], key[:])
		for i := range msg {
			b[6+i] ^= key[i%4]
		}
		cut := 6 + (n*3)%len(msg) // it arrives in two pieces
		write(t, c, string(b[:cut]))
		write(t, c, string(b[cut:]))
		if got := receive(t, c); got != pong {
			t.Errorf("received %s, want %s", got, pong)
		}
	}
}
