package mcpws_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

func TestHandshake(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	tests := []struct {
		name     string
		header   http.Header
		host     string
		ask      []string
		status   int
		protocol string
	}{
		{name: "plain", status: 101},
		{name: "subprotocol", ask: []string{"mcp"}, status: 101, protocol: "mcp"},
		{name: "among others", ask: []string{"x", "mcp"}, status: 101, protocol: "mcp"},
		{name: "others only", ask: []string{"x"}, status: 101},
		{name: "own origin", header: http.Header{"Origin": {"http" + strings.TrimPrefix(url, "ws")}}, status: 101},
		{name: "foreign origin", header: http.Header{"Origin": {"http://evil.example.com"}}, status: 403},
		{name: "foreign host", header: http.Header{"Host": {"evil.example.com"}}, status: 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := websocket.Dialer{Subprotocols: tt.ask}
			c, res, err := d.DialContext(t.Context(), url, tt.header)
			if err == nil {
				defer c.Close()
			}
			if res == nil || res.StatusCode != tt.status {
				t.Fatalf("answered %v, %v; want %d", res, err, tt.status)
			}
			if got := res.Header.Get("Sec-WebSocket-Protocol"); got != tt.protocol {
				t.Errorf("subprotocol %q, want %q", got, tt.protocol)
			}
		})
	}
}

func TestBadHandshake(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	url = "http" + strings.TrimPrefix(url, "ws")
	upgrade := http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}}
	tests := []struct {
		name, method string
		header       http.Header
		status       int
	}{
		{"plain GET", http.MethodGet, nil, 426},
		{"POST", http.MethodPost, nil, 426},
		{"no version", http.MethodGet, upgrade, 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequestWithContext(t.Context(), tt.method, url, nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.header != nil {
				req.Header = tt.header.Clone()
			}
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != tt.status {
				t.Errorf("status %d, want %d", res.StatusCode, tt.status)
			}
			if tt.status == 426 && res.Header.Get("Upgrade") != "websocket" {
				t.Errorf("Upgrade: %q, want websocket", res.Header.Get("Upgrade"))
			}
		})
	}
}

// TestBothEras mixes both eras on one connection.
func TestBothEras(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	p, err := mcptest.WebSocket(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := mcptest.NewClient(t, p)
	c.Send(call(1, "bare", "{}"))
	c.Expect(`{"id":1,"result":{"resultType":"complete",…}}`)
	c.Initialize("2025-06-18")
	c.Send(`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"add","arguments":{"a":1,"b":2}}}`)
	c.Expect(`{"id":2,"result":{"content":[…],"structuredContent":{"sum":3}}}`)
	c.Send(call(3, "bare", "{}"))
	c.Expect(`{"id":3,"result":{"resultType":"complete",…}}`)
}

// TestBadMessages sends one message and a ping behind it. Either the connection
// is closed with a code, or both are answered.
func TestBadMessages(t *testing.T) {
	t.Parallel()
	const limit = 4000
	_, url := listen(t, fixture.New(nil), &mcpws.Options{MaxMessage: limit})
	tests := []struct {
		name string
		kind int
		msg  string
		code int    // of the close frame; 0: the connection goes on
		want string // part of the answer
	}{
		{"binary", websocket.BinaryMessage, ping, websocket.CloseUnsupportedData, ""},
		{"invalid UTF-8", websocket.TextMessage, "{\"jsonrpc\":\"\xff", websocket.CloseInvalidFramePayloadData, ""},
		{"too long", websocket.TextMessage, ping + strings.Repeat(" ", limit), websocket.CloseMessageTooBig, ""},
		{"as long as may be", websocket.TextMessage, ping + strings.Repeat(" ", limit-len(ping)), 0, `"id":"ping","result"`},
		{"empty", websocket.TextMessage, "", 0, "-32700"},
		{"garbage", websocket.TextMessage, "hello", 0, "-32700"},
		{"two messages", websocket.TextMessage, ping + "\n" + ping, 0, "-32700"},
		{"batch", websocket.TextMessage, "[" + ping + "]", 0, "-32600"},
		{"id is a fraction", websocket.TextMessage, `{"jsonrpc":"2.0","id":1.5,"method":"ping"}`, 0, "-32600"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, url)
			if err := c.WriteMessage(tt.kind, []byte(tt.msg)); err != nil {
				t.Fatal(err)
			}
			if tt.code != 0 {
				if got := closeCode(t, c); got != tt.code {
					t.Errorf("closed with %d, want %d", got, tt.code)
				}
				return
			}
			send(t, c, ping)
			if got := receive(t, c); !strings.Contains(got, tt.want) {
				t.Errorf("answered %s, want %s", got, tt.want)
			}
			if got := receive(t, c); got != pong {
				t.Errorf("then %s, want %s", got, pong)
			}
		})
	}
}

