package mcphttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mcpgen/mcpgen/runtime/internal/httpx"
	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
)

// FuzzMirrored sends headers that may not say what the body does: a call runs
// exactly when all of them do.
func FuzzMirrored(f *testing.F) {
	for _, s := range [][4]string{
		{"tools/call", "region", "eu", "eu"}, {"tools/list", "region", "eu", "eu"}, {"tools/call", "echo", "eu", "us"}, {"TOOLS/CALL", "region", "é", "é"},
		{"tools/call", "=?base64?cmVnaW9u?=", "é", "=?base64?w6k=?="}, {"tools/call", "region", "", ""}, {"tools/call", "region", "=?base64??=", "=?base64??="},
	} {
		f.Add(s[0], s[1], s[2], s[3])
	}
	s := mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)})
	(&world{s: s}).registerTools()
	e := mcphttp.New(s, nil)
	f.Cleanup(func() { e.Close() })
	says := func(header, want string) bool {
		got, err := httpx.DecodeValue(header)
		return err == nil && got == want
	}
	f.Fuzz(func(t *testing.T, method, name, text, header string) {
		if !utf8.ValidString(text) || strings.TrimSpace(method+name+header) != method+name+header {
			return // net/http trims
		}
		argument, err := json.Marshal(map[string]string{"text": text})
		if err != nil {
			t.Fatal(err)
		}
		body, head := modernCall(1, "region", string(argument), "")
		r := httptest.NewRequest(http.MethodPost, "/mcp", strings.NewReader(body))
		r.Header = http.Header{"Content-Type": {"application/json"}, "Mcp-Protocol-Version": {head[1]}, "Mcp-Method": {method}, "Mcp-Name": {name}, "Mcp-Param-Region": {header}}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		want := http.StatusBadRequest
		if method == "tools/call" && says(name, "region") && says(header, text) {
			want = http.StatusOK
		}
		if w.Code != want || want == http.StatusBadRequest && !strings.Contains(w.Body.String(), "-32020") {
			t.Errorf("%q %q %q for %q: %d %s, want %d", method, name, header, text, w.Code, w.Body, want)
		}
	})
}

// FuzzEventID comes back with any Last-Event-ID: what the session cannot have
// given out is refused.
func FuzzEventID(f *testing.F) {
	for _, id := range []string{"0_0", "1_0", "1_1", "01_0", "1_", "_1", "-1_0", "1_0_0", "1_ 0", "18446744073709551616_0", "1_18446744073709551615", "é", "\x00", ""} {
		f.Add(id)
	}
	e := mcphttp.New(mcp.NewServer(mcp.Info{Name: "t", Version: "1"}, &mcp.Options{Logger: slog.New(slog.DiscardHandler)}), nil)
	f.Cleanup(func() { e.Close() })
	session := direct(e, fmt.Sprintf(initBody, "2025-11-25"), "").Header().Get("Mcp-Session-Id")
	plain := regexp.MustCompile(`^(0|[1-9][0-9]{0,19})_(0|[1-9][0-9]{0,19})$`)
	f.Fuzz(func(t *testing.T, id string) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // a stream that would stay open ends
		r := httptest.NewRequest(http.MethodGet, "/mcp", nil).WithContext(ctx)
		r.Header = http.Header{"Accept": {"text/event-stream"}, "Mcp-Session-Id": {session}, "Last-Event-Id": {id}}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		switch {
		case w.Code == http.StatusBadRequest, w.Code == http.StatusGone:
		case w.Code == http.StatusOK && plain.MatchString(id):
		default:
			t.Errorf("%q: %d %s", id, w.Code, w.Body)
		}
	})
}
