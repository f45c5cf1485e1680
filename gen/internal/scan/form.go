package scan

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/load"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// addForms translates the struct types with mcp:form.
func (s *scanner) addForms() {
	for _, file := range s.pkg.Files {
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range gen.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok {
					s.addForm(file, gen, spec)
				}
			}
		}
	}
}

func (s *scanner) addForm(file *ast.File, gen *ast.GenDecl, spec *ast.TypeSpec) {
	ds, _ := directive.Parse(s.prog.Fset, directive.SpecDoc(gen, spec), directive.PlaceOfType(spec)) // Strays reports
	if d, _ := directive.Get[directive.Form](ds); d == nil {
		return
	}
	s.attempted = true
	pos := s.position(spec.Name.Pos())
	refuse := func(fix, format string, args ...any) {
		s.reportf(pos, diag.FormType, fix, "%s cannot be a form: %s", spec.Name.Name, fmt.Sprintf(format, args...))
	}
	obj, ok := s.pkg.Info.Defs[spec.Name].(*types.TypeName)
	if !ok {
		return // a compile error
	}
	named, ok := obj.Type().(*types.Named)
	switch m := s.ifaces.marshallingOf(obj.Type()); {
	case spec.Assign.IsValid() || !ok:
		refuse("declare a type of its own", "it is an alias, and methods belong to a type")
		return
	case named.TypeParams().Len() > 0:
		refuse("declare a type with the types filled in", "it has type parameters")
		return
	case m.json() || m.text():
		refuse("remove them, or declare a type with the same fields", "it marshals itself (%s)", m.methods())
		return
	}
	for _, name := range []string{"MCPForm", "MCPDecode"} {
		if found, _, _ := types.LookupFieldOrMethod(named, true, s.pkg.Types, name); found != nil && !promoted(named, found) && !load.IsOutputName(s.position(found.Pos())) {
			refuse("rename it", "mcpgen writes a method %s for it, and it has one", name)
			return
		}
	}
	t := s.typ(named, site{pos: pos, what: "form " + spec.Name.Name, name: spec.Name.Name})
	if t.Kind != model.Struct {
		return // reported
	}
	own := *t.Def
	own.Name, own.Lenient, own.Recursive = s.freeName(t.Def.Name+"Form"), true, false
	own.Fields = slices.Clone(t.Def.Fields)
	s.defs = append(s.defs, &own)
	defer s.watchDef(&own)()
	for i := range own.Fields {
		s.formField(&own.Fields[i], spec.Name.Name)
	}
	s.out.Forms = append(s.out.Forms, &model.FormType{Pos: pos, Def: &own})
	s.constraints = append(s.constraints, constrained{pos, s.constraintOf(file)})
}

// promoted reports whether a method or field comes from an embedded field.
func promoted(t *types.Named, obj types.Object) bool {
	for m := range t.Methods() {
		if m == obj {
			return false
		}
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if f == obj {
			return false
		}
	}
	return true
}

// formField checks one field of a form (client/elicitation, the schemas that a
// client has to know).
func (s *scanner) formField(f *model.Field, form string) {
	what := f.Name + " of form " + form
	t := f.Type
	if t.Kind == model.Pointer {
		t = t.Elem
	}
	if secret(f, t) {
		s.reportf(f.Pos, diag.FormSecret, "ask for it on a page of your own, with mcp.ElicitURL", "%s is a secret, which must not pass through a client", what)
		return
	}
	if fix := s.notInForm(f, t); fix != "" {
		s.reportf(f.Pos, diag.FormField, fix, "%s is %s, which a form has no input for", what, formKind(f, t))
		return
	}
	for _, keyword := range formKeywords(f, t) {
		s.reportf(f.Pos, diag.FormRule, "remove it, and check the answer instead", "%s has the keyword %s, which forms do not have", what, keyword)
	}
}

// secretNames are words for what must not be asked for in a form.
var secretNames = []string{
	"password", "passwd", "passphrase", "api_key", "apikey", "access_token", "refresh_token", "private_key",
	"credit_card", "card_number", "cvv", "cvc",
}

func secret(f *model.Field, t *model.Type) bool {
	return f.Sensitive || t.Kind == model.String && slices.Contains(secretNames, snakeNaming.wire(f.Name))
}

// notInForm says what to do about a field of a kind that forms do not have, or
// "".
func (s *scanner) notInForm(f *model.Field, t *model.Type) string {
	switch {
	case t.Schema != "":
		return "use a string, and read it after the answer has come"
	case f.AsString:
		return `remove ",string" from the tag`
	}
	switch t.Kind {
	case model.Bool, model.Int, model.Uint, model.Float, model.Number, model.String, model.Text, model.URL, model.Time, model.Duration:
		return ""
	case model.Enum:
		if t.Def.Base.Kind == model.String {
			return ""
		}
		return "use a string type with constants"
	case model.Slice:
		if choices(f, t) {
			return ""
		}
		return "use a slice of a string type with constants, of which several can be chosen"
	case model.Opt:
		return "use a pointer: an answer is there or not"
	default:
		return "ask for its parts one by one"
	}
}

// choices reports whether a slice is a choice of several values.
func choices(f *model.Field, t *model.Type) bool {
	elem := t.Elem
	return elem.Kind == model.Enum && elem.Def.Base.Kind == model.String && !elem.Def.Open ||
		elem.Kind == model.String && f.Rules.Items != nil && len(f.Rules.Items.Enum) > 0
}

// formKind says in words what a field is.
func formKind(f *model.Field, t *model.Type) string {
	switch {
	case f.AsString:
		return "a value inside a string"
	case t.Kind == model.Opt:
		return "a value that may be null"
	case t.Kind == model.Enum:
		return "an enumeration of integers"
	default:
		return kindName(t)
	}
}

// formFormats are the formats that clients know in forms.
var formFormats = []string{"email", "uri", "date", "date-time"}

// formKeywords lists the keywords of a field that forms do not have.
func formKeywords(f *model.Field, t *model.Type) []string {
	r := f.Rules
	number := t.Kind == model.Int || t.Kind == model.Uint || t.Kind == model.Float || t.Kind == model.Number
	var out []string
	note := func(given bool, keyword string) {
		if given {
			out = append(out, keyword)
		}
	}
	note(r.Minimum != "" && !number, "minimum")
	note(r.Maximum != "" && !number, "maximum")
	note(r.ExclusiveMinimum != "", "exclusiveMinimum")
	note(r.ExclusiveMaximum != "", "exclusiveMaximum")
	note(r.MultipleOf != "", "multipleOf")
	note(r.Pattern != "", "pattern")
	note(r.Format != "" && !slices.Contains(formFormats, r.Format), "format="+r.Format)
	note(r.UniqueItems, "uniqueItems")
	note(len(r.Enum) > 0 && t.Kind != model.String, "enum")
	note(r.Const != "", "const")
	if items := r.Items; items != nil {
		note(items.MinLength != nil, "minLength")
		note(items.MaxLength != nil, "maxLength")
		note(items.Pattern != "", "pattern")
		note(items.Format != "", "format")
		note(items.Const != "", "const")
	}
	note(f.Nullable, "nullable")
	note(len(f.Examples) > 0, "example")
	note(f.Header != "", "header")
	note(f.Hidden, "hidden")
	note(f.Deprecated, "deprecated")
	note(f.ReadOnly, "readOnly")
	note(f.WriteOnly, "writeOnly")
	for _, kv := range f.Extras {
		note(true, kv.Key)
	}
	return out
}
