package mcphttp_test

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

const discover = `{"jsonrpc":"2.0","id":"d","method":"server/discover","params":{` + `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`

// TestRefusals has every status that does not depend on a session.
func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	call, head := modernCall(7, "echo", `{"text":"hi"}`, "")
	with := func(extra ...string) []string { return append(append([]string(nil), head...), extra...) }
	modern := func(version string) string { return strings.ReplaceAll(call, "2026-07-28", version) }
	tests := []struct {
		name, method, body string
		header             []string
		status, code       int
		id                 string // of the error, raw
	}{
		{"call", "POST", call, head, 200, 0, ""},
		{"foreign host", "POST", call, with("Host", "evil.example.com"), 403, -32600, ""},
		{"foreign origin", "POST", call, with("Origin", "http://evil.example.com"), 403, -32600, ""},
		{"rebinding", "POST", discover, with("Host", "evil.example.com", "Origin", "http://evil.example.com"), 403, -32600, ""},
		{"own origin", "POST", call, with("Origin", w.url), 200, 0, ""},
		{"null origin", "POST", call, with("Origin", "null"), 403, -32600, ""},
		{"foreign origin on GET", "GET", "", []string{"Origin", "http://evil.example.com"}, 403, -32600, ""},

		{"PUT", "PUT", "", nil, 405, -32600, ""},
		{"OPTIONS", "OPTIONS", "", nil, 405, -32600, ""},
		{"GET, modern", "GET", "", []string{"MCP-Protocol-Version", "2026-07-28"}, 405, -32600, ""},
		{"DELETE, modern", "DELETE", "", []string{"MCP-Protocol-Version", "2026-07-28"}, 405, -32600, ""},
		{"GET with a session, modern", "GET", "", []string{"MCP-Protocol-Version", "2026-07-28", "Mcp-Session-Id", "x"}, 405, -32600, ""},
		{"GET, nothing said", "GET", "", nil, 405, -32600, ""},
		{"DELETE, nothing said", "DELETE", "", nil, 405, -32600, ""},
		{"GET without a session", "GET", "", []string{"MCP-Protocol-Version", "2025-11-25"}, 400, -32600, ""},
		{"DELETE without a session", "DELETE", "", []string{"MCP-Protocol-Version", "2025-06-18"}, 400, -32600, ""},
		{"GET, invented session", "GET", "", []string{"Mcp-Session-Id", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}, 404, -32600, ""},
		{"DELETE, invented session", "DELETE", "", []string{"Mcp-Session-Id", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}, 404, -32600, ""},
		{"GET, unknown version", "GET", "", []string{"MCP-Protocol-Version", "v9", "Mcp-Session-Id", "x"}, 400, -32022, ""},

		{"no content type", "POST", call, with("Content-Type", ""), 415, -32600, ""},
		{"text", "POST", call, with("Content-Type", "text/plain"), 415, -32600, ""},
		{"charset", "POST", call, with("Content-Type", "application/json; charset=UTF-8"), 200, 0, ""},
		{"compressed", "POST", call, with("Content-Encoding", "gzip"), 415, -32600, ""},
		{"identity", "POST", call, with("Content-Encoding", "identity"), 200, 0, ""},
		{"accept absent", "POST", call, with("Accept", ""), 200, 0, ""},
		{"accept JSON", "POST", call, with("Accept", "application/json"), 200, 0, ""},
		{"accept nothing we have", "POST", call, with("Accept", "text/html"), 406, -32600, ""},

		{"empty body", "POST", "", head, 400, -32700, ""},
		{"no JSON", "POST", "hello", head, 400, -32700, ""},
		{"trailing bytes", "POST", call + "x", head, 400, -32700, ""},
		{"two messages", "POST", call + call, head, 400, -32700, ""},
		{"invalid UTF-8", "POST", strings.Replace(call, "hi", "\xff", 1), head, 400, -32700, "7"},
		{"lone surrogate", "POST", strings.Replace(call, "hi", `\ud800`, 1), head, 400, -32700, "7"},
		{"too deep", "POST", strings.Replace(call, `"hi"`, strings.Repeat("[", 5000)+strings.Repeat("]", 5000), 1), head, 400, -32700, "7"},
		{"byte order mark", "POST", "\ufeff" + call, head, 400, -32700, ""},
		{"trailing blank", "POST", call + " \n", head, 200, 0, ""},
		{"jsonrpc 1.0", "POST", strings.Replace(call, "2.0", "1.0", 1), head, 400, -32600, "7"},
		{"duplicate method", "POST", strings.Replace(call, `"method":`, `"method":"ping","method":`, 1), head, 400, -32600, "7"},
		{"method by another case", "POST", `{"jsonrpc":"2.0","id":7,"Method":"tools/call"}`, head, 400, -32600, "7"},
		{"id null", "POST", strings.Replace(call, `"id":7`, `"id":null`, 1), head, 400, -32600, ""},
		{"id object", "POST", strings.Replace(call, `"id":7`, `"id":{}`, 1), head, 400, -32600, ""},
		{"id fraction", "POST", strings.Replace(call, `"id":7`, `"id":1.5`, 1), head, 400, -32600, ""},
		{"batch", "POST", "[" + call + "]", head, 400, -32600, ""},
		{"batch, nothing said", "POST", "[" + call + "]", nil, 400, -32600, ""},
		{"response", "POST", `{"jsonrpc":"2.0","id":7,"result":{}}`, head, 400, -32600, ""},

		{"no _meta", "POST", `{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{}}`, head, 400, -32602, "7"},
		{"no params", "POST", `{"jsonrpc":"2.0","id":7,"method":"tools/list"}`, head, 400, -32602, "7"},
		{"no capabilities", "POST", strings.Replace(call, "clientCapabilities", "x", 1), head, 400, -32602, "7"},
		{"no version in _meta", "POST", strings.Replace(call, "protocolVersion", "x", 1), head, 400, -32602, "7"},
		{"no capabilities, wrong header", "POST", strings.Replace(call, "clientCapabilities", "x", 1), with("MCP-Protocol-Version", "2025-11-25"), 400, -32602, "7"},
		{"no version header", "POST", call, with("MCP-Protocol-Version", ""), 400, -32020, "7"},
		{"another version header", "POST", call, with("MCP-Protocol-Version", "2025-11-25"), 400, -32020, "7"},
		{"an unknown version header", "POST", call, with("MCP-Protocol-Version", "v999.0.0"), 400, -32020, "7"},
		{"header before version", "POST", modern("v999.0.0"), head, 400, -32020, "7"},
		{"unknown version", "POST", modern("v999.0.0"), with("MCP-Protocol-Version", "v999.0.0"), 400, -32022, "7"},
		{"version before method", "POST", modern("v999.0.0"), with("MCP-Protocol-Version", "v999.0.0", "Mcp-Method", ""), 400, -32022, "7"},
		{"legacy version with _meta", "POST", modern("2025-11-25"), with("MCP-Protocol-Version", "2025-11-25"), 400, -32022, "7"},
		{"unknown version, no _meta", "POST", `{"jsonrpc":"2.0","id":7,"method":"tools/list"}`, []string{"MCP-Protocol-Version", "v999.0.0"}, 400, -32022, "7"},

		{"no Mcp-Method", "POST", call, with("Mcp-Method", ""), 400, -32020, "7"},
		{"Mcp-Method by another case", "POST", call, with("Mcp-Method", "TOOLS/CALL"), 400, -32020, "7"},
		{"smuggled method", "POST", call, with("Mcp-Method", "tools/list"), 400, -32020, "7"},
		{"Mcp-Method in Base64", "POST", call, with("Mcp-Method", "=?base64?dG9vbHMvY2FsbA==?="), 400, -32020, "7"},
		{"version in Base64", "POST", call, with("MCP-Protocol-Version", "=?base64?MjAyNi0wNy0yOA==?="), 400, -32020, "7"},
		{"subscription without a stream", "POST", strings.Replace(discover, "server/discover", "subscriptions/listen", 1), []string{"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "subscriptions/listen", "Accept", "application/json"}, 406, -32600, `"d"`},
		{"no Mcp-Name", "POST", call, with("Mcp-Name", ""), 400, -32020, "7"},
		{"another Mcp-Name", "POST", call, with("Mcp-Name", "boom"), 400, -32020, "7"},
		{"Mcp-Name with blanks", "POST", call, with("Mcp-Name", "  echo\t"), 200, 0, ""},
		{"Mcp-Name in Base64", "POST", call, with("Mcp-Name", "=?base64?ZWNobw==?="), 200, 0, ""},
		{"Mcp-Name in bad Base64", "POST", call, with("Mcp-Name", "=?base64?ZWNobw?="), 400, -32020, "7"},
		{"Mcp-Name in raw UTF-8", "POST", strings.Replace(call, `"echo"`, `"é"`, 1), with("Mcp-Name", "é"), 400, -32020, "7"},
		{"unknown tool", "POST", strings.Replace(call, `"echo"`, `"é"`, 1), with("Mcp-Name", "=?base64?w6k=?="), 400, -32602, "7"},
		{"names in small letters", "POST", call, []string{"mcp-protocol-version", "2026-07-28", "MCP-METHOD", "tools/call", "mcp-name", "echo"}, 200, 0, ""},

		{"unknown method", "POST", strings.Replace(discover, "server/discover", "foo/bar", 1), with("Mcp-Method", "foo/bar"), 404, -32601, `"d"`},
		{"initialize", "POST", strings.Replace(discover, "server/discover", "initialize", 1), with("Mcp-Method", "initialize"), 404, -32601, `"d"`},
		{"ping", "POST", strings.Replace(discover, "server/discover", "ping", 1), with("Mcp-Method", "ping"), 404, -32601, `"d"`},
		{"header before unknown method", "POST", strings.Replace(discover, "server/discover", "foo/bar", 1), with("Mcp-Method", "foo"), 400, -32020, `"d"`},
		{"discover", "POST", discover, []string{"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "server/discover"}, 200, 0, ""},
		{"discover with a session id", "POST", discover, []string{"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "server/discover", "Mcp-Session-Id", "x"}, 200, 0, ""},
		{"panic", "POST", strings.ReplaceAll(call, "echo", "boom"), with("Mcp-Name", "boom"), 200, -32603, "7"},

		{"legacy call without a session", "POST", legacyCall(7, "echo", "{}", ""), []string{"MCP-Protocol-Version", "2025-11-25"}, 400, -32600, "7"},
		{"call without anything", "POST", legacyCall(7, "echo", "{}", ""), nil, 400, -32600, "7"},
		{"invented session", "POST", legacyCall(7, "echo", "{}", ""), []string{"Mcp-Session-Id", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}, 404, -32600, "7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := *w
			w.t = t
			r := w.do(tt.method, tt.body, tt.header...)
			a := parse(t, r.body)
			if r.status != tt.status || a.code() != tt.code || tt.code != 0 && string(a.ID) != cmp.Or(tt.id, "null") && string(a.ID) != tt.id {
				t.Errorf("got %d, want %d with code %d and id %q: %s", r.status, tt.status, tt.code, tt.id, r.body)
			}
			if got := r.header.Get("Content-Type"); got != "application/json" {
				t.Errorf("Content-Type = %q", got)
			}
			if r.header.Get("Mcp-Session-Id") != "" {
				t.Error("a session id")
			}
			if (r.status == 405) != (r.header.Get("Allow") != "") {
				t.Errorf("status %d with Allow %q", r.status, r.header.Get("Allow"))
			}
		})
	}
}

// TestDuplicateHeaders sends header lines twice, even with the same value:
// another reader may go by the other one.
func TestDuplicateHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	body, head := modernCall(7, "echo", "{}", "")
	for _, name := range []string{"Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name"} {
		r := w.request(t.Context(), "POST", body, head...)
		r.Header.Add(name, r.Header.Get(name))
		resp, err := w.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("two %s: %d", name, resp.StatusCode)
		}
	}
	session := w.begin("2025-11-25")
	for _, name := range []string{"Mcp-Protocol-Version", "Mcp-Session-Id", "Content-Type"} {
		r := w.request(t.Context(), "POST", legacyCall(1, "echo", "{}", ""), session...)
		r.Header.Add(name, r.Header.Get(name))
		resp, err := w.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest && resp.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("two %s: %d", name, resp.StatusCode)
		}
	}
}

// TestVersionError has the data that clients choose another revision by.
func TestVersionError(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	body, head := modernCall(7, "echo", "{}", "")
	for _, r := range []reply{
		w.do("POST", strings.ReplaceAll(body, "2026-07-28", "v999.0.0"), append(head, "MCP-Protocol-Version", "v999.0.0")...),
		w.do("POST", `{"jsonrpc":"2.0","id":7,"method":"tools/list"}`, "MCP-Protocol-Version", "v999.0.0"),
	} {
		want := `{"supported":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"],"requested":"v999.0.0"}`
		if a := parse(t, r.body); a.Error == nil || string(a.Error.Data) != want {
			t.Errorf("error = %s, want data %s", r.body, want)
		}
	}
}

func TestNotifications(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, header := range [][]string{{"MCP-Protocol-Version", "2026-07-28"}, {"MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "x"}} {
		if r := w.do("POST", `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`, header...); r.status != 202 || r.body != "" {
			t.Errorf("%v: %d %q", header, r.status, r.body)
		}
	}
}

// TestForms has the two forms of an answer, and the ids as they came.
func TestForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	body, head := modernCall(7, "echo", `{"text":"hi"}`, "")
	r := w.do("POST", body, append(head, "Accept", "text/event-stream")...)
	if r.header.Get("Content-Type") != "text/event-stream" || !strings.HasPrefix(r.body, "event: message\ndata: {") || r.header.Get("X-Accel-Buffering") != "no" {
		t.Errorf("a client that takes streams only got %v %q", r.header, r.body)
	}
	for _, id := range []string{"1", "-5", "9007199254740993", "123456789012345678901234567890", `"1"`, `"é\n"`, `""`} {
		r := w.do("POST", strings.Replace(body, `"id":7`, `"id":`+id, 1), head...)
		if a := parse(t, r.body); string(a.ID) != id || a.text() != "hi" {
			t.Errorf("id %s came back in %s", id, r.body)
		}
	}
	for _, n := range []int{100, 2000, 2100, 5000, 300_000, 900_000} {
		body, head := modernCall(1, "big", fmt.Sprintf(`{"n":%d}`, n), "")
		if r := w.do("POST", body, head...); len(parse(t, r.body).text()) != n || r.header.Get("Content-Length") == "" {
			t.Errorf("an answer of %d bytes came as %d, Content-Length %q", n, len(r.body), r.header.Get("Content-Length"))
		}
	}
}

// TestHandler is the short form.
func TestHandler(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	h := mcphttp.Handler(w.s, nil)
	e, ok := h.(*mcphttp.Endpoint)
	if !ok {
		t.Fatalf("Handler gives a %T", h)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}
