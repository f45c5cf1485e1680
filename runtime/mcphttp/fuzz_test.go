package mcphttp_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

// FuzzPost sends any body with any headers: the answer is always one that the
// protocol knows.
func FuzzPost(f *testing.F) {
	body, head := modernCall(1, "echo", `{"text":"hi"}`, `,"progressToken":1`)
	f.Add(body, head[1], head[3], head[5], "", "")
	f.Add(discover, "2026-07-28", "server/discover", "", "", "")
	f.Add(legacyCall(1, "echo", `{}`, ""), "2025-11-25", "", "", "x", "")
	f.Add(`[{"jsonrpc":"2.0","id":1,"method":"ping"}]`, "2025-03-26", "", "", "", "application/json")
	f.Add(strings.ReplaceAll(initBody, "%q", `"2025-11-25"`), "", "", "", "", "text/event-stream")
	s := mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	(&world{s: s}).registerTools()
	s.RemoveTool("hold")
	s.RemoveTool("flood")
	s.RemoveTool("steps")
	e := mcphttp.New(s, &mcphttp.Options{MaxSessions: 10})
	f.Cleanup(func() { e.Close() })
	f.Fuzz(func(t *testing.T, body, version, method, name, session, accept string) {
		if strings.Contains(body, "listen") {
			return // stays open
		}
		r := httptest.NewRequest(http.MethodPost, "/mcp", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		for key, v := range map[string]string{"Mcp-Protocol-Version": version, "Mcp-Method": method, "Mcp-Name": name, "Mcp-Session-Id": session, "Accept": accept} {
			if v != "" {
				r.Header.Set(key, v)
			}
		}
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, r)
		switch rec.Code {
		case 202:
			if rec.Body.Len() > 0 {
				t.Fatalf("202 with %q", rec.Body)
			}
			return
		case 200, 400, 404, 406, 503:
		default:
			t.Fatalf("status %d", rec.Code)
		}
		if rec.Header().Get("Content-Type") == "application/json" && !json.Valid(rec.Body.Bytes()) {
			t.Fatalf("%d %q", rec.Code, rec.Body)
		}
	})
}

// FuzzSessionID sends any session id, and ids that are nearly right, to the
// instance that began the session and to one that could take it over: only the
// id itself is one.
func FuzzSessionID(f *testing.F) {
	quiet := &mcp.Options{Logger: slog.New(slog.DiscardHandler), StateKeys: secrets(1)}
	var both [2]*mcphttp.Endpoint
	for i := range both {
		both[i] = mcphttp.New(mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, quiet), &mcphttp.Options{Instance: "i"})
		f.Cleanup(func() { both[i].Close() })
	}
	id := direct(both[0], fmt.Sprintf(initBody, "2025-11-25"), "").Header().Get("Mcp-Session-Id")
	f.Add("", uint16(0), byte(0))
	f.Add("x.AAAA", uint16(0), byte(0))
	f.Add("", uint16(2), byte(1))
	f.Add("", uint16(len(id)-1), byte(3))
	f.Fuzz(func(t *testing.T, text string, at uint16, flip byte) {
		if text == "" {
			b := []byte(id)
			b[int(at)%len(b)] ^= flip
			text = string(b)
		}
		want := http.StatusNotFound
		if text == id {
			want = http.StatusOK
		}
		for i, e := range both {
			if got := direct(e, ping, text).Code; got != want {
				t.Errorf("instance %d takes %q: %d, want %d", i, text, got, want)
			}
		}
	})
}
