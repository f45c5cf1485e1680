package interop

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

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

// dial connects with connections of its own: the end of any httptest.Server closes
// those of http.DefaultTransport.
func dial(url string) func(context.Context, *client.Options) (*client.Client, error) {
	return func(ctx context.Context, o *client.Options) (*client.Client, error) {
		o.HTTPClient = &http.Client{Transport: new(http.Transport)}
		return client.Dial(ctx, url, o)
	}
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

// TestOldRevisions is the SDK as clients of each older revision see it.
func TestOldRevisions(t *testing.T) {
	t.Parallel()
	for _, revision := range []string{"2025-06-18", "2025-03-26", "2024-11-05"} {
		t.Run(revision+"/http", func(t *testing.T) {
			t.Parallel()
			p := newPeer()
			url := listen(t, mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return p.Server }, nil))
			clientcheck.Run(t, clientcheck.Peer{Dial: dial(url), Era: client.Legacy, Offer: revision, Revision: revision})
		})
		t.Run(revision+"/pipe", func(t *testing.T) {
			t.Parallel()
			p := newPeer()
			clientcheck.Run(t, clientcheck.Peer{Dial: p.pipe, Era: client.Legacy, Offer: revision, Revision: revision})
		})
	}
}

// TestResume takes up a stream that the SDK ended before its answer.
func TestResume(t *testing.T) {
	t.Parallel()
	p := newPeer()
	p.add("leave", none, func(ctx context.Context, r *mcp.CallToolRequest, _ args) (*mcp.CallToolResult, error) {
		for i := range 3 {
			err := r.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{
				ProgressToken: r.Params.GetProgressToken(), Progress: float64(i + 1), Total: 3,
			})
			if err != nil {
				return nil, err
			}
			r.Extra.CloseSSEStream(mcp.CloseSSEStreamArgs{RetryAfter: 10 * time.Millisecond})
		}
		return says("back again")
	})
	url := listen(t, mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return p.Server }, &mcp.StreamableHTTPOptions{EventStore: mcp.NewMemoryEventStore(nil)}))
	c, err := dial(url)(t.Context(), &client.Options{Era: client.Legacy})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 5 {
		var seen []float64
		res, err := c.CallTool(t.Context(), "leave", nil, client.OnProgress(func(p client.Progress) { seen = append(seen, p.Progress) }))
		if err != nil || res.Text() != "back again" || !slices.Equal(seen, []float64{1, 2, 3}) {
			t.Errorf("%v, %v, %v", res, seen, err)
		}
	}
}

// TestElicitURL sends the user to a page, in both eras.
func TestElicitURL(t *testing.T) {
	t.Parallel()
	p := newPeer()
	p.add("visit", none, func(ctx context.Context, r *mcp.CallToolRequest, _ args) (*mcp.CallToolResult, error) {
		q := &mcp.ElicitParams{Mode: "url", Message: "Please sign in.", URL: "https://example.org/in", ElicitationID: "1"}
		answer, question, err := ask(ctx, r, "page", q, func(s *mcp.ServerSession) (*mcp.ElicitResult, error) { return s.Elicit(ctx, q) })
		if question != nil || err != nil {
			return question, err
		}
		return says("%s", answer.Action)
	})
	for name, era := range map[string]client.Era{"legacy": client.Legacy, "modern": client.Modern} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := p.pipe(t.Context(), &client.Options{Era: era, Handlers: client.Handlers{
				ElicitURL: func(_ context.Context, e client.Elicitation) (client.Answer, error) {
					if e.URL != "https://example.org/in" || e.Message != "Please sign in." {
						t.Errorf("asked %+v", e)
					}
					return client.Answer{Action: "accept"}, nil
				},
			}})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if res, err := c.CallTool(t.Context(), "visit", nil); err != nil || res.Text() != "accept" {
				t.Errorf("%v, %v", res, err)
			}
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
