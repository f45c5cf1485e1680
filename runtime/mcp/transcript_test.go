package mcp_test

import (
	"path/filepath"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/fixture"
	"github.com/mcpgen/mcpgen/runtime/mcptest"
)

// TestTranscripts plays the transcripts without a transport; package
// runtime_test plays them over every transport.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/transcripts/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	dial := func(*testing.T) mcptest.Peer { return mcptest.Memory(fixture.New(nil)) }
	for _, file := range files {
		mcptest.Replay(t, file, map[string]mcptest.Dial{"memory": dial})
	}
}
