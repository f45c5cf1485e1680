package scan

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// defaultTag is the discriminator of a union that does not name one.
const defaultTag = "type"

// union translates an interface that is declared to be a union: one of the
// struct types of its package that implement it, told apart by a property. It
// gives nil for any other interface.
func (s *scanner) union(t *types.Named, u *types.Interface, at site) *model.Type {
	tag, declared := s.unionTag(t)
	if !declared || u.Empty() {
		return nil
	}
	if d := s.known(t); d != nil {
		return &model.Type{Kind: model.Union, Def: d}
	}
	if !sealed(u) || t.TypeArgs().Len() > 0 {
		return nil // notAUnion reports it where it is declared
	}
	d := s.define(t, model.Union, at)
	defer s.watchDef(d)()
	d.Tag = tag
	if !s.opts.Full && !portableProperty.MatchString(tag) {
		s.reportf(d.Pos, diag.PropertyName, "choose another tag", "some clients refuse a property called %q, which tells the variants of %s apart",
			tag, t.Obj().Name())
	}
	for _, obj := range s.members(t, at) {
		s.variant(d, t, obj, at)
	}
	if len(d.Variants) == 0 {
		s.reportf(s.placeOf(t.Obj(), s.position(t.Obj().Pos()), at), diag.EmptyUnion,
			"give a struct type of the package the methods of "+t.Obj().Name(),
			"no value of the union %s can be made: no struct type implements it", t.Obj().Name())
	}
	return &model.Type{Kind: model.Union, Def: d}
}

// sealed reports whether only types of its own package can implement an
// interface.
func sealed(u *types.Interface) bool {
	for m := range u.Methods() {
		if !m.Exported() {
			return true
		}
	}
	return false
}

// unionTag gives the discriminator of a type that is declared as a union: by
// mcp:union, or by the comment that exhaustiveness checkers know.
func (s *scanner) unionTag(t *types.Named) (tag string, declared bool) {
	if u, _ := directive.Get[directive.Union](s.typeDirectives(t)); u != nil {
		return cmp.Or(u.Tag, defaultTag), true
	}
	if decl := s.src.typeOf(t.Origin().Obj()); decl != nil && isSumType(decl.doc) {
		return defaultTag, true
	}
	return "", false
}

// isSumType reports whether a comment has the mark of a closed interface.
func isSumType(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return strings.TrimSpace(c.Text) == "//sumtype:decl"
	})
}

// members lists the types that are variants of a union, in source order: those
// that implement it, without interfaces and without those that are ignored.
// Unexported ones count when they are marked or when nothing is exported, and
// those that are only embedded in another variant do not.
func (s *scanner) members(t *types.Named, at site) []*types.TypeName {
	pkg, err := s.prog.Complete(t.Obj().Pkg())
	if err != nil {
		s.reportf(at.pos, diag.UnknownType, "make the package compile first",
			"the variants of %s cannot be found: %v", s.typeName(t), err)
		return nil
	}
	all := s.implementers(pkg, t.Obj().Name())
	chosen := slices.DeleteFunc(slices.Clone(all), func(obj *types.TypeName) bool { return !obj.Exported() && !s.isVariant(obj) })
	if len(chosen) == 0 && pkg.Path() == s.pkg.Path {
		return all
	}
	for _, obj := range all {
		if !slices.Contains(chosen, obj) && pkg.Path() == s.pkg.Path && !embedded(obj, chosen) {
			s.reportf(s.position(obj.Pos()), diag.HiddenVariant, "write //mcp:variant above it, or //mcp:ignore",
				"%s implements the union %s and is not exported: it is not clear whether it is a variant", obj.Name(), t.Obj().Name())
		}
	}
	return chosen
}

