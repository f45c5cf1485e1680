package remote_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/internal/golden"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// A detour is a request, byte for byte, that could be taken for something else
// than it is. ADDR stands for the address of the server.
type detour struct {
	name, request string
	want          []int // the statuses of all answers
}

// paths are other ways to write the path of the endpoint, and to begin with one
// that is open.
var paths = []string{
	"//mcp", "/mcp/", "/%6dcp", "/mcp;x", "/MCP", "/mcp%00", "/mcp%2f", "/./mcp", "/x/../mcp", "/health/../mcp", "/health/%2e%2e/mcp", "/ready/../mcp", "/health;/../mcp",
	"/.well-known/oauth-protected-resource/../../mcp", "/.well-known/oauth-protected-resource/mcp/", "//health", "/health/", "/HEALTH", "/health%00", "/mcp?/health", "/mcp#/health", "/own", "//own", "/metrics/",
}

func detours() []detour {
	const body = `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	request := func(first, header string) string {
		return first + "\r\nHost: ADDR\r\nContent-Type: application/json\r\n" + header + "\r\n"
	}
	sized := fmt.Sprintf("Content-Length: %d\r\n", len(body))
	good := "Authorization: ApiKey " + key + "\r\n"
	const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
	list := []detour{
		{"HTTP/1.0", "POST /mcp HTTP/1.0\r\nHost: ADDR\r\n" + sized + "\r\n" + body, []int{401}},
		{"HTTP/1.0 without a host", "POST /mcp HTTP/1.0\r\n" + sized + "\r\n" + body, []int{403}},
		{"HTTP/0.9", "GET /mcp\r\n\r\n", []int{400}},
		{"absolute URI", request("POST http://ADDR/mcp HTTP/1.1", sized+"Connection: close\r\n") + body, []int{401}},
		{"absolute URI of another host", request("GET http://evil.example.com/mcp HTTP/1.1", "Connection: close\r\n"), []int{403}},
		{"host of somebody else", "GET /mcp HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n", []int{403}},
		{"two hosts", "GET /mcp HTTP/1.1\r\nHost: ADDR\r\nHost: ADDR\r\n\r\n", []int{400}},
		{"length and chunks", request("POST /mcp HTTP/1.1", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\nGET /own HTTP/1.1\r\nHost: ADDR\r\nConnection: close\r\n\r\n", []int{401}},
		{"two lengths", request("POST /mcp HTTP/1.1", "Content-Length: 4\r\nContent-Length: 5\r\n") + "aaaaa", []int{400}},
		{"chunks by another name", request("POST /mcp HTTP/1.1", "Transfer-Encoding: xchunked\r\n"), []int{501}},
		{"header name with a space", "GET /mcp HTTP/1.1\r\nHost: ADDR\r\nAuthorization : ApiKey " + key + "\r\nConnection: close\r\n\r\n", []int{400}},
		{"method override", request("POST /mcp HTTP/1.1", sized+"X-HTTP-Method-Override: OPTIONS\r\nX-Method-Override: GET\r\nConnection: close\r\n") + body, []int{401}},
		{"override of the path", request("POST /mcp HTTP/1.1", sized+"X-Original-URL: /health\r\nX-Rewrite-URL: /health\r\nX-Forwarded-Prefix: /health\r\nConnection: close\r\n") + body, []int{401}},
		{"address override", request("POST /mcp HTTP/1.1", sized+"X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\nConnection: close\r\n") + body, []int{401}},
		{"OPTIONS with a body", request("OPTIONS /mcp HTTP/1.1", sized+"Connection: close\r\n") + body, []int{401}},
		{"OPTIONS that claims to be a preflight", request("OPTIONS /mcp HTTP/1.1", sized+"Access-Control-Request-Method: POST\r\nConnection: close\r\n") + body, []int{401}},
		{"OPTIONS *", request("OPTIONS * HTTP/1.1", "Connection: close\r\n"), []int{401}},
		{"TRACE", request("TRACE /mcp HTTP/1.1", "Connection: close\r\n"), []int{401}},
		{"CONNECT", "CONNECT ADDR HTTP/1.1\r\nHost: ADDR\r\nConnection: close\r\n\r\n", []int{401}},
		{"made-up method", request("MCP /mcp HTTP/1.1", "Connection: close\r\n"), []int{401}},
		{"after an authenticated request", request("GET /own HTTP/1.1", good) + request("GET /own HTTP/1.1", "Connection: close\r\n"), []int{200, 401}},
		{"upgrade after an authenticated request", request("GET /own HTTP/1.1", good) + request("GET /mcp HTTP/1.1", upgrade), []int{200, 401}},
		{"upgrade to something else", request("GET /mcp HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n"), []int{401}},
	}
	for _, p := range paths {
		list = append(list, detour{"path " + p, request("GET "+p+" HTTP/1.1", "Connection: close\r\n"), []int{401}})
	}
	return list
}

// TestDetours sends requests that proxies and servers have been known to
// understand differently.
func TestDetours(t *testing.T) {
	t.Parallel()
	f := newFortress(t, newServer())
	addr := strings.TrimPrefix(f.url, "http://")
	for _, d := range detours() {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, strings.ReplaceAll(d.request, "ADDR", addr)); err != nil {
			t.Fatal(err)
		}
		var got []int
		for r := bufio.NewReader(conn); len(got) < len(d.want); {
			res, err := http.ReadResponse(r, nil)
			if err != nil {
				t.Errorf("%s: after %v: %v", d.name, got, err)
				break
			}
			body, _ := io.ReadAll(res.Body) // what there is of it
			got = append(got, res.StatusCode)
			if res.StatusCode != http.StatusOK && strings.Contains(string(body), "mine") {
				t.Errorf("%s: %s", d.name, body)
			}
		}
		if !slices.Equal(got, d.want) {
			t.Errorf("%s: %v, want %v", d.name, got, d.want)
		}
		_ = conn.Close()
	}
}

// theirs are attempts to use what belongs to somebody else, or to pass for a
// different request than the one that is made. They run one after the other.
func theirs() []string {
	return []string{
		"session of another caller (POST)", "session of another caller (GET)", "session of another caller (DELETE)", "session with a changed id", "session beside a request of 2026-07-28",
		"SSE messages of another caller", "state of another caller", "cursor of another caller", "Mcp-Method that differs from the body", "Mcp-Name that differs from the body",
		"Mcp-Method twice", "X-Forwarded-Host in the metadata",
	}
}

// TestTheirs has bob use what is ada's.
func TestTheirs(t *testing.T) {
	t.Parallel()
	s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler), PageSize: 1, Visible: func(r *mcp.Request, d mcp.ToolDef) bool {
		return r.Principal().Subject == "ada" || d.Name != "hidden"
	}})
	s.Register(mcp.ToolDef{Name: "asks", Call: func(ctx context.Context, c *mcp.Call) error {
		if _, err := mcp.ElicitURL(ctx, "Confirm", "https://example.com/confirm"); err != nil {
			return err
		}
		c.Text("confirmed by " + c.Principal().Subject)
		return nil
	}})
	for _, name := range []string{"hidden", "whoami"} {
		s.Register(mcp.ToolDef{Name: name, Call: func(_ context.Context, c *mcp.Call) error { c.Text(c.Principal().Subject); return nil }})
	}
	f := newFortress(t, s)
	ada, bob := "Bearer "+f.token(), "ApiKey "+bobKey
	tried := map[string]bool{}
	expect := func(name string, code int, body string, wantCode int, want string) {
		t.Helper()
		tried[name] = true
		if code != wantCode || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s, want %d %s", name, code, body, wantCode, want)
		}
	}
	f.sessions(ada, bob, expect)
	f.requests(ada, bob, expect)
	for _, name := range theirs() {
		if !tried[name] {
			t.Errorf("%s was not tried", name)
		}
		delete(tried, name)
	}
	if len(tried) > 0 {
		t.Errorf("not in the list: %v", tried)
	}
}

type expecting func(name string, code int, body string, wantCode int, want string)

// sessions uses sessions and streams.
func (f *fortress) sessions(ada, bob string, expect expecting) {
	t := f.t
	t.Helper()
	const ping = `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	opened := doors()[1]
	res, body := do(t, "POST", f.url+"/mcp", opened.body, with(opened.header, ada))
	id := res.Header.Get("Mcp-Session-Id")
	if res.StatusCode != http.StatusOK || id == "" {
		t.Fatalf("initialize: %d %s", res.StatusCode, body)
	}
	session := func(method, who, id string) (int, string) {
		h := with(opened.header, who)
		h["Mcp-Session-Id"], h["Mcp-Protocol-Version"] = []string{id}, []string{"2025-11-25"}
		if method == http.MethodGet {
			h["Accept"] = []string{"text/event-stream"}
		}
		res, body := do(t, method, f.url+"/mcp", ping, h)
		return res.StatusCode, body
	}
	for _, method := range []string{"POST", "GET", "DELETE"} {
		code, body := session(method, bob, id)
		expect("session of another caller ("+method+")", code, body, http.StatusNotFound, "")
	}
	code, body := session("POST", ada, id[:len(id)-1]+string(id[len(id)-1]^1))
	expect("session with a changed id", code, body, http.StatusNotFound, "")
	if code, body := session("POST", ada, id); code != http.StatusOK {
		t.Errorf("ada's session afterwards: %d %s", code, body)
	}
	h := with(post("whoami"), bob)
	h["Mcp-Session-Id"] = []string{id}
	res, body = do(t, "POST", f.url+"/mcp", callOf("whoami"), h)
	expect("session beside a request of 2026-07-28", res.StatusCode, body, http.StatusOK, `"text":"bob"`)

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url+"/mcp/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = with(http.Header{"Accept": {"text/event-stream"}}, ada)
	stream, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	address := ""
	for lines := bufio.NewScanner(stream.Body); address == "" && lines.Scan(); {
		address, _ = strings.CutPrefix(lines.Text(), "data: ")
		if !strings.HasPrefix(address, "/") {
			address = ""
		}
	}
	res, body = do(t, "POST", f.url+address, opened.body, with(opened.header, bob))
	expect("SSE messages of another caller", res.StatusCode, body, http.StatusNotFound, "")
	if res, body := do(t, "POST", f.url+address, opened.body, with(opened.header, ada)); res.StatusCode != http.StatusAccepted {
		t.Errorf("SSE messages of ada: %d %s", res.StatusCode, body)
	}
}

