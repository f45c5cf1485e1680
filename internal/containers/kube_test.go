//go:build containers

package containers

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/fault"
)

// kube runs the Deployment of kubernetes.yaml in one pod, as podman does it: what it
// has no kind for is passed over. There is no Redis, which the server has to do
// without.
func kube(t *testing.T, p *project) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, "deploy", "kubernetes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	// This podman reads the values of a Secret as JSON, and does not write them so.
	secret, err := json.Marshal(map[string][]byte{"MCP_API_KEYS": []byte("ada:" + key), "MCP_RESOURCE_URL": []byte("http://remote/mcp")})
	if err != nil {
		t.Fatal(err)
	}
	addr, err := fault.Addr()
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(addr, ":")
	// It gives every pod the same port of this machine, and asks registries first.
	for was, is := range map[string]string{
		"image: remote:latest": "image: localhost/remote:latest\n          imagePullPolicy: Never", "containerPort: 8080": "containerPort: 8080, hostIP: 127.0.0.1, hostPort: " + port, "\n  replicas: 3\n": "\n  replicas: 1\n",
	} {
		if strings.Count(string(text), was) != 1 {
			t.Fatalf("no %q in\n%s", was, text)
		}
		text = []byte(strings.Replace(string(text), was, is, 1))
	}
	file := filepath.Join(p.dir, "deploy", "play.yaml")
	p.write(file, string(text))
	p.write(file+".secret", string(secret))
	p.podman("secret", "create", "remote", file+".secret")
	p.podman("play", "kube", file)
	const container = "remote-pod-0-server"
	var last string
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(100 * time.Millisecond) {
		res, err := http.Get("http://" + addr + "/ready")
		if err == nil {
			last = res.Status
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				break
			}
		} else {
			last = err.Error()
		}
	}
	if last != "200 OK" {
		_, logs := p.status("logs", container)
		t.Fatalf("/ready: %s\n%s", last, logs)
	}
	for header, want := range map[string]int{"": http.StatusUnauthorized, "ApiKey " + key: http.StatusMethodNotAllowed} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/mcp", nil)
		if err != nil {
			t.Fatal(err)
		}
		if header != "" {
			req.Header.Set("Authorization", header)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("with the credential %q: %s, want %d", header, res.Status, want)
		}
	}
	if user := p.podman("inspect", container, "--format", "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}}"); !strings.HasPrefix(user, "1001") || !strings.HasSuffix(user, " true") {
		t.Errorf("it runs as %s", user)
	}
	p.podman("stop", "-t", "40", container)
	if code := p.podman("inspect", container, "--format", "{{.State.ExitCode}}"); code != "0" {
		t.Errorf("after SIGTERM: exit code %s, want 0", code)
	}
}
