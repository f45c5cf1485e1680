package doctor_test

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/mcpgen/mcpgen/internal/doctor"
)

// exitError is a program that has ended with a status.
type exitError int

func (e exitError) Error() string { return "exit status" }
func (e exitError) ExitCode() int { return int(e) }

// TestModule looks at a module that is told by what go prints about it.
func TestModule(t *testing.T) {
	t.Parallel()
	const (
		tool = "github.com/mcpgen/mcpgen/cmd/mcpgen\n"
		vuln = "golang.org/x/vuln/cmd/govulncheck\n"
	)
	type world struct {
		mod, module, tools string // of go env, go list -m and go list tool
		own                string // version of mcpgen
		stale              []string
		staleErr           error
		found              string // what govulncheck prints
		foundErr           error
		ownVuln            bool // it is a tool of the module only
		db                 string
	}
	well := world{mod: "/m/go.mod", module: `{"Version":"v0.2.0"}`, tools: tool, own: "v0.2.0"}
	for _, tt := range []struct {
		name   string
		change func(*world)
		check  string
		status doctor.Status
		seen   string
	}{
		{"well", func(*world) {}, "generator", doctor.OK, "v0.2.0, a tool of the module"},
		{"well, vulnerabilities", func(*world) {}, "vulnerabilities", doctor.OK, "none that is called"},
		{"well, runtime", func(*world) {}, "runtime", doctor.OK, "v0.2.0"},
		{"no module", func(w *world) { w.mod = "/dev/null" }, "go", doctor.Failure, "there is no go.mod"},
		{"not used", func(w *world) { w.module = "" }, "runtime", doctor.Failure, "does not use github.com/mcpgen/mcpgen"},
		{"withdrawn", func(w *world) { w.module = `{"Version":"v0.2.0","Retracted":["it loses calls"]}` }, "runtime", doctor.Failure, "v0.2.0 was withdrawn: it loses calls"},
		{"replaced", func(w *world) { w.module = `{"Version":"v0.2.0","Replace":{"Path":"../mcpgen"}}` }, "generator", doctor.OK, "built from ../mcpgen"},
		{"itself", func(w *world) { w.module = `{"Main":true,"Dir":"/src"}`; w.tools = "" }, "runtime", doctor.OK, "from /src"},
		{"older generator", func(w *world) { w.own = "v0.1.0" }, "generator", doctor.Failure, "this mcpgen is v0.1.0, and the runtime is v0.2.0"},
		{"replaced by a version", func(w *world) {
			w.module = `{"Version":"v0.2.0","Replace":{"Path":"example.com/fork","Version":"v0.3.0"}}`
		}, "generator", doctor.Failure, "the runtime is v0.3.0"},
		{"no tool", func(w *world) { w.tools = "" }, "generator", doctor.Warning, "no tool of the module"},
		{"development", func(w *world) { w.own = "(devel)"; w.tools = "" }, "generator", doctor.Warning, "development version, and the runtime is v0.2.0"},
		{"development, and a tool", func(w *world) { w.own = "" }, "generator", doctor.OK, "this one is a development version"},
		{"stale", func(w *world) { w.stale = []string{"a/mcp_gen.go"} }, "generated", doctor.Failure, "not up to date: a/mcp_gen.go"},
		{"broken", func(w *world) { w.staleErr = errors.New("a.go:1:\n wrong") }, "generated", doctor.Failure, "a.go:1: wrong"},
		{"up to date", func(*world) {}, "generated", doctor.OK, "up to date"},
		{"not installed", func(w *world) { w.foundErr = exec.ErrNotFound }, "vulnerabilities", doctor.Warning, "not installed"},
		{"as a tool", func(w *world) { w.tools += vuln; w.ownVuln = true }, "vulnerabilities", doctor.OK, "none that is called"},
		{"database", func(w *world) { w.db = "file:///db" }, "vulnerabilities", doctor.OK, "none that is called"},
		{"vulnerable", func(w *world) {
			w.found, w.foundErr = "Vulnerability #1: GO-2026-0001\n    text\n    Fixed in: example.com/a@v1.2.3\n    Fixed in: example.com/b@v1\n\nVulnerability #2: GO-2026-0002\n    Fixed in: N/A\n", exitError(3)
		}, "vulnerabilities", doctor.Failure, "GO-2026-0001 (fixed in example.com/a@v1.2.3); GO-2026-0002 (fixed in N/A)"},
		{"no database", func(w *world) { w.foundErr = exitError(1) }, "vulnerabilities", doctor.Warning, "does not run"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := well
			tt.change(&w)
			run := func(_ context.Context, name string, args ...string) (string, error) {
				line := name + " " + strings.Join(args, " ")
				if w.db != "" {
					line = strings.Replace(line, "-db "+w.db+" ", "", 1)
					if strings.HasPrefix(line, "govulncheck") && len(args) != 3 {
						t.Errorf("runs %s without the database", line)
					}
				}
				switch {
				case line == "go env GOVERSION GOMOD":
					return "go1.26.1\n" + w.mod + "\n", nil
				case strings.HasPrefix(line, "go list -m"):
					if w.module == "" {
						return "", exitError(1)
					}
					return w.module, nil
				case strings.HasSuffix(line, " tool"):
					return w.tools, nil
				case line == "go tool govulncheck ./...":
					return w.found, w.foundErr
				case line == "govulncheck ./..." && w.ownVuln:
					return "", exec.ErrNotFound
				case line == "govulncheck ./...":
					return w.found, w.foundErr
				default:
					t.Errorf("runs %s", line)
					return "", exec.ErrNotFound
				}
			}
			stale := func(context.Context) ([]string, error) { return w.stale, w.staleErr }
			findings := doctor.Module(t.Context(), doctor.ModuleOptions{Version: w.own, DB: w.db, Run: run, Stale: stale}, nil)
			if got := find(t, findings, tt.check); got.Status != tt.status || !strings.Contains(got.Seen, tt.seen) || (got.Fix == "") != (tt.status == doctor.OK) {
				t.Errorf("%s: want %s %q\n%s", tt.check, tt.status, tt.seen, show(findings))
			}
			if doctor.Failed(findings) != (tt.status == doctor.Failure) {
				t.Errorf("failed for another reason\n%s", show(findings))
			}
		})
	}
}