// requests uses what a request of 2026-07-28 brings along.
func (f *fortress) requests(ada, bob string, expect expecting) {
	t := f.t
	t.Helper()
	const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{"url":{}}}}`
	ask := func(who, method, name, params string) (int, string) {
		h := with(post(name), who)
		h["Mcp-Method"] = []string{method}
		if name == "" {
			delete(h, "Mcp-Name")
		}
		res, body := do(t, "POST", f.url+"/mcp", `{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":{`+params+meta+`}}`, h)
		return res.StatusCode, body
	}
	var asked struct {
		Result struct {
			RequestState  string
			NextCursor    string
			InputRequests map[string]json.RawMessage
		}
	}
	_, body := ask(ada, "tools/call", "asks", `"name":"asks",`)
	if err := json.Unmarshal([]byte(body), &asked); err != nil || asked.Result.RequestState == "" || len(asked.Result.InputRequests) != 1 {
		t.Fatalf("no question: %s", body)
	}
	answers := ""
	for name := range asked.Result.InputRequests {
		answers = fmt.Sprintf(`"name":"asks","inputResponses":{%q:{"action":"accept"}},"requestState":%q,`, name, asked.Result.RequestState)
	}
	code, body := ask(bob, "tools/call", "asks", answers)
	expect("state of another caller", code, body, http.StatusBadRequest, `"code":-32602`)
	if _, body := ask(ada, "tools/call", "asks", answers); !strings.Contains(body, "confirmed by ada") {
		t.Errorf("ada's state: %s", body)
	}
	_, body = ask(ada, "tools/list", "", "")
	if err := json.Unmarshal([]byte(body), &asked); err != nil || asked.Result.NextCursor == "" {
		t.Fatalf("no cursor: %s", body)
	}
	code, body = ask(bob, "tools/list", "", fmt.Sprintf(`"cursor":%q,`, asked.Result.NextCursor))
	expect("cursor of another caller", code, body, http.StatusOK, `"whoami"`)
	if strings.Contains(body, "hidden") {
		t.Errorf("bob sees what only ada may: %s", body)
	}
	for name, changed := range map[string]http.Header{
		"Mcp-Method that differs from the body": {"Mcp-Method": {"tools/list"}}, "Mcp-Name that differs from the body": {"Mcp-Name": {"hidden"}}, "Mcp-Method twice": {"Mcp-Method": {"tools/call", "tools/call"}},
	} {
		h := with(post("whoami"), bob)
		maps.Copy(h, changed)
		res, body := do(t, "POST", f.url+"/mcp", callOf("whoami"), h)
		expect(name, res.StatusCode, body, http.StatusBadRequest, `"code":-32020`)
	}
	res, body := do(t, "GET", f.url+"/.well-known/oauth-protected-resource/mcp", "", http.Header{"X-Forwarded-Host": {"evil.example.com"}, "X-Forwarded-Proto": {"https"}})
	expect("X-Forwarded-Host in the metadata", res.StatusCode, body, http.StatusOK, `"resource":"`+f.url+`/mcp"`)
}

