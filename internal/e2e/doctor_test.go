//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/fault"
)

// TestDoctorNginx has nginx in front of a server, with one mistake at a time that
// its configurations have. The command must name it.
func TestDoctorNginx(t *testing.T) {
	upstream := strings.TrimPrefix(server(t, "quickstart"), "http://")
	const (
		host    = "proxy_set_header Host $http_host;"
		upgrade = "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $upgrade;"
		http11  = "proxy_http_version 1.1;"
	)
	for _, tt := range []struct {
		name, scheme, location, upstream string
		check, seen                      string // of the failure; "" for none
	}{
		{"well", "http", host + upgrade + http11, upstream, "", ""},
		{"well, ws", "ws", host + upgrade + http11, upstream, "", ""},
		{"no Host", "http", upgrade + http11, "servers", "host", "does not know that it is called"},
		// nginx 1.22 passes on what it has when nothing more comes.
		{"buffering", "http", host + upgrade + http11 + "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;", upstream, "", ""},
		{"compression", "http", host + upgrade + http11 + "gzip on; gzip_proxied any; gzip_types text/event-stream;", upstream, "", ""},
		{"no upgrade", "ws", host + http11, upstream, "websocket", "answered like a plain GET"},
		{"nobody behind", "http", host, unused(t), "proxy", "502: nginx"},
		{"prefix taken away", "http", host + "rewrite ^/mcp(.*)$ /elsewhere$1 break;", upstream, "http", "no endpoint of MCP at /mcp: 404"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr := nginx(t, upstream, "proxy_pass http://"+tt.upstream+"; "+tt.location)
			out, err := exec.CommandContext(t.Context(), filepath.Join(bin, "mcpgen"), "doctor", "-json", tt.scheme+"://"+addr+"/mcp").Output()
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			var report struct {
				OK     bool
				Checks []struct{ Check, Status, Seen, Fix string }
			}
			if err := json.Unmarshal(out, &report); err != nil {
				t.Fatalf("%v in\n%s", err, out)
			}
			if report.OK != (tt.check == "") || report.OK != (err == nil) {
				t.Errorf("ok is %t, and the command ended with %v", report.OK, err)
			}
			for _, c := range report.Checks {
				wanted := c.Check == tt.check && strings.Contains(c.Seen, tt.seen) && c.Fix != ""
				if (c.Status == "failure") != wanted || c.Status == "warning" {
					t.Errorf("%s %s: %s", c.Status, c.Check, c.Seen)
				}
			}
		})
	}
}

// nginx serves a location and gives its address. upstream is also called servers.
func nginx(t *testing.T, upstream, location string) string {
	t.Helper()
	dir, addr := t.TempDir(), unused(t)
	conf := fmt.Sprintf(`daemon off; pid %[1]s/pid; error_log %[1]s/error.log; worker_processes 1;
events { worker_connections 64; }
http {
	access_log off; client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
	map $http_upgrade $upgrade { default upgrade; "" ""; }
	upstream servers { server %[4]s; }
	server { listen %[2]s; location / { %[3]s } }
}
`, dir, addr, location, upstream)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("nginx", "-c", file, "-p", dir)
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v (apt-get install nginx-light)", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGQUIT) // Wait says how it ended
		if err := cmd.Wait(); err != nil {
			t.Errorf("nginx: %v\n%s", err, said.String())
		}
	})
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(20 * time.Millisecond) {
		res, err := http.Get("http://" + addr + "/health")
		if err == nil {
			res.Body.Close()
			return addr
		}
	}
	t.Fatalf("nginx does not answer\n%s", said.String())
	return ""
}

// unused is an address on which nobody listens.
func unused(t *testing.T) string {
	t.Helper()
	addr, err := fault.Addr()
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

// TestCallNode calls tools of the TypeScript SDKs with words, and looks at their
// servers.
func TestCallNode(t *testing.T) {
	sdk1, sdk2 := nodeServer(t, "sdk1.mjs"), nodeServer(t, "sdk2.mjs")
	program := filepath.Join(bin, "mcpgen")
	stdio := func(script string) []string { return []string{"--", node, filepath.Join("servers", script), "stdio"} }
	for name, target := range map[string][]string{
		"sdk1/http": {sdk1 + "/mcp"}, "sdk1/json": {sdk1 + "/json"}, "sdk1/sse": {"sse+" + sdk1 + "/sse"}, "sdk1/stdio": stdio("sdk1.mjs"),
		"sdk2/http": {sdk2 + "/mcp"}, "sdk2/stdio": stdio("sdk2.mjs"),
	} {
		t.Run(name, func(t *testing.T) {
			call := func(words ...string) (string, int) {
				args := append([]string{"call"}, words...)
				if target[0] == "--" {
					args = append(args, target...)
				} else {
					args = append([]string{"call", target[0]}, words...)
				}
				cmd := exec.CommandContext(t.Context(), program, args...)
				out, err := cmd.CombinedOutput()
				var exit *exec.ExitError
				if err != nil && !errors.As(err, &exit) {
					t.Fatal(err)
				}
				return string(out), cmd.ProcessState.ExitCode()
			}
			if out, code := call("add", "a=1", "b=2.5"); code != 0 || !strings.Contains(out, "3.5") {
				t.Errorf("add ends with %d and prints\n%s", code, out)
			}
			if out, code := call("add", "a=one", "b=2.5"); code != 2 || !strings.Contains(out, `a: want a number, got "one"`) {
				t.Errorf("a wrong word ends with %d and prints\n%s", code, out)
			}
			if target[0] == "--" {
				return
			}
			out, err := exec.CommandContext(t.Context(), program, "doctor", target[0]).CombinedOutput()
			if err != nil || !strings.Contains(string(out), "every schema compiles") {
				t.Errorf("doctor ends with %v and prints\n%s", err, out)
			}
		})
	}
}
