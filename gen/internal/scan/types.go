package scan

import (
	"go/token"
	"go/types"
	"slices"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// A site is where a type is used: what a message blames.
type site struct {
	pos  token.Position
	what string // "parameter city", "field Owner of Repo", "the result"
	name string // what an anonymous struct here is named after
	// schema is the mcp:schema of the field, which stands for the whole type.
	schema *fieldSchema
	// foreign tells that the user cannot change what is here: a field of a
	// struct of another module.
	foreign bool
	depth   int
}

// A fieldSchema is the mcp:schema of a field.
type fieldSchema struct {
	text string
	pos  token.Position
	used bool // some type of the field needed it
}

// inside gives the site of what a type is made of.
func (at site) inside() site {
	at.depth++
	return at
}

// maxDepth bounds how deep types may be nested, as a guard against types that
// never end.
const maxDepth = 100

// typ translates one use of a type. What cannot be translated is reported once
// and becomes Invalid, which later steps leave alone.
func (s *scanner) typ(t types.Type, at site) *model.Type {
	if at.depth > maxDepth {
		return s.refusef(at, diag.RecursiveType, "flatten it", "%s nests types more than %d deep", at.what, maxDepth)
	}
	spelled, err := s.spell(t)
	if err != nil && !err.unwritable {
		return s.refusef(at, diag.NotImportable, "move the type to a package that this one can import, export it, or copy the fields into a type of your own",
			"%s has type %s, which generated code cannot name: %s", at.what, s.typeName(t), err.what)
	}
	out := s.translate(types.Unalias(t), at)
	if out.Kind == model.Invalid {
		return out
	}
	out.Go = spelled
	out.Comparable = types.Comparable(t)
	if at.schema != nil && at.schema.used && at.depth == 0 {
		held := strip(out)
		held.Schema, held.SchemaPos = at.schema.text, at.schema.pos
	}
	return out
}

// strip gives what pointers and mcp.Opt hold.
func strip(t *model.Type) *model.Type {
	for t.Kind == model.Pointer || t.Kind == model.Opt {
		t = t.Elem
	}
	return t
}

// refusef reports a type and gives the type that stands for the mistake.
func (s *scanner) refusef(at site, code diag.Code, fix, format string, args ...any) *model.Type {
	if at.foreign {
		fix = "copy the fields that you need into a type of your own"
	}
	s.reportf(at.pos, code, fix, format, args...)
	return &model.Type{Kind: model.Invalid}
}

// translate is typ without aliases and spelling.
func (s *scanner) translate(t types.Type, at site) *model.Type {
	switch t := t.(type) {
	case *types.Named:
		return s.named(t, at)
	case *types.Struct:
		if m := s.ifaces.marshallingOf(t); m.json() || m.text() {
			return s.marshalled(t, m, at)
		}
		return s.structType(t, t, at)
	default:
		return s.plain(t, at)
	}
}

// plain translates a type by its structure.
func (s *scanner) plain(t types.Type, at site) *model.Type {
	switch t := t.(type) {
	case *types.Basic:
		return s.basic(t, at)
	case *types.Pointer:
		return s.elem(&model.Type{Kind: model.Pointer}, t.Elem(), at)
	case *types.Slice:
		return s.slice(t, at)
	case *types.Array:
		return s.elem(&model.Type{Kind: model.Array, Len: t.Len()}, t.Elem(), at)
	case *types.Map:
		key := s.mapKey(t.Key(), at)
		if key.Kind == model.Invalid {
			return key
		}
		return s.elem(&model.Type{Kind: model.Map, Key: key}, t.Elem(), at)
	case *types.Interface:
		return s.iface(t, t, at)
	case *types.Chan:
		return s.noForm(t, at, "return a slice, or report what happens with mcp.Progress")
	case *types.Signature:
		return s.noForm(t, at, "pass data instead of a function")
	case *types.TypeParam:
		return s.noForm(t, at, "use a type without parameters")
	default:
		return s.noForm(t, at, "use another type")
	}
}

// noForm refuses a type that JSON has no form for.
func (s *scanner) noForm(t types.Type, at site, fix string) *model.Type {
	return s.refusef(at, diag.NoJSONForm, fix, "%s has type %s, which has no form in JSON", at.what, s.typeName(t))
}

// elem completes a type that is made of one other.
func (s *scanner) elem(outer *model.Type, elem types.Type, at site) *model.Type {
	outer.Elem = s.typ(elem, at.inside())
	if outer.Elem.Kind == model.Invalid {
		return outer.Elem
	}
	return outer
}

// slice tells []byte, which is base64, from other slices.
func (s *scanner) slice(t *types.Slice, at site) *model.Type {
	basic, ok := t.Elem().Underlying().(*types.Basic)
	if !ok || basic.Kind() != types.Uint8 {
		return s.elem(&model.Type{Kind: model.Slice}, t.Elem(), at)
	}
	if m := s.ifaces.marshallingOf(t.Elem()); m.marshalJSON || m.marshalText {
		return s.elem(&model.Type{Kind: model.Slice}, t.Elem(), at)
	}
	out := &model.Type{Kind: model.Bytes}
	if !types.Identical(t.Elem(), types.Typ[types.Uint8]) { // base64 all the same
		return s.elem(out, t.Elem().Underlying(), at)
	}
	return out
}

// basic translates a predeclared type.
func (s *scanner) basic(t *types.Basic, at site) *model.Type {
	switch t.Kind() {
	case types.Bool:
		return &model.Type{Kind: model.Bool}
	case types.String:
		return &model.Type{Kind: model.String}
	case types.Invalid:
		return s.refusef(at, diag.UnknownType, "make the package compile first", "the type of %s cannot be resolved", at.what)
	case types.Uintptr:
		return s.noForm(t, at, "use uint64")
	case types.UnsafePointer:
		return s.noForm(t, at, "use data instead of a pointer")
	}
	bits := int(s.sizes.Sizeof(t)) * 8
	switch info := t.Info(); {
	case t.Kind() == types.Int, t.Kind() == types.Uint:
		bits = 64 // the same schema on every machine
		fallthrough
	case info&types.IsInteger != 0:
		if info&types.IsUnsigned != 0 {
			return &model.Type{Kind: model.Uint, Bits: bits}
		}
		return &model.Type{Kind: model.Int, Bits: bits}
	case info&types.IsFloat != 0:
		return &model.Type{Kind: model.Float, Bits: bits}
	default:
		return s.noForm(t, at, "use two numbers, or a string")
	}
}

// iface translates an interface, by its declared type t. Only the empty one can
// be read without knowing more.
func (s *scanner) iface(u *types.Interface, t types.Type, at site) *model.Type {
	if u.Empty() {
		out := &model.Type{Kind: model.Any}
		s.setSchema(out, t, at)
		return out
	}
	if sealed(u) {
		fix := "write //mcp:union tag=NAME above it, with the property that tells its types apart"
		if _, named := t.(*types.Named); !named {
			fix = "give it a name, and write //mcp:union tag=NAME above it"
		}
		return s.refusef(at, diag.SealedInterface, fix,
			"%s has type %s, a sealed interface that is not declared to be a union", at.what, s.typeName(t))
	}
	return s.refusef(at, diag.MethodInterface, "use a concrete type, or any",
		"%s has type %s, an interface with methods: JSON does not say which type to make", at.what, s.typeName(t))
}

// useSchema notes that the mcp:schema of a field has something to describe.
func (s *scanner) useSchema(at site) {
	if at.schema != nil {
		at.schema.used = true
	}
}

// named translates a named type.
func (s *scanner) named(t *types.Named, at site) *model.Type {
	if out := s.wellKnown(t, at); out != nil {
		return out
	}
	if hook := schemaHook(t); hook != "" && !s.schemaGiven(t, at) {
		s.reportf(at.pos, diag.SchemaMethod, s.describeFix(t, at),
			"%s has type %s with a method %s, which cannot run when code is generated", at.what, s.typeName(t), hook)
		return &model.Type{Kind: model.Invalid}
	}
	if m := s.ifaces.marshallingOf(t); m.json() || m.text() {
		return s.marshalled(t, m, at)
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		return s.withTypeSchema(s.structType(t, u, at), t, at)
	case *types.Interface:
		if out := s.union(t, u, at); out != nil {
			return s.withTypeSchema(out, t, at)
		}
		return s.iface(u, t, at)
	case *types.Basic:
		if out := s.enum(t, u, at); out != nil {
			return s.withTypeSchema(out, t, at)
		}
		return s.withTypeSchema(s.basic(u, at), t, at)
	}
	if containsItself(t) {
		return s.withTypeSchema(s.loop(t, at), t, at)
	}
	if slices.ContainsFunc(s.open, func(o *types.Named) bool { return types.Identical(o, t) }) {
		return s.refusef(at, diag.RecursiveType, "use a struct, a list or a map",
			"%s has type %s, which contains itself and nothing else", at.what, s.typeName(t))
	}
	s.open = append(s.open, t)
	defer func() { s.open = s.open[:len(s.open)-1] }()
	return s.withTypeSchema(s.plain(t.Underlying(), at), t, at)
}

// marshalled translates a type that marshals itself. As in encoding/json,
// methods for JSON come before those for text.
func (s *scanner) marshalled(t types.Type, m marshalling, at site) *model.Type {
	out := &model.Type{Kind: model.Text, PointerText: m.pointerOnly, Under: under(t)}
	if !m.json() {
		out.WriteOnly, out.ReadOnly = !m.unmarshalText, !m.marshalText
		out.Format = textFormat(t)
		s.noEnum(t, at)
		s.setSchema(out, t, at)
		return out
	}
	out.Kind = model.JSON
	out.WriteOnly, out.ReadOnly = !m.unmarshalJSON, !m.marshalJSON
	if out.WriteOnly != out.ReadOnly && !m.text() {
		out.Plain = s.scalar(t, at)
	}
	s.noEnum(t, at)
	s.setSchema(out, t, at)
	if out.Schema == "" && at.schema == nil {
		why := ""
		if by := promotedBy(t, "MarshalJSON"); by != "" {
			why = " promoted from the embedded " + by
		}
		s.reportf(at.pos, diag.OwnJSON, s.describeFix(t, at),
			"%s has type %s, which has its own JSON form (%s%s) that mcpgen cannot see", at.what, s.typeName(t), m.methods(), why)
		return &model.Type{Kind: model.Invalid}
	}
	return out
}

// scalar translates a type by its underlying one, if that is a boolean, a number
// or a string, else it gives nil.
func (s *scanner) scalar(t types.Type, at site) *model.Type {
	const scalars = types.IsBoolean | types.IsInteger | types.IsFloat | types.IsString
	u, ok := t.Underlying().(*types.Basic)
	if !ok || u.Info()&scalars == 0 || u.Kind() == types.Uintptr {
		return nil
	}
	return s.basic(u, at)
}

// under gives the kind of the underlying type, which decides about omitempty.
func under(t types.Type) model.Kind {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch info := u.Info(); {
		case info&types.IsBoolean != 0:
			return model.Bool
		case info&types.IsString != 0:
			return model.String
		case info&types.IsUnsigned != 0:
			return model.Uint
		case info&types.IsInteger != 0:
			return model.Int
		default:
			return model.Float
		}
	case *types.Slice:
		return model.Slice
	case *types.Array:
		return model.Array
	case *types.Map:
		return model.Map
	case *types.Pointer:
		return model.Pointer
	case *types.Interface:
		return model.Any
	default:
		return model.Struct
	}
}

