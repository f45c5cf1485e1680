package scan

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// A parameter is one parameter of an annotated function with what the source
// says about it.
type parameter struct {
	v        *types.Var
	pos      token.Position
	comments paramComments
	words    []paramWords // mcp:param, in the list and in the doc comment
	variadic bool
}

// A paramWords is one mcp:param.
type paramWords struct {
	args *directive.Param
	dir  *directive.Directive
}

// name is the parameter's name in Go, or "".
func (p *parameter) name() string {
	if n := p.v.Name(); n != "_" {
		return n
	}
	return ""
}

// parameters finds the role of each parameter and makes the arguments object.
func (s *scanner) parameters(t *model.Function, f *annotated) {
	params := s.readParameters(f)
	var arguments []*parameter
	for i, p := range params {
		out := s.parameter(p, i, f)
		if out.Role == model.RoleArgument {
			arguments = append(arguments, p)
		} else {
			s.noWords(p, f)
		}
		t.Params = append(t.Params, out)
	}
	if len(arguments) == 1 && s.structArgument(t, arguments[0], f) {
		return
	}
	s.syntheticInput(t, f, params)
}

// parameter translates what a parameter is by itself.
func (s *scanner) parameter(p *parameter, index int, f *annotated) model.Param {
	out := model.Param{Pos: p.pos, Name: p.name(), Role: s.role(p, index, f), Variadic: p.variadic, Field: -1}
	if out.Name == "" {
		out.Name = "arg" + strconv.Itoa(index+1)
	}
	if out.Role == model.RoleArgument {
		if out.Provider = s.provider(p, f); out.Provider != nil {
			out.Role = model.RoleProvided
		}
	}
	out.Go, _ = s.spell(p.v.Type())
	if p.variadic && out.Go.Form == model.SliceOf {
		out.Go = *out.Go.Elem
	}
	return out
}

// readParameters joins types, comments and directives of the parameters.
func (s *scanner) readParameters(f *annotated) []*parameter {
	var out []*parameter
	sig := f.fn.Signature()
	comments := commentsOf(s.prog.Fset, f.file, f.decl.Type.Params)
	for i, decl := range f.decl.Type.Params.List {
		names := decl.Names
		if len(names) == 0 {
			names = []*ast.Ident{nil}
		}
		words := s.wordsInList(comments[i])
		if len(names) > 1 {
			s.nameForSeveral(words, names)
		}
		for _, id := range names {
			p := &parameter{v: sig.Params().At(len(out)), comments: comments[i], words: words, pos: s.position(decl.Pos())}
			if id != nil {
				p.pos = s.position(id.Pos())
			}
			out = append(out, p)
		}
	}
	if sig.Variadic() {
		out[len(out)-1].variadic = true
	}
	s.wordsInDoc(out, f)
	return out
}

// wordsInList parses the directives in the comments of one declaration.
func (s *scanner) wordsInList(c paramComments) []paramWords {
	var out []paramWords
	for _, group := range c.groups() {
		ds, _ := directive.Parse(s.prog.Fset, group, directive.Parameter) // Strays reports
		for i := range ds {
			if args, ok := ds[i].Args.(*directive.Param); ok {
				out = append(out, paramWords{args, &ds[i]})
			}
		}
	}
	return out
}

// nameForSeveral refuses one wire name for several parameters.
func (s *scanner) nameForSeveral(words []paramWords, names []*ast.Ident) {
	for _, w := range words {
		if w.args.Name != "" {
			s.reportf(w.dir.At("name"), diag.PropertyTaken, "declare the parameters one by one",
				"name=%s would name %d parameters", w.args.Name, len(names))
		}
	}
}

// wordsInDoc adds the mcp:param of the function's comment to the parameters.
func (s *scanner) wordsInDoc(params []*parameter, f *annotated) {
	for i := range f.ds {
		args, ok := f.ds[i].Args.(*directive.Param)
		if !ok {
			continue
		}
		var names []string
		found := false
		for _, p := range params {
			if p.name() == args.Parameter.Name && p.name() != "" {
				p.words = append(slices.Clip(p.words), paramWords{args, &f.ds[i]}) // several names share a list
				found = true
			}
			names = append(names, p.name())
		}
		if found {
			continue
		}
		fix := "name a parameter of the function"
		if near := diag.Nearest(args.Parameter.Name, names); near != "" {
			fix = "did you mean " + near + "?"
		}
		s.reportf(args.Parameter.Pos, diag.UnknownParameter, fix, "%s has no parameter %q", f.what, args.Parameter.Name)
	}
}

