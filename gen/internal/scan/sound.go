package scan

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// Mistakes keep later stages from what has them, and only from that: what is
// sound is checked to the end, so that the user sees everything in one run.
type mistakes struct {
	before int                 // how many diagnostics there were before the package
	defs   map[*model.Def]bool // definitions with a mistake in them
	funcs  map[token.Position]bool
	// Where things are declared: directives are read before, by themselves.
	defLines  map[*model.Def]lines
	funcLines map[token.Position]lines // by the position of the name
}

// Lines are those of one declaration, with its comment.
type lines struct {
	file     string
	from, to int
}

func newMistakes(before int) *mistakes {
	return &mistakes{
		before: before,
		defs:   map[*model.Def]bool{}, funcs: map[token.Position]bool{},
		defLines: map[*model.Def]lines{}, funcLines: map[token.Position]lines{},
	}
}

// watchDef notes whether something is reported until the function that it gives
// is called.
func (s *scanner) watchDef(d *model.Def) (done func()) {
	before := len(*s.diags)
	return func() {
		if len(*s.diags) > before {
			s.mistakes.defs[d] = true
		}
	}
}

// watchFunc is watchDef for a function.
func (s *scanner) watchFunc(f *annotated) (done func()) {
	before, at := len(*s.diags), s.position(f.decl.Name.Pos())
	s.mistakes.funcLines[at] = s.linesOf(f.decl, f.decl.Doc)
	return func() {
		if len(*s.diags) > before {
			s.mistakes.funcs[at] = true
		}
	}
}

func (s *scanner) linesOf(n ast.Node, doc *ast.CommentGroup) lines {
	from := n.Pos()
	if doc != nil {
		from = min(from, doc.Pos())
	}
	begin := s.position(from)
	return lines{begin.Filename, begin.Line, s.position(n.End()).Line}
}

// keepSound leaves out of the package what has a mistake. Without any, all stays.
func (s *scanner) keepSound() {
	found := (*s.diags)[s.mistakes.before:]
	if len(found) == 0 {
		return
	}
	funcOK := func(f *model.Function) bool { return s.soundFunc(f, found) }
	s.out.Tools = slices.DeleteFunc(s.out.Tools, func(t *model.Tool) bool { return !funcOK(&t.Function) })
	s.out.Resources = slices.DeleteFunc(s.out.Resources, func(r *model.Resource) bool { return !funcOK(&r.Function) })
	s.out.Prompts = slices.DeleteFunc(s.out.Prompts, func(p *model.Prompt) bool { return !funcOK(&p.Function) })
	s.out.Forms = slices.DeleteFunc(s.out.Forms, func(f *model.FormType) bool {
		return !s.soundDef(f.Def, found, map[*model.Def]bool{})
	})
}

func (s *scanner) soundFunc(f *model.Function, found diag.List) bool {
	if s.mistakes.funcs[f.Pos] || within(s.mistakes.funcLines[f.Pos], found) {
		return false
	}
	seen := map[*model.Def]bool{}
	return s.soundDef(f.Input, found, seen) && s.soundType(f.Output.Type, found, seen) && s.soundType(f.Output.Schema, found, seen)
}

// soundType reports whether nothing that a type consists of has a mistake.
func (s *scanner) soundType(t *model.Type, found diag.List, seen map[*model.Def]bool) bool {
	for ; t != nil; t = t.Elem {
		if t.Kind == model.Invalid || t.Def != nil && !s.soundDef(t.Def, found, seen) || !s.soundType(t.Key, found, seen) {
			return false
		}
	}
	return true
}

func (s *scanner) soundDef(d *model.Def, found diag.List, seen map[*model.Def]bool) bool {
	if d == nil || seen[d] {
		return true
	}
	seen[d] = true
	if s.mistakes.defs[d] || within(s.mistakes.defLines[d], found) || !s.soundType(d.Base, found, seen) {
		return false
	}
	for i := range d.Fields {
		if !s.soundType(d.Fields[i].Type, found, seen) {
			return false
		}
	}
	for i := range d.Variants {
		if !s.soundDef(d.Variants[i].Def, found, seen) {
			return false
		}
	}
	return true
}

// within reports whether one of the diagnostics is about a declaration.
func within(l lines, found diag.List) bool {
	return slices.ContainsFunc(found, func(d diag.Diagnostic) bool {
		return l.file != "" && d.Pos.Filename == l.file && l.from <= d.Pos.Line && d.Pos.Line <= l.to
	})
}
