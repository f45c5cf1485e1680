package balance_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/client/balance"
	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

// An instance is a server whose failures a test decides about.
type instance struct {
	*httptest.Server

	runs  atomic.Int64 // calls of tools that ran
	asked atomic.Int64 // requests

	mu     sync.Mutex
	before func(w http.ResponseWriter, r *http.Request) bool // true: it was answered
	during func(ctx context.Context)                         // within a tool
}

func (in *instance) set(before func(http.ResponseWriter, *http.Request) bool, during func(context.Context)) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.before, in.during = before, during
}

func (in *instance) hooks() (func(http.ResponseWriter, *http.Request) bool, func(context.Context)) {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.before, in.during
}

// newInstance serves on the loopback interface.
func newInstance(t *testing.T, calls mcp.CallStore) *instance {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return newInstanceOn(t, l, calls)
}

func newInstanceOn(t *testing.T, l net.Listener, calls mcp.CallStore) *instance {
	t.Helper()
	in := &instance{}
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler), Calls: calls})
	run := func(ctx context.Context, c *mcp.Call) error {
		in.runs.Add(1)
		if _, during := in.hooks(); during != nil {
			during(ctx)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		c.Text("done")
		return nil
	}
	s.Register(mcp.ToolDef{Name: "pay", Call: run})
	s.Register(mcp.ToolDef{Name: "look", Call: run, Hints: mcp.Hints{ReadOnly: mcp.Yes}})
	s.Register(mcp.ToolDef{Name: "fails", Call: func(context.Context, *mcp.Call) error { in.runs.Add(1); return mcp.Errorf("no") }})
	h := mcphttp.New(s, nil)
	in.Server = &httptest.Server{Listener: l, Config: &http.Server{Handler: &hooked{in, h}}}
	in.Start()
	t.Cleanup(func() {
		in.CloseClientConnections()
		in.Close()
		_ = h.Close()
	})
	return in
}

// hooked lets a test answer first.
type hooked struct {
	in   *instance
	next http.Handler
}

func (h *hooked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.in.asked.Add(1)
	if before, _ := h.in.hooks(); before != nil && before(w, r) {
		return
	}
	h.next.ServeHTTP(w, r)
}

func instances(t *testing.T, n int) (all []*instance, urls []string) {
	t.Helper()
	for range n {
		in := newInstance(t, nil)
		all, urls = append(all, in), append(urls, in.URL+"/mcp")
	}
	return all, urls
}

func dial(t *testing.T, urls []string, o *balance.Options) *balance.Client {
	t.Helper()
	if o == nil {
		o = &balance.Options{}
	}
	o.Logger = slog.New(slog.DiscardHandler)
	c, err := balance.Dial(t.Context(), urls, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return c
}

// broken drops the connection of every call of a tool without an answer, after
// it ran if ran is set.
func broken(in *instance, ran bool) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Mcp-Method") != "tools/call" {
			return false
		}
		if ran {
			in.runs.Add(1)
		}
		_, _ = io.ReadAll(r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
		return true
	}
}

