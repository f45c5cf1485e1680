//go:build e2e

package cluster

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/fault"
	"github.com/mcpgen/mcpgen/runtime/client"
)

// clusterKey is the API key of the tests.
const clusterKey = "e2e-0123456789abcdef"

// bin has the programs, built once.
var bin string

func TestMain(m *testing.M) {
	code := 1
	var err error
	if bin, err = os.MkdirTemp("", "mcpgen-cluster-"); err == nil {
		build := exec.Command("go", "build", "-o", bin, "./internal/cluster/server", "./cmd/mcpgen")
		build.Dir = "../.."
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		} else {
			code = m.Run()
		}
		_ = os.RemoveAll(bin)
	}
	os.Exit(code)
}

// A cluster is three instances of the server in folder server with Redis and nginx.
type cluster struct {
	t         *testing.T
	dir       string
	redis     *process
	redisPort int
	line      *fault.Proxy // between the instances and Redis
	ports     [3]int
	instances [3]*process
	url       string // of nginx
	env       []string
}

// A process is one that a test starts and ends.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
}

// start runs a program and waits for a line that has ready in it.
func start(t *testing.T, ready string, env []string, name string, args ...string) *process {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v (apt-get install redis-server nginx-light)", name, err)
	}
	_ = w.Close()
	p := &process{cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() { p.end(syscall.SIGKILL) })
	lines := bufio.NewScanner(r)
	for seen := ""; ; {
		if !lines.Scan() {
			t.Fatalf("%s ended: %s", name, seen)
		}
		seen += lines.Text() + "\n"
		if strings.Contains(lines.Text(), ready) {
			break
		}
	}
	go func() {
		defer r.Close()
		for lines.Scan() { // a full pipe would stop it
		}
	}()
	return p
}

// end sends a signal and waits for the end of the process.
func (p *process) end(sig syscall.Signal) int {
	_ = p.cmd.Process.Signal(sig)
	<-p.done
	return p.cmd.ProcessState.ExitCode()
}

func freePort(t *testing.T) int {
	t.Helper()
	addr, err := fault.Addr()
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(strings.TrimPrefix(addr, "127.0.0.1:"))
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// newCluster starts all of it.
func newCluster(t *testing.T, env ...string) *cluster {
	t.Helper()
	c := &cluster{t: t, dir: t.TempDir(), redisPort: freePort(t)}
	c.startRedis()
	var err error
	if c.line, err = fault.NewProxy(fmt.Sprintf("127.0.0.1:%d", c.redisPort)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.line.Close)
	c.url = fmt.Sprintf("http://127.0.0.1:%d", freePort(t))
	c.env = append([]string{
		"MCP_API_KEYS=e2e:" + clusterKey + ";scopes=notes:write", "MCP_REDIS_URL=redis://" + c.line.Addr(),
		"MCP_TRUSTED_PROXIES=127.0.0.1", "MCP_RATE_LIMIT=off", "MCP_MAX_PER_CALLER=-1", "MCP_MAX_STREAMS=-1", "MCP_RESOURCE_URL=" + c.url + "/mcp", "MCP_ALLOWED_HOSTS=127.0.0.1",
		"MCP_AUDIT_KEY=k", "MCP_AUDIT_REQUIRED=1",
	}, env...)
	for i := range c.instances {
		c.ports[i] = freePort(t)
		c.startInstance(i)
	}
	c.startNginx()
	return c
}

func (c *cluster) startRedis() {
	c.redis = start(c.t, "eady to accept connections", nil, "redis-server", "--bind", "127.0.0.1", "--port", fmt.Sprint(c.redisPort), "--save", "", "--appendonly", "no", "--dir", c.dir)
}

// journal is the file that add_note of all instances appends to.
func (c *cluster) journal() string { return filepath.Join(c.dir, "journal") }

func (c *cluster) audit(i int) string { return filepath.Join(c.dir, fmt.Sprintf("audit-%d.log", i)) }

func (c *cluster) startInstance(i int) {
	env := append([]string{fmt.Sprintf("SERVER_ID=server-%d", i+1), fmt.Sprintf("MCP_HTTP_ADDR=127.0.0.1:%d", c.ports[i]), "MCP_AUDIT_LOG=" + c.audit(i), "JOURNAL=" + c.journal()}, c.env...)
	c.instances[i] = start(c.t, " on http://", env, filepath.Join(bin, "server"))
}

// startNginx uses the file of mcpgen deploy, with the addresses of this machine.
func (c *cluster) startNginx() {
	c.t.Helper()
	deploy := exec.Command(filepath.Join(bin, "mcpgen"), "deploy", "-o", c.dir, ".")
	deploy.Dir = "server"
	if out, err := deploy.CombinedOutput(); err != nil {
		c.t.Fatalf("mcpgen deploy: %v\n%s", err, out)
	}
	file := filepath.Join(c.dir, "nginx.conf")
	b, err := os.ReadFile(file)
	if err != nil {
		c.t.Fatal(err)
	}
	conf := string(b)
	for i, port := range c.ports {
		conf = strings.ReplaceAll(conf, fmt.Sprintf("server server-%d:8080", i+1), fmt.Sprintf("server 127.0.0.1:%d", port))
	}
	conf = strings.Replace(conf, "listen 80;", "listen "+strings.TrimPrefix(c.url, "http://")+";", 1)
	for _, dir := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		conf = strings.Replace(conf, "http {", "http {\n    "+dir+"_temp_path "+c.dir+"/"+dir+";", 1)
	}
	conf = "daemon off; pid " + c.dir + "/nginx.pid; error_log stderr notice;\n" + conf
	conf = strings.Replace(conf, "worker_processes auto;", "worker_processes 1;", 1)
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		c.t.Fatal(err)
	}
	if out, err := exec.Command("nginx", "-t", "-c", file, "-p", c.dir).CombinedOutput(); err != nil {
		c.t.Fatalf("nginx -t: %v\n%s", err, out)
	}
	// Its worker would go on without it: SIGTERM ends both.
	p := start(c.t, "start worker process", nil, "nginx", "-c", file, "-p", c.dir)
	c.t.Cleanup(func() { p.end(syscall.SIGTERM) })
}

func (c *cluster) direct() (urls []string) {
	for _, port := range c.ports {
		urls = append(urls, fmt.Sprintf("http://127.0.0.1:%d/mcp", port))
	}
	return urls
}

// options are those of a client that may do everything.
func options() *client.Options {
	return &client.Options{
		Header:     http.Header{"Authorization": {"ApiKey " + clusterKey}},
		HTTPClient: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}},
	}
}

// A tally is how many calls went how.
type tally struct {
	mu           sync.Mutex
	calls, lost  int
	unsure       int
	firstFailure error
}

func (y *tally) note(err error, unsure bool) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.calls++
	switch {
	case err == nil:
		return
	case unsure:
		y.unsure++
	default:
		y.lost++
	}
	if y.firstFailure == nil {
		y.firstFailure = err
	}
}

// latencies are how long calls took.
type latencies struct {
	mu  sync.Mutex
	all []time.Duration
}

func (l *latencies) note(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, d)
}

// at gives the time within which so many of a hundred calls ended.
func (l *latencies) at(percent int) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) == 0 {
		return 0
	}
	slices.Sort(l.all)
	return l.all[min(len(l.all)-1, len(l.all)*percent/100)].Round(100 * time.Microsecond)
}
