package mcptest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
)

// maxEvent bounds one event of a stream.
const maxEvent = 64 << 20

// HTTP speaks to a Streamable HTTP endpoint such as http://127.0.0.1:8080/mcp.
// Every message is a request; headers are made from the message (2026-07-28) or
// kept from initialize (before that). After notifications/initialized the
// stream for messages of no request is opened, if the server has one.
func HTTP(url string) Peer {
	ctx, cancel := context.WithCancel(context.Background())
	return &streamable{inbox: newInbox(), url: url, ctx: ctx, cancel: cancel, client: &http.Client{Transport: &http.Transport{}}}
}

type streamable struct {
	*inbox

	url    string
	client *http.Client
	ctx    context.Context //nolint:containedctx // the life of the peer
	cancel context.CancelFunc
	posts  sync.WaitGroup
	gets   sync.WaitGroup

	mu       sync.Mutex
	session  string // of the stateful era
	revision string // negotiated by initialize
	modern   string // named by the last request of the stateless era
}

// envelope is what HTTP has to know of a message.
type envelope struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params struct {
		Name   string `json:"name"`
		URI    string `json:"uri"`
		TaskID string `json:"taskId"`
		Meta   struct {
			Revision string `json:"io.modelcontextprotocol/protocolVersion"`
		} `json:"_meta"`
	} `json:"params"`
}

func (p *streamable) Send(ctx context.Context, msg []byte) error {
	var e envelope
	parsed := json.Unmarshal(msg, &e) == nil
	if parsed && e.ID != nil && e.Method != "" {
		p.posts.Go(func() {
			if err := p.post(p.ctx, msg, &e); err != nil {
				p.end(err)
			}
		})
		return nil
	}
	if err := p.post(ctx, msg, &e); err != nil {
		return err
	}
	if e.Method == "notifications/initialized" {
		p.open()
	}
	return nil
}

func (p *streamable) post(ctx context.Context, msg []byte, e *envelope) error {
	req, err := p.request(ctx, http.MethodPost, msg)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	if r := p.stateless(e); r != "" {
		req.Header.Del("Mcp-Session-Id")
		req.Header.Set("Mcp-Protocol-Version", r)
		req.Header.Set("Mcp-Method", e.Method)
		if name := nameOf(e); name != "" {
			req.Header.Set("Mcp-Name", name)
		}
	}
	res, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer closeBody(res)
	if e.Method == "initialize" {
		p.mu.Lock()
		p.session = res.Header.Get("Mcp-Session-Id")
		p.mu.Unlock()
	}
	return p.take(res, e)
}

// stateless gives the revision when e belongs to the stateless era: a request
// that says so, or a notification after one where there is no session.
func (p *streamable) stateless(e *envelope) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := e.Params.Meta.Revision; r != "" {
		p.modern = r
		return r
	}
	if e.ID == nil && e.Method != "" && p.session == "" {
		return p.modern
	}
	return ""
}

func nameOf(e *envelope) string {
	switch e.Method {
	case "tools/call", "prompts/get":
		return e.Params.Name
	case "resources/read":
		return e.Params.URI
	}
	return e.Params.TaskID
}

// request makes a request with the headers of the session.
func (p *streamable) request(ctx context.Context, method string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, p.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.session != "" {
		req.Header.Set("Mcp-Session-Id", p.session)
	}
	if p.revision >= "2025-06-18" { // the header's first revision
		req.Header.Set("Mcp-Protocol-Version", p.revision)
	}
	return req, nil
}

// take receives what is in a response.
func (p *streamable) take(res *http.Response, e *envelope) error {
	if strings.HasPrefix(res.Header.Get("Content-Type"), sse.ContentType) {
		return p.events(res)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if e.Method == "initialize" {
		var answer struct {
			Result struct {
				ProtocolVersion string `json:"protocolVersion"`
			} `json:"result"`
		}
		if err := json.Unmarshal(body, &answer); err == nil {
			p.mu.Lock()
			p.revision = answer.Result.ProtocolVersion
			p.mu.Unlock()
		}
	}
	if len(body) == 0 {
		body = nil
	}
	p.put(body, res.StatusCode)
	return nil
}

func (p *streamable) events(res *http.Response) error {
	for r := sse.NewReader(res.Body, maxEvent); ; {
		ev, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case len(ev.Data) > 0:
			p.put(ev.Data, res.StatusCode)
		}
	}
}

// open opens the stream for messages of no request. It returns once the server
// has answered, so that nothing sent after that is missed.
func (p *streamable) open() {
	opened := make(chan struct{})
	p.gets.Go(func() {
		var once sync.Once
		defer once.Do(func() { close(opened) })
		req, err := p.request(p.ctx, http.MethodGet, nil)
		if err != nil {
			p.end(err)
			return
		}
		req.Header.Set("Accept", sse.ContentType)
		res, err := p.client.Do(req)
		if err != nil {
			p.end(fmt.Errorf("GET: %w", err))
			return
		}
		defer closeBody(res)
		once.Do(func() { close(opened) })
		if res.StatusCode != http.StatusOK {
			return // a server may have no such stream
		}
		if err := p.events(res); err != nil && p.ctx.Err() == nil {
			p.end(err)
		}
	})
	<-opened
}

// Close waits for answers that are under way and ends the session.
func (p *streamable) Close() error {
	go func() {
		p.posts.Wait()
		p.mu.Lock()
		session := p.session
		p.mu.Unlock()
		if session != "" {
			p.delete()
		}
		p.cancel()
		p.gets.Wait()
		p.client.CloseIdleConnections()
		p.end(io.EOF)
	}()
	return nil
}

func (p *streamable) delete() {
	req, err := p.request(p.ctx, http.MethodDelete, nil)
	if err != nil {
		p.end(err)
		return
	}
	res, err := p.client.Do(req)
	if err != nil {
		p.end(fmt.Errorf("DELETE: %w", err))
		return
	}
	closeBody(res) // nothing is expected in it
}

// closeBody closes the body of a response, which has been read as far as it
// matters.
func closeBody(res *http.Response) { _ = res.Body.Close() }
