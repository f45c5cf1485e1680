package client

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/sse"
)

// HTTP is the Streamable HTTP transport to an endpoint such as
// "http://127.0.0.1:8080/mcp". It serves both eras: the headers of 2026-07-28,
// or sessions, the standing stream and resumption of 2025-11-25 and earlier.
// Nothing is sent before the first message.
func HTTP(endpoint string, o *Options) Transport {
	h := &httpTransport{endpoint: endpoint, opt: o.withDefaults(), events: make(chan Event, 64), running: map[string]context.CancelFunc{}}
	h.ctx, h.stop = context.WithCancel(context.Background())
	return h
}

type httpTransport struct {
	endpoint string
	opt      Options
	events   chan Event
	ctx      context.Context // ends with Close
	stop     context.CancelFunc
	streams  sync.WaitGroup // goroutines that read responses
	once     sync.Once

	mu       sync.Mutex
	session  string // Mcp-Session-Id, "" without one
	revision string // of the session
	running  map[string]context.CancelFunc
}

// Send posts a message. A request is posted in a goroutine that reads its
// answers; anything else is posted before Send returns.
func (h *httpTransport) Send(ctx context.Context, m Message) error {
	if h.ctx.Err() != nil {
		return ErrClosed
	}
	if m.ID == "" {
		return h.post(ctx, m)
	}
	ctx, cancel := context.WithCancel(h.ctx) // not the caller's: cancellation has an order, see Client.cancel
	h.mu.Lock()
	h.running[m.ID] = cancel
	h.mu.Unlock()
	h.streams.Go(func() {
		defer h.End(m.ID)
		answered, err := h.exchange(ctx, m)
		if err == nil && !answered {
			err = fmt.Errorf("mcp client: the response to %s has no answer to it", m.Method)
		}
		if err != nil {
			h.emit(Event{ID: m.ID, Err: err})
		}
	})
	return nil
}

// End gives up the exchange of a request: on 2026-07-28 that cancels it.
func (h *httpTransport) End(id string) {
	h.mu.Lock()
	cancel := h.running[id]
	delete(h.running, id)
	h.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}

// Receive gives what any of the responses brought.
func (h *httpTransport) Receive(ctx context.Context) (Event, error) {
	select {
	case ev := <-h.events:
		return ev, nil
	case <-h.ctx.Done():
		return Event{}, ErrClosed
	case <-ctx.Done():
		return Event{}, context.Cause(ctx)
	}
}

// Close ends the session, if there is one, and all exchanges.
func (h *httpTransport) Close() error {
	h.once.Do(func() {
		h.mu.Lock()
		session := h.session
		h.mu.Unlock()
		if session != "" {
			ctx, cancel := context.WithTimeout(h.ctx, writeTimeout)
			if req, err := h.request(ctx, http.MethodDelete, Message{}, nil); err == nil {
				if res, err := h.opt.HTTPClient.Do(req); err == nil { // best effort: the server expires it too
					drain(res.Body)
				}
			}
			cancel()
		}
		h.stop()
		h.streams.Wait()
		h.opt.closeIdle()
	})
	return nil
}

func (h *httpTransport) emit(ev Event) {
	select {
	case h.events <- ev:
	case <-h.ctx.Done():
	}
}

// post sends a notification or an answer.
func (h *httpTransport) post(ctx context.Context, m Message) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.ctx, cancel)()
	res, err := h.do(ctx, m)
	if err != nil {
		return err
	}
	defer drain(res.Body)
	if res.StatusCode/100 != 2 {
		return h.refusal(res, nil)
	}
	if m.Method == "notifications/initialized" {
		h.listen()
	}
	return nil
}

// exchange posts a request and passes on everything that answers it. It tells
// whether the response itself was among that.
func (h *httpTransport) exchange(ctx context.Context, m Message) (answered bool, err error) {
	res, err := h.do(ctx, m)
	if err != nil {
		return false, lost(err)
	}
	defer drain(res.Body)
	if res.StatusCode != http.StatusOK {
		body, isRPC := rpcError(res, m.ID)
		if isRPC {
			h.emit(Event{Data: body})
			return true, nil
		}
		return false, h.refusal(res, body)
	}
	if m.Method == "initialize" {
		h.open(res)
	}
	switch mediaType(res) {
	case "application/json":
		body, err := readAll(res.Body, h.opt.MaxMessage)
		if err != nil {
			return false, err
		}
		body, answered := answerIn(body, m.ID)
		h.emit(Event{Data: body})
		return answered, nil
	case sse.ContentType:
		return h.follow(ctx, res.Body, m)
	}
	return false, fmt.Errorf("mcp client: %s was answered with %q, which is neither JSON nor an event stream", m.Method, res.Header.Get("Content-Type"))
}

