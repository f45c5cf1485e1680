// Package gen turns annotated Go packages into the code of an MCP server.
//
// Generate reads packages and gives files and diagnostics; it changes nothing.
// Commit puts the files on disk, and Result.Diff shows what Commit would change:
//
//	result, err := gen.Generate(ctx, gen.Config{Patterns: []string{"./..."}})
//	if err != nil {
//		return err // a bug of mcpgen, or ctx is done
//	}
//	if len(result.Diagnostics) > 0 {
//		// The user has something to correct: nothing was generated.
//	}
//	changes, err := gen.Commit(result)
//
// The stages are packages of their own below this one. Each takes values and
// gives values: load (packages with types), directive (the annotation language),
// scan (what is annotated, as plain data), schema (JSON Schemas), emit (Go).
package gen

import (
	"context"
	"fmt"
	"go/token"
	"path/filepath"

	"github.com/mcpgen/mcpgen/gen/internal/contract"
	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/gen/internal/scan"
	"github.com/mcpgen/mcpgen/gen/internal/schema"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// A Profile says how much of JSON Schema the generated schemas use.
type Profile string

// The profiles.
const (
	// Portable schemas are accepted by every known client. It is the default.
	Portable Profile = "portable"
	// Full schemas use all of JSON Schema 2020-12.
	Full Profile = "full"
)

// A Config says what to generate. The zero value generates for the package in
// the current directory.
type Config struct {
	// Dir is the directory that patterns are relative to; "" is the current one.
	Dir string
	// Patterns name packages as the go command does; none means ".".
	Patterns []string
	// Tags are build tags, in addition to those in GOFLAGS.
	Tags []string
	// Env is the environment of the go command; nil means that of the process.
	Env []string
	// Profile is Portable when empty.
	Profile Profile
	// RequireDocs refuses tools, resources, prompts and arguments that have no
	// description.
	RequireDocs bool
}

// A Result is what Generate gives. With diagnostics it has no files.
type Result struct {
	// Dir is the absolute directory that names in diagnostics are relative to.
	Dir string
	// Files are what should be on disk, sorted by path.
	Files []File
	// Diagnostics are the mistakes in the user's source, sorted by place.
	Diagnostics []Diagnostic
	// Packages counts the matched packages, Annotated those with annotations, and
	// the others what is annotated in them.
	Packages, Annotated              int
	Tools, Resources, Prompts, Forms int

	// Breaking is what Compare has found, sorted by place.
	Breaking []Diagnostic

	contracts []*contract.Contract // of the annotated packages
	matched   map[string]bool      // import paths
}

// A File is one output.
type File struct {
	// Path is absolute.
	Path string
	// Content is what the file should hold.
	Content []byte
	// Remove tells that the file should not be there: its package has no
	// annotations any more.
	Remove bool

	folder bool // it is in a folder of its own, which may have to be made
}

// Generate runs all stages. Each stage reads all of its input before it stops, and
// what has no mistake is checked to the end, so that the user sees all mistakes at
// once. What keeps a package from being compiled comes alone, and so do files that are in the
// way of the output.
//
// The error is not the user's: a bug of mcpgen, or the end of ctx. Equal sources
// give equal results. Generate may be called concurrently.
func Generate(ctx context.Context, cfg Config) (*Result, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	result := &Result{Dir: dir}

	// 1. The profile is the only setting that can be wrong by itself.
	profile, diags := schemaProfile(cfg.Profile)
	if len(diags) > 0 {
		return result.fail(diags), nil
	}

	// 2. Patterns become packages with syntax and types.
	prog, diags := load.Load(ctx, load.Config{Dir: dir, Patterns: cfg.Patterns, Tags: cfg.Tags, Env: cfg.Env})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(diags) > 0 {
		return result.fail(diags), nil
	}

	// 3. Annotated declarations become plain data.
	packages, diags := scan.Scan(prog, scan.Options{Full: profile == schema.Full, RequireDocs: cfg.RequireDocs})
	if len(diags) > 0 {
		for _, p := range packages { // what is sound is checked to the end
			diags = append(diags, schema.Check(p, profile)...)
		}
		return result.fail(diags), nil
	}
	result.count(prog, packages)

	// 4. Each package becomes schemas and then Go.
	made, diags, err := generateAll(packages, profile)
	if err != nil {
		return nil, err
	}
	if len(diags) > 0 {
		return result.fail(diags), nil
	}

	// 5. What is on disk decides what may be written and what must go.
	files, diags := reconcile(prog, made.files)
	if len(diags) > 0 {
		return result.fail(diags), nil
	}
	result.Files, result.contracts = files, made.contracts
	return result, nil
}

// fail makes the diagnostics the whole of the result.
func (r *Result) fail(diags diag.List) *Result {
	r.Diagnostics = append(r.Diagnostics, r.publish(diags)...)
	return r
}

// publish sorts diagnostics and names their files as the result does.
func (r *Result) publish(diags diag.List) []Diagnostic {
	diags.Relative(r.Dir)
	diags.Sort()
	var out []Diagnostic
	for _, d := range diags {
		out = append(out, publish(d))
	}
	return out
}

func (r *Result) count(prog *load.Program, packages []*model.Package) {
	r.Packages = len(prog.Packages)
	r.matched = map[string]bool{}
	for _, p := range prog.Packages {
		r.matched[p.Path] = true
	}
	for _, p := range packages {
		r.Annotated++
		r.Tools += len(p.Tools)
		r.Resources += len(p.Resources)
		r.Prompts += len(p.Prompts)
		r.Forms += len(p.Forms)
	}
}

func schemaProfile(p Profile) (schema.Profile, diag.List) {
	switch p {
	case "", Portable:
		return schema.Portable, nil
	case Full:
		return schema.Full, nil
	default:
		var diags diag.List
		fix := fmt.Sprintf("use %s or %s", Portable, Full)
		if near := diag.Nearest(string(p), []string{string(Portable), string(Full)}); near != "" {
			fix = "did you mean " + near + "?"
		}
		diags.Add(token.Position{}, diag.UnknownProfile, fix, "there is no profile %q", p)
		return 0, diags
	}
}
