package client_test

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/client"
	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// TestLogLevel asks for the log in the way of each era; what is below the level
// is not sent.
func TestLogLevel(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, level string
		era         client.Era
		want        int64
	}{
		{"modern, none", "", client.Modern, 0},
		{"modern, above", "error", client.Modern, 0},
		{"modern", "info", client.Modern, 1},
		{"legacy, above", "error", client.Legacy, 0},
		{"legacy", "info", client.Legacy, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := mcp.NewServer(mcp.Info{Name: "test", Version: "1"}, nil)
			s.Register(mcp.ToolDef{
				Name:        "log",
				InputSchema: `{"type":"object"}`,
				Call: func(ctx context.Context, c *mcp.Call) error {
					c.Logger().InfoContext(ctx, "written")
					return nil
				},
			})
			var heard atomic.Int64
			c, err := client.InProcess(t.Context(), s, &client.Options{
				Era: tt.era, LogLevel: tt.level,
				OnNotification: func(_ context.Context, method string, _ json.RawMessage) {
					if method == "notifications/message" {
						heard.Add(1)
					}
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := c.CallTool(t.Context(), "log", nil); err != nil { // messages come before the answer
				t.Fatal(err)
			}
			if heard.Load() != tt.want {
				t.Errorf("%d messages, want %d", heard.Load(), tt.want)
			}
		})
	}
}