// schemaGiven reports whether mcp:schema describes a type, above it or above the
// field at hand.
func (s *scanner) schemaGiven(t *types.Named, at site) bool {
	sch, _ := s.givenSchema(t)
	return sch != nil || at.schema != nil
}

// setSchema takes over the mcp:schema of a type. That of the field comes before
// it, and is set by typ.
func (s *scanner) setSchema(out *model.Type, t types.Type, at site) {
	s.useSchema(at)
	if n, ok := t.(*types.Named); ok {
		if sch, _ := s.givenSchema(n); sch != nil {
			out.Schema, out.SchemaPos = sch.Schema.Text, sch.Schema.Pos
		}
	}
}

// withTypeSchema takes over the mcp:schema of a type whose form is derived from
// Go. It may have one only in place of a schema method.
func (s *scanner) withTypeSchema(out *model.Type, t *types.Named, at site) *model.Type {
	if out.Kind == model.Invalid {
		return out
	}
	if schemaHook(t) != "" {
		own := *out // the definition is shared, this use of it is not
		s.setSchema(&own, t, at)
		return &own
	}
	if sch, d := s.givenSchema(t); sch != nil {
		s.needlessSchema(t, sch, d, at)
	}
	return out
}

// needlessSchema reports an mcp:schema for a type that needs none.
func (s *scanner) needlessSchema(t *types.Named, sch *directive.Schema, d *directive.Directive, at site) {
	pos, where := s.placeOf(t.Obj(), d.Pos, at), "above "+t.Obj().Name()
	if sch.For.Name != "" {
		pos, where = d.Pos, "for "+sch.For.String()
	}
	s.reportf(pos, diag.NeedlessSchema, "remove it, and use keywords on the fields and parameters instead",
		"mcp:schema %s could contradict the schema that its Go type has already", where)
}

