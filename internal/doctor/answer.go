package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"
)

// The revisions that are asked for.
const (
	modernRevision = "2026-07-28"
	legacyRevision = "2025-11-25"
)

const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"` + modernRevision + `","io.modelcontextprotocol/clientInfo":{"name":"mcpgen doctor","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}`

// The first requests of the two eras.
const (
	discoverBody   = `{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{` + meta + `}}`
	initializeBody = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"` + legacyRevision + `","capabilities":{},"clientInfo":{"name":"mcpgen doctor","version":"1"}}}`
	listenBody     = `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},` + meta + `}}`
)

// An ask is one request.
type ask struct {
	method string // of HTTP
	url    string // "": that of the endpoint
	body   string
	modern string // method of a modern message, for its headers; "" for none
	header http.Header
	host   string // instead of the URL's
	bare   bool   // without credentials and other headers of the caller
}

// An answer is what came back: the head and the beginning of the body.
type answer struct {
	status int
	proto  string
	header http.Header
	media  string
	body   []byte // 256 KiB at most; of an event stream its first message
	began  time.Time
	took   time.Duration // until the body was read
	reused bool          // the connection was one from before
}

// maxBody bounds what is read of an answer.
const maxBody = 256 << 10

// request makes the request of an ask.
func (p *patient) request(ctx context.Context, a ask) (*http.Request, error) {
	if a.url == "" {
		a.url = p.u.String()
	}
	var body io.Reader
	if a.body != "" {
		body = strings.NewReader(a.body)
	}
	req, err := http.NewRequestWithContext(ctx, a.method, a.url, body)
	if err != nil {
		return nil, err
	}
	if !a.bare && sameHost(req.URL, p.u) {
		maps.Copy(req.Header, p.o.Header)
		if p.o.Credential != "" {
			req.Header.Set("Authorization", p.o.Credential)
		}
	}
	req.Header.Set("Accept", "application/json, text/event-stream")
	if a.method == http.MethodGet {
		req.Header.Set("Accept", "text/event-stream")
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if a.modern != "" {
		req.Header.Set("Mcp-Protocol-Version", modernRevision)
		req.Header.Set("Mcp-Method", a.modern)
	}
	maps.Copy(req.Header, a.header)
	req.Host = a.host
	return req, nil
}

// send sends a request and reads its answer.
func (p *patient) send(ctx context.Context, a ask) (*answer, error) {
	out := &answer{began: p.o.Now()}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { out.reused = i.Reused }})
	req, err := p.request(ctx, a)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	res, err := p.web.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // it is only read
	out.status, out.proto, out.header = res.StatusCode, res.Proto, res.Header
	out.media, _, _ = mime.ParseMediaType(res.Header.Get("Content-Type")) // "" says enough
	if out.media == "text/event-stream" {
		out.body, err = firstMessage(res.Body)
	} else {
		out.body, err = io.ReadAll(io.LimitReader(res.Body, maxBody))
	}
	out.took = time.Since(began)
	return out, err
}

// firstMessage reads an event stream up to the end of its first message.
func firstMessage(r io.Reader) ([]byte, error) {
	var data, line []byte
	one := make([]byte, 1)
	for len(data) < maxBody {
		if _, err := io.ReadFull(r, one); err != nil {
			return data, err
		}
		if one[0] != '\n' {
			line = append(line, one[0])
			continue
		}
		line = bytes.TrimSuffix(line, []byte("\r"))
		if rest, ok := bytes.CutPrefix(line, []byte("data:")); ok {
			data = append(data, bytes.TrimPrefix(rest, []byte(" "))...)
		}
		if len(line) == 0 && len(data) > 0 {
			return data, nil
		}
		line = line[:0]
	}
	return data, errors.New("a message without end")
}

// A message is a JSON-RPC response, as far as it matters here.
type message struct {
	Version string           `json:"jsonrpc"`
	ID      json.RawMessage  `json:"id"`
	Result  *json.RawMessage `json:"result"`
	Error   *struct {
		Code    *int            `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	} `json:"error"`
}

// message reads the body, if it is a JSON-RPC response at all.
func (a *answer) message() (m message, ok bool) {
	if json.Unmarshal(a.body, &m) != nil {
		return m, false
	}
	return m, m.Version != "" || m.Result != nil || m.Error != nil
}

// excerpt shows the beginning of the body on one line.
func (a *answer) excerpt() string {
	text := strings.Join(strings.Fields(string(a.body[:min(len(a.body), 300)])), " ")
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return '.'
		}
		return r
	}, text)
	if len(text) > 160 {
		text = strings.ToValidUTF8(text[:160], "") + "…"
	}
	return text
}

// said is the status with the beginning of the body.
func (a *answer) said() string {
	s := fmt.Sprintf("%d %s", a.status, http.StatusText(a.status))
	if text := a.excerpt(); text != "" {
		s += ": " + text
	}
	return s
}
