package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/mcpgen/mcpgen/runtime/mcp"
)

// About says what this server is for. It comes first in the list of tools, which
// clients call to see whether anything works.
//
//mcp:tool readonly closed
func About() string { return "This server is for testing clients, and itself." }

// TestSimpleText returns a text.
//
//mcp:tool readonly
func TestSimpleText() string { return "This is a simple text response for testing." }

// TestImageContent returns a picture.
//
//mcp:tool readonly
func TestImageContent() mcp.Image { return mcp.Image{Data: png, MIMEType: "image/png"} }

// TestAudioContent returns a sound.
//
//mcp:tool readonly
func TestAudioContent() mcp.Audio { return mcp.Audio{Data: wav, MIMEType: "audio/wav"} }

// TestEmbeddedResource returns a resource in place.
//
//mcp:tool readonly
func TestEmbeddedResource() mcp.Embedded {
	return mcp.Embedded{Resource: mcp.ResourceContents{
		URI: "test://embedded-resource", MIMEType: "text/plain", Text: "This is an embedded resource content.",
	}}
}

// TestMultipleContentTypes returns blocks of several kinds.
//
//mcp:tool readonly
func TestMultipleContentTypes() []mcp.Content {
	return []mcp.Content{
		mcp.Text{Text: "Multiple content types test:"},
		mcp.Image{Data: png, MIMEType: "image/png"},
		mcp.Embedded{Resource: mcp.ResourceContents{
			URI: "test://mixed-content-resource", MIMEType: "application/json", Text: `{"test":"data","value":123}`,
		}},
	}
}

// TestErrorHandling fails, in a way that the model sees.
//
//mcp:tool
func TestErrorHandling() error {
	return mcp.Errorf("This tool intentionally returns an error for testing")
}

// pause is how long the tools below wait between two messages, and before the
// result: clients drop progress that comes along with it.
const pause = 50 * time.Millisecond

// TestToolWithLogging logs while it runs.
//
//mcp:tool
func TestToolWithLogging(ctx context.Context, log *slog.Logger) (string, error) {
	for _, message := range []string{"Tool execution started", "Tool processing data", "Tool execution completed"} {
		log.InfoContext(ctx, message)
		if err := sleep(ctx, pause); err != nil {
			return "", err
		}
	}
	return "Logging finished.", nil
}

// TestToolWithProgress reports progress.
//
//mcp:tool
func TestToolWithProgress(ctx context.Context, p mcp.Progress) (string, error) {
	for _, done := range []float64{0, 50, 100} {
		p.Report(done, 100, "")
		if err := sleep(ctx, pause); err != nil {
			return "", err
		}
	}
	return "Progress finished.", nil
}

// TestLoggingTool logs one message, which only those get who asked for it.
//
//mcp:tool
func TestLoggingTool(log *slog.Logger) string {
	log.Info("A message that was not asked for")
	return "Logged."
}

// TestReconnection gives up its stream before it answers: the client comes back
// for the answer where the transport knows how.
//
//mcp:tool
func TestReconnection(ctx context.Context, log *slog.Logger) (string, error) {
	if err := mcp.CloseStream(ctx); err != nil {
		log.DebugContext(ctx, "the stream stays open", "reason", err)
	}
	if err := sleep(ctx, 100*time.Millisecond); err != nil {
		return "", err
	}
	return "Reconnection finished.", nil
}

// TestXMCPHeader has an argument that HTTP clients repeat in a header.
//
//mcp:tool readonly name=test_x_mcp_header
//mcp:param region header=Region
func TestXMCPHeader(
	region *string,
	_ *int, //mcp:param name=level
) string {
	if region == nil {
		return "region="
	}
	return "region=" + *region
}

// sleep waits, unless the call is cancelled.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
