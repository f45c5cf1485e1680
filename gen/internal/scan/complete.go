package scan

import (
	"go/types"
	"strings"

	"github.com/mcpgen/mcpgen/gen/internal/directive"
	"github.com/mcpgen/mcpgen/gen/internal/model"
	"github.com/mcpgen/mcpgen/internal/diag"
)

// addCompletions translates the functions with mcp:complete, once it is known
// what they can complete.
func (s *scanner) addCompletions(fs []*annotated) {
	for _, f := range fs {
		if d, ok := f.as.(*directive.Complete); ok {
			s.noExamples(f)
			s.addCompletion(f, d)
		}
	}
}

func (s *scanner) addCompletion(f *annotated, d *directive.Complete) {
	c := &model.Completion{}
	var ok bool
	if c.Function, ok = s.function(f, 0, nil); !ok {
		return
	}
	switch target := s.completionTarget(f, d.For).(type) {
	case *model.Prompt:
		c.Prompt = target
	case *model.Resource:
		c.Resource = target
	default:
		return
	}
	if !s.completedArgument(c, f, d.Arg) {
		return
	}
	if c.Service != nil && c.Service != c.Target().Service {
		s.reportf(f.dir.At("for"), diag.CompletionTarget, "make it a function",
			"%s is a method of %s, and %s is none of its methods", f.what, c.Service.Name, c.Target().Func)
	}
	s.completionParameters(c, f)
	s.completionResult(c, f)
	s.finish(&c.Function, f, nil)
	s.out.Completions = append(s.out.Completions, c)
}

// completionTarget finds the resource or prompt that for= names. It gives nil
// for one that cannot be, which is reported.
func (s *scanner) completionTarget(f *annotated, id *directive.Ident) any {
	fn := s.funcNamed(f, id)
	if fn == nil {
		fix := "name a function of this package, or Type.Method"
		if near := nearestFunc(id, s.offerFuncs()); near != "" {
			fix = "did you mean " + near + "?"
		}
		s.reportf(id.Pos, diag.CompletionTarget, fix, "for= names %s, which is no function of the package", id)
		return nil
	}
	target := s.offers[fn]
	if r, ok := target.(*model.Resource); ok && r.Variables == nil {
		s.reportf(id.Pos, diag.CompletionTarget, "remove it", "for= names %s, a resource without variables", id)
		return nil
	}
	if target == nil {
		s.reportf(id.Pos, diag.CompletionTarget, "name one that has mcp:prompt, or mcp:resource with a template",
			"for= names %s, which is no prompt and no resource", id)
	}
	return target
}

// nearestFunc suggests a function for a name, or the method that lacks its type.
func nearestFunc(id *directive.Ident, names []string) string {
	for _, name := range names {
		if id.Pkg == "" && strings.HasSuffix(name, "."+id.Name) {
			return name
		}
	}
	return diag.Nearest(id.String(), names)
}

// funcNamed finds a function or method of the package. A method may leave out
// its own type.
func (s *scanner) funcNamed(f *annotated, id *directive.Ident) *types.Func {
	method := func(obj types.Object) *types.Func {
		name, ok := obj.(*types.TypeName)
		if !ok {
			return nil
		}
		found, _, _ := types.LookupFieldOrMethod(name.Type(), true, s.pkg.Types, id.Name)
		fn, _ := found.(*types.Func)
		return fn
	}
	if id.Pkg != "" {
		return method(s.pkg.Types.Scope().Lookup(id.Pkg))
	}
	if recv := s.receiver(f); recv != nil {
		if fn := method(recv); fn != nil {
			return fn
		}
	}
	fn, _ := s.pkg.Types.Scope().Lookup(id.Name).(*types.Func)
	return fn
}

// offerFuncs lists what can be completed, for suggestions.
func (s *scanner) offerFuncs() []string {
	var names []string
	for _, fn := range s.out.Functions() {
		if len(fn.Input.Fields) == 0 || s.isTool(fn) {
			continue
		}
		name := fn.Func
		if fn.Service != nil {
			name = fn.Service.Name + "." + name
		}
		names = append(names, name)
	}
	return names
}

func (s *scanner) isTool(fn *model.Function) bool {
	for _, t := range s.out.Tools {
		if &t.Function == fn {
			return true
		}
	}
	return false
}

