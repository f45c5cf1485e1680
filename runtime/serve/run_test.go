package serve

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgen/mcpgen/internal/fault"
	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

// asProgram makes the test binary call Main with its arguments.
const asProgram = "SERVE_TEST_PROGRAM"

// TestMain lets the test binary be a program that calls Main, see process_test.go.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		Main(newServer())
	}
	os.Exit(leak.Run(m))
}

const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`

func call(id int, tool string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,%s}}`, id, tool, meta)
}

// newServer has a tool that answers and one that reports progress and waits
// until it is cancelled.
func newServer(tools ...mcp.ToolDef) *mcp.Server {
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1.2"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{Name: "hello", Call: func(_ context.Context, c *mcp.Call) error {
		c.Text("hello")
		return nil
	}})
	s.Register(mcp.ToolDef{Name: "wait", Call: func(ctx context.Context, c *mcp.Call) error {
		c.Progress().Report(1, 0, "")
		<-ctx.Done()
		return ctx.Err()
	}})
	for _, d := range tools {
		s.Register(d)
	}
	return s
}

// hold is a tool that says that it has begun and waits to be let go.
func hold() (tool mcp.ToolDef, begun, release chan struct{}) {
	begun, release = make(chan struct{}), make(chan struct{})
	return mcp.ToolDef{Name: "hold", Call: func(_ context.Context, c *mcp.Call) error {
		close(begun)
		<-release
		c.Text("held")
		return nil
	}}, begun, release
}

// run starts Run on the loopback interface. stop ends it and reports its error.
func run(t *testing.T, s *mcp.Server, c Config) (base string, stop context.CancelFunc, ended chan error) {
	t.Helper()
	c.HTTP = "127.0.0.1:0"
	r, w := io.Pipe()
	ctx, stop := context.WithCancel(context.Background())
	ended = make(chan error, 1)
	go func() {
		defer w.Close()
		ended <- Run(ctx, s, c, Stdio{Err: w})
	}()
	t.Cleanup(stop)
	lines := bufio.NewScanner(r)
	if !lines.Scan() {
		t.Fatalf("no start line: %v", <-ended)
	}
	line := lines.Text()
	go func() {
		for lines.Scan() {
			t.Errorf("a second line: %s", lines.Text())
		}
	}()
	addr, ok := strings.CutPrefix(line, "mcp: test 1.2 on http://")
	addr, rest, _ := strings.Cut(addr, "/")
	if !ok || !strings.Contains(rest, "(sse); ") || !strings.HasSuffix(rest, "; revisions 2026-07-28, 2025-11-25, 2025-06-18, 2025-03-26, 2024-11-05") {
		t.Fatalf("start line %q", line)
	}
	return "http://" + addr, stop, ended
}

// get gives the status and the body of an answer.
func get(t *testing.T, url string, header http.Header) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(req.Header, header)
	req.Host = header.Get("Host")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// peers are the transports of one listener.
func peers(t *testing.T, base string) map[string]mcptest.Peer {
	t.Helper()
	ws, err := mcptest.WebSocket(t.Context(), "ws"+strings.TrimPrefix(base, "http")+"/mcp", nil)
	if err != nil {
		t.Fatal(err)
	}
	sse, err := mcptest.SSE(t.Context(), base+"/mcp/events")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]mcptest.Peer{"http": mcptest.HTTP(base + "/mcp"), "websocket": ws, "sse": sse}
}

