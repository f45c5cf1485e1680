package client_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// TestOnMessage sees every message of both directions, in order.
func TestOnMessage(t *testing.T) {
	t.Parallel()
	for era, want := range map[client.Era]string{
		client.Modern: "> server/discover < result > tools/list < result",
		client.Legacy: "> initialize < result > notifications/initialized > tools/list < result",
	} {
		s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil)
		s.Register(mcp.ToolDef{Name: "a", InputSchema: `{"type":"object"}`, Call: func(context.Context, *mcp.Call) error { return nil }})
		var mu sync.Mutex
		var seen []string
		c, err := client.InProcess(t.Context(), s, &client.Options{Era: era, OnMessage: func(sent bool, data []byte) {
			mu.Lock()
			defer mu.Unlock()
			word := "< result"
			if sent {
				_, rest, _ := strings.Cut(string(data), `"method":"`)
				method, _, _ := strings.Cut(rest, `"`)
				word = "> " + method
			}
			seen = append(seen, word)
		}})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range c.Tools(t.Context()) {
			if err != nil {
				t.Error(err)
			}
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(seen, " "); got != want {
			t.Errorf("seen %s, want %s", got, want)
		}
	}
}
