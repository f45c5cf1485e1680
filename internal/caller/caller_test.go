package caller

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/mcpsse"
	"github.com/mcpgen/mcpgen/runtime/mcpstdio"
	"github.com/mcpgen/mcpgen/runtime/mcpws"
)

// asServer makes the test binary a server on stdio.
const asServer = "serve-stdio"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == asServer {
		if err := mcpstdio.Serve(context.Background(), newServer(), os.Stdin, os.Stdout, nil); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func newServer() *mcp.Server {
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil)
	s.Register(mcp.ToolDef{
		Name: "hello", Description: "Says hello.\nLoudly.",
		InputSchema: `{"type":"object","properties":{"name":{"type":"string","description":"Whom."},"tags":{"type":"array","items":{"type":"string"}},"size":{"enum":["s","l"],"default":"s"}},"required":["name"]}`,
		Call: func(_ context.Context, c *mcp.Call) error {
			c.Text("hello " + string(c.RawArguments()))
			return nil
		},
	})
	return s
}

// listen serves every transport over HTTP; see gets the requests.
func listen(t *testing.T, see func(*http.Request)) string {
	t.Helper()
	s := newServer()
	web, ws, sse := mcphttp.New(s, nil), mcpws.New(s, nil), mcpsse.New(s, nil)
	var mux http.ServeMux
	mux.HandleFunc("/mcp", func(w http.ResponseWriter, r *http.Request) {
		see(r)
		if mcpws.Upgrades(r) {
			ws.ServeHTTP(w, r)
		} else {
			web.ServeHTTP(w, r)
		}
	})
	mux.Handle("GET /mcp/events", sse)
	mux.Handle("POST /mcp/messages", sse)
	mux.Handle("/moved", http.RedirectHandler("/mcp?token=abc", http.StatusTemporaryRedirect))
	srv := httptest.NewServer(&mux)
	t.Cleanup(func() {
		_ = ws.Shutdown(context.Background())
		_ = sse.Close()
		srv.Close()
		_ = web.Close()
	})
	return srv.URL
}

