package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

// auditLines reads an audit log.
func auditLines(t *testing.T, file string) (lines []map[string]any) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(string(b)) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		lines = append(lines, m)
	}
	return lines
}

// TestAuditStdio records calls on stdio: the first line of a call before it runs,
// and nothing of its arguments.
func TestAuditStdio(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "audit.log")
	s := newServer(mcp.ToolDef{Name: "look", Call: func(_ context.Context, c *mcp.Call) error {
		c.Text(fmt.Sprint(len(auditLines(t, file)), " lines"))
		return nil
	}}, mcp.ToolDef{Name: "break", Call: func(context.Context, *mcp.Call) error { return errors.New("broken") }})
	in, toServer := io.Pipe()
	fromServer, out := io.Pipe()
	ended := make(chan error, 1)
	config := Config{AuditLog: file, AuditKey: "k", Instance: "one", AuditRequired: true}
	go func() { ended <- Run(t.Context(), s, config, Stdio{in, out, io.Discard}) }()
	p := mcptest.Lines(fromServer, toServer)
	for _, m := range []struct{ name, want string }{
		{"look", `"text":"1 lines"`},
		{"break", `"isError":true`},
		{`look"}\n{"event":"forged`, "Invalid tool name format"},
	} {
		msg := strings.Replace(call(1, m.name), `"_meta":{`, `"arguments":{"password":"s3cret"},"_meta":{"traceparent":"00-1",`, 1)
		if err := p.Send(t.Context(), []byte(msg)); err != nil {
			t.Fatal(err)
		}
		expect(t, p, m.want)
	}
	if err := p.Send(t.Context(), []byte(`{"jsonrpc":"2.0","id":5,"method":"tools/list","params":{`+meta+`}}`)); err != nil {
		t.Fatal(err)
	}
	expect(t, p, `"tools":[`)
	if err := errors.Join(p.Close(), <-ended); err != nil {
		t.Error(err)
	}
	var got []string
	for i, l := range auditLines(t, file) {
		if l["seq"] != float64(i+1) || l["instance"] != "one" || l["transport"] != "stdio" || l["trace"] != "00-1" || l["address"] != nil || len(fmt.Sprint(l["arguments"])) != 64 {
			t.Errorf("%v", l)
		}
		got = append(got, fmt.Sprint(l["event"], " ", l["decision"], " ", l["principal"], " ", l["method"], " ", l["name"], " ", l["code"]))
	}
	want := []string{
		"begin allowed local tools/call look <nil>", "end allowed local tools/call look <nil>",
		"begin allowed local tools/call break <nil>", "end failed local tools/call break <nil>",
		"begin allowed local tools/call look\"}\\n{\"event\":\"forged <nil>", "end allowed local tools/call look\"}\\n{\"event\":\"forged -32602",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("log\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if b, _ := os.ReadFile(file); strings.Contains(string(b), "s3cret") {
		t.Errorf("an argument is in the log: %s", b)
	}
}

// TestAuditStdioRefused refuses logs that cannot be, before anything is served.
func TestAuditStdioRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := os.Symlink("out", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		config Config
		want   string
	}{
		{Config{AuditRequired: true}, "-audit-required (MCP_AUDIT_REQUIRED): there is no log"},
		{Config{AuditLog: dir}, "-audit-log (MCP_AUDIT_LOG): open "},
		{Config{AuditLog: filepath.Join(dir, "none", "log")}, "-audit-log (MCP_AUDIT_LOG): open "},
		{Config{AuditLog: filepath.Join(dir, "out")}, "is the standard output, which belongs to the protocol"},
		{Config{AuditLog: filepath.Join(dir, "link")}, "is the standard output, which belongs to the protocol"},
	} {
		err := Run(t.Context(), newServer(), tt.config, Stdio{strings.NewReader(call(1, "hello") + "\n"), out, io.Discard})
		if bad, ok := errors.AsType[*ConfigError](err); !ok || !strings.Contains(bad.Error(), tt.want) {
			t.Errorf("%+v: %v, want %s", tt.config.AuditLog, err, tt.want)
		}
	}
	if info, err := out.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("%v bytes were written, %v", info.Size(), err)
	}
}

// TestAuditStdioToStandardError writes the log beside the line of the start.
func TestAuditStdioToStandardError(t *testing.T) {
	t.Parallel()
	var out, errs strings.Builder
	in := strings.NewReader(call(1, "hello") + "\n")
	if err := Run(t.Context(), newServer(), Config{AuditLog: "-"}, Stdio{in, &out, &errs}); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(strings.TrimSpace(errs.String()), "\n"); len(lines) != 3 || !strings.Contains(lines[1], `"event":"begin"`) || !strings.Contains(lines[2], `"event":"end"`) {
		t.Errorf("%q", lines)
	}
}
