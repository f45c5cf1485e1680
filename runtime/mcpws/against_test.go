package mcpws

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// A script is a connection on which a client sends bytes and does not wait for an
// answer. Reads give a few of them at a time.
type script struct {
	net.Conn

	in  io.Reader
	out bytes.Buffer
}

func (s *script) Read(p []byte) (int, error)       { return s.in.Read(p[:min(len(p), 7)]) }
func (s *script) Write(p []byte) (int, error)      { return s.out.Write(p) }
func (s *script) Close() error                     { return nil }
func (s *script) SetDeadline(time.Time) error      { return nil }
func (s *script) SetWriteDeadline(time.Time) error { return nil }

// FuzzAgainstPackage has package websocket read the same frames. Both take the same
// messages, and close with the same code.
func FuzzAgainstPackage(f *testing.F) {
	for _, frames := range []string{
		"", "\x81\x80\x01\x02\x03\x04", "\x81\x82\x01\x02\x03\x04zz", "\x01\x81\x00\x00\x00\x00a\x80\x81\x00\x00\x00\x00b",
		"\x01\x81\x00\x00\x00\x00a\x89\x81\x00\x00\x00\x00p\x80\x80\x00\x00\x00\x00", "\x88\x82\x00\x00\x00\x00\x03\xe8", "\x88\x80\x00\x00\x00\x00",
		"\x88\x81\x00\x00\x00\x00\x03", "\x88\x82\x00\x00\x00\x00\x03\xed", "\x81\xfe\x00\x80\x00\x00\x00\x00", "\x81\xff\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		"\x81\x01a", "\xc1\x81\x00\x00\x00\x00a", "\x83\x80\x00\x00\x00\x00", "\x80\x80\x00\x00\x00\x00", "\x8a\x80\x00\x00\x00\x00\x81\x80\x00\x00\x00\x00",
	} {
		f.Add([]byte(frames))
	}
	const limit = 300
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil)
	f.Fuzz(func(t *testing.T, frames []byte) {
		want, wantCode := byPackage(t, frames, limit)
		c := newConn(New(s, &Options{MaxMessage: limit}), &script{in: bytes.NewReader(frames)}, httptest.NewRequest(http.MethodGet, "/", nil))
		defer c.ping.Stop()
		var got []string
		for {
			b, err := c.Next()
			if err != nil {
				break
			}
			got = append(got, string(b.B))
			b.Free()
		}
		c.out.Close(nil)
		code := lastClose(c.net)
		switch {
		case code == websocket.ClosePolicyViolation && len(frames) > idleBurst && len(got) <= len(want):
			want, wantCode = want[:len(got)], code // too many frames that carry nothing: see TestFlood
		case wantCode == -1, // a binary message, which the package takes
			wantCode == websocket.CloseMessageTooBig && code == websocket.CloseUnsupportedData: // one that is too long as well
			wantCode = websocket.CloseUnsupportedData
		case code == websocket.CloseProtocolError && lenient(frames):
			wantCode = code
		}
		if !slices.Equal(got, want) || code != wantCode {
			t.Errorf("%.300q: messages %q, closed with %d; package websocket: %q, %d", frames, got, code, want, wantCode)
		}
	})
}

// lenient reports whether package websocket may take what breaks the protocol: half
// a close code, and a length with a sign, after which it says nothing.
func lenient(frames []byte) bool {
	for i := range len(frames) - 1 {
		if frames[i] == 0x88 && frames[i+1] == 0x81 || frames[i+1] == 0xff {
			return true
		}
	}
	return false
}

// byPackage gives the messages that package websocket reads, and the code that it
// closes with: 0 for none, -1 after a binary message.
func byPackage(t *testing.T, frames []byte, limit int64) (msgs []string, code int) {
	t.Helper()
	conn := &script{in: bytes.NewReader(frames)}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"AAAAAAAAAAAAAAAAAAAAAA=="}}
	u := websocket.Upgrader{ReadBufferSize: 500}
	ws, err := u.Upgrade(&scripted{ResponseRecorder: httptest.NewRecorder(), conn: conn}, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	conn.out.Reset()
	ws.SetReadLimit(limit)
	for {
		kind, r, err := ws.NextReader()
		if err != nil {
			return msgs, lastClose(conn)
		}
		if kind == websocket.BinaryMessage {
			return msgs, -1
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return msgs, lastClose(conn)
		}
		msgs = append(msgs, string(b))
	}
}

// scripted gives its connection away.
type scripted struct {
	*httptest.ResponseRecorder

	conn net.Conn
}

func (s *scripted) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return s.conn, bufio.NewReadWriter(bufio.NewReader(s.conn), bufio.NewWriter(s.conn)), nil
}

// lastClose is the code of the close frame that was written, 0 when there is none.
func lastClose(c net.Conn) int {
	s, _ := c.(*script)
	for b := s.out.Bytes(); len(b) >= 2; b = b[2+int(b[1]):] {
		if b[0] != 0x88 {
			continue
		}
		code, err := closeCode(b[2 : 2+int(b[1])])
		if err != nil {
			return -2
		}
		return code
	}
	return 0
}
