package serve

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcphttp"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// TestEndedSessionsAreShared ends a session on one of two instances that share a
// store: the other one does not go on with it.
func TestEndedSessionsAreShared(t *testing.T) {
	t.Parallel()
	shared := store.NewMemory()
	t.Cleanup(func() {
		if err := shared.Close(); err != nil {
			t.Error(err)
		}
	})
	instance := func() *mcphttp.Endpoint {
		s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, &mcp.Options{StateKeys: [][]byte{bytes.Repeat([]byte{1}, 32)}})
		e := mcphttp.New(s, &mcphttp.Options{Ended: (&Config{Store: shared}).ended()})
		t.Cleanup(func() { _ = e.Close() }) // never fails
		return e
	}
	do := func(e *mcphttp.Endpoint, method, session, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if session != "" {
			r.Header.Set("Mcp-Session-Id", session)
		}
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, r)
		return rec
	}
	const ping = `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	a, b := instance(), instance()
	begin := func() string {
		return do(a, http.MethodPost, "", `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`).Header().Get("Mcp-Session-Id")
	}
	kept, ended := begin(), begin()
	if rec := do(a, http.MethodDelete, ended, ""); rec.Code != http.StatusNoContent {
		t.Errorf("DELETE: %d %s", rec.Code, rec.Body)
	}
	if rec := do(b, http.MethodPost, ended, ping); rec.Code != http.StatusNotFound {
		t.Errorf("ended: %d %s", rec.Code, rec.Body)
	}
	if rec := do(b, http.MethodPost, kept, ping); rec.Code != http.StatusOK {
		t.Errorf("not ended: %d %s", rec.Code, rec.Body)
	}
	if (&Config{}).ended() != nil {
		t.Error("sessions are shared without a store")
	}
}
