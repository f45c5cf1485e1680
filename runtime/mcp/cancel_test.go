package mcp

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// waiter is a tool that waits for its context and gives it to the test.
func waiter(started chan<- context.Context) func(context.Context, *Call) error {
	return func(ctx context.Context, _ *Call) error {
		started <- ctx
		<-ctx.Done()
		return context.Cause(ctx)
	}
}

func TestCancelStopsTheTool(t *testing.T) {
	t.Parallel()
	started := make(chan context.Context)
	s := server(t, nil, map[string]func(context.Context, *Call) error{"wait": waiter(started)})
	cancel := `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`
	tests := map[string]struct {
		conn   *Conn
		msg    string
		cancel func(*Conn)
		cause  error
	}{
		"stateless, by message": {connect(t, s), modern("1", "tools/call", calling("wait")), func(c *Conn) { send(t.Context(), c, cancel) }, errCancelled},
		"session, by message":   {session(t, s, "2025-06-18"), legacy("1", "tools/call", calling("wait")), func(c *Conn) { send(t.Context(), c, cancel) }, errCancelled},
		"connection closed":     {session(t, s, "2025-06-18"), legacy("1", "tools/call", calling("wait")), func(c *Conn) { c.Close() }, errClosed},
	}
	for name, tt := range tests {
		wait := begin(t.Context(), tt.conn, tt.msg)
		ctx := <-started
		tt.cancel(tt.conn)
		if r := wait(); r.answers != 0 {
			t.Errorf("%s: answered %s", name, r.answer)
		}
		if !errors.Is(context.Cause(ctx), tt.cause) || !errors.Is(ctx.Err(), context.Canceled) {
			t.Errorf("%s: context ended with %v, %v", name, ctx.Err(), context.Cause(ctx))
		}
	}
}

