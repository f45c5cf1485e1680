//go:build containers

package containers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/fault"
	"github.com/mcpgen/mcpgen/runtime/client"
)

// maxImage is how large the image may be.
const maxImage = 20 << 20

// patience is how long containers may take to begin.
const patience = time.Minute

// key is an API key of the servers.
const key = "0123456789abcdef0123"

// A project is a directory with the files of mcpgen deploy, and podman with
// images and networks of its own.
type project struct {
	t   *testing.T
	dir string
	env []string
	url string // of nginx
}

// newProject copies this tree and has mcpgen write the files of a deployment.
func newProject(t *testing.T) *project {
	t.Helper()
	p := &project{t: t, dir: filepath.Join(t.TempDir(), "project")}
	p.run("../..", "bash", "-c", `mkdir -p "$0" && git ls-files -z | grep -zv testdata/ | tar --null -T - -c | tar -x -C "$0"`, p.dir)
	p.run(p.dir, "go", "run", "./cmd/mcpgen", "deploy", "-main", "./examples/remote", "-app", "remote", "-o", "deploy", "./examples/remote")
	p.configure()
	return p
}

// configure keeps podman's images and networks apart from those of this machine,
// and from services that not every machine has.
func (p *project) configure() {
	state := p.t.TempDir()
	p.env = append(os.Environ(), "CONTAINERS_CONF="+state+"/containers.conf", "CONTAINERS_STORAGE_CONF="+state+"/storage.conf", "BUILDAH_FORMAT=docker")
	p.write(state+"/containers.conf", fmt.Sprintf(`[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
lock_type = "file"
tmp_dir = %q
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
[network]
network_backend = "netavark"
network_config_dir = %q
`, state+"/tmp", state+"/networks"))
	p.write(state+"/storage.conf", fmt.Sprintf("[storage]\ndriver = \"overlay\"\ngraphroot = %q\nrunroot = %q\n", state+"/images", state+"/run"))
	p.t.Cleanup(func() { // what is mounted cannot be removed
		_, _ = p.try(".", "podman", "pod", "rm", "-fa", "-t", "1")
		_, _ = p.try(".", "podman", "rm", "-fa", "-t", "1")
		_, _ = p.try(".", "podman", "network", "prune", "-f")
		_, _ = p.try(".", "umount", state+"/images/overlay")
	})
}

