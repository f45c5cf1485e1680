package policy

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestStdioLinksNoNetwork keeps what a server on stdio has no use for out of it.
func TestStdioLinksNoNetwork(t *testing.T) {
	t.Parallel()
	for _, pkg := range linked(t, "runtime/mcp", "runtime/mcpstdio") {
		for _, not := range []string{"net", "net/http/...", "crypto/tls", "crypto/x509", "mime/...", "compress/...", "os/exec", "os/signal", "flag"} {
			if matches(not, pkg) {
				t.Errorf("a server on stdio links %s", pkg)
			}
		}
	}
}

// TestServersLinkNoTools keeps out of every server what is large and that few use:
// those who do import it.
func TestServersLinkNoTools(t *testing.T) {
	t.Parallel()
	for _, pkg := range linked(t, "runtime/serve") {
		for _, not := range []string{
			"text/template/...", "html/...", "encoding/gob", "encoding/xml", "go/...", "expvar", "testing/...", "plugin", "database/...", "os/exec",
			"net/http/pprof", "net/http/cookiejar", "net/rpc/...", "runtime/pprof", "runtime/trace", "runtime/metrics", "debug/...", "index/...", "image/...", "archive/...",
			"github.com/prometheus/...", "go.opentelemetry.io/...", "github.com/redis/...",
		} {
			if matches(not, pkg) {
				t.Errorf("every server links %s", pkg)
			}
		}
	}
}

// TestQuickstartIsSmall keeps functions out of the smallest server that would be
// a good part of it, and that nobody would miss.
func TestQuickstartIsSmall(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "quickstart")
	run(t, "build", "-o", file, module+"/examples/quickstart")
	symbols := map[string]bool{}
	for line := range strings.Lines(run(t, "tool", "nm", file)) {
		if f := strings.Fields(line); len(f) > 2 {
			symbols[f[2]] = true
		}
	}
	if !symbols["net/http.(*Server).Serve"] {
		t.Fatal("the list of symbols is not what it should be")
	}
	for symbol, why := range map[string]string{
		"net/http.(*Client).do":           "the HTTP client, 0.4 MB",
		"net/http.(*Transport).roundTrip": "the HTTP client, 0.4 MB",
		"regexp.compile":                  "regular expressions, 0.25 MB: only patterns of tools need them",
		"runtime/metrics.Read":            "descriptions of all metrics, read by each start",
		"text/template.(*Template).Parse": "templates",
		"reflect.Value.MethodByName":      "calls of methods by name, for which the linker keeps every exported method",
		"reflect.(*rtype).MethodByName":   "as above",
	} {
		if symbols[symbol] {
			t.Errorf("quickstart links %s: %s", symbol, why)
		}
	}
}

// linked lists the packages that a program with the packages given links.
func linked(t *testing.T, pkgs ...string) []string {
	t.Helper()
	args := []string{"list", "-deps"}
	for _, p := range pkgs {
		args = append(args, module+"/"+p)
	}
	list := strings.Fields(run(t, args...))
	if !slices.Contains(list, "context") {
		t.Fatalf("%q", list)
	}
	return list
}

// smallMap is how many entries of a map cost nothing that shows.
const smallMap = 16

// TestStartsCostNothing keeps work out of the start of programs that import a
// package of the runtime: expressions and templates are compiled by those who use
// them, and tables are slices, which the linker lays out, since every start would
// build a map.
func TestStartsCostNothing(t *testing.T) {
	t.Parallel()
	eachSource(t, func(name string, _ []byte, fset *token.FileSet, f *ast.File) {
		if !strings.HasPrefix(filepath.ToSlash(name), "runtime/") || strings.HasSuffix(name, "_test.go") {
			return
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "init" {
					t.Errorf("%s: func init", fset.Position(d.Pos()))
				}
			case *ast.GenDecl:
				ast.Inspect(d, func(n ast.Node) bool {
					if _, ok := n.(*ast.FuncLit); ok {
						return false
					}
					if what := startCost(n); what != "" {
						t.Errorf("%s: %s at the start of every program", fset.Position(n.Pos()), what)
					}
					return true
				})
			}
		}
	})
}

// startCost says what a part of a variable's value makes a start do.
func startCost(n ast.Node) string {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		if n.Sel.Name == "MustCompile" || n.Sel.Name == "Must" { // regexp, template
			return n.Sel.Name
		}
	case *ast.CompositeLit:
		if _, ok := n.Type.(*ast.MapType); ok && len(n.Elts) > smallMap {
			return fmt.Sprintf("a map of %d entries", len(n.Elts))
		}
	}
	return ""
}
