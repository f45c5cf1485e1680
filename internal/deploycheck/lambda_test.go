package deploycheck

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/deploycheck/lambda"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/serve"
)

var update = flag.Bool("update", false, "rewrite lambda/lambda.go")

// asFunction makes the test binary the program of a function.
const asFunction = "DEPLOYCHECK_FUNCTION"

func TestMain(m *testing.M) {
	if os.Getenv(asFunction) != "" {
		serve.Main(newFunction(), lambda.With())
	}
	os.Exit(m.Run())
}

// newFunction has a tool that answers, one that reports progress, and one that
// counts goroutines.
func newFunction() *mcp.Server {
	s := mcp.NewServer(mcp.Info{Name: "shop", Version: "1"}, nil)
	s.Register(mcp.ToolDef{Name: "hello", Call: func(_ context.Context, c *mcp.Call) error {
		c.Text("hello " + c.Principal().Subject)
		return nil
	}})
	s.Register(mcp.ToolDef{Name: "steps", Call: func(_ context.Context, c *mcp.Call) error {
		for i := range 3 {
			c.Progress().Report(float64(i+1), 3, "step")
		}
		c.Text("done")
		return nil
	}})
	s.Register(mcp.ToolDef{Name: "goroutines", Call: func(_ context.Context, c *mcp.Call) error {
		c.Text(fmt.Sprint(runtime.NumGoroutine()))
		return nil
	}})
	return s
}

// TestEntryPoint keeps the package that is tested here what mcpgen deploy writes.
func TestEntryPoint(t *testing.T) {
	t.Parallel()
	want := files(t)["lambda/lambda.go"]
	const name = "lambda/lambda.go"
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil || string(got) != want {
		t.Errorf("%s is not what mcpgen deploy writes (go test -update): %v", name, err)
	}
}

// An api is the runtime API of Lambda, as far as a function sees it: it hands out
// events and takes answers.
type api struct {
	url     string
	events  chan string
	answers chan answer
	asked   chan struct{} // has a token when the function has asked for the first time
}

// An answer is what a function gave for an event.
type answer struct {
	failed   bool
	streamed bool
	body     []byte
}

func newAPI(t *testing.T) *api {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := &api{url: l.Addr().String(), events: make(chan string), answers: make(chan answer, 1), asked: make(chan struct{}, 1)}
	const base = "/2018-06-01/runtime/invocation/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case a.asked <- struct{}{}:
		default:
		}
		select {
		case e := <-a.events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(time.Minute).UnixMilli()))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:shop")
			_, _ = io.WriteString(w, e)
		case <-r.Context().Done():
		}
	})
	take := func(failed bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Errorf("answer: %v", err)
			}
			w.WriteHeader(http.StatusAccepted)
			a.answers <- answer{failed, r.Header.Get("Content-Type") == "application/vnd.awslambda.http-integration-response", body}
		}
	}
	mux.HandleFunc("POST "+base+"{id}/response", take(false))
	mux.HandleFunc("POST "+base+"{id}/error", take(true))
	srv := &http.Server{Handler: mux}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	return a
}

// invoke sends an event and takes the answer apart.
func (a *api) invoke(t *testing.T, event string) (status int, header map[string]string, body string) {
	t.Helper()
	a.events <- event
	var out answer
	select {
	case out = <-a.answers:
	case <-time.After(30 * time.Second):
		t.Fatal("no answer")
	}
	var head struct {
		StatusCode int               `json:"statusCode"`
		Headers    map[string]string `json:"headers"`
		Body       string            `json:"body"`
	}
	text := out.body
	if out.streamed { // the head, eight zeros, the body
		before, after, ok := bytes.Cut(out.body, make([]byte, 8))
		if !ok {
			t.Fatalf("no body in %q", out.body)
		}
		text, body = before, string(after)
	}
	if err := json.Unmarshal(text, &head); err != nil || out.failed {
		t.Fatalf("answer %s: %v", out.body, err)
	}
	if !out.streamed {
		body = head.Body
	}
	return head.StatusCode, head.Headers, body
}

// function starts one. cold is how long it took until it asked for work.
func function(t *testing.T, mode string) (a *api, cold time.Duration) {
	t.Helper()
	a = newAPI(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asFunction+"=1", "AWS_LAMBDA_RUNTIME_API="+a.url, "LAMBDA_INVOKE_MODE="+mode, "MCP_API_KEYS=ada:0123456789abcdef")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the function said: %s", &stderr)
		}
	})
	select {
	case <-a.asked:
	case <-time.After(30 * time.Second):
		t.Fatalf("the function did not start: %s", &stderr)
	}
	return a, time.Since(begin)
}

