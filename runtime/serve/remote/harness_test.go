package remote_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/mcpgen/mcpgen/runtime/guard/jwtauth"
	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
	"github.com/mcpgen/mcpgen/runtime/serve/remote"
)

const (
	secret  = "0123456789abcdef0123456789abcdef"
	key     = "ci-0123456789abcdef"
	env     = "MCPGEN_TEST_PROGRAM"
	allowed = "https://app.example.com"
)

// TestMain is the program of the tests that need one, when told so.
func TestMain(m *testing.M) {
	if os.Getenv(env) != "" {
		serve.Main(newServer(), remote.With(nil))
	}
	os.Exit(leak.Run(m))
}

func newServer() *mcp.Server {
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	s.Register(mcp.ToolDef{Name: "whoami", Call: func(_ context.Context, c *mcp.Call) error {
		c.Text(c.Principal().Subject + fmt.Sprintf("%+v", c.Principal().Claims))
		return nil
	}})
	s.Register(mcp.ToolDef{Name: "fails", Call: func(context.Context, *mcp.Call) error { return mcp.Errorf("no") }})
	s.Register(mcp.ToolDef{Name: "secret", Scopes: []string{"admin"}, Call: func(_ context.Context, c *mcp.Call) error { c.Text("secret"); return nil }})
	return s
}

// start runs a server in this process and gives its base URL.
func start(t *testing.T, c serve.Config, opts ...serve.Option) string {
	t.Helper()
	c.HTTP = "127.0.0.1:0"
	for _, o := range opts {
		o(&c)
	}
	return run(t, newServer(), c)
}

// run runs a server in this process and gives its base URL.
func run(t *testing.T, s *mcp.Server, c serve.Config) string {
	t.Helper()
	r, w := io.Pipe()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		defer w.Close()
		ended <- serve.Run(ctx, s, c, serve.Stdio{Err: w})
	}()
	lines := bufio.NewReader(r)
	line, err := lines.ReadString('\n')
	if err != nil {
		stop()
		t.Fatalf("no start line: %v", <-ended)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return base(t, line)
}

func base(t *testing.T, line string) string {
	t.Helper()
	_, rest, ok := strings.Cut(line, " on http://")
	addr, _, _ := strings.Cut(rest, "/")
	if !ok {
		t.Fatalf("start line %q", line)
	}
	return "http://" + addr
}

// token makes a good token for a server, changed by pairs of names and values.
func token(t *testing.T, url string, changes ...any) string {
	t.Helper()
	c := jwt.MapClaims{"sub": "ada", "aud": url + "/mcp", "exp": time.Now().Add(time.Hour).Unix()}
	for i := 0; i < len(changes); i += 2 {
		c[changes[i].(string)] = changes[i+1]
	}
	s, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func callOf(tool string) string {
	return `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"` + tool + `","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`
}

var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// do sends a request and gives the answer with its body.
func do(t *testing.T, method, url, body string, header http.Header) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(req.Header, header)
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func post(tool string) http.Header {
	return http.Header{"Content-Type": {"application/json"}, "Mcp-Protocol-Version": {"2026-07-28"}, "Mcp-Method": {"tools/call"}, "Mcp-Name": {tool}}
}

func with(h http.Header, authorization string) http.Header {
	h = h.Clone()
	if h == nil {
		h = http.Header{}
	}
	h["Authorization"] = []string{authorization}
	return h
}

func plain(t *testing.T, method, url string, h http.Header) int {
	res, _ := do(t, method, url, "", h)
	return res.StatusCode
}

func jwtConfig() jwtauth.Config { return jwtauth.Config{Secret: []byte(secret)} }

// program runs the test program and gives its exit code or, when it listens, its
// base URL.
func program(t *testing.T, environ []string, args ...string) (url, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), env+"=1"), environ...)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	line, _ := lines.ReadString('\n')
	if strings.Contains(line, " on http://") {
		t.Cleanup(func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		})
		go func() { _, _ = io.Copy(io.Discard, lines) }()
		return base(t, line), line, -1
	}
	_ = cmd.Wait()
	return "", line, cmd.ProcessState.ExitCode()
}
