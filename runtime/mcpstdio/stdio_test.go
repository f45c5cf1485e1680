package mcpstdio_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/internal/pump"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcpstdio"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

const (
	meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`
	ping = `{"jsonrpc":"2.0","id":"ping","method":"ping"}`
)

// call is a request of the stateless era for a tool without arguments.
func call(id int, tool string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,%s}}`, id, tool, meta)
}

// server has one tool.
func server(name string, f func(ctx context.Context, c *mcp.Call) error) *mcp.Server {
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{Name: name, Call: f})
	return s
}

// serve runs Serve over text and gives the messages that came out.
func serve(t *testing.T, s *mcp.Server, in io.Reader, o *mcpstdio.Options) []map[string]json.RawMessage {
	t.Helper()
	var out bytes.Buffer
	if err := mcpstdio.Serve(t.Context(), s, in, &out, o); err != nil {
		t.Fatalf("Serve: %v", err)
	}
	return messages(t, out.Bytes())
}

// messages reads output, every line of which must be one message.
func messages(t *testing.T, out []byte) (all []map[string]json.RawMessage) {
	t.Helper()
	for line := range bytes.Lines(out) {
		var m map[string]json.RawMessage
		if !bytes.HasSuffix(line, []byte("\n")) {
			t.Fatalf("line without an end: %.200q", line)
		}
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatalf("%v: %.200q", err, line)
		}
		all = append(all, m)
	}
	return all
}

// TestAnswersBeforeEnd pipes ten calls and closes the input. No call returns
// before all ten run, so that all of them are under way when the input ends.
func TestAnswersBeforeEnd(t *testing.T) {
	t.Parallel()
	for range 20 {
		var all sync.WaitGroup
		all.Add(10)
		s := server("gather", func(context.Context, *mcp.Call) error {
			all.Done()
			all.Wait()
			return nil
		})
		var in strings.Builder
		for id := range 10 {
			in.WriteString(call(id, "gather") + "\n")
		}
		seen := map[string]bool{}
		for _, m := range serve(t, s, strings.NewReader(in.String()), nil) {
			if m["result"] == nil {
				t.Errorf("answer %s has no result", m["id"])
			}
			seen[string(m["id"])] = true
		}
		if len(seen) != 10 {
			t.Fatalf("answered %v, want all ten", slices.Sorted(maps.Keys(seen)))
		}
	}
}

func TestQuickCallsInOrder(t *testing.T) {
	t.Parallel()
	var in strings.Builder
	for id := range 5000 {
		in.WriteString(call(id, "bare") + "\n")
	}
	got := serve(t, fixture.New(nil), strings.NewReader(in.String()), nil)
	if len(got) != 5000 {
		t.Fatalf("%d answers, want 5000", len(got))
	}
}

