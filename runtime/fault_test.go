package runtime_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

// TestFaults sends what is no message, or means two things, over every
// transport. Each gets the same error, is not carried out, and does not end the
// connection.
func TestFaults(t *testing.T) {
	t.Parallel()
	const call = `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"text":"done"}}}`
	change := func(old, text string) string { return strings.Replace(call, old, text, 1) }
	nested := func(n int) string { return change(`"done"`, strings.Repeat("[", n)+strings.Repeat("]", n)) }
	tests := []struct {
		name, message string
		code          int
		id            string
	}{
		{"garbage", "nonsense", -32700, "null"},
		{"half a message", call[:50], -32700, "null"},
		{"a message and more", call + "x", -32700, "null"},
		{"two messages", call + " " + call, -32700, "null"},
		{"byte order mark", "\ufeff" + call, -32700, "null"},
		{"lone surrogate", change("done", `\ud800`), -32700, "7"},
		{"invalid UTF-8", change("done", "\xff"), -32700, "7"},
		{"deeper than the bound", nested(900), -32700, "7"},
		{"as deep as it gets", nested(200_000), -32700, "7"},
		{"method twice", change(`"method":`, `"method":"ping","method":`), -32600, "7"},
		{"method twice, written differently", change(`"method":`, `"m\u0065thod":"ping","method":`), -32600, "7"},
		{"name twice", change(`"name":`, `"name":"add","name":`), -32600, "7"},
		{"method in another case", change(`"method"`, `"Method"`), -32600, "7"},
		{"method in both cases", change(`"method":"tools/call"`, `"method":"nope","Method":"tools/call"`), -32601, "7"},
		{"name in another case", change(`"name"`, `"NAME"`), -32602, "7"},
		{"params in another case", change(`"params"`, `"Params"`), -32602, "7"},
		{"version 1.0", change("2.0", "1.0"), -32600, "7"},
		{"id of a fraction", change(`"id":7`, `"id":1.5`), -32600, "null"},
		{"id with an exponent", change(`"id":7`, `"id":1e30`), -32600, "null"},
		{"id an object", change(`"id":7`, `"id":{}`), -32600, "null"},
		{"id an array", change(`"id":7`, `"id":[7]`), -32600, "null"},
		{"id null", change(`"id":7`, `"id":null`), -32600, "null"},
		{"id twice", change(`"id":7`, `"id":7,"id":8`), -32600, "null"},
		{"a panic", change(`"echo","arguments":{"text":"done"}`, `"fail","arguments":{"text":"panic"}`), -32603, "7"},
		{"unknown method", change("tools/call", "nope"), -32601, "7"},
	}
	for name, dial := range transports {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := dial(t)
			t.Cleanup(func() { end(t, p) })
			ask(t, p, `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}`)
			send(t, p, `{"jsonrpc":"2.0","method":"notifications/initialized"}`)
			for _, tt := range tests {
				if name == "websocket" && !utf8.ValidString(tt.message) {
					continue // a text frame that is no text ends a WebSocket (RFC 6455, 8.1)
				}
				if a := ask(t, p, tt.message); a.Error.Code != tt.code || string(a.ID) != tt.id {
					t.Errorf("%s: id %s, code %d %s; want id %s, code %d", tt.name, a.ID, a.Error.Code, a.Error.Message, tt.id, tt.code)
				}
			}
			// Ids come back to the digit, and everything goes on.
			for _, id := range []string{"9007199254740993", "-0", `"7"`} {
				if a := ask(t, p, change(`"id":7`, `"id":`+id)); a.Error.Code != 0 || string(a.ID) != id {
					t.Errorf("id %s came back as %s, %+v", id, a.ID, a.Error)
				}
			}
		})
	}
}

type answer struct {
	ID    json.RawMessage `json:"id"`
	Error struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

func send(t *testing.T, p mcptest.Peer, msg string) {
	t.Helper()
	if err := p.Send(t.Context(), []byte(msg)); err != nil {
		t.Fatal(err)
	}
}

// ask sends a message and gives what comes back.
func ask(t *testing.T, p mcptest.Peer, msg string) (a answer) {
	t.Helper()
	send(t, p, msg)
	var r mcptest.Received
	for r.Message == nil { // an HTTP response to a notification has none
		var err error
		if r, err = p.Receive(t.Context()); err != nil {
			t.Fatalf("%.80s: %v", msg, err)
		}
	}
	if err := json.Unmarshal(r.Message, &a); err != nil {
		t.Fatalf("%.80s: %q: %v", msg, r.Message, err)
	}
	return a
}

// end closes a connection and waits until nothing of it is left.
func end(t *testing.T, p mcptest.Peer) {
	t.Helper()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	for {
		if r, err := p.Receive(context.Background()); err != nil {
			return
		} else if r.Message != nil {
			t.Errorf("left over: %s", r.Message)
		}
	}
}