func TestHTTP(t *testing.T) { //nolint:tparallel // the server stops after its subtests
	t.Parallel()
	var order []string
	around := func(name string) Option {
		return Wrap(func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/hi/ada" {
					order = append(order, name)
				}
				h.ServeHTTP(w, r)
			})
		})
	}
	c, err := configure(nil, func(string) string { return "" }, io.Discard, []Option{
		around("outer"), around("inner"),
		Route("GET /hi/{name}", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "hi ", r.PathValue("name"))
		})),
	})
	if err != nil {
		t.Fatal(err)
	}
	base, stop, ended := run(t, newServer(), c)
	for name, p := range peers(t, base) {
		t.Run(name, func(t *testing.T) {
			c := mcptest.NewClient(t, p)
			c.Initialize("2024-11-05")
			c.Send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"hello"}}`)
			c.Expect(`{"id":1,"result":{"content":[{"type":"text","text":"hello"}]}}`)
		})
	}
	for _, tt := range []struct {
		path   string
		header http.Header
		status int
		body   string
	}{
		{"/health", nil, 200, `"status":"healthy"`},
		{"/ready", nil, 200, `"status":"ready"`},
		{"/hi/ada", nil, 200, "hi ada"},
		{"/hi/ada", http.Header{"Host": {"evil.example.com"}}, 403, "Host"},
		{"/hi/ada", http.Header{"Origin": {"https://evil.example.com"}}, 403, "origin"},
		{"/mcp", http.Header{"Host": {"evil.example.com"}, "Accept": {"text/event-stream"}}, 403, "Host"},
		{"/nothing", nil, 404, ""},
	} {
		status, body := get(t, base+tt.path, tt.header)
		if status != tt.status || !strings.Contains(body, tt.body) {
			t.Errorf("GET %s %v: %d %q, want %d %q", tt.path, tt.header, status, body, tt.status, tt.body)
		}
	}
	if got := strings.Join(order, " "); !strings.HasPrefix(got, "outer inner outer inner") {
		t.Errorf("wrapped as %s, want outer before inner", got)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}

// TestStopHTTP stops a server while calls run on every transport. They are
// answered, and every connection ends.
func TestStopHTTP(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"http", "websocket", "sse"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tool, begun, release := hold()
			base, stop, ended := run(t, newServer(tool), Config{})
			all := peers(t, base)
			p := all[name]
			for _, q := range all {
				discard(t, q)
			}
			msgs := []string{call(1, "hold")}
			if name == "sse" {
				msgs = []string{
					`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`,
					`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"hold"}}`,
				}
			}
			for _, msg := range msgs {
				if err := p.Send(t.Context(), []byte(msg)); err != nil {
					t.Fatal(err)
				}
			}
			if name == "sse" {
				expect(t, p, "protocolVersion")
			}
			<-begun
			stop()
			for { // the call is still running
				select {
				case err := <-ended:
					t.Fatalf("Run ended with %v before the call", err)
				default:
				}
				conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
				if err != nil {
					break // nothing new is accepted
				}
				_ = conn.Close()
			}
			close(release)
			expect(t, p, `"text":"held"`)
			if err := <-ended; err != nil {
				t.Errorf("Run: %v", err)
			}
		})
	}
}

// discard closes a peer when the test ends, whatever has become of it.
func discard(t *testing.T, p mcptest.Peer) {
	t.Helper()
	t.Cleanup(func() {
		_ = p.Close()
		for err := error(nil); err == nil; {
			_, err = p.Receive(context.Background())
		}
	})
}

// TestLinger has requests taken, and /ready fail, before anything else happens.
func TestLinger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := fault.NewPipes("pipe")
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: l.Dial}}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- Run(ctx, newServer(), Config{Listener: l, Linger: time.Minute}, Stdio{Err: io.Discard})
		}()
		do := func(method, path, body string) (int, string) {
			req, err := http.NewRequestWithContext(t.Context(), method, "http://localhost"+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range map[string]string{
				"Content-Type": "application/json", "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "hello",
			} {
				req.Header.Set(k, v)
			}
			res, err := client.Do(req)
			if err != nil {
				return 0, err.Error()
			}
			defer res.Body.Close()
			b, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, string(b)
		}
		if code, body := do("GET", "/ready", ""); code != 200 {
			t.Errorf("/ready before: %d %s", code, body)
		}
		stop()
		time.Sleep(time.Minute - time.Second)
		if code, body := do("GET", "/ready", ""); code != 503 {
			t.Errorf("/ready: %d %s, want 503", code, body)
		}
		if code, body := do("GET", "/health", ""); code != 200 {
			t.Errorf("/health: %d %s, want 200", code, body)
		}
		if code, body := do("POST", "/mcp", call(1, "hello")); code != 200 || !strings.Contains(body, `"result"`) {
			t.Errorf("a call: %d %s, want its result", code, body)
		}
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		if code, body := do("GET", "/ready", ""); code != 0 {
			t.Errorf("after the end: %d %s", code, body)
		}
	})
}

// TestGrace cancels what does not end by itself.
func TestGrace(t *testing.T) {
	t.Parallel()
	base, stop, ended := run(t, newServer(), Config{Grace: 20 * time.Millisecond})
	all := peers(t, base)
	for _, p := range all {
		discard(t, p)
	}
	p := all["websocket"]
	if err := p.Send(t.Context(), []byte(strings.Replace(call(1, "wait"), `"_meta":{`, `"_meta":{"progressToken":1,`, 1))); err != nil {
		t.Fatal(err)
	}
	if r, err := p.Receive(t.Context()); err != nil || !strings.Contains(string(r.Message), "progress") {
		t.Fatalf("received %s, %v", r.Message, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	for err := error(nil); err == nil; {
		_, err = p.Receive(t.Context()) // up to its end
	}
}

func TestStdio(t *testing.T) {
	t.Parallel()
	var out, errs strings.Builder
	in := strings.NewReader(call(1, "hello") + "\n")
	if err := Run(t.Context(), newServer(), Config{}, Stdio{in, &out, &errs}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"id":1,"result"`) || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("wrote %q", out.String())
	}
	if want := "mcp: test 1.2 on stdio; revisions 2026-07-28, 2025-11-25, 2025-06-18, 2025-03-26, 2024-11-05\n"; errs.String() != want {
		t.Errorf("start line %q, want %q", errs.String(), want)
	}
}

