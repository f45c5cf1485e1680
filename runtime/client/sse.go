package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
)

// SSE is the HTTP+SSE transport of 2024-11-05: a stream opened with GET brings
// everything the server says, and names the address for messages to it. ctx
// bounds the opening.
func SSE(ctx context.Context, endpoint string, o *Options) (Transport, error) {
	t := &sseTransport{opt: o.withDefaults()}
	t.ctx, t.stop = context.WithCancel(context.Background())
	defer context.AfterFunc(ctx, t.stop)()
	if err := t.open(endpoint); err != nil {
		t.stop()
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, err
	}
	return t, nil
}

type sseTransport struct {
	opt    Options
	ctx    context.Context // ends with Close
	stop   context.CancelFunc
	body   io.ReadCloser
	events *sse.Reader
	post   string // where messages go
	once   sync.Once
}

// open starts the stream and reads the endpoint event.
func (t *sseTransport) open(endpoint string) error {
	base, err := url.Parse(endpoint)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(t.ctx, http.MethodGet, endpoint, nil)
	if err != nil {
		return err
	}
	t.header(req)
	req.Header.Set("Accept", sse.ContentType)
	res, err := t.opt.HTTPClient.Do(req)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK || mediaType(res) != sse.ContentType {
		defer drain(res.Body)
		body, _ := readAll(io.LimitReader(res.Body, 512), 512) // what there is of it
		return &HTTPError{StatusCode: res.StatusCode, Status: res.Status, Body: string(body)}
	}
	t.body, t.events = res.Body, sse.NewReader(res.Body, t.opt.MaxMessage)
	ev, err := t.events.Next()
	if err == nil && ev.Name != "endpoint" {
		err = fmt.Errorf("mcp client: the stream began with event %q, want endpoint", ev.Name)
	}
	if err != nil {
		return errors.Join(err, res.Body.Close())
	}
	post, err := base.Parse(string(ev.Data))
	if err == nil && (post.Scheme != base.Scheme || post.Host != base.Host) {
		err = fmt.Errorf("mcp client: the server names an address for messages on another host: %s", post)
	}
	if err != nil {
		return errors.Join(err, res.Body.Close())
	}
	t.post = post.String()
	return nil
}

func (t *sseTransport) header(req *http.Request) {
	maps.Copy(req.Header, t.opt.Header)
}

// Send posts a message; the answer to it comes on the stream.
func (t *sseTransport) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(t.ctx, cancel)()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.post, bytes.NewReader(m.Data))
	if err != nil {
		return err
	}
	t.header(req)
	req.Header.Set("Content-Type", "application/json")
	res, err := t.opt.HTTPClient.Do(req)
	if err != nil {
		return lost(err)
	}
	defer drain(res.Body)
	if res.StatusCode/100 != 2 {
		body, _ := readAll(io.LimitReader(res.Body, 512), 512) // what there is of it
		return &HTTPError{StatusCode: res.StatusCode, Status: res.Status, Body: string(body)}
	}
	return nil
}

// Receive reads the next message of the stream.
func (t *sseTransport) Receive(context.Context) (Event, error) {
	for {
		ev, err := t.events.Next()
		if err != nil {
			if t.ctx.Err() != nil {
				err = ErrClosed
			}
			return Event{}, err
		}
		if len(ev.Data) > 0 && (ev.Name == "" || ev.Name == "message") {
			return Event{Data: bytes.Clone(ev.Data)}, nil
		}
	}
}

// Close ends the stream, and with it the server's side of the connection.
func (t *sseTransport) Close() error {
	t.once.Do(func() {
		t.stop()
		_ = t.body.Close() // the request is cancelled: nothing to report
		t.opt.closeIdle()
	})
	return nil
}

// answers tells whether a message is the response to the request id.
func answers(data []byte, id string) bool {
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
	}
	if id == "" || json.Unmarshal(data, &m) != nil {
		return false
	}
	return m.Method == "" && string(m.ID) == id
}
