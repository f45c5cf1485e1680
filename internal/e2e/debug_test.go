//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestDebugging runs the commands that docs/remote.md names for finding faults, as
// it prints them.
func TestDebugging(t *testing.T) {
	setup := shellBlock(t, "docs/remote.md", "debug server")
	exports, _, ok := strings.Cut(setup, "\n")
	if !ok || !strings.HasPrefix(exports, "export ") || !strings.Contains(setup, "go run ./examples/remote") {
		t.Fatalf("the server is started by %q", setup)
	}
	background(t, top, append(os.Environ(), "MCP_HTTP_ADDR="+pageAddr), "env "+exports[len("export "):]+" "+filepath.Join(bin, "remote"))
	waitReady(t, "http://"+pageAddr)

	var variables, commands []string
	for line := range strings.Lines(shellBlock(t, "docs/remote.md", "debug")) {
		switch line = strings.TrimSpace(line); {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "KEY=") || strings.HasPrefix(line, "BODY="):
			variables = append(variables, line)
		default:
			commands = append(commands, line)
		}
	}
	run := func(command string) string {
		t.Helper()
		began := time.Now()
		out := shell(t, ".", debugEnv(), strings.Join(variables, "\n")+"\n"+command)
		t.Logf("%.60s took %s", command, time.Since(began).Round(time.Millisecond))
		return out
	}
	for _, command := range commands {
		switch {
		case strings.HasPrefix(command, "curl "):
			if out := run(command); !strings.Contains(out, "< HTTP/1.1 200 OK") || !strings.Contains(out, `"status":"healthy"`) {
				t.Errorf("%s printed\n%s", command, out)
			}
		case strings.HasPrefix(command, "npx wscat "):
			talk(t, strings.Join(variables, "; ")+"; "+command)
		case strings.HasPrefix(command, "npx @modelcontextprotocol/inspector@2 "):
			if out := run(command); !strings.Contains(out, `"name": "whoami"`) {
				t.Errorf("%s printed\n%s", command, out)
			}
		case strings.HasPrefix(command, "npx autocannon "):
			if out := run(command); !strings.Contains(out, " requests in ") || strings.Contains(out, "non 2xx") || strings.Contains(out, "errors") {
				t.Errorf("%s printed\n%s", command, out)
			}
			// The form that sends GET does no harm.
			if out := run("npx autocannon -c 10 -d 1 http://" + pageAddr + "/mcp"); !strings.Contains(out, "0 2xx responses") {
				t.Errorf("autocannon without -m POST printed\n%s", out)
			}
		default:
			t.Errorf("nobody tests %s", command)
		}
	}
	if len(commands) != 4 {
		t.Errorf("the page has %d commands, want 4", len(commands))
	}
	res, err := http.Get("http://" + pageAddr + "/health")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("after the load /health says %s", res.Status)
	}
}

// debugEnv finds the pinned programs, and keeps npx from fetching others.
func debugEnv() []string {
	return append(os.Environ(), "PATH="+filepath.Dir(node)+":"+os.Getenv("PATH"), "NO_COLOR=1", "npm_config_offline=true")
}

// shellBlock gives the text of one block of a page.
func shellBlock(t *testing.T, page, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, page))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok1 := strings.Cut(here(string(text)), "<!-- "+name+": begin -->\n```sh\n")
	block, _, ok2 := strings.Cut(rest, "```\n<!-- "+name+": end -->")
	if !ok1 || !ok2 {
		t.Fatalf("%s has no block %q", page, name)
	}
	return block
}

// A screen collects what a terminal shows.
type screen struct {
	mu   sync.Mutex
	b    bytes.Buffer
	grew chan struct{}
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		select {
		case s.grew <- struct{}{}:
		default:
		}
	}()
	return s.b.Write(p)
}

// wait waits for a text.
func (s *screen) wait(ctx context.Context, t *testing.T, want string) {
	t.Helper()
	for {
		s.mu.Lock()
		shown := s.b.String()
		s.mu.Unlock()
		if strings.Contains(shown, want) {
			return
		}
		select {
		case <-s.grew:
		case <-ctx.Done():
			t.Fatalf("the terminal does not show %q but\n%s", want, shown)
		}
	}
}

// terminal runs a command at a terminal. typed goes to its keyboard.
func terminal(ctx context.Context, t *testing.T, command string) (s *screen, typed io.Writer, end func() error) {
	t.Helper()
	cmd := exec.CommandContext(ctx, "script", "-qefc", command, "/dev/null")
	cmd.Env = append(debugEnv(), "TERM=dumb", "SHELL=/bin/bash")
	s = &screen{grew: make(chan struct{}, 1)}
	cmd.Stdout, cmd.Stderr = s, s
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return s, in, func() error {
		defer in.Close()
		return cmd.Wait()
	}
}

// talk connects with wscat at a terminal, which it needs, sends a message and
// leaves.
func talk(t *testing.T, command string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	shown, keys, end := terminal(ctx, t, command)
	shown.wait(ctx, t, "Connected (press CTRL+C to quit)")
	_, _ = io.WriteString(keys, `{"jsonrpc":"2.0","id":1,"method":"ping"}`+"\r")
	shown.wait(ctx, t, `"id":1,"result":{`)
	_, _ = io.WriteString(keys, "\x03")
	if err := end(); err != nil {
		t.Errorf("wscat: %v\n%s", err, shown.b.String())
	}
}

// TestAsking answers the question of a tool at a terminal.
func TestAsking(t *testing.T) {
	url := conformanceServer(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, era := range []string{"modern", "legacy"} {
		shown, keys, end := terminal(ctx, t, filepath.Join(bin, "mcpgen")+" call -era "+era+" "+url+" test_elicitation message=Hello")
		shown.wait(ctx, t, "The server asks: Hello")
		shown.wait(ctx, t, "username (string) User's response: ")
		_, _ = io.WriteString(keys, "ada\r")
		shown.wait(ctx, t, "email (string) User's email address: ")
		_, _ = io.WriteString(keys, "ada@example.com\r")
		shown.wait(ctx, t, "User response: action=accept, content={")
		if err := end(); err != nil {
			t.Errorf("%s: %v\n%s", era, err, shown.b.String())
		}
	}
}