// scopeClaims are those that do not grant the scope admin.
var scopeClaims = []any{"", "ADMIN", "administrator", "admin:read", "*", "admin,other", "all", "adm in", []string{}, []string{"Admin"}, 7, nil, map[string]any{"admin": true}}

// TestScopes has everything refused that is not the scope itself: before a stream
// begins, which the client asks for.
func TestScopes(t *testing.T) {
	t.Parallel()
	s := newServer()
	s.Use(func(next mcp.Handler) mcp.Handler { // a scope that depends on an argument
		return func(ctx context.Context, r *mcp.Request) error {
			if strings.Contains(string(r.Arguments()), "delete") && !slices.Contains(r.Principal().Scopes, "admin") {
				return &mcp.WireError{Code: mcp.CodeForbidden, Message: "insufficient scope", Data: []byte(`{"requiredScopes":["admin"]}`)}
			}
			return next(ctx, r)
		}
	})
	f := newFortress(t, s)
	try := func(tool, arguments string, claims any) (*http.Response, string) {
		h := with(post(tool), "Bearer "+f.token("scope", claims))
		h["Accept"] = []string{"application/json, text/event-stream"}
		body := strings.Replace(callOf(tool), `"_meta":{`, `"arguments":`+arguments+`,"_meta":{"progressToken":1,`, 1)
		return do(t, "POST", f.url+"/mcp", body, h)
	}
	refused := func(what string, res *http.Response, body string) {
		t.Helper()
		if res.StatusCode != http.StatusForbidden || res.Header.Get("Content-Type") != "application/json" || !strings.Contains(res.Header.Get("WWW-Authenticate"), `error="insufficient_scope"`) {
			t.Errorf("%s: %d %v %s", what, res.StatusCode, res.Header, body)
		}
	}
	for _, claims := range scopeClaims {
		res, body := try("secret", "{}", claims)
		refused(fmt.Sprintf("scope %v", claims), res, body)
	}
	res, body := try("whoami", `{"action":"delete"}`, "other")
	refused("scope of an argument", res, body)
	for _, claims := range []any{"admin", "other admin", []string{"admin"}} {
		if res, body := try("secret", "{}", claims); res.StatusCode != http.StatusOK {
			t.Errorf("scope %v: %d %s", claims, res.StatusCode, body)
		}
	}
}

