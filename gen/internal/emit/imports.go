package emit

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
)

// imports chooses the names under which packages are imported. jennifer alone
// would know keywords and other imports only, and would give a name to whichever
// package came first.
type imports struct {
	self string
	used map[string]string // package name by import path
}

func newImports(self string) *imports {
	return &imports{self: self, used: map[string]string{}}
}

// use notes that the file refers to a package.
func (im *imports) use(path, name string) {
	if path != im.self {
		im.used[path] = name
	}
}

// resolve tells f the name of every package in use. Packages of the runtime and
// of the standard library choose first, then all others by path.
func (im *imports) resolve(f *jen.File, n *names) {
	paths := make([]string, 0, len(im.used))
	for path := range im.used {
		paths = append(paths, path)
	}
	slices.SortFunc(paths, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	given := map[string]bool{}
	for _, path := range paths {
		name := im.used[path]
		alias := name
		for i := 2; given[alias] || !n.importable(alias); i++ {
			alias = name + strconv.Itoa(i)
		}
		given[alias] = true
		if alias == name && name == assumedName(path) {
			f.ImportName(path, name)
		} else {
			f.ImportAlias(path, alias)
		}
	}
}

func rank(path string) int {
	switch {
	case path == codecPath || path == mcpPath || path == clientPath:
		return 0
	case standard(path):
		return 1
	}
	return 2
}

// standard tells packages of the standard library from others as goimports does.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// assumedName is the package name that a reader expects of an import path. Where
// the true name differs, the import says it.
func assumedName(path string) string {
	elems := strings.Split(path, "/")
	last := elems[len(elems)-1]
	if len(elems) > 1 && majorVersion.MatchString(last) {
		last = elems[len(elems)-2]
	}
	return last
}

// groupImports puts a blank line between the standard library and all other
// imports. jennifer sorts them into one block.
func groupImports(src []byte) []byte {
	const open, shut = "import (\n", "\n)\n"
	start := bytes.Index(src, []byte("\n"+open))
	if start < 0 {
		return src
	}
	start += 1 + len(open)
	length := bytes.Index(src[start:], []byte(shut))
	var std, others []string
	for line := range strings.SplitSeq(string(src[start:start+length]), "\n") {
		path, err := strconv.Unquote(line[strings.IndexByte(line, '"'):])
		if err != nil {
			return src
		}
		if standard(path) {
			std = append(std, line)
		} else {
			others = append(others, line)
		}
	}
	if len(std) == 0 || len(others) == 0 {
		return src
	}
	block := strings.Join(std, "\n") + "\n\n" + strings.Join(others, "\n")
	return slices.Concat(src[:start], []byte(block), src[start+length:])
}