// Over HTTP the requests of the stateless era share a connection, and one
// client's cancellation must not reach another's request.
func TestCancelByContextOnly(t *testing.T) {
	t.Parallel()
	started := make(chan context.Context)
	s := server(t, nil, map[string]func(context.Context, *Call) error{"wait": waiter(started)})
	c := s.NewConn(ConnOptions{Transport: "http"})
	defer c.Close()
	ctx, cancel := context.WithCancel(t.Context())
	first := begin(ctx, c, modern("1", "tools/call", calling("wait")))
	<-started
	other, cancelOther := context.WithCancel(t.Context())
	second := begin(other, c, modern("1", "tools/call", calling("wait"))) // the same id is no conflict
	got := <-started
	send(t.Context(), c, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`)
	cancel()
	if r := first(); r.answers != 0 {
		t.Errorf("answered after the client left: %s", r.answer)
	}
	if got.Err() != nil {
		t.Error("a request was cancelled by another client")
	}
	cancelOther()
	second()
}

func TestContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	var kept context.Context
	tools := map[string]func(context.Context, *Call) error{
		"look": func(ctx context.Context, _ *Call) error {
			if ctx.Value(key{}) != "v" {
				t.Error("values of the transport's context are lost")
			}
			child, cancel := context.WithCancel(ctx)
			if ctx.Err() != nil || child.Err() != nil {
				t.Error("the context has ended before the call")
			}
			cancel()
			if child.Err() == nil || ctx.Err() != nil {
				t.Error("a child's end and the call's are mixed up")
			}
			kept = ctx
			return nil
		},
	}
	c := connect(t, server(t, nil, tools))
	send(context.WithValue(t.Context(), key{}, "v"), c, modern("1", "tools/call", calling("look")))
	if kept.Err() == nil || !errors.Is(context.Cause(kept), errLanded) {
		t.Errorf("the context outlives the call: %v", kept.Err())
	}
	// A context that nobody looked at during the call has ended too.
	kept = nil
	tools["keep"] = func(ctx context.Context, _ *Call) error { kept = ctx; return nil }
	c = connect(t, server(t, nil, tools))
	send(t.Context(), c, modern("1", "tools/call", calling("keep")))
	if _, ok := kept.Deadline(); ok || kept.Err() == nil {
		t.Error("the context of a call has not ended")
	}
	<-kept.Done()
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s := NewServer(Info{Name: "test", Version: "1"}, &Options{Logger: quiet, Timeout: time.Minute})
		obey := func(ctx context.Context, _ *Call) error { <-ctx.Done(); return ctx.Err() }
		s.Register(ToolDef{Name: "obeys", Timeout: time.Second, Call: obey})
		s.Register(ToolDef{Name: "by default", Call: obey})
		s.Register(ToolDef{Name: "hangs", Timeout: time.Second, Call: func(_ context.Context, c *Call) error {
			<-release
			c.Text("too late")
			c.Progress().Report(1, 0, "")
			return nil
		}})
		s.Register(ToolDef{Name: "unlimited", Timeout: -1, Call: func(ctx context.Context, c *Call) error {
			_, limited := ctx.Deadline()
			time.Sleep(time.Hour)
			c.Text(strconv.FormatBool(limited))
			return ctx.Err()
		}})
		s.Register(ToolDef{Name: "own words", Timeout: time.Second, Call: func(ctx context.Context, _ *Call) error {
			<-ctx.Done()
			return Errorf("half of it is done")
		}})
		c := s.NewConn(ConnOptions{CancelByMessage: true})
		defer c.Close()
		for _, tt := range []struct {
			tool, want string
			after      time.Duration
		}{
			{"obeys", `tool \"obeys\" was stopped after 1s`, time.Second},
			{"by default", `tool \"by default\" was stopped after 1m0s`, time.Minute},
			{"hangs", `tool \"hangs\" was stopped after 1s`, time.Second},
			{"unlimited", `"text":"false"`, time.Hour},
		} {
			start := time.Now()
			r := send(t.Context(), c, modern("1", "tools/call", calling(tt.tool)))
			if got := time.Since(start); got != tt.after {
				t.Errorf("%s: answered after %v", tt.tool, got)
			}
			contains(t, r.answer, tt.want)
		}
		close(release)
		synctest.Wait() // the tool that hung goes on and hurts nobody
		r := send(t.Context(), c, modern("1", "tools/call", calling("own words")))
		if r.code != 0 {
			t.Errorf("answered %s", r.answer)
		}

		// A cancelled call may take until its deadline to notice.
		ctx, cancel := context.WithCancel(t.Context())
		start := time.Now()
		time.AfterFunc(time.Second/2, cancel)
		if r := send(ctx, c, modern("1", "tools/call", calling("obeys"))); r.answers != 0 || time.Since(start) != time.Second/2 {
			t.Errorf("answered %q after %v", r.answer, time.Since(start))
		}
	})
}

