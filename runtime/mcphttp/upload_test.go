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
	const piece = 64 << 10
	for name, tt := range map[string]struct {
		header  string
		size    int
		endless bool
	}{
		"of known length": {fmt.Sprintf("Content-Length: %d", 8<<20), 8 << 20, false},
		"in chunks":       {"Transfer-Encoding: chunked", 8 << 20, false},
		// Writing has not ended when the server has passed over as much as it does: on a
		// busy machine it may find the connection closed, but the answer is there.
		"without an end": {fmt.Sprintf("Connection: close\r\nContent-Length: %d", 512<<20), 17 << 20, true},
	} {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, "POST /mcp HTTP/1.1\r\nHost: "+srv.Listener.Addr().String()+"\r\nContent-Type: application/json\r\n"+tt.header+"\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		data := strings.Repeat("x", piece)
		if name == "in chunks" {
			data = fmt.Sprintf("%x\r\n%s\r\n", piece, data)
		}
		for range tt.size / piece {
			if _, err := io.WriteString(conn, data); err != nil && tt.endless {
				break
			} else if err != nil {
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
