package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestForeignAnswers: a response that does not answer its request is an error, and
// nobody waits for ever.
func TestForeignAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, want string }{
		{"another id", `{"jsonrpc":"2.0","id":999,"result":{"content":[]}}`, "has no answer to it"},
		{"no JSON", `<html>`, "has no answer to it"},
		{"nothing", ``, "has no answer to it"},
		{"an empty batch", `[]`, "has no answer to it"},
		{"neither result nor error", `{"jsonrpc":"2.0","id":$id}`, "neither a result nor an error"},
		{"an error without an id", `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"who are you"}}`, "who are you (-32600)"},
		{"an answer in a batch", `[{"jsonrpc":"2.0","id":$id,"error":{"code":-32600,"message":"one of many"}}]`, "one of many (-32600)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, url := newScript(t)
			s.methods["server/discover"] = reply(discovered)
			s.methods["tools/call"] = func(w http.ResponseWriter, _ *http.Request, id json.RawMessage) {
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, strings.ReplaceAll(c.body, "$id", string(id)))
			}
			cl, err := Dial(t.Context(), url, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer cl.Close()
			if _, err := cl.CallTool(t.Context(), "t", nil); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// TestUnknownResultTypes: a result that means something else is not read as one
// that is complete.
func TestUnknownResultTypes(t *testing.T) {
	t.Parallel()
	s, url := newScript(t)
	s.methods["server/discover"] = reply(discovered)
	for _, method := range []string{"resources/read", "prompts/get", "tools/list", "tools/call"} {
		s.methods[method] = reply(`{"resultType":"puzzle","contents":[],"messages":[],"tools":[],"content":[]}`)
	}
	s.methods["tools/call"] = reply(`{"resultType":"task","taskId":"T","status":"puzzle"}`)
	c, err := Dial(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, read := c.ReadResource(t.Context(), "x://y")
	_, get := c.GetPrompt(t.Context(), "p", nil)
	_, task := c.CallTool(t.Context(), "t", nil)
	errs := map[string]error{"read": read, "get": get, "task": task, "list": nil}
	for _, err := range c.Tools(t.Context()) {
		errs["list"] = err
	}
	for what, err := range errs {
		if err == nil || !strings.Contains(err.Error(), "puzzle") {
			t.Errorf("%s: error %v", what, err)
		}
	}
}

// TestLost: a server that dies in the middle of a call.
func TestLost(t *testing.T) {
	t.Parallel()
	die := func(head string) func(http.ResponseWriter, *http.Request, json.RawMessage) {
		return func(w http.ResponseWriter, _ *http.Request, _ json.RawMessage) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(conn, head)
			conn.Close()
		}
	}
	for name, head := range map[string]string{
		"before the answer":  "",
		"in a JSON answer":   "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"json",
		"in an event stream": "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ndata: \r\n",
		"after a stream":     "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := newScript(t)
			s.methods["server/discover"] = reply(discovered)
			s.methods["tools/call"] = die(head)
			c, err := Dial(t.Context(), url, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := c.CallTool(t.Context(), "t", nil); !errors.Is(err, ErrLost) {
				t.Errorf("error %T %v", err, err)
			}
		})
	}
	t.Run("a pipe", func(t *testing.T) {
		t.Parallel()
		here, there := net.Pipe()
		h := &asking{t: t, conn: there, calls: make(chan string, 1)}
		go h.serve()
		c, err := Connect(t.Context(), Lines(here, here, here, nil), &Options{Era: Legacy})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		ended := make(chan error, 1)
		go func() {
			_, err := c.CallTool(t.Context(), "t", nil)
			ended <- err
		}()
		<-h.calls
		there.Close()
		if err := <-ended; !errors.Is(err, ErrLost) || !errors.Is(err, io.EOF) {
			t.Errorf("error %T %v", err, err)
		}
		if _, err := c.CallTool(t.Context(), "t", nil); !errors.Is(err, ErrLost) {
			t.Errorf("the next call: %T %v", err, err)
		}
	})
	// Nothing was sent where there was no connection.
	if _, err := Dial(t.Context(), "http://127.0.0.1:1/mcp", nil); err == nil || errors.Is(err, ErrLost) {
		t.Errorf("error %v", err)
	}
}

// asking is a server of 2025-11-25 on a pipe.
type asking struct {
	t     *testing.T
	conn  net.Conn
	calls chan string // the ids of calls
	other chan string // whatever else comes
}

func (a *asking) serve() {
	d := json.NewDecoder(a.conn)
	for {
		var raw json.RawMessage
		var m struct {
			ID     json.RawMessage
			Method string
		}
		if d.Decode(&raw) != nil || json.Unmarshal(raw, &m) != nil {
			return
		}
		switch m.Method {
		case "initialize":
			a.say(`{"jsonrpc":"2.0","id":` + string(m.ID) + `,"result":` + initialized + `}`)
		case "tools/call":
			a.calls <- string(m.ID)
		case "notifications/initialized":
		default:
			a.other <- string(raw)
		}
	}
}

func (a *asking) say(message string) {
	if _, err := io.WriteString(a.conn, message+"\n"); err != nil {
		a.t.Error(err)
	}
}

// TestQuestionsEnd: the context of a handler ends when the server withdraws the
// question, and when the client is closed. Neither is answered.
func TestQuestionsEnd(t *testing.T) {
	t.Parallel()
	here, there := net.Pipe()
	h := &asking{t: t, conn: there, other: make(chan string, 1)}
	go h.serve()
	asked := make(chan context.Context, 1)
	c, err := Connect(t.Context(), Lines(here, here, here, nil), &Options{Era: Legacy, Handlers: Handlers{
		Roots: func(ctx context.Context) ([]Root, error) {
			asked <- ctx
			<-ctx.Done()
			return nil, ctx.Err()
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	h.say(`{"jsonrpc":"2.0","id":"q","method":"roots/list"}`)
	ctx := <-asked
	h.say(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"other"}}`)
	h.say(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"q"}}`)
	<-ctx.Done()
	h.say(`{"jsonrpc":"2.0","id":"p","method":"ping"}`)
	if got := <-h.other; got != `{"id":"p","jsonrpc":"2.0","result":{}}` {
		t.Errorf("the client sent %s", got)
	}
	h.say(`{"jsonrpc":"2.0","id":"r","method":"roots/list"}`)
	ctx = <-asked
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	<-ctx.Done()
	there.Close()
}

// TestNoQuestionsInTheStatelessEra: a request of the server is not answered there.
func TestNoQuestionsInTheStatelessEra(t *testing.T) {
	t.Parallel()
	s, url := newScript(t)
	s.methods["server/discover"] = reply(discovered)
	s.methods["tools/call"] = func(w http.ResponseWriter, _ *http.Request, id json.RawMessage) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"roots/list\"}\n\ndata: {\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[]}}\n\n", id)
	}
	c, err := Dial(t.Context(), url, &Options{Handlers: Handlers{Roots: func(context.Context) ([]Root, error) {
		t.Error("the handler was called")
		return nil, nil
	}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.CallTool(t.Context(), "t", nil); err != nil {
		t.Error(err)
	}
	c.Close()
	if calls := s.calls(); len(calls) != 2 {
		t.Errorf("the client sent %q", calls)
	}
}

// TestListenToNothing: a server that does not agree to tell of a resource.
func TestListenToNothing(t *testing.T) {
	t.Parallel()
	s, url := newScript(t)
	s.methods["server/discover"] = reply(discovered)
	gone := make(chan struct{})
	s.methods["subscriptions/listen"] = func(w http.ResponseWriter, r *http.Request, id json.RawMessage) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":%s},\"notifications\":{\"resourceSubscriptions\":[\"a://a\"]}}}\n\n", id)
		_ = http.NewResponseController(w).Flush() // the client sees whether it came
		<-r.Context().Done()
		close(gone)
	}
	c, err := Dial(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	err = c.Listen(t.Context(), Filter{URIs: []string{"a://a", "b://b"}}, func(Change) {})
	if err == nil || !strings.Contains(err.Error(), "does not tell of changes of b://b") {
		t.Errorf("error %v", err)
	}
	<-gone
}

// TestRedirects: headers are not carried to another host, and no request becomes
// another one.
func TestRedirects(t *testing.T) {
	t.Parallel()
	secret := http.Header{"X-Api-Key": {"secret"}}
	elsewhere, away := newScript(t)
	elsewhere.methods["server/discover"] = reply(discovered)
	away = strings.Replace(away, "127.0.0.1", "localhost", 1)
	for _, tt := range []struct {
		name, to string
		status   int
		fine     bool
	}{
		{"same host", "", http.StatusPermanentRedirect, true},
		{"another host", away, http.StatusPermanentRedirect, false},
		{"another method", "", http.StatusMovedPermanently, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, url := newScript(t)
			s.methods["server/discover"] = func(w http.ResponseWriter, r *http.Request, id json.RawMessage) {
				if r.URL.Path == "/new" {
					reply(discovered)(w, r, id)
					return
				}
				w.Header().Set("Location", tt.to+"/new")
				w.WriteHeader(tt.status)
			}
			c, err := Connect(t.Context(), HTTP(url, &Options{Header: secret}), &Options{Era: Modern})
			var refused *HTTPError
			switch {
			case tt.fine && err == nil:
				c.Close()
			case tt.fine || !errors.As(err, &refused) || refused.StatusCode != tt.status:
				t.Errorf("error %v", err)
			}
		})
	}
	t.Cleanup(func() {
		if calls := elsewhere.calls(); len(calls) != 0 {
			t.Errorf("the other host was sent %q", calls)
		}
	})
}

// TestStandingStream: it is opened again after a proxy without a server, from
// where it ended, and anew when that is not kept.
func TestStandingStream(t *testing.T) {
	t.Parallel()
	s, url := newScript(t)
	s.methods["initialize"] = func(w http.ResponseWriter, r *http.Request, id json.RawMessage) {
		w.Header().Set("Mcp-Session-Id", "s1")
		reply(initialized)(w, r, id)
	}
	gets := make(chan string, 8)
	n := 0 // one GET after the other
	s.get = func(w http.ResponseWriter, r *http.Request) {
		n++
		gets <- r.Header.Get("Last-Event-ID")
		switch n {
		case 1:
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "id: 7\nretry: 1\ndata: \n\n")
		case 2:
			w.WriteHeader(http.StatusBadGateway)
		case 3:
			w.WriteHeader(http.StatusGone)
		case 4:
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n")
		default:
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	}
	changed := make(chan string, 1)
	c, err := Connect(t.Context(), HTTP(url, nil), &Options{Era: Legacy, OnNotification: func(_ context.Context, method string, _ json.RawMessage) {
		changed <- method
	}})
	if err != nil {
		t.Fatal(err)
	}
	limit := time.After(time.Minute)
	for i, want := range []string{"", "7", "7", "", ""} {
		select {
		case got := <-gets:
			if got != want {
				t.Errorf("GET %d after %q, want %q", i+1, got, want)
			}
		case <-limit:
			t.Fatalf("no GET %d", i+1)
		}
	}
	if got := <-changed; got != "notifications/tools/list_changed" {
		t.Errorf("got %s", got)
	}
	c.Close()
}
