package scan

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// results finds the form of a tool's result: error, T, or (T, error).
func (s *scanner) results(t *model.Tool, f *annotated) {
	typ, at := s.result(&t.Output, f)
	switch {
	case typ != nil:
		s.output(&t.Output, typ, at, f)
	case at.pos.Line == 0:
		s.noOutput(f)
	}
}

// result gives the type of the one result besides error, and its place. Without
// a result there is no place; with one that cannot be, which is reported, there
// is no type.
func (s *scanner) result(out *model.Output, f *annotated) (types.Type, site) {
	list := f.fn.Signature().Results()
	n := list.Len()
	if n > 0 && isError(list.At(n-1).Type()) {
		out.Error = true
		n--
	}
	if n == 0 {
		return nil, site{}
	}
	at := site{pos: s.resultPos(f), what: "the result of " + f.what, name: toolBase(f) + "Result"}
	switch typ := list.At(0).Type(); {
	case n > 1 && isError(typ):
		s.reportf(at.pos, diag.ResultShape, "return (T, error)", "%s returns its error before its result", f.what)
	case n > 1:
		s.reportf(at.pos, diag.ResultShape, "return a struct with a field for each", "%s has %d results, and %s has one", f.what, n, f.noun())
	case types.Implements(typ, s.ifaces.err) && !types.IsInterface(typ):
		s.reportf(at.pos, diag.ConcreteError, "return error: a nil *T in an error is not nil",
			"%s returns %s, which is an error in fact but not in type", f.what, s.typeName(typ))
	default:
		return typ, at
	}
	return nil, at
}

// noOutput checks that a tool without a result does not declare one.
func (s *scanner) noOutput(f *annotated) {
	if o := f.tool.Output; o != nil && o.String() != "none" {
		s.reportf(o.Pos, diag.BadOutput, "remove it", "output= names a type, and %s returns none", f.what)
	}
}

// resultPos gives the place of the first result.
func (s *scanner) resultPos(f *annotated) token.Position {
	var at ast.Node = f.decl.Name
	if r := f.decl.Type.Results; r != nil && len(r.List) > 0 {
		at = r.List[0].Type
	}
	return s.position(at.Pos())
}

// output finds the form of one result.
func (s *scanner) output(out *model.Output, typ types.Type, at site, f *annotated) {
	if reason, fix := unsupportedResult(typ); reason != "" {
		s.reportf(at.pos, diag.ResultKind, fix, "%s has type %s: %s", at.what, s.typeName(typ), reason)
		return
	}
	if form, ok := contentForm(typ); ok {
		if o := f.tool.Output; o != nil {
			s.reportf(o.Pos, diag.BadOutput, "remove it", "output= has no effect: %s is content", at.what)
		}
		out.Form = form
		out.Go, _ = s.spell(typ)
		return
	}
	t := s.valueType(out, typ, at)
	if t.Kind == model.Invalid {
		return
	}
	if o := f.tool.Output; o != nil && (out.Iterated || out.Boxed && o.String() == "none") {
		s.reportf(o.Pos, diag.BadOutput, "remove it", "output= has no effect: %s has type %s", at.what, s.typeName(typ))
		return
	}
	switch held := s.structuredKind(t); {
	case out.Iterated:
		out.Form = model.OutputWrapped
	case !out.Boxed && isText(t):
		out.Form, out.Type = model.OutputText, nil
	case held:
		out.Form = model.OutputStructured
	default:
		out.Form = model.OutputWrapped
	}
	s.declaredOutput(out, t, at, f)
}

// valueType gives the type of the value that a result holds: its own type, that
// in an mcp.Result, or a list of what an iterator gives.
func (s *scanner) valueType(out *model.Output, typ types.Type, at site) *model.Type {
	held, pointer := pointee(typ)
	switch {
	case isMCP(held, "Result"):
		t := s.typ(typeArgs(held)[0], at)
		out.Boxed, out.Pointer, out.Type = true, pointer, t
		out.Go, _ = s.spell(typ)
		return t
	case is(typ, "iter", "Seq"), is(typ, "iter", "Seq2"):
		elem := s.typ(typeArgs(typ)[0], at.inside())
		if elem.Kind == model.Invalid {
			return elem
		}
		list := model.GoType{Form: model.SliceOf, Elem: &elem.Go}
		out.Iterated, out.Fallible = true, is(typ, "iter", "Seq2")
		out.Type, out.Go = &model.Type{Kind: model.Slice, Elem: elem, Go: list}, list
	default:
		t := s.typ(typ, at)
		out.Type, out.Go = t, t.Go
	}
	return out.Type
}

