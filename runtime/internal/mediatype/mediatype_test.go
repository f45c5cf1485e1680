package mediatype_test

import (
	"os"
	"testing"

	"github.com/mcpgen/mcpgen/runtime/internal/leak"
	"github.com/mcpgen/mcpgen/runtime/internal/mediatype"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }

func TestByExtension(t *testing.T) {
	t.Parallel()
	for ext, want := range map[string]string{".md": "text/markdown", ".yml": "application/yaml", ".jpeg": "image/jpeg", ".MD": "", "md": "", "": "", ".none": ""} {
		if got := mediatype.ByExtension(ext); got != want {
			t.Errorf("%q: %q, want %q", ext, got, want)
		}
	}
}
