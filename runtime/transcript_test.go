// Package runtime_test replays the transcripts in testdata over every transport.
package runtime_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/mcpsse"
	"github.com/mcpgen/mcpgen/runtime/mcpstdio"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// transports are all the ways to a fresh fixture server.
var transports = map[string]mcptest.Dial{
	"memory":    func(*testing.T) mcptest.Peer { return mcptest.Memory(fixture.New(nil)) },
	"stdio":     stdio,
	"websocket": webSocket,
	"http":      streamable,
	"sse":       eventStream,
}

func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/transcripts/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	seen := newCoverage()
	t.Cleanup(func() { seen.report(t) })
	all := map[string]mcptest.Dial{}
	for name, dial := range transports {
		all[name] = checked(dial, seen.note)
	}
	for _, f := range files {
		mcptest.Replay(t, f, all)
	}
	t.Run("shutdown", func(t *testing.T) {
		t.Parallel()
		shutdown(t, seen)
	})
}

// shutdown ends a subscription in the one way that no transcript can.
func shutdown(t *testing.T, seen *coverage) {
	s := fixture.New(nil)
	dial := checked(func(*testing.T) mcptest.Peer { return mcptest.Memory(s) }, seen.note)
	c := mcptest.NewClient(t, dial(t))
	c.Send(`{"jsonrpc":"2.0","id":"L","method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},
		"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`)
	c.Expect(`{"method":"notifications/subscriptions/acknowledged",…}`)
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	c.Expect(`{"id":"L","result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":"L",…}}}`)
}

func stdio(t *testing.T) mcptest.Peer {
	t.Helper()
	in, toServer := io.Pipe()
	fromServer, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- mcpstdio.Serve(context.Background(), fixture.New(nil), in, out, nil) }()
	t.Cleanup(func() {
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return mcptest.Lines(fromServer, toServer)
}

// listen serves h on the loopback interface until the test ends.
func listen(t *testing.T, h http.Handler) (url string) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

func webSocket(t *testing.T) mcptest.Peer {
	t.Helper()
	e := mcpws.New(fixture.New(nil), nil)
	url := listen(t, e)
	t.Cleanup(func() {
		if err := e.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
	})
	p, err := mcptest.WebSocket(t.Context(), "ws"+strings.TrimPrefix(url, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func streamable(t *testing.T) mcptest.Peer {
	t.Helper()
	e := mcphttp.New(fixture.New(nil), nil)
	url := listen(t, e)
	t.Cleanup(func() { _ = e.Close() }) // never fails
	return mcptest.HTTP(url)
}

func eventStream(t *testing.T) mcptest.Peer {
	t.Helper()
	e := mcpsse.New(fixture.New(nil), nil)
	url := listen(t, e)
	t.Cleanup(func() { _ = e.Close() }) // never fails
	p, err := mcptest.SSE(t.Context(), url+"/events")
	if err != nil {
		t.Fatal(err)
	}
	return p
}
