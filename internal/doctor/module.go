package doctor

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// ModuleOptions say which module to look at.
type ModuleOptions struct {
	Dir     string // within the module; "" is the current directory
	Version string // of this mcpgen; "" when it is not known
	DB      string // URL of the database for govulncheck; "" for vuln.go.dev
	// Run runs a program in Dir and gives what it printed; nil: it is run. An error
	// is exec.ErrNotFound when there is no such program, and otherwise has an
	// ExitCode.
	Run func(ctx context.Context, name string, args ...string) (string, error)
	// Stale gives the generated files that are not up to date.
	Stale func(context.Context) ([]string, error)
}

// module is the path of the module that has both the generator and the runtime.
const module = "github.com/mcpgen/mcpgen"

// moduleTime bounds each check: the first may have to download and build.
const moduleTime = 5 * time.Minute

// A workshop is a module that is looked at.
type workshop struct {
	o       ModuleOptions
	version string // of the runtime that the module uses
	local   string // where that comes from instead of a version
}

var moduleChecks = []check[*workshop]{
	{"go", true, (*workshop).checkGo},
	{"runtime", true, (*workshop).checkRuntime},
	{"generator", false, (*workshop).checkGenerator},
	{"generated", false, (*workshop).checkGenerated},
	{"vulnerabilities", false, (*workshop).checkVulnerabilities},
}

// Module looks at the module that a server is built from: whether the generator is
// as old as the runtime, whether what was generated is up to date, and whether
// anything in it is known to be vulnerable.
func Module(ctx context.Context, o ModuleOptions, each func(Finding)) []Finding {
	if o.Run == nil {
		o.Run = runIn(o.Dir)
	}
	bound := func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, moduleTime)
	}
	return examine(ctx, &workshop{o: o}, moduleChecks, bound, each)
}

// runIn runs programs in a directory.
func runIn(dir string) func(ctx context.Context, name string, args ...string) (string, error) {
	return func(ctx context.Context, name string, args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = dir
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil && stderr.Len() > 0 {
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
		}
		return string(out), err
	}
}

func (w *workshop) checkGo(ctx context.Context) Finding {
	out, err := w.o.Run(ctx, "go", "env", "GOVERSION", "GOMOD")
	version, mod, _ := strings.Cut(strings.TrimSpace(out), "\n")
	switch {
	case err != nil:
		return fail("go does not run: "+err.Error(), "install Go 1.26 or newer")
	case mod == "" || mod == "/dev/null" || mod == "NUL":
		return fail("there is no go.mod here or above", "name the URL of a server, or run it in the directory of one; mcpgen init begins one")
	}
	return okf("%s, %s", version, mod)
}

func (w *workshop) checkRuntime(ctx context.Context) Finding {
	out, err := w.o.Run(ctx, "go", "list", "-m", "-json", module)
	if err != nil {
		return fail("the module does not use "+module, "go get -tool "+module+"/cmd/mcpgen")
	}
	var m struct {
		Version   string   `json:"Version"`
		Main      bool     `json:"Main"`
		Dir       string   `json:"Dir"`
		Retracted []string `json:"Retracted"`
		Replace   *struct {
			Path    string `json:"Path"`
			Version string `json:"Version"`
		} `json:"Replace"`
	}
	if err := json.Unmarshal([]byte(out), &m); err != nil {
		return fail("go list -m: "+err.Error(), "")
	}
	w.version = m.Version
	switch {
	case m.Main:
		w.local = m.Dir
	case m.Replace != nil && m.Replace.Version != "":
		w.version = m.Replace.Version
	case m.Replace != nil:
		w.local = m.Replace.Path
	}
	switch {
	case len(m.Retracted) > 0:
		return fail(fmt.Sprintf("%s was withdrawn: %s", w.version, strings.Join(m.Retracted, "; ")), "go get "+module+"@latest && go generate ./...")
	case w.local != "":
		return okf("from %s", w.local)
	}
	return okf("%s", w.version)
}

