package mcptest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
)

// SSE connects to an endpoint of the transport of 2024-11-05, HTTP+SSE, such as
// http://127.0.0.1:8080/mcp/events, which says where to send messages.
func SSE(ctx context.Context, target string) (Peer, error) {
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel) // only until it is connected
	defer stop()
	p := &eventStream{inbox: newInbox(), cancel: cancel, client: &http.Client{Transport: &http.Transport{}}}
	res, err := p.connect(life, target) //nolint:bodyclose // read closes it
	if err != nil {
		cancel()
		p.client.CloseIdleConnections()
		return nil, err
	}
	go p.read(res)
	return p, nil
}

type eventStream struct {
	*inbox

	client *http.Client
	events *sse.Reader
	target string // where messages are sent
	cancel context.CancelFunc
}

// connect opens the stream and reads its first event.
func (p *eventStream) connect(ctx context.Context, target string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", sse.ContentType)
	res, err := p.client.Do(req)
	if err != nil {
		return nil, err
	}
	p.events = sse.NewReader(res.Body, maxEvent)
	ev, err := p.events.Next()
	if err == nil && (res.StatusCode != http.StatusOK || ev.Name != "endpoint") {
		err = fmt.Errorf("status %s, first event %q; want the endpoint event", res.Status, ev.Name)
	}
	if err != nil {
		closeBody(res)
		return nil, err
	}
	ref, err := url.Parse(string(ev.Data))
	if err != nil {
		closeBody(res)
		return nil, err
	}
	p.target = req.URL.ResolveReference(ref).String()
	return res, nil
}

func (p *eventStream) read(res *http.Response) {
	for {
		ev, err := p.events.Next()
		if err == nil {
			p.put(ev.Data, 0)
			continue
		}
		closeBody(res)
		if errors.Is(err, context.Canceled) {
			err = io.EOF
		}
		p.client.CloseIdleConnections()
		p.end(err)
		return
	}
}

// Send posts a message. What is said in the response itself, about a message
// that is none, is received like any other.
func (p *eventStream) Send(ctx context.Context, msg []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.target, bytes.NewReader(msg))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer closeBody(res)
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusAccepted {
		p.put(body, res.StatusCode)
	}
	return nil
}

// Close ends the stream, which is the connection.
func (p *eventStream) Close() error {
	p.cancel()
	return nil
}
