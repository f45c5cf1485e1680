package scan

import (
	"go/ast"
	"go/build/constraint"
	"path/filepath"
	"slices"
	"strings"
)

// buildConstraint gives the condition under which a file is built: its go:build
// line, what its name says, and cgo when it uses C; or "" when it is always
// built. Parsed is the name of the file that was parsed in its place, which for
// cgo is a translation.
func buildConstraint(name, parsed string, file *ast.File) string {
	var all constraint.Expr
	and := func(x constraint.Expr) {
		if all == nil {
			all = x
			return
		}
		all = &constraint.AndExpr{X: all, Y: x}
	}
	for _, group := range file.Comments {
		if group.Pos() >= file.Package {
			break
		}
		for _, c := range group.List {
			if constraint.IsGoBuild(c.Text) {
				if x, err := constraint.Parse(c.Text); err == nil {
					and(x)
				}
			}
		}
	}
	if usesC(parsed, file) {
		and(&constraint.TagExpr{Tag: "cgo"})
	}
	for _, tag := range nameTags(name) {
		and(&constraint.TagExpr{Tag: tag})
	}
	if all == nil {
		return ""
	}
	return all.String()
}

// usesC reports whether a file imports C. The translation of such a file does
// not; it is kept in the build cache, under a name that is no Go file's.
func usesC(parsed string, file *ast.File) bool {
	return filepath.Ext(parsed) != ".go" ||
		slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"C"` })
}

// nameTags gives the operating system and architecture in a file's name:
// x_linux.go, x_arm64.go, x_linux_arm64.go.
func nameTags(name string) []string {
	parts := strings.Split(strings.TrimSuffix(filepath.Base(name), ".go"), "_")[1:]
	n := len(parts)
	switch {
	case n >= 2 && slices.Contains(systems, parts[n-2]) && slices.Contains(architectures, parts[n-1]):
		return parts[n-2:]
	case n >= 1 && (slices.Contains(systems, parts[n-1]) || slices.Contains(architectures, parts[n-1])):
		return parts[n-1:]
	default:
		return nil
	}
}

// The operating systems and architectures that the go command knows in file
// names.
var (
	systems = []string{
		"aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl",
		"netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
	}
	architectures = []string{
		"386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle", "mips64",
		"mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x",
		"sparc", "sparc64", "wasm",
	}
)
