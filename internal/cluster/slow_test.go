//go:build e2e

package cluster

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// slowClients is how many clients hold connections and say nearly nothing.
const slowClients = 2000

// How long those with slow headers may last, whose server gives them 5 s, and how long
// 99 of 100 requests beside them may take: what docs/reliability.md promises.
const (
	longest  = 7 * time.Second
	besides  = 50 * time.Millisecond
	atLeast  = 5 * time.Second // how long there are requests beside them
	slowHead = slowClients / 2 // those with slow headers
)

// TestChaosSlow has slow clients send headers and bodies byte by byte, beside one
// that does not.
func TestChaosSlow(t *testing.T) {
	_, addr := alone(t)
	heads := map[string]string{
		"headers": "POST /mcp HTTP/1.1\r\nHost: " + addr + "\r\nX-Slow: ",
		"body":    "POST /mcp HTTP/1.1\r\nHost: " + addr + "\r\nAuthorization: ApiKey " + clusterKey + "\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{",
	}
	var wg sync.WaitGroup
	var cutOff atomic.Int64 // how many of those with slow headers
	var lasted latencies    // theirs
	stop := make(chan struct{})
	for i := range slowClients {
		kind := []string{"headers", "body"}[i%2]
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		wg.Go(func() {
			defer conn.Close()
			if _, err := io.WriteString(conn, heads[kind]); err != nil {
				return
			}
			ended := make(chan struct{})
			go func() { _, _ = io.Copy(io.Discard, conn); close(ended) }()
			for tick := time.NewTicker(time.Second); ; {
				select {
				case <-ended:
					if kind == "headers" {
						lasted.note(time.Since(begin))
						cutOff.Add(1)
					}
					return
				case <-stop:
					return
				case <-tick.C:
					_, _ = io.WriteString(conn, " ")
				}
			}
		})
	}
	body := `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`
	var took []time.Duration
	for begin := time.Now(); cutOff.Load() < slowHead || time.Since(begin) < atLeast; {
		if time.Since(begin) > longest {
			t.Errorf("after %v, %d of %d clients with slow headers have been cut off", longest, cutOff.Load(), slowHead)
			break
		}
		req, err := http.NewRequest("POST", "http://"+addr+"/mcp", bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range map[string]string{"Content-Type": "application/json", "Authorization": "ApiKey " + clusterKey, "Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"} {
			req.Header.Set(k, v)
		}
		start := time.Now()
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		answer, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != http.StatusOK || !strings.Contains(string(answer), "whoami") {
			t.Fatalf("%s: %s", res.Status, answer)
		}
		took = append(took, time.Since(start))
		time.Sleep(2 * time.Millisecond)
	}
	slices.Sort(took)
	p99 := took[len(took)*99/100]
	close(stop)
	wg.Wait()
	t.Logf("%d slow clients: those with slow headers were cut off after %.1f s at most; %d requests of a good client meanwhile, p99 %.1f ms",
		slowClients, lasted.at(100).Seconds(), len(took), float64(p99.Microseconds())/1000)
	if d := lasted.at(100); d > longest {
		t.Errorf("slow headers lasted %v, want at most %v", d, longest)
	}
	if p99 > besides {
		t.Errorf("p99 is %v", p99)
	}
}