// checkGenerator compares the generator that runs with the runtime of the module.
func (w *workshop) checkGenerator(ctx context.Context) Finding {
	fix := "go get -tool " + module + "/cmd/mcpgen, then run go tool mcpgen: it always has the version of the module"
	out, err := w.o.Run(ctx, "go", "list", "-f", "{{.ImportPath}}", "tool")
	asTool := err == nil && strings.Contains(out, module+"/cmd/mcpgen")
	own := w.o.Version
	switch {
	case w.local != "" && asTool:
		return okf("a tool of the module, built from %s", w.local)
	case own == "" || own == "(devel)" || strings.Contains(own, "+dirty"):
		if asTool {
			return okf("a tool of the module; this one is a development version")
		}
		return warn("this mcpgen is a development version, and the runtime is "+cmp.Or(w.local, w.version), fix)
	case w.local == "" && own != w.version:
		return fail(fmt.Sprintf("this mcpgen is %s, and the runtime is %s", own, w.version), fix)
	case !asTool:
		return warn(own+", but it is no tool of the module: others may generate with another one", fix)
	}
	return okf("%s, a tool of the module", own)
}

func (w *workshop) checkGenerated(ctx context.Context) Finding {
	if w.o.Stale == nil {
		return skipf("not asked for")
	}
	stale, err := w.o.Stale(ctx)
	switch {
	case err != nil:
		return fail(oneLine(err), "mcpgen check ./... says where and why")
	case len(stale) > 0:
		return fail("not up to date: "+some(stale), "go generate ./...")
	}
	return okf("up to date")
}

// vulnerable is the exit status of govulncheck when it has found something.
const vulnerable = 3

// checkVulnerabilities runs govulncheck, if it is there.
func (w *workshop) checkVulnerabilities(ctx context.Context) Finding {
	args := []string{"./..."}
	if w.o.DB != "" {
		args = []string{"-db", w.o.DB, "./..."}
	}
	out, err := w.o.Run(ctx, "govulncheck", args...)
	if errors.Is(err, exec.ErrNotFound) {
		tools, listed := w.o.Run(ctx, "go", "list", "-f", "{{.ImportPath}}", "tool")
		if listed != nil || !strings.Contains(tools, "golang.org/x/vuln/cmd/govulncheck") {
			return warn("govulncheck is not installed, so nothing is known",
				"go get -tool golang.org/x/vuln/cmd/govulncheck, and run this again; without a network with -db file:///DIR, where DIR has the content of vuln.go.dev")
		}
		out, err = w.o.Run(ctx, "go", append([]string{"tool", "govulncheck"}, args...)...)
	}
	var exit interface{ ExitCode() int }
	switch {
	case errors.As(err, &exit) && (exit.ExitCode() == vulnerable || strings.Contains(out, "Vulnerability #")):
		return fail(some(vulnerabilities(out)), "go get those versions, and a newer Go for what is in the standard library; govulncheck ./... says more")
	case err != nil:
		return warn("govulncheck does not run: "+oneLine(err), "it asks vuln.go.dev, or with -db a copy of that site: file:///DIR")
	}
	return okf("govulncheck finds none that is called")
}

// vulnerabilities picks the names out of the report, and what mends them.
func vulnerabilities(report string) []string {
	var out []string
	for line := range strings.Lines(report) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "Vulnerability #"); ok {
			_, id, _ := strings.Cut(rest, ": ")
			out = append(out, id)
		} else if fixed, ok := strings.CutPrefix(line, "Fixed in: "); ok && len(out) > 0 && !strings.Contains(out[len(out)-1], " ") {
			out[len(out)-1] += " (fixed in " + fixed + ")"
		}
	}
	if len(out) == 0 {
		return []string{"govulncheck finds vulnerabilities"}
	}
	return out
}