// open remembers the session that an initialize response begins.
func (h *httpTransport) open(res *http.Response) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.session = res.Header.Get("Mcp-Session-Id")
}

func (h *httpTransport) do(ctx context.Context, m Message) (*http.Response, error) {
	req, err := h.request(ctx, http.MethodPost, m, bytes.NewReader(m.Data))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, "+sse.ContentType)
	return h.opt.HTTPClient.Do(req)
}

// request makes a request with the headers that every message has.
func (h *httpTransport) request(ctx context.Context, method string, m Message, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, h.endpoint, body)
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, h.opt.Header)
	h.mu.Lock()
	if m.Revision != "" && !m.Modern {
		h.revision = m.Revision
	}
	session, revision := h.session, h.revision
	h.mu.Unlock()
	if m.Key != "" {
		req.Header.Set("Idempotency-Key", m.Key)
	}
	if m.Modern {
		req.Header.Set("Mcp-Protocol-Version", m.Revision)
		req.Header.Set("Mcp-Method", m.Method)
		if m.Name != "" {
			req.Header.Set("Mcp-Name", headerValue(m.Name))
		}
		for k, v := range m.Params {
			req.Header.Set("Mcp-Param-"+k, headerValue(v))
		}
		return req, nil
	}
	if session != "" {
		req.Header.Set("Mcp-Session-Id", session)
	}
	if revision != "" && m.Method != "initialize" {
		req.Header.Set("Mcp-Protocol-Version", revision)
	}
	return req, nil
}

// headerValue encodes a value for an HTTP header: as it is when it is plain
// text, in the Base64 form otherwise (2026-07-28,
// basic/transports/streamable-http, custom headers).
func headerValue(s string) string {
	plain := s == strings.Trim(s, " \t") && (!strings.HasPrefix(s, "=?base64?") || !strings.HasSuffix(s, "?="))
	for i := 0; plain && i < len(s); i++ {
		plain = s[i] >= 0x20 && s[i] < 0x7f
	}
	if plain {
		return s
	}
	return "=?base64?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?="
}

// refusal is the error for a response that is no answer. body is what was read
// of it already.
func (h *httpTransport) refusal(res *http.Response, body []byte) error {
	h.mu.Lock()
	lost := res.StatusCode == http.StatusNotFound && h.session != ""
	h.mu.Unlock()
	if lost {
		return ErrSessionLost
	}
	if body == nil {
		body, _ = readAll(io.LimitReader(res.Body, 512), 512) // what there is of it
	}
	return &HTTPError{StatusCode: res.StatusCode, Status: res.Status, Body: string(body[:min(len(body), 512)])}
}

// rpcError reads the body of a refused request. isRPC tells that it is a
// JSON-RPC error for this request; one without an id counts, since the server
// may not have got so far as to read it, and is given the id.
func rpcError(res *http.Response, id string) (body []byte, isRPC bool) {
	body, err := readAll(res.Body, 64<<10)
	if err != nil || mediaType(res) != "application/json" {
		return body, false
	}
	return withID(body, id)
}

// answerIn looks for the answer to the request id in a JSON response: the message,
// one of a batch, or an error without an id, which is given it.
func answerIn(body []byte, id string) (data []byte, found bool) {
	var batch []json.RawMessage
	if json.Unmarshal(body, &batch) == nil {
		return body, slices.ContainsFunc(batch, func(m json.RawMessage) bool { return answers(m, id) })
	}
	if answers(body, id) {
		return body, true
	}
	return withID(body, id)
}

// withID gives an error of the request id, or of none, that id.
func withID(body []byte, id string) (data []byte, isError bool) {
	var m map[string]json.RawMessage
	if json.Unmarshal(body, &m) != nil || m["error"] == nil {
		return body, false
	}
	if had := string(m["id"]); had != id && had != "" && had != "null" {
		return body, false
	}
	m["id"] = json.RawMessage(id)
	out, err := json.Marshal(m)
	return out, err == nil
}

func mediaType(res *http.Response) string {
	t, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

// readAll reads at most limit bytes and fails when there are more.
func readAll(r io.Reader, limit int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err == nil && len(data) > limit {
		return nil, fmt.Errorf("mcp client: a message of more than %d bytes", limit)
	}
	return data, lost(err)
}

// drain reads a little of what is left, so that the connection can be used
// again, and closes it.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 4<<10) // io.EOF is the good case
	_ = body.Close()
}

var errStreamEnded = errors.New("the event stream ended")

// Resumption of a broken stream (2025-11-25, basic/transports): how often, how
// long to wait when the server does not say, and how long at most when it cannot
// be reached.
const (
	maxResumes   = 5
	defaultRetry = time.Second
	maxRetry     = time.Minute
)
