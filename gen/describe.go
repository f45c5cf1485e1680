package gen

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/gen/internal/scan"
	"github.com/mcpgen/mcpgen/gen/internal/schema"
)

// A Description is what annotated packages offer, as far as those who deploy a
// server have to know.
type Description struct {
	Server    string // the name that mcp:server gives, or ""
	Tools     []ToolDescription
	Resources int
	Prompts   int
}

// A ToolDescription is one tool.
type ToolDescription struct {
	Name string
	// Safe tells that calling it twice does no more than calling it once: it is
	// read-only or idempotent.
	Safe    bool
	Scopes  []string
	Headers []string // names of the Mcp-Param-* headers that repeat its arguments
}

// Describe reads packages as Generate does and tells what they offer, in the
// order of names. With diagnostics there is no description.
func Describe(ctx context.Context, cfg Config) (*Description, []Diagnostic, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, nil, err
	}
	profile, diags := schemaProfile(cfg.Profile)
	if len(diags) > 0 {
		return nil, (&Result{Dir: dir}).fail(diags).Diagnostics, nil
	}
	prog, diags := load.Load(ctx, load.Config{Dir: dir, Patterns: cfg.Patterns, Tags: cfg.Tags, Env: cfg.Env})
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if len(diags) > 0 {
		return nil, (&Result{Dir: dir}).fail(diags).Diagnostics, nil
	}
	packages, diags := scan.Scan(prog, scan.Options{Full: profile == schema.Full})
	if len(diags) > 0 {
		return nil, (&Result{Dir: dir}).fail(diags).Diagnostics, nil
	}
	d := &Description{}
	for _, p := range packages {
		if p.Server != nil && d.Server == "" {
			d.Server = p.Server.Name
		}
		d.Resources += len(p.Resources)
		d.Prompts += len(p.Prompts)
		for _, t := range p.Tools {
			said := func(hint *bool) bool { return hint != nil && *hint }
			tool := ToolDescription{Name: t.Name, Safe: said(t.Hints.ReadOnly) || said(t.Hints.Idempotent), Scopes: t.Scopes}
			if t.Input != nil {
				for i := range t.Input.Fields {
					if h := t.Input.Fields[i].Header; h != "" {
						tool.Headers = append(tool.Headers, "Mcp-Param-"+h)
					}
				}
			}
			d.Tools = append(d.Tools, tool)
		}
	}
	slices.SortFunc(d.Tools, func(a, b ToolDescription) int {
		switch {
		case a.Name < b.Name:
			return -1
		case a.Name > b.Name:
			return 1
		}
		return 0
	})
	return d, nil, nil
}