// typeDirectives parses the directives above a type once.
func (s *scanner) typeDirectives(t *types.Named) []directive.Directive {
	obj := t.Origin().Obj()
	if ds, ok := s.directives[obj]; ok || s.src.isStandard(obj) {
		return ds
	}
	var ds []directive.Directive
	if decl := s.src.typeOf(obj); decl != nil {
		var found diag.List
		ds, found = directive.Parse(s.prog.Fset, decl.doc, decl.place())
		if s.src.isOwn(obj) {
			*s.diags = append(*s.diags, found...)
		}
	}
	s.directives[obj] = ds
	return ds
}

// placeOf gives the position of something that belongs to an object when the
// user can mend it there, and else where the object is used.
func (s *scanner) placeOf(obj types.Object, pos token.Position, at site) token.Position {
	if s.src.isOwn(obj) && pos.IsValid() {
		return pos
	}
	return at.pos
}

// noEnum refuses mcp:enum on a type that marshals itself.
func (s *scanner) noEnum(t types.Type, at site) {
	n, ok := t.(*types.Named)
	if !ok {
		return
	}
	if e, d := directive.Get[directive.Enum](s.typeDirectives(n)); e != nil && !e.Off {
		s.reportf(s.placeOf(n.Obj(), d.Pos, at), diag.NotAnEnum, "describe its values with //mcp:schema",
			"mcp:enum above %s has no effect: the type marshals itself", n.Obj().Name())
	}
}