func TestMaxInFlight(t *testing.T) {
	t.Parallel()
	started := make(chan context.Context)
	s := server(t, &Options{MaxInFlight: 2}, map[string]func(context.Context, *Call) error{
		"wait": waiter(started),
		"hang": func(ctx context.Context, _ *Call) error { started <- ctx; <-started; return nil },
	})
	c := connect(t, s)
	one := begin(t.Context(), c, modern("1", "tools/call", calling("wait")))
	<-started
	two := begin(t.Context(), c, modern("2", "tools/call", calling("hang")))
	<-started
	// A call that was cancelled but has not ended counts.
	send(t.Context(), c, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}`)
	r := send(t.Context(), c, modern("3", "tools/call", calling("wait")))
	if r.code != CodeOverloaded {
		t.Errorf("answered %s", r.answer)
	}
	if r := send(t.Context(), c, modern("4", "tools/list", "")); r.code != 0 {
		t.Errorf("a list is refused: %s", r.answer)
	}
	started <- nil
	two()
	three := begin(t.Context(), c, modern("3", "tools/call", calling("wait")))
	<-started
	c.Close()
	one()
	three()
	if r := send(t.Context(), c, modern("5", "tools/call", calling("wait"))); r.code != CodeClosing {
		t.Errorf("answered %s after Close", r.answer)
	}
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		started := make(chan context.Context, 2)
		release := make(chan struct{})
		tools := map[string]func(context.Context, *Call) error{
			"wait": waiter(started),
			"work": func(ctx context.Context, c *Call) error { started <- ctx; <-release; c.Text("done"); return nil },
			"hang": func(ctx context.Context, _ *Call) error { started <- ctx; <-release; return nil },
		}
		s := server(t, nil, tools)
		c := connect(t, s)
		working := begin(t.Context(), c, modern("1", "tools/call", calling("work")))
		<-started
		var done sync.WaitGroup
		for range 2 { // Shutdown may be called twice
			done.Go(func() {
				if err := s.Shutdown(t.Context()); err != nil {
					t.Errorf("Shutdown: %v", err)
				}
			})
		}
		synctest.Wait()
		if r := send(t.Context(), c, modern("2", "tools/call", calling("work"))); r.code != CodeClosing {
			t.Errorf("a call is taken: %s", r.answer)
		}
		if r := send(t.Context(), c, legacy("3", "ping", "")); r.code != 0 {
			t.Errorf("ping is refused: %s", r.answer)
		}
		release <- struct{}{}
		done.Wait()
		contains(t, working().answer, `"text":"done"`)

		// When its context ends, what runs is cancelled, and not waited for without end.
		s = server(t, nil, tools)
		c = connect(t, s)
		waiting := begin(t.Context(), c, modern("1", "tools/call", calling("wait")))
		hanging := begin(t.Context(), c, modern("2", "tools/call", calling("hang")))
		<-started
		<-started
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errors.New("patience"))
		defer cancel()
		start := time.Now()
		if err := s.Shutdown(ctx); err == nil || err.Error() != "patience" {
			t.Errorf("Shutdown: %v", err)
		}
		if got := time.Since(start); got != time.Minute+stopGrace {
			t.Errorf("Shutdown took %v", got)
		}
		if r := waiting(); r.code != CodeClosing {
			t.Errorf("a cancelled call is answered %s", r.answer)
		}
		close(release)
		if r := hanging(); r.code != 0 { // it was done, and says so
			t.Errorf("a finished call is answered %s", r.answer)
		}
	})
}

// TestIdleShutdown closes a server on which nothing runs.
func TestIdleShutdown(t *testing.T) {
	t.Parallel()
	s := server(t, nil, map[string]func(context.Context, *Call) error{"x": func(context.Context, *Call) error { return nil }})
	c := connect(t, s)
	send(t.Context(), c, modern("1", "tools/call", calling("x")))
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	for range 3 { // refused calls count in and out again
		if r := send(t.Context(), c, modern("1", "tools/call", calling("x"))); r.code != CodeClosing {
			t.Errorf("answered %s", r.answer)
		}
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// holding is a Stream that takes its time with the answer.
type holding struct {
	recorder
	release chan struct{}
}

func (h *holding) Respond(ctx context.Context, msg []byte, code int) error {
	<-h.release
	return h.recorder.Respond(ctx, msg, code)
}

// TestShutdownWaitsForAnswers: what waits for the calls to end may close their
// connections then, so they must have been answered.
func TestShutdownWaitsForAnswers(t *testing.T) {
	t.Parallel()
	for name, msg := range map[string]string{
		"a call":  legacy("1", "tools/call", calling("x")),
		"a batch": "[" + legacy("1", "tools/call", calling("x")) + "]",
	} {
		synctest.Test(t, func(t *testing.T) {
			s := server(t, nil, map[string]func(context.Context, *Call) error{"x": nop})
			c := session(t, s, Revision20250326)
			h := &holding{release: make(chan struct{})}
			go func() {
				m := Parse([]byte(msg))
				c.Handle(t.Context(), m, h)
				m.Release()
			}()
			synctest.Wait()
			ended := make(chan error, 1)
			go func() { ended <- s.Shutdown(t.Context()) }()
			synctest.Wait()
			select {
			case <-ended:
				t.Errorf("%s: the server has ended before the answer", name)
			default:
			}
			close(h.release)
			if err := <-ended; err != nil || h.answers != 1 {
				t.Errorf("%s: %v with %d answers", name, err, h.answers)
			}
		})
	}
}
