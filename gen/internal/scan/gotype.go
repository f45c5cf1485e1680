package scan

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/model"
)

// A spellingError is why generated code cannot write a type down.
type spellingError struct {
	what string
	// unwritable tells that the type has a name nowhere, such as an interface
	// with methods, and no package is to blame. The kind of the type says more.
	unwritable bool
}

func (e *spellingError) Error() string { return e.what }

// A speller writes types as code of one package has to.
type speller struct {
	self *types.Package
}

// spell gives the spelling of a type. Aliases are resolved, except where only an
// alias can be named from here.
func (s speller) spell(t types.Type) (model.GoType, *spellingError) {
	switch t := t.(type) {
	case *types.Alias:
		return s.alias(t)
	case *types.Named:
		return s.named(t.Obj(), t.TypeArgs())
	case *types.Basic:
		return model.GoType{Name: t.Name()}, nil
	case *types.Pointer:
		return s.around(model.GoType{Form: model.PointerTo}, t.Elem())
	case *types.Slice:
		return s.around(model.GoType{Form: model.SliceOf}, t.Elem())
	case *types.Array:
		return s.around(model.GoType{Form: model.ArrayOf, Len: t.Len()}, t.Elem())
	case *types.Map:
		key, err := s.spell(t.Key())
		if err != nil {
			return model.GoType{}, err
		}
		return s.around(model.GoType{Form: model.MapOf, Key: &key}, t.Elem())
	case *types.Struct:
		return s.structure(t)
	case *types.Signature:
		return s.signature(t)
	case *types.Interface:
		if t.Empty() {
			return model.GoType{Form: model.InterfaceOf}, nil
		}
	}
	return model.GoType{}, &spellingError{what: t.String() + " has no name", unwritable: true}
}

// around completes a type that is made of one other type.
func (s speller) around(outer model.GoType, elem types.Type) (model.GoType, *spellingError) {
	inner, err := s.spell(elem)
	outer.Elem = &inner
	return outer, err
}

func (s speller) alias(t *types.Alias) (model.GoType, *spellingError) {
	if t.Obj().Pkg() == nil {
		return s.spell(types.Unalias(t)) // any
	}
	out, err := s.spell(t.Rhs())
	if err != nil && !err.unwritable {
		if byAlias, aliasErr := s.named(t.Obj(), t.TypeArgs()); aliasErr == nil {
			return byAlias, nil
		}
	}
	return out, err
}

func (s speller) named(obj *types.TypeName, args *types.TypeList) (model.GoType, *spellingError) {
	out := model.GoType{Name: obj.Name()}
	if pkg := obj.Pkg(); pkg != nil {
		if reason := s.unreachable(obj); reason != "" {
			alias := s.aliasOf(obj)
			if alias == nil || args.Len() > 0 {
				return out, &spellingError{what: reason}
			}
			return s.named(alias, nil)
		}
		out.PkgPath, out.PkgName = pkg.Path(), pkg.Name()
	}
	for t := range args.Types() {
		arg, err := s.spell(t)
		if err != nil {
			return out, err
		}
		out.Args = append(out.Args, arg)
	}
	return out, nil
}

// aliasOf finds another name of a type that cannot be named itself, in this
// package or in one that it imports, or nil.
func (s speller) aliasOf(obj *types.TypeName) *types.TypeName {
	for _, pkg := range append([]*types.Package{s.self}, s.self.Imports()...) {
		for _, name := range pkg.Scope().Names() {
			alias, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok || !alias.IsAlias() || s.unreachable(alias) != "" {
				continue
			}
			if n, ok := types.Unalias(alias.Type()).(*types.Named); ok && n.Obj() == obj {
				return alias
			}
		}
	}
	return nil
}

// unreachable says why code of this package cannot refer to a type, or "".
func (s speller) unreachable(obj *types.TypeName) string {
	pkg := obj.Pkg()
	switch path := pkg.Path(); {
	case pkg == s.self || path == s.self.Path():
		return ""
	case !obj.Exported():
		return fmt.Sprintf("%s.%s is not exported", pkg.Name(), obj.Name())
	case pkg.Name() == "main":
		return fmt.Sprintf("%s is in %s, a main package, which cannot be imported", obj.Name(), path)
	case !mayImport(s.self.Path(), path):
		return fmt.Sprintf("%s is in %s, which is internal to another module or folder", obj.Name(), path)
	}
	return ""
}

// mayImport applies the rule for internal packages: they are seen from the
// folder that holds "internal" and everything below it.
func mayImport(from, path string) bool {
	if strings.HasPrefix(path, "vendor/") { // of the standard library
		return false
	}
	parent, ok := "", false
	if i := strings.LastIndex("/"+path+"/", "/internal/"); i >= 0 {
		parent, ok = ("/" + path)[:i], true
	}
	parent = strings.TrimPrefix(parent, "/")
	return !ok || parent != "" && (from == parent || strings.HasPrefix(from, parent+"/"))
}

func (s speller) structure(t *types.Struct) (model.GoType, *spellingError) {
	out := model.GoType{Form: model.StructOf}
	for i := range t.NumFields() {
		f := t.Field(i)
		if !f.Exported() && f.Pkg() != s.self {
			return out, &spellingError{what: fmt.Sprintf("field %s belongs to package %s", f.Name(), f.Pkg().Name()), unwritable: true}
		}
		spell := s.spell
		if f.Embedded() {
			spell = s.spellEmbedded
		}
		typ, err := spell(f.Type())
		if err != nil {
			return out, err
		}
		out.Fields = append(out.Fields, model.GoField{Name: f.Name(), Embedded: f.Embedded(), Type: typ, Tag: t.Tag(i)})
	}
	return out, nil
}

// spellEmbedded is spell for an embedded field, whose name is that of an alias.
func (s speller) spellEmbedded(t types.Type) (model.GoType, *spellingError) {
	if p, ok := t.(*types.Pointer); ok {
		inner, err := s.spellEmbedded(p.Elem())
		return model.GoType{Form: model.PointerTo, Elem: &inner}, err
	}
	if a, ok := t.(*types.Alias); ok {
		return s.named(a.Obj(), a.TypeArgs())
	}
	return s.spell(t)
}

// signature spells a function type. The receiver is left out.
func (s speller) signature(t *types.Signature) (model.GoType, *spellingError) {
	out := model.GoType{Form: model.FuncOf, Variadic: t.Variadic()}
	for v := range t.Params().Variables() {
		p, err := s.spell(v.Type())
		if err != nil {
			return out, err
		}
		out.Params = append(out.Params, p)
	}
	for v := range t.Results().Variables() {
		r, err := s.spell(v.Type())
		if err != nil {
			return out, err
		}
		out.Results = append(out.Results, r)
	}
	return out, nil
}

// typeName writes a type for a message, as the user's package would.
func (s speller) typeName(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == s.self {
			return ""
		}
		return p.Name()
	})
}
