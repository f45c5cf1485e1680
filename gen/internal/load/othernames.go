package load

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
)

// OtherNames gives the names that files of the package declare which are not
// part of this build: its tests, and files for other systems. A generated file
// is built together with them at other times. Files that cannot be read have no
// names.
func (p *Package) OtherNames() map[string]bool {
	names := map[string]bool{}
	tests, _ := filepath.Glob(filepath.Join(p.Dir, "*_test.go")) // the pattern is good
	for _, path := range slices.Concat(p.Excluded, tests) {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil || file.Name.Name != p.Name {
			continue // an external test is another package
		}
		for _, decl := range file.Decls {
			noteNames(names, decl)
		}
	}
	return names
}

// Declared gives the names that the files of a package in a directory declare,
// output of mcpgen apart. There need not be any.
func Declared(dir, pkg string) map[string]bool {
	names := map[string]bool{}
	paths, _ := filepath.Glob(filepath.Join(dir, "*.go")) // the pattern is good
	for _, path := range paths {
		if filepath.Base(path) == OutputFile {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil || file.Name.Name != pkg {
			continue
		}
		for _, decl := range file.Decls {
			noteNames(names, decl)
		}
	}
	return names
}