// A log is written by several goroutines.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestDial reaches every transport, sends the credential and shows the exchange
// without it.
func TestDial(t *testing.T) { //nolint:tparallel // what was seen is looked at after its subtests
	t.Parallel()
	const secret = "s3cr3t-t0ken"
	var mu sync.Mutex
	seen := map[string]int{}
	base := listen(t, func(r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen[r.Header.Get("Authorization")+" "+r.Header.Get("X-Tenant")]++
	})
	for _, tt := range []struct {
		name, url string
		command   []string
		era       client.Era
		want      []string // in the trace
	}{
		{name: "http", url: base + "/mcp", want: []string{"1> POST " + base + "/mcp\n", "1> Authorization: Bearer [hidden]\n", "1> X-Tenant: a\n", "1< HTTP/1.1 200 OK\n", `3< {"jsonrpc":"2.0","id":3,"result":{"content"`, "3> Mcp-Name: hello\n", `"arguments":{"name":"[hidden]"}`}},
		{name: "legacy", url: base + "/mcp", era: client.Legacy, want: []string{`1> {"jsonrpc":"2.0","id":1,"method":"initialize"`, "< Mcp-Session-Id: ", "> DELETE "}},
		{name: "ws", url: "ws" + strings.TrimPrefix(base, "http") + "/mcp", want: []string{"> GET ws://", "> Authorization: Bearer [hidden]\n", `> {"jsonrpc":"2.0","id":3,"method":"tools/call"`, `< {"jsonrpc":"2.0","id":3,"result"`}},
		{name: "sse", url: "sse+" + base + "/mcp/events", want: []string{"1> GET " + base + "/mcp/events\n", "1< event: endpoint\n", "2> POST " + base + "/mcp/messages"}},
		{name: "stdio", command: []string{os.Args[0], asServer}, want: []string{"* started " + os.Args[0] + " serve-stdio\n", `> {"jsonrpc":"2.0","id":3,"method":"tools/call"`, `< {"jsonrpc":"2.0","id":3,"result"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var trace log
			target := &Target{URL: tt.url, Command: tt.command, Era: tt.era, Credential: "Bearer " + secret, Header: http.Header{"X-Tenant": {"a"}}, Trace: &trace, Stderr: io.Discard}
			c, done, err := target.Dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range c.Tools(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
			}
			res, err := c.CallTool(t.Context(), "hello", map[string]string{"name": secret})
			if err != nil || !strings.Contains(Text(res), secret) {
				t.Errorf("%v, %v", res, err)
			}
			done()
			for _, w := range tt.want {
				if !strings.Contains(trace.String(), w) {
					t.Errorf("%q is not in\n%s", w, trace.String())
				}
			}
			if tt.command == nil && strings.Contains(trace.String(), secret) {
				t.Errorf("the trace has the credential:\n%s", trace.String())
			}
		})
	}
	if len(seen) != 1 || seen["Bearer "+secret+" a"] == 0 {
		t.Errorf("requests had %v", seen)
	}
}

// TestRedirect follows none, and says where it leads without secrets.
func TestRedirect(t *testing.T) {
	t.Parallel()
	base := listen(t, func(*http.Request) { t.Error("the redirect was followed") })
	_, _, err := (&Target{URL: base + "/moved", Credential: "Bearer x"}).Dial(t.Context())
	if err == nil || !strings.Contains(err.Error(), "redirects to "+base+"/mcp?token=hidden: name that address") {
		t.Errorf("error %v", err)
	}
}

func TestHide(t *testing.T) {
	t.Parallel()
	for _, tt := range [][3]string{
		{"Authorization", "Bearer abc", "Bearer [hidden]"},
		{"Proxy-Authorization", "Basic abc", "Basic [hidden]"},
		{"Authorization", "abc", "[hidden]"},
		{"Cookie", "a=b", "[hidden]"},
		{"Set-Cookie", "a=b", "[hidden]"},
		{"X-Api-Key", "abc", "[hidden]"},
		{"X-Auth-Token", "a b", "[hidden]"},
		{"Www-Authenticate", `Bearer realm="x"`, `Bearer realm="x"`},
		{"Mcp-Method", "tools/call", "tools/call"},
	} {
		if got := hideHeader(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%s: %s is shown as %s, want %s", tt[0], tt[1], got, tt[2])
		}
	}
	target := &Target{URL: "https://ada:pw@example.com/mcp?api_key=x&a=b"}
	if got := target.Name(); got != "https://hidden@example.com/mcp?a=b&api_key=hidden" {
		t.Errorf("name %s", got)
	}
	if got := Clean("a\x1b[2J\u202eb\r\n\tc\u00a0"); got != "a\\u001b[2J\\u202eb\\u000d\n\tc\u00a0" {
		t.Errorf("clean %q", got)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	r := &client.Result{Content: []client.Content{
		{Type: "text", Text: "one"},
		{Type: "image", MIMEType: "image/png", Data: []byte("12345")},
		{Type: "resource_link", URI: "file:///x", Name: "x"},
		{Type: "resource", Resource: []byte(`{"uri":"a:b","text":"inside"}`)},
		{Type: "resource", Resource: []byte(`{"uri":"a:c","mimeType":"x/y","blob":"AAAA"}`)},
		{Type: "hologram"},
	}}
	want := "one\n[image: image/png, 5 bytes]\n[link: file:///x x]\ninside\n[resource: a:c x/y, 3 bytes]\n[hologram]\n"
	if got := Text(r); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Text(&client.Result{Structured: []byte(`{"a":1}`)}); got != "{\n  \"a\": 1\n}\n" {
		t.Errorf("got %q", got)
	}
	tool := client.Tool{Name: "hello", Description: "Says hello.\nLoudly.", InputSchema: []byte(`{"type":"object","properties":{"z":{"type":"string","description":"Whom."},"a":{"type":"array","items":{"type":"string"}},"size":{"enum":["s","l"],"default":"s"},"x":{}},"required":["z"]}`)}
	want = "hello  Says hello.\n    z  string, required  Whom.\n    a  list of string\n    size  string (s, l), default \"s\"\n    x  any\n"
	if got := Tool(tool); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAsker answers a form and a page at a terminal, which is a pipe here.
func TestAsker(t *testing.T) {
	t.Parallel()
	const form = `{"type":"object","properties":{
		"city":{"type":"string","title":"City","minLength":2,"description":"Where."},
		"days":{"type":"integer","minimum":1,"default":3},
		"rain":{"type":"boolean"},
		"unit":{"type":"string","oneOf":[{"const":"c","title":"Celsius"},{"const":"f","title":"Fahrenheit"}]},
		"tags":{"type":"array","items":{"type":"string","enum":["a","b"]}},
		"note":{"type":"string"}},"required":["city","days"]}`
	for _, tt := range []struct {
		name, answers string
		e             client.Elicitation
		want          string // of the answer
		said          []string
	}{
		{
			"form", "x\n\nOslo\n\ny\nc\na, b\n\n", client.Elicitation{Mode: "form", Message: "Which \x1bcity?", Schema: []byte(form)},
			`{accept map[city:"Oslo" days:3 rain:true tags:["a","b"] unit:"c"]}`,
			[]string{`The server asks: Which \u001bcity?`, "  City (string) Where.: ", "length must be >= 2", "  days (integer) [3]: ", "(string, optional: c (Celsius), f (Fahrenheit))", "(array, optional: a, b)"},
		},
		{"declined", "Oslo\n!\n", client.Elicitation{Mode: "form", Schema: []byte(form)}, "{decline map[]}", nil},
		{"nobody", "Oslo\n", client.Elicitation{Mode: "form", Schema: []byte(form)}, "error: nobody is at a terminal", nil},
		{"agree", "yes\n", client.Elicitation{Mode: "form", Message: "Sure?", Schema: []byte(`{"type":"object","properties":{}}`)}, "{accept map[]}", []string{"Do you agree?"}},
		{"page", "y\n", client.Elicitation{Mode: "url", Message: "Pay", URL: "https://pay.example/x"}, "{accept map[]}", []string{"this page of pay.example opened: https://pay.example/x"}},
		{"no page", "\n", client.Elicitation{Mode: "url", URL: "https://pay.example/x"}, "{decline map[]}", nil},
		{"script", "y\n", client.Elicitation{Mode: "url", URL: "javascript:alert(1)"}, `error: the server wants "javascript:alert(1)" opened, which is no page`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out log
			h := NewAsker(strings.NewReader(tt.answers), &out).Handlers()
			ask := h.ElicitForm
			if tt.e.Mode == "url" {
				ask = h.ElicitURL
			}
			answer, err := ask(t.Context(), tt.e)
			got := fmt.Sprint(answer)
			for k, v := range answer.Content {
				if raw, ok := v.(interface{ MarshalJSON() ([]byte, error) }); ok {
					data, _ := raw.MarshalJSON()
					answer.Content[k] = string(data)
					got = fmt.Sprint(answer)
				}
			}
			if err != nil {
				got = "error: " + err.Error()
			}
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %s, want %s\n%s", got, tt.want, out.String())
			}
			for _, s := range tt.said {
				if !strings.Contains(out.String(), s) {
					t.Errorf("%q is not in\n%s", s, out.String())
				}
			}
		})
	}
	_, err := Refuse().ElicitForm(t.Context(), client.Elicitation{Message: "Which city?"})
	if !errors.Is(err, errNobody) || !strings.HasPrefix(err.Error(), `"Which city?": nobody is at a terminal`) {
		t.Errorf("refused with %v", err)
	}
	in, w := io.Pipe()
	a := NewAsker(in, io.Discard)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.form(ctx, client.Elicitation{Schema: []byte(form)}); !errors.Is(err, context.Canceled) {
		t.Errorf("a question after its end: %v", err)
	}
	_ = w.Close()
	for range a.lines { // until the reader has ended
	}
}

// TestAdvice knows what to do about the usual errors.
func TestAdvice(t *testing.T) {
	t.Parallel()
	_, _, refused := (&Target{URL: "http://127.0.0.1:1/mcp"}).Dial(t.Context())
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	_, _, record := (&Target{URL: "https" + strings.TrimPrefix(plain.URL, "http")}).Dial(t.Context())
	_, _, missing := (&Target{URL: plain.URL}).Dial(t.Context())
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = stdlog.New(io.Discard, "", 0) // the client refuses on purpose
	secure.StartTLS()
	defer secure.Close()
	_, _, unknown := (&Target{URL: secure.URL}).Dial(t.Context())
	for _, tt := range []struct {
		err  error
		want string
	}{
		{refused, "nothing listens there"},
		{record, "speaks plain HTTP"},
		{missing, "is the path right?"},
		{unknown, "SSL_CERT_FILE"},
		{&client.HTTPError{StatusCode: 401}, "give a credential"},
		{&client.HTTPError{StatusCode: 403}, "not allowed"},
		{&client.HTTPError{StatusCode: 429}, "Retry-After"},
		{&client.HTTPError{StatusCode: 502}, "a proxy"},
		{&client.RPCError{Code: 401}, "give a credential"},
		{&client.RPCError{Code: -32602}, ""},
		{&client.RPCError{Code: -32021}, "asks questions"},
		{context.DeadlineExceeded, "-timeout"},
		{errors.New("else"), ""},
	} {
		if got := Advice(tt.err); !strings.Contains(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("%v: advice %q, want %q", tt.err, got, tt.want)
		}
	}
}
