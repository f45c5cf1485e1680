package mcphttp_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

// TestUploadIsAnswered sends more than is taken. Clients that write all of it
// before they read hear why it is not taken.
func TestUploadIsAnswered(t *testing.T) {
	t.Parallel()
	h := mcphttp.New(fixture.New(nil), nil)
	defer h.Close()
	srv := httptest.NewServer(h)
	defer srv.Close()
	const size, piece = 8 << 20, 64 << 10
	for name, length := range map[string]string{"of known length": fmt.Sprintf("Content-Length: %d", size), "in chunks": "Transfer-Encoding: chunked"} {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, "POST /mcp HTTP/1.1\r\nHost: "+srv.Listener.Addr().String()+"\r\nContent-Type: application/json\r\n"+length+"\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		data := strings.Repeat("x", piece)
		if name == "in chunks" {
			data = fmt.Sprintf("%x\r\n%s\r\n", piece, data)
		}
		for range size / piece {
			if _, err := io.WriteString(conn, data); err != nil {
				t.Fatalf("%s: cut off while writing: %v", name, err)
			}
		}
		if name == "in chunks" {
			_, _ = io.WriteString(conn, "0\r\n\r\n")
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(body), "too large") || !res.Close {
			t.Errorf("%s: %s %s %v", name, res.Status, body, err)
		}
	}
}