// typeArgs gives the type arguments of an instance of a generic type.
func typeArgs(t types.Type) []types.Type {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil
	}
	return slices.Collect(n.TypeArgs().Types())
}

// saysObject reports whether a schema has "type": "object" at its top.
func saysObject(schema string) bool { return schemaType(schema) == "object" }

// schemaType gives the one type that a schema has at its top, or "".
func schemaType(schema string) string {
	var top struct {
		Type any `json:"type"`
	}
	if json.Unmarshal([]byte(schema), &top) != nil {
		return ""
	}
	name, _ := top.Type.(string)
	return name
}

// structuredKind reports whether a type is an object on the wire.
func (s *scanner) structuredKind(t *model.Type) bool {
	if t.Kind == model.Pointer {
		t = t.Elem
	}
	return t.Kind == model.Struct || t.Kind == model.Map || t.Kind == model.JSON && saysObject(t.Schema)
}

// declaredOutput applies output=.
func (s *scanner) declaredOutput(out *model.Output, t *model.Type, at site, f *annotated) {
	o := f.tool.Output
	if o == nil {
		return
	}
	if o.String() == "none" {
		if out.Form != model.OutputText {
			out.Form = model.OutputPlain
		}
		return
	}
	open := t.Kind == model.Any || t.Kind == model.Raw || t.Kind == model.Map && t.Elem.Kind == model.Any
	if !open {
		s.reportf(o.Pos, diag.BadOutput, "remove it, or return any, json.RawMessage or map[string]any",
			"output= has no effect: %s has type %s, whose schema is known", at.what, s.typeName(f.fn.Signature().Results().At(0).Type()))
		return
	}
	scope := s.pkg.Types
	if o.Pkg != "" {
		if scope = s.importedPackage(f.file, o.Pkg); scope == nil {
			s.reportf(o.Pos, diag.BadOutput, "import it in this file", "output= names the package %s, which is not imported", o.Pkg)
			return
		}
	}
	name, ok := scope.Scope().Lookup(o.Name).(*types.TypeName)
	if !ok || o.Pkg != "" && !name.Exported() {
		s.reportf(o.Pos, diag.BadOutput, "name a type of the package, or none", "output= names %s, which is no type", o)
		return
	}
	declared := s.typ(name.Type(), site{pos: o.Pos, what: "output= of " + f.what, name: at.name})
	if declared.Kind == model.Invalid {
		return
	}
	out.Schema = declared
	if t.Kind == model.Map && !s.structuredKind(declared) {
		s.reportf(o.Pos, diag.BadOutput, "name a struct type", "output= names %s, which is no object, and %s is one", o, at.what)
	}
	if s.structuredKind(declared) {
		out.Form = model.OutputStructured
	}
}

// contentForm reports whether a result is content blocks.
func contentForm(t types.Type) (model.OutputForm, bool) {
	if isContent(t) {
		return model.OutputContent, true
	}
	if l, ok := types.Unalias(t).(*types.Slice); ok && isMCP(l.Elem(), "Content") {
		return model.OutputContents, true
	}
	return 0, false
}

// unsupportedResult says why a type cannot be a result, and what to do.
func unsupportedResult(t types.Type) (reason, fix string) {
	elem, pointer := pointee(t)
	if pointer && isContent(elem) {
		return "content is returned by value", "remove the asterisk"
	}
	switch u := types.Unalias(t).(type) {
	case *types.Slice:
		if e, _ := pointee(u.Elem()); isContent(e) && !isMCP(u.Elem(), "Content") {
			return "blocks of content are of different kinds", "return []mcp.Content"
		}
	case *types.Named:
		if is(t, "iter", "Seq2") && !isError(typeArgs(t)[1]) {
			return "it gives pairs, and a list has single elements", "return iter.Seq2[T, error], or iter.Seq of a struct"
		}
		if isMCP(t, "Opt") {
			return "a result is there or is an error", "return the value, or a pointer to it"
		}
	}
	return "", ""
}
