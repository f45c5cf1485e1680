// Package realruntime uses every type of the runtime that means something in a
// signature.
package realruntime

import (
	"context"
	"log/slog"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

//mcp:tool
func Everything(ctx context.Context, p mcp.Progress, who mcp.Principal, r *mcp.Request, l *slog.Logger, n mcp.Opt[int]) ([]mcp.Content, error) {
	return nil, nil
}

//mcp:tool
func Content() mcp.Content { return nil }

//mcp:tool
func Text() mcp.Text { return mcp.Text{} }

//mcp:tool
func Image() mcp.Image { return mcp.Image{} }

//mcp:tool
func Audio() mcp.Audio { return mcp.Audio{} }

//mcp:tool
func Link() mcp.Link { return mcp.Link{} }

//mcp:tool
func Embedded() mcp.Embedded { return mcp.Embedded{} }
