// Package diag is the one diagnostic of mcpgen: a place, a stable code, what is
// wrong, and what to do about it.
//
// Every stage of the generator returns its findings as a List. Nothing here
// prints or exits; the command does.
package diag

import (
	"cmp"
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// A Code is the stable name of one kind of mistake, such as "MCP0104". A code
// is never reused for another meaning.
type Code string

// A Diagnostic is one mistake in the user's source or in how mcpgen was run.
type Diagnostic struct {
	// Pos is where the mistake is. Its Filename is empty for mistakes that have
	// no place in a file, such as an unknown package pattern.
	Pos token.Position
	// End is the position after the mistake, or the zero value when not known.
	End token.Position
	// Code names the kind of mistake.
	Code Code
	// What says what is wrong, in lower case and without a full stop.
	What string
	// Fix says what to do, as an instruction, in lower case.
	Fix string
}

// String gives the line that users read:
// "file:line:col: MCP0104: what: what to do".
func (d Diagnostic) String() string {
	var b strings.Builder
	if d.Pos.Filename != "" {
		b.WriteString(d.Pos.String())
		b.WriteString(": ")
	}
	fmt.Fprintf(&b, "%s: %s", d.Code, d.What)
	if d.Fix != "" {
		b.WriteString(": ")
		b.WriteString(d.Fix)
	}
	return b.String()
}

// A List collects diagnostics. The zero value is an empty list.
type List []Diagnostic

// Add appends one diagnostic. The message is formatted with fmt.Sprintf.
func (l *List) Add(pos token.Position, code Code, fix, format string, args ...any) {
	*l = append(*l, Diagnostic{Pos: pos, Code: code, Fix: fix, What: fmt.Sprintf(format, args...)})
}

// Sort orders the list by file, line, column, code and text, and drops exact
// duplicates, so that the same mistakes are always printed in the same order.
func (l *List) Sort() {
	slices.SortFunc(*l, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Pos.Filename, b.Pos.Filename),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.What, b.What),
		)
	})
	*l = slices.Compact(*l)
}

// Relative rewrites file names below dir as paths relative to it, those in
// messages too.
func (l List) Relative(dir string) {
	below := dir + string(filepath.Separator)
	for i := range l {
		l[i].What = strings.ReplaceAll(l[i].What, below, "")
		l[i].Pos.Filename = relative(dir, l[i].Pos.Filename)
		l[i].End.Filename = relative(dir, l[i].End.Filename)
	}
}

func relative(dir, name string) string {
	if name == "" || !filepath.IsAbs(name) {
		return name
	}
	rel, err := filepath.Rel(dir, name)
	if err != nil || strings.HasPrefix(rel, "..") {
		return name
	}
	return rel
}
