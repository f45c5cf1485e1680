//go:build e2e

package cluster

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// idleConnections is how many there are at a time.
const idleConnections = 10_000

// What idle connections and refused uploads may take. docs/reliability.md has what was
// measured.
const (
	mostWebSocket = 12 << 10
	mostSSE       = 26 << 10
	mostListen    = 30 << 10
	mostUpload    = 8 << 20 // what a server may grow by for uploads that it refuses
)

var churns = flag.Int("churns", 10_000, "how many connections come and go")

// alone is one instance without a cluster, and its address.
func alone(t *testing.T) (p *process, addr string) {
	t.Helper()
	addr = fmt.Sprintf("127.0.0.1:%d", freePort(t))
	env := []string{"MCP_HTTP_ADDR=" + addr, "MCP_RATE_LIMIT=off", "MCP_MAX_STREAMS=-1", "MCP_API_KEYS=e2e:" + clusterKey, "GODEBUG=madvdontneed=1"}
	return start(t, " on http://", env, filepath.Join(bin, "server")), addr
}

// memory is what a process uses, in bytes.
func (p *process) memory(t *testing.T) int {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	var kb int
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		t.Fatal(err)
	}
	return kb << 10
}

// open begins a stream or a WebSocket by hand: a client of a library would take
// more memory than the server.
func open(t *testing.T, addr, request, body string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	if _, err := io.WriteString(conn, request+"Host: "+addr+"\r\nAuthorization: ApiKey "+clusterKey+"\r\n\r\n"+body); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReaderSize(conn, 64).ReadString('\n')
	if err != nil || !strings.Contains(line, " 101 ") && !strings.Contains(line, " 200 ") {
		t.Fatalf("%q, %v", line, err)
	}
	return conn
}

const (
	webSocket   = "GET /mcp HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
	eventStream = "GET /mcp/events HTTP/1.1\r\nAccept: text/event-stream\r\n"
	listen      = "POST /mcp HTTP/1.1\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n" +
		"Mcp-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n"
	listenBody = `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":{` +
		`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`
)

// scrape gives the value of a metric.
func scrape(t *testing.T, addr, name string) string {
	t.Helper()
	req, err := http.NewRequest("GET", "http://"+addr+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "ApiKey "+clusterKey)
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(body), "\n"+name+" ")
	value, _, _ := strings.Cut(rest, "\n")
	return value
}

func goroutines(t *testing.T, addr string) int {
	t.Helper()
	n, err := strconv.Atoi(scrape(t, addr, "go_goroutines"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestChaosIdle keeps many connections open that say nothing.
func TestChaosIdle(t *testing.T) {
	for name, tt := range map[string]struct {
		request, body string
		most          int // bytes a connection
	}{
		"WebSocket": {webSocket, "", mostWebSocket}, "SSE": {eventStream, "", mostSSE}, "listen": {listen, listenBody, mostListen},
	} {
		t.Run(name, func(t *testing.T) {
			p, addr := alone(t)
			before := p.memory(t)
			conns := make([]net.Conn, idleConnections)
			for i := range conns {
				conns[i] = open(t, addr, tt.request, tt.body)
			}
			after := p.memory(t)
			each := (after - before) / idleConnections
			if n := scrape(t, addr, "mcp_active_connections"); n != fmt.Sprint(idleConnections) {
				t.Errorf("%s connections are counted", n)
			}
			t.Logf("%d idle %s connections with authentication, limits and metrics: %.1f KB each", idleConnections, name, float64(each)/1024)
			if each > tt.most {
				t.Errorf("%d bytes each, want at most %d", each, tt.most)
			}
			for _, c := range conns {
				_ = c.Close()
			}
			for scrape(t, addr, "mcp_active_connections") != "0" {
				time.Sleep(50 * time.Millisecond)
			}
		})
	}
}

// TestChaosChurn opens and closes many connections.
func TestChaosChurn(t *testing.T) {
	_, addr := alone(t)
	_ = open(t, addr, webSocket, "").Close()
	for scrape(t, addr, "mcp_active_connections") != "0" {
		time.Sleep(10 * time.Millisecond)
	}
	before := goroutines(t, addr)
	var wg sync.WaitGroup
	for range 2 * runtime.NumCPU() {
		wg.Go(func() {
			for i := range *churns / (2 * runtime.NumCPU()) {
				_ = open(t, addr, []string{webSocket, eventStream}[i%2], "").Close()
			}
		})
	}
	wg.Wait()
	for scrape(t, addr, "mcp_active_connections") != "0" {
		time.Sleep(50 * time.Millisecond)
	}
	// Before, a goroutine of the first connection may still have been counted: fewer are no leak.
	after := goroutines(t, addr)
	for i := 0; i < 100 && after > before; i++ {
		time.Sleep(50 * time.Millisecond)
		after = goroutines(t, addr)
	}
	t.Logf("%d connects and disconnects: %d goroutines before, %d after; the gauge is 0", *churns, before, after)
	if after > before {
		t.Errorf("%d goroutines, want at most %d", after, before)
	}
}

// TestChaosUpload sends more than is taken.
func TestChaosUpload(t *testing.T) {
	p, addr := alone(t)
	before := p.memory(t)
	const size = 512 << 20
	refused := 0
	for _, chunked := range []bool{false, true} {
		pr, pw := io.Pipe()
		go func() {
			piece := make([]byte, 64<<10)
			for sent := 0; sent < size; sent += len(piece) {
				if _, err := pw.Write(piece); err != nil {
					return
				}
			}
			_ = pw.Close()
		}()
		req, err := http.NewRequest("POST", "http://"+addr+"/mcp", pr)
		if err != nil {
			t.Fatal(err)
		}
		if !chunked {
			req.ContentLength = size
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "ApiKey "+clusterKey)
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
		if err == nil {
			if res.StatusCode == http.StatusRequestEntityTooLarge {
				refused++
			}
			res.Body.Close()
		}
		_ = pr.Close()
	}
	grown := p.memory(t) - before
	t.Logf("two uploads of 512 MiB: memory grew by %.1f MB, %d refused with 413", float64(grown)/(1<<20), refused)
	if refused != 2 {
		t.Errorf("%d of two clients read the answer", refused)
	}
	if grown > mostUpload {
		t.Errorf("memory grew by %d bytes", grown)
	}
}