func TestFair(t *testing.T) {
	t.Parallel()
	all, urls := instances(t, 3)
	c := dial(t, urls, nil)
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for range 10 {
				if _, err := c.CallTool(t.Context(), "pay", nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for _, in := range all {
		if n := in.runs.Load(); n < 213 || n > 214 {
			t.Errorf("%d of 640 calls, want a third", n)
		}
	}
}

// TestBroken has one of three instances drop connections after the request was
// sent: safe calls are answered all the same, and unsafe ones never run twice.
func TestBroken(t *testing.T) {
	t.Parallel()
	for _, ran := range []bool{true, false} {
		all, urls := instances(t, 3)
		all[1].set(broken(all[1], ran), nil)
		c := dial(t, urls, &balance.Options{Hints: true})
		unsure := 0
		for i := range 30 {
			if _, err := c.CallTool(t.Context(), "look", nil); err != nil {
				t.Errorf("safe call %d: %v", i, err)
			}
			before := all[0].runs.Load() + all[1].runs.Load() + all[2].runs.Load()
			_, err := c.CallTool(t.Context(), "pay", nil)
			var u *balance.UnsureError
			switch {
			case errors.As(err, &u):
				unsure++
			case err != nil:
				t.Errorf("unsafe call %d: %v", i, err)
			}
			if n := all[0].runs.Load() + all[1].runs.Load() + all[2].runs.Load() - before; n > 1 {
				t.Errorf("unsafe call %d ran %d times", i, n)
			}
		}
		if unsure > 3 {
			t.Errorf("%d calls failed, want 3 at most before the instance is left alone", unsure)
		}
	}
}

// TestGone has two of three instances not listen at all: nothing is lost, not even
// what must not run twice.
func TestGone(t *testing.T) {
	t.Parallel()
	all, urls := instances(t, 3)
	c := dial(t, urls, nil)
	all[0].CloseClientConnections()
	all[0].Listener.Close()
	all[2].CloseClientConnections()
	all[2].Listener.Close()
	lost := 0
	for range 30 {
		if _, err := c.CallTool(t.Context(), "pay", nil); err != nil {
			lost++ // on a connection that was open when its server went
		}
	}
	if n := all[1].runs.Load(); lost > 2 || n < 28 {
		t.Errorf("%d lost, %d ran", lost, n)
	}
}

func TestAllFailed(t *testing.T) {
	t.Parallel()
	all, urls := instances(t, 2)
	c := dial(t, urls, &balance.Options{Safe: func(string) bool { return true }})
	for _, in := range all {
		in.set(func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusBadGateway)
			return true
		}, nil)
	}
	_, err := c.CallTool(t.Context(), "look", nil)
	var all3 *balance.AllFailedError
	if !errors.As(err, &all3) || len(all3.Errs) != 3 || !strings.HasPrefix(err.Error(), "All servers failed: ") || !strings.Contains(err.Error(), "502") {
		t.Errorf("error %v", err)
	}
	if _, ok := errors.AsType[*client.HTTPError](err); !ok {
		t.Errorf("%v has no cause", err)
	}
}

// TestAnswers has nothing that was answered sent again.
func TestAnswers(t *testing.T) {
	t.Parallel()
	all, urls := instances(t, 2)
	c := dial(t, urls, &balance.Options{Safe: func(string) bool { return true }})
	_, err := c.CallTool(t.Context(), "fails", nil)
	var failed *client.ToolError
	if !errors.As(err, &failed) || all[0].runs.Load()+all[1].runs.Load() != 1 {
		t.Errorf("%v, and %d runs", err, all[0].runs.Load()+all[1].runs.Load())
	}
	before := all[0].asked.Load() + all[1].asked.Load()
	_, err = c.CallTool(t.Context(), "none", nil)
	var rpc *client.RPCError
	if n := all[0].asked.Load() + all[1].asked.Load() - before; !errors.As(err, &rpc) || n != 1 {
		t.Errorf("%v, and %d requests", err, n)
	}
}

// TestRefused goes elsewhere when an instance is full or stops, and waits when it
// says how long. A refusal of a call that had begun is a failure.
func TestRefused(t *testing.T) {
	t.Parallel()
	refuse := func(status int, after, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("Mcp-Method") != "tools/call" {
				return false
			}
			if after != "" {
				w.Header().Set("Retry-After", after)
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
			return true
		}
	}
	tests := []struct {
		name   string
		hook   func(http.ResponseWriter, *http.Request) bool
		unsure bool
	}{
		{"busy", refuse(503, "1", `{"jsonrpc":"2.0","id":null,"error":{"code":503,"message":"the server is busy"}}`), false},
		{"limited", refuse(429, "0", `{"jsonrpc":"2.0","id":null,"error":{"code":429,"message":"Too many requests from this IP"}}`), false},
		{"stopped while it ran", refuse(503, "1", `{"jsonrpc":"2.0","id":1,"error":{"code":503,"message":"the server is shutting down","data":{"begun":true}}}`), true},
		{"a proxy", refuse(503, "", "<html>"), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			all, urls := instances(t, 2)
			c := dial(t, urls, nil)
			for _, in := range all[:1] {
				in.set(tt.hook, nil)
			}
			unsure := 0
			for range 4 {
				_, err := c.CallTool(t.Context(), "pay", nil)
				if _, ok := errors.AsType[*balance.UnsureError](err); ok {
					unsure++
				} else if err != nil {
					t.Errorf("error %v", err)
				}
			}
			if (unsure > 0) != tt.unsure {
				t.Errorf("%d of 4 calls were not sent again", unsure)
			}
		})
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	all, urls := instances(t, 2)
	c := dial(t, urls, &balance.Options{Budget: 2, Safe: func(string) bool { return true }})
	for _, in := range all {
		in.set(broken(in, true), nil)
	}
	for range 10 {
		if _, err := c.CallTool(t.Context(), "look", nil); err == nil {
			t.Error("a call succeeded")
		}
	}
	if n := all[0].runs.Load() + all[1].runs.Load(); n > 13 {
		t.Errorf("10 calls were sent %d times, with a budget of 2", n)
	}
}

