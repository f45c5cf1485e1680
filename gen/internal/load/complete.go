package load

import (
	"context"
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/packages"
)

// Complete gives a package with everything it declares. A package that is only
// imported by a dependency comes with no more than the dependency uses, which
// may leave out constants. The result may be another types.Package than the one
// given, so that its types are equal by name only. It is loaded once.
func (prog *Program) Complete(pkg *types.Package) (*types.Package, error) {
	if pkg.Complete() {
		return pkg, nil
	}
	f := prog.foreign
	f.mu.Lock()
	defer f.mu.Unlock()
	if whole, ok := f.whole[pkg.Path()]; ok {
		return whole, nil
	}
	whole, err := f.load(pkg.Path())
	if err != nil {
		return nil, err
	}
	f.whole[pkg.Path()] = whole
	return whole, nil
}

// loadWhole loads one package from its export data.
func loadWhole(ctx context.Context, cfg Config, fset *token.FileSet, path string) (*types.Package, error) {
	found, err := packages.Load(&packages.Config{
		Mode:       packages.NeedName | packages.NeedTypes | packages.NeedImports,
		Context:    ctx,
		Dir:        cfg.Dir,
		Env:        cfg.Env,
		Fset:       fset,
		BuildFlags: cfg.buildFlags(),
	}, path)
	if err != nil {
		return nil, err
	}
	if len(found) != 1 || found[0].Types == nil || !found[0].Types.Complete() {
		return nil, fmt.Errorf("package %s cannot be loaded by itself", path)
	}
	return found[0].Types, nil
}
