//go:build e2e

package cluster

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// remote is the program of examples/remote, built once.
var remote = sync.OnceValues(func() (string, error) {
	build := exec.Command("go", "build", "-o", bin, "./examples/remote")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return filepath.Join(bin, "remote"), nil
})

// startRemote starts an instance of examples/remote.
func startRemote(t *testing.T, addr string, env ...string) *process {
	t.Helper()
	program, err := remote()
	if err != nil {
		t.Fatal(err)
	}
	return start(t, " on http://", append([]string{"MCP_HTTP_ADDR=" + addr, "MCP_RATE_LIMIT=off"}, env...), program)
}

func freeAddr(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("127.0.0.1:%d", freePort(t))
}

// runNginx runs nginx with what stands within http { }, or with a whole file.
func runNginx(t *testing.T, conf string) {
	t.Helper()
	dir := t.TempDir()
	if !strings.Contains(conf, "http {") {
		conf = "events {}\nhttp {\n" + conf + "\n}\n"
	}
	temp := ""
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temp += "\n    " + kind + "_temp_path " + dir + "/" + kind + ";"
	}
	if os.Getuid() == 0 { // its workers would be somebody who cannot see the directory
		conf = "user root;\n" + conf
	}
	conf = "daemon off; pid " + dir + "/nginx.pid; error_log stderr notice;\n" + strings.Replace(conf, "http {", "http {"+temp, 1)
	conf = strings.Replace(conf, "worker_processes auto;", "worker_processes 1;", 1)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(conf, "$dir", dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("nginx", "-t", "-c", file, "-p", dir).CombinedOutput(); err != nil {
		t.Fatalf("nginx -t: %v\n%s", err, out)
	}
	p := start(t, "start worker process", nil, "nginx", "-c", file, "-p", dir)
	t.Cleanup(func() { p.end(syscall.SIGTERM) })
}