func TestSetServers(t *testing.T) {
	t.Parallel()
	all, urls := instances(t, 3)
	c := dial(t, urls[:1], nil)
	call := func(n int) {
		for range n {
			if _, err := c.CallTool(t.Context(), "pay", nil); err != nil {
				t.Error(err)
			}
		}
	}
	call(2)
	if err := c.SetServers(urls[1:]); err != nil {
		t.Fatal(err)
	}
	call(4)
	if a, b, d := all[0].runs.Load(), all[1].runs.Load(), all[2].runs.Load(); a != 2 || b != 2 || d != 2 {
		t.Errorf("calls %d %d %d, want 2 each", a, b, d)
	}
	if err := c.SetServers(nil); err == nil {
		t.Error("no servers were accepted")
	}
	call(2)
}

func TestLists(t *testing.T) {
	t.Parallel()
	secret := &balance.Options{Credential: func(context.Context) (string, error) { return "Bearer x", nil }}
	for name, tt := range map[string]struct {
		urls []string
		o    *balance.Options
	}{
		"none": {nil, nil}, "no URL": {[]string{"mcp.example.com"}, nil}, "websocket": {[]string{"ws://x/mcp"}, nil},
		"twice":           {[]string{"https://x/mcp", "https://x/mcp"}, nil},
		"user":            {[]string{"https://u:p@x/mcp"}, nil},
		"secret in plain": {[]string{"http://mcp.example.com/mcp"}, secret},
		"header in plain": {[]string{"http://mcp.example.com/mcp"}, &balance.Options{Client: client.Options{Header: http.Header{"Authorization": {"Bearer x"}}}}},
	} {
		if c, err := balance.Dial(t.Context(), tt.urls, tt.o); err == nil {
			t.Errorf("%s was accepted: %v", name, c)
		}
	}
}

// TestCredential sends a new one with every request, and to nobody else.
func TestCredential(t *testing.T) {
	t.Parallel()
	var leaked atomic.Bool
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			leaked.Store(true)
		}
	}))
	t.Cleanup(other.Close)
	all, urls := instances(t, 1)
	var mu sync.Mutex
	seen := map[string]bool{}
	all[0].set(func(w http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		seen[r.Header.Get("Authorization")] = true
		if r.Header.Get("Mcp-Name") == "pay" {
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
			return true
		}
		return false
	}, nil)
	n := 0
	c := dial(t, urls, &balance.Options{Credential: func(context.Context) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		n++
		return fmt.Sprintf("Bearer %d", n), nil
	}})
	if _, err := c.CallTool(t.Context(), "look", nil); err != nil {
		t.Fatal(err)
	}
	_, err := c.CallTool(t.Context(), "pay", nil)
	var answered *client.HTTPError
	if !errors.As(err, &answered) || answered.StatusCode != http.StatusTemporaryRedirect {
		t.Errorf("a redirect: %v", err)
	}
	mu.Lock()
	defer mu.Unlock()
	if leaked.Load() || !seen["Bearer 1"] || !seen["Bearer 2"] || seen[""] {
		t.Errorf("leaked %t, seen %v", leaked.Load(), seen)
	}
}

// TestConnections opens no more of them than there are calls at a time.
func TestConnections(t *testing.T) {
	t.Parallel()
	in := newInstance(t, nil)
	var opened atomic.Int64
	srv := httptest.NewUnstartedServer(in.Config.Handler)
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	c := dial(t, []string{srv.URL + "/mcp"}, nil)
	const atOnce = 20
	for range 20 {
		var wg sync.WaitGroup
		for range atOnce {
			wg.Go(func() {
				if _, err := c.CallTool(t.Context(), "pay", nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	if n := opened.Load(); n > 2*atOnce {
		t.Errorf("400 calls, %d at a time, opened %d connections", atOnce, n)
	}
}
