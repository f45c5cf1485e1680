package gen_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcpgen/mcpgen/gen"
	"github.com/mcpgen/mcpgen/gen/internal/load"
)

// module writes packages of a module that needs no other, with tools in each.
func module(tb testing.TB, packages, tools int) string {
	tb.Helper()
	dir, err := filepath.EvalSymlinks(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	files := map[string]string{"go.mod": "module example.com/m\n\ngo 1.26\n"}
	for p := range packages {
		var b strings.Builder
		fmt.Fprintf(&b, "package p%d\n\nimport \"context\"\n", p)
		b.WriteString("\n// Item is one.\ntype Item struct {\n\tName string `json:\"name\" jsonschema:\"minLength=1\"`\n\tTags []string `json:\"tags,omitempty\"`\n}\n")
		for f := range tools {
			fmt.Fprintf(&b, `
// Tool%[1]d does something useful.
//
//mcp:tool readonly
//mcp:param n default=3 minimum=1 maximum=14
//mcp:example {"name": "x", "items": [{"name": "a"}]}
func Tool%[1]d(ctx context.Context,
	name string, // The name.
	n int, // How many.
	items []Item, // The items.
) (Item, error) {
	return Item{}, nil
}
`, f)
		}
		files[fmt.Sprintf("p%d/p.go", p)] = b.String()
	}
	for name, src := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(src), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

func TestGenerateEndsWithItsContext(t *testing.T) {
	t.Parallel()
	dir := module(t, 1, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	result, err := gen.Generate(ctx, gen.Config{Dir: dir})
	if !errors.Is(err, context.Canceled) || result != nil {
		t.Errorf("got %v, %v", result, err)
	}
}

// TestGenerateConcurrently runs several at once, which must not disturb one
// another and must agree.
func TestGenerateConcurrently(t *testing.T) {
	t.Parallel()
	dir := module(t, 3, 2)
	results := make([]*gen.Result, 4)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			result, err := gen.Generate(t.Context(), gen.Config{Dir: dir, Patterns: []string{"./..."}})
			if err != nil {
				t.Error(err)
			}
			results[i] = result
		})
	}
	wg.Wait()
	for _, r := range results {
		if r == nil || len(r.Diagnostics) > 0 || len(r.Files) != 6 || r.Packages != 3 || r.Annotated != 3 || r.Tools != 6 {
			t.Fatalf("got %+v", r)
		}
		for i, f := range r.Files {
			if f.Path != results[0].Files[i].Path || string(f.Content) != string(results[0].Files[i].Content) {
				t.Errorf("%s differs from run to run", f.Path)
			}
		}
	}
}

func TestGenerateRefusesUnknownProfile(t *testing.T) {
	t.Parallel()
	result, err := gen.Generate(t.Context(), gen.Config{Dir: t.TempDir(), Profile: "portabel"})
	if err != nil {
		t.Fatal(err)
	}
	want := `[MCP0009: there is no profile "portabel": did you mean portable?]`
	if got := fmt.Sprint(result.Diagnostics); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// BenchmarkGenerate generates for 100 tools in 20 packages. The time includes
// the go command; load-ms is what it and the type checker take, and own-ms the
// rest.
func BenchmarkGenerate(b *testing.B) {
	dir := module(b, 20, 5)
	cfg := gen.Config{Dir: dir, Patterns: []string{"./..."}}
	var loading, all time.Duration
	for b.Loop() {
		start := time.Now()
		if _, diags := load.Load(b.Context(), load.Config{Dir: dir, Patterns: cfg.Patterns}); len(diags) > 0 {
			b.Fatal(diags)
		}
		loading += time.Since(start)
		start = time.Now()
		result, err := gen.Generate(b.Context(), cfg)
		if err != nil || result.Tools != 100 {
			b.Fatal(result, err)
		}
		all += time.Since(start)
	}
	n := float64(b.N) * float64(time.Millisecond)
	b.ReportMetric(float64(all)/n, "generate-ms")
	b.ReportMetric(float64(loading)/n, "load-ms")
	b.ReportMetric(float64(all-loading)/n, "own-ms")
}