// TestHugeMessage announces far more than may be sent.
func TestHugeMessage(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	c := dial(t, url)
	// The header of a masked text frame of 512 MiB, and its beginning.
	head := []byte{0x81, 0xff, 0, 0, 0, 0, 0x20, 0, 0, 0, 1, 2, 3, 4}
	if _, err := c.NetConn().Write(append(head, bytes.Repeat([]byte("x"), 100_000)...)); err != nil {
		t.Fatal(err)
	}
	if got := closeCode(t, c); got != websocket.CloseMessageTooBig {
		t.Errorf("closed with %d, want %d", got, websocket.CloseMessageTooBig)
	}
}

func TestFragments(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	c := dial(t, url)
	w, err := c.NextWriter(websocket.TextMessage)
	if err != nil {
		t.Fatal(err)
	}
	long := call(1, "echo", `{"text":"`+strings.Repeat("y", 100_000)+`"}`)
	for chunk := range strings.SplitSeq(long, "") {
		if _, err := io.WriteString(w, chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, c); len(got) < 100_000 || !strings.Contains(got, `"id":1`) {
		t.Errorf("answered %.200s", got)
	}
}

// TestPings has one client that answers pings and one that does not.
func TestPings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer bool
		alive  time.Duration // how long the client reads
	}{
		{"silent", false, 3 * mcpws.DefaultPing},
		{"alive", true, time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := dialPipe(t, mcpws.New(fixture.New(nil), nil))
				if !tt.answer {
					c.SetPingHandler(func(string) error { return nil })
				}
				ended := make(chan error, 1)
				go func() {
					_, _, err := c.ReadMessage()
					ended <- err
				}()
				select {
				case err := <-ended:
					t.Fatalf("cut off early: %v", err)
				case <-time.After(tt.alive - time.Nanosecond):
				}
				if tt.answer {
					send(t, c, ping)
					if err := <-ended; err != nil {
						t.Errorf("ping: %v", err)
					}
					return
				}
				synctest.Wait()
				time.Sleep(time.Nanosecond)
				synctest.Wait()
				select {
				case <-ended:
				default:
					t.Error("not cut off")
				}
			})
		})
	}
}

// TestClientPing has pings of the client answered with their data.
func TestClientPing(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	c := dial(t, url)
	got := ""
	c.SetPongHandler(func(s string) error {
		got = s
		return nil
	})
	if err := c.WriteControl(websocket.PingMessage, []byte("hi"), time.Time{}); err != nil {
		t.Fatal(err)
	}
	send(t, c, ping)
	receive(t, c)
	if got != "hi" {
		t.Errorf("pong %q, want hi", got)
	}
}