// elsewhere are attempts that other tests make, by the file and the test.
var elsewhere = []struct{ name, file, test string }{
	{"API key withdrawn while a WebSocket is open", "runtime/serve/remote/remote_test.go", "TestWebSocket"},
	{"key of the issuer replaced, and ten thousand unknown kids", "runtime/guard/jwtauth/jwtauth_test.go", "TestRotation"},
	{"issuer that has never answered", "runtime/guard/jwtauth/jwtauth_test.go", "TestIssuerDown"},
	{"task of another caller", "runtime/mcp/task_test.go", "TestTaskOwner"},
	{"state with a byte changed, of another call, used again", "runtime/mcp/state_test.go", "TestState"},
	{"session id sealed by another key or for another caller", "runtime/mcphttp/takeover_test.go", "TestNoTakeover"},
	{"any value of Authorization", "runtime/guard/fuzz_test.go", "FuzzCredential"},
	{"any X-Forwarded-For", "runtime/guard/fuzz_test.go", "FuzzForwarded"},
	{"handler of the program that panics, hangs or names nobody", "runtime/guard/guard_test.go", "TestAuthFunc"},
}

// fuzzed are the targets for what comes from the network, by their files.
var fuzzed = []struct{ what, file, target string }{
	{"messages: the envelope, and what tells revisions apart", "runtime/internal/jsonrpc/fuzz_test.go", "FuzzRead"},
	{"documents against encoding/json", "runtime/codec/fuzz_test.go", "FuzzDocument"},
	{"arguments of generated decoders", "runtime/codec/fuzz_test.go", "FuzzTyped"},
	{"arguments against a validator of the emitted schema", "internal/difftest/corpus/fuzz_test.go", "FuzzCorpus"},
	{"arguments of tools with a schema of their own", "runtime/mcp/rawschema/rawschema_test.go", "FuzzCheck"},
	{"POST: any body with any headers", "runtime/mcphttp/fuzz_test.go", "FuzzPost"},
	{"headers and body that differ", "runtime/mcphttp/fuzzheaders_test.go", "FuzzMirrored"},
	{"values of headers in Base64", "runtime/internal/httpx/httpx_test.go", "FuzzDecodeValue"},
	{"`Last-Event-ID`", "runtime/mcphttp/fuzzheaders_test.go", "FuzzEventID"},
	{"session ids", "runtime/mcphttp/fuzz_test.go", "FuzzSessionID"},
	{"what a session id holds", "runtime/mcp/snapshot_test.go", "FuzzSnapshot"},
	{"states of calls", "runtime/mcp/state_test.go", "FuzzState"},
	{"cursors", "runtime/mcp/listing_test.go", "FuzzCursor"},
	{"URI templates", "runtime/mcp/uritemplate_test.go", "FuzzTemplate"},
	{"paths of files", "runtime/files/files_test.go", "FuzzRead"},
	{"event streams, written and read", "runtime/internal/sse/framing_test.go", "FuzzReader"},
	{"WebSocket frames", "runtime/mcpws/fuzz_test.go", "FuzzFrames"},
	{"lines of stdio", "runtime/mcpstdio/fuzz_test.go", "FuzzServe"},
	{"`Authorization` and subprotocols", "runtime/guard/fuzz_test.go", "FuzzCredential"},
	{"`X-Forwarded-For`", "runtime/guard/fuzz_test.go", "FuzzForwarded"},
	{"names of tools", "runtime/mcp/toolname_test.go", "FuzzToolName"},
	{"lists of keys, and limits", "runtime/guard/fuzz_test.go", "FuzzParse"},
	{"results from the caches of other regions", "runtime/edge/region_test.go", "FuzzForeignBytes"},
	{"patterns in the generated nginx.conf", "templates/fuzz_test.go", "FuzzNginx"},
}

