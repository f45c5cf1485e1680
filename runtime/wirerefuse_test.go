package runtime_test

import (
	"strings"
	"testing"
)

// TestCheckerRefuses makes sure that the checker sees what it is there for.
func TestCheckerRefuses(t *testing.T) {
	t.Parallel()
	const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`
	for name, tt := range map[string]struct {
		revision string // of a session; "" for none
		sent     string
		received string
		want     string // "" when it is fine
	}{
		"fine": {"2024-11-05", `{"id":1,"method":"tools/list"}`, `{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","inputSchema":{"type":"object"}}]}}`, ""},
		"member of a later revision": {
			"2024-11-05", `{"id":1,"method":"tools/list"}`, `{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","title":"A","inputSchema":{"type":"object"}}]}}`,
			"additionalProperties 'title' not allowed",
		},
		"content of a later revision": {
			"2025-03-26", `{"id":1,"method":"tools/call"}`, `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"resource_link","uri":"a:b","name":"a"}]}}`, "CallToolResult",
		},
		"missing member": {"2025-11-25", `{"id":1,"method":"tools/call"}`, `{"jsonrpc":"2.0","id":1,"result":{}}`, "missing properties: 'content'"},
		"no resultType":  {"", `{"id":1,"method":"tools/call","params":{` + meta + `}}`, `{"jsonrpc":"2.0","id":1,"result":{"content":[]}}`, `resultType is ""`},
		"no ttlMs": {
			"", `{"id":1,"method":"tools/list","params":{` + meta + `}}`, `{"jsonrpc":"2.0","id":1,"result":{"tools":[],"resultType":"complete","cacheScope":"public"}}`, "missing properties: 'ttlMs'",
		},
		"request of the server": {"", `{"id":1,"method":"x/y","params":{` + meta + `}}`, `{"jsonrpc":"2.0","id":1,"method":"roots/list","params":{}}`, "sends no requests"},
		"unasked result":        {"2025-11-25", `{"id":1,"method":"ping"}`, `{"jsonrpc":"2.0","id":2,"result":{}}`, "nobody asked for"},
		"id of another kind":    {"2025-11-25", `{"id":1,"method":"ping"}`, `{"jsonrpc":"2.0","id":"1","result":{}}`, "nobody asked for"},
		"unknown notification":  {"2025-11-25", `{"id":1,"method":"ping"}`, `{"jsonrpc":"2.0","method":"notifications/new"}`, "has no ServerNotification"},
		"elicitation too early": {"2025-03-26", `{"id":1,"method":"ping"}`, `{"jsonrpc":"2.0","id":1,"method":"elicitation/create","params":{"message":"x","requestedSchema":{"type":"object","properties":{}}}}`, "has no ServerRequest"},
		"batch":                 {"2025-06-18", `{"id":1,"method":"ping"}`, `[{"jsonrpc":"2.0","id":1,"result":{}}]`, "only 2025-03-26 has batches"},
		"error without code":    {"2025-11-25", `{"id":1,"method":"ping"}`, `{"jsonrpc":"2.0","id":1,"error":{"message":"x"}}`, "missing properties: 'code'"},
		"no version":            {"2025-11-25", `{"id":1,"method":"ping"}`, `{"id":1,"result":{}}`, `jsonrpc is not "2.0"`},
		"task":                  {"", `{"id":1,"method":"tools/call","params":{` + meta + `}}`, `{"jsonrpc":"2.0","id":1,"result":{"resultType":"task","taskId":"a","status":"done"}}`, "CreateTaskResult"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &checker{schemas: schemas(t), seen: func(string, string) {}, calls: map[string]call{}, sessions: tt.revision}
			c.sent([]byte(tt.sent))
			err := c.received([]byte(tt.received))
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
		})
	}
}
