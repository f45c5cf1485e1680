package mcpws_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
)

// TestHandshakeAnswer compares the answer to the handshake of RFC 6455, section
// 1.3, with the one there.
func TestHandshakeAnswer(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	addr, path, _ := strings.Cut(strings.TrimPrefix(url, "ws://"), "/")
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "GET /%s HTTP/1.1\r\nHost: %s\r\nUpgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"+
		"Sec-WebSocket-Protocol: MCP, mcp\r\nSec-WebSocket-Protocol: mcp\r\nSec-WebSocket-Version: 13\r\n\r\n", path, addr)
	const want = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: mcp\r\n\r\n"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Errorf("answered %q, %v\nwant     %q", got, err, want)
	}
}

// TestEarlyData sends a frame without waiting for the answer to the handshake.
func TestEarlyData(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	addr, path, _ := strings.Cut(strings.TrimPrefix(url, "ws://"), "/")
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "GET /%s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"+
		"Sec-WebSocket-Version: 13\r\n\r\nxx", path, addr)
	if got, _ := io.ReadAll(c); len(got) > 0 {
		t.Errorf("answered %q", got)
	}
}
