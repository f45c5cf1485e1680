package scan

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// A paramComments holds the comments of one parameter declaration, which may
// have several names.
type paramComments struct {
	above  []*ast.CommentGroup // or in front of it
	behind []*ast.CommentGroup // at the end of its line
}

// text gives the description: the comment above, or else that behind.
func (c paramComments) text() string {
	for _, groups := range [][]*ast.CommentGroup{c.above, c.behind} {
		var texts []string
		for _, g := range groups {
			if t := strings.TrimSpace(g.Text()); t != "" {
				texts = append(texts, t)
			}
		}
		if len(texts) > 0 {
			return strings.Join(texts, "\n\n")
		}
	}
	return ""
}

// groups gives all comments, in source order.
func (c paramComments) groups() []*ast.CommentGroup { return slices.Concat(c.above, c.behind) }

// commentsOf maps the comments in a parameter list to its declarations by their
// position: the syntax tree keeps none with parameters.
//
// A comment on lines of its own, or in front of a parameter, belongs to the next
// one. A comment behind code belongs to the parameter that ends last before it
// on the same line. All others, such as one behind the opening parenthesis,
// belong to nobody.
func commentsOf(fset *token.FileSet, file *ast.File, list *ast.FieldList) []paramComments {
	out := make([]paramComments, len(list.List))
	line := func(pos token.Pos) int { return fset.PositionFor(pos, false).Line }
	for _, group := range file.Comments {
		if group.Pos() <= list.Opening || group.End() > list.Closing {
			continue
		}
		next := slices.IndexFunc(list.List, func(f *ast.Field) bool { return f.Pos() > group.Pos() })
		if next < 0 {
			next = len(list.List)
		}
		last := next - 1
		switch {
		case last >= 0 && list.List[last].End() > group.Pos():
			// Inside the type of a parameter: not about the parameter.
		case next < len(out) && inFront(group, list.List[next], line):
			out[next].above = append(out[next].above, group)
		case last >= 0 && line(list.List[last].End()) == line(group.Pos()):
			out[last].behind = append(out[last].behind, group)
		case next < len(out) && line(group.Pos()) != line(list.Opening):
			out[next].above = append(out[next].above, group)
		}
	}
	return out
}

// inFront reports whether a comment stands in front of a parameter on the same
// line, one space away as gofmt has it. Behind the parameter before, a comma
// follows.
func inFront(group *ast.CommentGroup, f *ast.Field, line func(token.Pos) int) bool {
	return line(group.End()) == line(f.Pos()) && f.Pos() == group.End()+1
}
