package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// bodyKey is where a script finds the body of the request.
type bodyKey struct{}

// A script is a server that answers each method with a function of the test.
type script struct {
	t       *testing.T
	methods map[string]func(w http.ResponseWriter, r *http.Request, id json.RawMessage)
	get     http.HandlerFunc
	deleted chan struct{}

	mu   sync.Mutex
	seen []string
}

func newScript(t *testing.T) (*script, string) {
	t.Helper()
	s := &script{t: t, methods: map[string]func(http.ResponseWriter, *http.Request, json.RawMessage){}, deleted: make(chan struct{}, 1)}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return s, srv.URL
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		if s.get == nil {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		s.get(w, r)
		return
	case http.MethodDelete:
		s.deleted <- struct{}{}
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
	}
	if err := json.Unmarshal(body, &m); err != nil {
		s.t.Errorf("the client sent %q: %v", body, err)
	}
	s.mu.Lock()
	s.seen = append(s.seen, m.Method)
	s.mu.Unlock()
	f := s.methods[m.Method]
	switch {
	case f != nil:
		f(w, r.WithContext(context.WithValue(r.Context(), bodyKey{}, body)), m.ID)
	case m.ID == nil:
		w.WriteHeader(http.StatusAccepted)
	default:
		w.WriteHeader(http.StatusBadRequest)
	}
}

func (s *script) calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// reply answers with a JSON result; fail with a JSON-RPC error and a status.
func reply(result string) func(http.ResponseWriter, *http.Request, json.RawMessage) {
	return func(w http.ResponseWriter, _ *http.Request, id json.RawMessage) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":%s}`, id, result)
	}
}

