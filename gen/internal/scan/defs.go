package scan

import (
	"go/types"
	"strconv"
	"strings"
	"unicode"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// A typedDef is a definition with the type it was made from.
type typedDef struct {
	typ types.Type
	def *model.Def
}

// known finds the definition of a type that was met before.
func (s *scanner) known(t types.Type) *model.Def {
	for _, d := range s.defsOf[origin(t)] {
		if types.Identical(d.typ, t) {
			return d.def
		}
	}
	return nil
}

// origin gives what all instances of a type have in common: the name of a named
// type, nil for an anonymous one.
func origin(t types.Type) *types.TypeName {
	if n, ok := t.(*types.Named); ok {
		return n.Origin().Obj()
	}
	return nil
}

// define makes the definition of a type and makes it known before its fields
// are looked at, which ends recursion.
func (s *scanner) define(t types.Type, kind model.Kind, at site) *model.Def {
	spelled, _ := s.spell(t) // typ has made sure
	d := &model.Def{Pos: at.pos, Kind: kind, Go: spelled}
	if n, ok := t.(*types.Named); ok {
		d.Pos = s.position(n.Obj().Pos())
		d.Name = s.freeName(s.shortName(n, false), s.shortName(n, true))
		if decl := s.src.typeOf(n.Origin().Obj()); decl != nil {
			d.Doc = s.prose(decl.doc.Text(), n.Obj().Pkg())
			s.mistakes.defLines[d] = s.linesOf(decl.spec, decl.doc)
		}
	} else {
		d.Name = s.freeName(upperFirst(at.name), upperFirst(at.name))
	}
	s.defs = append(s.defs, d)
	s.defsOf[origin(t)] = append(s.defsOf[origin(t)], typedDef{t, d})
	return d
}

// freeName gives the first of the names that no definition has and whose decoder
// and encoder clash with nothing in the package, or else the last with a number.
func (s *scanner) freeName(names ...string) string {
	name := ""
	for _, name = range names {
		if s.takeName(name) {
			return name
		}
	}
	for i := 2; ; i++ {
		if numbered := name + strconv.Itoa(i); s.takeName(numbered) {
			return numbered
		}
	}
}

func (s *scanner) takeName(name string) bool {
	if s.defNames[name] || s.out.Taken["decode"+name] || s.out.Taken["encode"+name] {
		return false
	}
	s.defNames[name] = true
	return true
}

// shortName makes a readable name of a type: Page[sub.Item] is PageItem, or
// PageSubItem when qualified.
func (s *scanner) shortName(t types.Type, qualified bool) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		var b strings.Builder
		if pkg := t.Obj().Pkg(); qualified && pkg != nil && pkg.Path() != s.pkg.Path {
			b.WriteString(identifier(pkg.Name()))
		}
		b.WriteString(identifier(t.Obj().Name()))
		for arg := range t.TypeArgs().Types() {
			b.WriteString(s.shortName(arg, qualified))
		}
		return b.String()
	case *types.Basic:
		return identifier(t.Name())
	case *types.Pointer:
		return s.shortName(t.Elem(), qualified)
	case *types.Slice:
		return s.shortName(t.Elem(), qualified) + "List"
	case *types.Array:
		return s.shortName(t.Elem(), qualified) + "Array"
	case *types.Map:
		return s.shortName(t.Elem(), qualified) + "Map"
	case *types.Interface:
		return "Any"
	default:
		return "Struct"
	}
}

// identifier makes a name of ASCII letters and digits that begins with a
// capital, which suits Go identifiers and JSON Schema alike.
func identifier(s string) string {
	var b strings.Builder
	up := true
	for _, r := range s {
		switch {
		case r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			up = true
		case up:
			b.WriteRune(unicode.ToUpper(r))
			up = false
		default:
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 || unicode.IsDigit(rune(b.String()[0])) {
		return "T" + b.String()
	}
	return b.String()
}