// implementers lists the types of a package that implement one of its
// interfaces, those with mcp:ignore left out.
func (s *scanner) implementers(pkg *types.Package, name string) []*types.TypeName {
	union, ok := pkg.Scope().Lookup(name).(*types.TypeName)
	if !ok {
		return nil
	}
	iface, ok := union.Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	var out []*types.TypeName
	for _, name := range pkg.Scope().Names() {
		obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || obj.IsAlias() || types.IsInterface(obj.Type()) || !types.Implements(types.NewPointer(obj.Type()), iface) {
			continue
		}
		if i, _ := directive.Get[directive.Ignore](s.objectDirectives(obj)); i == nil {
			out = append(out, obj)
		}
	}
	slices.SortFunc(out, func(a, b *types.TypeName) int {
		p, q := s.position(a.Pos()), s.position(b.Pos())
		return cmp.Or(cmp.Compare(p.Filename, q.Filename), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column), cmp.Compare(a.Name(), b.Name()))
	})
	return out
}

// objectDirectives gives the directives above a type.
func (s *scanner) objectDirectives(obj *types.TypeName) []directive.Directive {
	n, ok := obj.Type().(*types.Named)
	if !ok {
		return nil
	}
	return s.typeDirectives(n)
}

func (s *scanner) isVariant(obj *types.TypeName) bool {
	v, _ := directive.Get[directive.Variant](s.objectDirectives(obj))
	return v != nil
}

// embedded reports whether a type is embedded in one of the others, which then
// have its methods.
func embedded(obj *types.TypeName, others []*types.TypeName) bool {
	return slices.ContainsFunc(others, func(other *types.TypeName) bool {
		st, ok := other.Type().Underlying().(*types.Struct)
		if !ok {
			return false
		}
		for f := range st.Fields() {
			t, _ := pointee(f.Type())
			if n, ok := types.Unalias(t).(*types.Named); ok && f.Embedded() && n.Origin().Obj() == obj {
				return true
			}
		}
		return false
	})
}

// variant adds one member to a union.
func (s *scanner) variant(d *model.Def, t *types.Named, obj *types.TypeName, at site) {
	if here, ok := t.Obj().Pkg().Scope().Lookup(obj.Name()).(*types.TypeName); ok {
		obj = here // of the same world as the union, where both are known
	}
	v, dir := directive.Get[directive.Variant](s.objectDirectives(obj))
	pos := s.placeOf(obj, s.position(obj.Pos()), at)
	what := "the variant " + obj.Name() + " of " + t.Obj().Name()
	n, ok := obj.Type().(*types.Named)
	if !ok || n.TypeParams().Len() > 0 {
		s.reportf(pos, diag.VariantForm, "use a type without parameters, or write //mcp:ignore above it", "%s has type parameters", what)
		return
	}
	if _, ok := n.Underlying().(*types.Struct); !ok {
		s.reportf(pos, diag.VariantForm, "wrap it in a struct, or write //mcp:ignore above it", "%s is no struct", what)
		return
	}
	if m := s.ifaces.marshallingOf(n); m.json() || m.text() || schemaHook(n) != "" {
		s.reportf(pos, diag.VariantForm, "remove its methods for JSON, or write //mcp:ignore above it",
			"%s has a JSON form of its own, which has no place for the property %s", what, d.Tag)
		return
	}
	typ := s.typ(n, site{pos: pos, what: what, name: obj.Name(), foreign: at.foreign, depth: at.depth + 1})
	if typ.Kind == model.Invalid {
		return
	}
	if typ.Kind != model.Struct {
		s.reportf(pos, diag.VariantForm, "wrap it in a struct, or write //mcp:ignore above it", "%s is not read by its fields", what)
		return
	}
	out := model.Variant{Value: s.naming.wire(obj.Name()), Def: typ.Def}
	if v != nil {
		out.Value = v.Value
		pos = s.placeOf(obj, dir.At("VALUE"), at)
	}
	iface, ok := t.Underlying().(*types.Interface)
	out.Pointer = ok && !types.Implements(n, iface)
	for _, other := range d.Variants {
		if other.Value == out.Value {
			s.reportf(pos, diag.VariantTaken, "give one of them another value with //mcp:variant",
				"%s and %s have the same value %q in %s", other.Def.Go.Name, obj.Name(), out.Value, t.Obj().Name())
			return
		}
	}
	s.discriminator(d, &out, what)
	d.Variants = append(d.Variants, out)
}

