package gen

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"sync"

	"github.com/mcpgen/mcpgen/gen/internal/contract"
	"github.com/mcpgen/mcpgen/gen/internal/emit"
	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/gen/internal/schema"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// outputs are what one package, or all of them, become.
type outputs struct {
	files     []File
	contracts []*contract.Contract
}

// generateAll generates for all packages at the same time, since they have
// nothing in common. Files are sorted by path.
func generateAll(packages []*model.Package, profile schema.Profile) (outputs, diag.List, error) {
	made := make([]outputs, len(packages))
	lists := make([]diag.List, len(packages))
	errs := make([]error, len(packages))
	var wg sync.WaitGroup
	for i, p := range packages {
		wg.Go(func() { made[i], lists[i], errs[i] = generateOne(p, profile) })
	}
	wg.Wait()
	var all outputs
	for _, m := range made {
		all.files = append(all.files, m.files...)
		all.contracts = append(all.contracts, m.contracts...)
	}
	slices.SortFunc(all.files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return all, slices.Concat(lists...), errors.Join(errs...)
}

// generateOne generates for one package: its server, its contract and, if it is
// wanted, its client. A package without annotations becomes nothing.
func generateOne(p *model.Package, profile schema.Profile) (outputs, diag.List, error) {
	if p.Empty() {
		return outputs{}, nil, nil
	}
	built, diags := schema.Build(p, profile)
	builtForms, formDiags := schema.Forms(p)
	if diags = append(diags, formDiags...); len(diags) > 0 {
		return outputs{}, diags, nil
	}
	var out outputs
	add := func(name string, content []byte, err error) error {
		if err == nil && filepath.Ext(name) == ".go" {
			err = checkSource(content)
		}
		if err != nil {
			return &InternalError{Package: p.Path, Err: err}
		}
		out.files = append(out.files, File{Path: filepath.Join(p.Dir, name), Content: content, folder: filepath.Base(name) != name})
		return nil
	}
	server, err := emit.File(p, emitSchemas(built), emitForms(builtForms))
	if err := add(load.OutputFile, server, err); err != nil {
		return outputs{}, nil, err
	}
	promise := contract.Of(p, contractSchemas(built))
	out.contracts = append(out.contracts, promise)
	text, err := promise.Encode()
	if err := add(contract.FileName, text, err); err != nil {
		return outputs{}, nil, err
	}
	if p.HasClient() {
		folder := p.ClientName()
		client, err := emit.Client(p, load.Declared(filepath.Join(p.Dir, folder), folder))
		if err := add(filepath.Join(folder, load.OutputFile), client, err); err != nil {
			return outputs{}, nil, err
		}
	}
	return out, nil, nil
}

func emitSchemas(built map[string]schema.ToolSchemas) map[string]emit.Schemas {
	out := make(map[string]emit.Schemas, len(built))
	for name, s := range built {
		out[name] = emit.Schemas{Input: s.Input, Output: s.Output}
	}
	return out
}

func emitForms(built map[string]schema.FormSchemas) map[string]emit.FormSchemas {
	out := make(map[string]emit.FormSchemas, len(built))
	for name, s := range built {
		out[name] = emit.FormSchemas(s)
	}
	return out
}

func contractSchemas(built map[string]schema.ToolSchemas) map[string]contract.Schemas {
	out := make(map[string]contract.Schemas, len(built))
	for name, s := range built {
		out[name] = contract.Schemas{Input: s.Input, Output: s.Output}
	}
	return out
}
