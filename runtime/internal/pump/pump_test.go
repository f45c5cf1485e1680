package pump

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"context"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`

func call(id int) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"tool",%s}}`, id, meta)
}

// source yields messages from a channel, and its error when that is closed.
type source struct {
	msgs  chan string
	err   error
	flush func()
	hold  atomic.Bool // as if more were always at hand
}

func (s *source) Next() (*Buffer, error) {
	if !s.hold.Load() {
		s.flush()
	}
	msg, ok := <-s.msgs
	if !ok {
		return nil, s.err
	}
	b := GetBuffer()
	b.B = append(b.B, msg...)
	return b, nil
}

// start runs a pump over a server with one tool.
func start(t *testing.T, o *Options, tool func(ctx context.Context, c *mcp.Call) error) (p *Pump, src *source, out *sink, ended chan error) {
	t.Helper()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{Name: "tool", Call: tool})
	w := new(Writer)
	src, out, ended = &source{msgs: make(chan string), err: io.EOF, flush: w.Flush}, newSink(false), make(chan error, 1)
	w.Init(out, 0, 0)
	p = new(Pump)
	p.Init(s, s.NewConn(mcp.ConnOptions{CancelByMessage: true}), src, w, o)
	p.Start(t.Context(), func(err error) { ended <- err })
	return p, src, out, ended
}

// TestReaderHandlesQuickCalls has every quick call run in the goroutine that
// reads, and in no other.
func TestReaderHandlesQuickCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, src, out, ended := start(t, &Options{}, func(context.Context, *mcp.Call) error { return nil })
		for id := range 100 {
			src.msgs <- call(id)
			synctest.Wait()
			if n := p.work.Load(); n != 1 {
				t.Fatalf("%d goroutines at work, want 1", n)
			}
		}
		close(src.msgs)
		if err := <-ended; err != nil || len(out.all()) != 100 {
			t.Errorf("ended with %v after %d answers", err, len(out.all()))
		}
	})
}

// TestSlowCallLosesTheRole has a second message read while a call runs, and one
// goroutine left at work when both are done.
func TestSlowCallLosesTheRole(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		p, src, out, ended := start(t, &Options{}, func(context.Context, *mcp.Call) error {
			<-release
			return nil
		})
		begin := time.Now()
		for id := range 5 {
			src.msgs <- call(id) // is taken once the call before it has proved slow
		}
		if d := time.Since(begin); d < tick || d > 2*tick {
			t.Errorf("five slow calls took %v to read, want one or two ticks", d)
		}
		synctest.Wait()
		if n := p.work.Load(); n != 6 {
			t.Errorf("%d goroutines at work, want 6", n)
		}
		close(release)
		synctest.Wait()
		if n := p.work.Load(); n != 1 || len(out.all()) != 5 {
			t.Errorf("%d goroutines at work after %d answers, want 1 after 5", n, len(out.all()))
		}
		close(src.msgs)
		if err := <-ended; err != nil {
			t.Errorf("ended with %v", err)
		}
	})
}

// TestHeldAnswersDoNotWaitForSlowCalls has an answer that waits for company when
// a slow call comes behind it.
func TestHeldAnswersDoNotWaitForSlowCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		calls := 0
		_, src, out, ended := start(t, &Options{}, func(context.Context, *mcp.Call) error {
			if calls++; calls > 1 {
				<-release
			}
			return nil
		})
		src.hold.Store(true)
		src.msgs <- call(1)
		src.msgs <- call(2)
		time.Sleep(2 * tick)
		synctest.Wait()
		if got := out.all(); len(got) != 1 {
			t.Errorf("wrote %q, want the first answer", got)
		}
		close(release)
		synctest.Wait()
		if got := out.all(); len(got) != 2 {
			t.Errorf("wrote %q, want both answers", got)
		}
		close(src.msgs)
		<-ended
	})
}

// TestTicksStop has no timer left when nothing happens.
func TestTicksStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, src, _, ended := start(t, &Options{}, func(context.Context, *mcp.Call) error { return nil })
		src.msgs <- call(1)
		time.Sleep(10 * tick)
		if p.role.watched.Load() {
			t.Error("an idle connection has ticks")
		}
		close(src.msgs)
		<-ended
	})
}

// TestBrokenConnection cancels the calls.
func TestBrokenConnection(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	started := make(chan struct{})
	_, src, out, ended := start(t, &Options{}, func(ctx context.Context, _ *mcp.Call) error {
		close(started)
		<-ctx.Done()
		return nil
	})
	src.err = broken
	src.msgs <- call(1)
	<-started
	close(src.msgs)
	if err := <-ended; !errors.Is(err, broken) {
		t.Errorf("ended with %v, want %v", err, broken)
	}
	if got := out.all(); got != nil {
		t.Errorf("wrote %q", got)
	}
}

// TestRefuse ends a connection for what a message is.
func TestRefuse(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	_, src, out, ended := start(t, &Options{Refuse: func(_ Source, data []byte) error {
		if strings.Contains(string(data), "bad") {
			return refused
		}
		return nil
	}}, func(context.Context, *mcp.Call) error { return nil })
	src.msgs <- "garbage"
	src.msgs <- "bad garbage"
	if err := <-ended; !errors.Is(err, refused) || len(out.all()) != 1 {
		t.Errorf("ended with %v after %q, want %v and one answer", err, out.all(), refused)
	}
}

// TestStopAtAnyTime stops reading while quick and slow calls come and go. done
// is called once, when no call runs.
func TestStopAtAnyTime(t *testing.T) {
	t.Parallel()
	for round := range 200 {
		synctest.Test(t, func(t *testing.T) {
			var running atomic.Int32
			p, src, _, ended := start(t, &Options{Calls: 4}, func(context.Context, *mcp.Call) error {
				running.Add(1)
				defer running.Add(-1)
				time.Sleep(time.Duration(1+round%5*5) * tick / 10)
				return nil
			})
			stop := make(chan struct{})
			go func() {
				for id := 0; ; id++ {
					select {
					case src.msgs <- call(id):
					case <-stop:
						return
					}
				}
			}()
			time.Sleep(time.Duration(round) * tick / 7)
			go p.Stop()
			p.Stop()
			if err := <-ended; err != nil {
				t.Errorf("ended with %v", err)
			}
			if n := running.Load(); n != 0 {
				t.Errorf("%d calls run after the end", n)
			}
			close(stop)
			synctest.Wait()
			close(src.msgs) // lets go of a reader that still waits
			synctest.Wait()
			if len(ended) != 0 {
				t.Error("ended twice")
			}
		})
	}
}
