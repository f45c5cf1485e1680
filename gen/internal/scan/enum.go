package scan

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// enum translates a named type with constants, or gives nil when it is none: a
// string type with exported constants is an enumeration by itself, an integer
// type by mcp:enum only, for many have constants and take other values too.
func (s *scanner) enum(t *types.Named, u *types.Basic, at site) *model.Type {
	if d := s.known(t); d != nil {
		return &model.Type{Kind: model.Enum, Def: d}
	}
	e, d := directive.Get[directive.Enum](s.typeDirectives(t))
	info := u.Info()
	switch {
	case e != nil && e.Off:
		return nil
	case info&(types.IsString|types.IsInteger) == 0 || u.Kind() == types.Uintptr || t.TypeArgs().Len() > 0:
		if e != nil {
			s.reportf(s.placeOf(t.Obj(), d.Pos, at), diag.NotAnEnum, "remove it, or use a string or integer type",
				"mcp:enum above %s has no effect: a type of %s%s cannot be an enumeration", t.Obj().Name(), u.Name(), withParameters(t))
		}
		return nil
	case e == nil && info&types.IsString == 0:
		return nil
	}
	consts := s.constants(t, e != nil, at)
	if len(consts) == 0 {
		if e != nil {
			s.reportf(s.placeOf(t.Obj(), d.Pos, at), diag.NotAnEnum, "declare constants of the type, or remove mcp:enum",
				"%s has mcp:enum and no constants", t.Obj().Name())
		}
		return nil
	}
	base := s.basic(u, at)
	base.Go = model.GoType{Name: u.Name()}
	def := s.define(t, model.Enum, at)
	defer s.watchDef(def)()
	def.Base, def.Open = base, e != nil && e.Open
	for _, c := range consts {
		v := s.enumValue(c)
		if v.JSON == "" {
			s.reportf(s.placeOf(c, v.Pos, at), diag.NotAnEnum, "correct its value, or write //mcp:ignore above it",
				"constant %s of %s is no valid UTF-8, which JSON cannot hold", c.Name(), s.typeName(t))
		}
		def.Values = append(def.Values, v)
	}
	return &model.Type{Kind: model.Enum, Def: def}
}

// withParameters completes a message about a generic type.
func withParameters(t *types.Named) string {
	if t.TypeArgs().Len() > 0 {
		return " with type parameters"
	}
	return ""
}

// constants gives the constants of a type in source order, without those that
// are ignored and those that repeat a value. Exported ones count; a type of this
// package that is marked and has none has its unexported ones.
func (s *scanner) constants(t *types.Named, marked bool, at site) []*types.Const {
	obj := t.Obj()
	if obj.Pkg() == nil {
		return nil
	}
	pkg, err := s.prog.Complete(obj.Pkg())
	if err != nil {
		s.reportf(at.pos, diag.UnknownType, "make the package compile first",
			"the constants of %s cannot be found: %v", s.typeName(t), err)
		return nil
	}
	var exported, all []*types.Const
	for _, name := range pkg.Scope().Names() {
		c, ok := pkg.Scope().Lookup(name).(*types.Const)
		if !ok || !sameType(c.Type(), t) || s.ignored(c) {
			continue
		}
		all = append(all, c)
		if c.Exported() {
			exported = append(exported, c)
		}
	}
	if len(exported) == 0 && marked && pkg.Path() == s.pkg.Path {
		exported = all
	}
	slices.SortFunc(exported, func(a, b *types.Const) int {
		p, q := s.position(a.Pos()), s.position(b.Pos())
		return cmp.Or(cmp.Compare(p.Filename, q.Filename), cmp.Compare(p.Line, q.Line),
			cmp.Compare(p.Column, q.Column), cmp.Compare(a.Name(), b.Name()))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(exported, func(c *types.Const) bool {
		value := c.Val().ExactString()
		repeated := seen[value]
		seen[value] = true
		return repeated
	})
}

// sameType compares the type of a constant with a named type by name, since a
// completed package has types of its own.
func sameType(t types.Type, named *types.Named) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == named.Obj().Name() && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == named.Obj().Pkg().Path()
}

// ignored reports whether a constant has mcp:ignore.
func (s *scanner) ignored(c *types.Const) bool {
	doc, line := s.src.constantOf(c)
	for _, group := range []*ast.CommentGroup{doc, line} {
		ds, _ := directive.Parse(s.prog.Fset, group, directive.Const)
		if i, _ := directive.Get[directive.Ignore](ds); i != nil {
			return true
		}
	}
	return false
}

func (s *scanner) enumValue(c *types.Const) model.EnumValue {
	doc, line := s.src.constantOf(c)
	text := doc.Text()
	if strings.TrimSpace(text) == "" {
		text = line.Text()
	}
	return model.EnumValue{
		Pos:   s.position(c.Pos()),
		Const: c.Name(),
		Pkg:   model.GoType{PkgPath: c.Pkg().Path(), PkgName: c.Pkg().Name(), Name: c.Name()},
		JSON:  constantJSON(c.Val()),
		Doc:   s.prose(text, c.Pkg()),
	}
}

// constantJSON writes the value of a constant of a basic type as JSON, or "" for
// one that has no JSON form.
func constantJSON(v constant.Value) string {
	switch v.Kind() {
	case constant.Bool:
		return v.String()
	case constant.String:
		text := constant.StringVal(v)
		if !utf8.ValidString(text) {
			return ""
		}
		return quote(text)
	case constant.Int:
		return v.ExactString()
	case constant.Float:
		if i := constant.ToInt(v); i.Kind() == constant.Int {
			return i.ExactString()
		}
		return floatJSON(v)
	default:
		return ""
	}
}