// fetch sends a request and gives the answer with its body. header are names and
// values.
func fetch(t *testing.T, method, url, body string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
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

const modernMeta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`

// readWith reads a resource with POST.
func readWith(t *testing.T, url, uri string, header ...string) (*http.Response, string) {
	t.Helper()
	header = append([]string{"Content-Type", "application/json", "Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "resources/read", "Mcp-Name", uri}, header...)
	return fetch(t, "POST", url, `{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"`+uri+`",`+modernMeta+`}}`, header...)
}

const (
	adasKey = "ada-0123456789abcdef"
	bobsKey = "bob-0123456789abcdef"
)

// cdn is nginx that caches what it may, before an instance.
func cdn(t *testing.T, env ...string) (url string) {
	t.Helper()
	addr, public := freeAddr(t), freeAddr(t)
	startRemote(t, addr, append([]string{
		"MCP_API_KEYS=ada:" + adasKey + ",bob:" + bobsKey, "MCP_CACHING=1", "MCP_ALLOWED_HOSTS=127.0.0.1", "MCP_TRUSTED_PROXIES=127.0.0.1",
	}, env...)...)
	runNginx(t, `
    proxy_cache_path $dir/cache keys_zone=cdn:1m;
    server {
        listen `+public+`;
        location / {
            proxy_pass http://`+addr+`;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_cache cdn;
            proxy_cache_revalidate on;
            proxy_cache_lock on;
            add_header X-Cache $upstream_cache_status always;
        }
    }`)
	return "http://" + public
}

const almanac = "/mcp/resources?uri=docs%3A%2F%2Falmanac"

// TestCDN has nginx, as the cache of a CDN, keep a resource that is for everybody.
func TestCDN(t *testing.T) {
	url := cdn(t, "MCP_GET_RESOURCES=everybody", "MCP_CACHE_TTL=2")
	res, first := fetch(t, "GET", url+almanac, "")
	tag := res.Header.Get("ETag")
	if res.StatusCode != 200 || res.Header.Get("X-Cache") != "MISS" || res.Header.Get("Cache-Control") != "public, max-age=2" || tag == "" || !strings.Contains(first, "read at ") {
		t.Fatalf("%s %v %s", res.Status, res.Header, first)
	}
	for who, key := range map[string]string{"nobody": "", "ada": "ApiKey " + adasKey, "bob": "ApiKey " + bobsKey} {
		if res, text := fetch(t, "GET", url+almanac, "", "Authorization", key); res.Header.Get("X-Cache") != "HIT" || text != first {
			t.Errorf("%s: %v %s", who, res.Header, text)
		}
	}
	if res, text := fetch(t, "GET", url+almanac, "", "If-None-Match", tag); res.StatusCode != http.StatusNotModified || text != "" {
		t.Errorf("with the tag: %s %s", res.Status, text)
	}
	if res, text := fetch(t, "HEAD", url+almanac, ""); res.StatusCode != 200 || res.Header.Get("ETag") != tag || res.Header.Get("X-Cache") != "HIT" || text != "" {
		t.Errorf("HEAD: %s %v", res.Status, res.Header)
	}
	for begin := time.Now(); ; time.Sleep(100 * time.Millisecond) { // until it is too old
		res, text := fetch(t, "GET", url+almanac, "")
		if text != first && res.StatusCode == 200 && res.Header.Get("ETag") != tag {
			break
		}
		if time.Since(begin) > 10*time.Second {
			t.Fatalf("still %v %s", res.Header, text)
		}
	}
	// What depends on its reader is not there, and never kept.
	for range 3 {
		for who, key := range map[string]string{"nobody": "", "ada": "ApiKey " + adasKey} {
			res, text := fetch(t, "GET", url+"/mcp/resources?uri=docs%3A%2F%2Faccount", "", "Authorization", key)
			if res.StatusCode != 404 || res.Header.Get("X-Cache") != "MISS" || res.Header.Get("Cache-Control") != "no-store" || strings.Contains(text, "account of") {
				t.Errorf("%s: %s %v %s", who, res.Status, res.Header, text)
			}
		}
	}
	for range 2 {
		for who, key := range map[string]string{"ada": adasKey, "bob": bobsKey} {
			if res, text := readWith(t, url+"/mcp", "docs://account", "Authorization", "ApiKey "+key); !strings.Contains(text, `"account of `+who+`"`) || res.Header.Get("X-Cache") != "" {
				t.Errorf("%s: %v %s", who, res.Header, text)
			}
		}
	}
}

// TestCDNBetweenCallers: where callers are asked who they are, the cache between
// them and the server keeps nothing of anybody's.
func TestCDNBetweenCallers(t *testing.T) {
	url := cdn(t, "MCP_GET_RESOURCES=callers")
	for range 2 {
		for who, key := range map[string]string{"ada": "ApiKey " + adasKey, "bob": "ApiKey " + bobsKey} {
			res, text := fetch(t, "GET", url+almanac, "", "Authorization", key)
			if res.StatusCode != 200 || res.Header.Get("X-Cache") != "MISS" || !strings.HasPrefix(res.Header.Get("Cache-Control"), "private, ") || !strings.Contains(text, "read at ") {
				t.Errorf("%s: %s %v %s", who, res.Status, res.Header, text)
			}
		}
		for _, key := range []string{"", "ApiKey wrong-0123456789abcdef"} {
			if res, text := fetch(t, "GET", url+almanac, "", "Authorization", key); res.StatusCode != 401 || strings.Contains(text, "read at ") {
				t.Errorf("%q: %s %s", key, res.Status, text)
			}
		}
	}
}

// deployed gives a file of mcpgen deploy for examples/remote.
func deployed(t *testing.T, name string, flags ...string) string {
	t.Helper()
	dir := t.TempDir()
	deploy := exec.Command(filepath.Join(bin, "mcpgen"), append(append([]string{"deploy", "-o", dir}, flags...), ".")...)
	deploy.Dir = "../../examples/remote"
	if out, err := deploy.CombinedOutput(); err != nil {
		t.Fatalf("mcpgen deploy: %v\n%s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestGateway has the gateway that mcpgen deploy writes for nginx route calls by
// the region that they are about, below a path of its own.
func TestGateway(t *testing.T) {
	conf, public := deployed(t, "gateway/nginx.conf"), freeAddr(t)
	const prefix = "/remote"
	var logs [3]string
	for i := range logs {
		addr := freeAddr(t)
		logs[i] = filepath.Join(t.TempDir(), "audit.log")
		startRemote(t, addr, "MCP_API_KEYS=ada:"+adasKey, "JWT_SECRET="+strings.Repeat("s", 32), "MCP_AUDIT_LOG="+logs[i], "MCP_ALLOWED_HOSTS=127.0.0.1",
			"MCP_RESOURCE_URL=http://"+public+prefix+"/mcp", fmt.Sprintf("SERVER_ID=server-%d", i+1))
		conf = strings.ReplaceAll(conf, fmt.Sprintf("server server-%d:8080", i+1), "server "+addr)
	}
	runNginx(t, strings.Replace(conf, "listen 80;", "listen "+public+";", 1))
	url := "http://" + public + prefix + "/mcp"
	call := func(region string, header ...string) (*http.Response, string) {
		body := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_weather","arguments":{"region":"` + region + `"},` + modernMeta + `}}`
		return fetch(t, "POST", url, body, append([]string{
			"Content-Type", "application/json", "Authorization", "ApiKey " + adasKey, "Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "get_weather",
		}, header...)...)
	}
	calls := func() (n [3]int) {
		for i, log := range logs {
			b, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(b)) {
				var l struct{ Event, Name string }
				if json.Unmarshal([]byte(line), &l) == nil && l.Event == "begin" && l.Name == "get_weather" {
					n[i]++
				}
			}
		}
		return n
	}
	for i, region := range []string{"us-east-1", "eu-west-1", "ap-southeast-1"} {
		before := calls()
		for range 5 {
			if res, text := call(region, "Mcp-Param-Region", region); res.StatusCode != 200 || !strings.Contains(text, `"region":"`+region+`"`) {
				t.Fatalf("%s: %s %s", region, res.Status, text)
			}
		}
		want := before
		want[i] += 5
		if got := calls(); got != want {
			t.Errorf("%s: calls by instance %v, want %v", region, got, want)
		}
	}
	// A header that lies is refused by whoever gets it.
	before := calls()
	if res, text := call("us-east-1", "Mcp-Param-Region", "eu-west-1"); res.StatusCode != 400 || !strings.Contains(text, "-32020") || calls() != before {
		t.Errorf("%s %s", res.Status, text)
	}
	// Regions that nobody has mapped go to all in turn.
	for range 6 {
		if res, text := call("mars", "Mcp-Param-Region", "mars"); res.StatusCode != 200 {
			t.Errorf("%s %s", res.Status, text)
		}
	}
	if got := calls(); got != [3]int{7, 7, 7} {
		t.Errorf("calls by instance %v", got)
	}
	// Where clients find out how to get in: at the root of the host.
	res, _ := fetch(t, "POST", url, "{}", "Content-Type", "application/json")
	_, rest, _ := strings.Cut(strings.Join(res.Header.Values("WWW-Authenticate"), " "), `resource_metadata="`)
	metadata, _, _ := strings.Cut(rest, `"`)
	if want := "http://" + public + "/.well-known/oauth-protected-resource" + prefix + "/mcp"; metadata != want {
		t.Fatalf("metadata at %q, want %s", metadata, want)
	}
	if res, text := fetch(t, "GET", metadata, ""); res.StatusCode != 200 || !strings.Contains(text, `"resource":"`+url+`"`) {
		t.Errorf("%s %s", res.Status, text)
	}
	// A stream of SSE tells where the gateway takes messages.
	req, err := http.NewRequest("GET", url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(req.Header, http.Header{"Authorization": {"ApiKey " + adasKey}, "Accept": {"text/event-stream"}})
	stream, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	b := make([]byte, 200)
	n, err := stream.Body.Read(b)
	if err != nil || !strings.Contains(string(b[:n]), "data: "+prefix+"/mcp/messages?session=") {
		t.Errorf("%q, %v", b[:n], err)
	}
}
