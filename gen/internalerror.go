package gen

import (
	"errors"
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"
)

// An InternalError is a bug of mcpgen: it made something that it should not.
type InternalError struct {
	Package string // import path
	Err     error
}

// Error shows the cause, with the generated source when that is no Go.
func (e *InternalError) Error() string {
	return fmt.Sprintf("internal error in package %s: %v\nThis is a bug of mcpgen, not of your code. Please report it with the declarations of the package.", e.Package, e.Err)
}

// Unwrap gives the cause.
func (e *InternalError) Unwrap() error { return e.Err }

// checkSource makes sure that output is Go, and shows it when it is not.
func checkSource(src []byte) error {
	_, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	if err == nil {
		return nil
	}
	bad := map[int]bool{}
	if list, ok := errors.AsType[scanner.ErrorList](err); ok {
		for _, e := range list {
			bad[e.Pos.Line] = true
		}
	}
	return fmt.Errorf("the generated code is no Go: %w\n%s", err, numbered(string(src), bad))
}

// numbered puts its number before each line, and a mark before the bad ones.
func numbered(src string, bad map[int]bool) string {
	var b strings.Builder
	n := 0
	for line := range strings.Lines(src) {
		n++
		mark := ' '
		if bad[n] {
			mark = '>'
		}
		fmt.Fprintf(&b, "%c%5d  %s", mark, n, line)
	}
	return b.String()
}
