package scan

import (
	"go/types"
	"slices"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// addResource translates a function with mcp:resource.
func (s *scanner) addResource(f *annotated, d *directive.Resource) {
	r := &model.Resource{
		URI:       d.URI,
		Title:     d.Title,
		MIMEType:  s.mediaType(f, d.MIME),
		Audience:  d.Audience,
		Priority:  s.priority(f, d.Priority),
		Icons:     s.icons(f, d.Icon),
		Meta:      s.meta(d.Meta),
		TTL:       d.TTL,
		Subscribe: d.Subscribe,
		Hidden:    d.Hidden,
	}
	var ok bool
	if r.Function, ok = s.function(f, d.Timeout, d.Scopes); !ok {
		return
	}
	r.Name = s.wireName(&r.Function, d.Name, f)
	s.parameters(&r.Function, f)
	s.textInput(&r.Function, f)
	s.address(r, f)
	if d.Size != nil {
		r.Size = int64(*d.Size)
		if isTemplate(d.URI) {
			s.reportf(f.dir.At("size"), diag.BadDetail, "remove it", "%s is a family of resources, which has no size", f.what)
		}
	}
	s.resourceResult(r, f)
	s.page(r, d, f)
	r.Private = s.dependsOnCaller(&r.Function)
	if d.Private != nil {
		if r.Private = *d.Private; !r.Private && len(r.Scopes) > 0 {
			s.reportf(f.dir.At("private"), diag.PublicScopes, "remove private=false, or the scopes",
				"%s needs the scope %s, and private=false lets a shared cache give its contents to callers without it", f.what, r.Scopes[0])
		}
	}
	s.finish(&r.Function, f, d.Errors)
	s.out.Resources = append(s.out.Resources, r)
	s.offers[f.fn] = r
}

// dependsOnCaller guesses whether what a function returns is for its caller
// alone.
func (s *scanner) dependsOnCaller(fn *model.Function) bool {
	return len(fn.Scopes) > 0 || slices.ContainsFunc(fn.Params, func(p model.Param) bool {
		return p.Role == model.RolePrincipal || p.Role == model.RoleRequest || p.Role == model.RoleProvided
	})
}

// address checks the address of a resource, and binds the variables of a
// template to the properties of the arguments object.
func (s *scanner) address(r *model.Resource, f *annotated) {
	refuse := func(e *uriError) {
		pos := f.dir.At("uri")
		pos.Column += e.offset
		s.reportf(pos, e.code, e.fix, "%s: %s", f.what, e.what)
	}
	var vars []variable
	if isTemplate(r.URI) {
		var bad *uriError
		if vars, bad = parseTemplate(r.URI); bad != nil {
			refuse(bad)
			return
		}
	} else if bad := checkURI(r.URI); bad != nil {
		refuse(bad)
		return
	}
	bound := map[*model.Field]bool{}
	for _, v := range vars {
		field := s.variableField(r.Input.Fields, v.name, r.InputIsStruct)
		if field == nil || bound[field] {
			fix := "add a parameter of that name"
			if near := diag.Nearest(v.name, freeNames(r.Input.Fields, bound)); near != "" {
				fix = "did you mean {" + near + "}?"
			}
			refuse(&uriError{code: diag.UnboundVariable, fix: fix, offset: v.offset, what: "no parameter is called " + v.name})
			continue
		}
		bound[field] = true
		field.Name = v.name
		s.presence(field, v, f)
		r.Variables = append(r.Variables, model.Variable{Name: v.name, Query: v.query})
	}
	for i := range r.Input.Fields {
		if field := &r.Input.Fields[i]; !bound[field] {
			s.unbound(field, r, f)
		}
	}
}

// variableField finds the property that a variable is bound to: by its name on
// the wire or, for a parameter, by its name in Go or as a word of the same naming.
func (s *scanner) variableField(fields []model.Field, name string, exact bool) *model.Field {
	for _, same := range []func(*model.Field) bool{
		func(f *model.Field) bool { return f.Name == name },
		func(f *model.Field) bool { return !exact && f.Path[0].Name == name },
		func(f *model.Field) bool { return !exact && f.Name == s.naming.wire(name) },
	} {
		for i := range fields {
			if same(&fields[i]) {
				return &fields[i]
			}
		}
	}
	return nil
}

func freeNames(fields []model.Field, bound map[*model.Field]bool) []string {
	var names []string
	for i := range fields {
		if !bound[&fields[i]] {
			names = append(names, fields[i].Name)
		}
	}
	return names
}

// unbound reports a parameter that gets no value.
func (s *scanner) unbound(field *model.Field, r *model.Resource, f *annotated) {
	fix := "write {" + field.Name + "} into the uri, or {?" + field.Name + "} at its end"
	if !isTemplate(r.URI) {
		s.reportf(field.Pos, diag.UnboundVariable, fix, "%s of %s gets no value: the uri has no variables", field.Name, f.what)
		return
	}
	s.reportf(field.Pos, diag.UnboundVariable, fix, "%s of %s gets no value: it is no variable of the uri", field.Name, f.what)
}

// presence decides whether a variable has to be there.
func (s *scanner) presence(field *model.Field, v variable, f *annotated) {
	optional := field.Type.Kind == model.Pointer || field.Default != ""
	field.Required = !v.query
	switch {
	case !v.query && optional:
		s.reportf(field.Pos, diag.VariablePresence, "remove the default or the pointer, or move the variable to the query: {?"+v.name+"}",
			"%s of %s is optional, and the path always has it", v.name, f.what)
	case v.query && !optional && field.Type.Kind == model.Enum && !field.Type.Def.Open:
		s.reportf(field.Pos, diag.VariablePresence, "give it a default, or take a pointer",
			"%s of %s may be absent, and none of its values stands for that", v.name, f.what)
	}
}

// resourceResult finds the form of the contents.
func (s *scanner) resourceResult(r *model.Resource, f *annotated) {
	out := &r.Output
	typ, at := s.result(out, f)
	if typ == nil {
		if at.pos.Line == 0 {
			s.reportf(r.Pos, diag.OfferResult, "return the contents", "%s returns nothing, and a resource has contents", f.what)
		}
		return
	}
	if form, ok := contentsForm(typ); ok {
		out.Form = form
		out.Go, _ = s.spell(typ)
		return
	}
	if reason, fix := s.noContents(typ); reason != "" {
		s.reportf(at.pos, diag.OfferResult, fix, "%s has type %s: %s", at.what, s.typeName(typ), reason)
		return
	}
	t := s.typ(typ, at)
	out.Go = t.Go
	switch {
	case t.Kind == model.Invalid:
	case isText(t):
		out.Form = model.OutputText
	case t.Kind == model.Bytes && t.Elem == nil:
		out.Form = model.OutputBlob
	default:
		out.Form, out.Type = model.OutputPlain, t
		out.NilIsNone = t.Kind == model.Pointer
		if r.MIMEType == "" {
			r.MIMEType = "application/json"
		}
	}
}

// isText reports whether a result is sent as the string that it is.
func isText(t *model.Type) bool {
	return t.Kind == model.String || t.Kind == model.Enum && t.Def.Base.Kind == model.String
}

// contentsForm reports whether a result is mcp.ResourceContents, or a slice.
func contentsForm(t types.Type) (model.OutputForm, bool) {
	if isMCP(t, "ResourceContents") {
		return model.OutputResource, true
	}
	if l, ok := types.Unalias(t).(*types.Slice); ok && isMCP(l.Elem(), "ResourceContents") {
		return model.OutputResources, true
	}
	return 0, false
}

// noContents says why a type cannot be the contents of a resource, and what to
// do.
func (s *scanner) noContents(t types.Type) (reason, fix string) {
	elem, pointer := pointee(t)
	switch _, content := contentForm(elem); {
	case content:
		return "content is for tools and prompts", "return mcp.ResourceContents, a string or []byte"
	case pointer && isMCP(elem, "ResourceContents"):
		return "contents are returned by value", "remove the asterisk"
	}
	if l, ok := types.Unalias(t).(*types.Slice); ok {
		if e, _ := pointee(l.Elem()); isMCP(e, "ResourceContents") {
			return "contents are returned by value", "return []mcp.ResourceContents"
		}
	}
	switch held, _ := pointee(t); {
	case isMCP(held, "Result"):
		return "it is the result of a tool", "return the value, or contents, alone"
	case is(t, "iter", "Seq"), is(t, "iter", "Seq2"):
		return "contents are whole", "collect the elements into a slice"
	}
	return unsupportedResult(t)
}
