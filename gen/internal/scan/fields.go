package scan

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// field translates one field of a struct. It fails when the field cannot be
// used, which is reported.
func (s *scanner) field(t types.Type, f structField, d *model.Def, at site) (model.Field, bool) {
	owner := d.Name
	if n, ok := t.(*types.Named); ok {
		owner = s.typeName(n)
	}
	here := site{
		pos:  s.placeOf(f.v, s.position(f.v.Pos()), at),
		what: fmt.Sprintf("field %s of %s", f.v.Name(), owner),
		name: d.Name + identifier(f.v.Name()),
	}
	if !s.src.isOwn(f.v) {
		here.what += " in " + at.what // the user knows where that is
		here.foreign = true
	}
	ds := s.fieldDirectives(f.v)
	if sch, dir := directive.Get[directive.Schema](ds); sch != nil {
		here.schema = &fieldSchema{text: sch.Schema.Text, pos: dir.Pos}
	}
	out := model.Field{
		Pos:       here.pos,
		Name:      f.name,
		OmitEmpty: slices.Contains(f.opts, "omitempty"),
		OmitZero:  slices.Contains(f.opts, "omitzero"),
	}
	var ok bool
	if out.Path, ok = s.path(t, f, here); !ok {
		return out, false
	}
	if s.wantsClient() {
		out.Far = s.far(t, f, out.Path, here)
	}
	if out.Type = s.typ(f.v.Type(), here); out.Type.Kind == model.Invalid {
		return out, false
	}
	if here.schema != nil && !here.schema.used {
		s.reportf(here.schema.pos, diag.NeedlessSchema, "remove it, and use keywords in the tag instead",
			"mcp:schema above %s could contradict the schema that its Go type has already", here.what)
	}
	out.IsZero = out.OmitZero && s.hasIsZero(f.v.Type())
	s.stringOption(&out, f, here)
	s.describeField(&out, f)

	decl := s.src.fieldOf(f.v)
	a := &applier{s: s, f: &out, what: here.what, at: here, scope: f.v.Pkg()}
	a.apply(s.tagKeywords(&f, decl, here))
	s.extras(&f, decl, &out, here)
	out.Required = a.required(!out.OmitEmpty && !out.OmitZero)
	return out, true
}

// hasIsZero reports whether omitzero asks the type itself.
func (s *scanner) hasIsZero(t types.Type) bool {
	return types.Implements(t, s.ifaces.isZero) || types.Implements(types.NewPointer(t), s.ifaces.isZero)
}

// stringOption applies the ",string" option, which encoding/json heeds for
// booleans, numbers and strings, and for pointers to them.
func (s *scanner) stringOption(out *model.Field, f structField, at site) {
	if !slices.Contains(f.opts, "string") {
		return
	}
	t := out.Type
	if t.Kind == model.Pointer {
		t = t.Elem
	}
	switch t.Kind {
	case model.Bool, model.Int, model.Uint, model.Float, model.String, model.Enum:
		out.AsString = true
	case model.Number:
		s.reportf(at.pos, diag.StringOption, "use string, or remove the option", `%s has the option ",string", which json.Number does not need`, at.what)
	default:
		if t.Plain != nil { // read or written by a method, and the other way as its underlying type
			s.reportf(at.pos, diag.StringOption, "remove the option, or give the type MarshalJSON and UnmarshalJSON", `%s has the option ",string", which would work in one direction only`, at.what)
		}
	}
}

// describeField takes the description of a field from its comment, or else from
// the comment of its type.
func (s *scanner) describeField(out *model.Field, f structField) {
	if decl := s.src.fieldOf(f.v); decl != nil {
		text := decl.Doc.Text()
		if strings.TrimSpace(text) == "" {
			text = decl.Comment.Text()
		}
		out.Doc = s.prose(text, f.v.Pkg())
		out.Deprecated = deprecated(text)
	}
	if out.Doc == "" {
		out.Doc = s.typeDoc(f.v.Type())
	}
}

// isGeneral reports whether a package is the runtime, or belongs to the standard
// library as far as its path tells: only there, and in modules that are never
// published, the first element has no dot. It must not depend on which packages
// were matched.
func (s *scanner) isGeneral(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	own, _, _ := strings.Cut(s.pkg.Path, "/")
	return path == mcpPath || first != own && !strings.Contains(first, ".")
}

// typeDoc gives the comment of a named type that has no definition of its own to
// carry it, such as type Email string. Those of general packages say nothing about
// its use.
func (s *scanner) typeDoc(t types.Type) string {
	t, _ = pointee(t)
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || s.isGeneral(n.Obj().Pkg().Path()) || s.known(n) != nil {
		return ""
	}
	if decl := s.src.typeOf(n.Obj()); decl != nil {
		return s.prose(decl.doc.Text(), n.Obj().Pkg())
	}
	return ""
}