// recorded gives an event of a function URL with another request in it.
func recorded(t *testing.T, change func(e map[string]any)) string {
	t.Helper()
	b, err := os.ReadFile("testdata/function-url.json")
	if err != nil {
		t.Fatal(err)
	}
	var e map[string]any
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	change(e)
	if b, err = json.Marshal(e); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// to changes the method, the path, the body and headers of an event.
func to(method, path, body string, header ...string) func(e map[string]any) {
	return func(e map[string]any) {
		path, query, _ := strings.Cut(path, "?")
		e["rawPath"], e["rawQueryString"], e["body"], e["isBase64Encoded"] = path, query, body, false
		http := e["requestContext"].(map[string]any)["http"].(map[string]any)
		http["method"], http["path"] = method, path
		h := e["headers"].(map[string]any)
		for i := 0; i < len(header); i += 2 {
			if h[header[i]] = header[i+1]; header[i+1] == "" {
				delete(h, header[i])
			}
		}
	}
}

const meta = `"_meta":{"progressToken":"t","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`

func call(tool string) func(e map[string]any) {
	return to("POST", "/mcp", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"`+tool+`",`+meta+`}}`, "mcp-method", "tools/call", "mcp-name", tool)
}

// TestLambda drives the program with events of a function URL in both of its modes.
func TestLambda(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"RESPONSE_STREAM", "BUFFERED"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			a, cold := function(t, mode)
			initialize := `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`
			for _, tt := range []struct {
				name   string
				change func(e map[string]any)
				status int
				want   string
			}{
				{"as recorded", func(map[string]any) {}, 200, `"name":"hello"`},
				{"a call", call("hello"), 200, `"text":"hello ada"`},
				{"a stream", call("steps"), 200, `"progress":3`},
				{"JSON only", func(e map[string]any) {
					call("steps")(e)
					e["headers"].(map[string]any)["accept"] = "application/json"
				}, 200, `"text":"done"`},
				{"no credentials", func(e map[string]any) {
					call("hello")(e)
					delete(e["headers"].(map[string]any), "authorization")
				}, 401, "Authentication required"},
				{"initialize", to("POST", "/mcp", initialize, "mcp-protocol-version", "", "mcp-method", "", "mcp-name", ""), 200, `"protocolVersion":"2025-11-25"`},
				{"a stream of a session", to("GET", "/mcp", "", "mcp-protocol-version", "2025-11-25", "mcp-session-id", "x"), 405, "keeps no sessions"},
				{"SSE", to("GET", "/mcp/events", ""), 501, "keeps no sessions"},
				{"another path", to("GET", "/", ""), 404, ""},
				{"health", to("GET", "/health", ""), 200, `"status":"healthy"`},
			} {
				status, header, body := a.invoke(t, recorded(t, tt.change))
				if status != tt.status || !strings.Contains(body, tt.want) || header["X-Content-Type-Options"] != "nosniff" || header["Mcp-Session-Id"] != "" {
					t.Errorf("%s: %d %v %s", tt.name, status, header, body)
				}
			}
			// As many in each: none outlives its answer.
			var seen []string
			for range 5 {
				_, _, body := a.invoke(t, recorded(t, call("goroutines")))
				_, n, _ := strings.Cut(body, `"text":"`)
				n, _, _ = strings.Cut(n, `"`)
				seen = append(seen, n)
			}
			for _, n := range seen {
				if n != seen[0] {
					t.Errorf("goroutines during one call after the other: %v", seen)
					break
				}
			}
			t.Logf("from the start of the program until it asked for work: %v; goroutines in each call: %s", cold.Round(time.Millisecond), seen[0])
		})
	}
}

// TestLambdaBase64 takes bodies that came as base64, and says when they are none.
func TestLambdaBase64(t *testing.T) {
	t.Parallel()
	a, _ := function(t, "BUFFERED")
	encode := func(body string) func(e map[string]any) {
		return func(e map[string]any) { e["body"], e["isBase64Encoded"] = body, true }
	}
	if status, _, body := a.invoke(t, recorded(t, encode("eyJqc29ucnBjIjoiMi4wIiwiaWQiOjEsIm1ldGhvZCI6InRvb2xzL2xpc3QifQ=="))); status != http.StatusBadRequest || !strings.Contains(body, "_meta") {
		t.Errorf("%d %s", status, body)
	}
	if status, _, _ := a.invoke(t, recorded(t, encode("!"))); status != http.StatusBadRequest {
		t.Errorf("%d", status)
	}
}

// TestLambdaMode refuses a mode that is none.
func TestLambdaMode(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asFunction+"=1", "AWS_LAMBDA_RUNTIME_API=127.0.0.1:1", "LAMBDA_INVOKE_MODE=stream", "MCP_API_KEYS=ada:0123456789abcdef")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "want RESPONSE_STREAM or BUFFERED") {
		t.Errorf("%v: %s", err, out)
	}
}