const securityPage = "../../../docs/security.md"

var bypassTable = regexp.MustCompile(`(?s)<!-- bypass: begin -->\n.*<!-- bypass: end -->`)

// TestSecurityPage keeps the table of docs/security.md as the cases are.
func TestSecurityPage(t *testing.T) {
	t.Parallel()
	f := &fortress{t: t, url: "http://127.0.0.1", issuer: "https://id.example.com"}
	f.own, f.alien, f.keys = testKeys(t)
	names := func(list []attempt) (all []string) {
		for _, a := range list {
			all = append(all, a.name)
		}
		return all
	}
	var around, claims []string
	for _, d := range detours() {
		if !strings.HasPrefix(d.name, "path ") {
			around = append(around, d.name)
		}
	}
	for _, c := range scopeClaims {
		if text := fmt.Sprint(c); text != "" {
			claims = append(claims, "`"+text+"`")
		}
	}
	var doorNames []string
	for _, d := range doors() {
		doorNames = append(doorNames, d.name)
	}
	var b strings.Builder
	b.WriteString("<!-- bypass: begin -->\n")
	fmt.Fprintf(&b, "The first two rows are tried at each of these doors: %s.\n\n", strings.Join(doorNames, ", "))
	b.WriteString("| what is tried | cases | test |\n|---|---|---|\n")
	row := func(what string, cases []string, test string) {
		fmt.Fprintf(&b, "| %s | %s | `%s` |\n", what, strings.Join(cases, "; "), test)
	}
	row("credentials in the wrong form or place", names(f.forms()), "TestBypass")
	row("bad tokens", names(f.tokens()), "TestBypass")
	row("requests that mean two things", around, "TestDetours")
	row("other ways to write a path", []string{"`" + strings.Join(paths, "`, `") + "`"}, "TestDetours")
	row("what belongs to somebody else", theirs(), "TestTheirs")
	row("claims instead of the scope `admin`", append(claims, "a scope that depends on an argument"), "TestScopes")
	b.WriteString("\nTried elsewhere:\n\n")
	for _, e := range elsewhere {
		source, err := os.ReadFile("../../../" + e.file)
		if err != nil || !strings.Contains(string(source), "func "+e.test+"(") {
			t.Errorf("%s: there is no %s in %s", e.name, e.test, e.file)
		}
		fmt.Fprintf(&b, "- %s: `%s` in `%s`\n", e.name, e.test, path.Dir(e.file))
	}
	b.WriteString("\n`make fuzz` runs every target for 20 s:\n\n| what | target |\n|---|---|\n")
	for _, z := range fuzzed {
		source, err := os.ReadFile("../../../" + z.file)
		if err != nil || !strings.Contains(string(source), "func "+z.target+"(") {
			t.Errorf("%s: there is no %s in %s", z.what, z.target, z.file)
		}
		fmt.Fprintf(&b, "| %s | `%s` in `%s` |\n", z.what, z.target, path.Dir(z.file))
	}
	b.WriteString("<!-- bypass: end -->")
	page, err := os.ReadFile(securityPage)
	if err != nil {
		t.Fatal(err)
	}
	if !bypassTable.Match(page) {
		t.Fatal("docs/security.md has no marks for the table")
	}
	want := bypassTable.ReplaceAllLiteral(page, []byte(b.String()))
	switch {
	case string(want) == string(page):
	case golden.Updating():
		if err := os.WriteFile(securityPage, want, 0o600); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("the table of docs/security.md is not that of the cases: go test ./runtime/serve/remote -update")
	}
}
