package serve

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// TestFullDisk writes the audit log to a disk without room: where a record is
// required nothing runs, on any transport, and otherwise everything does.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	for _, required := range []bool{true, false} {
		var ran atomic.Int64
		s := newServer(mcp.ToolDef{Name: "count", Call: func(_ context.Context, c *mcp.Call) error {
			ran.Add(1)
			c.Text("counted")
			return nil
		}})
		base, stop, ended := run(t, s, Config{AuditLog: "/dev/full", AuditRequired: required})
		status, want := http.StatusOK, int64(1)
		if required {
			status, want = http.StatusServiceUnavailable, 0
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/mcp", strings.NewReader(call(1, "count")))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = http.Header{"Content-Type": {"application/json"}, "Mcp-Protocol-Version": {"2026-07-28"}, "Mcp-Method": {"tools/call"}, "Mcp-Name": {"count"}}
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != status || ran.Load() != want || required != (res.Header.Get("Retry-After") != "") {
			t.Errorf("required %t: %s, and %d calls ran", required, res.Status, ran.Load())
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// TestFullDiskStdio is TestFullDisk for a program on stdio.
func TestFullDiskStdio(t *testing.T) {
	t.Parallel()
	for _, required := range []bool{true, false} {
		var ran atomic.Int64
		s := newServer(mcp.ToolDef{Name: "count", Call: func(_ context.Context, c *mcp.Call) error {
			ran.Add(1)
			c.Text("counted")
			return nil
		}})
		var out strings.Builder
		if err := Run(t.Context(), s, Config{AuditLog: "/dev/full", AuditRequired: required}, Stdio{strings.NewReader(call(1, "count") + "\n"), &out, io.Discard}); err != nil {
			t.Error(err)
		}
		want, runs := `"text":"counted"`, int64(1)
		if required {
			want, runs = `"code":503,"message":"the audit log cannot be written"`, 0
		}
		if !strings.Contains(out.String(), want) || ran.Load() != runs {
			t.Errorf("required %t: %s, and %d calls ran", required, out.String(), ran.Load())
		}
	}
}

// TestAuditIsAppended keeps what an earlier run has written.
func TestAuditIsAppended(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "audit.log")
	for range 2 {
		base, stop, ended := run(t, newServer(), Config{AuditLog: file, Instance: "one"})
		if code, _ := get(t, base+"/nothing", nil); code != http.StatusNotFound {
			t.Errorf("%d", code)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	log, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	for _, line := range lines {
		if !json.Valid([]byte(line)) || !strings.Contains(line, `"instance":"one"`) {
			t.Errorf("%s", line)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 || len(lines) != 2 {
		t.Errorf("%d lines; %v, %v", len(lines), info.Mode(), err)
	}
}
