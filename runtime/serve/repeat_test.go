package serve

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/mcp"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
	"github.com/mcpgen/mcpgen/runtime/store"
)

// TestIdempotencyKeys sends one call over every transport to two instances that
// share a store: it runs once.
func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	var runs atomic.Int32
	count := mcp.ToolDef{Name: "count", Call: func(_ context.Context, c *mcp.Call) error {
		c.Text(fmt.Sprintf("run %d", runs.Add(1)))
		return nil
	}}
	mem := store.NewMemory()
	all := map[string]mcptest.Peer{}
	var bases []string
	var ends []func()
	for i := range 2 {
		base, stop, ended := run(t, newServer(count), Config{Store: mem})
		bases = append(bases, base)
		for name, p := range peers(t, base) {
			all[fmt.Sprint(name, i)] = p
		}
		s := newServer(count) // stdio is one client's own: it has a store when the program says so
		s.UseCallStore(store.NewCalls(mem.KV()))
		in, toServer := io.Pipe()
		fromServer, out := io.Pipe()
		over := make(chan error, 1)
		go func() { over <- Run(t.Context(), s, Config{}, Stdio{in, out, io.Discard}) }()
		all[fmt.Sprint("stdio", i)] = mcptest.Lines(fromServer, toServer)
		ends = append(ends, func() {
			_ = toServer.Close()
			if err := <-over; err != nil {
				t.Error(err)
			}
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
	const keyMeta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.github.mcpgen/idempotencyKey":"k"}`
	const inSession = `"_meta":{"io.github.mcpgen/idempotencyKey":"session"}`
	for name, p := range all {
		meta, want := keyMeta, "run "
		if strings.HasPrefix(name, "sse") { // knows sessions only
			meta = inSession
			handshake(t, p)
		}
		if err := p.Send(t.Context(), []byte(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"count",`+meta+`}}`)); err != nil {
			t.Fatal(name, err)
		}
		expect(t, p, want)
	}
	if runs.Load() != 2 { // one of each era
		t.Errorf("%d runs", runs.Load())
	}
	// The header says the same, and nothing else.
	for header, want := range map[string]int{`k`: 200, `"k"`: 200, `other`: 400} {
		for _, base := range bases {
			status, answer := postKeyed(t, base, header, keyMeta)
			if status != want || want == 200 && !strings.Contains(answer, "run ") || want == 400 && !strings.Contains(answer, "-32020") {
				t.Errorf("%s: %d %s", header, status, answer)
			}
			if _, answer := postKeyed(t, base, "alone", meta); !strings.Contains(answer, "run 3") {
				t.Errorf("the header alone: %s", answer)
			}
		}
	}
	for _, p := range all {
		_ = p.Close()
	}
	for _, end := range ends {
		end()
	}
}

func handshake(t *testing.T, p mcptest.Peer) {
	t.Helper()
	for _, msg := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`,
		`{"jsonrpc":"2.0","method":"notifications/initialized"}`,
	} {
		if err := p.Send(t.Context(), []byte(msg)); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(msg, `"id"`) {
			expect(t, p, `"experimental":{"io.github.mcpgen/idempotency":{"shared":true`)
		}
	}
}

// postKeyed calls count with an Idempotency-Key header.
func postKeyed(t *testing.T, base, key, meta string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/mcp", strings.NewReader(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"count",`+meta+`}}`))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range map[string]string{"Content-Type": "application/json", "Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "count", "Idempotency-Key": key} {
		req.Header.Set(k, v)
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}