// TestBadLines sends one line and a ping behind it, which must be answered
// whatever the line was.
func TestBadLines(t *testing.T) {
	t.Parallel()
	const limit = 2000
	deep := strings.Repeat("[", 900) + strings.Repeat("]", 900)
	tests := []struct {
		name, line string
		want       string // code of the error; "": a result; "none": no answer
	}{
		{"garbage", "hello", "-32700"},
		{"half a message", `{"jsonrpc":"2.0","id":1`, "-32700"},
		{"byte order mark", "\ufeff" + ping, "-32700"},
		{"trailing blanks", ping + " \t ", ""},
		{"leading blanks", " \t" + ping, ""},
		{"carriage return", ping + "\r", ""},
		{"two messages", ping + ping, "-32700"},
		{"two messages, one blank", ping + " " + ping, "-32700"},
		{"invalid UTF-8", `{"jsonrpc":"2.0","id":1,"method":"` + "\xff" + `"}`, "-32700"},
		{"NUL", "\x00", "-32700"},
		{"nested too deep", `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":` + deep + `}}`, "-32700"},
		{"a number", "1", "-32600"},
		{"empty batch", "[]", "-32600"},
		{"batch", "[" + ping + "]", "-32600"},
		{"other version", `{"jsonrpc":"1.0","id":1,"method":"ping"}`, "-32600"},
		{"id is an object", `{"jsonrpc":"2.0","id":{},"method":"ping"}`, "-32600"},
		{"id is a fraction", `{"jsonrpc":"2.0","id":1.5,"method":"ping"}`, "-32600"},
		{"duplicate key", `{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}`, "-32600"},
		{"other case", `{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call"}`, ""},
		{"unknown method", `{"jsonrpc":"2.0","id":1,"method":"nope","params":{` + meta + `}}`, "-32601"},
		{"before initialize", `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, "-32602"},
		{"empty", "", "none"},
		{"blank", " \t\r", "none"},
		{"notification", `{"jsonrpc":"2.0","method":"notifications/nope"}`, "none"},
		{"response", `{"jsonrpc":"2.0","id":1,"result":{}}`, "none"},
		{"as long as may be", ping + strings.Repeat(" ", limit-len(ping)), ""},
		{"too long by one", ping + strings.Repeat(" ", limit-len(ping)+1), "-32600"},
		{"far too long", strings.Repeat("x", 500_000), "-32600"},
	}
	for _, tt := range tests {
		for _, end := range []string{"\n" + ping + "\n", "\n" + ping} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				got := serve(t, fixture.New(nil), strings.NewReader(tt.line+end), &mcpstdio.Options{MaxMessage: limit})
				last := len(got) - 1
				if last < 0 || string(got[last]["id"]) != `"ping"` || got[last]["result"] == nil {
					t.Fatalf("the ping was not answered: %s", got)
				}
				var code string
				switch {
				case last == 0:
					code = "none"
				case got[0]["error"] != nil:
					var e struct {
						Code json.Number `json:"code"`
					}
					if err := json.Unmarshal(got[0]["error"], &e); err != nil {
						t.Fatal(err)
					}
					code = e.Code.String()
				}
				if code != tt.want || last > 1 {
					t.Errorf("answered %s, want %q and the ping", got, tt.want)
				}
			})
		}
	}
}

// TestLongLineIsNotKept sends 64 MiB without a line feed. It is not parallel: it
// looks at what the process allocates.
func TestLongLineIsNotKept(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := serve(t, fixture.New(nil), io.MultiReader(io.LimitReader(ones{}, 64<<20), strings.NewReader("\n"+ping)), &mcpstdio.Options{MaxMessage: 1 << 20})
	runtime.ReadMemStats(&after)
	if len(got) != 2 || got[0]["error"] == nil || got[1]["result"] == nil {
		t.Errorf("answered %s", got)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 8<<20 {
		t.Errorf("%d bytes were allocated", n)
	}
}

type ones struct{}

func (ones) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '1'
	}
	return len(b), nil
}

// pipe serves s over pipes. stop ends the context of Serve, ended gets its error.
func pipe(t *testing.T, s *mcp.Server, o *mcpstdio.Options) (c mcptest.Peer, stop context.CancelFunc, ended chan error) {
	t.Helper()
	in, toServer := io.Pipe()
	fromServer, out := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	ended = make(chan error, 1)
	go func() { ended <- mcpstdio.Serve(ctx, s, in, out, o) }()
	return mcptest.Lines(fromServer, toServer), stop, ended
}

// TestSlowCallHoldsNothingUp has quick requests answered while a call runs, and
// has the call cancelled.
func TestSlowCallHoldsNothingUp(t *testing.T) {
	t.Parallel()
	s := fixture.New(nil)
	p, _, ended := pipe(t, s, nil)
	c := mcptest.NewClient(t, p)
	c.Send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wait",` + strings.Replace(meta, `{`, `{"progressToken":"p",`, 1) + `}}`)
	c.Expect(`{"method":"notifications/progress","params":{"progressToken":"p","progress":1}}`)
	for range 3 {
		c.Send(ping)
		c.Expect(`{"id":"ping","result":{}}`)
		c.Send(call(2, "bare"))
		c.Expect(`{"id":2,"result":{…}}`)
	}
	c.Send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`)
	c.Send(ping)
	c.Expect(`{"id":"ping","result":{}}`)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// TestStalledReader lets a client send requests and read nothing.
func TestStalledReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		in, toServer := io.Pipe()
		unread, out := io.Pipe()
		ended := make(chan error, 1)
		go func() { ended <- mcpstdio.Serve(t.Context(), fixture.New(nil), in, out, nil) }()
		go func() {
			for { // until the server closes its input
				if _, err := io.WriteString(toServer, ping+"\n"); err != nil {
					return
				}
			}
		}()
		if err := <-ended; !errors.Is(err, pump.ErrSlow) {
			t.Errorf("Serve: %v, want %v", err, pump.ErrSlow)
		}
		_ = unread
	})
}

// TestContextEnds lets a running call be answered after the context has ended.
func TestContextEnds(t *testing.T) {
	t.Parallel()
	started, release := make(chan struct{}), make(chan struct{})
	s := server("hold", func(ctx context.Context, _ *mcp.Call) error {
		close(started)
		<-release
		return ctx.Err()
	})
	p, stop, ended := pipe(t, s, nil)
	if err := p.Send(t.Context(), []byte(call(1, "hold"))); err != nil {
		t.Fatal(err)
	}
	<-started
	stop()
	for { // the input is closed once nothing more is read
		if err := p.Send(t.Context(), []byte(ping)); err != nil {
			break
		}
	}
	close(release)
	got, err := p.Receive(t.Context())
	for err == nil && !bytes.Contains(got.Message, []byte(`"id":1,`)) {
		got, err = p.Receive(t.Context()) // pings from before the end
	}
	if err != nil || !bytes.Contains(got.Message, []byte(`"result"`)) {
		t.Errorf("received %s, %v, want the result of the call", got.Message, err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Serve: %v, want %v", err, context.Canceled)
	}
}

// TestContextEndsWhileReadingHangs has an input that cannot be interrupted, such
// as a terminal.
func TestContextEndsWhileReadingHangs(t *testing.T) {
	t.Parallel()
	unblock := make(chan struct{})
	defer close(unblock)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- mcpstdio.Serve(ctx, fixture.New(nil), hanging(unblock), io.Discard, nil) }()
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Serve: %v, want %v", err, context.Canceled)
	}
}

type hanging chan struct{}

func (h hanging) Read([]byte) (int, error) {
	<-h
	return 0, io.EOF
}

// TestOpenSubscription ends the input while a request stays open. It ends at
// once, with its answer.
func TestOpenSubscription(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		got := serve(t, fixture.New(nil), strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},`+meta+`}}`), nil)
		if len(got) != 2 || got[1]["result"] == nil {
			t.Errorf("answered %s, want the acknowledgement and the result", got)
		}
		if d := time.Since(begin); d > time.Second {
			t.Errorf("Serve returned after %v", d)
		}
	})
}

