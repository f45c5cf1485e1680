package interop

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcpgen/mcpgen/internal/clientcheck"
	"github.com/mcpgen/mcpgen/runtime/client"
)

// listen serves a handler of the SDK on the loopback interface.
func listen(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func dial(url string) func(context.Context, *client.Options) (*client.Client, error) {
	return func(ctx context.Context, o *client.Options) (*client.Client, error) { return client.Dial(ctx, url, o) }
}

// TestStreamableHTTP is the SDK with sessions, the default of 2025-11-25.
func TestStreamableHTTP(t *testing.T) {
	t.Parallel()
	for _, o := range []struct {
		name string
		opt  *mcp.StreamableHTTPOptions
		era  client.Era
	}{
		{"legacy", nil, client.Legacy},
		{"auto", nil, client.Auto}, // it refuses the stateless era
		{"resumable", &mcp.StreamableHTTPOptions{EventStore: mcp.NewMemoryEventStore(nil)}, client.Legacy},
	} {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			p := newPeer()
			url := listen(t, mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return p.Server }, o.opt))
			clientcheck.Run(t, clientcheck.Peer{Dial: dial(url), Era: o.era, Revision: "2025-11-25"})
		})
	}
}

// TestStreamableHTTPStateless is the SDK without sessions, which speaks 2026-07-28.
func TestStreamableHTTPStateless(t *testing.T) {
	t.Parallel()
	for name, era := range map[string]client.Era{"modern": client.Modern, "auto": client.Auto} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPeer()
			url := listen(t, mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return p.Server }, &mcp.StreamableHTTPOptions{
				Stateless: true, PropagateRequestCancellation: true,
			}))
			clientcheck.Run(t, clientcheck.Peer{Dial: dial(url), Era: era, Revision: "2026-07-28"})
		})
	}
}

func TestSSE(t *testing.T) {
	t.Parallel()
	p := newPeer()
	url := listen(t, mcp.NewSSEHandler(func(*http.Request) *mcp.Server { return p.Server }, nil))
	clientcheck.Run(t, clientcheck.Peer{Dial: dial("sse+" + url), Revision: "2025-11-25"})
}

// TestPipe is the SDK as it is on stdio, in the same process.
func TestPipe(t *testing.T) {
	t.Parallel()
	for _, era := range []struct {
		name, revision string
		era            client.Era
	}{
		{"legacy", "2025-11-25", client.Legacy},
		{"modern", "2026-07-28", client.Modern},
		{"auto", "2026-07-28", client.Auto},
	} {
		t.Run(era.name, func(t *testing.T) {
			t.Parallel()
			p := newPeer()
			clientcheck.Run(t, clientcheck.Peer{Dial: p.pipe, Era: era.era, Revision: era.revision})
		})
	}
}

// pipe serves a client through a pair of pipes.
func (p *peer) pipe(ctx context.Context, o *client.Options) (*client.Client, error) {
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	session, err := p.Connect(context.WithoutCancel(ctx), &mcp.IOTransport{Reader: toServer, Writer: fromServer}, nil)
	if err != nil {
		return nil, err
	}
	return client.Connect(ctx, client.Lines(toClient, fromClient, closer(func() error {
		err := fromClient.Close()
		_ = session.Wait() // it ends with its input, however
		return err
	}), o), o)
}

type closer func() error

func (c closer) Close() error { return c() }