func fail(status int, id, rpcError string) func(http.ResponseWriter, *http.Request, json.RawMessage) {
	return func(w http.ResponseWriter, _ *http.Request, got json.RawMessage) {
		id := id
		if id == "" {
			id = string(got)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"error":%s}`, id, rpcError)
	}
}

// once answers with first, and with next from then on.
func once(first, next func(http.ResponseWriter, *http.Request, json.RawMessage)) func(http.ResponseWriter, *http.Request, json.RawMessage) {
	var done atomic.Bool
	return func(w http.ResponseWriter, r *http.Request, id json.RawMessage) {
		if done.Swap(true) {
			next(w, r, id)
		} else {
			first(w, r, id)
		}
	}
}

const (
	discovered  = `{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{},"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"1"}}}`
	initialized = `{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1"}}`
)

func TestEraDetection(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		discover func(http.ResponseWriter, *http.Request, json.RawMessage)
		era      Era
		revision string // "" when Connect has to fail
		wantErr  string
	}{
		{"modern server", reply(discovered), Auto, "2026-07-28", ""},
		{"empty 400", nil, Auto, "2025-11-25", ""},
		{"method not found", fail(404, "", `{"code":-32601,"message":"no"}`), Auto, "2025-11-25", ""},
		{"invalid request of an old server", fail(400, "null", `{"code":-32600,"message":"no session"}`), Auto, "2025-11-25", ""},
		{"names legacy revisions only", fail(400, "", `{"code":-32022,"message":"no","data":{"supported":["2025-06-18"],"requested":"2026-07-28"}}`), Auto, "2025-11-25", ""},
		{"discovers legacy revisions only", reply(`{"supportedVersions":["2025-06-18"],"capabilities":{}}`), Auto, "2025-11-25", ""},
		{"knows no discovery but answers", reply(`{}`), Auto, "2025-11-25", ""},
		{"discovers other revisions only", reply(`{"supportedVersions":["2031-01-01"],"capabilities":{}}`), Auto, "", "no revision that this client knows"},
		{"refuses what it speaks", once(fail(400, "", `{"code":-32022,"message":"no","data":{"supported":["2026-07-28"]}}`), reply(discovered)), Auto, "2026-07-28", ""},
		{"refuses it again", fail(400, "", `{"code":-32022,"message":"no","data":{"supported":["2026-07-28"]}}`), Auto, "", "refuses the revision that it says it speaks"},
		{"modern refusal", fail(400, "", `{"code":-32020,"message":"header mismatch"}`), Auto, "", "header mismatch"},
		{"modern wanted, legacy server", nil, Modern, "", "400"},
		{"legacy wanted", reply(discovered), Legacy, "2025-11-25", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, url := newScript(t)
			s.methods["server/discover"] = c.discover
			if c.discover == nil {
				delete(s.methods, "server/discover")
			}
			s.methods["initialize"] = reply(initialized)
			cl, err := Connect(t.Context(), HTTP(url, nil), &Options{Era: c.era})
			if c.revision == "" {
				if err == nil || !strings.Contains(err.Error(), c.wantErr) {
					t.Fatalf("error %v, want %q in it", err, c.wantErr)
				}
				if slices.Contains(s.calls(), "initialize") {
					t.Error("fell back to initialize")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer cl.Close()
			if cl.Revision() != c.revision {
				t.Errorf("revision %s, want %s", cl.Revision(), c.revision)
			}
			if cl.Server().Name != "s" {
				t.Errorf("server %+v", cl.Server())
			}
		})
	}
}

func TestModernHeaders(t *testing.T) {
	t.Parallel()
	s, url := newScript(t)
	s.methods["server/discover"] = reply(discovered)
	got := make(chan http.Header, 1)
	s.methods["tools/call"] = func(w http.ResponseWriter, r *http.Request, id json.RawMessage) {
		got <- r.Header.Clone()
		reply(`{"resultType":"complete","content":[]}`)(w, r, id)
	}
	c, err := Dial(t.Context(), url, &Options{Header: http.Header{"X-Key": {"v"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.CallTool(t.Context(), "größe", nil); err != nil {
		t.Fatal(err)
	}
	h := <-got
	for k, want := range map[string]string{
		"Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "=?base64?Z3LDtsOfZQ==?=", "X-Key": "v", "Mcp-Session-Id": "",
	} {
		if h.Get(k) != want {
			t.Errorf("%s: %q, want %q", k, h.Get(k), want)
		}
	}
}

func TestHeaderValue(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "plain": "plain", "two words": "two words", " led": "=?base64?IGxlZA==?=", "é": "=?base64?w6k=?=",
		"a\nb": "=?base64?YQpi?=", "=?base64?x?=": "=?base64?PT9iYXNlNjQ/eD89?=", "=?base64?x": "=?base64?x",
	} {
		if got := headerValue(in); got != want {
			t.Errorf("headerValue(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestResume breaks the stream of a call after its first event; the client
// takes it up again where it ended.
func TestResume(t *testing.T) {
	t.Parallel()
	s, url := newScript(t)
	s.methods["initialize"] = func(w http.ResponseWriter, r *http.Request, id json.RawMessage) {
		w.Header().Set("Mcp-Session-Id", "s1")
		reply(initialized)(w, r, id)
	}
	call := make(chan json.RawMessage, 1)
	s.methods["tools/call"] = func(w http.ResponseWriter, _ *http.Request, id json.RawMessage) {
		call <- id
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "id: 7\nretry: 1\ndata: \n\n")
	}
	s.get = func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Last-Event-ID") == "":
			w.WriteHeader(http.StatusMethodNotAllowed)
		case r.Header.Get("Last-Event-ID") != "7" || r.Header.Get("Mcp-Session-Id") != "s1":
			t.Errorf("resumed with %v", r.Header)
		default:
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprintf(w, "id: 8\ndata: {\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"late\"}]}}\n\n", <-call)
		}
	}
	c, err := Connect(t.Context(), HTTP(url, nil), &Options{Era: Legacy})
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.CallTool(t.Context(), "t", nil)
	if err != nil || res.Text() != "late" {
		t.Errorf("got %v, %v", res, err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	<-s.deleted
}

func TestCallFailures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request, json.RawMessage)
		check  func(error) bool
	}{
		{"rpc error", fail(400, "", `{"code":-32602,"message":"unknown tool"}`), func(err error) bool {
			var e *RPCError
			return errors.As(err, &e) && e.Code == -32602
		}},
		{"tool error", reply(`{"content":[{"type":"text","text":"no"}],"isError":true}`), func(err error) bool {
			var e *ToolError
			return errors.As(err, &e) && e.Result.Text() == "no" && err.Error() == "tool t: no"
		}},
		{"plain status", func(w http.ResponseWriter, _ *http.Request, _ json.RawMessage) {
			http.Error(w, "go away", http.StatusForbidden)
		}, func(err error) bool {
			var e *HTTPError
			return errors.As(err, &e) && e.StatusCode == http.StatusForbidden && strings.Contains(e.Body, "go away")
		}},
		{"unknown result type", reply(`{"resultType":"puzzle","content":[]}`), func(err error) bool {
			return err != nil && strings.Contains(err.Error(), "puzzle")
		}},
		{"stream without an answer", func(w http.ResponseWriter, _ *http.Request, _ json.RawMessage) {
			w.Header().Set("Content-Type", "text/event-stream")
		}, func(err error) bool { return errors.Is(err, errStreamEnded) }},
		{"neither JSON nor a stream", func(w http.ResponseWriter, _ *http.Request, _ json.RawMessage) {
			fmt.Fprint(w, "hello")
		}, func(err error) bool { return err != nil && strings.Contains(err.Error(), "text/plain") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, url := newScript(t)
			s.methods["server/discover"] = reply(discovered)
			s.methods["tools/call"] = c.answer
			cl, err := Dial(t.Context(), url, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer cl.Close()
			if _, err := cl.CallTool(t.Context(), "t", nil); !c.check(err) {
				t.Errorf("error %T %v", err, err)
			}
		})
	}
}

// TestCancelModern: the end of the HTTP request is the cancellation.
func TestCancelModern(t *testing.T) {
	t.Parallel()
	s, url := newScript(t)
	s.methods["server/discover"] = reply(discovered)
	ended := make(chan struct{})
	began := make(chan struct{})
	s.methods["tools/call"] = func(_ http.ResponseWriter, r *http.Request, _ json.RawMessage) {
		close(began)
		<-r.Context().Done()
		close(ended)
	}
	c, err := Dial(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-began; cancel() }()
	if _, err := c.CallTool(ctx, "t", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	<-ended
	if slices.Contains(s.calls(), "notifications/cancelled") {
		t.Error("sent a notification, which the stateless era does not know on HTTP")
	}
}

// TestPages: the empty string is a cursor.
func TestPages(t *testing.T) {
	t.Parallel()
	s, url := newScript(t)
	s.methods["server/discover"] = reply(discovered)
	page := 0
	s.methods["tools/list"] = func(w http.ResponseWriter, r *http.Request, id json.RawMessage) {
		page++
		next := []string{`,"nextCursor":""`, `,"nextCursor":"b"`, ""}[page-1]
		reply(fmt.Sprintf(`{"resultType":"complete","tools":[{"name":"t%d","inputSchema":{"type":"object"}}]%s}`, page, next))(w, r, id)
	}
	c, err := Dial(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var names []string
	for tool, err := range c.Tools(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, tool.Name)
	}
	if want := []string{"t1", "t2", "t3"}; !slices.Equal(names, want) {
		t.Errorf("tools %v, want %v", names, want)
	}
}

func TestDialRefusesOtherSchemes(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"ftp://x", "localhost:80", "", "http://%zz"} {
		if c, err := Dial(t.Context(), target, nil); err == nil {
			c.Close()
			t.Errorf("Dial(%q) worked", target)
		}
	}
}
