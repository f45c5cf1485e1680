package mcpws_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// FuzzFrames sends any bytes after the handshake. Whatever they are, the server
// ends the connection when its client has left, and nothing stays.
func FuzzFrames(f *testing.F) {
	text := func(first byte, payload string) []byte { // a frame with the mask 0
		return append([]byte{first, 0x80 | byte(len(payload)), 0, 0, 0, 0}, payload...)
	}
	for _, b := range [][]byte{
		{}, {0x81}, text(0x81, ping), append(text(0x01, ping[:20]), text(0x80, ping[20:])...), text(0x82, ping), text(0x81, "\xff"),
		text(0x88, "\x03\xe8bye"), text(0x89, "ping"), text(0x8a, ""), text(0xc1, "x"), text(0x8f, ""), text(0x80, "x"),
		{0x81, 0x05, 'h', 'e', 'l', 'l', 'o'}, {0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0},
		{0x81, 0xfe, 0xff, 0xff, 0, 0, 0, 0},
	} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, frames []byte) {
		e := mcpws.New(fixture.New(nil), &mcpws.Options{MaxMessage: 1000})
		l := make(pipes)
		srv := &http.Server{Handler: e}
		go func() { _ = srv.Serve(l) }()
		defer srv.Close()
		client, server := net.Pipe()
		l <- server
		handshake := "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
		if _, err := io.WriteString(client, handshake); err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(client)
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		read := make(chan struct{})
		go func() {
			defer close(read)
			_, _ = io.Copy(io.Discard, r)
		}()
		_, _ = client.Write(frames) // fails when the server has had enough
		_ = client.Close()
		<-read
		if err := e.Shutdown(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}