// TestGrace ends the input while calls run: one that ends when it is cancelled,
// and one that does not.
func TestGrace(t *testing.T) {
	t.Parallel()
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			begin := time.Now()
			if got := serve(t, fixture.New(nil), strings.NewReader(call(1, "wait")), &mcpstdio.Options{Grace: time.Hour}); len(got) != 0 {
				t.Errorf("answered %s", got)
			}
			if d := time.Since(begin); d < time.Hour || d > time.Hour+time.Second {
				t.Errorf("Serve returned after %v, want an hour", d)
			}
		})
	})
	t.Run("stuck", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			s := server("stuck", func(context.Context, *mcp.Call) error {
				<-release
				return nil
			})
			err := mcpstdio.Serve(t.Context(), s, strings.NewReader(call(1, "stuck")), io.Discard, nil)
			if !errors.Is(err, pump.ErrStuck) {
				t.Errorf("Serve: %v, want %v", err, pump.ErrStuck)
			}
			close(release)
		})
	})
}

// TestBrokenOutput has the client go away.
func TestBrokenOutput(t *testing.T) {
	t.Parallel()
	in, toServer := io.Pipe()
	fromServer, out := io.Pipe()
	if err := fromServer.CloseWithError(io.ErrClosedPipe); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- mcpstdio.Serve(t.Context(), fixture.New(nil), in, out, nil) }()
	if _, err := io.WriteString(toServer, ping+"\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Serve: %v, want %v", err, io.ErrClosedPipe)
	}
	if _, err := io.WriteString(toServer, ping+"\n"); err == nil {
		t.Error("the input was not closed")
	}
}

// TestCallsAreBounded has more calls than may run at once.
func TestCallsAreBounded(t *testing.T) {
	t.Parallel()
	const limit, calls = 3, 10
	var mu sync.Mutex
	running, most := 0, 0
	full, release := make(chan struct{}), make(chan struct{})
	s := server("hold", func(context.Context, *mcp.Call) error {
		mu.Lock()
		running++
		if most = max(most, running); running == limit && most == limit {
			select {
			case <-full:
			default:
				close(full)
			}
		}
		mu.Unlock()
		<-release
		mu.Lock()
		running--
		mu.Unlock()
		return nil
	})
	go func() {
		<-full
		close(release)
	}()
	var in strings.Builder
	for id := range calls {
		in.WriteString(call(id, "hold") + "\n")
	}
	if got := serve(t, s, strings.NewReader(in.String()), &mcpstdio.Options{Calls: limit}); len(got) != calls {
		t.Errorf("%d answers, want %d", len(got), calls)
	}
	if most != limit {
		t.Errorf("%d calls ran at once, want %d", most, limit)
	}
}

// TestLinesAreWhole has large answers and notifications of many calls share the
// output.
func TestLinesAreWhole(t *testing.T) {
	t.Parallel()
	const calls = 40
	var all sync.WaitGroup
	all.Add(calls)
	text := strings.Repeat("0123456789abcdef", 4<<10)
	s := server("big", func(_ context.Context, c *mcp.Call) error {
		all.Done()
		all.Wait() // now they write at the same time
		for i := range 20 {
			c.Progress().Report(float64(i), 20, text[:i*100])
		}
		c.Text(text)
		return nil
	})
	var in strings.Builder
	for id := range calls {
		fmt.Fprintf(&in, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"big",%s}}`+"\n", id,
			strings.Replace(meta, "{", fmt.Sprintf(`{"progressToken":%d,`, id), 1))
	}
	next := map[string]float64{} // progress that comes next, by token
	answers := 0
	for _, m := range serve(t, s, strings.NewReader(in.String()), nil) {
		if m["id"] != nil {
			answers++
			if n := next[string(m["id"])]; n != 20 {
				t.Errorf("call %s was answered after progress %v, want 20", m["id"], n)
			}
			continue
		}
		var p struct {
			ProgressToken json.Number `json:"progressToken"`
			Progress      float64     `json:"progress"`
		}
		if err := json.Unmarshal(m["params"], &p); err != nil {
			t.Fatal(err)
		}
		if p.Progress != next[p.ProgressToken.String()] {
			t.Errorf("call %s reported %v, want %v", p.ProgressToken, p.Progress, next[p.ProgressToken.String()])
		}
		next[p.ProgressToken.String()]++
	}
	if answers != calls {
		t.Errorf("%d answers, want %d", answers, calls)
	}
}
