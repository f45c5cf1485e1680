//go:build unix

package serve

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

// A program is a process that calls Main.
type program struct {
	*exec.Cmd

	in  io.WriteCloser
	out io.Reader
	err *bufio.Reader
}

func start(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), asProgram+"=1"), env...)
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	stderr, err3 := cmd.StderrPipe()
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &program{cmd, in, out, bufio.NewReader(stderr)}
}

func (p *program) line(t *testing.T) string {
	t.Helper()
	line, err := p.err.ReadString('\n')
	if err != nil {
		t.Fatalf("standard error ended after %q: %v", line, err)
	}
	return line
}

// end waits for the process and gives its exit code and the rest of what it
// wrote to standard error.
func (p *program) end(t *testing.T) (code int, stderr string) {
	t.Helper()
	rest, err := io.ReadAll(p.err)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil && p.ProcessState == nil {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode(), string(rest)
}

func TestProgramStdio(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	if line := p.line(t); !strings.Contains(line, "on stdio") {
		t.Errorf("start line %q", line)
	}
	c := mcptest.Lines(p.out, p.in)
	if err := c.Send(t.Context(), []byte(call(1, "hello"))); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil { // before the answer was read
		t.Fatal(err)
	}
	expect(t, c, `"id":1,"result"`)
	if _, err := c.Receive(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("then %v, want %v", err, io.EOF)
	}
	if code, rest := p.end(t); code != 0 || rest != "" {
		t.Errorf("exit code %d and %q, want 0 and nothing", code, rest)
	}
}

// TestProgramAudit has a program on stdio record calls, by variable and by flag.
func TestProgramAudit(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "audit.log")
	for i, p := range []*program{start(t, []string{"MCP_AUDIT_LOG=" + file, "SERVER_ID=one"}), start(t, nil, "-audit-log", file, "-server-id", "one")} {
		p.line(t)
		c := mcptest.Lines(p.out, p.in)
		if err := c.Send(t.Context(), []byte(call(1, "hello"))); err != nil {
			t.Fatal(err)
		}
		expect(t, c, `"id":1,"result"`)
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if code, rest := p.end(t); code != 0 || rest != "" {
			t.Errorf("exit code %d and %q, want 0 and nothing", code, rest)
		}
		lines := auditLines(t, file)
		if len(lines) != 2*(i+1) {
			t.Fatalf("%d lines after %d programs", len(lines), i+1)
		}
		if l := lines[2*i]; l["event"] != "begin" || l["principal"] != "local" || l["instance"] != "one" {
			t.Errorf("%v", l)
		}
	}
}

func TestProgramSignals(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"stdio", "http"} {
		for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
			t.Run(how+" "+sig.String(), func(t *testing.T) {
				t.Parallel()
				var env []string
				if how == "http" {
					env = []string{"MCP_HTTP_ADDR=127.0.0.1:0"}
				}
				p := start(t, env)
				p.line(t)
				if err := p.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				if code, rest := p.end(t); code != 0 || rest != "" {
					t.Errorf("exit code %d and %q, want 0 and nothing", code, rest)
				}
			})
		}
	}
}

// TestProgramSecondSignal has a call that would hold the first signal up for
// the whole time of grace.
func TestProgramSecondSignal(t *testing.T) {
	t.Parallel()
	p := start(t, nil, "-shutdown-grace", "1h")
	p.line(t)
	c := mcptest.Lines(p.out, p.in)
	if err := c.Send(t.Context(), []byte(strings.Replace(call(1, "wait"), `"_meta":{`, `"_meta":{"progressToken":1,`, 1))); err != nil {
		t.Fatal(err)
	}
	expect(t, c, "progress")
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for id := 2; ; id++ { // until the first signal has been seen
		if err := c.Send(t.Context(), []byte(call(id, "hello"))); err != nil {
			t.Fatal(err)
		}
		r, err := c.Receive(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(r.Message), "shutting down") {
			break
		}
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code, _ := p.end(t); code != exitFailure {
		t.Errorf("exit code %d, want %d", code, exitFailure)
	}
}

func TestProgramRefused(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	tests := []struct {
		name string
		env  []string
		args []string
		code int
		want string
	}{
		{"port in use", nil, []string{"-http", taken.Addr().String()}, 2, "address already in use"},
		{"remote", []string{"MCP_HTTP_ADDR=0.0.0.0:0"}, nil, 2, "-allow-remote"},
		{"bad flag", nil, []string{"-htpp", ":1"}, 2, "-htpp"},
		{"bad variable", []string{"MCP_SHUTDOWN_GRACE=soon"}, nil, 2, "MCP_SHUTDOWN_GRACE"},
		{"audit log on standard output", []string{"MCP_AUDIT_LOG=/dev/stdout"}, nil, 2, "-audit-log (MCP_AUDIT_LOG): /dev/stdout is the standard output"},
		{"audit log by number", nil, []string{"-audit-log", "/dev/fd/1"}, 2, "is the standard output, which belongs to the protocol"},
		{"audit without a log", []string{"MCP_AUDIT_REQUIRED=1"}, nil, 2, "MCP_AUDIT_REQUIRED"},
		{"help", nil, []string{"-help"}, 0, "MCP_HTTP_ADDR"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			code, got := start(t, tt.env, tt.args...).end(t)
			if code != tt.code || !strings.Contains(got, tt.want) {
				t.Errorf("exit code %d and %q, want %d and %q", code, got, tt.code, tt.want)
			}
		})
	}
}

// TestProgramHTTP reaches a program over the network.
func TestProgramHTTP(t *testing.T) {
	t.Parallel()
	p := start(t, nil, "-http", "127.0.0.1:0")
	_, rest, _ := strings.Cut(p.line(t), "http://")
	addr, _, _ := strings.Cut(rest, "/")
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get("http://" + addr + "/ready")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("/ready: %s", res.Status)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code, got := p.end(t); code != 0 || got != "" {
		t.Errorf("exit code %d and %q, want 0 and nothing", code, got)
	}
}