// TestStopStdio stops a server while a call runs that needs another message to
// end.
func TestStopStdio(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tool, begun, release := hold()
		in, toServer := io.Pipe()
		fromServer, out := io.Pipe()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- Run(ctx, newServer(tool), Config{}, Stdio{in, out, io.Discard}) }()
		p := mcptest.Lines(fromServer, toServer)
		for _, msg := range []string{call(1, "hold"), strings.Replace(call(2, "wait"), `"_meta":{`, `"_meta":{"progressToken":1,`, 1)} {
			if err := p.Send(t.Context(), []byte(msg)); err != nil {
				t.Fatal(err)
			}
		}
		<-begun
		expect(t, p, "progress")
		stop()
		synctest.Wait()
		if err := p.Send(t.Context(), []byte(call(3, "hello"))); err != nil {
			t.Fatal(err)
		}
		expect(t, p, "shutting down")
		if err := p.Send(t.Context(), []byte(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}`)); err != nil {
			t.Fatal(err)
		}
		close(release)
		expect(t, p, `"text":"held"`)
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		if _, err := p.Receive(t.Context()); !errors.Is(err, io.EOF) {
			t.Errorf("then %v, want %v", err, io.EOF)
		}
	})
}

func expect(t *testing.T, p mcptest.Peer, part string) {
	t.Helper()
	r, err := p.Receive(t.Context())
	if err != nil || !strings.Contains(string(r.Message), part) {
		t.Fatalf("received %s, %v; want %s", r.Message, err, part)
	}
}

func TestExitCode(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if code := exitCode(nil, &out); code != 0 || out.Len() > 0 {
		t.Errorf("no error: exit code %d and %q", code, out.String())
	}
	if code := exitCode(errors.New("broken"), &out); code != exitFailure || out.String() != "mcp: broken\n" {
		t.Errorf("an error: exit code %d and %q", code, out.String())
	}
}
