package serve

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/internal/fault"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// A slow connection holds back what it has read.
type slow struct {
	net.Conn

	hold    *atomic.Bool
	reading chan struct{} // told when something is held back
	release chan struct{} // closed to let it go
}

func (s *slow) Read(b []byte) (int, error) {
	n, err := s.Conn.Read(b)
	if n > 0 && s.hold.Load() {
		s.reading <- struct{}{}
		<-s.release
	}
	return n, err
}

// TestStopBesideRequest stops the server while it reads a request on a connection
// that was idle. The call is answered while the server lingers. After that it may be
// lost, but has not run then.
func TestStopBesideRequest(t *testing.T) {
	t.Parallel()
	for _, linger := range []time.Duration{0, time.Minute} {
		t.Run(linger.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { stopBesideRequest(t, linger) })
		})
	}
}

func stopBesideRequest(t *testing.T, linger time.Duration) {
	var runs atomic.Int32
	s := newServer(mcp.ToolDef{Name: "count", Call: func(_ context.Context, c *mcp.Call) error {
		runs.Add(1)
		c.Text("counted")
		return nil
	}})
	client, server := net.Pipe()
	defer client.Close()
	conn := &slow{server, new(atomic.Bool), make(chan struct{}), make(chan struct{})}
	l := fault.NewPipes("pipe", conn)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, s, Config{Listener: l, Linger: linger}, Stdio{Err: io.Discard}) }()
	r := bufio.NewReader(client)
	ask := func(id int) {
		body := call(id, "count")
		if _, err := fmt.Fprintf(client, "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nMCP-Protocol-Version: 2026-07-28\r\n"+
			"Mcp-Method: tools/call\r\nMcp-Name: count\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
			t.Error(err)
		}
	}
	answered := func() (res *http.Response, body string, ok bool) {
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			return nil, "", false
		}
		b, err := io.ReadAll(res.Body)
		return res, string(b), err == nil
	}
	ask(1)
	if res, body, ok := answered(); !ok || res.Close || !strings.Contains(body, "counted") {
		t.Fatalf("before: %v %s", res, body)
	}
	synctest.Wait() // the connection is idle
	conn.hold.Store(true)
	go ask(2)
	<-conn.reading
	conn.hold.Store(false)
	stop()
	synctest.Wait()
	close(conn.release)
	res, body, ok := answered()
	switch ran := runs.Load() == 2; {
	case linger > 0 && (!ok || !ran || !res.Close || !strings.Contains(body, "counted")):
		t.Errorf("while the server lingers: answered %t, ran %t: %v %s", ok, ran, res, body)
	case linger == 0 && ran && !ok:
		t.Error("a call ran and was not answered")
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
