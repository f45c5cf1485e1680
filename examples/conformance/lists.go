package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// Lists changes what the server offers.
type Lists struct{ server *mcp.Server }

// TestTriggerToolChange changes the list of tools.
//
//mcp:tool
func (l *Lists) TestTriggerToolChange() string {
	l.server.ToolsChanged()
	return "The list of tools has changed."
}

// TestTriggerPromptChange changes the list of prompts.
//
//mcp:tool
func (l *Lists) TestTriggerPromptChange() string {
	l.server.PromptsChanged()
	return "The list of prompts has changed."
}

// Waits counts the calls that wait.
type Waits struct{ started, cancelled atomic.Int64 }

// TestCancellation waits, and stops at once when it is cancelled.
//
//mcp:tool
//mcp:param ms default=5000 minimum=0 maximum=600000
func (w *Waits) TestCancellation(ctx context.Context,
	ms int, // How long to wait, in milliseconds.
) (string, error) {
	w.started.Add(1)
	if err := sleep(ctx, time.Duration(ms)*time.Millisecond); err != nil {
		w.cancelled.Add(1)
		return "", err
	}
	return "completed", nil
}

// TestCancellationStatus counts the calls of test_cancellation.
//
//mcp:tool readonly
func (w *Waits) TestCancellationStatus() string {
	return fmt.Sprintf(`{"started":%d,"cancelled":%d}`, w.started.Load(), w.cancelled.Load())
}
