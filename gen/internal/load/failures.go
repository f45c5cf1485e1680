package load

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// loadFailure turns an error of the whole load into a diagnostic.
func loadFailure(err error) diag.Diagnostic {
	text := oneLine(err.Error())
	if _, stderr, ok := strings.Cut(text, "stderr: "); ok && stderr != "" {
		text = stderr
	}
	if newerGo(text) {
		return diag.Diagnostic{Code: diag.NewerGo, What: text, Fix: newerGoFix(text)}
	}
	d := diag.Diagnostic{Code: diag.LoadFailed, What: "the go command cannot list the packages: " + text}
	switch {
	case strings.Contains(text, "executable file not found"):
		d.Fix = "install Go and put it on the PATH"
	default:
		d.Fix = `make "go list" work with the same packages and tags first`
	}
	return d
}

// newerGo recognises the ways in which a module that is newer than the Go
// version mcpgen was built with makes itself known.
func newerGo(text string) bool {
	for _, sign := range [...]string{
		"requires newer Go version",
		"requires go >= ",
		"of the source-processing packages but runs version",
		"without types was imported",
		"export data version",
		"unsupported version of go",
	} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

func newerGoFix(text string) string {
	if strings.Contains(text, "requires go >= ") {
		return "install that version of Go, or set GOTOOLCHAIN=auto so that the go command gets it"
	}
	return `build mcpgen with the module's own Go version: "go get -tool github.com/mcpgen/mcpgen/cmd/mcpgen" once, then "go tool mcpgen"`
}

// noPackages is the diagnostic for patterns that match nothing. go/packages keeps
// some refusals of the go command to itself, such as a go.mod that is out of
// date, so the go command is asked once more for its reason.
func noPackages(ctx context.Context, cfg Config) diag.Diagnostic {
	if reason := refusal(ctx, cfg); reason != "" {
		return loadFailure(errors.New(reason))
	}
	d := diag.Diagnostic{
		Code: diag.NoPackages,
		What: "no packages match " + strings.Join(cfg.Patterns, " "),
		Fix:  "check the pattern and the directory; a directory with a go.mod of its own is reached with -C, files behind build constraints with -tags",
	}
	if !inModule(cfg.Dir) {
		d.Code, d.What = diag.LoadFailed, "there is no go.mod in this directory or above it"
		d.Fix = `run mcpgen inside a module, or create one with "go mod init"`
	}
	return d
}

// refusal is what the go command says when it refuses to list packages at all;
// "" when it does list them, or finds none.
func refusal(ctx context.Context, cfg Config) string {
	args := append([]string{"list", "-find"}, cfg.buildFlags()...)
	cmd := exec.CommandContext(ctx, "go", append(append(args, "--"), cfg.Patterns...)...)
	cmd.Dir, cmd.Env = cfg.Dir, cfg.Env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if cmd.Run() == nil || !inModule(cfg.Dir) {
		return ""
	}
	text, ok := strings.CutPrefix(strings.TrimSpace(stderr.String()), "go: ")
	if !ok || strings.HasPrefix(text, "warning:") {
		return ""
	}
	return text
}

// noDirectory is the diagnostic for a working directory that is none.
func noDirectory(cfg Config) diag.List {
	return diag.List{{Code: diag.NoPackages, What: "there is no directory " + cfg.Dir, Fix: "check the directory to work in"}}
}

// inModule reports whether the directory or one above it has a go.mod or a
// go.work.
func inModule(dir string) bool {
	for {
		for _, name := range [...]string{"go.mod", "go.work"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				return true
			}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}

// notAPackage reports whether a package has no files: go list answers with a
// placeholder when there is no such package, and with the package when it has
// tests only, which is no mistake.
func notAPackage(p *packages.Package, cfg Config) (bool, diag.List) {
	if len(p.GoFiles) > 0 || len(p.Syntax) > 0 {
		return false, nil
	}
	if len(p.Errors) == 0 {
		return true, nil
	}
	e := p.Errors[0]
	d := diag.Diagnostic{
		Pos: position(e.Pos, cfg.Dir), Code: diag.NoPackages, What: relativeText(oneLine(e.Msg), cfg.Dir),
	}
	switch {
	case newerGo(e.Msg):
		d.Code, d.Fix = diag.NewerGo, newerGoFix(e.Msg)
	case strings.Contains(e.Msg, "build constraints exclude all Go files"):
		d.Fix = "give the build tags with -tags"
	case strings.Contains(e.Msg, "main module"), strings.Contains(e.Msg, "workspace modules"), strings.Contains(e.Msg, "another module"):
		d.Fix = "run mcpgen in that module: mcpgen -C " + moduleHint(cfg)
	case strings.Contains(e.Msg, "no Go files in"), strings.Contains(e.Msg, "directory not found"):
		d.Fix = "check the pattern and the directory"
	default:
		d.Code, d.Fix = diag.PackageList, listFix(e.Msg)
	}
	return true, diag.List{d}
}

// moduleHint names the directory to run in when only one can be meant.
func moduleHint(cfg Config) string {
	if len(cfg.Patterns) != 1 {
		return "DIR"
	}
	return strings.TrimSuffix(cfg.Patterns[0], "/...")
}
