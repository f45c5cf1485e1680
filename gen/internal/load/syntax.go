package load

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// foreign reads what was not loaded with the program, piece by piece, when
// somebody asks for it. What it has read it keeps.
type foreign struct {
	// find gives the directory of a package, load its complete types. They run
	// the go command with the settings and the context of Load.
	find func(path string) (dir string, err error)
	load func(path string) (*types.Package, error)

	mu    sync.Mutex
	files map[string]*ast.File      // by file name as parsed
	dirs  map[string]string         // by import path
	whole map[string]*types.Package // by import path
}

func newForeign(ctx context.Context, cfg Config, fset *token.FileSet) *foreign {
	return &foreign{
		find:  func(path string) (string, error) { return findDir(ctx, cfg, path) },
		load:  func(path string) (*types.Package, error) { return loadWhole(ctx, cfg, fset, path) },
		files: map[string]*ast.File{},
		dirs:  map[string]string{},
		whole: map[string]*types.Package{},
	}
}

// FileOf gives the syntax, with comments, of the file that declares an object of
// a package that was not matched, such as the type of a field from a dependency.
// Export data has the object's line; the nodes of the file have it too:
//
//	line := prog.Fset.Position(obj.Pos()).Line
//
// Files are parsed once. An error means that the file cannot be found or read.
func (prog *Program) FileOf(obj types.Object) (*ast.File, error) {
	if obj.Pkg() == nil || !obj.Pos().IsValid() {
		return nil, fmt.Errorf("%s has no source", obj.Name())
	}
	f := prog.foreign
	f.mu.Lock()
	defer f.mu.Unlock()
	name, err := f.locate(obj.Pkg().Path(), prog.Fset.Position(obj.Pos()))
	if err != nil {
		return nil, err
	}
	if file, ok := f.files[name]; ok {
		return file, nil
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(prog.Fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	f.files[name] = file
	return file, nil
}

// locate finds the file of a position in export data. Code that was built with
// -trimpath, the standard library included, names its files by module or import
// path; the go command knows their directory.
func (f *foreign) locate(path string, pos token.Position) (string, error) {
	if filepath.IsAbs(pos.Filename) {
		if _, err := os.Stat(pos.Filename); err == nil {
			return pos.Filename, nil
		}
	}
	dir, ok := f.dirs[path]
	if !ok {
		var err error
		if dir, err = f.find(path); err != nil {
			return "", err
		}
		f.dirs[path] = dir
	}
	return filepath.Join(dir, filepath.Base(filepath.FromSlash(pos.Filename))), nil
}

// findDir asks the go command for the directory of a package.
func findDir(ctx context.Context, cfg Config, path string) (string, error) {
	args := append([]string{"list", "-find", "-f", "{{.Dir}}"}, cfg.buildFlags()...)
	cmd := exec.CommandContext(ctx, "go", append(args, "--", path)...)
	cmd.Dir, cmd.Env = cfg.Dir, cfg.Env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go list %s: %w: %s", path, err, oneLine(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
}