func (p *project) write(file, text string) {
	p.t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// try runs a program and gives what it wrote.
func (p *project) try(dir, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, p.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// run runs one that has to succeed.
func (p *project) run(dir, name string, args ...string) string {
	p.t.Helper()
	out, err := p.try(dir, name, args...)
	if err != nil {
		p.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(out)
}

// podman runs podman and gives what it wrote to standard output.
func (p *project) podman(args ...string) string {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), "podman", args...)
	cmd.Env = p.env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("podman %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return strings.TrimSpace(string(out))
}

// status runs podman and gives its exit code.
func (p *project) status(args ...string) (int, string) {
	p.t.Helper()
	out, err := p.try(".", "podman", args...)
	exit, ended := errors.AsType[*exec.ExitError](err)
	switch {
	case ended:
		return exit.ExitCode(), out
	case err != nil:
		p.t.Fatal(err)
	}
	return 0, out
}

var baseImage = regexp.MustCompile(`(?m)^FROM golang:(\S+)`)

// build builds the image as the Dockerfile says. Modules and what the compiler
// has made already come from this machine.
func (p *project) build() {
	p.t.Helper()
	file, err := os.ReadFile(filepath.Join(p.dir, "deploy", "Dockerfile"))
	if err != nil {
		p.t.Fatal(err)
	}
	base := baseImage.FindSubmatch(file)
	if base == nil {
		p.t.Fatalf("no base image in\n%s", file)
	}
	script, err := filepath.Abs(filepath.Join("testdata", "base.sh"))
	if err != nil {
		p.t.Fatal(err)
	}
	begin := time.Now()
	p.run(p.dir, "bash", script, filepath.Join(p.t.TempDir(), "roots"), string(base[1]))
	p.t.Logf("base images: %v", time.Since(begin).Round(time.Second))
	begin = time.Now()
	again, err := filepath.Abs("../tools/again.sh")
	if err != nil {
		p.t.Fatal(err)
	}
	p.run(p.dir, again, "go", "mod", "download")
	modules, cache := p.run(".", "go", "env", "GOMODCACHE"), p.run(".", "go", "env", "GOCACHE")
	p.podman("build", "-q", "--network=none", "-v", modules+"/cache/download:/proxy:ro", "-v", cache+":/root/.cache/go-build",
		"-f", filepath.Join(p.dir, "deploy", "Dockerfile"), "-t", "remote", p.dir)
	p.t.Logf("image: %v", time.Since(begin).Round(time.Second))
}

// up starts docker-compose.yml, with nginx at a port of this machine.
func (p *project) up() {
	p.t.Helper()
	addr, err := fault.Addr()
	if err != nil {
		p.t.Fatal(err)
	}
	p.url = "http://" + addr
	deploy := filepath.Join(p.dir, "deploy")
	file := filepath.Join(deploy, "docker-compose.yml")
	text, err := os.ReadFile(file)
	if err != nil || !bytes.Contains(text, []byte(`"80:80"`)) {
		p.t.Fatalf("%v in\n%s", err, text)
	}
	p.write(file, strings.Replace(string(text), `"80:80"`, `"`+addr+`:80"`, 1))
	p.write(filepath.Join(deploy, ".env"), "MCP_API_KEYS=ada:"+key+";scopes=notes:write\nMCP_RESOURCE_URL="+p.url+"/mcp\nMCP_RATE_LIMIT=off\n")
	begin := time.Now()
	p.run(deploy, "podman-compose", "-p", "mcp", "up", "-d", "--no-build")
	p.t.Logf("compose up: %v", time.Since(begin).Round(time.Second))
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(100 * time.Millisecond) {
		res, err := http.Get(p.url + "/ready")
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
	}
	out, _ := p.try(".", "podman", "ps", "-a")
	p.t.Fatalf("%s/ready does not answer\n%s", p.url, out)
}

// TestCompose runs the deployment of examples/remote.
func TestCompose(t *testing.T) {
	p := newProject(t)
	p.build()
	size, err := strconv.Atoi(p.podman("image", "inspect", "remote", "--format", "{{.Size}}"))
	if err != nil || size > maxImage {
		t.Errorf("the image has %d bytes, want %d at most; %v", size, maxImage, err)
	}
	t.Logf("size of the image: %.1f MB", float64(size)/1e6)
	p.up()
	cl, err := client.Dial(t.Context(), p.url+"/mcp", &client.Options{Header: http.Header{"Authorization": {"ApiKey " + key}}})
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	call := func(when string, n int) {
		t.Helper()
		for i := range n {
			if _, err := cl.CallTool(t.Context(), "whoami", nil); err != nil {
				t.Errorf("%s, call %d: %v", when, i, err)
			}
		}
	}
	call("three instances", 9)
	t.Run("confined", func(t *testing.T) { confined(t, p) })
	p.podman("kill", "mcp_server-2_1")
	call("one killed", 9)
	p.podman("start", "mcp_server-2_1")
	p.podman("stop", "-t", "40", "mcp_server-1_1")
	if code := p.podman("inspect", "mcp_server-1_1", "--format", "{{.State.ExitCode}}"); code != "0" {
		t.Errorf("after SIGTERM: exit code %s, want 0", code)
	}
	call("one stopped, one back", 9)
	t.Run("kubernetes", func(t *testing.T) { kube(t, p) })
}

// confined checks what the container may do.
func confined(t *testing.T, p *project) {
	var c []struct {
		Config struct {
			User        string
			Healthcheck struct{ Test []string }
		}
		HostConfig    struct{ ReadonlyRootfs bool }
		EffectiveCaps []string
		BoundingCaps  []string
	}
	if err := json.Unmarshal([]byte(p.podman("inspect", "mcp_server-1_1")), &c); err != nil || len(c) != 1 {
		t.Fatal(err)
	}
	if one := c[0]; one.Config.User != "1001:1001" || !one.HostConfig.ReadonlyRootfs || len(one.EffectiveCaps)+len(one.BoundingCaps) != 0 ||
		strings.Join(one.Config.Healthcheck.Test, " ") != "CMD /server healthcheck" {
		t.Errorf("the container is %+v", one)
	}
	if users := p.podman("top", "mcp_server-1_1", "huser"); !strings.HasSuffix(users, "\n1001") {
		t.Errorf("its processes run as %s", users)
	}
	if code, out := p.status("healthcheck", "run", "mcp_server-1_1"); code != 0 {
		t.Errorf("health check: %d %s", code, out)
	}
	if code, out := p.status("run", "--rm", "--network=none", "remote", "healthcheck"); code != 1 || !strings.Contains(out, "refused") {
		t.Errorf("health check without a server: %d %s", code, out)
	}
	if code, out := p.status("run", "--rm", "--network=none", "--read-only", "-e", "MCP_API_KEYS=a:"+key, "-e", "MCP_AUDIT_LOG=/audit.log", "remote"); code != 2 ||
		!strings.Contains(out, "-audit-log (MCP_AUDIT_LOG): open /audit.log: read-only file system") {
		t.Errorf("a server that cannot write its log: %d %s", code, out)
	}
}