// discriminator checks the field of a variant that has the name of the union's
// tag. It must be able to hold the variant's value.
func (s *scanner) discriminator(d *model.Def, v *model.Variant, what string) {
	for i := range v.Def.Fields {
		f := &v.Def.Fields[i]
		if f.Name != d.Tag {
			continue
		}
		text := f.Type.Kind == model.String || f.Type.Kind == model.Enum && f.Type.Def.Base.Kind == model.String
		switch {
		case !text || f.AsString || f.Type.Schema != "":
			s.reportf(f.Pos, diag.VariantTag, "make it a string, rename the property, or give the union another tag",
				"the property %s of %s tells the variants apart, and is no string", f.Name, what)
		case f.Type.Kind == model.Enum && !f.Type.Def.Open && !slices.Contains(enumWords(f.Type.Def), v.Value):
			s.reportf(f.Pos, diag.VariantTag, "declare such a constant, or choose the variant's value with //mcp:variant",
				"the property %s of %s has no constant with the variant's value %q", f.Name, what, v.Value)
		case f.Rules.MinLength != nil || f.Rules.MaxLength != nil || f.Rules.Pattern != "" || f.Rules.Format != "":
			s.reportf(f.Pos, diag.VariantTag, "remove the rules: it has one value only",
				"the property %s of %s has rules that could refuse the variant's value %q", f.Name, what, v.Value)
		}
	}
}

// unionDeclarations reports directives about unions that nothing can come of,
// whether or not a tool reaches the type.
func (s *scanner) unionDeclarations() {
	var unions []*types.Interface
	s.eachType(func(obj *types.TypeName, ds []directive.Directive) {
		iface, ok := obj.Type().Underlying().(*types.Interface)
		u, dir := directive.Get[directive.Union](ds)
		if ok && sealed(iface) && (u != nil || isSumType(s.src.typeOf(obj).doc)) {
			unions = append(unions, iface)
		}
		if u != nil && ok {
			s.notAUnion(obj, iface, dir)
		}
	})
	s.eachType(func(obj *types.TypeName, ds []directive.Directive) {
		v, variant := directive.Get[directive.Variant](ds)
		i, ignore := directive.Get[directive.Ignore](ds)
		if v == nil && i == nil || slices.ContainsFunc(unions, func(u *types.Interface) bool {
			return types.Implements(types.NewPointer(obj.Type()), u)
		}) {
			return
		}
		for _, dir := range []*directive.Directive{variant, ignore} {
			if dir != nil {
				s.reportf(dir.Pos, diag.NoEffect, "give it the methods of a union of the package, or remove it",
					"mcp:%s has no effect: %s is no variant of a union", dir.Verb, obj.Name())
			}
		}
	})
}

// notAUnion reports mcp:union above an interface that cannot be one.
func (s *scanner) notAUnion(obj *types.TypeName, u *types.Interface, dir *directive.Directive) {
	n, ok := obj.Type().(*types.Named)
	switch {
	case ok && n.TypeParams().Len() > 0:
		s.reportf(dir.Pos, diag.NotAUnion, "use an interface without type parameters", "%s cannot be a union: it has type parameters", obj.Name())
	case !sealed(u):
		s.reportf(dir.Pos, diag.NotAUnion, "give it an unexported method, so that its variants are all in this package",
			"%s cannot be a union: any package may implement it", obj.Name())
	}
}

// eachType calls f for every type of the package with the directives above it,
// in source order.
func (s *scanner) eachType(f func(*types.TypeName, []directive.Directive)) {
	for _, file := range s.pkg.Files {
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range gen.Specs {
				spec, ok := spec.(*ast.TypeSpec)
				if !ok {
					continue
				}
				if obj, ok := s.pkg.Info.Defs[spec.Name].(*types.TypeName); ok && !obj.IsAlias() {
					f(obj, s.objectDirectives(obj))
				}
			}
		}
	}
}