// TestSlowCallHoldsNothingUp has quick requests answered while a call runs, and
// the call cancelled.
func TestSlowCallHoldsNothingUp(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), nil)
	c := dial(t, url)
	send(t, c, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wait",`+strings.Replace(meta, "{", `{"progressToken":7,`, 1)+`}}`)
	if got := receive(t, c); !strings.Contains(got, `"progressToken":7`) {
		t.Fatalf("received %s, want progress", got)
	}
	send(t, c, ping)
	if got := receive(t, c); got != pong {
		t.Fatalf("received %s, want %s", got, pong)
	}
	send(t, c, call(2, "bare", "{}"))
	if got := receive(t, c); !strings.Contains(got, `"id":2`) {
		t.Fatalf("received %s, want the answer of call 2", got)
	}
	send(t, c, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`)
	send(t, c, ping)
	if got := receive(t, c); got != pong {
		t.Fatalf("received %s, want nothing for the cancelled call", got)
	}
}

// TestStalledReader has one client that reads nothing of what it asked for. It
// loses its connection, and another client notices nothing.
func TestStalledReader(t *testing.T) {
	t.Parallel()
	_, url := listen(t, fixture.New(nil), &mcpws.Options{WriteTimeout: 200 * time.Millisecond})
	stalled, good := dial(t, url), dial(t, url)
	big := `{"text":"` + strings.Repeat("z", 1<<19) + `"}`
	lost := make(chan struct{})
	go func() {
		defer close(lost)
		for id := 0; ; id++ { // until the server cuts the connection
			if err := stalled.WriteMessage(websocket.TextMessage, []byte(call(id, "echo", big))); err != nil {
				return
			}
		}
	}()
	for waiting := true; waiting; {
		send(t, good, ping)
		if got := receive(t, good); got != pong {
			t.Fatalf("received %s, want %s", got, pong)
		}
		select {
		case <-lost:
			waiting = false
		default:
		}
	}
}

// TestBroadcast tells two clients of a change again and again, one of which
// does not read.
func TestBroadcast(t *testing.T) {
	t.Parallel()
	s := fixture.New(nil)
	_, url := listen(t, s, &mcpws.Options{WriteTimeout: time.Second})
	stalled, good := dial(t, url), dial(t, url)
	for _, c := range []*websocket.Conn{stalled, good} {
		send(t, c, `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`)
		receive(t, c)
		send(t, c, `{"jsonrpc":"2.0","method":"notifications/initialized"}`)
		send(t, c, ping)
		receive(t, c) // the notification has been taken
	}
	lost := make(chan struct{})
	go func() {
		defer close(lost)
		big := `{"text":"` + strings.Repeat("z", 1<<19) + `"}`
		for id := 1; ; id++ { // until the server cuts the connection
			if err := stalled.WriteMessage(websocket.TextMessage, []byte(call(id, "echo", big))); err != nil {
				return
			}
		}
	}()
	for waiting := true; waiting; {
		s.ToolsChanged()
		if got := receive(t, good); !strings.Contains(got, "notifications/tools/list_changed") {
			t.Fatalf("received %s", got)
		}
		select {
		case <-lost:
			waiting = false
		default:
		}
	}
}

// TestPrincipal hands over who was authenticated before the upgrade.
func TestPrincipal(t *testing.T) {
	t.Parallel()
	s := server("who", func(_ context.Context, c *mcp.Call) error {
		c.Text(c.Principal().Subject)
		return nil
	})
	_, url := listen(t, s, &mcpws.Options{Principal: func(r *http.Request) *mcp.Principal {
		return &mcp.Principal{Subject: r.URL.Path}
	}})
	c := dial(t, url+"/ada")
	send(t, c, call(1, "who", "{}"))
	if got := receive(t, c); !strings.Contains(got, `"text":"/ada"`) {
		t.Errorf("received %s, want the principal", got)
	}
}

// TestWrappedWriter has middleware put its own writer around that of the server.
func TestWrappedWriter(t *testing.T) {
	t.Parallel()
	e := mcpws.New(fixture.New(nil), nil)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.ServeHTTP(wrapped{w}, r)
	}))
	t.Cleanup(srv.Close)
	c := dial(t, "ws"+strings.TrimPrefix(srv.URL, "http"))
	send(t, c, ping)
	if got := receive(t, c); got != pong {
		t.Errorf("received %s, want %s", got, pong)
	}
}

type wrapped struct{ w http.ResponseWriter }

func (w wrapped) Header() http.Header         { return w.w.Header() }
func (w wrapped) Write(b []byte) (int, error) { return w.w.Write(b) }
func (w wrapped) WriteHeader(code int)        { w.w.WriteHeader(code) }
func (w wrapped) Unwrap() http.ResponseWriter { return w.w }

func TestUpgrades(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/mcp", nil)
	if mcpws.Upgrades(r) {
		t.Error("a plain GET is taken for an upgrade")
	}
	r.Header.Set("Connection", "keep-alive, Upgrade")
	r.Header.Set("Upgrade", "websocket")
	if !mcpws.Upgrades(r) {
		t.Error("an upgrade is not recognized")
	}
}
