package load

import (
	"errors"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// TestNewerGo holds the texts in which a module that is too new shows itself.
// They come from go/types, go/packages, the export data reader and the go
// command; most cannot be provoked with a single version of Go.
func TestNewerGo(t *testing.T) {
	t.Parallel()
	const asTool, newGo = "go tool mcpgen", "GOTOOLCHAIN=auto"
	for text, fix := range map[string]string{
		"package requires newer Go version go1.27 (application built with go1.26)":                                                    asTool,
		"file requires newer Go version go1.27 (application built with go1.26)":                                                       asTool,
		`internal error: package "fmt" without types was imported from "example.com/m"`:                                               asTool,
		"This application uses version go1.26 of the source-processing packages but runs version go1.27 of 'go list'. It may fail":    asTool,
		"cannot import \"fmt\" (unknown iexport format version 9 or export data version), export data is newer version - update tool": asTool,
		"go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)":                                                       newGo,
	} {
		d := loadFailure(errors.New(text))
		if d.Code != diag.NewerGo || !strings.Contains(d.Fix, fix) {
			t.Errorf("%s\ngives %v, want the fix to name %s", text, d, fix)
		}
	}
	for _, text := range []string{"undefined: newer", "invalid go version '1.x'"} {
		if d := loadFailure(errors.New(text)); d.Code != diag.LoadFailed {
			t.Errorf("%s gives %v", text, d)
		}
	}
}

func TestLoadFailure(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"err: exit status 1: stderr: go: errors parsing go.mod:\n\tgo.mod:5: repeated go statement\n": `MCP0001: the go command cannot list the packages: go: errors parsing go.mod: go.mod:5: repeated go statement: make "go list" work with the same packages and tags first`,
		`exec: "go": executable file not found in $PATH`:                                              `MCP0001: the go command cannot list the packages: exec: "go": executable file not found in $PATH: install Go and put it on the PATH`,
	} {
		if got := loadFailure(errors.New(text)).String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestPosition(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "a.go")
	for text, want := range map[string]token.Position{
		"":             {},
		"-":            {},
		"a.go":         {Filename: file},
		"a.go:3":       {Filename: file, Line: 3},
		"a.go:3:7":     {Filename: file, Line: 3, Column: 7},
		file + ":3:7":  {Filename: file, Line: 3, Column: 7},
		"./a.go:3:7":   {Filename: file, Line: 3, Column: 7},
		"a.go:x:7":     {Filename: filepath.Join(dir, "a.go:x"), Line: 7},
		`C:\a.go:3:7x`: {Filename: filepath.Join(dir, `C:\a.go:3:7x`)},
	} {
		if got := position(text, dir); got != want {
			t.Errorf("%q is %#v, want %#v", text, got, want)
		}
	}
}

// TestMentions keeps the filter as generous as the messages about near misses.
func TestMentions(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]bool{
		"//mcp:tool":            true,
		"\t//mcp:param x":       true,
		"//  mcp:tool":          true,
		"//MCP:tool":            true,
		"//mcp tool":            true,
		"//mcp.tool":            true,
		"//mpc:tool":            true,
		"//mcpgen:tool":         true,
		"/*mcp:tool*/":          true,
		"/*\n * mcp:tool\n */":  true,
		"//mcp: tool":           true,
		"// mcp : tool":         true,
		"// MCP servers":        false,
		"import \"cmp\"":        false,
		"a.cmp(b)":              false,
		"var mcp = 1 // of all": false,
		"package p":             false,
	} {
		if got := mentions([]byte(src)); got != want {
			t.Errorf("%q: %v, want %v", src, got, want)
		}
	}
}
