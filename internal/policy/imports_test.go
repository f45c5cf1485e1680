package policy

import (
	"flag"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/mcpgen/mcpgen"

var update = flag.Bool("update", false, "rewrite deps.txt")

// A rule says what a package may import besides the standard library. Entries
// are import paths without the module's own prefix; one ending in "/..." stands
// for everything below. Packages without a rule are refused: adding a package
// means deciding its place.
type rule struct {
	pkg string // longest match wins; "/..." stands for everything below
	may []string
}

var rules = []rule{
	{"cmd/mcpgen", []string{"gen", "gen/analyzer", "internal/caller", "internal/diag", "internal/doctor", "internal/scaffold", "runtime/client", "runtime/codec", "templates", "golang.org/x/tools/go/analysis/unitchecker"}},
	{"templates", nil},

	{"gen", []string{"internal/diag", "gen/internal/load", "gen/internal/directive", "gen/internal/scan", "gen/internal/model", "gen/internal/schema", "gen/internal/contract", "gen/internal/emit"}},
	{"gen/analyzer", []string{"internal/diag", "gen/internal/load", "gen/internal/scan", "gen/internal/model", "gen/internal/schema", "gen/internal/emit", "golang.org/x/tools/go/analysis", "golang.org/x/tools/go/types/typeutil"}},
	{"gen/analyzer/golangci", []string{"gen/analyzer", "github.com/golangci/plugin-module-register/register", "golang.org/x/tools/go/analysis"}},
	{"gen/internal/model", nil},
	{"gen/internal/load", []string{"internal/diag", "golang.org/x/tools/go/packages"}},
	{"gen/internal/directive", []string{"internal/diag"}},
	{"gen/internal/scan", []string{"internal/diag", "gen/internal/load", "gen/internal/directive", "gen/internal/model", "github.com/yosida95/uritemplate/v3"}},
	{"gen/internal/schema", []string{"internal/diag", "gen/internal/model", "github.com/invopop/jsonschema", "github.com/pb33f/ordered-map/v2", "github.com/santhosh-tekuri/jsonschema/v5"}},
	{"gen/internal/contract", []string{"internal/diag", "gen/internal/model"}},
	{"gen/internal/emit", []string{"gen/internal/model", "github.com/dave/jennifer/jen"}},

	{"runtime", nil}, // tests only: transcripts over every transport
	{"runtime/codec", nil},
	{"runtime/internal/leak", nil},
	{"runtime/internal/httpx", nil},
	{"runtime/internal/eventlog", nil},
	{"runtime/internal/mediatype", nil},
	{"runtime/internal/sse", []string{"runtime/internal/httpx"}},
	{"runtime/internal/jsonrpc", []string{"runtime/codec"}},
	{"runtime/internal/...", []string{"runtime/codec", "runtime/mcp", "runtime/internal/jsonrpc"}},
	{"runtime/mcp", []string{"runtime/codec", "runtime/internal/jsonrpc"}},
	{"runtime/mcp/rawschema", []string{"runtime/codec", "runtime/mcp", "github.com/santhosh-tekuri/jsonschema/v5"}},
	{"runtime/mcphttp", []string{"runtime/mcp", "runtime/guard", "runtime/internal/..."}},
	{"runtime/mcpsse", []string{"runtime/mcp", "runtime/guard", "runtime/internal/..."}},
	{"runtime/mcpws", []string{"runtime/mcp", "runtime/guard", "runtime/internal/...", "github.com/gorilla/websocket"}},
	{"runtime/mcpstdio", []string{"runtime/mcp", "runtime/internal/..."}},
	{"runtime/guard", []string{"runtime/codec", "runtime/mcp", "runtime/store", "runtime/internal/httpx"}},
	{"runtime/guard/jwtauth", []string{"runtime/guard", "runtime/mcp", "github.com/golang-jwt/jwt/v5", "github.com/MicahParks/keyfunc/v3", "golang.org/x/time/rate"}},
	{"runtime/observe", []string{"runtime/mcp"}},
	{"runtime/observe/prom", []string{"runtime/observe", "runtime/mcp", "runtime/edge", "github.com/prometheus/client_golang/..."}},
	{"runtime/observe/otelmcp", []string{"runtime/observe", "runtime/mcp", "go.opentelemetry.io/otel/..."}},
	{"runtime/files", []string{"runtime/mcp", "runtime/internal/mediatype"}},
	{"runtime/skills", []string{"runtime/mcp", "runtime/codec", "runtime/internal/mediatype", "runtime/skills/internal/front"}},
	{"runtime/skills/internal/front", []string{"runtime/codec", "go.yaml.in/yaml/v4"}},
	{"runtime/skills/host", []string{"runtime/client", "runtime/skills/internal/front"}},
	{"runtime/taskstore", []string{"runtime/mcp", "runtime/store"}},
	{"runtime/edge", []string{"runtime/codec", "runtime/mcp", "runtime/store", "runtime/edge/geo", "runtime/internal/httpx"}},
	{"runtime/edge/geo", nil},
	{"runtime/store", []string{"runtime/internal/eventlog"}},
	{"runtime/store/storetest", []string{"runtime/store"}},
	{"runtime/store/redis", []string{"runtime/store", "github.com/redis/go-redis/v9"}},
	{"runtime/serve/remote", []string{"runtime/mcp", "runtime/serve", "runtime/guard", "runtime/guard/jwtauth", "runtime/observe", "runtime/observe/prom", "runtime/store", "runtime/store/redis", "runtime/edge"}},
	{"runtime/serve", []string{"runtime/codec", "runtime/mcp", "runtime/guard", "runtime/observe", "runtime/store", "runtime/edge", "runtime/mcphttp", "runtime/mcpsse", "runtime/mcpws", "runtime/mcpstdio", "runtime/internal/..."}},
	{"runtime/client/balance", []string{"runtime/client"}},
	{"runtime/client", []string{"runtime/mcp", "runtime/codec", "runtime/mcpws", "runtime/internal/..."}},
	{"runtime/mcptest", []string{"runtime/mcp", "runtime/codec", "runtime/client", "runtime/mcphttp", "runtime/mcpsse", "runtime/mcpws", "runtime/mcpstdio", "runtime/internal/...", "github.com/gorilla/websocket", "golang.org/x/tools/txtar"}},

	{"internal/caller", []string{"runtime/client", "runtime/codec", "runtime/mcp/rawschema"}},
	{"internal/doctor", []string{"runtime/client", "runtime/mcp/rawschema"}},
	{"internal/scaffold", []string{"runtime/codec", "templates"}},
	{"internal/clientcheck", []string{"runtime/client"}}, // tests only
	{"internal/diag", nil},
	{"internal/fault", nil},
	{"internal/golden", []string{"golang.org/x/tools/txtar"}},
	{"internal/policy", nil},
	{"internal/e2e", nil},
	{"internal/cluster", nil},
	{"internal/cluster/server", []string{"runtime/mcp", "runtime/codec", "runtime/serve", "runtime/serve/remote"}},
	{"internal/containers", nil},
	{"internal/vuln", nil},
	{"internal/e2e/conformclient", []string{"runtime/client", "runtime/skills/host"}},
	{"internal/demo", []string{"runtime/client", "runtime/mcp", "runtime/mcpstdio"}},

	{"examples/bench", []string{"runtime/...", "examples/bench/tools"}},
	{"examples/bench/...", []string{"runtime/...", "examples/bench/..."}},
	{"examples/...", []string{"runtime/..."}},
}

func TestImports(t *testing.T) {
	t.Parallel()
	for pkg, imports := range directImports(t) {
		r := ruleFor(pkg)
		if r == nil {
			t.Errorf("%s has no rule: decide who may import it and what it may import, in imports_test.go", pkg)
			continue
		}
		for _, imp := range imports {
			if !slices.ContainsFunc(r.may, func(m string) bool { return matches(m, imp) }) {
				t.Errorf("%s imports %s, which its rule does not allow", pkg, imp)
			}
		}
	}
}

// TestRuntimeAndGeneratorAreApart says the most important rule by itself.
func TestRuntimeAndGeneratorAreApart(t *testing.T) {
	t.Parallel()
	for pkg, imports := range directImports(t) {
		for _, imp := range imports {
			fromGen, toGen := matches("gen/...", pkg) || pkg == "gen", matches("gen/...", imp) || imp == "gen"
			fromRun, toRun := matches("runtime/...", pkg), matches("runtime/...", imp)
			if fromGen && toRun || fromRun && toGen {
				t.Errorf("%s imports %s: the generator and the runtime meet in generated text only", pkg, imp)
			}
		}
	}
}

// TestDependencies compares the modules that each public part links with
// deps.txt, so that a new dependency of a user's binary is seen in review.
func TestDependencies(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, pkg := range []string{"cmd/mcpgen", "gen", "runtime/codec", "runtime/mcp", "runtime/mcpstdio", "runtime/mcphttp", "runtime/mcpsse", "runtime/mcpws", "runtime/client", "runtime/client/balance", "runtime/guard", "runtime/guard/jwtauth", "runtime/observe", "runtime/observe/prom", "runtime/observe/otelmcp", "runtime/store", "runtime/store/redis", "runtime/edge", "runtime/files", "runtime/serve", "runtime/serve/remote", "runtime/skills", "runtime/mcptest"} {
		b.WriteString(pkg + ":\n")
		mods := strings.Fields(run(t, "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", module+"/"+pkg))
		slices.Sort(mods)
		for _, m := range slices.Compact(mods) {
			if m != module {
				b.WriteString("\t" + m + "\n")
			}
		}
	}
	if *update {
		if err := os.WriteFile("deps.txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile("deps.txt")
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the dependencies changed; review them and run make deps\n--- deps.txt\n%s--- now\n%s", want, b.String())
	}
}

// directImports maps every package of the module (without its prefix) to its
// imports that are not of the standard library, those of its own module without
// the prefix. Test files are left out: tests may look anywhere.
func directImports(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	list := run(t, "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", module+"/...")
	for line := range strings.Lines(list) {
		words := strings.Fields(line)
		pkg := strings.TrimPrefix(words[0], module+"/")
		out[pkg] = nil
		for _, imp := range words[1:] {
			if first, _, _ := strings.Cut(imp, "/"); strings.Contains(first, ".") {
				out[pkg] = append(out[pkg], strings.TrimPrefix(imp, module+"/"))
			}
		}
	}
	if len(out) < 10 {
		t.Fatalf("go list found %d packages only", len(out))
	}
	return out
}

func ruleFor(pkg string) *rule {
	var best *rule
	for i := range rules {
		if r := &rules[i]; matches(r.pkg, pkg) && (best == nil || len(r.pkg) > len(best.pkg)) {
			best = r
		}
	}
	return best
}

func matches(pattern, pkg string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "/..."); ok {
		return strings.HasPrefix(pkg, prefix+"/")
	}
	return pattern == pkg
}

// run gives what the go command prints.
func run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = root(t)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}