// role tells where the value of a parameter comes from.
func (s *scanner) role(p *parameter, index int, f *annotated) model.Role {
	t := p.v.Type()
	elem, pointer := pointee(t)
	wrong := func(want string) model.Role {
		s.reportf(p.pos, diag.InjectedForm, "write "+want, "a parameter of %s has type %s", f.what, s.typeName(t))
		return model.RoleContext
	}
	switch {
	case is(t, "context", "Context"):
		if index > 0 {
			s.reportf(p.pos, diag.ContextPlace, "move it to the front", "context.Context is not the first parameter of %s", f.what)
		}
		return model.RoleContext
	case isMCP(elem, "Progress"):
		if pointer {
			return wrong("mcp.Progress")
		}
		return model.RoleProgress
	case isMCP(elem, "Principal"):
		if pointer {
			return wrong("mcp.Principal")
		}
		return model.RolePrincipal
	case isMCP(elem, "Request"):
		if !pointer {
			return wrong("*mcp.Request")
		}
		return model.RoleRequest
	case is(elem, "log/slog", "Logger"):
		if !pointer {
			return wrong("*slog.Logger")
		}
		return model.RoleLogger
	case isMCP(elem, "Completion"):
		if _, ok := f.as.(*directive.Complete); !ok || !pointer {
			return wrong("*mcp.Completion, in a function with mcp:complete")
		}
		return model.RoleCompletion
	default:
		return model.RoleArgument
	}
}

// noWords refuses mcp:param for a parameter that is filled in.
func (s *scanner) noWords(p *parameter, f *annotated) {
	for _, w := range p.words {
		s.reportf(w.dir.Pos, diag.NoEffect, "remove it", "mcp:param has no effect: %s of %s is filled in and no argument", s.typeName(p.v.Type()), f.what)
	}
}

// structArgument makes the one struct parameter the arguments object. It gives
// false for a parameter of any other type.
func (s *scanner) structArgument(t *model.Function, p *parameter, f *annotated) bool {
	if p.variadic || !s.isStruct(p.v.Type()) {
		return false
	}
	for _, w := range p.words {
		s.reportf(w.dir.Pos, diag.NoEffect, "write the keywords into the tags of its fields",
			"mcp:param has no effect: %s of %s is the arguments object, whose fields are the arguments", p.v.Name(), f.what)
	}
	typ := s.typ(p.v.Type(), s.parameterSite(p, f))
	_, pointer := pointee(p.v.Type())
	if typ.Kind == model.Pointer {
		typ = typ.Elem
	}
	if typ.Kind == model.Invalid {
		t.Input = &model.Def{Pos: p.pos, Kind: model.Struct}
		return true
	}
	if typ.Kind != model.Struct || typ.Schema != "" {
		return false
	}
	t.Input, t.InputIsStruct = typ.Def, true
	for i := range t.Params {
		if t.Params[i].Role == model.RoleArgument {
			t.Params[i].Role, t.Params[i].Pointer = model.RoleStruct, pointer
		}
	}
	return true
}

// isStruct reports whether a type is a struct, or a pointer to one, that is read
// by its fields.
func (s *scanner) isStruct(t types.Type) bool {
	t, _ = pointee(t)
	if _, ok := t.Underlying().(*types.Struct); !ok {
		return false
	}
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
		path := n.Obj().Pkg().Path()
		if _, ok := special[path+"."+n.Obj().Name()]; ok || isMCP(n, "Opt") || isContent(n) || schemaHook(n) != "" {
			return false
		}
	}
	m := s.ifaces.marshallingOf(t)
	return !m.json() && !m.text()
}

func (s *scanner) parameterSite(p *parameter, f *annotated) site {
	what := "parameter " + p.v.Name()
	if p.name() == "" {
		what = "a parameter"
	}
	return site{pos: p.pos, what: what + " of " + f.what, name: inputName(f, p.name())}
}

// inputName is what an anonymous struct among the parameters is named after.
func inputName(f *annotated, parameter string) string {
	return toolBase(f) + upperFirst(identifier(parameter))
}

// toolBase names a function in a way that is unique in its package.
func toolBase(f *annotated) string {
	name := identifier(f.decl.Name.Name)
	if recv := f.fn.Signature().Recv(); recv != nil {
		t, _ := pointee(recv.Type())
		if n, ok := types.Unalias(t).(*types.Named); ok {
			name = identifier(n.Obj().Name()) + name
		}
	}
	return name
}