// completedArgument finds the argument that arg= names.
func (s *scanner) completedArgument(c *model.Completion, f *annotated, name string) bool {
	target := c.Target()
	field := s.variableField(target.Input.Fields, name, target.InputIsStruct)
	if field == nil {
		fix := "name one of its arguments"
		if near := diag.Nearest(name, freeNames(target.Input.Fields, nil)); near != "" {
			fix = "did you mean " + near + "?"
		}
		s.reportf(f.dir.At("arg"), diag.CompletionTarget, fix, "arg= names %s, which %s does not have", name, target.Func)
		return false
	}
	c.Argument = field.Name
	for _, other := range s.out.Completions {
		if other.Target() == target && other.Argument == c.Argument {
			s.reportf(f.dir.Pos, diag.CompletionTarget, "remove one of the two", "%s of %s is completed by %s already", name, target.Func, other.Func)
			return false
		}
	}
	return true
}

// completionParameters finds the roles of the parameters: what was typed comes
// first, other arguments by their names after it.
func (s *scanner) completionParameters(c *model.Completion, f *annotated) {
	typed, direct := false, false
	for i, p := range s.readParameters(f) {
		out := s.parameter(p, i, f)
		switch {
		case out.Role == model.RoleCompletion:
			direct = true
		case out.Role != model.RoleArgument:
		case !isStringType(p.v.Type()) || p.variadic:
			s.reportf(p.pos, diag.CompletionShape, "take a string", "%s of %s has type %s, and what is known are strings", p.v.Name(), f.what, s.typeName(p.v.Type()))
		case !typed:
			out.Role, typed = model.RoleTyped, true
		default:
			out.Role, out.Other = model.RoleOther, s.otherArgument(c, p, f)
		}
		s.noWords(p, f)
		c.Params = append(c.Params, out)
	}
	if !typed && !direct {
		s.reportf(c.Pos, diag.CompletionShape, "add a parameter such as typed string", "%s does not take what was typed", f.what)
	}
}

// otherArgument finds the argument that a parameter is named after.
func (s *scanner) otherArgument(c *model.Completion, p *parameter, f *annotated) string {
	target := c.Target()
	field := s.variableField(target.Input.Fields, p.name(), target.InputIsStruct)
	switch {
	case field == nil:
		fix := "name it after an argument"
		if near := diag.Nearest(p.name(), freeNames(target.Input.Fields, nil)); near != "" && near != c.Argument {
			fix = "did you mean " + near + "?"
		}
		s.reportf(p.pos, diag.CompletionShape, fix, "%s of %s is no other argument of %s", p.v.Name(), f.what, target.Func)
		return ""
	case field.Name == c.Argument:
		s.reportf(p.pos, diag.CompletionShape, "remove it: what was typed is the first string", "%s of %s is the argument that is completed", p.v.Name(), f.what)
	}
	return field.Name
}

// isStringType reports whether a type is a string that is written as one.
func isStringType(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}

// completionResult finds the form of the values.
func (s *scanner) completionResult(c *model.Completion, f *annotated) {
	direct := false
	for _, p := range c.Params {
		direct = direct || p.Role == model.RoleCompletion
	}
	typ, at := s.result(&c.Output, f)
	switch {
	case typ == nil && at.pos.Line == 0:
		if !direct {
			s.reportf(c.Pos, diag.CompletionShape, "return []string", "%s returns no values", f.what)
		}
		return
	case typ == nil:
		return
	case direct:
		s.reportf(at.pos, diag.CompletionShape, "return an error or nothing", "%s returns values although it takes *mcp.Completion, which has a place for them", f.what)
		return
	}
	list, ok := typ.Underlying().(*types.Slice)
	if !ok || !isStringType(list.Elem()) {
		s.reportf(at.pos, diag.CompletionShape, "return []string", "%s has type %s, and the values of a completion are a slice of strings", at.what, s.typeName(typ))
		return
	}
	spelled, err := s.spell(typ)
	elem, elemErr := s.spell(list.Elem())
	if err != nil || elemErr != nil {
		s.reportf(at.pos, diag.CompletionShape, "return []string", "%s has type %s, which generated code cannot name", at.what, s.typeName(typ))
		return
	}
	c.Output.Form, c.Output.Go = model.OutputValues, spelled
	c.Output.Type = &model.Type{Kind: model.Slice, Go: spelled, Elem: &model.Type{Kind: model.String, Go: elem}}
}
