package gen_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/internal/golden"
)

// withoutClient lists the cases that no client can be made of, with the reason.
var withoutClient = map[string]string{
	"aliases":      "its types are not exported",
	"nasty_types":  "its types are not exported",
	"offers_main":  "package main cannot be imported",
	"package_main": "package main cannot be imported",
	"run_one_way":  "a client would write what can only be read",
}

// TestClients makes a client of every case in testdata/ok that can have one, and
// compiles all of them.
func TestClients(t *testing.T) {
	t.Parallel()
	dir := newModule(t, "example.com/ok")
	writeFile(t, filepath.Join(dir, "internal/calls/calls.go"), readFile(t, "testdata/calls.go.txt"))
	var left []*golden.Case
	for _, c := range golden.Cases(t, "testdata/ok") {
		if withoutClient[c.Name] == "" && c.Setting("profile") == "" {
			askForClient(t, c)
			writeCase(t, c, filepath.Join(dir, c.Name))
			left = append(left, c)
		}
	}
	result, err := gen.Generate(t.Context(), gen.Config{Dir: dir, Patterns: patternsOf(left)})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range result.Diagnostics {
		t.Error(d)
	}
	if t.Failed() {
		return
	}
	if _, err := gen.Commit(result); err != nil {
		t.Fatal(err)
	}
	clients := 0
	for _, f := range result.Files {
		if bytes.Contains(f.Content, []byte("/runtime/client\"")) && filepath.Base(f.Path) == outputFile {
			clients++
			clean(t, f.Path, f.Content)
		}
	}
	if clients < 100 {
		t.Errorf("%d clients only", clients)
	}
	goCommand(t, dir, "build", "./...")
}

// askForClient adds the word client to every package of a case with annotations.
func askForClient(t *testing.T, c *golden.Case) {
	t.Helper()
	asked := map[string]bool{}
	for i, f := range c.Files {
		if filepath.Ext(f.Name) != ".go" || !bytes.Contains(f.Data, []byte("//mcp:server")) {
			continue
		}
		asked[filepath.Dir(f.Name)] = true
		if !bytes.Contains(f.Data, []byte("client")) {
			c.Files[i].Data = bytes.Replace(f.Data, []byte("//mcp:server"), []byte("//mcp:server client"), 1)
		}
	}
	for _, f := range slices.Clone(c.Files) {
		d := filepath.Dir(f.Name)
		if filepath.Ext(f.Name) != ".go" || asked[d] || strings.HasSuffix(f.Name, "_test.go") || !bytes.Contains(f.Data, []byte("//mcp:tool")) &&
			!bytes.Contains(f.Data, []byte("//mcp:resource")) && !bytes.Contains(f.Data, []byte("//mcp:prompt")) || filepath.Base(f.Name) == outputFile {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), "", f.Data, parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		asked[d] = true
		text := "// Package doc.\n//\n//mcp:server client\npackage " + file.Name.Name + "\n"
		if i := bytes.Index(f.Data, []byte("//go:build")); i >= 0 {
			line, _, _ := bytes.Cut(f.Data[i:], []byte("\n"))
			text = string(line) + "\n\n" + text
		}
		c.Files = append(c.Files, txtar.File{Name: filepath.Join(d, "zz_client.go"), Data: []byte(text)})
	}
}