// syntheticInput makes an arguments object with one property for each parameter.
func (s *scanner) syntheticInput(t *model.Function, f *annotated, params []*parameter) {
	d := &model.Def{Pos: t.Pos, Kind: model.Struct, Synthetic: true}
	d.Name = s.freeName(toolBase(f) + "Args")
	s.defs = append(s.defs, d)
	t.Input = d
	taken := map[string]string{}
	for i, p := range params {
		if t.Params[i].Role != model.RoleArgument {
			continue
		}
		field, ok := s.argument(t.Params[i], p, f)
		if !ok {
			continue
		}
		if other, again := taken[field.Name]; again {
			s.reportf(p.pos, diag.PropertyTaken, "give one of them another name with //mcp:param name=",
				"parameters %s and %s of %s are both called %q", other, p.v.Name(), f.what, field.Name)
		}
		taken[field.Name] = p.v.Name()
		t.Params[i].Field = len(d.Fields)
		d.Fields = append(d.Fields, field)
	}
}

// argument translates one parameter into a property.
func (s *scanner) argument(param model.Param, p *parameter, f *annotated) (model.Field, bool) {
	at := s.parameterSite(p, f)
	out := model.Field{
		Pos:  p.pos,
		Name: s.naming.wire(p.name()),
		Path: []model.Step{{Name: param.Name}},
		Doc:  s.prose(p.comments.text(), s.pkg.Types),
	}
	out.Deprecated = deprecated(p.comments.text())
	for _, w := range p.words {
		if w.args.Name != "" {
			out.Name = w.args.Name
		}
	}
	if out.Name == "" {
		s.reportf(p.pos, diag.UnnamedParameter, "name it: the name is what the model sees", "%s has no name", at.what)
		return out, false
	}
	out.Type = s.typ(p.v.Type(), at)
	if out.Type.Kind == model.Invalid {
		return out, false
	}
	if out.Doc == "" {
		out.Doc = s.typeDoc(p.v.Type())
	}
	a := &applier{s: s, f: &out, what: at.what, at: at, scope: s.pkg.Types, file: s.constantIn(f.file)}
	var ks []keyword
	for _, w := range p.words {
		ks = append(ks, paramKeywords(w.args, w.dir)...)
	}
	a.apply(ks)
	out.Required = a.required(!p.variadic)
	return out, true
}

// constantIn finds constants of the packages that a file imports.
func (s *scanner) constantIn(file *ast.File) func(pkg, name string) *types.Const {
	return func(pkg, name string) *types.Const {
		p := s.importedPackage(file, pkg)
		if p == nil {
			return nil
		}
		c, ok := p.Scope().Lookup(name).(*types.Const)
		if !ok || !c.Exported() {
			return nil
		}
		return c
	}
}

// paramKeywords lists the keywords of one mcp:param.
func paramKeywords(p *directive.Param, d *directive.Directive) []keyword {
	var out []keyword
	text := func(name, value string) {
		if d.Has(name) {
			out = append(out, keyword{name: name, text: value, quoted: true, given: true, pos: d.At(name)})
		}
	}
	plain := func(name, value string) {
		if d.Has(name) {
			out = append(out, keyword{name: name, text: value, given: true, pos: d.At(name)})
		}
	}
	count := func(name string, value *int) {
		if value != nil {
			plain(name, strconv.Itoa(*value))
		}
	}
	literals := func(name string, values ...directive.Literal) {
		for _, v := range values {
			out = append(out, keyword{name: name, text: v.Text, quoted: v.Quoted, given: true, pos: v.Pos})
		}
	}
	text("title", p.Title)
	text("description", p.Description)
	if p.Default != nil {
		literals("default", *p.Default)
	}
	if p.Const != nil {
		literals("const", *p.Const)
	}
	literals("enum", p.Enum...)
	literals("example", p.Example...)
	literals("examples", p.Examples...)
	plain("minimum", string(p.Minimum))
	plain("maximum", string(p.Maximum))
	plain("exclusiveMinimum", string(p.ExclusiveMinimum))
	plain("exclusiveMaximum", string(p.ExclusiveMaximum))
	plain("multipleOf", string(p.MultipleOf))
	count("minLength", p.MinLength)
	count("maxLength", p.MaxLength)
	text("pattern", p.Pattern)
	text("format", p.Format)
	count("minItems", p.MinItems)
	count("maxItems", p.MaxItems)
	plain("uniqueItems", strconv.FormatBool(p.UniqueItems))
	count("minProperties", p.MinProperties)
	count("maxProperties", p.MaxProperties)
	plain("deprecated", strconv.FormatBool(p.Deprecated))
	text("header", p.Header)
	plain("sensitive", strconv.FormatBool(p.Sensitive))
	plain("hidden", strconv.FormatBool(p.Hidden))
	return out
}
