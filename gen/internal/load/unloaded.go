package load

import (
	"go/token"
	"os"
	"path/filepath"

	"github.com/mcpgen/mcpgen/internal/diag"
)

// testFileDirectives finds directives in the test files of a directory. They
// would be skipped in silence: generated code cannot call a function of a test.
func testFileDirectives(dir string) diag.List {
	var diags diag.List
	names, _ := filepath.Glob(filepath.Join(dir, "*_test.go")) // the only error is a bad pattern
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			continue // the go command will say so when the tests are run
		}
		fset := token.NewFileSet()
		for _, c := range directiveComments(fset, name, src) {
			diags.Add(fset.Position(c.Slash), diag.TestFile, "move the declaration to a file that is no test",
				"%.40s has no effect in a test file", c.Text)
		}
	}
	return diags
}

// HasDirectives reports whether any of the files, which were not loaded, has a
// directive. A file that cannot be read or parsed may have one.
func HasDirectives(names []string) bool {
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil || mentions(src) {
			return true
		}
	}
	return false
}
